"""An import in hand: the file, its rehearsal, what was adopted and decided; kept per session."""

import hashlib
import math
import shutil
import statistics
import tempfile
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import shapely
import streamlit as st
from numpy.typing import NDArray

from desks.onemap import OneMap
from desks.register.current import register_of
from desks.register.datum import PLACES
from desks.register.defects import Defect
from desks.register.rehearsal import Rehearsal, rehearse
from geodata.crs import projection
from geodata.faults import UserError
from geodata.store import Change
from layers import layer as layer_spec
from layers.rows import ChildRows
from ui.map.state import LonLat
from ui.panels.register_import import Tally

from .register_desk import Desk

TRIAL = "reg_trial"
COMPARED_ROWS = 3000
"""Rows up to which the file is rehearsed once more as the verdict has it, for the map."""
MOVES_DRAWN = 300
_PARENT = "depot_id"
WORST = {"auto": 1, "confirm": 2, "decide": 3}


@dataclass(frozen=True)
class Trial:
    """A file before it is written: ``adopted`` are the numbers of defects whose mend is taken.

    ``keep_why`` is the reason for which the declared datum is kept against the evidence.
    ``converted`` is the same file as the verdict would place it, for the map.
    """

    path: Path
    name: str
    size: int
    layer: str
    datum: str
    rehearsal: Rehearsal
    seconds: float
    adopted: frozenset[int]
    converted: Rehearsal | None = None
    decided: str = ""
    keep_why: str = ""
    asking_why: bool = False
    aside: "Aside | None" = field(default=None, repr=False)


class Aside:
    """A folder for an uploaded file; it goes with whoever holds it, at the latest."""

    def __init__(self) -> None:
        """Make the folder."""
        self.path = Path(tempfile.mkdtemp(prefix="shouwang-import-"))
        self.remove = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def trial() -> Trial | None:
    """Return the import in hand, ``None`` while no file was chosen."""
    kept = st.session_state.get(TRIAL)
    return kept if isinstance(kept, Trial) else None


def keep(**what: object) -> None:
    """Keep the import in hand with these fields changed."""
    kept = trial()
    if kept is not None:
        st.session_state[TRIAL] = replace(kept, **what)  # type: ignore[arg-type]  # its own fields


def drop() -> None:
    """Give the file back: nothing of it is kept."""
    kept = trial()
    if kept is not None and kept.aside is not None:
        kept.aside.remove()
    st.session_state.pop(TRIAL, None)


def begin(desk: Desk, name: str, content: bytes, layer: str, datum: str) -> None:
    """Put the uploaded file aside and rehearse it; nothing is written to the register.

    Raises:
        UserError: where the file cannot be read at all.

    """
    drop()
    aside = Aside()
    try:
        st.session_state[TRIAL] = _tried(desk, _put_aside(aside, name, content, layer, datum))
    except UserError:
        aside.remove()
        raise


def _put_aside(aside: Aside, name: str, content: bytes, layer: str, datum: str) -> Trial:
    """Return the uploaded file before its rehearsal."""
    # Only the end of the name is taken, and of it only what tells the format.
    plain = Path(name.replace("\\", "/")).name or "file"
    suffix = "".join(c for c in Path(plain).suffix if c.isalnum() or c == ".")
    path = aside.path / (hashlib.sha256(content).hexdigest()[:16] + suffix.lower())
    path.write_bytes(content)
    return Trial(
        path, plain, len(content), layer, datum, _NOTHING, 0.0, frozenset(), aside=aside,
    )  # fmt: skip


_NOTHING: Rehearsal = None  # type: ignore[assignment]  # stands only until it is rehearsed


def again(desk: Desk, datum: str, decided: str) -> None:
    """Rehearse the file in hand as that datum, as it was decided."""
    kept = trial()
    if kept is not None:
        st.session_state[TRIAL] = _tried(desk, replace(kept, datum=datum, decided=decided))


def _tried(desk: Desk, kept: Trial) -> Trial:
    begun = time.perf_counter()
    spec = layer_spec(kept.layer)
    roads = _roads(desk.onemap, desk.onemap.stamp)
    current = register_of(desk.store, kept.layer, roads=roads, scope=desk.scope, others=PLACES)
    found = rehearse(current, spec, kept.path, datum=kept.datum)
    converted = None
    if found.datum.stop and found.datum.datum and found.rows_read <= COMPARED_ROWS:
        converted = rehearse(current, spec, kept.path, datum=found.datum.datum)
    adopted = frozenset(n for n, d in enumerate(found.defects) if d.weight == "auto")
    return replace(
        kept, rehearsal=found, converted=converted, adopted=adopted,
        seconds=time.perf_counter() - begun,
    )  # fmt: skip


@st.cache_resource(max_entries=2, show_spinner=False)
def _roads(_onemap: OneMap, stamp: str) -> NDArray[np.object_]:
    """Return the district's roads in degrees, as the evidence on a file's datum needs them."""
    del stamp
    turn = projection(_onemap.crs).many_to_deg
    lines: NDArray[np.object_] = shapely.transform(_onemap.network.lines, turn)
    return lines


