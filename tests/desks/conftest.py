"""Districts for the desk tests: the hand-computed town and the made-up district."""

from pathlib import Path

import pytest

from desks.build import build_district
from desks.onemap import OneMap, load_onemap
from sample import SampleFiles, write_sample
from tests.desks.making import sources_of


@pytest.fixture(scope="session")
def town_files(tmp_path_factory: pytest.TempPathFactory) -> SampleFiles:
    return write_sample(tmp_path_factory.mktemp("town_files"), size="town", seed=1)


@pytest.fixture(scope="session")
def town_folder(town_files: SampleFiles, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("districts") / "town"
    build_district(folder, sources_of(town_files))
    return folder


@pytest.fixture(scope="session")
def town(town_folder: Path) -> OneMap:
    return load_onemap(town_folder)


@pytest.fixture(scope="session")
def district(sample_district: Path) -> OneMap:
    return load_onemap(sample_district)
