"""Where one goes: the shelters of the first survey, and those that the office chose since.

The first are drawn among all other registers, the later ones after them all: no other register
depends on how many shelters there are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from .clerk import Clerk, ids, in_town, named, per_subdistrict
from .land import Floats
from .made import Register
from .network import Ints
from .office import SCHOOL_M, Office, plight_of
from .sites import Sites
from .units import Units, apportion

CAPACITY = 350_000
"""People that the shelters of the default district hold in all."""

M2_PER_PERSON = {"紧急": 1.0, "固定": 2.0, "中心": 4.5}

_CENTRAL, _CENTRAL_PLACES = 2, 13_500
_AMONG_HAZARDS = 3
_VILLAGE_M, _VILLAGES_WITHOUT = 300.0, 4
_GRADE_ROOM = {"紧急": 1.0, "固定": 1.1, "中心": 0.0}
_KINDS = {
    ("室外", "固定"): ("文化公园", "体育公园"),
    ("室外", "紧急"): ("广场", "绿地", "停车场"),
    ("室内", "紧急"): ("社区活动中心", "文体中心"),
    ("室内", "固定"): ("体育馆",),
}  # fmt: skip
_TURN = (("室外", "固定"), ("室内", "紧急"), ("室外", "紧急"), ("室外", "紧急"), ("室内", "固定"),
         ("室外", "紧急"), ("室外", "紧急"), ("室外", "紧急"))  # fmt: skip
"""The order in which a subdistrict is filled; then it begins again."""


@dataclass(frozen=True)
class _Later:
    """One later shelter: its place, space, grade, what it is, and how many people it serves."""

    place: int
    space: str
    grade: str
    kind: str
    people: float


def first_shelters(clerk: Clerk, units: Units, count: int) -> Register:
    """Return the shelters of the first survey, one or two in each subdistrict.

    Subdistrict 0 has two outdoor and none indoor (row S1-2); one half of the others has one of
    each, the rest one. ``place`` is the row of the pool, ``size`` 1 for a usual one.
    """
    subdistricts = len(units.subdistricts)
    double = count - subdistricts - 1
    spaces: list[tuple[int, str]] = [(0, "室外"), (0, "室外")]
    for at in range(1, subdistricts):
        both = at <= double
        spaces += [(at, "室外"), (at, "室内")] if both else [(at, "室外" if at % 2 else "室内")]
    held = per_subdistrict(clerk.sites, units, in_town(clerk.sites) + 0.005)
    rows: Ints = np.array(
        [int(clerk.chooser.take(1, held[at])[0]) for at, _ in spaces], dtype=np.int64
    )
    size = np.exp(clerk.rng.normal(0.0, 0.4, len(spaces)))
    stems = named(clerk.sites, rows, "", by="community")
    names = [
        f"{stem}{'公园避难场所' if space == '室外' else '学校体育馆避难场所'}"
        for stem, (_, space) in zip(stems, spaces, strict=True)
    ]
    columns: dict[str, Sequence[object]] = {
        "space": [space for _, space in spaces],
        "grade": [
            "中心" if at == _CENTRAL else "固定" if space == "室外" or at % 3 == 0 else "紧急"
            for at, (_, space) in enumerate(spaces)
        ],
        "place": rows.tolist(),
        "size": size.tolist(),
    }
    return clerk.register("BN", rows, names, columns)


def shelters(
    office: Office, units: Units, first: Register, around: Sequence[Register], capacity: int
) -> Register:
    """Return the whole register; ``around`` are the edge villages and the schools."""
    villages, schools = around
    sites, clerk = office.sites, office.clerk
    kept, served = _kept(office, units, first)
    later: list[_Later] = []
    for number, name in enumerate(units.subdistricts["name"]):
        later += _for_villages(office, units, number, _yards(villages, str(name)))
        later += _for_people(office, units, number)
    later = _with_centre(later)
    rows = np.array([one.place for one in later], dtype=np.int64)
    columns: dict[str, Sequence[object]] = {
        "space": [one.space for one in later],
        "grade": [one.grade for one in later],
    }
    made = clerk.register("BN", rows, _names(sites, later, schools), columns).rows
    frame = pd.concat([kept, made], ignore_index=True).assign(id=ids("BN", len(kept) + len(made)))
    weight = np.concatenate((served, _weights(units, sites, later)))
    return Register(_with_room(frame, weight, capacity, clerk))


def _kept(office: Office, units: Units, first: Register) -> tuple[gpd.GeoDataFrame, Floats]:
    """Return the first survey's rows that their subdistrict's plight leaves, and their weights."""
    sites, stays, served = office.sites, [], []
    plights = {str(n): plight_of(units, at) for at, n in enumerate(units.subdistricts["name"])}
    for name, place, size in zip(
        *(first.rows[key].tolist() for key in ("subdistrict", "place", "size")), strict=True
    ):
        plight = plights[name]
        stays.append(bool(plight.share > 0.0 and sites.shore_m[place] >= plight.shore_m))
        if stays[-1]:
            served.append(office.open(place) * size * plight.room)
    kept = first.rows[stays].drop(columns=["place", "size"])
    return kept, np.array(served)


def _yards(villages: Register, subdistrict: str) -> list[tuple[float, float]]:
    """Return where its edge villages are; the last ones of the register never built a shelter."""
    rows = villages.rows.iloc[:-_VILLAGES_WITHOUT]
    return [(at.x, at.y) for at in rows.loc[rows["subdistrict"] == subdistrict, "geometry"]]


def _for_villages(
    office: Office, units: Units, number: int, yards: Sequence[tuple[float, float]]
) -> Iterator[_Later]:
    """Yield an urgent shelter in each village (row S1-3)."""
    plight = plight_of(units, number)
    for yard in yards if plight.share else ():
        rows = office.fit(str(units.subdistricts["name"].iloc[number]), plight)
        away = np.hypot(*(office.sites.xy_m[rows] - yard).T)
        near = rows[away <= _VILLAGE_M]
        if len(near):
            place = int(rows[int(np.argmin(away))])
            yield _Later(place, "室外", "紧急", "村前广场", office.open(place))


def _for_people(office: Office, units: Units, number: int) -> Iterator[_Later]:
    """Yield shelters until the share of the people is within reach; subdistrict 0 has no hall.

    Where the office is not wary, the first stand by major hazards.
    """
    plight = plight_of(units, number)
    name = str(units.subdistricts["name"].iloc[number])
    for _ in range(0 if plight.wary else _AMONG_HAZARDS):
        rows = office.fit(name, plight)
        near = rows[~office.safe[rows]]
        if office.left[near].sum() > 0.0:
            place = office.best(near)
            yield _Later(place, "室外", "紧急", "广场", office.open(place))
    own = office.sites.subdistrict == name
    turn = [at for at in _TURN if number or at[0] == "室外"]
    count = 0
    while office.left[own].sum() > (1.0 - plight.share) * office.people[own].sum():
        rows = office.fit(name, plight)
        if not office.left[rows].sum() > 0.0:
            return
        place = office.best(rows)
        space, grade = turn[count % len(turn)]
        kinds = _KINDS[space, grade]
        yield _Later(place, space, grade, kinds[count % len(kinds)], office.open(place))
        count += 1


def _with_centre(later: Sequence[_Later]) -> list[_Later]:
    """Return the shelters, the park that serves most people now a central one."""
    parks = [row for row, one in enumerate(later) if (one.space, one.grade) == ("室外", "固定")]
    centre = max(parks, key=lambda row: later[row].people)
    return [replace(one, grade="中心") if row == centre else one for row, one in enumerate(later)]


def _names(sites: Sites, later: Sequence[_Later], schools: Register) -> list[str]:
    """Return a name each: after the school whose ground it is, else community and kind."""
    places = np.array([one.place for one in later], dtype=np.int64)
    at = schools.rows.geometry
    ends = sites.xy_m[places][:, None] - np.column_stack((at.x, at.y))[None]
    away = np.hypot(ends[..., 0], ends[..., 1])
    grounds: dict[int, int] = {}
    for row in np.argsort(away.min(axis=1), kind="stable").tolist():
        if away[row].min() <= SCHOOL_M and later[row].kind in _KINDS["室外", "紧急"]:
            grounds.setdefault(int(away[row].argmin()), row)
    names = named(sites, places, [f"{one.kind}避难场所" for one in later], by="community")
    for number, row in grounds.items():
        names[row] = f"{schools.rows['name'].iloc[number]}操场避难场所"
    return names


def _weights(units: Units, sites: Sites, later: Sequence[_Later]) -> Floats:
    """Return how much of the district's room each later shelter has."""
    rooms = {
        str(name): plight_of(units, at).room for at, name in enumerate(units.subdistricts["name"])
    }
    return np.array(
        [
            one.people * _GRADE_ROOM[one.grade] * rooms[str(sites.subdistrict[one.place])]
            for one in later
        ]
    )


def _with_room(
    frame: gpd.GeoDataFrame, weight: Floats, capacity: int, clerk: Clerk
) -> gpd.GeoDataFrame:
    """Return the rows with places that sum to ``capacity`` and the area that these take."""
    central = frame["grade"].to_numpy() == "中心"
    places = np.where(central, _CENTRAL_PLACES, 0)
    spread = weight[~central] * np.exp(clerk.rng.normal(0.0, 0.2, int((~central).sum())))
    spread += spread.mean() * 0.08
    places[~central] = apportion(spread, (capacity - int(places.sum())) // 10) * 10
    per_person = frame["grade"].map(M2_PER_PERSON).to_numpy(dtype=np.float64)
    area = places * per_person * clerk.rng.uniform(1.0, 1.25, len(frame))
    return frame.assign(area_m2=np.ceil(area / 10.0) * 10.0, capacity_people=places)
