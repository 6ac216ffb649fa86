"""Real shelters, roads and places of Shenzhen: the datum is told where it can be, or left open."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geodata.datum import gcj02_to_wgs84, wgs84_to_bd09
from geodata.features import read_features
from geodata.forensics import Ground, Listing, judge_datum
from geodata.roads import read_roads
from tests.geodata.forensic_town import listing

pytestmark = pytest.mark.real

CRS = "EPSG:4547"
FUTIAN_DEG = (113.98, 22.49, 114.11, 22.60)


@pytest.fixture(scope="module")
def futian(real_data: Path) -> Ground:
    """Return the roads and places of Futian as OpenStreetMap has them, in WGS 84."""
    roads, _ = read_roads(real_data / "roads" / "shenzhen_futian_all.graphml")
    places = read_features(real_data / "poi" / "shenzhen_futian_osm_poi_wgs84.gpkg").frame
    metres = places.to_crs(CRS).geometry
    return Ground(
        CRS,
        FUTIAN_DEG,
        roads.to_crs(CRS).geometry.to_numpy(),
        (),
        np.column_stack([metres.x, metres.y]),
        tuple(str(name or "") for name in places["name"]),
    )


@pytest.fixture(scope="module")
def shelters(real_data: Path) -> Listing:
    """Return Shenzhen's shelters as published: AMap's coordinates, without names."""
    text = (real_data / "shelters" / "sz_shelters.js").read_text(encoding="utf-8")
    lon, lat = (
        np.array([float(value) for value in re.findall(rf'"{axis}":\s*([\d.]+)', text)])
        for axis in ("longitude", "latitude")
    )
    assert len(lon) == len(lat) == 462
    return listing((lon, lat))


def test_shelters_are_gcj02_by_the_places_they_lie_at(futian: Ground, shelters: Listing) -> None:
    """A list declared as WGS 84 that is AMap's stops: nothing is placed against the evidence."""
    for ground in (futian, replace(futian, roads=futian.roads[:0])):
        found = judge_datum(shelters, ground)
        assert (found.verdict, found.datum, found.stop) == ("gcj02", "gcj02", True)
        assert found.confidence > 0.99


def test_shelters_are_left_open_by_roads_alone(futian: Ground, shelters: Listing) -> None:
    """Parks lie off the road, and few of them near these roads: no verdict, and power says so."""
    alone = replace(futian, places_m=futian.places_m[:0], place_keys=())
    found = judge_datum(shelters, alone)
    assert (found.verdict, found.stop) == ("undetermined", False)
    assert max(found.power.values()) < 0.5


@pytest.mark.parametrize("truth", ["wgs84", "bd09"])
def test_the_same_shelters_in_another_datum_are_never_told_wrongly(
    futian: Ground, shelters: Listing, truth: str
) -> None:
    lon, lat = gcj02_to_wgs84(shelters.x, shelters.y)
    numbers = (lon, lat) if truth == "wgs84" else wgs84_to_bd09(lon, lat)
    found = judge_datum(listing(numbers), futian)
    assert found.verdict in {truth, "undetermined"}
    assert found.stop is False or truth == "bd09"


def test_namesakes_tell_a_published_list_of_hospitals(real_data: Path) -> None:
    """Hospitals of Guangzhou and Foshan against every other kind of place of the same name."""
    places = read_features(real_data / "poi" / "guangzhou_foshan_osm_poi_wgs84.gpkg").frame
    names = tuple(str(name or "") for name in places["name"])
    metres = places.to_crs("EPSG:4546").geometry
    xy_m = np.column_stack([metres.x, metres.y])
    ours = (places["fclass"] == "hospital").to_numpy()
    ground = Ground(
        "EPSG:4546",
        tuple(places.total_bounds),
        places_m=xy_m[~ours],
        place_keys=tuple(name for name, own in zip(names, ours, strict=True) if not own),
    )
    keys = tuple(name for name, own in zip(names, ours, strict=True) if own)
    shapes = places.geometry[ours]
    found = judge_datum(listing((shapes.x.to_numpy(), shapes.y.to_numpy()), keys=keys), ground)
    assert (found.verdict, found.stop) == ("wgs84", False)
