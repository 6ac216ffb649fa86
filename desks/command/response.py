"""Which response level is proposed for the incident, with its rule in words."""

from language import Sentence, say
from risk import Proposal, propose

from .answers import Exposure, ResponseLevel
from .situation import Incident


def response_level(incident: Incident, exposure: Exposure | None) -> ResponseLevel:
    """Return the proposed level Ⅰ to Ⅳ, ``""`` where neither kind nor substance is stated.

    It rests on the people in the protective zone now and on the substance; a commander decides.
    """
    people = exposure.people_now if exposure is not None else None
    found = propose(incident.kind, incident.substance, tonnes=incident.quantity_t, people=people)
    if found is None:
        rule = say("No level is proposed: the kind of incident is not stated.")
        return ResponseLevel("", rule, "", verified=False)
    return ResponseLevel(found.level, _rule(found, people), found.source, found.verified)


def _rule(found: Proposal, people: int | None) -> Sentence:
    if found.tonnes_from:
        return say(
            "Level {level}: {tonnes} t and more of such a substance; deaths and injuries are not"
            " counted.",
            level=found.level,
            tonnes=f"{found.tonnes_from:g}",
        )
    if found.hazards:
        return say(
            "Level {level}: a toxic substance with {people} people in the protective zone; deaths"
            " and injuries are not counted.",
            level=found.level,
            people=people or 0,
        )
    if found.people_from:
        return say(
            "Level {level}: {people} people in the protective zone, from {least} on; deaths and"
            " injuries are not counted.",
            level=found.level,
            people=people or 0,
            least=found.people_from,
        )
    if people is None:
        return say(
            "Level {level} at least, a higher one may be due: how many people are in danger is not"
            " known.",
            level=found.level,
        )
    return say(
        "Level {level}: {people} people in the protective zone, below every higher rule; deaths"
        " and injuries are not counted.",
        level=found.level,
        people=people,
    )
