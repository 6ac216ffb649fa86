"""The arithmetic of learning: from arrays of drives to factors, shrunk towards those in force.

Times of turnout are lognormal with a weight for the model in force. Factors of the roads minimise
the absolute error of the drives (so that they foretell medians, whatever jams do to the mean) plus
the squared distance from the model in force, by weighted least squares again and again (IRLS). The
P90 is the split-conformal quantile of the whole responses (Vovk, Gammerman and Shafer, Algorithmic
Learning in a Random World, 2005) over drills that were left out, so that it covers what it says
although it is a sum of parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.speeds import GROUP_OF, GROUPS, SpeedModel

from .learning_drives import Drive, leg_ms
from .learning_rules import LearningRules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Pair = tuple[float, float]

GROUP_KEYS = tuple(GROUPS)
Z90 = 1.2815515655446004
"""The standard normal quantile of 0.9."""

P90 = 0.9
SLACK = 1e-9
ROUNDS = 12
LEAST_ERROR = 0.02
"""Errors below this share of the drive count alike: no single drive may rule the fit."""

LOWEST, HIGHEST = 0.2, 8.0
"""By how much a drive may differ from the model before it is taken for a slip."""


@dataclass(frozen=True, eq=False)
class Table:
    """Drives as arrays (n,), times in seconds, NaN where not stamped.

    ``cells`` (n, classes x bands) is the time by the model in force on each class of road in the
    band of the drive, ``other`` what junctions and access take; ``kind`` numbers ``kinds``.
    """

    kinds: tuple[str, ...]
    kind: Ints
    drill: Ints
    band: Ints
    cells: Floats
    other: Floats
    call: Floats
    left: Floats
    arrived: Floats

    def take(self, rows: NDArray[np.bool_]) -> "Table":
        """Return the chosen drives."""
        parts = (getattr(self, key)[rows] for key in self.__dataclass_fields__ if key != "kinds")
        return Table(self.kinds, *parts)


@dataclass(frozen=True, eq=False)
class Fit:
    """What drives say: call and turnout in seconds (p50, p90), and a factor for each cell."""

    call: Pair
    turnout: tuple[Pair, ...]
    cells: Floats

    def before(self, table: Table, which: int) -> Floats:
        """Return the seconds before driving (n,): the medians (0) or the P90 (1)."""
        turnout = np.array([pair[which] for pair in self.turnout])
        return self.call[which] + turnout[table.kind]

    def roads(self, table: Table) -> Floats:
        """Return the seconds on the roads (n,), junctions and access left out."""
        seconds: Floats = table.cells @ self.cells
        return seconds


def table_of(model: SpeedModel, drives: Sequence[Drive], rules: LearningRules) -> Table:
    """Return the drives as arrays under the model in force."""
    kinds = tuple(sorted({drive.kind for drive in drives}))
    drills = {name: at for at, name in enumerate(sorted({drive.drill for drive in drives}))}
    band = np.array([rules.band_of(drive.hour) for drive in drives], np.int64)
    cells = np.zeros((len(drives), len(GROUP_KEYS) * len(rules.bands)))
    for row, drive in enumerate(drives):
        for leg in drive.legs:
            column = GROUP_KEYS.index(GROUP_OF[leg.road_class]) * len(rules.bands) + band[row]
            factor = model.congestion(leg.road_class, drive.hour)
            cells[row, column] += leg_ms(model, leg) * factor / 1000
    left = _seconds([drive.left_ms for drive in drives])
    return Table(
        kinds=kinds,
        kind=np.array([kinds.index(drive.kind) for drive in drives], np.int64),
        drill=np.array([drills[drive.drill] for drive in drives], np.int64),
        band=band,
        cells=cells,
        other=_seconds([drive.delay_ms for drive in drives]),
        call=_seconds([drive.alarmed_ms for drive in drives]),
        left=left,
        arrived=_seconds([drive.arrived_ms for drive in drives]),
    )


def _seconds(values: Sequence[int | None]) -> Floats:
    return np.array([np.nan if value is None else value / 1000 for value in values], np.float64)


def pair_of(seconds: Floats, before: Pair, rules: LearningRules) -> Pair:
    """Return (p50, p90) in seconds of lognormal times, shrunk towards the pair in force.

    Without a time it is the pair in force, to the last bit.
    """
    times = np.log(np.maximum(seconds[np.isfinite(seconds)], 1.0))
    if times.size == 0:
        return before
    old = np.log(np.maximum(before, 1.0))
    own = times.size
    middle = (own * np.median(times) + rules.prior_drives * old[0]) / (own + rules.prior_drives)
    spread = (old[1] - old[0]) / Z90
    squares = float(((times - middle) ** 2).sum()) + rules.prior_spread * spread**2
    scatter = float(np.sqrt(squares / (own + rules.prior_spread)))
    return float(np.exp(middle)), float(np.exp(middle + Z90 * scatter))


def evidence(table: Table, rules: LearningRules) -> NDArray[np.bool_]:
    """Return which drive speaks for which cell (n, cells): it arrived and spent its share there."""
    whole = table.cells.sum(axis=1) + table.other
    share = table.cells / np.maximum(whole, 1e-9)[:, None]
    speaks: NDArray[np.bool_] = (share >= rules.cell_share) & np.isfinite(table.arrived)[:, None]
    return speaks


def fit(model: SpeedModel, table: Table, rules: LearningRules) -> Fit:
    """Return what the drives say of call, turnout and roads."""
    turnout = table.left - table.call
    call = pair_of(_by_drill(table), model.call_s, rules)
    pairs = tuple(
        pair_of(turnout[table.kind == at], model.turnout_s(kind), rules)
        for at, kind in enumerate(table.kinds)
    )
    found = Fit(call, pairs, np.ones(table.cells.shape[1]))
    return Fit(call, pairs, _cells(table, found, rules))


def _by_drill(table: Table) -> Floats:
    """Return one time of call handling per drill: all its teams were alarmed by the same desk."""
    rows = np.isfinite(table.call)
    drills = np.unique(table.drill[rows])
    return np.array([np.median(table.call[rows & (table.drill == drill)]) for drill in drills])


def _cells(table: Table, known: Fit, rules: LearningRules) -> Floats:
    """Return the factor of each cell on the driving time in force, 1 without evidence."""
    start = np.where(np.isfinite(table.left), table.left, known.before(table, 0))
    whole = table.cells.sum(axis=1) + table.other
    rows = np.isfinite(table.arrived) & (whole > 0)
    speaks: NDArray[np.bool_] = np.any(evidence(table, rules), axis=0)
    result = np.ones(speaks.size)
    if not speaks.any():
        return result
    share = table.cells[rows] / whole[rows, None]
    target = (table.arrived - start - table.other)[rows] / whole[rows]
    miss = np.clip(target, LOWEST, HIGHEST) - share.sum(axis=1)
    weight = _weights(table, rows, rules) * np.where(np.isfinite(table.left[rows]), 1.0, 0.5)
    precision = np.linalg.inv(_prior(rules))
    change = np.zeros(speaks.size)
    for _ in range(ROUNDS):
        error = np.abs(miss - share @ change)
        scale = max(float(np.average(error, weights=weight)), LEAST_ERROR)
        pull = weight / (scale * np.maximum(error, LEAST_ERROR))
        change = np.linalg.solve(
            share.T @ (pull[:, None] * share) + precision, share.T @ (pull * miss)
        )
    result[speaks] = np.clip(1 + change[speaks], LOWEST, HIGHEST)
    return result


def _weights(table: Table, rows: NDArray[np.bool_], rules: LearningRules) -> Floats:
    """Return the weight of each drive: those of one drill and band tell the same traffic twice."""
    key = table.drill[rows] * (int(table.band.max()) + 1) + table.band[rows]
    _, inverse, count = np.unique(key, return_inverse=True, return_counts=True)
    weight: Floats = 1.0 / (1.0 + (count[inverse] - 1.0) * rules.together)
    return weight


def _prior(rules: LearningRules) -> Floats:
    """Return how the factors of the cells (class by band) may differ from 1, and hang together."""
    classes, bands = len(GROUP_KEYS), len(rules.bands)
    group, band = np.divmod(np.arange(classes * bands), bands)
    covariance: Floats = (
        rules.all_sd**2
        + rules.band_sd**2 * (band[:, None] == band)
        + rules.class_sd**2 * (group[:, None] == group)
        + rules.cell_sd**2 * np.eye(classes * bands)
    )
    return covariance


@dataclass(frozen=True, eq=False)
class Foretold:
    """Whole responses (n,) in seconds beside what the other drills foretell of each.

    ``middle`` and ``late`` are the seconds before driving at the median and at P90.
    """

    arrived: Floats
    middle: Floats
    late: Floats
    roads: Floats
    other: Floats

    def scale(self, rules: LearningRules) -> float:
        """Return the factor on the roads with which half of the responses lie under their P50."""
        ratio = (self.arrived - self.middle - self.other) / np.maximum(self.roads, 1.0)
        found = float(np.clip(np.median(ratio), LOWEST, HIGHEST))
        own = len(ratio)
        return float(found ** (own / (own + rules.prior_drives)))

    def late_factor(self, scale: float) -> float:
        """Return the factor on the drive whose P90 covers nine in ten.

        Split conformal: of n scores the one of rank 0.9 (n + 1), rounded up.
        """
        score = (self.arrived - self.late) / np.maximum(scale * self.roads + self.other, 1.0)
        rank = int(np.ceil(P90 * (len(score) + 1) - SLACK))
        return float(np.sort(score)[min(rank, len(score)) - 1])


def foretell(model: SpeedModel, table: Table, rules: LearningRules) -> Foretold:
    """Return each arrival beside what drills other than its own foretell of it."""
    parts = []
    fold = table.drill % min(rules.folds, int(table.drill.max()) + 1)
    for number in np.unique(fold):
        out = fold == number
        rest = fit(model, table.take(~out), rules)
        left_out = table.take(out & np.isfinite(table.arrived))
        parts.append(
            (left_out.arrived, rest.before(left_out, 0), rest.before(left_out, 1),
             rest.roads(left_out), left_out.other)
        )  # fmt: skip
    return Foretold(*(np.concatenate(column) for column in zip(*parts, strict=True)))
