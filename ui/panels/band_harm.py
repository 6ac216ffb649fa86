"""The cells of the band that need zones: how far, how many, from which side, where people go."""

from collections.abc import Callable

from markupsafe import Markup

from desks.command.answers import Evacuation, Exposure, StandOff
from desks.command.situation import SituationBrief
from risk.release import Zone

from .compass import compass
from .evacuation import enough
from .exposure import counts_by_kind
from .harm import downwind, isolation, reach, reached, threshold
from .markup import METRES_PER_KM, View, distance, dotted

Cell = Callable[..., Markup]
"""``(question, answer, unit, basis, kind="")`` to the markup of one cell."""


def far(brief: SituationBrief, view: View, cell: Cell) -> Markup:
    """Return how far people must be protected, to which side, with spread and isolation."""
    question = view.text("How far harm reaches")
    zone = brief.zones.protective
    if zone is None:
        return cell(question, view.text("not known"), "", _why(brief, view), "lack")
    figure, unit = reach(zone.reach_m)
    spread = f"P90 {reached(zone.spread_m)}" if zone.spread_m is not None else ""
    ring = isolation(brief)
    isolate = view.text("isolate {reach}", reach=reached(ring.reach_m)) if ring else ""
    mark = "" if zone.verified else view.text("▲ not verified")
    before = view.before.zones.protective if view.before else None
    return cell(
        question,
        figure,
        Markup("{} {}{}").format(unit, downwind(brief, view), _moved(zone, before)),
        dotted((spread, isolate, mark)),
        "by-wind",
    )


def _why(brief: SituationBrief, view: View) -> str:
    notes = brief.zones.notes
    return view.word(notes[0]) if notes else view.text("No zone is known for this incident")


def _moved(zone: Zone, before: Zone | None) -> Markup:
    """Return in a frame by how much the reach differs from the live values, or nothing."""
    if before is None or round(before.reach_m) == round(zone.reach_m):
        return Markup("")
    return delta_distance(zone.reach_m - before.reach_m)


def delta_distance(metres: float) -> Markup:
    """Return a difference of distances with its sign, framed."""
    sign = "＋" if metres > 0 else "−"
    far_m = abs(metres)
    text = f"{far_m:.0f} m" if far_m < METRES_PER_KM else f"{far_m / METRES_PER_KM:.1f} km"
    return Markup('<b class="delta framed">{}{}</b>').format(sign, text)


def delta_count(people: int) -> Markup:
    """Return a difference of people with its sign, framed; nothing for none."""
    if people == 0:
        return Markup("")
    sign = "＋" if people > 0 else "−"
    return Markup('<b class="delta framed">{}{:,}</b>').format(sign, abs(people))


def many(brief: SituationBrief, exposure: Exposure, view: View, cell: Cell) -> Markup:
    """Return how many people are inside now, above what, and which places to protect."""
    zone = brief.zones.protective
    above = threshold(zone, view) if zone is not None else ""
    question = view.text("People inside now {above}", above=above).strip()
    if exposure.people_now is None:
        why = view.word(exposure.notes[0]) if exposure.notes else ""
        return cell(question, view.text("not known"), "", why, "lack")
    before = view.before.exposure if view.before else None
    moved = (
        delta_count(exposure.people_now - before.people_now)
        if before is not None and before.people_now is not None
        else Markup("")
    )
    basis = counts_by_kind(exposure, view) or view.text("no registered place to protect inside")
    unit = Markup("{}{}").format(view.text("people"), moved)
    return cell(question, f"{exposure.people_now:,}", unit, basis, "by-wind")


def side(brief: SituationBrief, view: View, cell: Cell) -> Markup:
    """Return from which side to come, and where to stand off."""
    question = view.text("From which side")
    off: StandOff | None = brief.approach.stand_off if brief.approach else None
    if off is None:
        why = view.text("No stand-off point is known")
        return cell(question, view.text("not known"), "", why, "lack")
    bearing = compass(off.from_deg, view)
    place = view.text("stand off at {road}", road=off.road or view.text("a road without a name"))
    away = view.text("{distance} from it", distance=distance(off.distance_m))
    upwind = view.text("upwind") if _is_upwind(brief, off) else ""
    return cell(question, bearing, upwind, dotted((place, away)), "by-wind")


def _is_upwind(brief: SituationBrief, off: StandOff) -> bool:
    """Return whether the stand-off point lies within 60° of where the wind comes from."""
    weather = brief.zones.weather
    blows_from = brief.incident.wind_from_deg if weather is None else weather.wind_from_deg
    if blows_from is None:
        return False
    apart = abs((off.from_deg - blows_from + 180) % 360 - 180)
    return apart <= 60  # noqa: PLR2004 - degrees, the sector that stands for upwind


def refuge(evacuation: Evacuation, view: View, cell: Cell) -> Markup:
    """Return how many shelters are safe, and whether their places are enough."""
    question = view.text("Where people go")
    safe = [refuge for refuge in evacuation.refuges if refuge.safe]
    unit = view.text("of {total} safe", total=len(evacuation.refuges))
    good, text = enough(evacuation, view)
    if not evacuation.refuges:
        return cell(question, view.text("None"), "", view.word(evacuation.said), "lack")
    mark = "✓" if good else "✕"
    return cell(question, len(safe), unit, f"{mark} {text}", "last" if good else "last lack-basis")
