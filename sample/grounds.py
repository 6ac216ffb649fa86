"""Grounds that may become shelters: what a planning office would put forward, with area and cost.

Most stand where people have no shelter within reach; a few lie within the safety distance of a
major hazard and must not be chosen.
"""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely

from .clerk import ids, named
from .made import CRS
from .network import Ints
from .office import (
    AMONG_HAZARDS,
    NONE_BY_THE_RIVER,
    NOTHING_ON_FILE,
    TOO_LITTLE_ROOM,
    Office,
    Plight,
)
from .units import Units

MORE = {NOTHING_ON_FILE: 5, NONE_BY_THE_RIVER: 4, TOO_LITTLE_ROOM: 3, AMONG_HAZARDS: 1}
"""How many grounds more than one a subdistrict that is badly off has."""

NEAR_HAZARDS = 3
_ANYWHERE = Plight(1.0, wary=False)
_KINDS = (("室外", "停车场"), ("室外", "绿地"), ("室内", "旧厂房"), ("室外", "空地"),
          ("室外", "球场"), ("室内", "礼堂"))  # fmt: skip
_AREA_M2 = {"室外": (4_000, 16_000), "室内": (1_500, 4_500)}
_CNY_PER_M2 = {"室外": (60, 180), "室内": (700, 1_600)}
_LARGE_M2 = 6_000.0
_NO_COST = 12
"""Every so many grounds one has no cost on file."""


def grounds(office: Office, units: Units) -> gpd.GeoDataFrame:
    """Return the grounds, one row each; those near hazards come last."""
    places = [*_where_none(office, units), *_by_hazards(office)]
    rows: Ints = np.array(places, dtype=np.int64)
    sites, rng = office.sites, office.clerk.rng
    kinds = [_KINDS[at % len(_KINDS)] for at in range(len(rows))]
    areas = [int(rng.integers(*_AREA_M2[space])) // 100 * 100 for space, _ in kinds]
    costs = [
        round(area * rng.integers(*_CNY_PER_M2[space]) / 10_000) * 10_000
        for area, (space, _) in zip(areas, kinds, strict=True)
    ]
    held = {
        "编号": ids("HX", len(rows)),
        "名称": named(sites, rows, [kind for _, kind in kinds], by="community"),
        "地址": [f"{sites.road[at]}{sites.number[at]}号" for at in rows],
        "街道": sites.subdistrict[rows],
        "社区": sites.community[rows],
        "室内外": [space for space, _ in kinds],
        "等级": ["固定" if area >= _LARGE_M2 else "紧急" for area in areas],
        "有效面积": areas,
        "造价": ["" if at % _NO_COST == _NO_COST - 1 else cost for at, cost in enumerate(costs)],
    }
    return gpd.GeoDataFrame(held, geometry=shapely.points(sites.xy_m[rows]), crs=CRS)


def _where_none(office: Office, units: Units) -> Iterator[int]:
    """Yield one place in each subdistrict, more where its plight asks, each for most people."""
    for name in units.subdistricts["name"]:
        if name == TOO_LITTLE_ROOM:
            crowded = office.sites.subdistrict == name
            office.left[crowded] = office.people[crowded]
        for _ in range(1 + MORE.get(str(name), 0)):
            rows = office.fit(str(name), Plight(1.0))
            if office.left[rows].sum() > 0.0:
                place = office.best(rows)
                office.open(place)
                yield place


def _by_hazards(office: Office) -> Iterator[int]:
    """Yield places within the safety distance of a major hazard."""
    rows = office.fit(AMONG_HAZARDS, _ANYWHERE)
    near = rows[~office.safe[rows]]
    yield from office.clerk.rng.choice(near, min(NEAR_HAZARDS, len(near)), replace=False).tolist()
