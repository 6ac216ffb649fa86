"""What tests of several rooms share: the real input beside the checkout, the sample district."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real maps and registers beside the checkout, or skip."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real input {folder.name}/ is not beside this checkout")
    return folder
