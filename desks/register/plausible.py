"""Rows that can hardly be true beside each other's columns or the register's own record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geodata.faults import Weight
from geodata.store import Feature
from language import Sentence, say
from layers import LayerRows

from .current import Register
from .defects import Defect
from .duplicates import Named, Twin, name_key, twins_between, twins_within

LEAST_AREA_M2 = 0.5
"""Effective area of one person in the smallest shelter, in square metres (GB 51143-2015, table
3.1.10; unverified)."""

MOVED_M = 500.0
"""A record that bears another name and lies farther than this from itself is another record."""


@dataclass(frozen=True)
class _Side:
    """Records to compare, and what they are called in a sentence."""

    named: Named
    ids: tuple[str, ...]


def check_rows(current: Register, read: LayerRows) -> tuple[Defect, ...]:
    """Return what the rows' columns, each other and the register's records speak against."""
    ours = _file_side(current, read)
    theirs = _register_side(current, read)
    return (
        *_crowded(read),
        *_twins(read, ours, theirs),
        *_other_records(current, read, ours),
    )


def _file_side(current: Register, read: LayerRows) -> _Side:
    frame = read.frame
    ids = tuple(str(i) for i in frame[read.spec.columns[0].key].tolist())
    units = tuple(frame["subdistrict"].tolist()) if "subdistrict" in frame else ("",) * len(ids)
    shapes = current.metres(frame.geometry.to_numpy())
    names = tuple(str(name) for name in frame["name"].tolist())
    return _Side(Named(names, units, _middles(shapes)), ids)


def _register_side(current: Register, read: LayerRows) -> _Side:
    features = current.of(read.spec.key)
    shapes = [shapely.Point() if f.shape is None else f.shape for f in features]
    named = Named(
        tuple(str(f.props.get("name", "")) for f in features),
        tuple(str(f.props.get("subdistrict", "")) for f in features),
        _middles(current.metres(np.array(shapes, dtype=object))),
    )
    return _Side(named, tuple(f.id for f in features))


def _middles(shapes: np.ndarray) -> np.ndarray:
    """Return a point on each shape (n, 2), NaN for empty ones."""
    found = np.full((len(shapes), 2), np.nan)
    there = ~shapely.is_empty(shapes)
    found[there] = shapely.get_coordinates(shapely.point_on_surface(shapes[there]))
    return found


def _crowded(read: LayerRows) -> Iterator[Defect]:
    """Yield rows whose area is too small for their people: mostly a unit left out."""
    frame = read.frame
    if not {"area_m2", "capacity_people"} <= set(frame.columns):
        return
    pairs = zip(frame["area_m2"].tolist(), frame["capacity_people"].tolist(), strict=True)
    mend = say("It is kept; check the unit of the area and the number of people.")
    for row, (area_m2, people) in zip(read.rows, pairs, strict=True):
        if not (isinstance(people, int) and area_m2 < LEAST_AREA_M2 * people):
            continue
        problem = say("{area} m² cannot hold {people} people.", area=area_m2, people=people)
        heading, value = read.headings.get("area_m2", ""), f"{area_m2:g}"
        yield Defect(read.sheet, row, heading, value, problem, mend, "confirm", "crowded")


def _twins(read: LayerRows, ours: _Side, theirs: _Side) -> Iterator[Defect]:
    """Yield rows that seem to be an earlier row, or a record that the file does not name."""
    mend = say("Both are kept; remove one if they are the same place.")
    for twin in twins_within(ours.named):
        if ours.ids[twin.at] != ours.ids[twin.other]:
            row, metres = read.rows[twin.other], _rounded(twin)
            problem = (
                say("It has the name and unit of row {row}.", row=row)
                if metres is None
                else say("It seems to be row {row}, {metres} m away.", row=row, metres=metres)
            )
            yield _at_name(read, ours, twin.at).told(problem, mend, "duplicate")
    named = frozenset(ours.ids)
    unnamed = [i for i, name in enumerate(theirs.ids) if name not in named]
    fresh = _only(theirs.named, unnamed)
    for twin in twins_between(ours.named, fresh):
        other, metres = theirs.ids[unnamed[twin.other]], _rounded(twin)
        problem = (
            say("It has the name and unit of {id} in the register.", id=other)
            if metres is None
            else say(
                "It seems to be {id} in the register, {metres} m away.", id=other, metres=metres
            )
        )
        mend = say("It is added; give it that id if it is the same place.")
        yield _at_name(read, ours, twin.at).told(problem, mend, "duplicate_registered")


def _other_records(current: Register, read: LayerRows, ours: _Side) -> Iterator[Defect]:
    """Yield rows whose id belongs to a record of another name at another place.

    An id that was made from a row number proves nothing: then the other name is enough.
    """
    features = {feature.id: feature for feature in current.of(read.spec.key)}
    made = _made(read)
    for at, name in enumerate(ours.ids):
        feature = features.get(name)
        if feature is None or _same_name(feature, ours.named.names[at]):
            continue
        old = str(feature.props.get("name", ""))[:60]
        place = _Place(read, read.rows[at], read.headings.get(read.spec.columns[0].key, ""), name)
        if at in made:
            problem = say("The id {id} was made and belongs to {name}.", id=name, name=old)
            mend = say("Write ids into the file; the row stays out until then.")
            yield place.told(problem, mend, "id_moved", decide=True)
        elif _metres(current, feature, ours.named.xy_m[at]) > MOVED_M:
            problem = say("{id} is {name}, elsewhere, in the register.", id=name, name=old)
            mend = say("It would be renamed and moved; check the id.")
            yield place.told(problem, mend, "id_other")


@dataclass(frozen=True)
class _Place:
    """Where a defect stands."""

    read: LayerRows
    row: int
    column: str
    value: str

    def told(self, problem: Sentence, mend: Sentence, code: str, *, decide: bool = False) -> Defect:
        """Return the defect that stands there."""
        weight: Weight = "decide" if decide else "confirm"
        sheet, value = self.read.sheet, self.value[:60]
        return Defect(sheet, self.row, self.column, value, problem, mend, weight, code)


def _at_name(read: LayerRows, ours: _Side, at: int) -> _Place:
    return _Place(read, read.rows[at], read.headings.get("name", ""), ours.named.names[at])


def _rounded(twin: Twin) -> int | None:
    return round(twin.metres) if np.isfinite(twin.metres) else None


def _only(named: Named, places: Sequence[int]) -> Named:
    names = tuple(named.names[i] for i in places)
    return Named(names, tuple(named.units[i] for i in places), named.xy_m[list(places)])


def _made(read: LayerRows) -> frozenset[int]:
    """Return the places in the frame of rows whose id was made."""
    if read.spec.columns[0].key not in read.headings:
        return frozenset(range(len(read.rows)))
    rows = {fault.row for fault in read.notices if fault.code == "id_made"}
    return frozenset(at for at, row in enumerate(read.rows) if row in rows)


def _same_name(feature: Feature, name: str) -> bool:
    return name_key(str(feature.props.get("name", ""))) == name_key(name)


def _metres(current: Register, feature: Feature, xy_m: np.ndarray) -> float:
    """Return how far the feature lies from the place, infinite where one has none."""
    if feature.shape is None or not np.isfinite(xy_m).all():
        return float("inf")
    shape = current.metres(np.array([feature.shape], dtype=object))[0]
    return float(shapely.distance(shape, shapely.Point(*xy_m)))
