"""Pipelines: which ones an incident lies beside, and what is built too near to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap
from desks.records import Records
from geodata.faults import Fault, UserError
from layers import LayerSpec
from risk.rule_files import read_rules, rule_fault

from .answers import LineNear
from .rule_checks import cited_faults, number_faults, texts
from .situation import Point
from .surroundings import distances_m

TABLE = Path(__file__).parent / "pipelines.toml"
FIGURES = {"from_mpa": (0.0, 100.0), "buffer_m": (0.0, 5000.0), "clear_m": (0.0, 1000.0)}


@dataclass(frozen=True)
class Strip:
    """The strip beside a line of that medium from that pressure on, in metres on each side."""

    medium: tuple[str, ...]
    from_mpa: float
    buffer_m: float
    clear_m: float
    source: str
    verified: bool


@dataclass(frozen=True)
class Strips:
    """The table of strips."""

    version: str
    rows: tuple[Strip, ...]

    def of(self, medium: str, pressure_mpa: float | None) -> Strip:
        """Return the strip of a line; the widest of its medium where its pressure is unknown."""
        own = [row for row in self.rows if any(word in medium for word in row.medium)]
        own = own or [row for row in self.rows if not row.medium]
        if pressure_mpa is None:
            return max(own, key=lambda row: (row.buffer_m, row.clear_m))
        held = [row for row in own if row.from_mpa <= pressure_mpa]
        return max(held or own, key=lambda row: row.from_mpa if held else -row.from_mpa)

    @cached_property
    def verified(self) -> bool:
        """Return whether every row is."""
        return all(row.verified for row in self.rows)


@dataclass(frozen=True)
class Occupation:
    """A place within the strip of a line that nothing may be built in (占压, row S2-11)."""

    layer: str
    id: str
    name: str
    at: Point
    line_layer: str
    line_id: str
    line_name: str
    medium: str
    distance_m: float
    clear_m: float
    source: str
    verified: bool


def load_strips(path: Path) -> Strips:
    """Return the table of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    tables = read_rules(path)
    rows = tables.get("rule", [])
    given = rows if isinstance(rows, list) else [rows]
    faults = [
        fault for n, row in enumerate(given, start=1) for fault in _faults(path, f"rule {n}", row)
    ]
    if not any(isinstance(row, dict) and row.get("medium") == [] for row in given):
        faults.append(rule_fault(path, "rule", "no row holds for any medium"))
    if faults:
        raise UserError(faults)
    return Strips(str(tables.get("version", "")), tuple(_strip(row) for row in given))


def _faults(path: Path, where: str, row: object) -> list[Fault]:
    faults = cited_faults(path, where, row) + number_faults(path, where, row, FIGURES)
    if not isinstance(row, dict) or texts(row.get("medium")) is None:
        faults.append(rule_fault(path, f"{where}, medium", "not a list of texts"))
    return faults


def _strip(row: Mapping[str, Any]) -> Strip:
    return Strip(
        medium=texts(row["medium"]) or (),
        from_mpa=float(row["from_mpa"]),
        buffer_m=float(row["buffer_m"]),
        clear_m=float(row["clear_m"]),
        source=row["source"],
        verified=row["verified"],
    )


STRIPS = load_strips(TABLE)


def lines_near(onemap: OneMap, at: Point) -> tuple[LineNear, ...]:
    """Return the pipelines within their own buffer of the point, nearest first (row S1-23)."""
    found = [
        (float(distance_m[row]), number, int(onemap.records[spec.key].order[row]), spec, row)
        for number, spec in enumerate(_line_layers(onemap))
        for distance_m in (distances_m(onemap, spec, at),)
        for row in np.flatnonzero(np.isfinite(distance_m)).tolist()
        if distance_m[row] <= strip_of(onemap.records[spec.key], row).buffer_m
    ]
    return tuple(
        _line(onemap.records[spec.key], spec, row, distance_m)
        for distance_m, _, _, spec, row in sorted(found, key=lambda near: near[:3])
    )


def strip_of(records: Records, row: int) -> Strip:
    """Return the strip of the line of that row."""
    pressure = records.value("pressure_mpa", row)
    known = float(pressure) if isinstance(pressure, int | float) else None
    return STRIPS.of(records.text("medium", row), known)


def _line_layers(onemap: OneMap) -> tuple[LayerSpec, ...]:
    return tuple(spec for spec in onemap.layers_for("hazard") if spec.geometry == "line")


def _line(records: Records, spec: LayerSpec, row: int, distance_m: float) -> LineNear:
    return LineNear(
        layer=spec.key,
        id=records.ids[row],
        name=records.names[row],
        medium=records.text("medium", row),
        distance_m=round(distance_m),
        buffer_m=round(strip_of(records, row).buffer_m),
    )


def occupations(onemap: OneMap) -> tuple[Occupation, ...]:
    """Return every place of people within a line's strip to be kept clear, nearest first.

    Places are the receptors and the other layers of places with a position that are no officials'
    own; their position is a point, so that a wing of a building may lie nearer.
    """
    found = [
        hit
        for places in onemap.layers_for("receptor", "place", "refuge")
        if places.geometry == "point" and not places.officials
        for lines in _line_layers(onemap)
        for hit in _hits(onemap, places, lines)
    ]
    return tuple(sorted(found, key=lambda o: (o.distance_m, o.layer, o.id, o.line_id)))


def _hits(onemap: OneMap, places: LayerSpec, lines: LayerSpec) -> list[Occupation]:
    records, own = onemap.records[lines.key], onemap.records[places.key]
    there: NDArray[np.int64] = np.flatnonzero(own.placed)
    points: NDArray[np.object_] = np.asarray(shapely.points(own.xy_m[there]), dtype=object)
    strips = [strip_of(records, row) for row in range(len(records.ids))]
    widest_m = max((strip.clear_m for strip in strips), default=0.0)
    tree = onemap.shape_trees[lines.key]
    place, line = tree.query(points, "dwithin", widest_m)
    distance_m = np.asarray(shapely.distance(points[place], onemap.shapes[lines.key][line]))
    return [
        _occupation((places.key, own, row), (lines.key, records, at), float(metres), strips[at])
        for row, at, metres in zip(
            there[place].tolist(), line.tolist(), distance_m.tolist(), strict=True
        )
        if metres <= strips[at].clear_m
    ]


def _occupation(
    place: tuple[str, Records, int], line: tuple[str, Records, int], distance_m: float, strip: Strip
) -> Occupation:
    key, own, row = place
    line_key, records, at = line
    return Occupation(
        layer=key,
        id=own.ids[row],
        name=own.names[row],
        at=(float(own.xy_m[row, 0]), float(own.xy_m[row, 1])),
        line_layer=line_key,
        line_id=records.ids[at],
        line_name=records.names[at],
        medium=records.text("medium", at),
        distance_m=round(distance_m, 1),
        clear_m=strip.clear_m,
        source=strip.source,
        verified=strip.verified,
    )
