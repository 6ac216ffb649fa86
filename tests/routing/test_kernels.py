"""The compiled kernels: right where nothing can be cached, and nothing compiled by an import."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUESTION = """
import numpy as np, routing
g = routing.csr_graph(np.array([0, 1, 1], np.int32), np.array([1], np.int32), np.array([5]))
assert routing.one_to_all(g, 0).tolist() == [0, 5]
"""


def _run(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_kernels_work_where_no_directory_can_be_written() -> None:
    """Numba raises when it finds no place for its cache; the kernels compile without one then."""
    _run("import numba.core.caching as c\nc.CacheImpl._locator_classes = []\n" + QUESTION)


def test_importing_compiles_nothing() -> None:
    _run(
        "import routing.kernels as k\n"
        "kernels = [v for v in vars(k).values() if hasattr(v, 'signatures')]\n"
        "assert len(kernels) >= 2 and not any(v.signatures for v in kernels)\n"
    )
