"""What tests of several rooms share: the real input beside the checkout, the sample district."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# What decides the bytes of a district folder: only a change there makes it anew.
MAKERS = ("cli.py", "sample", "desks", "geodata", "layers", "routing")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real maps and registers beside the checkout, or skip."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real input {folder.name}/ is not beside this checkout")
    return folder


def _makers_hash() -> str:
    """Return a short hash over the files that decide what a district folder holds."""
    digest = hashlib.sha256()
    for maker in MAKERS:
        path = ROOT / maker
        files = (
            [path] if path.is_file() else sorted(path.rglob("*.py")) + sorted(path.rglob("*.toml"))
        )
        for file in files:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@pytest.fixture(scope="session")
def sample_district(pytestconfig: pytest.Config) -> Path:
    """Return the folder of the made-up district of seed 1, made once for the code as it stands."""
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("districts") / _makers_hash()
    if not (folder / "district.toml").exists():
        subprocess.run(
            [sys.executable, "cli.py", "sample", folder, "--size", "district", "--seed", "1"],
            cwd=ROOT,
            check=True,
        )
    return folder
