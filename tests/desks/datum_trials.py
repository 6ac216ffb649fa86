"""Seeded lists on a real or made-up ground, clean or with a planted datum: how often judged right.

``python -m tests.desks.datum_trials FOLDER 1000`` runs so many of each and prints the table;
the test takes a few.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap, load_onemap
from geodata.datum import wgs84_to_bd09, wgs84_to_gcj02
from geodata.forensics import DatumVerdict, Ground, Listing, UnitLevel, judge_datum

Floats = NDArray[np.float64]
SIZES = (5, 12, 30, 60, 150, 400)
PLANTED_SIZES = (30, 60, 150, 400)
PLANTED = ("gcj02", "bd09", "EPSG:4547", "EPSG:4526", "turned", "swapped", "mixed")
KINDS = ("roadside", "register", "park", "anywhere")
WRONG_UNIT = (0.0, 0.05, 0.1, 0.2)
HIT = 0.95
"""A planted datum counts where the verdict's own foresight says it can be told so often."""


@dataclass(frozen=True)
class Trial:
    """One list: how it was made, what it is in, and the list."""

    kind: str
    stated: str
    truth: str
    listing: Listing
    odd: frozenset[int]


def ground_of(onemap: OneMap) -> Ground:
    """Return the ground of a district for the trials, names and units as they stand."""
    names, places = [], []
    for key, records in onemap.records.items():
        if key in {"subdistrict", "community", "grid_cell"}:
            continue
        names.extend(records.names)
        places.append(records.xy_m)
    units = tuple(
        UnitLevel(key, tuple(onemap.layers[key]["name"]), onemap.layers[key].geometry.to_numpy())
        for key in ("community", "subdistrict")
    )
    back = pyproj.Transformer.from_crs(onemap.crs, "EPSG:4326", always_xy=True)
    bounds = back.transform_bounds(*shapely.total_bounds(units[1].shapes))
    return Ground(
        onemap.crs, bounds, onemap.network.lines, units, np.concatenate(places), tuple(names)
    )