def tally_of(found: Rehearsal) -> Tally:
    """Return the rows of the file by their worst defect; who is refused is to be decided on."""
    records = {*found.origins.values(), *_stock_rows(found)}
    worst = {key: level for key, level in worst_by_row(found.defects).items() if key in records}
    auto, confirm = (sum(level == wanted for level in worst.values()) for wanted in (1, 2))
    clean = found.rows_good - auto - confirm
    return Tally(found.rows_read, clean, auto, confirm, found.rows_read - found.rows_good)


def worst_by_row(defects: Sequence[Defect]) -> dict[tuple[str, int], int]:
    """Return for each row with a defect the weight of its worst one: 1 auto to 3 decide."""
    worst: dict[tuple[str, int], int] = {}
    for defect in defects:
        if defect.row is not None:
            key = (defect.sheet, defect.row)
            worst[key] = max(worst.get(key, 0), WORST[defect.weight])
    return worst


def held_back(kept: Trial) -> frozenset[tuple[str, int]]:
    """Return the good rows that stay out because a mend or a doubt was not adopted."""
    records = set(kept.rehearsal.origins.values())
    return frozenset(
        (defect.sheet, defect.row)
        for number, defect in enumerate(kept.rehearsal.defects)
        if defect.row is not None
        and number not in kept.adopted
        and (defect.sheet, defect.row) in records
    )


def going_in(kept: Trial) -> tuple[Change, ...]:
    """Return the changes that would be written now."""
    out, origins = held_back(kept), kept.rehearsal.origins
    return tuple(c for c in kept.rehearsal.changes if origins.get((c.layer, c.id)) not in out)


def chosen(kept: Trial) -> Rehearsal:
    """Return the rehearsal with what was decided: rows held back, a datum that is kept."""
    found = kept.rehearsal
    if kept.keep_why:
        open_still = tuple(d for d in found.defects if not _of_datum(d))
        found = replace(found, defects=open_still)
    return replace(found, changes=going_in(kept), stock=stock_going_in(kept))


def stock_going_in(kept: Trial) -> ChildRows | None:
    """Return the rows of stock that would be entered now, ``None`` for none.

    Whatever a new depot holds stays out with the depot.
    """
    stock = kept.rehearsal.stock
    if stock is None:
        return None
    unsure = {
        (defect.sheet, defect.row)
        for number, defect in enumerate(kept.rehearsal.defects)
        if number not in kept.adopted
    }
    going = {change.id for change in going_in(kept)}
    lost = {c.id for c in kept.rehearsal.changes if c.operation == "add" and c.id not in going}
    parents = stock.frame[_PARENT].astype(str)
    good = [
        at
        for at, (row, parent) in enumerate(zip(stock.rows, parents, strict=True))
        if (stock.sheet, row) not in unsure and parent not in lost
    ]
    frame = stock.frame.iloc[good].reset_index(drop=True)
    rows = tuple(stock.rows[at] for at in good)
    return replace(stock, frame=frame, rows=rows) if good else None


def _stock_rows(found: Rehearsal) -> set[tuple[str, int]]:
    stock = found.stock
    return set() if stock is None else {(stock.sheet, row) for row in stock.rows}


def stock_held_back(kept: Trial) -> int:
    """Return how many good rows of stock stay out."""
    listed, going = kept.rehearsal.stock, stock_going_in(kept)
    return (len(listed.rows) if listed else 0) - (len(going.rows) if going else 0)


def _of_datum(defect: Defect) -> bool:
    return defect.row is None and defect.code.startswith("datum")


def moves(kept: Trial) -> tuple[tuple[LonLat, LonLat, str], ...]:
    """Return where each record would stand as declared, and where as the verdict has it."""
    if kept.converted is None:
        return ()
    after = {change.id: change for change in kept.converted.changes}
    found = []
    for before in kept.rehearsal.changes:
        other = after.get(before.id)
        if other is None:
            continue
        ends = [_point(before.shape), _point(other.shape)]
        if ends[0] is not None and ends[1] is not None:
            found.append((ends[0], ends[1], str(other.props.get("name") or other.id)))
    return tuple(found)


def _point(shape: object) -> LonLat | None:
    return (shape.x, shape.y) if isinstance(shape, shapely.Point) and not shape.is_empty else None


Ways = Sequence[tuple[LonLat, LonLat, str]]


def places(kept: Trial) -> tuple[LonLat, ...]:
    """Return where the rows that would change something stand, as (lon, lat)."""
    found = (_point(change.shape) for change in kept.rehearsal.changes)
    return tuple(at for at in found if at is not None)


def bounds(ends: Sequence[LonLat]) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north around the places, ``None`` without any."""
    if not ends:
        return None
    lon, lat = zip(*ends, strict=True)
    return min(lon), min(lat), max(lon), max(lat)


def median_shift_m(onemap: OneMap, ways: Ways) -> float:
    """Return the median of how far the rows move, in metres."""
    far = [math.dist(onemap.to_metres(*one), onemap.to_metres(*two)) for one, two, _ in ways]
    return statistics.median(far)
