"""Zones of other programs in a brief: read, counted, kept from roads; hostile files refused."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from desks.command.brief import situation_brief
from desks.command.foreign import MOST_BYTES, foreign_zones
from desks.command.situation import Incident
from desks.onemap import OneMap
from desks.stock import CHINA
from geodata.faults import UserError

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=CHINA)


def middle(onemap: OneMap) -> tuple[float, float]:
    west, south, east, north = onemap.extent_m
    return onemap.to_degrees((west + east) / 2, (south + north) / 2)


def square(lon: float, lat: float, half_deg: float) -> list[list[list[float]]]:
    ring = [[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]
    return [[[lon + half_deg * x, lat + half_deg * y] for x, y in ring]]


def collection(*areas: tuple[str, Any], kind: str = "Polygon") -> bytes:
    features = [
        {"type": "Feature", "properties": {"name": name},
         "geometry": {"type": kind, "coordinates": shape}}
        for name, shape in areas
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_zones_of_another_program_are_drawn_and_their_people_counted(district: OneMap) -> None:
    """The ground of a file is cleared like ground drawn here, and told as its maker's."""
    lon, lat = middle(district)
    content = collection(("Yellow", square(lon, lat, 0.02)), ("Red <b>", square(lon, lat, 0.005)))
    zones, left_out = foreign_zones(district, "aloha.geojson", content)
    assert left_out == ()
    assert [zone.name for zone in zones] == ["Red <b>", "Yellow"]
    asked = Incident(at=district.to_metres(lon, lat), time=NOON)
    before = situation_brief(district, asked)
    after = situation_brief(district, replace(asked, foreign=zones))
    found = [zone for zone in after.zones.zones if zone.level == "foreign"]
    assert [zone.source for zone in found] == ["aloha.geojson"] * 2
    assert found[0].reach_m < found[1].reach_m < 4_000
    said = [str(text) for text in found[0].assumptions]
    assert any("Computed elsewhere" in text for text in said)
    assert any("Red <b>" in text for text in said)
    assert after.exposure is not None
    assert after.exposure.people_now is not None
    assert after.exposure.people_now > 0
    assert before.exposure is None or not before.exposure.people_now
    assert not [zone for zone in before.zones.zones if zone.level == "foreign"]


def test_what_a_file_says_of_its_zones_is_said_and_what_it_does_not(district: OneMap) -> None:
    """Maker, level, unit and time where the file tells them; its silence is said."""
    lon, lat = middle(district)
    feature = {
        "type": "Feature",
        "properties": {"name": "Red", "Program": "ALOHA 5.4.7 <b>", "LEVEL": "AEGL-3 (60 min)",
                       "unit": None, "time": "2026-11-01T10:00:00", "note": ""},
        "geometry": {"type": "Polygon", "coordinates": square(lon, lat, 0.005)},
    }  # fmt: skip
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    zones, _ = foreign_zones(district, "a.geojson", content)
    asked = Incident(at=district.to_metres(lon, lat), time=NOON, foreign=zones)
    brief = situation_brief(district, asked)
    (found,) = [zone for zone in brief.zones.zones if zone.level == "foreign"]
    said = " ".join(str(text) for text in found.assumptions)
    assert "Made by, as its file says: ALOHA 5.4.7 <b>." in said
    assert "Level, as its file says: AEGL-3 (60 min)." in said
    assert "Time, as its file says: 2026-11-01 10:00." in said
    assert "does not say its unit" in said
    assert "does not say who" not in said
    cautions = [str(caution.text) for caution in brief.cautions]
    (one,) = [text for text in cautions if "a.geojson" in text]
    assert one.startswith("1 zones are drawn as the file a.geojson has them, which says: ALOHA")
    assert hash(zones[0]) == hash(replace(zones[0]))


def test_zones_govern_only_where_no_model_speaks(district: OneMap) -> None:
    lon, lat = middle(district)
    zones, _ = foreign_zones(district, "a.json", collection(("x", square(lon, lat, 0.01))))
    leak = Incident(
        at=district.to_metres(lon, lat), time=NOON, kind="hazmat_leak", substance="chlorine",
        quantity_t=1.0, wind_from_deg=70.0, wind_ms=2.0, foreign=zones,
    )  # fmt: skip
    assert situation_brief(district, leak).zones.governing != "drawn"
    alone = replace(leak, kind="unspecified", substance="", quantity_t=None)
    assert situation_brief(district, alone).zones.governing == "drawn"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.geojson", "C:\\x\\y.geojson", "a\u202eb.GeoJSON"]
)
def test_a_file_name_is_text_and_no_path(district: OneMap, name: str) -> None:
    lon, lat = middle(district)
    zones, _ = foreign_zones(district, name, collection(("x", square(lon, lat, 0.01))))
    assert not set(zones[0].source) & set("/\\\u202e")
    assert zones[0].source.lower().endswith(".geojson")


def test_lines_and_points_are_left_out_and_named(district: OneMap) -> None:
    lon, lat = middle(district)
    both = json.loads(collection(("x", square(lon, lat, 0.01))))
    both["features"] += json.loads(collection(("p", [lon, lat]), kind="Point"))["features"]
    zones, left_out = foreign_zones(district, "a.geojson", json.dumps(both).encode())
    assert len(zones) == 1
    assert [(fault.file, "no area" in str(fault.problem)) for fault in left_out] == [
        ("a.geojson", True)
    ]


def _many(lon: float, lat: float) -> bytes:
    shapes = ((f"z{i}", square(lon + i * 1e-4, lat, 1e-5)) for i in range(60))
    return collection(*shapes)


def test_what_makes_no_zones_is_said_with_its_file(district: OneMap) -> None:
    lon, lat = middle(district)
    far = collection(("x", square(lon - 20, lat, 0.01)))
    xml = b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml/>'
    for name, content, part in (
        ("zones.exe", b"MZ", "no zone file"),
        ("zones", b"", "no zone file"),
        ("bad.kml", xml, ""),
        ("bad.geojson", b"\x00\xff{", ""),
        ("empty.geojson", b"", ""),
        ("big.kml", b" " * (MOST_BYTES + 1), "larger than 20 MB"),
        ("far.geojson", far, "does not meet the district"),
        ("many.geojson", _many(lon, lat), "more than 50"),
    ):
        with pytest.raises(UserError) as caught:
            foreign_zones(district, name, content)
        assert {fault.file for fault in caught.value.faults} == {name}
        assert part in str(caught.value)
