"""What a closure, or another turn of the knobs, changed for each team."""

from .situation import Change, Responder, SituationBrief


def compare(before: SituationBrief, after: SituationBrief) -> tuple[Change, ...]:
    """Return one change per team of both briefs, in the order of the second.

    ``delta_s`` is later minus earlier, ``None`` where either has no time; ``lost`` and ``gained``
    say that a team can no longer, or only now, reach the incident.
    """
    earlier = {(team.layer, team.id): team for team in before.responders}
    return tuple(
        _change(earlier[team.layer, team.id], team)
        for team in after.responders
        if (team.layer, team.id) in earlier
    )


def _change(before: Responder, after: Responder) -> Change:
    timed = before.eta_s is not None and after.eta_s is not None
    return Change(
        layer=after.layer,
        id=after.id,
        rank_before=before.rank,
        rank_after=after.rank,
        delta_s=(after.eta_s or 0) - (before.eta_s or 0) if timed else None,
        lost=before.reachable and not after.reachable,
        gained=after.reachable and not before.reachable,
    )
