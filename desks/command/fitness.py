"""Who is right for the incident: every ranked team with its suitability, standing and score.

The order of teams (rows S1-11, S1-12, S2-5 and S3-1 of the plans): who can come before who
cannot; bases outside the zones before bases inside; fitness for this kind and substance; standing
(professional, enterprise, volunteer); seconds to arrival; and only between teams that are there in
the same second the score, milliseconds, the order of the layers and the id.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap
from desks.records import Records
from layers import LayerSpec
from risk import (
    ASPECTS,
    DISPATCH_ORDER,
    Demand,
    Suitability,
    aspect_score,
    assumed_kind,
    judge_for,
    total_score,
)
from risk.release import Shape
from routing import Snaps, Vehicle

from .answers import TeamScore
from .approach_zones import BORDER_M
from .situation import Incident, Responder


@dataclass(frozen=True)
class Candidate:
    """One row of a ranked layer, before its time is known; ``standing`` is "" where unknown.

    It meets the roads at ``place`` of ``access``: all that share these are asked for together.
    """

    spec: LayerSpec
    layer_order: int
    records: Records
    row: int
    access: Snaps
    place: int
    vehicle: Vehicle
    suitability: Suitability
    standing: str
    score: TeamScore
    withdrawn: bool
    in_zone: bool

    @property
    def kind(self) -> str:
        """Return the team's kind on file, else the one assumed for its layer."""
        return self.records.text("kind", self.row) or assumed_kind(self.spec.key)


@dataclass(frozen=True)
class Asked:
    """What teams are measured against: the demand, who is withdrawn, the shapes of the zones."""

    demand: Demand
    withdrawn: frozenset[tuple[str, str]]
    closed: tuple[Shape, ...]


def candidates(
    onemap: OneMap, incident: Incident, demand: Demand, closed: tuple[Shape, ...]
) -> list[Candidate]:
    """Return every row of the ranked layers, in the order of layers and rows."""
    asked = Asked(demand, frozenset(incident.withdrawn), closed)
    return [
        candidate
        for number, spec in enumerate(onemap.layers_for("responder"))
        if spec.ranked
        for candidate in _of_layer(onemap, asked, spec, number)
    ]


def _of_layer(onemap: OneMap, asked: Asked, spec: LayerSpec, number: int) -> Iterator[Candidate]:
    records = onemap.records[spec.key]
    inside = within_shapes(records, asked.closed)
    for row, record_id in enumerate(records.ids):
        kind = records.text("kind", row)
        yield Candidate(
            spec=spec,
            layer_order=number,
            records=records,
            row=row,
            access=onemap.access[spec.key],
            place=row,
            vehicle=onemap.vehicles[spec.key][row],
            suitability=judge_for(
                asked.demand,
                kind,
                _listed(records, "equipment", row),
                skills=_listed(records, "skills", row),
                layer=spec.key,
            ),
            standing=DISPATCH_ORDER.standing(records.text("order", row), layer=spec.key, kind=kind),
            score=score_of(records, row),
            withdrawn=(spec.key, record_id) in asked.withdrawn,
            in_zone=bool(inside[row]),
        )


def within_shapes(records: Records, shapes: Iterable[Shape]) -> NDArray[np.bool_]:
    """Return per row whether its place lies in one of the shapes, their lines included."""
    inside = np.zeros(len(records.ids), np.bool_)
    points = shapely.points(records.xy_m[records.placed])
    for shape in shapes:
        inside[records.placed] |= shapely.dwithin(points, shape, BORDER_M)
    return inside


def _listed(records: Records, column: str, row: int) -> tuple[str, ...]:
    value = records.value(column, row)
    return value if isinstance(value, tuple) else ()


def score_of(records: Records, row: int) -> TeamScore:
    """Return the five aspects on file and their total (row S1-12)."""
    aspects = {a.key: aspect_score(records.value(a.column, row)) for a in ASPECTS}
    return TeamScore(aspects=aspects, total=total_score(aspects))


def standing_of(team: Responder) -> str:
    """Return the standing a team of a brief was ranked by, "" where none is on file."""
    return DISPATCH_ORDER.standing(team.order, layer=team.layer, kind=team.kind)


def order_key(
    candidate: Candidate, demand: Demand, eta_ms: int | None, eta_s: int | None
) -> tuple[int | bool, ...]:
    """Return what the team is sorted by, the least first; without a time it cannot come.

    Where no kind is stated, standing does not count: every team is fit and time alone ranks.
    """
    by_standing = not demand.kind.any_team
    total = candidate.score.total
    return (
        candidate.withdrawn,
        eta_s is None,
        candidate.in_zone,
        candidate.suitability.grade,
        DISPATCH_ORDER.rank(candidate.standing) if by_standing else 0,
        eta_s or 0,
        -total if total is not None and eta_s is not None else 1,
        eta_ms or 0,
        candidate.layer_order,
        int(candidate.records.order[candidate.row]),
    )
