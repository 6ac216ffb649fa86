"""Who lives where, and how many of them are there at which hour."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from geodata.join import NOISE_M
from language import Sentence, say
from risk.release import Shape
from risk.rule_files import read_rules, rule_fault

from .rule_checks import cited_faults, is_number, number_faults, texts
from .situation import Point

TABLE = Path(__file__).parent / "population.toml"
HOURS = 24
DAY, NIGHT = 24, 25
"""The rows of `counts` behind the 24 hours: as by day, as by night."""

UNKNOWN = -1
SHARE_DIGITS = 6
SATURDAY = 5
_KM2 = 1e6
_REST_DAY = re.compile(r"(\d{4}-)?\d{2}-\d{2}")

FloatArray = NDArray[np.float64]
LongArray = NDArray[np.int64]


@dataclass(frozen=True)
class PopulationRules:
    """The declared curves: the share of the way from night to day at each hour, by kind of day."""

    version: str
    workday: tuple[float, ...]
    restday: tuple[float, ...]
    rest_days: frozenset[str]
    work_days: frozenset[str]
    urban_from_people_km2: float
    verified: bool

    def is_rest_day(self, day: date) -> bool:
        """Return whether the day follows the curve of rest days."""
        text = day.isoformat()
        if text in self.work_days:
            return False
        return text in self.rest_days or text[5:] in self.rest_days or day.weekday() >= SATURDAY

    def day_share(self, day: date) -> tuple[float, ...]:
        """Return 24 shares from 0 (as by night) to 1 (as by day)."""
        return self.restday if self.is_rest_day(day) else self.workday

    def said(self, day: date) -> Sentence:
        """Return which curve the day follows."""
        if self.is_rest_day(day):
            if self.verified:
                return say("People by hour follow the declared curve of rest days.")
            return say("People by hour follow the declared curve of rest days; it is not verified.")
        if self.verified:
            return say("People by hour follow the declared curve of workdays.")
        return say("People by hour follow the declared curve of workdays; it is not verified.")


def load_population_rules(path: Path) -> PopulationRules:
    """Return the curves of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    tables = read_rules(path)
    faults = [*_curve_faults(path, tables), *_day_faults(path, tables.get("calendar"))]
    for key in ("workday", "restday", "calendar", "urban"):
        faults += cited_faults(path, key, tables.get(key))
    faults += number_faults(path, "urban", tables.get("urban"), {"from_people_km2": (1, 1e6)})
    if faults:
        raise UserError(faults)
    return PopulationRules(
        version=str(tables.get("version", "")),
        workday=tuple(float(share) for share in tables["workday"]["day_share"]),
        restday=tuple(float(share) for share in tables["restday"]["day_share"]),
        rest_days=frozenset(tables["calendar"]["rest_days"]),
        work_days=frozenset(tables["calendar"]["work_days"]),
        urban_from_people_km2=float(tables["urban"]["from_people_km2"]),
        verified=all(tables[key]["verified"] for key in ("workday", "restday")),
    )


def _curve_faults(path: Path, tables: Mapping[str, Any]) -> list[Fault]:
    faults = []
    for key in ("workday", "restday"):
        row = tables.get(key)
        shares = row.get("day_share") if isinstance(row, dict) else None
        good = isinstance(shares, list) and len(shares) == HOURS
        if not good or not all(is_number(share, 0, 1) for share in shares or ()):
            faults.append(rule_fault(path, f"{key}, day_share", "not 24 numbers from 0 to 1"))
    return faults


def _day_faults(path: Path, calendar: object) -> list[Fault]:
    given = calendar if isinstance(calendar, dict) else {}
    return [
        rule_fault(path, f"calendar, {key}", "not a list of days such as 10-01 or 2026-02-17")
        for key in ("rest_days", "work_days")
        if not all(_is_day(day) for day in texts(given.get(key)) or ("",)) and given.get(key) != []
    ]


def _is_day(text: str) -> bool:
    if not _REST_DAY.fullmatch(text):
        return False
    full = text if len(text) == len("2024-01-01") else f"2024-{text}"
    try:
        date.fromisoformat(full)
    except ValueError:
        return False
    return True


