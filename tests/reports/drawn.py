"""Maps and papers made by hand for the tests of what draws and sets them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from language import Catalogue, Sentence, say
from layers import CATALOG
from reports.fonts import faces_in
from reports.layout import font_folders
from reports.paper import (
    Block,
    Column,
    Heading,
    MapFigure,
    MapLayer,
    Paper,
    Paragraph,
    Percent,
    Table,
    Verdict,
)

CRS = "EPSG:4547"
CORNER = (400_000.0, 2_540_000.0)
SIDE_M = 3_000.0
CLASSES: tuple[tuple[Sentence, str], ...] = (
    (say("all covered"), "#1B7F6B"),
    (say("below 50%"), "#D9694F"),
    (say("nobody, or not known"), "#E6EAEC"),
)
EXTENT = (CORNER[0], CORNER[1], CORNER[0] + SIDE_M, CORNER[1] + SIDE_M)


def paper_of(*blocks: Block, language: str = "zh", **changes: object) -> Paper:
    """Return a paper of these blocks, made-up data, without defects."""
    paper = Paper(
        key="coverage", title=say("关于应急避难场所覆盖情况的报告"), district_zh="云溪区",
        district_en="Yunxi", issuer="云溪区应急管理局", day="2026-09-16", audience="internal",
        words=Catalogue.load(language), blocks=blocks, crs=CRS, stamp="0123456789abcdef",
        sample=True, facts={"datum": "CGCS2000"},
    )  # fmt: skip
    return replace(paper, **changes)  # type: ignore[arg-type]


def figure_of(
    count: int, names: Sequence[str] = (), *, key: str = "map", places: int = 6
) -> MapFigure:
    """Return a map of so many layers: areas in classes, roads, a border and registers."""
    rng = np.random.default_rng(count)
    keys = [spec.key for spec in CATALOG if spec.geometry == "point"]
    layers: list[MapLayer] = [_quarters(names), _roads(rng), _border()]
    for number in range(3, count):
        layer = keys[number % len(keys)]
        layers.append(_places(rng, layer, f"{layer} {number}", names, places))
    return MapFigure(key, say("Map of {name}", name="石桥街道"), EXTENT, tuple(layers[:count]))


def _quarters(names: Sequence[str]) -> MapLayer:
    west, south, east, north = EXTENT
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    boxes = tuple(
        shapely.box(x, y, x + SIDE_M / 2, y + SIDE_M / 2)
        for x in (west, middle_x)
        for y in (south, middle_y)
    )
    told = tuple(names[at % len(names)] if names else f"第{at}社区" for at in range(len(boxes)))
    return MapLayer("community", say("People covered"), boxes, told, legend=CLASSES,
                    classes=(0, 1, 2, 0))  # fmt: skip


def _roads(rng: np.random.Generator) -> MapLayer:
    lines = tuple(
        shapely.LineString(np.asarray(CORNER) + rng.uniform(0, SIDE_M, (5, 2))) for _ in range(12)
    )
    return MapLayer("road_minor", say("Roads"), lines, ("",) * len(lines))


def _border() -> MapLayer:
    line = shapely.boundary(shapely.box(*EXTENT))
    return MapLayer("subdistrict", say("Border of the subdistrict"), (line,), ("石桥街道",))


def _places(
    rng: np.random.Generator, key: str, title: str, names: Sequence[str], count: int
) -> MapLayer:
    points = tuple(
        shapely.Point(np.asarray(CORNER) + rng.uniform(0, SIDE_M, 2)) for _ in range(count)
    )
    told = tuple(names[at % len(names)] if names else f"{key} {at}" for at in range(count))
    return MapLayer(key, Sentence(title), points, told, icon=key)


def table_of(rows: int = 3, name: str = "第{}社区") -> Table:
    """Return a table of coverage with so many rows, its total and its method."""
    columns = (
        Column("unit", say("Community")),
        Column("people", say("People"), is_figure=True),
        Column("share", say("circle"), is_figure=True),
        Column("result", say("Result")),
    )
    results: tuple[Verdict, ...] = (Verdict("pass"), Verdict("fail"), Verdict("not_assessable"))
    listed = tuple(
        (name.replace("{}", str(at)), 1000 + at, Percent(999 + at, 1000 + at), results[at % 3])
        for at in range(rows)
    )
    whole = sum(row[1] for row in listed)
    return Table(
        "coverage_shelter", say("Coverage"), columns, listed,
        total=("全区", whole, Percent(1, 3), None), sums=("people",),
        method=(Sentence("步行路网500米（含500.0米）。"),),
    )  # fmt: skip


def blocks_of(rows: int = 3, maps: int = 1) -> tuple[Block, ...]:
    """Return headings of all levels, a paragraph, a table and maps."""
    figures = tuple(figure_of(4, key=f"map{at}") for at in range(maps))
    return (
        Heading(1, Sentence("覆盖情况")),
        Paragraph((Sentence("全区22个街道、175个社区，四种算法的结果不同，须并列看待。"),)),
        Heading(2, Sentence("四种算法的结果")),
        Heading(3, Sentence("石桥街道")),
        table_of(rows),
        *figures,
    )


def has_fonts() -> bool:
    """Return whether this machine has a font with Chinese characters."""
    return bool(faces_in(font_folders()).families)
