"""An import rehearsed: what a file says, what is wrong with it, what it would change."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from geodata.datum import checked_datum
from geodata.faults import Fault, UserError
from geodata.forensics import DatumVerdict
from geodata.store import WHOLE, Author, Change, Event, Scope, Store
from language import Catalogue, say
from layers import ChildSpec, LayerRows, LayerSpec, read_layer
from layers.rows import ChildRows

from .changes import STOCK, Changes, Row, changes_of, child_rows_of, rows_of
from .current import Register
from .datum import datum_defects, judge_file
from .defects import Defect, defects_of, ordered
from .plausible import check_rows
from .stated import check_stated

_SIDECARS = (".shx", ".dbf", ".prj", ".cpg")
_UNPLACED = frozenset(
    {"position_unread", "position_zero", "position_metres", "position_off_globe",
     "position_off_grid", "shape_kind"}
)  # fmt: skip
"""Codes that say already why a row has no position."""


@dataclass(frozen=True)
class Rehearsal:
    """What an import of a file would do; nothing is written yet.

    ``rows_read`` are records, ``rows_good`` those that go in, the others have a defect of weight
    ``decide``; ``rows_left_out`` are totals, notes, repeated headings and exact copies, no
    records. Rows of child sheets count as rows. ``added``, ``changed`` and ``same`` count the
    good rows; ``absent`` are ids of the register that the file does not name: they stay.
    ``stock`` are the good rows of a depot's stock, for the ledger. ``origins`` tells sheet and row
    of each good row by (layer, id).
    """

    layer: str
    file: str
    digest: str
    datum: DatumVerdict
    rows_read: int
    rows_good: int
    rows_left_out: int
    defects: tuple[Defect, ...]
    changes: tuple[Change, ...]
    added: int
    changed: int
    same: int
    absent: tuple[str, ...]
    stock: ChildRows | None = None
    origins: Mapping[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    @property
    def stopped(self) -> tuple[Defect, ...]:
        """Return the defects of the whole file that a person must decide on before anything."""
        return tuple(d for d in self.defects if d.row is None and d.weight == "decide")


@dataclass(frozen=True)
class Committed:
    """What an import wrote, and the defects that kept rows out."""

    events: tuple[Event, ...]
    refused: tuple[Defect, ...]


def rehearse(
    current: Register,
    spec: LayerSpec,
    path: Path,
    *,
    datum: str = "wgs84",
    layer: str | None = None,
) -> Rehearsal:
    """Return everything that an import of the file into the register would do.

    ``layer`` is the sheet of a workbook or the layer of a geometry file.

    Raises:
        UserError: if the file cannot be read at all, or lacks a required column.

    """
    declared = checked_datum(datum)
    read = read_layer(
        spec, path, datum=datum, layer=layer, near_deg=current.bounds_deg, today=current.today
    )
    verdict = judge_file(current, read, declared=declared)
    stated = check_stated(current, read)
    told = (*defects_of(_telling(current, read)), *stated.defects, *check_rows(current, read))
    refused = {(d.sheet, d.row) for d in told if d.weight == "decide"}
    good = [at for at, row in enumerate(read.rows) if (read.sheet, row) not in refused]
    rows = rows_of(read, stated.names, good)
    own = changes_of(current, spec.key, rows, read)
    parents = {row.id for row in rows} | {feature.id for feature in current.of(spec.key)}
    children = [
        _child(current, spec, child, read.child_rows[child.key], refused, parents)
        for child in spec.children
    ]
    parts = [own, *(part.changes for part in children)]
    return Rehearsal(
        layer=spec.key,
        file=path.name,
        digest=_digest(path),
        datum=verdict,
        rows_read=len(read.rows) + sum(len(part.frame) for part in read.child_rows.values()),
        rows_good=len(good) + sum(part.good for part in children),
        rows_left_out=len(read.refused),
        defects=ordered(
            (
                *datum_defects(read, verdict),
                *told,
                *(d for p in parts for d in p.defects),
                *(d for p in children for d in p.defects),
            )
        ),
        changes=tuple(change for part in parts for change in part.changes),
        added=sum(part.added for part in parts),
        changed=sum(part.changed for part in parts),
        same=sum(part.same for part in parts),
        absent=tuple(name for part in parts for name in part.absent),
        stock=next((part.stock for part in children if part.stock is not None), None),
        origins={
            key: at
            for found in (_origins(spec.key, rows, read), *(part.origins for part in children))
            for key, at in found.items()
        },
    )


def commit(
    store: Store,
    rehearsal: Rehearsal,
    author: Author,
    *,
    whole: bool = False,
    scope: Scope = WHOLE,
    seen: Mapping[str, int] | None = None,
) -> Committed:
    """Write the good rows in one transaction; file and digest are added to the author's reason.

    ``whole`` writes all rows or none; ``seen`` are the layers that the changes rest on as they
    were read, as ``Store.layers`` counts them.

    Raises:
        StaleEdit: if a record was changed since the rehearsal.
        UserError: if the whole file waits for a decision, with ``whole`` if any row does, or if
            the scope refuses.

    """
    refused = tuple(d for d in rehearsal.defects if d.weight == "decide")
    blocking = refused if whole else rehearsal.stopped
    if blocking:
        raise UserError(_faults(rehearsal.file, blocking))
    if not rehearsal.changes:
        return Committed((), refused)
    why = f"{author.why} ({rehearsal.file}, SHA-256 {rehearsal.digest[:16]})".strip()
    events = store.edit(replace(author, why=why), rehearsal.changes, scope=scope, seen=seen)
    return Committed(tuple(events), refused)


def rehearsal_document(rehearsal: Rehearsal, catalogue: Catalogue) -> dict[str, Any]:
    """Return the rehearsal as JSON (docs/schemas/import.schema.json), worded by the catalogue."""
    verdict = rehearsal.datum
    return {
        "layer": rehearsal.layer,
        "file": rehearsal.file,
        "sha256": rehearsal.digest,
        "datum": {
            "verdict": verdict.verdict,
            "declared": verdict.declared,
            "confidence": round(verdict.confidence, 6),
            "reason": catalogue.word(verdict.reason),
            "unseen": None if verdict.unseen is None else catalogue.word(verdict.unseen),
            "evidence": [
                {
                    "kind": evidence.kind,
                    "scores": {key: round(score, 6) for key, score in evidence.scores.items()},
                    "count": evidence.count,
                    "said": catalogue.word(evidence.said),
                }
                for evidence in verdict.evidence
            ],
        },
        "rows_read": rehearsal.rows_read,
        "rows_good": rehearsal.rows_good,
        "rows_left_out": rehearsal.rows_left_out,
        "added": rehearsal.added,
        "changed": rehearsal.changed,
        "same": rehearsal.same,
        "absent": list(rehearsal.absent),
        "defects": [
            {
                "sheet": defect.sheet,
                "row": defect.row,
                "column": defect.column,
                "value": defect.value,
                "problem": catalogue.word(defect.problem),
                "mend": catalogue.word(defect.mend),
                "weight": defect.weight,
                "code": defect.code,
            }
            for defect in rehearsal.defects
        ],
    }


def _telling(current: Register, read: LayerRows) -> list[Fault]:
    """Return the reader's faults without those that another says better or the register knows."""
    faults = (*read.notices, *read.refused)
    unplaced = {(f.sheet, f.row) for f in faults if f.code in _UNPLACED}
    known = {feature.id for feature in current.of(read.spec.key)}
    return [
        fault
        for fault in faults
        if not (fault.code == "position_missing" and (fault.sheet, fault.row) in unplaced)
        and not (fault.code == "parent_unknown" and fault.value in known)
    ]