RULES = load_population_rules(TABLE)


@dataclass(frozen=True, eq=False, repr=False)
class Inhabited:
    """The smallest units with residents on file, by code; shapes valid, in metres of the map.

    A subdistrict none of whose communities has residents on file stands for them, with an empty
    ``communities`` and ``community_codes``. ``day`` and ``night`` (n,) are UNKNOWN where not on
    file; ``rows`` are the units' rows in the community layer, -1 for a subdistrict.
    """

    communities: tuple[str, ...]
    community_codes: tuple[str, ...]
    subdistricts: tuple[str, ...]
    subdistrict_codes: tuple[str, ...]
    rows: tuple[int, ...]
    points_m: FloatArray
    shapes: NDArray[np.object_]
    area_m2: FloatArray
    day: LongArray
    night: LongArray
    tree: shapely.STRtree

    @property
    def known(self) -> NDArray[np.bool_]:
        """Return which units (n,) have residents on file, by day or by night."""
        known: NDArray[np.bool_] = (self.day != UNKNOWN) | (self.night != UNKNOWN)
        return known

    def name(self, row: int) -> str:
        """Return the unit's name."""
        return self.communities[row] or self.subdistricts[row]


def inhabited(onemap: OneMap) -> Inhabited:
    """Return the district's inhabited units, found once per map."""
    return onemap.once(_inhabited)


def _inhabited(onemap: OneMap) -> Inhabited:
    names = _names(onemap)
    places = _communities(onemap, names)
    with_figures = {place[3] for place in places if max(place[6:]) != UNKNOWN}
    with_communities = {place[3] for place in places}
    alone = [place for place in _subdistricts(onemap) if place[3] not in with_figures]
    replaced = {place[3] for place in alone if max(place[6:]) != UNKNOWN}
    places = [place for place in places if place[3] not in replaced]
    places += [p for p in alone if p[3] in replaced or p[3] not in with_communities]
    places.sort(key=lambda place: (place[3], place[1]))
    shapes = np.array([place[5] for place in places], dtype=object).reshape(-1)
    return Inhabited(
        communities=tuple(place[0] for place in places),
        community_codes=tuple(place[1] for place in places),
        subdistricts=tuple(place[2] for place in places),
        subdistrict_codes=tuple(place[3] for place in places),
        rows=tuple(place[4] for place in places),
        points_m=_points_m(shapes),
        shapes=shapes,
        area_m2=np.asarray(shapely.area(shapes), np.float64).reshape(-1),
        day=np.array([place[6] for place in places], np.int64),
        night=np.array([place[7] for place in places], np.int64),
        tree=shapely.STRtree(shapes),
    )


_Unit = tuple[str, str, str, str, int, Shape, int, int]


def _names(onemap: OneMap) -> dict[str, str]:
    records = onemap.records.get("subdistrict")
    return {} if records is None else dict(zip(records.ids, records.names, strict=True))


def _communities(onemap: OneMap, names: dict[str, str]) -> list[_Unit]:
    records = onemap.records.get("community")
    if records is None:
        return []
    shapes = areal(onemap.shapes["community"])
    found: list[_Unit] = []
    for row, code in enumerate(records.ids):
        parent = records.text("subdistrict_code", row)
        people = _residents(
            records.whole("residents_day", row), records.whole("residents_night", row)
        )
        name = names.get(parent, records.text("subdistrict", row))
        found.append((records.names[row], code, name, parent, row, shapes[row], *people))
    return found


def _subdistricts(onemap: OneMap) -> list[_Unit]:
    records = onemap.records.get("subdistrict")
    if records is None:
        return []
    shapes = areal(onemap.shapes["subdistrict"])
    found: list[_Unit] = []
    for row, code in enumerate(records.ids):
        people = _residents(
            records.whole("residents_day", row), records.whole("residents_night", row)
        )
        found.append(("", "", records.names[row], code, -1, shapes[row], *people))
    return found


def _residents(day: int | None, night: int | None) -> tuple[int, int]:
    return UNKNOWN if day is None else day, UNKNOWN if night is None else night


