"""Which response level is proposed for the incident, with its rule in words."""

from language import Sentence, say
from risk import Proposal, propose

from .answers import Exposure, Guide, ResponseLevel
from .situation import Incident


def response_level(incident: Incident, exposure: Exposure | None) -> ResponseLevel:
    """Return the proposed level Ⅰ to Ⅳ, ``""`` where neither kind nor substance is stated.

    It rests on the people in the protective zone now and on the substance. Where the guidebook
    clears farther and its people make it higher, that level is proposed and both are said; a
    commander decides.
    """
    people = exposure.people_now if exposure is not None else None
    found = _proposed(incident, people)
    if found is None:
        rule = say("No level is proposed: the kind of incident is not stated.")
        return ResponseLevel("", rule, "", verified=False)
    guide = exposure.guide if exposure is not None else None
    wider = None if guide is None else _proposed(incident, guide.people_now)
    if guide is None or wider is None or wider.level == found.level:
        return ResponseLevel(found.level, _rule(found, people), found.source, found.verified)
    return ResponseLevel(wider.level, _wider(wider, found, guide), wider.source, wider.verified)


def _proposed(incident: Incident, people: int | None) -> Proposal | None:
    tonnes = incident.quantity_t
    return propose(incident.kind, incident.substance, tonnes=tonnes, people=people)


def _wider(wider: Proposal, found: Proposal, guide: Guide) -> Sentence:
    """Return the rule of a level that only the people within the guidebook's distance reach."""
    numbers = {"people": guide.people_now, "guide_m": guide.reach_m}
    if wider.people_from and not wider.hazards:
        return say(
            "Level {level}: {people:,} people within the {guide_m} m of the guidebook, from {least}"
            " on; by the protective zone alone it would be {alone}. Deaths and injuries are not"
            " counted.",
            level=wider.level,
            least=wider.people_from,
            alone=found.level,
            **numbers,
        )
    return say(
        "Level {level}: a toxic substance with {people:,} people within the {guide_m} m of the"
        " guidebook; by the protective zone alone it would be {alone}. Deaths and injuries are not"
        " counted.",
        level=wider.level,
        alone=found.level,
        **numbers,
    )


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
            "Level {level}: a toxic substance with {people:,} people in the protective zone; deaths"
            " and injuries are not counted.",
            level=found.level,
            people=people or 0,
        )
    if found.people_from:
        return say(
            "Level {level}: {people:,} people in the protective zone, from {least} on; deaths and"
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
        "Level {level}: {people:,} people in the protective zone, below every higher rule; deaths"
        " and injuries are not counted.",
        level=found.level,
        people=people,
    )
