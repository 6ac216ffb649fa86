"""Places to click: uniformly from the district's subdistricts, the same in every run."""

import random
from collections.abc import Iterator
from pathlib import Path

import shapely
from shapely import Point

from desks.folder import REGISTER
from geodata.store import open_store

SEED = 20260916


def random_places(district: Path, seed: int) -> Iterator[tuple[float, float]]:
    """Yield lon, lat uniformly from the district's subdistricts, without end."""
    with open_store(district / REGISTER) as store:
        area = shapely.union_all([unit.shape for unit in store.read("subdistrict")])
    west, south, east, north = area.bounds
    dice = random.Random(seed)  # noqa: S311 - places to click, no secrets
    while True:
        lon, lat = dice.uniform(west, east), dice.uniform(south, north)
        if area.contains(Point(lon, lat)):
            yield lon, lat
