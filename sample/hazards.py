"""Where danger lies: major hazards, declared risks, stations, pipelines, chemical zones."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.affinity

from .clerk import SOURCE, Clerk, day, in_town, in_works, main_road, named
from .land import Floats, Land
from .made import CRS, Register
from .names import person
from .network import Ints
from .roads import Streets
from .vocabulary import HAZARDS, MEASURES, RISK_GRADES, RISK_KINDS

_MEDIA = (
    ("天然气", 4.0),
    ("天然气", 1.6),
    ("液氨", 2.5),
    ("成品油", 6.3),
    ("天然气", 0.4),
    ("氯气", 0.8),
)
_RIVERSIDE_M, _TOWN = 350.0, 0.2
_NAMELESS, _UNPLANNED, _OVERDUE = 0.06, 0.04, 0.15
"""Shares of sources without a person, without a next review, and of reviews past their day."""

_REVIEW_DAYS = 180
_PLANT_M, _STATION_M, _NARROW, _TURN_DEG = 90.0, 45.0, 0.7, 35.0
"""Half the length of a plant's and of a station's ground, its width to length, its turning."""

_SCORED_EACH = 3
_LEC: dict[str, tuple[tuple[float, float, float], ...]] = {
    "重点": ((6.0, 6.0, 15.0), (3.0, 6.0, 15.0)),
    "较大": ((3.0, 6.0, 15.0), (3.0, 6.0, 7.0)),
    "一般": ((3.0, 6.0, 7.0), (1.0, 6.0, 7.0)),
}
"""Scores that people give: now and then a milder colour than what is declared."""


def _responsible(clerk: Clerk, rows: Ints, rng: np.random.Generator) -> dict[str, Sequence[object]]:
    """Return measure, responsible unit and person, and next review for every row.

    ``rng`` chooses the measures; the rest comes from aside, with the gaps that real lists have.
    """
    which = rng.integers(0, len(MEASURES), len(rows))
    return {
        "measure": [MEASURES[int(at)] for at in which],
        "responsible_unit": [f"{clerk.sites.subdistrict[at]}应急管理办公室" for at in rows],
        "responsible_person": [
            "" if clerk.aside.random() < _NAMELESS else person(clerk.aside) for _ in rows
        ],
        "next_review": [_review(clerk.aside) for _ in rows],
    }


def _review(rng: np.random.Generator) -> str:
    """Return the day of the next review: mostly to come, some past, some not set."""
    dice = rng.random()
    if dice < _UNPLANNED:
        return ""
    if dice < _UNPLANNED + _OVERDUE:
        return day(-int(rng.integers(1, _REVIEW_DAYS)))
    return day(int(rng.integers(0, _REVIEW_DAYS)))


def hazards(clerk: Clerk, factor: int) -> Register:
    """Return the chlorine and ammonia firms; the water works of each set stands by the river."""
    sites = clerk.sites
    table = [row for _ in range(factor) for row in HAZARDS]
    first = np.arange(0, len(table), len(HAZARDS))
    shore = np.where((sites.shore_m < _RIVERSIDE_M) & (sites.density > _TOWN), sites.density, 0.0)
    shore = np.where(sites.on("residential", "tertiary", "secondary"), shore, 0.0)
    rows = np.empty(len(table), dtype=np.int64)
    rows[first] = clerk.chooser.take(len(first), shore, apart_m=2000.0)
    rest = np.setdiff1d(np.arange(len(table)), first)
    rows[rest] = clerk.chooser.take(len(rest), in_works(sites), apart_m=700.0)
    names = [
        name if at < len(HAZARDS) else f"{name}（{at // len(HAZARDS) + 1}）"
        for at, (name, _, _) in enumerate(table)
    ]
    columns: dict[str, Sequence[object]] = {
        "firm": list(names),
        **_responsible(clerk, rows, clerk.rng),
    }
    register = clerk.register(
        "ZDWX",
        rows,
        [f"{name}{what}储罐" for name, (_, what, _) in zip(names, table, strict=True)],
        columns,
    )
    child = {
        "source_id": register.rows["id"].tolist(),
        "substance": [substance for _, substance, _ in table],
        "quantity_t": [tonnes for _, _, tonnes in table],
        "unit": [f"{substance}储罐区" for _, substance, _ in table],
        "unit_kind": "储存单元",
    }
    return Register(register.rows, {"substance": pd.DataFrame(child)})


def declared_risks(clerk: Clerk, factor: float) -> Register:
    """Return the declared risk sources, 116 major, 71 larger and 120 general times ``factor``."""
    sites, rng = clerk.sites, clerk.rng
    counts = [round(count * factor) for _, count, _ in RISK_GRADES]
    grades = np.repeat([grade for grade, _, _ in RISK_GRADES], counts)
    share = np.repeat([part for _, _, part in RISK_GRADES], counts)
    weight: Floats = in_works(sites) + 0.03 * in_town(sites)
    rows = clerk.chooser.take(len(grades), weight, apart_m=60.0)
    kinds = rng.integers(0, len(RISK_KINDS), len(grades))
    names = named(sites, rows, "风险点")
    columns: dict[str, Sequence[object]] = {
        "grade": [str(grade) for grade in grades],
        "kind": [RISK_KINDS[int(at)][0] for at in kinds],
        **_scores([str(grade) for grade in grades]),
        **_responsible(clerk, rows, clerk.rng),
    }
    register = clerk.register("FXY", rows, names, columns)
    child = [
        {
            "source_id": source,
            "substance": substance,
            "quantity_t": _tonnes(usual * part * float(np.exp(rng.normal(-0.4, 0.6)))),
        }
        for source, kind, part in zip(register.rows["id"], kinds, share, strict=True)
        for substance, usual in list(RISK_KINDS[int(kind)][1].items())[: int(rng.integers(1, 3))]
    ]
    return Register(register.rows, {"substance": pd.DataFrame(child)})


def _tonnes(tonnes: float) -> float:
    """Return the tonnes as a clerk writes them: to 100 kg, small amounts to 1 kg, never none."""
    return round(tonnes, 1) if tonnes >= 1 else max(round(tonnes, 3), 0.001)


def _scores(grades: Sequence[str]) -> dict[str, Sequence[object]]:
    """Return LEC scores for every third risk, of a grade near to the declared one."""
    scored = [at % _SCORED_EACH == 0 for at in range(len(grades))]
    which = [_LEC[grade][at % 2] for at, grade in enumerate(grades)]
    return {
        key: [one[number] if there else None for one, there in zip(which, scored, strict=True)]
        for number, key in enumerate(("lec_l", "lec_e", "lec_c"))
    }


def plant_boundaries(hazard: Register, stations: Register) -> Register:
    """Return the boundaries of the firms and LPG stations; the last firm's is not on file."""
    rows: list[dict[str, object]] = []
    for register, half_m in ((hazard, _PLANT_M), (stations, _STATION_M)):
        held = register.rows
        names = held["firm"] if "firm" in held else held["name"]
        places = shapely.get_coordinates(held.geometry.to_numpy())
        for at, (key, name, (x, y)) in enumerate(zip(held["id"], names, places, strict=True)):
            if register is hazard and at == len(held) - 1:
                continue
            shape = shapely.box(-half_m, -_NARROW * half_m, half_m, _NARROW * half_m)
            turned = shapely.affinity.rotate(shape, _TURN_DEG * at)
            placed = shapely.affinity.translate(turned, float(x), float(y))
            rows.append({"name": f"{name}厂界", "hazard_id": key, "geometry": placed})
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)
    frame.insert(0, "code", [f"CJ{number:02d}" for number in range(1, len(frame) + 1)])
    frame["source"] = SOURCE
    return Register(frame)


