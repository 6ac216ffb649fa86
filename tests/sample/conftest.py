"""One made-up district for all tests of the room, written once and read back as a user would."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from layers import layer
from sample import SampleFiles, write_sample
from tests.conftest import alone

CRS = "EPSG:4547"


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> SampleFiles:
    """Return the files of the default district, seed 1, written once for all workers of a run."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    kept = shared / "sample.pickle"
    with alone(shared / "sample.lock"):
        if not kept.exists():
            kept.write_bytes(pickle.dumps(write_sample(shared / "sample", size="district", seed=1)))
    files: SampleFiles = pickle.loads(kept.read_bytes())  # noqa: S301 - written above
    return files


@pytest.fixture(scope="session")
def town_files(tmp_path_factory: pytest.TempPathFactory) -> SampleFiles:
    """Return the files of the town."""
    return write_sample(tmp_path_factory.mktemp("town"), size="town", seed=1)


@pytest.fixture(scope="session")
def roads(district: SampleFiles) -> gpd.GeoDataFrame:
    """Return the district's roads in metres."""
    return read_shapes(district.roads)


@pytest.fixture(scope="session")
def communities(district: SampleFiles) -> gpd.GeoDataFrame:
    """Return the district's communities in metres."""
    return read_shapes(district.communities)


@pytest.fixture(scope="session")
def subdistricts(district: SampleFiles) -> gpd.GeoDataFrame:
    """Return the district's subdistricts in metres."""
    return read_shapes(district.subdistricts)


@pytest.fixture(scope="session")
def register(district: SampleFiles) -> Callable[[str], pd.DataFrame]:
    """Return a reader of the district's registers that keeps what it has read."""
    held: dict[str, pd.DataFrame] = {}

    def read(key: str) -> pd.DataFrame:
        if key not in held:
            held[key] = read_register(district.layers[key], key)
        return held[key]

    return read


def read_shapes(path: Path) -> gpd.GeoDataFrame:
    """Return the file's shapes in metres of the sample's plane."""
    return gpd.read_file(path, engine="pyogrio").to_crs(CRS)


def read_register(path: Path, key: str) -> pd.DataFrame:
    """Return the first sheet or the features with the catalogue's column keys as headings."""
    if path.suffix == ".geojson":
        frame = pd.DataFrame(gpd.read_file(path, engine="pyogrio").drop(columns="geometry"))
    else:
        frame = pd.read_excel(path, engine="calamine", dtype={"联系电话": str})
    return frame.rename(columns={column.title_zh: column.key for column in layer(key).columns})


def read_child(path: Path, key: str) -> pd.DataFrame:
    """Return the layer's one child sheet with the catalogue's column keys as headings."""
    child = layer(key).children[0]
    frame = pd.read_excel(
        path, sheet_name=child.title_zh, engine="calamine", dtype={"物资编码": str}
    )
    return frame.rename(columns={column.title_zh: column.key for column in child.columns})
