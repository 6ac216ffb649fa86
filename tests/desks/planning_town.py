"""The planning town: six nodes by a river, so that every cell of every table is reckoned by hand.

Plane EPSG:4547, metres from (397500, 2545000); people stand on the nodes of their community::

    y=800   i (0,800)
            |
    y=300   e (0,300) ---- f (500,300) ---- g (1000,300)      north bank
            ~~~~~~~~~~~ river ~~~~~~~~~~~~~~~ | bridge ~~~
    y=0     a (0,0) ------ b (500,0) ------- c (1000,0) ------ d (1500,0) ---- h (2100,0)

All roads residential, 36 km/h on file. a-b, b-c, c-d, e-f, f-g, e-i: 500 m; c-g: 300 m; d-h: 600 m.

Subdistrict 甲 holds K1 (a, b) and K2 (c, d, h); 乙 holds K3 (e, f, g, i), K4, where nobody lives,
and K5, whose residents nobody stated; in 丙 nobody is on file at all.

================  =====  ====================  ======================================
residents         night  spread (west first)   day / elderly (187 in a thousand)
================  =====  ====================  ======================================
K1                101    a 51, b 50            200 = 100 + 100 / 19 = 10 + 9
K2                100    c 34, d 33, h 33      40 = 14 + 13 + 13 / 19 = 7 + 6 + 6
K3                90     e 23 i 23 f 22 g 22   31 = 8 + 8 + 8 + 7 / 17 = 5 + 4 + 4 + 4
K4, K5            0, ?   a point               0 and not on file
================  =====  ====================  ======================================

Shelters: P1 at a, outdoor urgent, 60; P2 at g, indoor fixed, 60; P3 at (1490, 20), 20 m beside
c-d, indoor urgent, 30; P4 at (2100, -30), 30 m beside h, outdoor, no capacity on file; P5 at b,
indoor fixed, 10; P6 has no position.
"""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pyproj
import shapely

from desks.build import Source, Sources, build_district
from desks.onemap import OneMap, load_onemap
from tests.desks.making import TOWN_ORIGIN_M, write_csv

CRS = "EPSG:4547"
NODES = {
    "a": (0, 0), "b": (500, 0), "c": (1000, 0), "d": (1500, 0), "h": (2100, 0),
    "e": (0, 300), "f": (500, 300), "g": (1000, 300), "i": (0, 800),
}  # fmt: skip
ROADS = ("ab", "bc", "cd", "dh", "cg", "ef", "fg", "ei")
POINTS = ("a", "b", "c", "d", "h", "e", "i", "f", "g")
"""The points in the order of the demand: by community, then west first."""

SHELTERS = (
    ("P1", "室外", "紧急", "60", 0, 0),
    ("P2", "室内", "固定", "60", 1000, 300),
    ("P3", "室内", "紧急", "30", 1490, 20),
    ("P4", "室外", "", "", 2100, -30),
    ("P5", "室内", "固定", "10", 500, 0),
    ("P6", "室内", "固定", "500", None, None),
)

_TO_DEGREES = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def place(x_m: float, y_m: float) -> tuple[float, float]:
    """Return metres from the town's origin as metres of its CRS."""
    return TOWN_ORIGIN_M[0] + x_m, TOWN_ORIGIN_M[1] + y_m


def degrees(x_m: float | None, y_m: float | None) -> tuple[str, str]:
    """Return longitude and latitude as a file writes them, to a tenth of a micrometre."""
    if x_m is None or y_m is None:
        return "", ""
    lon, lat = _TO_DEGREES.transform(*place(x_m, y_m))
    return f"{lon:.12f}", f"{lat:.12f}"


def _box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(*place(west, south), *place(east, north))


def _units() -> dict[str, gpd.GeoDataFrame]:
    areas = {
        "1": _box(-100, -200, 2300, 150),
        "2": _box(-100, 150, 2300, 900),
        "3": _box(2300, -200, 2600, 900),
    }
    subdistricts = gpd.GeoDataFrame(
        [(f"44019900{n}", name) for n, name in zip("123", "甲乙丙", strict=True)],
        columns=["code", "name"], geometry=list(areas.values()), crs=CRS,
    )  # fmt: skip
    rows = [
        ("440199001001", "K1", 200, 101, _box(-100, -200, 750, 150)),
        ("440199001002", "K2", 40, 100, _box(750, -200, 2300, 150)),
        ("440199002003", "K3", 31, 90, _box(-100, 150, 1100, 900)),
        ("440199002004", "K4", 0, 0, _box(1100, 150, 1600, 900)),
        ("440199002005", "K5", None, None, _box(1600, 150, 2300, 900)),
    ]
    communities = gpd.GeoDataFrame(
        [row[:4] for row in rows],
        columns=["code", "name", "residents_day", "residents_night"],
        geometry=[row[4] for row in rows], crs=CRS,
    )  # fmt: skip
    communities = communities.astype({"residents_day": "Int64", "residents_night": "Int64"})
    return {"subdistrict": subdistricts, "community": communities}


def _roads() -> gpd.GeoDataFrame:
    held = [
        {
            "id": name, "highway": "residential", "name": f"{name}路", "maxspeed": 36,
            "geometry": shapely.LineString([place(*NODES[name[0]]), place(*NODES[name[1]])]),
        }
        for name in ROADS
    ]  # fmt: skip
    return gpd.GeoDataFrame(held, geometry="geometry", crs=CRS)


def _registers(folder: Path) -> dict[str, Source]:
    shelters = [
        (key, f"{key}所", space, grade, capacity, *degrees(x_m, y_m))
        for key, space, grade, capacity, x_m, y_m in SHELTERS
    ]
    heads = ("编号", "名称", "室内外", "等级", "容量", "经度", "纬度")
    return {
        "shelter": Source(write_csv(folder / "shelter.csv", heads, shelters)),
        "fire_station": _points(folder, "fire_station", "站级", ("F1", "一级站", 0, 0)),
        "mini_station": _points(folder, "mini_station", "类型", ("M1", "社区", 500, 0)),
        "depot": _points(folder, "depot", "级别", ("D1", "区级", 1500, 0)),
        "hydrant": _points(folder, "hydrant", "地址", ("H1", "桥上", 1000, 100)),
    }


def _points(folder: Path, key: str, kind: str, *rows: tuple[str, str, float, float]) -> Source:
    written = [(one, one, what, *degrees(x_m, y_m)) for one, what, x_m, y_m in rows]
    heads = ("编号", "名称", kind, "经度", "纬度")
    return Source(write_csv(folder / f"{key}.csv", heads, written))


def build_town(folder: Path, replaced: Mapping[str, Source] | None = None) -> OneMap:
    """Return the town, some of its layers replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    layers = _registers(folder)
    for key, frame in _units().items():
        path = folder / f"{key}.gpkg"
        frame.to_file(path, layer=key, driver="GPKG")
        layers[key] = Source(path)
    roads = folder / "roads.gpkg"
    _roads().to_file(roads, layer="roads", driver="GPKG")
    build_district(
        folder / "town",
        Sources(roads=Source(roads), layers={**layers, **(replaced or {})}, name_zh="河镇",
                name_en="River Town", sample=True),
    )  # fmt: skip
    return load_onemap(folder / "town")
