"""What speaks for one reading of a file: each row's finding under each column, as a small code.

Columns are the readings, then the decoys: the first reading moved by vectors that no datum
explains. A decoy is what a wrong reading looks like in this very district, so that a regular
street grid, a dense old town or a clumsy list raises the bar for everyone alike.

Models. Stated unit: right with probability 1 - e, else one of about four units a clerk confuses.
Nearness to roads or places: the rank of a row's distance among its own decoys' is even (0 to 1)
for a wrong reading, and a share w of it follows Beta(a, 1) for a right one; w = 0, which speaks
for nobody, has a third of the prior, since a list of parks is no nearer to roads than chance.
Same name elsewhere: the offset follows a bivariate t with two degrees of freedom (robust; Lange,
Little & Taylor 1989), or the name is a homonym's, even over a disc.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int8]
Kind = Literal["stated", "roads", "places", "names"]

SILENT = 0
MOST_NEAR_M = 500.0
NAMED_BINS_M = (20.0, 40.0, 80.0, 150.0, 300.0, 600.0, 1200.0, 2400.0)

_RANKS = np.array([0.0, 0.0002, 0.001, 0.004, 0.01, 0.03, 0.06, 0.12, 0.25, 0.45, 0.7, 1.0])
_POWERS: dict[Kind, int] = {"roads": 1, "places": 2}
_SAME_SPOT_M = 1.0
_WRONG = np.array([0.02, 0.05, 0.1, 0.2, 0.35, 0.5])
_CONFUSED_UNITS = 4.0
_STATED_TEMPER = 0.5
"""Rows of one list are made by one clerk from one old map: two count as one independent row."""

_SHARES = (0.1, 0.2, 0.35, 0.5, 0.7, 0.9)
_SHAPES = (0.1, 0.2, 0.4)
_MUTE_PRIOR = 1.0 / 3.0
_SCALES_M = (15.0, 40.0, 100.0)
_HOMONYMS = (0.05, 0.2, 0.5)
_NAMED_TEMPER = 0.5
_FAR_HOMONYM = 0.3
_SIMULATED_WRONG = 0.1
_SIMULATED_STRAY = 0.1
_SIMULATED_SCALE_M = 40.0
_SIMULATED_HOMONYM = 0.35


@dataclass(frozen=True)
class Finding:
    """One kind of evidence: ``codes`` (rows, columns), 0 where the row is silent.

    ``tables`` (settings, codes) holds the log-likelihood of each code under each setting of the
    model, ``prior`` the log prior of the settings, ``temper`` the worth of one row in independent
    rows.
    """

    kind: Kind
    codes: Codes
    tables: Floats
    prior: Floats
    temper: float

    @cached_property
    def settings(self) -> Floats:
        """Return the log-likelihood of each column under each setting (columns, settings)."""
        columns, codes = self.codes.shape[1], self.tables.shape[1]
        flat = self.codes + codes * np.arange(columns, dtype=np.int64)
        counts = np.bincount(flat.ravel(), minlength=columns * codes).reshape(columns, codes)
        return np.asarray(self.temper * (counts @ self.tables.T))

    @cached_property
    def scores(self) -> Floats:
        """Return the log-likelihood of each column, summed over the settings (columns,)."""
        values = self.settings + self.prior
        most = values.max(axis=1)
        return np.asarray(most + np.log(np.exp(values - most[:, None]).sum(axis=1)))

    @property
    def telling(self) -> int:
        """Return how many rows say anything."""
        return int(np.count_nonzero(self.codes[:, 0] != SILENT))


class Source(Protocol):
    """A finding that can also be made up as it would be if given columns were true."""

    @property
    def finding(self) -> Finding:
        """Return what was found."""
        ...

    def made_up(self, truth: Ints, chance: np.random.Generator) -> Finding:
        """Return what would be found if column ``truth[i]`` were right for row i."""
        ...


@dataclass(frozen=True)
class Stated:
    """Stated units: ``labels`` (rows, columns) where each point falls, -1 for outside all.

    ``stated`` is the unit each row states, -1 for none.
    """

    labels: Ints
    stated: Ints

    @property
    def finding(self) -> Finding:
        """Return code 1 where the point falls into the stated unit, 2 where it does not."""
        return self._coded(self.stated)

    def made_up(self, truth: Ints, chance: np.random.Generator) -> Finding:
        """Return the finding of a clerk who is right in nine of ten rows."""
        rows = np.arange(len(truth))
        unit = self.labels[rows, truth]
        wrong = chance.random(len(truth)) < _SIMULATED_WRONG
        other = self.labels[rows, chance.integers(self.labels.shape[1], size=len(truth))]
        return self._coded(np.where(self.stated < 0, -1, np.where(wrong, other, unit)))

    def _coded(self, stated: Ints) -> Finding:
        codes = np.where(self.labels == stated[:, None], 1, 2)
        codes = np.where(stated[:, None] < 0, SILENT, codes).astype(np.int8)
        right = np.log(1.0 - _WRONG)
        tables = np.stack([np.zeros(len(_WRONG)), right, np.log(_WRONG / _CONFUSED_UNITS)], axis=1)
        prior = np.log(np.full(len(_WRONG), 1.0 / len(_WRONG)))
        return Finding("stated", codes, tables, prior, _STATED_TEMPER)


@dataclass(frozen=True)
class Near:
    """Nearness to roads or places by rank among decoys; ``readings`` columns are no decoys.

    ``distance_m`` (rows, columns) is the distance, at most ``MOST_NEAR_M``.
    """

    finding: Finding
    readings: int
    distance_m: Floats

    def made_up(self, truth: Ints, chance: np.random.Generator) -> Finding:
        """Return the finding where wrong readings look like decoys and the right one as it may.

        How near such rows lie where they are right is taken from the best column, whichever it
        is: who looks for the power must not know the verdict.
        """
        real = self.finding
        per_setting = real.settings + real.prior
        setting = int(np.argmax(per_setting.max(axis=0)))
        count = real.codes.shape[1] - self.readings
        pick = self.readings + chance.permutation(count)[: self.readings]
        codes = real.codes.copy()
        codes[:, : self.readings] = real.codes[:, pick]
        null = np.bincount(real.codes[:, self.readings :].ravel(), minlength=len(_RANKS))[1:]
        null = np.maximum(null, 1) / np.maximum(null, 1).sum()
        share = np.exp(real.tables[setting, 1:]) * null
        share = (1.0 - _SIMULATED_STRAY) * share / share.sum() + _SIMULATED_STRAY * null
        drawn = chance.choice(len(share), size=len(truth), p=share) + 1
        rows = np.arange(len(truth))
        silent = real.codes[rows, truth] == SILENT
        codes[rows, truth] = np.where(silent, SILENT, drawn)
        return replace(real, codes=codes)


@dataclass(frozen=True)
class Named:
    """Places of the same name: ``xy_m`` (rows, columns, 2), ``anchors_m`` (rows, 2), NaN none."""

    xy_m: Floats
    anchors_m: Floats

    @property
    def finding(self) -> Finding:
        """Return the class of offset from the place of the same name, 0 where there is none."""
        return self._coded(self.anchors_m)

    def made_up(self, truth: Ints, chance: np.random.Generator) -> Finding:
        """Return the finding where one name in five is a homonym's."""
        count = len(truth)
        offset = _SIMULATED_SCALE_M * chance.standard_normal((count, 2))
        homonym = chance.random(count) < _SIMULATED_HOMONYM
        offset[homonym] += chance.uniform(-3e3, 3e3, (int(homonym.sum()), 2))
        there = np.isfinite(self.anchors_m[:, :1])
        made = self.xy_m[np.arange(count), truth] + offset
        return self._coded(np.where(there, made, np.nan))

    def _coded(self, anchors_m: Floats) -> Finding:
        offset = np.hypot(*np.moveaxis(self.xy_m - anchors_m[:, None, :], 2, 0))
        codes = np.where(np.isfinite(offset), 1 + np.searchsorted(NAMED_BINS_M, offset), SILENT)
        tables, prior = _named_tables()
        return Finding("names", codes.astype(np.int8), tables, prior, _NAMED_TEMPER)


