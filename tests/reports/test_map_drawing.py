"""Maps of 1 to 22 layers: everything within its place, hostile names harmless, the same bytes."""

import itertools
import re
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree as ET

import pytest
import shapely

from language import Catalogue, say
from reports.map_boxes import Box, width_mm
from reports.map_drawing import Sketches, alt_text, draw_map, map_png, plan_map
from reports.map_frame import length_text
from reports.map_legend import entries_of, legend_of
from reports.map_marks import path_of
from reports.map_styles import icon, style_of
from reports.paper import MapFigure, MapLayer
from tests.payloads import PAYLOADS

from .drawn import CLASSES, EXTENT, figure_of, paper_of

NAMESPACE = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("count", [*range(1, 23)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_overflows_with_1_to_22_layers(count: int, language: str) -> None:
    paper = paper_of(language=language, review_no="GS(2026)0001", secrecy="内部资料" * 9)
    plan = plan_map(figure_of(count), paper)
    lines = [*(written for _, _, written in plan.legend.entries), *plan.notes]
    for line in lines:
        assert plan.sheet.holds(line.box), line
        assert width_mm(line.text, line.size_mm) <= line.box.width + 1e-9, line
    assert not any(a.box.meets(b.box) for a, b in itertools.combinations(lines, 2))
    assert not any(line.box.meets(plan.frame.box) for line in lines)
    assert all(plan.frame.box.holds(box) for box in plan.furniture)
    over = [*plan.furniture, *(name.box for name in plan.names)]
    assert not any(a.meets(b) for a, b in itertools.combinations(over, 2))
    assert len(plan.names) <= 25
    said = [entry for entry, _, _ in plan.legend.entries if entry.mark != "head"]
    assert len(said) == count - 1 + len(CLASSES), "every layer and class stands in the legend"


@pytest.mark.parametrize("count", [1, 8, 22])
def test_whatever_is_drawn_stands_on_the_sheet(count: int) -> None:
    plan = plan_map(figure_of(count, places=40), paper_of())
    frame = shapely.box(plan.frame.box.x, plan.frame.box.y, plan.frame.box.right,
                        plan.frame.box.bottom)  # fmt: skip
    for held in plan.shapes:
        for shape in held:
            assert shapely.is_empty(shape) or shapely.covers(shapely.buffer(frame, 0.011), shape)


def test_a_legend_that_has_no_room_counts_what_it_leaves_out() -> None:
    entries = entries_of(figure_of(22), Catalogue.load("zh")) * 9
    legend = legend_of(entries, Box(0, 0, 156, 90), Catalogue.load("zh"))
    last, _, written = legend.entries[-1]
    shown = sum(entry.mark != "more" for entry, _, _ in legend.entries)
    assert last.mark == "more"
    assert f"另有{len(entries) - shown}项" in written.text


def test_a_heading_never_stands_alone_at_a_columns_foot() -> None:
    for count in range(1, 23):
        legend = legend_of(entries_of(figure_of(count), Catalogue.load("zh")),
                           Box(0, 0, 156, 140), Catalogue.load("zh"))  # fmt: skip
        foot = max(written.box.y for _, _, written in legend.entries)
        heads = [written.box.y for entry, _, written in legend.entries if entry.mark == "head"]
        assert legend.height_mm < 6 or all(y < foot for y in heads)


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    plan = plan_map(figure_of(4), paper_of())
    assert plan.bar_mm * plan.frame.m_per_mm == pytest.approx(plan.bar_m)
    assert f">{length_text(plan.bar_m)}</text>" in draw_map(figure_of(4), paper_of())


def test_datum_review_number_and_made_up_data_are_said() -> None:
    texts = _texts(draw_map(figure_of(3), paper_of()))
    assert "示范数据" in texts
    assert "CGCS2000" in texts
    assert "审图号：未填，不得公开" in texts
    stated = _texts(draw_map(figure_of(3), paper_of(review_no="粤AS(2026)012号", sample=False)))
    assert "审图号：粤AS(2026)012号" in stated
    assert "示范数据" not in stated


def test_names_without_room_are_counted() -> None:
    crowded = figure_of(22, places=60)
    assert re.search(r"\d+个名称中标出\d+个", _texts(draw_map(crowded, paper_of())))


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_hostile_name_is_text_and_nothing_else(payload: str) -> None:
    svg = draw_map(figure_of(8, [payload]), paper_of(secrecy=payload, review_no=payload))
    root = ET.fromstring(svg)  # noqa: S314 - our own text
    known = {"svg", "defs", "pattern", "rect", "path", "g", "circle", "text"}
    assert {element.tag.removeprefix(NAMESPACE) for element in root.iter()} <= known
    found = [(key, value) for element in root.iter() for key, value in element.attrib.items()]
    assert not [key for key, _ in found if key.startswith("on") or key in {"href", "src", "style"}]
    assert not [value for _, value in found if re.search(r"url\((?!#hatch)|http:", value)]


def test_the_same_map_gives_the_same_bytes() -> None:
    first, second = draw_map(figure_of(9), paper_of()), draw_map(figure_of(9), paper_of())
    assert first == second
    assert map_png(figure_of(9), paper_of()) == map_png(figure_of(9), paper_of())


def test_formats_that_show_the_same_map_draw_it_once() -> None:
    figures, paper, sketch = [figure_of(4), figure_of(9)], paper_of(), Sketches()
    with ThreadPoolExecutor(max_workers=3) as hands:
        made = [[hands.submit(sketch, figure, paper) for figure in figures] for _ in range(3)]
    for figure, svgs in zip(figures, zip(*made, strict=True), strict=True):
        assert len({id(svg.result()) for svg in svgs}) == 1
        assert svgs[0].result() == draw_map(figure, paper)


def test_a_figure_in_another_paper_is_another_map() -> None:
    figure, sketch = figure_of(4), Sketches()
    chinese, english = paper_of(), paper_of(language="en")
    assert sketch(figure, chinese) == draw_map(figure, chinese)
    assert sketch(figure, english) == draw_map(figure, english) != sketch(figure, chinese)


def test_a_drawing_that_failed_is_tried_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    figure, paper, sketch = figure_of(4), paper_of(), Sketches()
    with monkeypatch.context() as broken:
        broken.setattr("reports.map_drawing.draw_map", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            sketch(figure, paper)
    assert sketch(figure, paper) == draw_map(figure, paper)


def test_a_path_holds_lines_and_rings_in_their_order_and_no_point() -> None:
    hollow = shapely.Polygon([(0, 0), (4, 0), (4, 4)], [[(3, 1), (3.5, 1), (3.5, 2)]])
    line = shapely.LineString([(-0.001, 1), (2.346, 1 / 3)])
    shape = shapely.GeometryCollection([
        line, shapely.MultiPolygon([hollow]), shapely.Point(9, 9), shapely.Polygon(),
        shapely.MultiLineString([line]), shapely.GeometryCollection([shapely.MultiPoint([(1, 1)])]),
    ])  # fmt: skip
    ring, hole = "M0 0 4 0 4 4 0 0Z", "M3 1 3.5 1 3.5 2 3 1Z"
    assert path_of(shape) == f"M0 1 2.35 0.33{ring}{hole}M0 1 2.35 0.33"
    assert not path_of(shapely.Point(1, 1))
    assert not path_of(shapely.Polygon())


def test_a_drawn_map_keeps_clear_of_its_edges() -> None:
    """Looked at as a picture: below the frame nothing touches the paper's edge."""
    image = pytest.importorskip("PIL.Image")
    io = pytest.importorskip("io")
    picture = image.open(io.BytesIO(map_png(figure_of(22), paper_of()))).convert("L")
    width, height = picture.size
    assert (width, height) == (1229, 1182) or abs(width / height - 156 / 150) < 0.01
    below = picture.crop((0, int(height * 0.6), width, height))
    right = below.crop((width - 3, 0, width, below.height))
    assert min(right.crop((0, right.height // 3, 3, right.height)).get_flattened_data()) > 200
    assert min(below.crop((0, below.height - 3, width, below.height)).get_flattened_data()) > 200


def test_classes_differ_by_hatch_too_so_that_grey_copies_read() -> None:
    svg = draw_map(figure_of(1), paper_of())
    assert "url(#hatch1)" in svg
    assert "url(#hatch2)" in svg


def test_many_signs_become_small_and_then_dots() -> None:
    few, more, many = (
        draw_map(figure_of(4, places=places), paper_of(sample=False)) for places in (5, 90, 300)
    )
    assert "scale(0.1462)" in few
    assert "scale(0.1000)" in more
    assert many.count("<circle") > 250


def test_a_layer_without_an_icon_or_style_of_its_own_is_drawn_all_the_same() -> None:
    assert icon("no_such_layer") == ""
    assert icon("../tokens") == ""
    assert style_of("no_such_layer", 1) != style_of("no_such_layer", 2)
    figure = MapFigure("x", say("Map"), EXTENT, (
        MapLayer("zone", say("Zone"), (shapely.box(*EXTENT),), ("危险区",)),
        MapLayer("empty", say("Nothing"), (), ()),
    ))  # fmt: skip
    texts = _texts(draw_map(figure, paper_of()))
    assert "Nothing" in texts


def test_a_map_is_told_in_words() -> None:
    told = alt_text(figure_of(4), paper_of())
    assert "石桥街道" in told
    assert "道路" in told


def _texts(svg: str) -> str:
    root = ET.fromstring(svg)  # noqa: S314 - our own text
    return "\n".join(element.text or "" for element in root.iter(f"{NAMESPACE}text"))
