"""The hand-computed town for the tests of papers."""

from pathlib import Path

import pytest

from desks.build import build_district
from desks.onemap import OneMap, load_onemap
from sample import write_sample
from tests.desks.making import sources_of


@pytest.fixture(scope="session")
def town_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = write_sample(tmp_path_factory.mktemp("town_files"), size="town", seed=1)
    folder = tmp_path_factory.mktemp("districts") / "town"
    build_district(folder, sources_of(files))
    return folder


@pytest.fixture(scope="session")
def town(town_folder: Path) -> OneMap:
    return load_onemap(town_folder)
