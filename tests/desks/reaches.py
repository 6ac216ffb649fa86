"""Made-up tables of distances for the tests of the planning desk."""

import numpy as np

from desks.planning.answers import LongArray, Reach

Rows = list[list[tuple[int, int]]]


def reach_of(rows: Rows, *, is_time: bool = False, limit: int = 10**7) -> Reach:
    """Return the reach of rows of (place, cost), each row put into its order."""
    ordered = [sorted(row, key=lambda pair: (pair[1], pair[0])) for row in rows]
    pairs = [pair for row in ordered for pair in row]
    first = np.cumsum([0] + [len(row) for row in ordered]).astype(np.int64)
    place = np.array([place for place, _ in pairs], np.int64)
    cost = np.array([cost for _, cost in pairs], np.int64)
    nearest = np.array([row[0] if row else (-1, -1) for row in ordered], np.int64).reshape(-1, 2)
    return Reach(is_time, limit, first, place, cost, cost, nearest[:, 0], nearest[:, 1])


def random_rows(rng: np.random.Generator, points: int, places: int, *, most: int = 9) -> Rows:
    """Return rows in which each place is held with a chance of its own and ties are common."""
    chance = rng.uniform(0.2, 1.0)
    return [
        [(j, int(rng.integers(0, most))) for j in range(places) if rng.random() < chance]
        for _ in range(points)
    ]


def grid_town(rng: np.random.Generator, points: int, places: int, *, held: int) -> Reach:
    """Return a town on a square of 1,000 m in whole mm, each point with its nearest places."""
    at, there = rng.random((points, 2)), rng.random((places, 2))
    apart = at[:, None, :] - there[None, :, :]
    mm: LongArray = np.rint(np.sqrt((apart**2).sum(axis=2)) * 1e6).astype(np.int64)
    near = np.argsort(mm, axis=1, kind="stable")[:, :held]
    return reach_of([[(int(j), int(mm[i, j])) for j in near[i]] for i in range(points)])
