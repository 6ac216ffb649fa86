"""Wind that a person reads off and enters: how old it is, and whether it may be used (row S3-9)."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from geodata.faults import Fault, UserError
from language import Sentence, say

from .journal import Entry
from .reporting_rules import reporting_rules
from .situation import Incident

STRONGEST_MS = 60.0
"""Above the strongest typhoon of one's life: a slip of units."""

MOST_OKTAS = 8


@dataclass(frozen=True)
class WindReading:
    """Wind at 10 m as somebody read it at ``at``; ``where`` says which station or whose eye."""

    from_deg: float
    speed_ms: float
    at: datetime
    who: str
    where: str = ""
    cloud_oktas: int | None = None

    def age_min(self, now: datetime) -> int:
        """Return the whole minutes since it was read, 0 for one of the future."""
        return max(0, int((now - self.at).total_seconds() // 60))

    def fresh(self, now: datetime) -> bool:
        """Return whether it may be used without a hand: at the limit it still may."""
        seconds = (now - self.at).total_seconds()
        return 0 <= seconds <= 60 * reporting_rules().wind_max_age_min


def wind_entry(incident: str, reading: WindReading) -> Entry:
    """Return the line of the log for a reading (for ``journal.write``).

    Raises:
        UserError: with every figure that no wind has.

    """
    faults = [
        Fault("wind", problem, say("Correct the reading."), column=column, value=str(value))
        for column, value, good, problem in (
            ("from_deg", reading.from_deg, _within(reading.from_deg, 360.0),
             say("A direction is from 0 to 360 degrees.")),
            ("speed_ms", reading.speed_ms, _within(reading.speed_ms, STRONGEST_MS),
             say("A wind is from 0 to {limit} m/s.", limit=round(STRONGEST_MS))),
            ("cloud_oktas", reading.cloud_oktas,
             reading.cloud_oktas is None or 0 <= reading.cloud_oktas <= MOST_OKTAS,
             say("Cloud is from 0 to 8 eighths.")),
        )
        if not good
    ]  # fmt: skip
    if faults:
        raise UserError(faults)
    facts = {"from_deg": reading.from_deg % 360.0, "speed_ms": reading.speed_ms}
    if reading.cloud_oktas is not None:
        facts["cloud_oktas"] = float(reading.cloud_oktas)
    text = f"{reading.from_deg % 360.0:03.0f}° {reading.speed_ms:g} m/s {reading.where}".strip()
    return Entry("", incident, "wind", reading.at, reading.who, text, facts=facts)


def last_wind(log: Iterable[Entry], now: datetime) -> WindReading | None:
    """Return the newest reading of a log that is not of the future, ``None`` without any."""
    known = [
        entry
        for entry in log
        if entry.kind == "wind" and entry.at <= now and {"from_deg", "speed_ms"} <= set(entry.facts)
    ]
    if not known:
        return None
    entry = max(known, key=lambda one: one.at)
    facts = entry.facts
    cloud = facts.get("cloud_oktas")
    return WindReading(
        facts["from_deg"],
        facts["speed_ms"],
        entry.at,
        entry.who,
        entry.text.partition(" m/s ")[2],
        None if cloud is None else round(cloud),
    )


def with_wind(incident: Incident, reading: WindReading, now: datetime, *, hand: bool) -> Incident:
    """Return the incident with the reading's wind where it is fresh or a ``hand`` confirmed it."""
    if not (hand or reading.fresh(now)):
        return incident
    return replace(
        incident,
        wind_from_deg=reading.from_deg,
        wind_ms=reading.speed_ms,
        cloud_oktas=reading.cloud_oktas,
    )


def wind_said(reading: WindReading | None, now: datetime) -> Sentence:
    """Return the wind with its age for the page and the paper."""
    if reading is None:
        return say("No wind has been entered.")
    values: dict[str, str | int] = {
        "deg": f"{reading.from_deg:03.0f}",
        "speed_ms": f"{reading.speed_ms:g}",
        "minutes": reading.age_min(now),
    }
    if reading.fresh(now):
        return say("Wind from {deg}°, {speed_ms} m/s, read {minutes} min ago.", **values)
    return say(
        "Wind from {deg}°, {speed_ms} m/s, read {minutes} min ago: too old to be used unless"
        " somebody confirms it.",
        **values,
    )


def _within(value: float, most: float) -> bool:
    return math.isfinite(value) and 0 <= value <= most
