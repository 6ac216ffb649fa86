"""Why the first team is first, and not a nearer one."""

import math

from language import Sentence, say
from risk import DISPATCH_ORDER

from .fitness import standing_of
from .situation import Point, Responder


def why_first(responders: tuple[Responder, ...], at: Point | None = None) -> Sentence:
    """Return the sentence that defends the head of the list against a sooner or nearer team.

    ``at`` is where vehicles go, in metres: without it only distances by road are compared.
    """
    if not responders:
        return say("No team is registered.")
    first = responders[0]
    if not any(team.reachable for team in responders):
        return say("No team can reach the incident.")
    lost = next((team for team in responders if team.fit and not team.reachable), None)
    if not first.fit and lost is not None and lost.withdrawn:
        return say(
            "{lost} is fit but withdrawn; {name} can come and is not fit.",
            lost=lost.name,
            name=first.name,
        )
    if not first.fit and lost is not None:
        return say(
            "{lost} is fit but cannot come; {name} can come and is not fit.",
            lost=lost.name,
            name=first.name,
        )
    inside = next((team for team in responders if team.fit and team.in_zone), None)
    if not first.fit and inside is not None:
        return say(
            "{inside} is fit but its base lies inside the zones; {name} comes from outside and is"
            " not fit.",
            inside=inside.name,
            name=first.name,
        )
    sooner = _sooner(responders)
    return _ahead(responders, first, at) if sooner is None else _behind(first, sooner)


def _ahead(responders: tuple[Responder, ...], first: Responder, at: Point | None) -> Sentence:
    """Return the sentence where nobody arrives sooner than the first."""
    if not first.fit:
        return say("No fit team can be named; {name} comes first.", name=first.name)
    if first.in_zone:
        return say(
            "{name} is fit, but its base lies inside the zones: nobody else can come.",
            name=first.name,
        )
    nearer = _nearer(responders)
    if nearer is not None:
        return say(
            "{near} is nearer by road ({distance_m} m), but {name} arrives {gap_s} s sooner.",
            near=nearer.name,
            distance_m=nearer.distance_m or 0,
            name=first.name,
            gap_s=_eta_s(nearer) - _eta_s(first),
        )
    lost = _nearer_but_lost(responders, at)
    if lost is None:
        return say("{name} is fit and arrives first.", name=first.name)
    if lost.withdrawn:
        return say(
            "{name} is fit and arrives first; {near} lies nearer but is withdrawn.",
            name=first.name,
            near=lost.name,
        )
    return say(
        "{name} is fit and arrives first; {near} lies nearer but cannot come.",
        name=first.name,
        near=lost.name,
    )


def _eta_s(team: Responder) -> int:
    return team.eta_s if team.eta_s is not None else 0


def _sooner(responders: tuple[Responder, ...]) -> Responder | None:
    """Return the team that would arrive before the first by most, or None."""
    coming = [team for team in responders if team.reachable]
    soonest = min(coming, key=lambda team: (_eta_s(team), team.rank))
    return soonest if _eta_s(soonest) < _eta_s(responders[0]) else None


def _nearer(responders: tuple[Responder, ...]) -> Responder | None:
    first = responders[0]
    nearest = min(
        (team for team in responders if team.distance_m is not None),
        key=lambda team: (team.distance_m or 0, team.rank),
    )
    shorter = (nearest.distance_m or 0) < (first.distance_m or 0)
    return nearest if shorter and _eta_s(nearest) > _eta_s(first) else None


def _nearer_but_lost(responders: tuple[Responder, ...], at: Point | None) -> Responder | None:
    """Return the team that cannot come and lies nearest, straight, if nearer than the first."""
    first = responders[0]
    if at is None or first.at is None:
        return None
    lost = [
        (math.dist(team.at, at), team.rank, team)
        for team in responders
        if not team.reachable and team.at is not None
    ]
    nearest = min(lost, key=lambda one: one[:2], default=None)
    if nearest is None or nearest[0] >= math.dist(first.at, at):
        return None
    return nearest[2]


def _behind(first: Responder, sooner: Responder) -> Sentence:
    """Return why a team that would arrive sooner stands behind the first."""
    gap_s = _eta_s(first) - _eta_s(sooner)
    if sooner.in_zone and not first.in_zone:
        return say(
            "{near} would arrive {gap_s} s sooner than {name}, but its base lies inside the zones.",
            near=sooner.name,
            gap_s=gap_s,
            name=first.name,
        )
    if first.fit and sooner.fit:
        return _later_standing(first, sooner, gap_s)
    if not first.fit:
        return say(
            "No fit team can be named; {name} comes first: {near} would arrive {gap_s} s sooner,"
            " but is less suited or sent later.",
            name=first.name,
            near=sooner.name,
            gap_s=gap_s,
        )
    return _unfit(first, sooner, gap_s)


def _later_standing(first: Responder, sooner: Responder, gap_s: int) -> Sentence:
    standing = standing_of(sooner)
    if not standing:
        return say(
            "{near} would arrive {gap_s} s sooner than {name}, but its standing is not on file.",
            near=sooner.name,
            gap_s=gap_s,
            name=first.name,
        )
    return say(
        "{near} would arrive {gap_s} s sooner than {name}, but as a {standing} team it is sent"
        " later ({order}).",
        near=sooner.name,
        gap_s=gap_s,
        name=first.name,
        standing=standing,
        order=" → ".join(filter(None, DISPATCH_ORDER.order)),
    )


def _unfit(first: Responder, sooner: Responder, gap_s: int) -> Sentence:
    if sooner.equipment_missing:
        return say(
            "{near} would arrive {gap_s} s sooner than {name}, but lacks {missing}.",
            near=sooner.name,
            gap_s=gap_s,
            name=first.name,
            missing=" ".join(sooner.equipment_missing),
        )
    return say(
        "{near} would arrive {gap_s} s sooner than {name}, but is not right for this incident.",
        near=sooner.name,
        gap_s=gap_s,
        name=first.name,
    )