def petrol_stations(clerk: Clerk, count: int) -> Register:
    """Return the petrol stations along main roads."""
    rows = clerk.chooser.take(count, main_road(clerk.sites), apart_m=900.0)
    tanks: list[object] = [float(size) for size in clerk.rng.choice((90, 120, 150), count)]
    columns: dict[str, Sequence[object]] = {
        "tank_m3": tanks,
        **_responsible(clerk, rows, clerk.rng),
    }
    return clerk.register("JYZ", rows, named(clerk.sites, rows, "加油站"), columns)


def gas_filling_stations(clerk: Clerk, count: int) -> Register:
    """Return the gas filling stations along main roads."""
    rows = clerk.chooser.take(count, main_road(clerk.sites), apart_m=1500.0)
    columns: dict[str, Sequence[object]] = {
        "kind": [("CNG", "LNG", "LPG")[at % 3] for at in range(count)],
        "tank_m3": [float(size) for size in clerk.rng.choice((20, 40, 60), count)],
        **_responsible(clerk, rows, clerk.rng),
    }
    return clerk.register("JQZ", rows, named(clerk.sites, rows, "加气站"), columns)


def lpg_stations(clerk: Clerk, count: int) -> Register:
    """Return the LPG storage stations, in the works and far from each other."""
    rows = clerk.chooser.take(count, in_works(clerk.sites), apart_m=3000.0)
    columns: dict[str, Sequence[object]] = {
        "tank_m3": [float((400, 600)[at % 2]) for at in range(count)],
        **_responsible(clerk, rows, clerk.rng),
    }
    names = [f"云溪液化石油气{number}号储罐站" for number in range(1, count + 1)]
    return clerk.register("YHQ", rows, names, columns)


