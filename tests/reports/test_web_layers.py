"""The layers of the web map: each shape once, in its own map's class, at its place on earth."""

import json

import pytest
import shapely

from language import say
from reports.map_styles import choices
from reports.paper import MapFigure, MapLayer
from reports.web_layers import MANY_SIGNS, WebLayer, bounds_deg, web_layers
from tests.payloads import PAYLOADS
from tests.reports.drawn import CLASSES, CORNER, EXTENT, paper_of

X_M, Y_M = CORNER
GREEN, RED = CLASSES[0], CLASSES[1]


def _square(at: int) -> shapely.Polygon:
    return shapely.box(X_M + 200 * at, Y_M, X_M + 200 * at + 100, Y_M + 100)


def _made(*layers: MapLayer) -> tuple[WebLayer, ...]:
    """Return the web layers of a paper with one map for each of the layers."""
    return web_layers(
        paper_of(
            *(MapFigure(f"m{at}", say("Maps"), EXTENT, (one,)) for at, one in enumerate(layers))
        )
    )


def _filled(layer: WebLayer) -> dict[str, str]:
    return {
        one["properties"]["n"]: one["properties"]["style"]["fillColor"]
        for one in layer.features["features"]
    }


def test_classes_keep_their_colour_where_maps_have_other_legends() -> None:
    """The second map has no green class: its red is the first of its own legend."""
    first = MapLayer("community", say("Maps"), (_square(0), _square(1)), ("甲", "乙"),
                     legend=(GREEN, RED), classes=(0, 1))  # fmt: skip
    second = MapLayer("community", say("Maps"), (_square(2),), ("丙",), legend=(RED,), classes=(0,))
    for layers in ((first, second), (second, first)):
        (made,) = _made(*layers)
        assert _filled(made) == {"甲": GREEN[1], "乙": RED[1], "丙": RED[1]}
        assert sorted(colour for colour, _ in made.keys) == sorted([GREEN[1], RED[1]])


def test_a_shape_of_two_names_or_two_classes_stands_twice() -> None:
    layer = MapLayer("community", say("Maps"), (_square(0),) * 3, ("甲", "乙", "甲"),
                     legend=(GREEN, RED), classes=(0, 0, 1))  # fmt: skip
    (made,) = _made(layer, layer)
    assert len(made.features["features"]) == 3


def test_nameless_shapes_become_one_of_each_kind() -> None:
    lines = tuple(shapely.LineString([(X_M, Y_M + at), (X_M + 9, Y_M)]) for at in (0, 50))
    shapes = (_square(0), _square(1), *lines)
    (made,) = _made(MapLayer("road_minor", say("Maps"), shapes, ("",) * 4))
    kinds = sorted(one["geometry"]["type"] for one in made.features["features"])
    assert kinds == ["MultiLineString", "MultiPolygon"]
    assert not made.named


@pytest.mark.parametrize(
    "odd", [None, shapely.Point(), shapely.Point(float("nan"), 1.0), shapely.Point(1e300, 1e300)]
)
def test_what_has_no_place_on_earth_is_not_drawn_and_breaks_nothing(
    odd: shapely.Geometry | None,
) -> None:
    shapes = (odd, shapely.Point(X_M, Y_M))
    (made,) = _made(MapLayer("depot", say("Maps"), shapes, ("a", "b")))  # type: ignore[arg-type]
    text = json.dumps(made.features, allow_nan=False)
    assert '"b"' in text
    assert len(made.features["features"]) == 1


def test_a_layer_of_nothing_is_a_switch_without_features() -> None:
    (made,) = _made(MapLayer("depot", say("Maps"), (), ()))
    assert made.features["features"] == []
    assert bounds_deg([made]) is None


@pytest.mark.parametrize(("count", "has_sign"), [(MANY_SIGNS, True), (MANY_SIGNS + 1, False)])
def test_many_signs_become_dots(count: int, has_sign: bool) -> None:  # noqa: FBT001
    points = tuple(shapely.Point(X_M + at, Y_M) for at in range(count))
    names = tuple(f"d{at}" for at in range(count))
    (made,) = _made(MapLayer("depot", say("Maps"), points, names, icon="depot"))
    assert made.icon == ("depot" if has_sign else "")


def test_points_stand_above_lines_and_lines_above_areas() -> None:
    point = MapLayer("depot", say("A"), (shapely.Point(X_M, Y_M),), ("p",))
    line = MapLayer("road_minor", say("B"), (shapely.boundary(_square(0)),), ("l",))
    area = MapLayer("community", say("C"), (_square(0),), ("a",))
    assert [one.mark for one in _made(point, line, area)] == ["area", "line", "point"]


def test_degrees_have_six_decimals_longitude_first() -> None:
    (made,) = _made(MapLayer("depot", say("Maps"), (shapely.Point(X_M + 0.123, Y_M),), ("p",)))
    lon, lat = made.features["features"][0]["geometry"]["coordinates"]
    assert (lon, lat) == (round(lon, 6), round(lat, 6))
    assert 113 < lon < 114
    assert 22 < lat < 24


def test_the_view_is_that_of_what_has_names() -> None:
    far = shapely.LineString([(X_M, Y_M), (X_M + 90_000, Y_M + 90_000)])
    roads = MapLayer("road_minor", say("A"), (far,), ("",))
    named = MapLayer("depot", say("B"), (shapely.Point(X_M, Y_M),), ("p",))
    whole, near = bounds_deg(_made(roads)), bounds_deg(_made(roads, named))
    assert whole is not None
    assert near is not None
    assert near[2] - near[0] == 0 < whole[2] - whole[0]


def test_points_are_filled_by_their_class_with_the_papers_edge() -> None:
    points = (shapely.Point(X_M, Y_M), shapely.Point(X_M + 5, Y_M))
    (made,) = _made(MapLayer("depot", say("Maps"), points, ("a", "b"), legend=(GREEN, RED),
                             classes=(1, 0)))  # fmt: skip
    assert _filled(made) == {"a": RED[1], "b": GREEN[1]}
    style = made.features["features"][0]["properties"]["style"]
    assert style["color"] == choices()["paper"]


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_hostile_names_stay_data_without_steering_signs(payload: str) -> None:
    (made,) = _made(
        MapLayer("depot", say("{x}", x=payload), (shapely.Point(X_M, Y_M),), (payload,))
    )
    for text in (made.name, made.features["features"][0]["properties"].get("n", "")):
        assert text.isprintable()
        assert not set(text) & set("\u202e\u200b\x00\n")
