"""The risk desk's answers as JSON and as lines for a terminal."""

from collections.abc import Iterator, Sequence
from typing import Any

from desks.onemap import OneMap
from language import Catalogue, say
from layers import layer
from risk.four_colours import COLOUR_SAID, COLOURS
from risk.gb18218 import LEVEL_SAID, told
from risk.gb18218_parts import LEVEL_ZH

from .chemical import sitings
from .choosing import by_class
from .distances import distances
from .domino_graph import domino_graph
from .dossiers import completeness, gaps
from .fixed_points import fixed_points
from .impact import own_zones
from .parts import Graded, HazardGrade

DEGREES = 6


def hazards_document(
    onemap: OneMap, found: Graded, shown: Sequence[HazardGrade], catalogue: Catalogue
) -> dict[str, Any]:
    """Return the risk desk as docs/schemas/hazards.schema.json states it; ``shown`` are listed."""
    near, graph = distances(onemap), domino_graph(onemap, found)
    return {
        "format": 1,
        "district": onemap.name_zh,
        "as_of": None if onemap.as_of is None else onemap.as_of.isoformat(),
        "sources": len(found.hazards),
        "classes": [
            {"layer": key, **{colour: counts[colour] for colour in COLOURS}, "none": counts[None]}
            for key, counts in by_class(found).items()
        ],
        "hazards": [_hazard(onemap, hazard, catalogue) for hazard in shown],
        "completeness": [
            {"code": row.code, "name": row.name, "sources": row.sources,
             "complete": row.complete, "share": row.share, "full": dict(row.full)}
            for row in completeness(onemap, found)
        ],
        "too_near": [
            {"layer": one.layer, "id": one.id, "name": one.name, "people": one.people,
             "people_unknown": one.people_unknown, "short_m": one.short_m,
             "receptors": [
                 {"layer": r.receptor_layer, "id": r.receptor_id, "name": r.receptor_name,
                  "distance_m": r.distance_m, "required_m": r.required_m, "source": r.source,
                  "verified": r.verified}
                 for r in one.receptors
             ]}
            for one in near.relocations
        ],
        "siting": [
            {"layer": one.layer, "id": one.id, "name": one.name, "where": one.where,
             "zone": one.zone, "outside_m": one.outside_m}
            for one in sitings(onemap)
        ],
        "domino": {
            "edges": [
                {"cause": list(e.cause), "hit": list(e.hit), "distance_m": e.distance_m}
                for e in graph.edges
            ],
            "groups": [[list(key) for key in group] for group in graph.groups],
        },
        "fixed_points": [
            {"layer": p.layer, "id": p.id, "name": p.name, "substance": p.substance,
             "quantity_t": p.quantity_t, "zone_m": p.zone_m, "said": catalogue.word(p.zone_said)}
            for p in fixed_points(onemap, found)
        ],
        "notes": [catalogue.word(n) for n in (*found.notes, *near.notes, *graph.notes)],
    }  # fmt: skip


def _hazard(onemap: OneMap, hazard: HazardGrade, catalogue: Catalogue) -> dict[str, Any]:
    worst = hazard.worst
    grade = None if worst is None else worst.grade
    zone = own_zones(onemap)[hazard.layer, hazard.id]
    lon_lat = None if hazard.at is None else onemap.to_degrees(*hazard.at)
    override = hazard.override
    return {
        "layer": hazard.layer,
        "id": hazard.id,
        "name": hazard.name,
        "subdistrict": hazard.subdistrict,
        "lon_lat": None if lon_lat is None else [round(v, DEGREES) for v in lon_lat],
        "declared": hazard.declared,
        "computed": None if hazard.computed is None else LEVEL_ZH[hazard.computed],
        "level": None if hazard.level is None else LEVEL_ZH[hazard.level],
        "override": None if override is None else {
            "level": LEVEL_ZH[override.level], "who": override.who, "reason": override.reason,
            "at": override.at.isoformat(),
        },
        "S": None if grade is None else grade.s,
        "R": None if grade is None else grade.r,
        "alpha": None if grade is None else grade.alpha,
        "people_500m": hazard.residents.people,
        "measured_from": hazard.residents.measured_from,
        "unit": "" if worst is None else worst.unit,
        "unit_kind": "" if worst is None else worst.unit_kind,
        "colour": hazard.colour,
        "colour_why": catalogue.word(hazard.colour_why),
        "colour_verified": hazard.colour_verified,
        "zone_m": zone.reach_m,
        "missing": list(gaps(onemap, hazard)),
        "notes": [catalogue.word(n) for n in (*hazard.notes, *hazard.residents.notes)],
    }  # fmt: skip


def hazards_lines(
    onemap: OneMap, found: Graded, shown: Sequence[HazardGrade], catalogue: Catalogue
) -> Iterator[str]:
    """Yield the counts by class, then each hazard that is shown, then what to look at."""
    chinese = catalogue.language == "zh"
    for key, counts in by_class(found).items():
        title = layer(key).title_zh if chinese else layer(key).title_en
        parts = [f"{catalogue.word(COLOUR_SAID[c])} {counts[c]}" for c in COLOURS if counts[c]]
        none = [f"{catalogue.word(say('no colour'))} {counts[None]}"] if counts[None] else []
        yield f"{title}: {' · '.join([*parts, *none])}"
    for hazard in shown:
        yield _line(hazard, catalogue)
    whole = completeness(onemap, found)[-1]
    yield catalogue.word(
        say("Dossiers: {complete} of {sources} have all five fields.",
            complete=whole.complete, sources=whole.sources)
    )  # fmt: skip
    yield from (f"! {catalogue.word(note)}" for note in (*found.notes, *distances(onemap).notes))


def _line(hazard: HazardGrade, catalogue: Catalogue) -> str:
    colour = say("no colour") if hazard.colour is None else COLOUR_SAID[hazard.colour]
    level = say("cannot be graded") if hazard.level is None else LEVEL_SAID[hazard.level]
    worst = hazard.worst
    size = "" if worst is None else f" S {told(worst.grade.s)}"
    if worst is not None and worst.grade.r is not None:
        size += f" R {told(worst.grade.r)}"
    return (
        f"{hazard.id} {hazard.name} · {catalogue.word(colour)} "
        f"({catalogue.word(hazard.colour_why)}) · {catalogue.word(level)}{size}"
    )
