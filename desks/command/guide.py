"""The guidebook's distance where it clears farther than the model whose people are led out.

The larger protects: places to protect, shelters and response level go by the guidebook's ground,
as does the area that is warned; who is led out on foot, and how, goes by the model's.
"""

from language import Sentence, say
from risk.release import Shape, ZoneSet

from .answers import Guide
from .bands import Harm, guide_zone, joined


def warned(zones: ZoneSet, harm: Harm) -> Shape | None:
    """Return all ground whose people are counted: the protective one, with the guidebook's."""
    guide = guide_zone(zones)
    if guide is None or harm.protected is None:
        return harm.protected
    return joined([guide.shape, harm.protected])


def guide_of(
    zones: ZoneSet, led_out: int, people: tuple[int, int, int], receptors: int
) -> Guide | None:
    """Return the distance with its people (now, by day, by night) beside those who are led out.

    ``receptors`` are the places to protect that lie in it alone.
    """
    zone, guide = zones.protective, guide_zone(zones)
    if zone is None or guide is None:
        return None
    now, day, night = people
    numbers = {
        "led_out": led_out, "reach_m": round(zone.reach_m),
        "guide_m": round(guide.reach_m), "people": now,
    }  # fmt: skip
    return Guide(
        model=guide.model,
        level=guide.level,
        reach_m=round(guide.reach_m),
        people_now=now,
        people_day=day,
        people_night=night,
        receptors=receptors,
        verified=guide.verified,
        said=_said(guide.level, numbers),
        rule=_rule(receptors, verified=guide.verified),
    )


def _rule(receptors: int, *, verified: bool) -> Sentence:
    """Return what goes by the larger distance, and how many more places that is."""
    if verified:
        return say(
            "The larger protects: places to protect ({receptors} more), shelters and response"
            " level go by the guidebook.",
            receptors=receptors,
        )
    return say(
        "The larger protects: places to protect ({receptors} more), shelters and response level"
        " go by the guidebook, whose distance is not verified here.",
        receptors=receptors,
    )


def _said(level: str, numbers: dict[str, int]) -> Sentence:
    if level == "protective_action":
        return say(
            "Lead out {led_out:,} people, within {reach_m} m; {people:,} people lie within the"
            " {guide_m} m of the guidebook's protective action.",
            **numbers,
        )
    return say(
        "Lead out {led_out:,} people, within {reach_m} m; {people:,} people lie within the"
        " {guide_m} m that the guidebook isolates.",
        **numbers,
    )
