"""The town: a few blocks on round metres, so that every answer can be computed by hand.

Plane: EPSG:4547, origin (397500, 2545000); files hold degrees rounded to 1e-9, so every length
below comes back within 1 mm in that CRS (and times its scale factor in another).

Roads, all of straight pieces; x east, y north, metres from the origin::

    y=1500                                        1500---------2000   北环路 (unclassified)
                                                  |            |      低涵洞 on x=2000: 3.0 m high
    y=1000   0-----500-----1000-------------------1500--------2000    北一街 (tertiary)
             |      ↑       |                     |            |
    y=500    0-----500-----1000-------------------1500--------2000    人民路 (primary, 72 km/h)
             |      ↑       |   4 dead-end lanes  |            |
    y=0      0-----500-----1000-1100-1200-1300-1400-1500-----2000     南一街 (tertiary)
             |      |
    y=-500   0-----500                                                小桥路 (10 t), 南环路

    x=0 西街, 1000 中街, 2000 东街 (secondary); 500 学堂路 (one way north), 1500 菜场路 (res.)

Speeds on file: primary 72 km/h (500 m in 25 s), lanes 18 (100 m in 20 s), all else 36 (500 m in
50 s). Lanes run 100 m north from (1100..1400, 0); 窄巷 (x=1200) is 2.0 m wide. 小桥路 from (0, 0)
to (0, -500) carries 10 t. An island of three nodes lies at (2500..2600, -500..-400); 孤山农场 at
(3500, 1500) is off every road. Units: 北街街道 above y=500, 南街街道 below, each parted at x=1000
into two communities of 100, 200, 300 and 400 residents by night.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .land import Floats
from .made import AS_OF, CRS, MadeUp, Register

ORIGIN = (397_500.0, 2_545_000.0)

_EAST, _SOUTH, _NORTH = 4_000.0, -1_000.0, 2_000.0
_WEST = -500.0


@dataclass(frozen=True)
class _Course:
    """One road through its crossings, in metres from the origin."""

    highway: str
    name: str
    points: tuple[tuple[int, int], ...]
    kmh: int = 36
    oneway: str = "no"
    width_m: float = np.nan
    height_m: float = np.nan
    weight_t: float = np.nan


def _row(y: int, *xs: int) -> tuple[tuple[int, int], ...]:
    return tuple((x, y) for x in xs)


def _column(x: int, *ys: int) -> tuple[tuple[int, int], ...]:
    return tuple((x, y) for y in ys)


_COURSES = (
    _Course("primary", "人民路", _row(500, 0, 500, 1000, 1500, 2000), 72),
    _Course("tertiary", "北一街", _row(1000, 0, 500, 1000, 1500, 2000)),
    _Course("tertiary", "南一街", _row(0, 0, 500, 1000, 1100, 1200, 1300, 1400, 1500, 2000)),
    _Course("secondary", "西街", _column(0, 0, 500, 1000)),
    _Course("residential", "学堂路", _column(500, 0, 500, 1000), oneway="yes"),
    _Course("secondary", "中街", _column(1000, 0, 500, 1000)),
    _Course("residential", "菜场路", _column(1500, 0, 500, 1000)),
    _Course("secondary", "东街", _column(2000, 0, 500, 1000)),
    _Course("service", "柳巷", _column(1100, 0, 100), 18, width_m=3.0),
    _Course("service", "窄巷", _column(1200, 0, 100), 18, width_m=2.0),
    _Course("service", "井巷", _column(1300, 0, 100), 18, width_m=3.0),
    _Course("service", "磨坊巷", _column(1400, 0, 100), 18, width_m=3.0),
    _Course("unclassified", "小桥路", _column(0, 0, -500), weight_t=10.0),
    _Course("unclassified", "南环路", ((0, -500), (500, -500), (500, 0))),
    _Course("unclassified", "低涵洞", _column(2000, 1000, 1500), height_m=3.0),
    _Course("unclassified", "北环路", ((2000, 1500), (1500, 1500), (1500, 1000))),
    _Course("residential", "沙洲路", ((2500, -500), (2600, -500), (2600, -400))),
)


def town() -> MadeUp:
    """Return the town: 30 road nodes, 2 subdistricts, 4 communities, 3 teams and more."""
    communities = _communities()
    subdistricts = communities.dissolve("parent", aggfunc="sum", sort=False).reset_index()
    subdistricts["code"] = subdistricts["parent"]
    subdistricts["name"] = ["北街街道", "南街街道"]
    subdistricts["source"] = "示范数据"
    named = dict(zip(subdistricts["code"], subdistricts["name"], strict=True))
    communities["subdistrict"] = communities["parent"].map(named)
    columns = ["code", "name", "residents_day", "residents_night", "source", "geometry"]
    return MadeUp(
        name_zh="云溪镇区",
        name_en="Yunxi Town",
        roads=_roads(),
        subdistricts=subdistricts[columns],
        communities=communities[[*columns[:-1], "subdistrict", "geometry"]],
        backdrop=_backdrop(),
        registers=_registers(),
    )


def _place(points: tuple[tuple[float, float], ...]) -> Floats:
    placed: Floats = np.asarray(points, dtype=np.float64) + np.asarray(ORIGIN)
    return placed


def _box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    x, y = ORIGIN
    return shapely.box(x + west, y + south, x + east, y + north)


def _roads() -> gpd.GeoDataFrame:
    """Return one straight line per piece between crossings, ids in the order of the courses."""
    held = [
        {
            "highway": course.highway, "name": course.name, "oneway": course.oneway,
            "maxspeed": course.kmh, "width": course.width_m,
            "maxheight": course.height_m, "maxweight": course.weight_t,
            "geometry": shapely.LineString(_place(course.points[at : at + 2])),
        }
        for course in _COURSES
        for at in range(len(course.points) - 1)
    ]  # fmt: skip
    frame = gpd.GeoDataFrame(held, geometry="geometry", crs=CRS)
    frame.insert(0, "id", [f"R{number:03d}" for number in range(1, len(frame) + 1)])
    return frame


def _communities() -> gpd.GeoDataFrame:
    """Return the four communities, each with its parent's code, in the order of their codes."""
    west, east, south, north = _WEST, _EAST, _SOUTH, _NORTH
    rows = [
        ("440199001001", "西北社区", 120, 100, _box(west, 500, 1000, north)),
        ("440199001002", "东北社区", 180, 200, _box(1000, 500, east, north)),
        ("440199002001", "西南社区", 350, 300, _box(west, south, 1000, 500)),
        ("440199002002", "东南社区", 450, 400, _box(1000, south, east, 500)),
    ]
    frame = gpd.GeoDataFrame(
        rows,
        columns=["code", "name", "residents_day", "residents_night", "geometry"],
        geometry="geometry",
        crs=CRS,
    )
    frame["parent"] = frame["code"].str[:9]
    frame["source"] = "示范数据"
    return frame


