"""Why the first team is first, and not a nearer one."""

from language import Sentence, say

from .situation import Responder


def why_first(responders: tuple[Responder, ...]) -> Sentence:
    """Return the sentence that defends the head of the list against a sooner or nearer team."""
    if not responders:
        return say("No team is registered.")
    first = responders[0]
    if not any(team.reachable for team in responders):
        return say("No team can reach the incident.")
    lost = next((team for team in responders if team.fit and not team.reachable), None)
    if not first.fit and lost is not None:
        return say(
            "{lost} is fit but cannot come; {name} can come and is not fit.",
            lost=lost.name,
            name=first.name,
        )
    sooner = _sooner(responders)
    return _ahead(responders, first) if sooner is None else _unfit(first, sooner)


def _ahead(responders: tuple[Responder, ...], first: Responder) -> Sentence:
    """Return the sentence where nobody arrives sooner than the first."""
    nearer = _nearer(responders)
    if not first.fit:
        return say("No fit team can be named; {name} comes first.", name=first.name)
    if nearer is None:
        return say("{name} is fit and arrives first.", name=first.name)
    return say(
        "{near} is nearer by road ({distance_m} m), but {name} arrives {gap_s} s sooner.",
        near=nearer.name,
        distance_m=nearer.distance_m or 0,
        name=first.name,
        gap_s=_eta_s(nearer) - _eta_s(first),
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


def _unfit(first: Responder, sooner: Responder) -> Sentence:
    gap_s = _eta_s(first) - _eta_s(sooner)
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
