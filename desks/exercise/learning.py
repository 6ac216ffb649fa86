"""From stamped drills to a new version of the speed model: proposed here, accepted by a person.

Nothing changes where there is no evidence, and little where there is little. What a version says is
the model's own file; every answer names the version it used.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from language import Sentence, say
from routing import SpeedModel

from .learning_drives import Drive, fault_of, p50_ms, p90_ms
from .learning_fit import GROUP_KEYS, Floats, Foretold, evidence, fit, foretell, table_of
from .learning_rules import LearningRules, load_learning_rules
from .learning_values import Changed, Count, Values, late_value, made, roads, rows, solid, times


@dataclass(frozen=True)
class Fitness:
    """How well a model foretells responses: shares under its P50 and P90, mean error in seconds."""

    arrivals: int
    under_p50: float
    under_p90: float
    mean_error_s: float


@dataclass(frozen=True)
class Proposal:
    """A new version beside the one in force.

    ``before`` is how the model in force foretells these drives, ``after`` how models of the other
    drills do (each drill left out in turn), both ``None`` where too few arrived. ``left_out`` are
    drives of which nothing could be learned: (drill, team, why). ``base`` is the version in force.
    """

    base: str
    model: SpeedModel
    rows: tuple[Changed, ...]
    drives: int
    drills: tuple[str, ...]
    left_out: tuple[tuple[str, str, Sentence], ...]
    before: Fitness | None
    after: Fitness | None
    notes: tuple[Sentence, ...]

    @property
    def changes(self) -> bool:
        """Return whether there is anything to accept."""
        return bool(self.rows)

    @property
    def digest(self) -> str:
        """Return 64 hex digits over what would be in force and the version it stands beside."""
        text = "\n".join((self.base, self.model.version, *self.drills))
        return hashlib.sha256(text.encode()).hexdigest()


def proposal(
    model: SpeedModel, drives: Sequence[Drive], *, rules: LearningRules | None = None
) -> Proposal:
    """Return the version of the speed model that the drives speak for, beside the one in force.

    Its P90 is calibrated on whole responses, since a sum of P90s is none: of drills that were left
    out nine in ten arrive under it. Drives that cannot be are left out and named.
    """
    rules = rules or load_learning_rules()
    faults = [(drive, fault_of(drive)) for drive in drives]
    good = [drive for drive, fault in faults if fault is None]
    left_out = tuple((d.drill, d.team, fault) for d, fault in faults if fault is not None)
    if not good:
        note = say("No drive was stamped: the model stays as it is.")
        return Proposal(model.version, model, (), 0, (), left_out, None, None, (note,))
    learned = _learn(model, good, rules)
    drills = tuple(sorted({drive.drill for drive in good}))
    source = f"{len(good)} drives of {len(drills)} drills, shrunk towards {model.version}"
    learned_model = made(model, learned.values, learned.solid, source)
    return Proposal(
        base=model.version,
        model=learned_model,
        rows=rows(model, learned.values, learned.count, rules),
        drives=len(good),
        drills=drills,
        left_out=left_out,
        before=learned.before,
        after=learned.after,
        notes=learned.notes,
    )


@dataclass(frozen=True, eq=False)
class Learned:
    """What the drives say, and how many of them say it: by key, and by (key, band)."""

    values: Values
    count: Count
    solid: frozenset[str]
    before: Fitness | None
    after: Fitness | None
    notes: tuple[Sentence, ...]


def _learn(model: SpeedModel, drives: Sequence[Drive], rules: LearningRules) -> Learned:
    """Return the new values by key, with the drives behind them."""
    table = table_of(model, drives, rules)
    found = fit(model, table, rules)
    arrived = int(np.isfinite(table.arrived).sum())
    notes: list[Sentence] = []
    foretold, scale, late = None, 1.0, None
    if arrived >= rules.calibrate_drives and table.drill.max() > 0:
        foretold = foretell(model, table, rules)
        scale = foretold.scale(rules)
        late = foretold.late_factor(scale)
    else:
        notes.append(
            say(
                "{arrived} whole responses are too few to set the P90 anew: {needed} of at least"
                " two drills are.",
                arrived=arrived,
                needed=rules.calibrate_drives,
            )
        )
    values, count = times(table.kinds, drives, found)
    speaks = evidence(table, rules).sum(axis=0)
    cells = np.where(speaks > 0, found.cells * scale, 1.0)
    values |= roads(model, cells.reshape(len(GROUP_KEYS), -1), rules, notes)
    for at, number in enumerate(speaks.tolist()):
        group, band = divmod(at, len(rules.bands))
        count[f"congestion.{GROUP_KEYS[group]}", band] = number
    if late is not None:
        values["drive.p90"] = (late_value(late, notes),)
        count["drive.p90", None] = arrived
    return Learned(
        values=values,
        count=count,
        solid=solid(count, values, rules),
        before=_fitness_of(model, drives) if foretold else None,
        after=_fitness(foretold, scale, values["drive.p90"][0]) if foretold else None,
        notes=tuple(notes),
    )


def _fitness_of(model: SpeedModel, drives: Sequence[Drive]) -> Fitness:
    """Return how the model in force foretells the drives that arrived."""
    held = [(d, d.arrived_ms / 1000) for d in drives if d.arrived_ms is not None]
    arrived = np.array([seconds for _, seconds in held])
    middle = np.array([p50_ms(model, drive) / 1000 for drive, _ in held])
    late = np.array([p90_ms(model, drive) / 1000 for drive, _ in held])
    return fitness(arrived, middle, late)


def _fitness(foretold: Foretold, scale: float, late: float) -> Fitness:
    drive = scale * foretold.roads + foretold.other
    return fitness(foretold.arrived, foretold.middle + drive, foretold.late + late * drive)


def fitness(arrived: Floats, middle: Floats, late: Floats) -> Fitness:
    """Return how arrivals (n,) in seconds lie to their P50 and P90 (n,)."""
    return Fitness(
        len(arrived),
        float((arrived <= middle).mean()),
        float((arrived <= late).mean()),
        float(np.abs(arrived - middle).mean()),
    )