def _backdrop() -> dict[str, gpd.GeoDataFrame]:
    """Return a stream under the small bridge, a park and a works, one polygon each."""
    return {
        "water": _one("小溪", _box(_WEST, -300, 300, -250)),
        "green": _one("镇公园", _box(600, 600, 900, 900)),
        "industry": _one("镇工业点", _box(1600, 600, 1900, 900)),
    }


def _one(name: str, shape: shapely.Polygon) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": [name]}, geometry=[shape], crs=CRS)


def _register(
    held: list[dict[str, object]],
    at: tuple[tuple[float, float], ...],
    children: dict[str, pd.DataFrame] | None = None,
) -> Register:
    """Return the rows with contact, phone, date and source filled in, standing at the points."""
    frame = gpd.GeoDataFrame(
        held,
        geometry=shapely.points(_place(at)),
        crs=CRS,
    )
    frame["contact"] = [f"示范联系人{number}" for number in range(1, len(frame) + 1)]
    frame["phone"] = [f"555-{100 + number:04d}" for number in range(1, len(frame) + 1)]
    frame["last_verified"] = AS_OF
    frame["source"] = "示范数据"
    return Register(frame, children or {})


def _registers() -> dict[str, Register]:
    """Return teams, depots with stock, shelters, experts and villages on the town's crossings."""
    vehicle = {"vehicle_width_m": 2.5, "vehicle_height_m": 3.6, "vehicle_weight_t": 18.0}
    small = {"vehicle_width_m": 1.8, "vehicle_height_m": 2.0, "vehicle_weight_t": 3.0}
    teams = [
        {"id": "T1", "name": "西街消防救援队", "kind": "综合消防", "order": "专业", "people": 12,
         "vehicles": 2, "equipment": ("车辆", "灭火", "救生"), **vehicle},
        {"id": "T2", "name": "东街危化救援队", "kind": "危险化学品", "order": "企业", "people": 8,
         "vehicles": 1, "equipment": ("车辆", "侦检", "堵漏", "洗消"), **vehicle},
        {"id": "T3", "name": "沙洲志愿队", "kind": "志愿者", "order": "志愿", "people": 5,
         "vehicles": 1, "equipment": (), **small},
    ]  # fmt: skip
    shelters = [
        {"id": "S1", "name": "镇公园避难场所", "space": "室外", "grade": "固定",
         "area_m2": 3000.0, "capacity_people": 1500},
        {"id": "S2", "name": "镇中学体育馆", "space": "室内", "grade": "紧急",
         "area_m2": 800.0, "capacity_people": 400},
    ]  # fmt: skip
    experts: list[dict[str, object]] = [
        {"id": "E1", "name": "示范专家甲", "specialty": ("危险化学品",), "on_duty": "是"},
        {"id": "E2", "name": "示范专家乙", "specialty": ("消防", "建筑"), "on_duty": "否"},
    ]
    village = {"id": "V1", "name": "孤山农场", "kind": "城郊村", "residents": 12}
    return {
        "team": _register(teams, ((0, 500), (2000, 500), (2600, -400))),
        "depot": _depots(),
        "shelter": _register(shelters, ((600, 600), (1500, 0))),
        "expert": _register(experts, ((1000, 1000), (1000, 0))),
        "village": _register([village], ((3500, 1500),)),
    }


def _depots() -> Register:
    """Return the two depots and their stock; the sandbags of D2 have run out."""
    depots: list[dict[str, object]] = [
        {"id": "D1", "name": "镇应急物资库", "kind": "区级"},
        {"id": "D2", "name": "南街物资点", "kind": "街道级"},
    ]
    stock = [
        ("D1", "0101001", "防化服", 6.0, "套", "2028-06-30"),
        ("D1", "0302004", "沙袋", 2000.0, "条", ""),
        ("D2", "0302004", "沙袋", 0.0, "条", ""),
        ("D2", "0205002", "饮用水", 300.0, "箱", "2026-03-31"),
    ]
    heads = ["depot_id", "item_code", "item", "quantity", "unit", "expiry"]
    children = {"stock": pd.DataFrame(stock, columns=heads)}
    return _register(depots, ((500, 1000), (500, 0)), children)
