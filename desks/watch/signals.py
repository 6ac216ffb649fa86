"""From a reading to a signal: one small machine per rule and object, without clock or store."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from .readings import AHEAD, Reading
from .rules import Rule

Phase = Literal["calm", "fired", "acknowledged"]
Place = tuple[str, str, str]
"""Rule, layer and id."""


@dataclass(frozen=True)
class State:
    """Where the machine of one rule and object stands, since when, and its last reading."""

    phase: Phase
    since: datetime
    value: float
    at: datetime


@dataclass(frozen=True)
class Signal:
    """A turn of one machine: it fired, or it is over."""

    rule: str
    layer: str
    id: str
    phase: Phase
    value: float
    at: datetime


def judge(
    rules: tuple[Rule, ...],
    states: Mapping[Place, State],
    reading: Reading,
    arrived: datetime | None = None,
) -> Iterator[tuple[Place, State, Signal | None]]:
    """Yield the new state of each rule that the reading moves, and the signal where it turned.

    A reading that is older than the last one judged moves nothing: it came late. Where that last
    one lies after ``arrived``, a clock was set back since, and what comes now is judged as it
    comes.
    """
    for rule, place, before in _judging(rules, states, reading):
        if before is not None and _is_late(before, reading, arrived):
            continue
        after = _next(rule, before, reading)
        turned = (before.phase if before else "calm") != after.phase
        signal = _signal(place, after.phase, reading) if turned else None
        yield place, after, signal


def late_alarms(
    rules: tuple[Rule, ...], states: Mapping[Place, State], reading: Reading, arrived: datetime
) -> Iterator[Signal]:
    """Yield the alarms of a reading that came too late to turn a machine that is calm."""
    for rule, place, before in _judging(rules, states, reading):
        unseen = before is not None and before.phase == "calm" and rule.fires(reading.value)
        if before is not None and unseen and _is_late(before, reading, arrived):
            yield _signal(place, "fired", reading)


def _judging(
    rules: tuple[Rule, ...], states: Mapping[Place, State], reading: Reading
) -> Iterator[tuple[Rule, Place, State | None]]:
    """Yield the rules that judge the reading, each with its place and where it stands."""
    for rule in rules:
        if rule.judges(reading.layer, reading.quantity, reading.unit):
            place = (rule.key, reading.layer, reading.id)
            yield rule, place, states.get(place)


def _is_late(before: State, reading: Reading, arrived: datetime | None) -> bool:
    """Return whether the reading tells only of what was; one of the present never does."""
    set_back = arrived is not None and before.at > arrived and abs(arrived - reading.at) <= AHEAD
    return reading.at < before.at and not set_back


def _signal(place: Place, phase: Phase, reading: Reading) -> Signal:
    return Signal(*place, phase, reading.value, reading.at)


def _next(rule: Rule, before: State | None, reading: Reading) -> State:
    """Return the state after the reading: between threshold and ``clears`` it stays as it was."""
    calm = before is None or before.phase == "calm"
    if before is None or (calm and rule.fires(reading.value)):
        phase: Phase = "fired" if rule.fires(reading.value) else "calm"
        return State(phase, reading.at, reading.value, reading.at)
    if not calm and rule.is_over(reading.value) and not rule.fires(reading.value):
        return State("calm", reading.at, reading.value, reading.at)
    return replace(before, value=reading.value, at=reading.at)


def acknowledged(state: State) -> State:
    """Return the state after somebody said that they have seen it; only a fired one changes."""
    return replace(state, phase="acknowledged") if state.phase == "fired" else state
