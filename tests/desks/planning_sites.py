"""The planning town with a petrol station, areas on file, and a list of candidate sites."""

from collections.abc import Sequence
from pathlib import Path

from desks.build import Source
from desks.onemap import OneMap
from tests.desks.making import write_csv
from tests.desks.planning_town import SHELTERS, build_town, degrees

HEADS = ("编号", "名称", "室内外", "有效面积", "造价(万元)", "经度", "纬度")
SITES = (
    ("C1", "室外", "92", "10", 0, 800),
    ("C2", "室内", "66", "20", 2100, 0),
    ("C3", "室外", "62", "30", 0, 0),
    ("C4", "室外", "36", "5", 500, 300),
    ("C5", "室外", "6", "", 1500, 0),
    ("C6", "室外", "42", "40", 1250, 0),
    ("C9", "室外", "2", "1", 1000, -50),
)
"""People held: C1 46, C2 33, C3 31, C4 18, C5 3, C6 21, C9 1; the cost of C5 is not on file."""

UNFIT = (
    ("A1", "室外", "600", "1", 1000, -60),
    ("A2", "室外", "600", "1", 0, 3000),
    ("A3", "室外", "", "1", 0, 0),
    ("A4", "室外", "600", "1", None, None),
    ("A5", "室外", "1.9", "1", 0, 0),
    ("P1", "室外", "600", "1", 0, 0),
)
"""40 m from the petrol station; off the ways; no area; no position; room for nobody; a known id."""


def write_sites(path: Path, rows: Sequence[tuple[object, ...]] = (*SITES, *UNFIT)) -> Path:
    """Return a CSV of candidate sites: id, space, area, cost, metres from the town's origin."""
    lines = [
        (str(key), f"{key}场", str(space), str(area), str(cost), *degrees(x_m, y_m))  # type: ignore[arg-type]
        for key, space, area, cost, x_m, y_m in rows
    ]
    return write_csv(path, HEADS, lines)


def sites_town(folder: Path) -> OneMap:
    """Return the town with a petrol station at (1000, -100) and 66 m² on file for shelter P4."""
    folder.mkdir(parents=True, exist_ok=True)
    areas = {"P4": "66"}
    shelters = [
        (key, f"{key}所", space, grade, capacity, areas.get(key, ""), *degrees(x_m, y_m))
        for key, space, grade, capacity, x_m, y_m in SHELTERS
    ]
    heads = ("编号", "名称", "室内外", "等级", "容量", "有效面积", "经度", "纬度")
    station = [("S1", "桥头加油站", *degrees(1000, -100))]
    return build_town(
        folder,
        {
            "shelter": Source(write_csv(folder / "shelters.csv", heads, shelters)),
            "petrol_station": Source(
                write_csv(folder / "petrol.csv", ("编号", "名称", "经度", "纬度"), station)
            ),
        },
    )
