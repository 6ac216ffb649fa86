"""The legend at a map's foot: every layer said once, nothing outside, nothing above another."""

from itertools import combinations

import pytest
import shapely

from language import Catalogue, say
from reports.map_boxes import Box, width_mm
from reports.map_legend import Entry, Legend, entries_of, legend_of, mark_of
from reports.paper import MapFigure, MapLayer

WORDS = Catalogue.load("en")
SHEET = Box(0.0, 0.0, 156.0, 142.8)
EXTENT = (0.0, 0.0, 100.0, 100.0)
CLASSES = ((say("all covered"), "#1B7F6B"), (say("below 50%"), "#D9694F"))
POINT, LINE = shapely.Point(1, 1), shapely.LineString([(0, 0), (1, 1)])
AREA = shapely.box(0, 0, 1, 1)


def _layer(*shapes: shapely.Geometry | None, legend: bool = False) -> MapLayer:
    held = tuple(shapes)
    return MapLayer("x", say("Maps"), held, ("",) * len(held),  # type: ignore[arg-type]
                    legend=CLASSES if legend else (), classes=(0,) * len(held))  # fmt: skip


@pytest.mark.parametrize(
    ("shapes", "mark"),
    [
        ((), "point"),
        ((POINT,), "point"),
        ((shapely.MultiPoint([(0, 0), (1, 1)]),), "point"),
        ((LINE,), "line"),
        ((shapely.MultiLineString([[(0, 0), (1, 1)]]),), "line"),
        ((AREA,), "area"),
        ((shapely.Polygon(), LINE), "line"),
        ((shapely.Point(),), "point"),
        ((shapely.GeometryCollection([POINT, AREA]),), "area"),
    ],
)
def test_the_mark_is_that_of_the_first_shape_with_a_place(
    shapes: tuple[shapely.Geometry, ...], mark: str
) -> None:
    assert mark_of(_layer(*shapes)) == mark


def test_the_front_layer_is_said_first_and_classes_stand_below_their_heading() -> None:
    figure = MapFigure("m", say("Maps"), EXTENT, (_layer(AREA, legend=True), _layer(POINT)))
    said = [(one.mark, one.layer, one.place) for one in entries_of(figure, WORDS)]
    assert said == [("point", 1, -1), ("head", 0, -1), ("area", 0, 0), ("area", 0, 1)]


def test_a_map_without_layers_has_an_empty_legend() -> None:
    figure = MapFigure("m", say("Maps"), EXTENT, ())
    assert entries_of(figure, WORDS) == ()
    assert legend_of((), SHEET, WORDS).entries == ()


def _many(count: int, heads: int, text: str = "Layer") -> list[Entry]:
    """Return so many entries; each ``heads``-th is the heading of those after it."""
    return [
        Entry("head" if heads and at % heads == 0 else "area", at, -1, f"{text} {at}")
        for at in range(count)
    ]


def _inner(box: Box) -> Box:
    """Return the box without a millionth of a millimetre, which sums of floats may overlap."""
    return Box(box.x + 1e-6, box.y + 1e-6, box.width - 2e-6, box.height - 2e-6)


def _left_out(legend: Legend, entries: list[Entry]) -> int:
    shown = [entry for entry, _, _ in legend.entries if entry.mark != "more"]
    assert shown == entries[: len(shown)], "in their order, none twice"
    return len(entries) - len(shown)


@pytest.mark.parametrize("heads", [0, 2, 3, 5])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 15, 44, 45, 61, 99, 200])
def test_nothing_is_outside_or_above_another_and_what_is_left_out_is_counted(
    count: int, heads: int
) -> None:
    entries = _many(count, heads)
    legend = legend_of(entries, SHEET, WORDS)
    boxes = [_inner(written.box) for _, _, written in legend.entries]
    foot = Box(0, SHEET.bottom - legend.height_mm, SHEET.width, legend.height_mm)
    assert all(foot.holds(box) for box in boxes)
    assert not [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])]
    assert legend.height_mm <= SHEET.height * 0.46 + 1e-9, "the map keeps more than half"
    more = [entry.text for entry, _, _ in legend.entries if entry.mark == "more"]
    left = _left_out(legend, entries)
    assert more == ([f"and {left} more layers or classes"] if left else [])


@pytest.mark.parametrize("count", [1, 3, 12, 44, 60, 200])
@pytest.mark.parametrize("sign", ["长", "W", "i", "é"])
def test_no_text_is_wider_than_its_cell(count: int, sign: str) -> None:
    legend = legend_of(_many(count, 3, sign * 300), SHEET, WORDS)
    for entry, key, written in legend.entries:
        assert width_mm(written.text, written.size_mm) <= written.box.width
        assert entry.mark == "more" or written.text.endswith("…")
        assert key.width >= 0
        assert key.width == 0 or not key.meets(written.box)


@pytest.mark.parametrize("count", range(2, 40))
def test_a_heading_is_never_the_last_of_its_column(count: int) -> None:
    legend = legend_of(_many(count, 4), SHEET, WORDS)
    if any(entry.mark == "more" for entry, _, _ in legend.entries):
        pytest.fail("forty entries have room")
    for at, (entry, key, written) in enumerate(legend.entries[:-1]):
        if entry.mark == "head" and legend.height_mm > written.box.height * 1.5:
            following = legend.entries[at + 1][1]
            assert following.x == key.x
            assert following.y > key.y


def test_fewer_entries_have_larger_letters() -> None:
    sizes = [legend_of(_many(n, 0), SHEET, WORDS).entries[0][2].size_mm for n in (3, 45, 90)]
    assert sizes == [2.8, 2.4, 2.1]


def test_a_sheet_too_low_for_a_row_still_counts_what_it_leaves_out() -> None:
    legend = legend_of(_many(9, 0), Box(0, 0, 156, 5), WORDS)
    assert legend.entries[-1][0].text == "and 5 more layers or classes"
