"""The hand-computed town, built once."""

from pathlib import Path

import pytest

from desks.build import build_district
from desks.onemap import OneMap, load_onemap
from sample import write_sample
from tests.desks.making import sources_of


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    folder: Path = tmp_path_factory.mktemp("golden")
    build_district(folder / "town", sources_of(write_sample(folder / "files", size="town", seed=1)))
    return load_onemap(folder / "town")