def trials(ground: Ground, count: int, *, planted: bool, seed: int) -> Iterator[Trial]:
    """Yield seeded lists, half off the road and half without stated units."""
    for number in range(count):
        chance = np.random.default_rng([seed, number])
        kind = KINDS[number % 2 * 2 + int(chance.integers(2))]
        stated = ("", "subdistrict", "", "community")[number // 2 % 4]
        truth = PLANTED[number % len(PLANTED)] if planted else "wgs84"
        rows = int(chance.choice(PLANTED_SIZES if planted else SIZES))
        yield _trial(ground, kind, stated, truth, rows, chance)


def _trial(
    ground: Ground, kind: str, stated: str, truth: str, rows: int, chance: np.random.Generator
) -> Trial:
    xy_m = _places(ground, kind, rows, chance)
    units = _stated(ground, stated, xy_m, chance) if stated else {}
    keys = _names(ground, xy_m, chance)
    back = pyproj.Transformer.from_crs(ground.crs, "EPSG:4326", always_xy=True)
    lon, lat = back.transform(xy_m[:, 0], xy_m[:, 1])
    odd = chance.random(rows) < 1.0 / 3.0 if truth == "mixed" else np.zeros(rows, dtype=bool)
    x, y = _written(truth, np.round(lon, 6), np.round(lat, 6), odd)
    listing = Listing(x, y, tuple(range(2, rows + 2)), keys, units)
    return Trial(kind, stated, truth, listing, frozenset((np.flatnonzero(odd) + 2).tolist()))


def _written(truth: str, lon: Floats, lat: Floats, odd: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the two numbers of each row as a list in that datum has them."""
    if truth == "gcj02":
        return wgs84_to_gcj02(lon, lat)
    if truth == "bd09":
        return wgs84_to_bd09(lon, lat)
    if truth == "swapped":
        return lat, lon
    if truth == "mixed":
        gcj = wgs84_to_gcj02(lon, lat)
        return np.where(odd, gcj[0], lon), np.where(odd, gcj[1], lat)
    if truth == "wgs84":
        return lon, lat
    code = "EPSG:4547" if truth == "turned" else truth
    x, y = pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True).transform(lon, lat)
    return (y, x) if truth == "turned" else (x, y)


def _places(ground: Ground, kind: str, rows: int, chance: np.random.Generator) -> Floats:
    """Return positions (rows, 2) in metres: along roads, of registers, off the road, anywhere."""
    if kind == "register":
        there = ground.places_m[np.isfinite(ground.places_m).all(axis=1)]
        return there[chance.integers(len(there), size=rows)] + chance.normal(0, 25, (rows, 2))
    if kind == "roadside":
        lines = ground.roads[chance.integers(len(ground.roads), size=rows)]
        on = shapely.line_interpolate_point(lines, chance.random(rows), normalized=True)
        angle, off = chance.random(rows) * 2 * np.pi, chance.uniform(3, 35, rows)
        return shapely.get_coordinates(on) + np.column_stack(
            [off * np.cos(angle), off * np.sin(angle)]
        )
    area = shapely.union_all(ground.units[-1].shapes)
    tree = shapely.STRtree(ground.roads)
    west, south, east, north = area.bounds
    found = np.empty((0, 2))
    while len(found) < rows:
        xy = chance.uniform((west, south), (east, north), (4 * rows, 2))
        xy = xy[shapely.contains_xy(area, xy[:, 0], xy[:, 1])]
        if kind == "park":
            points = shapely.points(xy)
            _, far = tree.query_nearest(points, return_distance=True, all_matches=False)
            xy = xy[far > np.quantile(far, 0.6)]
        found = np.concatenate([found, xy])
    return found[:rows]


def _stated(
    ground: Ground, level: str, xy_m: Floats, chance: np.random.Generator
) -> dict[str, tuple[str, ...]]:
    """Return the units that a clerk writes: now and then a neighbour, now and then nothing."""
    unit = next(unit for unit in ground.units if unit.level == level)
    tree = shapely.STRtree(unit.shapes)
    own, near = tree.query_nearest(shapely.points(xy_m), all_matches=False)
    stated = [unit.keys[i] for i in near[np.argsort(own)]]
    wrong = chance.random(len(stated)) < chance.choice(WRONG_UNIT)
    for i in np.flatnonzero(wrong):
        close = tree.query(shapely.points(xy_m[i]), "dwithin", 1500.0)
        stated[i] = unit.keys[int(chance.choice(close))] if len(close) else ""
    blank = chance.random(len(stated)) < 0.1
    return {level: tuple("" if b else s for b, s in zip(blank, stated, strict=True))}


def _names(ground: Ground, xy_m: Floats, chance: np.random.Generator) -> tuple[str, ...]:
    """Return names: in three lists of ten some rows are called as a known place nearby is."""
    names = [f"新点{i}" for i in range(len(xy_m))]
    if chance.random() > 0.3:
        return tuple(names)
    there = np.flatnonzero(np.isfinite(ground.places_m).all(axis=1))
    tree = shapely.STRtree(shapely.points(ground.places_m[there]))
    for i in np.flatnonzero(chance.random(len(names)) < 0.4):
        close = tree.query(shapely.points(xy_m[i]), "dwithin", 60.0)
        if len(close):
            names[i] = ground.place_keys[there[int(close[0])]]
    homonym = chance.random(len(names)) < 0.03
    return tuple(
        ground.place_keys[int(chance.choice(there))] if h else n
        for n, h in zip(names, homonym, strict=True)
    )


def right(trial: Trial, verdict: DatumVerdict) -> bool:
    """Return whether the verdict is the truth."""
    if trial.truth == "turned":
        return verdict.verdict == "projected:EPSG:4547"
    wanted = f"projected:{trial.truth}" if trial.truth.startswith("EPSG") else trial.truth
    return verdict.verdict == wanted


def foresight(trial: Trial, verdict: DatumVerdict) -> float:
    """Return how often the verdict's own foresight tells this truth; certain ones are 1."""
    return float(verdict.power.get(trial.truth, 1.0))


def table(ground: Ground, count: int, *, planted: bool, seed: int) -> list[str]:
    """Return one line for each truth: lists, right, open, wrong, told where foreseen."""
    tally: dict[tuple[str, str], list[int]] = {}
    notes = []
    slowest_s = 0.0
    for number, trial in enumerate(trials(ground, count, planted=planted, seed=seed)):
        start = time.process_time()
        verdict = judge_datum(trial.listing, ground)
        slowest_s = max(slowest_s, time.process_time() - start)
        foreseen = foresight(trial, verdict) >= HIT
        told, open_ = right(trial, verdict), verdict.verdict == "undetermined"
        wrong = not told and not open_
        for key in (trial.truth, f"{trial.kind}/{trial.stated or '-'}"):
            line = tally.setdefault((str(planted), key), [0] * 7)
            for i, one in enumerate(
                (
                    True,
                    told,
                    open_,
                    wrong,
                    foreseen,
                    foreseen and told,
                    verdict.stop and not planted,
                )
            ):
                line[i] += one
        if wrong or (foreseen and not told) or (verdict.stop and not planted):
            notes.append(
                f"#{number} {trial.kind} {trial.stated} n={len(trial.listing.x)} {trial.truth}"
                f" -> {verdict.verdict} {verdict.confidence} stop={verdict.stop}"
                f" power={ {k: float(v) for k, v in verdict.power.items()} } {verdict.reason} "
                + str([(e.kind, e.count, e.weights) for e in verdict.evidence])
            )
    head = "list | lists | right | open | wrong | foreseen | of these right | stopped"
    lines = [head, *(f"{key[1]} | " + " | ".join(map(str, t)) for key, t in sorted(tally.items()))]
    return [*lines, f"slowest {slowest_s:.2f} s", *notes]


if __name__ == "__main__":
    district = ground_of(load_onemap(Path(sys.argv[1])))
    for is_planted in (False, True):
        print("\n".join(table(district, int(sys.argv[2]), planted=is_planted, seed=7)))  # noqa: T201
