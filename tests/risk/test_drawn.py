"""Zones by hand and from other programs: joined, ordered, named as text, nothing computed."""

import math

import pytest
import shapely

from risk.drawn import LEVELS_BY_HAND, LONGEST_NAME, drawn_zones, imported_zones, plain_name
from risk.release import LEVELS

SQUARE = shapely.box(0, 0, 100, 100)
BESIDE = shapely.box(50, 0, 150, 100)
BOW_TIE = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])


def said(zone: object) -> str:
    return " ".join(str(text) for text in getattr(zone, "assumptions", ()))


@pytest.mark.parametrize("level", LEVELS_BY_HAND)
def test_what_overlaps_counts_once(level: str) -> None:
    """Two strokes over the same street must not count its people twice."""
    (zone,) = drawn_zones([SQUARE, BESIDE], level, "duty officer", at=(0.0, 0.0))
    assert zone.shape.area == 15_000
    assert zone.reach_m == pytest.approx(math.hypot(150, 100))
    assert zone.level == level
    assert level in LEVELS
    assert zone.source == "duty officer"
    assert not zone.verified
    assert zone.spread is None


def test_each_level_says_that_somebody_drew_it() -> None:
    texts = {said(drawn_zones([SQUARE], level, "x")[0]) for level in LEVELS_BY_HAND}
    assert len(texts) == 3
    assert all("drew" in text or "Drawn" in text for text in texts)


@pytest.mark.parametrize(
    "shapes",
    [
        [],
        [shapely.Point(0, 0)],
        [shapely.LineString([(0, 0), (9, 9)])],
        [shapely.Polygon()],
        [shapely.Polygon([(0, 0), (9, 9), (0, 0)])],
        [shapely.Polygon([(0, 0), (math.inf, 0), (9, 9)])],
    ],
)
def test_without_an_area_there_is_no_zone(shapes: list[shapely.Geometry]) -> None:
    assert drawn_zones(shapes, "drawn", "x") == ()


def test_a_crossed_outline_is_mended_and_a_collection_taken_apart() -> None:
    (zone,) = drawn_zones([BOW_TIE], "drawn", "x")
    assert zone.shape.is_valid
    assert zone.shape.area == pytest.approx(5_000)
    mixed = shapely.GeometryCollection([SQUARE, shapely.Point(5, 5)])
    apart = shapely.MultiPolygon([SQUARE, shapely.box(500, 0, 600, 100)])
    assert drawn_zones([mixed], "drawn", "x")[0].shape.area == 10_000
    assert drawn_zones([apart], "drawn", "x")[0].shape.area == 20_000


def test_without_an_incident_the_reach_is_from_the_middle() -> None:
    (zone,) = drawn_zones([SQUARE], "drawn", "x")
    assert zone.reach_m == pytest.approx(math.hypot(50, 50))


def test_the_colours_of_aloha_give_the_order() -> None:
    """Given the wrong way round and with a red zone larger than the yellow one."""
    named = [
        ("Yellow Threat Zone", shapely.box(0, 0, 10, 10)),
        ("Orange Threat Zone", shapely.box(0, 0, 20, 20)),
        ("Red Threat Zone", shapely.box(0, 0, 30, 30)),
    ]
    zones = imported_zones(named, "spill.kml")
    assert [zone.rank for zone in zones] == [0, 1, 2]
    names = ["Red Threat Zone", "Orange Threat Zone", "Yellow Threat Zone"]
    assert all(name in said(zone) for name, zone in zip(names, zones, strict=True))
    assert {zone.level for zone in zones} == {"foreign"}
    assert {zone.source for zone in zones} == {"spill.kml"}


def test_chinese_colours_too() -> None:
    named = [("黄区", shapely.box(0, 0, 30, 30)), ("红区", shapely.box(0, 0, 10, 10))]
    assert "红区" in said(imported_zones(named, "x")[0])


@pytest.mark.parametrize("name", ["Predicted", "hundred ppm", "reddish", "Red or orange", ""])
def test_a_name_without_one_colour_leaves_the_order_to_size(name: str) -> None:
    """Within another word "red" is no colour, and two colours are none."""
    named = [("Red Threat Zone", shapely.box(0, 0, 30, 30)), (name, shapely.box(0, 0, 10, 10))]
    zones = imported_zones(named, "x")
    assert [zone.shape.area for zone in zones] == [100, 900]


def test_parts_of_one_name_are_one_zone() -> None:
    zones = imported_zones([("Red", SQUARE), ("Red", BESIDE)], "x")
    assert [zone.shape.area for zone in zones] == [15_000]


def test_a_zone_without_name_says_so() -> None:
    assert "no name" in said(imported_zones([("", SQUARE)], "x")[0])


def test_what_somebody_else_computed_is_told_as_theirs() -> None:
    (zone,) = imported_zones([("Red", SQUARE)], "x")
    assert "Computed elsewhere" in said(zone)
    assert zone.threshold is None
    assert not zone.verified


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=HYPERLINK('x')", "=HYPERLINK('x')"),
        ("a\u202egnp.exe\x00\n\tb", "a gnp.exe b"),
        ("  red   zone ", "red zone"),
        ("{x} {0} %s", "{x} {0} %s"),
        ("\ud800", ""),
    ],
)
def test_hostile_names_stay_text(name: str, plain: str) -> None:
    assert plain_name(name) == plain
    (zone,) = imported_zones([(name, SQUARE)], name)
    assert plain in said(zone)
    assert zone.source == plain


def test_a_long_name_is_cut() -> None:
    assert len(plain_name("x" * 10_000)) == LONGEST_NAME
    assert plain_name("x" * LONGEST_NAME) == "x" * LONGEST_NAME


def test_where_it_comes_from_is_told_only_where_somebody_said() -> None:
    assert "Source: duty officer." in said(drawn_zones([SQUARE], "drawn", "duty officer")[0])
    assert "Source" not in said(drawn_zones([SQUARE], "drawn", "")[0])
    assert "Source" not in said(imported_zones([("Red", SQUARE)], " ")[0])


def test_facts_of_two_parts_of_one_name_are_both_told() -> None:
    """Two makers of one zone are not silently the first; a text of any length stays short."""
    told = ((("maker", "ALOHA"), ("unit", "ppm")), (("maker", "x" * 500), ("unit", "ppm")))
    (zone,) = imported_zones([("Red", SQUARE), ("Red", BESIDE)], "x", told=told)
    text = said(zone)
    assert "Made by, as its file says: ALOHA; xxx" in text
    assert "x" * LONGEST_NAME not in text
    assert "Unit, as its file says: ppm." in text
    assert "does not say its level" in text
