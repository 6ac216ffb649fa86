"""Spots to look around for a site where none is on file: one in each community that is short."""

import csv
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from desks.onemap import OneMap

from .answers import Coverage, LongArray, Service
from .candidates import Candidates, read_candidates
from .coverage import coverage
from .joint import parts_of
from .services import services
from .site_rules import RULES, SiteRules

AROUND_M = 500.0
"""People are counted this far around a spot, or as far as the service reaches if that is less."""

PREFIX = "spot-"
_PER_METRE = 1000
_COLUMNS = ("id", "name", "lon", "lat", "space", "grade", "capacity_people")


def spots_of(
    onemap: OneMap, found: Coverage, room_people: int, *, rules: SiteRules = RULES
) -> Candidates:
    """Return a spot in each community that is short, as if it were a site for ``room_people``.

    It is the point of the community with most people around it whom nothing reaches today (ties:
    the first point). Spots keep the same distances from hazards as sites on file; nobody owns the
    ground and nobody stated a cost. Of several services joined there are spots for each of them.
    """
    if found.service.all_of:
        return _of_all(onemap, found, room_people, rules)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spots.csv"
        _write(onemap, found, room_people, path)
        return read_candidates(onemap, found.service, path, rules=rules)


def _of_all(onemap: OneMap, found: Coverage, room_people: int, rules: SiteRules) -> Candidates:
    share = found.demand.share
    parts = {
        one.key: spots_of(onemap, coverage(onemap, one, share=share), room_people, rules=rules)
        for one in parts_of(found.service)
    }
    kinds = {key: "".join(values[0] for _, values in services()[key].filters) for key in parts}
    sites = tuple(
        replace(one, id=f"{one.id}-{key}", name=f"{one.name}·{kinds[key] or key}", serves=(key,))
        for key, part in parts.items()
        for one in part.sites
    )
    out = tuple(
        replace(one, id=f"{one.id}-{key}") for key, part in parts.items() for one in part.left_out
    )
    said = dict.fromkeys(one for part in parts.values() for one in part.rules)
    return Candidates(tuple(sorted(sites, key=lambda one: one.id)), out, (), tuple(said))


def short_people(found: Coverage) -> LongArray:
    """Return the people at each point whom no place reaches; of all points where each is reached.

    Where everyone is in reach only room is short, so that a spot goes where most people are.
    """
    people = found.demand.point_people
    lost = np.where(np.diff(found.reach.first) == 0, people, 0)
    return lost if lost.any() else people


def _write(onemap: OneMap, found: Coverage, room_people: int, path: Path) -> None:
    demand, short = found.demand, short_people(found)
    tree = cKDTree(demand.xy_m)
    own = {column: values[0] for column, values in found.service.filters}
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(_COLUMNS)
        for row, unit in enumerate(demand.units):
            points = np.flatnonzero((demand.unit == row) & (short > 0))
            if not len(points):
                continue
            near = tree.query_ball_point(demand.xy_m[points], _around_m(found.service))
            best = points[int(np.argmax([int(short[held].sum()) for held in near]))]
            lon, lat = onemap.to_degrees(*demand.xy_m[best].tolist())
            place = (PREFIX + unit.code, unit.name or unit.code, lon, lat)
            rows.writerow((*place, own.get("space", ""), own.get("grade", ""), room_people))


def _around_m(service: Service) -> float:
    if service.within_mm is None:
        return AROUND_M
    return min(AROUND_M, service.within_mm / _PER_METRE)
