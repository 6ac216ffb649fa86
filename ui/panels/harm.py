"""The zones of a brief in words: which line is which, how far, above what, on what basis."""

from collections.abc import Sequence
from typing import Literal

from desks.command.bands import guide_zone
from desks.command.situation import SituationBrief
from risk.models import MODELS
from risk.release import LEVELS, PROTECTIVE, Zone

from .compass import compass, opposite
from .markup import METRES_PER_KM, View

Look = Literal["worst", "protective", "light", "guide", "ring", "drawn"]

RINGS = ("isolation", "fire_isolation", "bleve_minimum", "bleve_evacuation")
"""The levels that are drawn as a plain ring: nobody but crews in protection goes in."""

BY_HAND = ("flooded", "burning", "drawn", "foreign")
WORST = ("aegl_3", "erpg_3", "idlh", "lfl", "thermal_fatal", "overpressure_fatal")
NUMBERED = ("aegl", "erpg")
FINE_M = 100
SHORT_KM = 10


def look_in(brief: SituationBrief, zone: Zone) -> Look:
    """Return how a line of this brief is drawn; the guidebook's is a mere line beside a model's."""
    besides = zone == guide_zone(brief.zones) and zone not in brief.zones.lines
    return "guide" if besides and look(zone) == "protective" else look(zone)


def look(zone: Zone) -> Look:
    """Return how the zone's line is drawn: worst, protective, light, ring or drawn."""
    if zone.level in RINGS:
        return "ring"
    if zone.level in BY_HAND:
        return "drawn"
    if zone.level in WORST:
        return "worst"
    return "protective" if zone.level in PROTECTIVE else "light"


def title(level: str, view: View) -> str:
    """Return what the level means, in the viewer's language."""
    names = LEVELS.get(level)
    if names is None:
        return level
    return names[0] if view.words.language == "zh" else names[1]


def short(level: str, view: View) -> str:
    """Return the name on the zone's edge: ``AEGL-2`` where the level has one, else its meaning."""
    scale, _, number = level.partition("_")
    return f"{scale.upper()}-{number}" if scale in NUMBERED else title(level, view)


def reach(metres: float) -> tuple[str, str]:
    """Return figure and unit of a reach, two digits as models can tell: 150 m, 1.5 km, 12 km."""
    if metres < METRES_PER_KM:
        return f"{_whole(metres)}", "m"
    kilometres = metres / METRES_PER_KM
    return (f"{kilometres:.1f}" if kilometres < SHORT_KM else f"{kilometres:.0f}"), "km"


def reached(metres: float) -> str:
    """Return a reach with its unit."""
    return " ".join(reach(metres))


def _whole(metres: float) -> int:
    """Return metres rounded up to tens from 100 m on: never less than the model said."""
    step = 10 if metres >= FINE_M else 1
    return -int(-round(metres, 3) // step) * step


def threshold(zone: Zone, view: View) -> str:
    """Return what the line means: ``≥2 ppm``, or nothing for a distance of a table."""
    if zone.threshold is None:
        return ""
    unit = view.choice(zone.unit) if zone.unit else ""
    return f"≥{zone.threshold:g} {unit}".strip()


def meaning(zone: Zone, view: View) -> str:
    """Return level, threshold and whether its figures are verified, for the legend."""
    mark = "" if zone.verified else " ▲"
    return f"{title(zone.level, view)} {threshold(zone, view)}".strip() + mark


def isolation(brief: SituationBrief) -> Zone | None:
    """Return the ring that is closed at once, the widest one where there are several."""
    rings = [zone for zone in brief.zones.zones if zone.level in RINGS]
    return max(rings, key=lambda zone: zone.reach_m, default=None)


def drawn(brief: SituationBrief) -> tuple[Zone, ...]:
    """Return the zones that the map shows: the governing lines, the ring, what hands drew.

    The guidebook's line is among them where it clears farther than those that govern.
    """
    lines = brief.zones.lines
    ring, guide = isolation(brief), guide_zone(brief.zones)
    others = [zone for zone in brief.zones.zones if zone.level in BY_HAND and zone not in lines]
    rings = [ring] if ring is not None and ring not in lines else []
    if guide is not None and guide not in (*lines, *rings):
        rings.append(guide)
    return (*lines, *rings, *others)


def wind_from(brief: SituationBrief) -> float | None:
    """Return where the wind blows from that the zones were computed with, ``None`` unknown."""
    weather = brief.zones.weather
    return brief.incident.wind_from_deg if weather is None else weather.wind_from_deg


def downwind(brief: SituationBrief, view: View) -> str:
    """Return where the harm drifts to, or that it may drift to any side."""
    blows_from = wind_from(brief)
    if blows_from is None:
        return view.text("to every side")
    return view.text("to the {side}", side=compass(opposite(blows_from), view))


def model(brief: SituationBrief, view: View) -> str:
    """Return what computed the lines, and in which weather; "" where there are none."""
    if not brief.zones.lines:
        return ""
    titles = {
        model.key: model.title_zh if view.words.language == "zh" else model.title_en
        for model in MODELS
    }
    weather = brief.zones.weather
    title = titles.get(brief.zones.governing, brief.zones.governing)
    return f"{title} · {weather.stability}" if weather is not None else title


def assumptions(brief: SituationBrief, view: View) -> Sequence[str]:
    """Return what the drawn zones rest on, each once: model, weather, source, gaps."""
    said = [view.word(text) for zone in drawn(brief) for text in zone.assumptions]
    said += [_source(zone, view) for zone in drawn(brief) if zone.source]
    said += [view.word(note) for note in brief.zones.notes]
    return tuple(dict.fromkeys(said))


def _source(zone: Zone, view: View) -> str:
    if zone.verified:
        return view.text("{level}: {source}", level=short(zone.level, view), source=zone.source)
    return view.text(
        "▲ not verified: {level}, {source}", level=short(zone.level, view), source=zone.source
    )