def near(kind: Kind, xy_m: Floats, targets: KDTree, asked: NDArray[np.bool_], first: int) -> Near:
    """Return how near the rows lie to the targets under each column (``first`` readings).

    ``xy_m`` is (rows, columns, 2); rows that are not ``asked``, or that lie beyond
    ``MOST_NEAR_M`` of all targets under some reading, are silent.
    """
    codes = np.zeros(xy_m.shape[:2], dtype=np.int8)
    tables, prior = _near_tables(np.full(len(_RANKS) - 1, 1.0))
    distance_m = np.full(xy_m.shape[:2], np.nan)
    mute = Near(Finding(kind, codes, tables, prior, 1.0), first, distance_m)
    rows = np.flatnonzero(asked & np.isfinite(xy_m).all(axis=(1, 2)))
    if targets.n == 0 or len(rows) == 0:
        return mute
    far_m, _ = targets.query(xy_m[rows].reshape(-1, 2), distance_upper_bound=MOST_NEAR_M)
    distance_m[rows] = np.minimum(far_m, MOST_NEAR_M).reshape(len(rows), -1)
    covered = rows[(distance_m[rows, :first] < MOST_NEAR_M).all(axis=1)]
    ranks = np.searchsorted(_RANKS, _ranks(distance_m[covered], first, _POWERS[kind]))
    codes[covered] = np.clip(ranks, 1, len(_RANKS) - 1)
    null = np.bincount(codes[covered, first:].ravel(), minlength=len(_RANKS))[1:] + 1.0
    tables, prior = _near_tables(null / null.sum())
    return Near(Finding(kind, codes, tables, prior, 1.0), first, distance_m)


