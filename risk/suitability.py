"""Whether a team is right for an incident, and why not."""

from collections.abc import Collection
from dataclasses import dataclass

from language import Sentence, say

from .demands import Demand, covers, names_substances
from .incidents import ASSUMED_KINDS, IncidentKind

FIT, SUPPORT, UNSUITED = 0, 1, 2


@dataclass(frozen=True)
class Suitability:
    """How right a team is: grade 0 fit, 1 helps beside a fit team, 2 not suited; and why.

    ``missing`` are the required equipment classes that are not on file, in the table's order.
    """

    grade: int
    reason: Sentence
    missing: tuple[str, ...] = ()

    @property
    def fit(self) -> bool:
        """Return whether the team may be sent first."""
        return self.grade == FIT


def judge(
    incident: IncidentKind, team_kind: str, equipment: Collection[str], *, layer: str = ""
) -> Suitability:
    """Return the suitability of a team of that kind with that equipment.

    Where ``team_kind`` is empty the kind that the table assumes for ``layer`` is judged, and the
    reason says so. Skill comes before distance (row S2-5 of the plans), and a team of the right
    kind that lacks a required class of equipment is not fit (row S1-11).
    """
    kind = team_kind or ASSUMED_KINDS.get(layer, "")
    if incident.any_team:
        return Suitability(FIT, say("No kind of incident stated: every team counts as fit."))
    if not kind:
        return Suitability(UNSUITED, say("Kind of team not on file: not counted as fit."))
    if kind in incident.fit:
        return _equipped(incident, kind, equipment, assumed=not team_kind)
    if kind in incident.support:
        reason = say("{kind} helps beside a fit team but is not right for this alone.", kind=kind)
        return Suitability(SUPPORT, reason)
    return Suitability(UNSUITED, say("{kind} is not suited to this kind of incident.", kind=kind))


def judge_for(
    demand: Demand,
    team_kind: str,
    equipment: Collection[str],
    *,
    skills: Collection[str] = (),
    layer: str = "",
) -> Suitability:
    """Return the suitability for what the incident with its substance asks (row S1-11).

    A team that lists the substances it is trained for, and not this one, is not fit; a team that
    lists none is judged by kind and equipment alone.
    """
    judged = judge(demand.kind, team_kind, equipment, layer=layer)
    known = demand.substance
    if known is None or not judged.fit or demand.kind.any_team:
        return judged
    kind = team_kind or ASSUMED_KINDS.get(layer, "")
    if not names_substances(skills):
        return judged
    if covers(skills, known):
        reason = say(
            "{kind} is fit and trained for {substance}.", kind=kind, substance=known.name_zh
        )
        return Suitability(FIT, reason)
    reason = say(
        "{kind} is trained for {skills}, not for {substance}.",
        kind=kind,
        skills="、".join(skills),
        substance=known.name_zh,
    )
    return Suitability(SUPPORT, reason)


def _equipped(
    incident: IncidentKind, kind: str, equipment: Collection[str], *, assumed: bool
) -> Suitability:
    missing = tuple(item for item in incident.equipment if item not in equipment)
    if missing and not equipment:
        reason = say(
            "{kind} has no equipment on file; needed: {missing}.",
            kind=kind,
            missing=" ".join(missing),
        )
        return Suitability(SUPPORT, reason, missing)
    if missing:
        reason = say("{kind} lacks {missing}.", kind=kind, missing=" ".join(missing))
        return Suitability(SUPPORT, reason, missing)
    if assumed:
        return Suitability(FIT, say("Kind not on file, taken as {kind}: fit.", kind=kind))
    if incident.equipment:
        return Suitability(FIT, say("{kind} is fit and has the equipment needed.", kind=kind))
    return Suitability(FIT, say("{kind} is fit for this kind of incident.", kind=kind))