def lpg_service_points(clerk: Clerk, count: int) -> Register:
    """Return the LPG service points of the quarters."""
    rows = clerk.chooser.take(count, in_town(clerk.sites), apart_m=900.0)
    columns: dict[str, Sequence[object]] = {
        "cylinders": clerk.rng.integers(20, 90, count).tolist(),
        **_responsible(clerk, rows, clerk.aside),
    }
    return clerk.register("BMF", rows, named(clerk.sites, rows, "液化气便民服务部"), columns)


def pipelines(clerk: Clerk, streets: Streets, count: int) -> Register:
    """Return the pipelines: beside the longest main roads that no bridge carries."""
    # The frame begins with the net's pieces, and the first courses are the main lines.
    carried = streets.frame["bridge"].to_numpy()[: len(streets.net.course)] == "yes"
    bridged = set(streets.net.course[carried].tolist())
    length = shapely.length(streets.main_lines)
    order = [at for at in np.argsort(-length, kind="stable") if at not in bridged][2 : 2 + count]
    lines = [streets.main_lines[at].offset_curve(18.0).simplify(2.0) for at in order]
    lines = [max(shapely.get_parts(line), key=lambda part: part.length) for line in lines]
    starts = np.array([line.interpolate(0.5, normalized=True).coords[0] for line in lines])
    nearest = [int(np.argmin(np.hypot(*(clerk.sites.xy_m - start).T))) for start in starts]
    beside: Ints = np.array(nearest, dtype=np.int64)
    names = [f"云溪{_MEDIA[at % 6][0]}{at + 1}号管线" for at in range(count)]
    columns: dict[str, Sequence[object]] = {
        "medium": [_MEDIA[at % 6][0] for at in range(count)],
        "pressure_mpa": [_MEDIA[at % 6][1] for at in range(count)],
        **_responsible(clerk, beside, clerk.aside),
    }
    register = clerk.register("GX", beside, names, columns)
    # A line runs through many units: none is stated, the build finds where it lies.
    rows = register.rows.drop(columns=["subdistrict", "community"])
    return Register(rows.set_geometry(gpd.GeoSeries(lines, crs=CRS)))


def chemical_zones(land: Land) -> Register:
    """Return the chemical zones: the heart of each industrial park; nobody lives there."""
    shapes = [shapely.affinity.scale(park, 0.6, 0.6) for park in land.industry]
    held = {
        "code": [f"HG{number:02d}" for number in range(1, len(shapes) + 1)],
        "name": ["云溪化工专区", "江南化工专区"][: len(shapes)],
        "residents_day": 0,
        "residents_night": 0,
        "source": SOURCE,
    }
    return Register(gpd.GeoDataFrame(held, geometry=shapes, crs=CRS))
