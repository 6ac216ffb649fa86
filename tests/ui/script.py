"""The map's JavaScript run by Node, for what needs no browser."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from ui.map.script import Component, map_script


def run(code: str) -> Any:  # noqa: ANN401 - whatever JSON the script prints
    """Return what the code shows by ``show(…)`` when run behind the map's modules."""
    return run_of("map", code)


def run_of(component: Component, code: str) -> Any:  # noqa: ANN401 - whatever JSON is printed
    """Return what the code shows by ``show(…)`` behind the modules of a component."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed; the browser tests cover the script")
    script = f"{map_script(component)}\nconst show = (x) => console.log(JSON.stringify(x));\n{code}"
    done = subprocess.run(
        [node, "--input-type=module", "-"],
        input=script, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return json.loads(done.stdout)
