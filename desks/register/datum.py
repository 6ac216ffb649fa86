"""A file's declared datum against all that the register knows: units, roads, other records."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.datum import checked_datum, wgs84_to_bd09, wgs84_to_gcj02
from geodata.forensics import (
    MIXED,
    UNDETERMINED,
    DatumVerdict,
    Ground,
    Listing,
    UnitLevel,
    judge_datum,
    name_of,
)
from geodata.store import Feature
from language import say
from layers import CATALOG, LayerRows

from .current import UNITS, Register
from .defects import Defect
from .stated import bare_name

PLACES = tuple(
    s.key for s in CATALOG if s.geometry == "point" and s.purpose != "unit" and not s.officials
)
"""Layers whose records are known places: what an import reads of the store beside its own layer."""

LEVELS = ("community", "subdistrict")
"""Units, finest first: of each row the finest that it states counts."""

_SHIFTS = {"gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}
_ROWS_NAMED = 40


def judge_file(current: Register, read: LayerRows, *, declared: str = "wgs84") -> DatumVerdict:
    """Return what the rows' positions are in; they were read as ``declared``.

    Raises:
        UserError: if the declared datum is not known.

    """
    datum = checked_datum(declared)
    ground = ground_of(current)
    if ground is None or read.spec.key in UNITS:
        reason = say("The datum was not judged: there is nothing to judge it by.")
        return DatumVerdict(UNDETERMINED, datum, 0.0, reason, stop=False)
    if read.placed.heading:
        return judge_datum(_listing(read, read.placed.written), ground, declared=datum)
    return _of_shapes(read, ground, datum)


def ground_of(current: Register) -> Ground | None:
    """Return what the register knows of the district, None where it does not know where it is."""
    if current.bounds_deg is None or not current.crs:
        return None
    places = [f for key in PLACES for f in current.of(key) if f.shape is not None]
    shapes = np.array([f.shape for f in places], dtype=object)
    return Ground(
        current.crs,
        current.bounds_deg,
        current.metres(current.roads),
        tuple(_level(current, level) for level in LEVELS),
        shapely.get_coordinates(shapely.centroid(current.metres(shapes))),
        tuple(_key(str(f.props.get("name", ""))) for f in places),
    )


def datum_defects(read: LayerRows, verdict: DatumVerdict) -> tuple[Defect, ...]:
    """Return the defect that stops the whole file, and the rows that are in another datum."""
    if not verdict.stop:
        return ()
    column = read.placed.heading
    mend = (
        say("Convert it from {datum}, or say why {declared} holds.",
            datum=name_of(verdict.datum), declared=verdict.declared)
        if verdict.datum and verdict.verdict != MIXED
        else say("Ask where the positions come from; part the file by datum.")
    )  # fmt: skip
    code = "datum_mixed" if verdict.verdict == MIXED else "datum_contradicted"
    whole = Defect(
        read.sheet, None, column, _rows_named(verdict.rows), verdict.reason, mend, "decide", code
    )
    return (whole, *_odd_rows(read, verdict, column))


def _odd_rows(read: LayerRows, verdict: DatumVerdict, column: str) -> Iterable[Defect]:
    """Yield a defect for each row of a mixed file that is not in the datum of most."""
    written = dict(zip(read.rows, read.placed.written.tolist(), strict=True))
    for row in verdict.rows:
        x, y = written[row]
        problem = (
            say("The position is in {datum}, unlike most rows.", datum=name_of(verdict.other))
            if verdict.other
            else say("The position is not written like those of most rows.")
        )
        mend = say("Part the file by datum, or correct the row.")
        value = f"{x}, {y}"
        yield Defect(read.sheet, row, column, value, problem, mend, "confirm", "datum_other")


def _of_shapes(read: LayerRows, ground: Ground, datum: str) -> DatumVerdict:
    """Return the verdict on a geometry file, whose shapes are in WGS 84 by what was declared.

    The shift that was undone is made again; a coordinate system that the file or the user states
    is believed where the shapes then lie right.
    """
    lon, lat = read.placed.written.T
    shift = _SHIFTS.get(datum)
    numbers = read.placed.written if shift is None else np.column_stack(shift(lon, lat))
    found = judge_datum(
        _listing(read, numbers), ground, declared="wgs84" if shift is None else datum
    )
    return replace(
        found, declared=datum, datum=datum if found.datum == found.declared else found.datum
    )


def _listing(read: LayerRows, numbers: NDArray[np.float64]) -> Listing:
    names = {column.key for column in read.spec.columns}
    frame = read.frame
    stated = {
        level: tuple(_unit_key(text, level) for text in _texts(frame[level]))
        for level in LEVELS
        if level in names
    }
    keys = tuple(_key(text) for text in _texts(frame["name"])) if "name" in names else ()
    return Listing(numbers[:, 0], numbers[:, 1], read.rows, keys, stated)


def _texts(column: Iterable[object]) -> list[str]:
    return [str(value) for value in column]


def _level(current: Register, level: str) -> UnitLevel:
    drawn = [f for f in current.of(level) if f.shape is not None]
    shapes = np.array([f.shape for f in drawn], dtype=object)
    return UnitLevel(level, tuple(_feature_key(f, level) for f in drawn), current.metres(shapes))


def _feature_key(feature: Feature, level: str) -> str:
    return _unit_key(str(feature.props.get("name") or feature.id), level)


def _unit_key(text: str, level: str) -> str:
    """Return a unit's name in compared form: without its ending, width and spaces."""
    return bare_name(text, level)


def _key(name: str) -> str:
    """Return a name in compared form: one width, no spaces, no brackets, small letters."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in plain if c.isalnum())


def _rows_named(rows: Sequence[int]) -> str:
    shown = ", ".join(map(str, rows[:_ROWS_NAMED]))
    return f"{shown}, …" if len(rows) > _ROWS_NAMED else shown