def _points_m(shapes: NDArray[np.object_]) -> FloatArray:
    """Return a point (n, 2) within each shape, NaN for an empty one."""
    points_m = np.full((len(shapes), 2), np.nan)
    there = ~shapely.is_empty(shapes)
    points_m[there] = shapely.get_coordinates(shapely.point_on_surface(shapes[there]))
    return points_m


def areal(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return valid polygons that cover what the shapes cover, empty where they have no area."""
    mended: NDArray[np.object_] = shapes.copy()
    mended[shapely.is_missing(shapes)] = shapely.Polygon()
    wrong = ~shapely.is_valid(mended)
    mended[wrong] = shapely.make_valid(mended[wrong])
    mixed = shapely.get_type_id(mended) == shapely.GeometryType.GEOMETRYCOLLECTION
    for i in np.flatnonzero(mixed).tolist():
        parts = shapely.get_parts(shapely.get_parts(mended[i]))
        mended[i] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004
    flat = shapely.get_dimensions(mended) < 2  # noqa: PLR2004 - areas have two dimensions
    mended[flat] = shapely.Polygon()
    return mended


def counts(units: Inhabited, day: date) -> LongArray:
    """Return the people (26, n) of each unit at the 24 hours of the day, by DAY and by NIGHT.

    Where only one of the two figures is on file it stands for every hour; unknown units count 0.
    """
    by_day = np.where(units.day == UNKNOWN, units.night, units.day).clip(0)
    by_night = np.where(units.night == UNKNOWN, units.day, units.night).clip(0)
    share = np.array([*RULES.day_share(day), 1.0, 0.0])[:, None]
    people: LongArray = np.floor(by_night + share * (by_day - by_night) + 0.5).astype(np.int64)
    return people


def shares(units: Inhabited, shape: Shape) -> FloatArray:
    """Return the share (n,) of each unit's area that lies within the shape, 0 to 1.

    It has six digits: what is less is the rounding of borders, and would decide who of equals
    counts.
    """
    share = np.zeros(len(units.shapes))
    if not len(share) or shape.is_empty:
        return share
    shapely.prepare(shape)
    near = units.tree.query(shape, "intersects")
    whole = shapely.contains_properly(shape, units.shapes[near])
    share[near[whole]] = 1.0
    cut = near[~whole]
    area_m2 = shapely.area(shapely.intersection(units.shapes[cut], shape))
    share[cut] = np.minimum(np.round(area_m2 / units.area_m2[cut], SHARE_DIGITS), 1.0)
    return share


def apportioned(people: LongArray, parts: FloatArray) -> LongArray:
    """Return whole people (h, n, k) of each part, by largest remainder.

    ``people`` (h, n) are parted by ``parts`` (n, k), which sum to 1 for each unit; of equal
    remainders the first part gains. The sums over the parts are exactly ``people``.
    """
    quota = people[:, :, None] * parts[None, :, :]
    least = np.floor(quota + NEARLY)
    left = people - least.sum(axis=2).astype(np.int64)
    rank = np.argsort(np.argsort(least - quota, axis=2, kind="stable"), axis=2, kind="stable")
    whole: LongArray = least.astype(np.int64) + (rank < left[:, :, None])
    return whole


NEARLY = 1e-9
"""So near below a whole number counts as that number: shares are quotients of areas."""


def is_urban(onemap: OneMap, at: Point) -> bool:
    """Return whether the ground at the point counts as built-up.

    False where nobody knows: over open country a cloud reaches farther.
    """
    units = inhabited(onemap)
    rows = units.tree.query(shapely.Point(at), "dwithin", NOISE_M)
    if not len(rows):
        return False
    row = int(rows.min())
    people = int(max(units.night[row], units.day[row] if units.night[row] == UNKNOWN else 0))
    if not units.known[row] or units.area_m2[row] == 0:
        return False
    return bool(people / (units.area_m2[row] / _KM2) >= RULES.urban_from_people_km2)


def hour_of(time: datetime) -> int:
    """Return the hour of the district's clock, 0 to 23."""
    return time.hour
