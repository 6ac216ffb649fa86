"""From what drives say to the figures that a speed model may state, and old beside new."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from language import Sentence, say
from routing import Factor, SpeedModel
from routing.speeds import GROUPS, HOURS, RULES

from .learning_drives import Drive
from .learning_fit import GROUP_KEYS, Fit, Floats, Pair
from .learning_rules import LearningRules

Values = dict[str, tuple[float, ...]]
Count = Mapping[tuple[str, int | None], int]
"""How many drives stand behind a figure, by key and number of the band (``None`` all hours)."""

STEP = 1000
"""Factors are kept to the thousandth, times to the second; a P90 is rounded up."""

SLACK = 1e-6


@dataclass(frozen=True)
class Changed:
    """One figure that would change: old beside new, and how many drives stand behind it.

    ``hours`` are those of its band, empty for a figure of all hours; ``old`` is ``None`` for a
    kind of team that had only the default.
    """

    key: str
    band: str
    hours: tuple[int, ...]
    old: tuple[float, ...]
    new: tuple[float, ...]
    unit: str
    drives: int


def times(
    kinds: tuple[str, ...], drives: Sequence[Drive], found: Fit
) -> tuple[Values, Counter[tuple[str, int | None]]]:
    """Return call and turnout of the kinds that were stamped, in whole seconds."""
    values: Values = {}
    count: Counter[tuple[str, int | None]] = Counter()
    called = [drive for drive in drives if drive.alarmed_ms is not None]
    if called:
        values["call"] = _whole(found.call)
        count["call", None] = len(called)
    turned_out = Counter(drive.kind for drive in drives if drive.turnout_ms is not None)
    for kind, pair in zip(kinds, found.turnout, strict=True):
        if kind and turned_out[kind]:
            values[f"turnout.{kind}"] = _whole(pair)
            count[f"turnout.{kind}", None] = turned_out[kind]
    return values, count


def _whole(pair: Pair) -> tuple[float, ...]:
    """Return the pair in whole seconds within what a model may state, P90 rounded up."""
    highest = RULES["turnout.default"].highest
    middle = min(float(round(pair[0])), highest)
    return middle, min(max(middle, float(math.ceil(pair[1] - SLACK))), highest)


def roads(model: SpeedModel, cells: Floats, rules: LearningRules, notes: list[Sentence]) -> Values:
    """Return congestion by hour, and the priority of a class that is faster than free flow.

    A model may not state a congestion below 1: where drills are faster the class is given more
    priority and its other hours as much more congestion, so that only what was driven changes.
    """
    band = np.array([rules.band_of(hour) for hour in range(HOURS)])
    values: Values = {}
    for at, group in enumerate(GROUP_KEYS):
        if (cells[at] == 1).all():
            continue
        name = GROUPS[group][0]
        old = np.array([model.congestion(name, hour) for hour in range(HOURS)])
        new = old * cells[at][band]
        priority = model.priority(name)
        faster = min(1.0, float(new.min()))
        if faster < 1:
            raised = min(priority / faster, RULES[f"priority.{group}"].highest)
            raised = math.floor(raised * STEP) / STEP
            new = new * raised / priority
            values[f"priority.{group}"] = (raised,)
        limits = RULES[f"congestion.{group}"]
        kept = np.clip(new, limits.lowest, limits.highest)
        if (np.abs(kept - new) > 1 / STEP).any():
            notes.append(say("Roads of group {group} would go beyond what a model may state.",
                             group=group))  # fmt: skip
        values[f"congestion.{group}"] = tuple(np.round(kept, 3).tolist())
    return values


def late_value(factor: float, notes: list[Sentence]) -> float:
    """Return the factor on the drive within what a model may state, rounded up."""
    rule = RULES["drive.p90"]
    if factor < rule.lowest:
        notes.append(say("The sum of the parts alone covers nine in ten: P90 stays on the safe"
                         " side."))  # fmt: skip
    if factor > rule.highest:
        notes.append(say("Drives scatter beyond what a model may state: P90 covers fewer than nine"
                         " in ten."))  # fmt: skip
    return min(max(math.ceil(factor * STEP - SLACK) / STEP, rule.lowest), rule.highest)


def solid(count: Count, values: Values, rules: LearningRules) -> frozenset[str]:
    """Return the keys whose every figure rests more on drives than on the model before."""
    least = {key: min((n for (k, _), n in count.items() if k == key), default=0) for key in values}
    return frozenset(key for key, drives in least.items() if drives > rules.prior_drives)


def rows(
    model: SpeedModel, values: Values, count: Count, rules: LearningRules
) -> tuple[Changed, ...]:
    """Return every figure that would change, in the order of the model, with its evidence."""
    known = {factor.key: factor.value for factor in model.factors}
    order = [key for key in known if key in values]
    order += sorted(key for key in values if key not in known)
    return tuple(row for key in order for row in _rows_of(model, key, values[key], count, rules))


def _rows_of(
    model: SpeedModel, key: str, new: tuple[float, ...], count: Count, rules: LearningRules
) -> list[Changed]:
    old = _in_force(model, key)
    if not key.startswith("congestion."):
        drives = count.get((key, None)) or _of_group(key, count)
        return [Changed(key, "", (), old, new, _unit(key), drives)] if old != new else []
    found = []
    for at, band in enumerate(rules.bands):
        here, there = (tuple(value[hour] for hour in band.hours) for value in (old, new))
        drives = count.get((key, at), 0)
        if drives and here != there:
            found.append(Changed(key, band.title, band.hours, here, there, "1", drives))
    return found


def _of_group(key: str, count: Count) -> int:
    """Return the drives behind the priority of a group: all that drove on its roads."""
    same = key.replace("priority.", "congestion.")
    return sum(drives for (name, _), drives in count.items() if name == same)


def _in_force(model: SpeedModel, key: str) -> tuple[float, ...]:
    """Return what the model states, for a kind of team without a line of its own the default."""
    known = {factor.key: factor.value for factor in model.factors}
    return known.get(key, known["turnout.default"])


def _unit(key: str) -> str:
    return RULES["turnout.default" if key.startswith("turnout.") else key].unit


def made(model: SpeedModel, values: Values, solid: frozenset[str], source: str) -> SpeedModel:
    """Return the model with the new values, under the next name where any of them is new."""
    known = {factor.key: factor.value for factor in model.factors}
    told = {key: tuple(map(float, value)) for key, value in values.items()}
    fresh = {key: value for key, value in told.items() if known.get(key) != value}
    if not fresh:
        return model
    factors = [
        replace(factor, value=fresh[factor.key], source=source, clause="",
                verified=factor.key in solid)
        if factor.key in fresh else factor
        for factor in model.factors
    ]  # fmt: skip
    factors += [
        Factor(key, value, "s", source, "", key in solid)
        for key, value in sorted(fresh.items())
        if key not in known
    ]
    return SpeedModel(next_name(model.name), tuple(factors))


def next_name(name: str) -> str:
    """Return the name of the version after this one: 2026-11, 2026-11+1, 2026-11+2."""
    root, dot, number = name.rpartition("+")
    if dot and number.isascii() and number.isdigit() and len(number) < 10:  # noqa: PLR2004 - a count
        return f"{root}+{int(number) + 1}"
    return f"{name}+1"