def labels_of(xy_m: Floats, shapes: NDArray[np.object_], keys: Ints) -> Ints:
    """Return the key of the shape that each point (…, 2) falls into, the lowest, -1 for none."""
    x, y = np.moveaxis(xy_m.reshape(-1, 2), 1, 0)
    none = np.iinfo(np.int64).max
    found = np.full(len(x), none)
    shapely.prepare(shapes)
    for shape, (west, south, east, north), key in zip(
        shapes, shapely.bounds(shapes).tolist(), keys.tolist(), strict=True
    ):
        near_by = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        inside = near_by[shapely.contains_xy(shape, x[near_by], y[near_by])]
        found[inside] = np.minimum(found[inside], key)
    return np.where(found == none, -1, found).reshape(xy_m.shape[:-1])


def _ranks(distance_m: Floats, first: int, power: int) -> Floats:
    """Return each distance's rank (0 to 1) among its row's decoys', ties in the middle.

    A decoy is not ranked against itself, and a reading not against the last decoy: both then have
    equally many rivals, without which readings would come first more often than decoys. Nearer
    than all rivals, the rank shrinks as chance would have it: with the distance to lines
    (``power`` 1), with its square to points.
    """
    decoys = distance_m[:, first:]
    last = decoys.shape[1] - 1
    ranks = np.zeros(distance_m.shape)
    for number, column in enumerate(decoys.T):
        rival = column[:, None]
        beaten = (rival < distance_m) + 0.5 * (rival == distance_m)
        beaten[:, first + number] = 0.0
        if number == last:
            beaten[:, :first] = 0.0
        ranks += beaten
    nearest = np.sort(decoys, axis=1)
    closest = np.repeat(nearest[:, :1], distance_m.shape[1], axis=1)
    closest[:, :first] = np.sort(decoys[:, :last], axis=1)[:, :1]
    closest[:, first:] = np.where(decoys == closest[:, first:], nearest[:, 1:2], closest[:, first:])
    shrunk = 0.5 * (distance_m / np.maximum(closest, _SAME_SPOT_M)) ** power
    found = np.where(ranks == 0.0, np.minimum(shrunk, 0.5), ranks + 0.5)
    return np.asarray(found / decoys.shape[1])


def _near_tables(null: Floats) -> tuple[Floats, Floats]:
    """Return tables and prior; ``null`` is how often decoys have each rank."""
    rows = [np.zeros(len(_RANKS))]
    for share in _SHARES:
        for shape in _SHAPES:
            close = np.diff(_RANKS**shape)
            rows.append(np.concatenate([[0.0], np.log(share * close / null + 1.0 - share)]))
    rest = (1.0 - _MUTE_PRIOR) / (len(rows) - 1)
    return np.stack(rows), np.log([_MUTE_PRIOR, *[rest] * (len(rows) - 1)])


def _named_tables() -> tuple[Floats, Floats]:
    edges_m = np.array([0.0, *NAMED_BINS_M])
    area = np.diff(edges_m**2) / edges_m[-1] ** 2
    null = np.concatenate([(1.0 - _FAR_HOMONYM) * area, [_FAR_HOMONYM]])
    rows = []
    for scale_m in _SCALES_M:
        beyond = 1.0 / (1.0 + (edges_m / scale_m) ** 2)
        true = np.concatenate([-np.diff(beyond), beyond[-1:]])
        for homonym in _HOMONYMS:
            table = np.log(((1.0 - homonym) * true + homonym * null) / null)
            rows.append(np.concatenate([[0.0], table]))
    return np.stack(rows), np.log(np.full(len(rows), 1.0 / len(rows)))