@dataclass(frozen=True)
class _Child:
    """What the rows of one child come to."""

    changes: Changes
    good: int
    defects: tuple[Defect, ...]
    stock: ChildRows | None
    origins: Mapping[tuple[str, str], tuple[str, int]]


def _origins(
    layer: str, rows: Iterable[Row], read: LayerRows | ChildRows
) -> dict[tuple[str, str], tuple[str, int]]:
    return {(layer, row.id): (read.sheet, read.rows[row.at]) for row in rows}


def _child(
    current: Register,
    spec: LayerSpec,
    child: ChildSpec,
    read: ChildRows,
    refused: Iterable[tuple[str, int | None]],
    parents: Iterable[str],
) -> _Child:
    """Return what the child rows come to whose parent goes in or is in the register."""
    kept, known = frozenset(refused), frozenset(parents)
    names = [str(name) for name in read.frame[child.parent_column].tolist()]
    own = [at for at, row in enumerate(read.rows) if (read.sheet, row) not in kept]
    good = [at for at in own if names[at] in known]
    defects = tuple(_orphan(child, read, names, at) for at in own if names[at] not in known)
    if child.key == STOCK:
        frame = read.frame.iloc[good].reset_index(drop=True)
        listed = replace(read, frame=frame, rows=tuple(read.rows[at] for at in good))
        return _Child(
            Changes((), 0, 0, 0, (), ()), len(good), defects, listed if good else None, {}
        )
    rows = child_rows_of(child, read, good)
    changes = changes_of(current, f"{spec.key}.{child.key}", rows, read)
    named = {names[at] for at in good}
    absent = tuple(name for name in changes.absent if name.split("|")[0] in named)
    origins = _origins(f"{spec.key}.{child.key}", rows, read)
    return _Child(replace(changes, absent=absent), len(good), defects, None, origins)


def _orphan(child: ChildSpec, read: ChildRows, names: Sequence[str], at: int) -> Defect:
    problem = say("The record {parent} that it belongs to stays out.", parent=names[at][:60])
    mend = say("Mend that record; this row goes in with it.")
    column = child.parent_column
    heading = read.headings.get(column, column)
    place = (read.sheet, read.rows[at], heading, names[at][:60])
    return Defect(*place, problem, mend, "decide", "parent_refused")


def _faults(file: str, defects: Iterable[Defect]) -> list[Fault]:
    return [
        Fault(file, d.problem, d.mend, d.row, d.column, d.value, d.sheet, d.code, d.weight)
        for d in defects
    ]


def _digest(path: Path) -> str:
    """Return the SHA-256 of the file and, for a shapefile, of the files that belong to it."""
    digest = hashlib.sha256(path.read_bytes())
    if path.suffix.lower() == ".shp":
        for suffix in _SIDECARS:
            beside = path.with_suffix(suffix)
            if beside.is_file():
                digest.update(suffix.encode() + beside.read_bytes())
    return digest.hexdigest()
