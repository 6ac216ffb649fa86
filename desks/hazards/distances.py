"""Which places with people lie too near to a hazard, who must move, and where one may be built.

Measured from the plant's boundary where there is one, else from its point, to the receptor's
point, to the centimetre; a receptor exactly at the distance of the rule is far enough.
"""

from collections.abc import Iterator

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from desks.command.boundaries import ground
from desks.command.population import areal
from desks.onemap import OneMap
from language import Sentence, say

from .chemical import placed_in
from .parts import Distances, Relocation, SiteCheck, TooNear
from .residents import around
from .siting_rules import RULES, DistanceRule, SitingRules

CENTIMETRES = 2
About = tuple[str, str, str]


def distances(onemap: OneMap, *, pack: SitingRules = RULES) -> Distances:
    """Return every hazard with receptors too near: most people first, then most metres short."""
    checked = 0
    unplaced: list[str] = []
    found: list[Relocation] = []
    for spec in onemap.layers_for("hazard"):
        if spec.geometry != "point":
            continue
        records = onemap.records[spec.key]
        for row, record_id in enumerate(records.ids):
            rules = [r for r in pack.distances if r.applies(spec.key, records.text("grade", row))]
            if not rules:
                continue
            place = ground(onemap, spec.key, record_id)
            if place is None:
                unplaced.append(records.names[row])
                continue
            checked += len(rules)
            about = (spec.key, record_id, records.names[row])
            near = tuple(one for rule in rules for one in too_near(onemap, place, rule, about))
            if near:
                found.append(_relocation(near, records.text("subdistrict", row), place))
    found.sort(key=lambda one: (-one.people, -one.short_m, one.layer, one.id))
    return Distances(checked, tuple(found), tuple(_notes(onemap, pack, unplaced)))


def too_near(
    onemap: OneMap, place: BaseGeometry, rule: DistanceRule, about: About
) -> Iterator[TooNear]:
    """Yield the receptors of the rule that lie nearer than it asks, the nearest first."""
    found: list[tuple[float, str, int]] = []
    for spec in onemap.layers_for("receptor"):
        if spec.key not in rule.receptors or spec.officials:
            continue
        records = onemap.records[spec.key]
        points = shapely.points(np.where(records.placed[:, None], records.xy_m, np.inf))
        gaps = np.where(records.placed, shapely.distance(points, place), np.inf)
        rows = np.flatnonzero(np.round(gaps, CENTIMETRES) < rule.least_m).tolist()
        found.extend((float(gaps[row]), spec.key, row) for row in rows)
    for gap_m, key, row in sorted(found):
        records = onemap.records[key]
        yield TooNear(
            *about,
            receptor_layer=key,
            receptor_id=records.ids[row],
            receptor_name=records.names[row],
            people=records.whole("people", row),
            distance_m=round(gap_m, CENTIMETRES),
            required_m=rule.least_m,
            from_boundary=not isinstance(place, shapely.Point),
            rule=rule.title_zh,
            source=rule.source,
            verified=rule.verified,
        )


def site_check(
    onemap: OneMap,
    layer: str,
    place: BaseGeometry,
    declared: str = "",
    *,
    pack: SitingRules = RULES,
) -> SiteCheck:
    """Return what speaks against a hazard of that layer at a place in metres: a what-if."""
    if not isinstance(place, shapely.Point):
        place = areal(np.array([place], dtype=object))[0]
    rules = [rule for rule in pack.distances if rule.applies(layer, declared)]
    about = (layer, "", "")
    near = tuple(one for rule in rules for one in too_near(onemap, place, rule, about))
    buffers = tuple((rule.title_zh, rule.least_m, _kept_free(place, rule)) for rule in rules)
    return SiteCheck(placed_in(onemap, place, (*about, "")), near, buffers)


def _kept_free(place: BaseGeometry, rule: DistanceRule) -> shapely.Polygon | shapely.MultiPolygon:
    ring = around(place, rule.least_m)  # type: ignore[arg-type]
    whole: shapely.Polygon | shapely.MultiPolygon = areal(
        np.array([shapely.union(ring, place)], dtype=object)
    )[0]
    return whole


def _relocation(near: tuple[TooNear, ...], subdistrict: str, place: BaseGeometry) -> Relocation:
    """Return the hazard with its receptors; a receptor under two rules counts its people once."""
    people = {(one.receptor_layer, one.receptor_id): one.people for one in near}
    known = [count for count in people.values() if count is not None]
    centre = place.representative_point()
    return Relocation(
        layer=near[0].layer,
        id=near[0].id,
        name=near[0].name,
        subdistrict=subdistrict,
        at=(float(centre.x), float(centre.y)),
        receptors=near,
        people=sum(known),
        people_unknown=len(people) - len(known),
        short_m=round(max(one.required_m - one.distance_m for one in near), CENTIMETRES),
    )


def _notes(onemap: OneMap, pack: SitingRules, unplaced: list[str]) -> Iterator[Sentence]:
    if any(not rule.verified for rule in pack.distances):
        yield say("The distances are not verified: look them up before anyone is told to move.")
    if unplaced:
        yield say("Without a position and not checked: {names}.", names="、".join(unplaced[:20]))
    for spec in onemap.layers_for("receptor"):
        missing = int(np.count_nonzero(~onemap.records[spec.key].placed))
        if missing and not spec.officials:
            yield say("{count} of {layer} have no position and are not checked.",
                      count=missing, layer=spec.title_en)  # fmt: skip
