"""The guidebook's distance where it clears farther than the model whose people are led out."""

from language import Sentence, say
from risk.release import Shape, Zone, ZoneSet

from .answers import Guide
from .bands import Harm, joined

MODELS = ("erg", "erg_fire")
"""Models that read the guidebook's tables; its BLEVE table holds only if a vessel bursts."""


def guide_zone(zones: ZoneSet) -> Zone | None:
    """Return the guidebook's farthest distance beyond the protective zone, ``None`` for none."""
    zone = zones.protective
    if zone is None:
        return None
    found = [
        other for other in zones.zones if other.model in MODELS and other.reach_m > zone.reach_m
    ]
    return max(found, key=lambda other: other.reach_m, default=None)


def warned(zones: ZoneSet, harm: Harm) -> Shape | None:
    """Return all ground whose people are counted: the protective one, with the guidebook's."""
    guide = guide_zone(zones)
    if guide is None or harm.protected is None:
        return harm.protected
    return joined([guide.shape, harm.protected])


def guide_of(zones: ZoneSet, led_out: int, people: tuple[int, int, int]) -> Guide | None:
    """Return the distance with its people (now, by day, by night) beside those who are led out."""
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
        verified=guide.verified,
        said=_said(guide.level, numbers),
    )


def _said(level: str, numbers: dict[str, int]) -> Sentence:
    if level == "protective_action":
        return say(
            "Lead out {led_out} people, within {reach_m} m; {people} people lie within the"
            " {guide_m} m of the guidebook's protective action.",
            **numbers,
        )
    return say(
        "Lead out {led_out} people, within {reach_m} m; {people} people lie within the {guide_m}"
        " m that the guidebook isolates.",
        **numbers,
    )
