"""Warning bulletins in four colours: a text to check, sign and send (row S2-9)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from desks.stock import CHINA
from geodata.faults import Fault, UserError
from language import Sentence, say
from risk import SUBSTANCES
from risk.fuels import BURNING

from .burning import can_burn
from .case import Case
from .indoors import is_cloud
from .reporting import harm
from .reporting_rules import Colour, reporting_rules

INDOORS = frozenset({"hazmat_leak"})
"""Kinds of incident in which a house protects while the substance is not known."""

CAN_BURN = frozenset({"gas_leak"})
"""Kinds of incident in which the gas can burn, whether or not its name is known."""


@dataclass(frozen=True)
class Bulletin:
    """One bulletin: its colour, from when until when it holds, its text a line each."""

    colour: Colour
    drill: bool
    effective: datetime
    expires: datetime
    headline: str
    description: str
    instruction: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the bulletin as plain text."""
        return "\n".join(self.lines)


def colour(key: str) -> Colour:
    """Return the colour of that key: blue, yellow, orange or red.

    Raises:
        UserError: for a key that the rule pack does not have.

    """
    colours = reporting_rules().colours
    if key in colours:
        return colours[key]
    mend = say("Use one of {keys}.", keys=", ".join(colours))
    raise UserError([Fault("--colour", say("There is no such colour."), mend, value=key[:60])])


def bulletin(case: Case, key: str, issuer: str = "") -> Bulletin:
    """Return the bulletin of that colour for the incident, valid from the case's moment.

    Raises:
        UserError: for a colour that the rule pack does not have.

    """
    tone = colour(key)
    name = tone.title_zh if case.chinese else tone.title_en
    grade = tone.grade_zh if case.chinese else tone.grade_en
    expires = case.at + timedelta(hours=tone.valid_h)
    mark = f"【{case.word(say('Exercise'))}】" if case.is_drill else ""
    headline = mark + case.word(
        say(
            "{colour} warning ({grade}): {title} at {where}",
            colour=name, grade=grade, title=case.title, where=case.where or "—",
        )
    )  # fmt: skip
    description = " ".join(case.word(said) for said in harm(case))
    instruction = " ".join(case.word(said) for said in advice(case))
    foot = [
        say(
            "In force from {start} to {end}.",
            start=f"{case.at.astimezone(CHINA):%Y-%m-%d %H:%M}",
            end=f"{expires.astimezone(CHINA):%Y-%m-%d %H:%M}",
        ),
        say("Issued by {issuer}.", issuer=issuer or case.district),
    ]
    if not tone.verified:
        foot.append(say("Grades by {source}; not verified.", source=tone.source))
    lines = (headline, description, instruction, *(case.word(said) for said in foot))
    return Bulletin(
        tone, case.is_drill, case.at, expires, headline, description, instruction, lines
    )


def all_leave(case: Case) -> bool:
    """Return whether every community in the zone is to leave: no house protects from the harm."""
    evacuation = case.brief.evacuation
    decided = evacuation.orders if evacuation is not None else ()
    return bool(decided) and all(order.leaves for order in decided)


def _stays(case: Case) -> bool:
    """Return whether going indoors protects: from a toxic cloud, and from what nobody knows yet.

    From gas that burns it does not: a house that it fills explodes.
    """
    zone, substance = case.brief.zones.protective, case.brief.incident.substance
    if zone is not None and is_cloud(zone.level, substance):
        return True
    held = SUBSTANCES.get(substance)
    return held.toxic if held is not None else case.kind.key in INDOORS


def advice(case: Case) -> tuple[Sentence, ...]:
    """Return what people are told to do: keep away, go indoors or go to the safe places."""
    said: list[Sentence] = []
    weather = case.brief.zones.weather
    said.append(say("Keep away from the place and leave the roads to the rescue teams."))
    burns = case.kind.key in CAN_BURN or can_burn(case.brief.incident.substance)
    if burns and case.kind.key not in BURNING:
        said.append(
            say(
                "No flame, no smoking: switch nothing on or off, start no engine. The gas can burn."
            )
        )
    if _stays(case) and not all_leave(case):
        said.append(
            say("Go indoors, shut doors and windows and turn off ventilation until told otherwise.")
        )
    if weather is not None:
        said.append(
            say(
                "Whoever is outside moves across the wind, which blows from {deg}°.",
                deg=round(weather.wind_from_deg) % 360,
            )
        )
    evacuation = case.brief.evacuation
    if evacuation is not None:
        names = [r.name for r in evacuation.refuges if r.safe and r.assigned_people][:3]
        if names:
            said.append(say("Whoever is told to leave goes to {names}.", names="、".join(names)))
    return tuple(said)
