"""Zones as documents: degrees, rings as GeoJSON asks, words of the language asked for."""

import json
from dataclasses import replace

import numpy as np
import pytest
import shapely

from geodata.crs import Projection, projection
from language import Catalogue
from risk.release import Weather, Zone, ZoneSet
from risk.zone_document import substance_document, zones_collection, zones_document
from risk.zones import circle, zones
from tests.risk.releases import MIDNIGHT, released

CRS = "EPSG:4547"
ENGLISH, CHINESE = Catalogue.load("en"), Catalogue.load("zh")


@pytest.fixture(scope="module")
def plane() -> Projection:
    return projection(CRS)


@pytest.fixture(scope="module")
def found(plane: Projection) -> ZoneSet:
    release = released("chlorine", 1.0, "hazmat_leak", wind=(90.0, 2.0), time=MIDNIGHT)
    return zones(replace(release, at=plane.to_m(113.3, 23.1)))


def test_a_document_is_plain_json_without_nan(found: ZoneSet, plane: Projection) -> None:
    for make in (zones_document, zones_collection):
        text = json.dumps(make(found, plane, CHINESE), allow_nan=False)
        assert json.loads(text)


def test_titles_and_sentences_are_of_the_language(found: ZoneSet, plane: Projection) -> None:
    english, chinese = (zones_document(found, plane, one) for one in (ENGLISH, CHINESE))
    assert (english["zones"][0]["title"], chinese["zones"][0]["title"]) == ("Heavy gas", "重气扩散")
    assert english["zones"][0]["level_name"] == "Life-threatening"
    assert any("Stability F" in said for said in english["zones"][0]["assumptions"])
    assert any("稳定度 F" in said for said in chinese["zones"][0]["assumptions"])


def test_the_shape_comes_back_to_its_metres(found: ZoneSet, plane: Projection) -> None:
    """Six decimals of a degree are a tenth of a metre."""
    document = zones_document(found, plane, ENGLISH)
    for zone, told in zip(found.zones, document["zones"], strict=True):
        back = shapely.transform(shapely.geometry.shape(told["geometry"]), plane.many_to_m)
        assert back.hausdorff_distance(zone.shape) < 0.5


def test_each_line_is_followed_by_its_spread(found: ZoneSet, plane: Projection) -> None:
    features = zones_collection(found, plane, ENGLISH)["features"]
    parts = [(f["properties"]["model"], f["properties"]["part"]) for f in features]
    expected = [
        (zone.model, part)
        for zone in found.zones
        for part in ("line", *(("spread",) if zone.spread is not None else ()))
    ]
    assert parts == expected
    assert all("geometry" not in feature["properties"] for feature in features)


def test_a_zone_of_a_model_outside_the_table_keeps_its_own_words(plane: Projection) -> None:
    shape = circle(plane.to_m(113.3, 23.1), 50.0)
    zone = Zone(
        "<b>x</b>", "y", 0, None, "", 50.0, shape, None, None, "s", verified=False, assumptions=()
    )
    told = zones_document(ZoneSet((zone,), "", None, ()), plane, CHINESE)["zones"][0]
    assert (told["title"], told["level_name"], told["spread"]) == ("<b>x</b>", "y", None)


def test_a_shape_of_several_parts_and_with_a_hole_stays_so(plane: Projection) -> None:
    at = np.array(plane.to_m(113.3, 23.1))
    ring = circle((at[0], at[1]), 100.0).difference(circle((at[0], at[1]), 40.0))
    both = shapely.MultiPolygon([ring, circle((at[0] + 500.0, at[1]), 20.0)])
    zone = Zone("m", "l", 0, 1.0, "m", 520.0, both, None, None, "s", verified=True, assumptions=())
    weather = Weather(359.96, 1.234, "D", 20.06)
    told = zones_document(ZoneSet((zone,), "m", weather, ()), plane, ENGLISH)
    geometry = told["zones"][0]["geometry"]
    assert geometry["type"] == "MultiPolygon"
    assert [len(part) for part in geometry["coordinates"]] == [2, 1]
    outer, hole = geometry["coordinates"][0]
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(hole).is_ccw
    assert told["weather"]["air_c"] == 20.1


def test_a_substance_that_is_not_in_the_table_is_null() -> None:
    assert substance_document("nonsense") is None
    chlorine = substance_document("chlorine")
    assert chlorine is not None
    assert chlorine["un"] == "1017"
