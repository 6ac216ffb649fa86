"""An opened drill, made once and copied for each test that plays it."""

from pathlib import Path

import pytest

from desks.exercise.folder import Control
from tests.desks.exercise.drills import copied, make_drill


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with control and players before the start; copy it, never play it."""
    folder = tmp_path_factory.mktemp("opened")
    make_drill(folder)
    return folder


@pytest.fixture
def control(opened: Path, tmp_path: Path) -> Control:
    """Return control's folder with one opened drill; its players lie beside it."""
    return copied(opened, tmp_path / "drill")
