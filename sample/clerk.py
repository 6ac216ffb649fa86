"""Fills in what every record has: id, name, address, units, contact, phone, date, position."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .land import Floats, Land
from .made import AS_OF, CRS, Register
from .names import person, phone
from .network import Ints
from .sites import Chooser, Sites
from .units import Units

SOURCE = "示范数据"
_PHONES = 9_999
_YEAR_DAYS = 365
_THIN = 0.35


@dataclass
class Clerk:
    """Writes registers one after the other; telephone numbers run on through all of them.

    ``stale`` is the share of records per subdistrict that were last verified over a year ago.
    ``aside`` is what columns are drawn from that came later, so that the others stay as they were.
    """

    chooser: Chooser
    stale: Mapping[str, float]
    written: int = 0
    aside: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    @property
    def sites(self) -> Sites:
        """Return the pool of places."""
        return self.chooser.sites

    @property
    def rng(self) -> np.random.Generator:
        """Return the generator that all choices come from."""
        return self.chooser.rng

    def register(
        self,
        prefix: str,
        rows: Ints,
        names: Sequence[str],
        columns: Mapping[str, Sequence[object]],
        children: Mapping[str, pd.DataFrame] | None = None,
    ) -> Register:
        """Return the register of the places ``rows`` with those names and own columns."""
        sites, count = self.sites, len(rows)
        held: dict[str, object] = {
            "id": ids(prefix, count),
            "name": list(names),
            "address": [f"{sites.road[at]}{sites.number[at]}号" for at in rows],
            "subdistrict": sites.subdistrict[rows],
            "community": sites.community[rows],
            **{key: list(values) for key, values in columns.items()},
            "contact": [person(self.rng) for _ in range(count)],
            "phone": self._phones(count),
            "last_verified": [self._verified(str(name)) for name in sites.subdistrict[rows]],
            "source": SOURCE,
        }
        points = shapely.points(sites.xy_m[rows])
        return Register(gpd.GeoDataFrame(held, geometry=points, crs=CRS), children or {})

    def _phones(self, count: int) -> list[str]:
        """Return the next fictional numbers; after 9,999 they begin again."""
        numbers = [phone((self.written + at) % _PHONES + 1) for at in range(count)]
        self.written += count
        return numbers

    def _verified(self, subdistrict: str) -> str:
        """Return a day before the registers', over a year before for the subdistrict's share."""
        if self.rng.random() < self.stale.get(subdistrict, 0.0):
            days = int(self.rng.integers(_YEAR_DAYS + 5, 900))
        else:
            days = int(self.rng.integers(3, _YEAR_DAYS - 5))
        return (date.fromisoformat(AS_OF) - timedelta(days=days)).isoformat()


def make_clerk(sites: Sites, units: Units, rng: np.random.Generator) -> Clerk:
    """Return a clerk before whom every place is free; trust differs from subdistrict to another."""
    names = [str(name) for name in units.subdistricts["name"]]
    shares = rng.permutation(np.linspace(0.03, 0.5, len(names)) ** 1.2)
    stale = dict(zip(names, shares.tolist(), strict=True))
    return Clerk(Chooser(sites, rng, np.ones(len(sites), dtype=bool)), stale)


def day(days: int) -> str:
    """Return the day that many days after that of the registers, before it where negative."""
    return (date.fromisoformat(AS_OF) + timedelta(days=days)).isoformat()


def ids(prefix: str, count: int) -> list[str]:
    """Return ids that sort as they count, such as ``DEP-001`` and ``DEP-002``."""
    width = max(3, len(str(count)))
    return [f"{prefix}-{number:0{width}d}" for number in range(1, count + 1)]


def in_town(sites: Sites) -> Floats:
    """Return the weight of ordinary places of a town: dense quarters, real streets, no lanes."""
    street = sites.on("residential", "tertiary", "secondary", "primary")
    return np.where(street & ~sites.works & (sites.village < 0), sites.density**1.3, 0.0)


def main_road(sites: Sites) -> Floats:
    """Return the weight of places that live by traffic: beside main roads, anywhere."""
    return np.where(sites.on("trunk", "primary", "secondary"), 0.15 + sites.density, 0.0)


def in_works(sites: Sites) -> Floats:
    """Return the weight of firms: in the industrial parks, some in the thin outskirts."""
    road = sites.on("unclassified", "tertiary", "secondary", "residential")
    return np.where(road, np.where(sites.works, 1.0, 0.012 * (sites.density < _THIN)), 0.0)


def per_subdistrict(sites: Sites, units: Units, weight: Floats) -> list[Floats]:
    """Return the weight held to each subdistrict in turn, in their order."""
    names = units.subdistricts["name"]
    return [np.where(sites.subdistrict == name, weight, 0.0) for name in names]


def named(sites: Sites, rows: Ints, what: str | Sequence[str], *, by: str = "road") -> list[str]:
    """Return names such as 红山路加油站, numbered from the second of the same road or unit.

    ``what`` may be one for each row; then every kind is numbered by itself.
    """
    stems = {"road": sites.road, "community": sites.community, "subdistrict": sites.subdistrict}[by]
    kinds = [what] * len(rows) if isinstance(what, str) else what
    seen: dict[tuple[str, str], int] = {}
    names = []
    for at, kind in zip(rows, kinds, strict=True):
        stem = str(stems[at]).removesuffix("社区").removesuffix("街道").removesuffix("镇")
        seen[stem, kind] = seen.get((stem, kind), 0) + 1
        number = "" if seen[stem, kind] == 1 else f"{seen[stem, kind]}号"
        names.append(f"{stem}{number}{kind}")
    return names


def people_about(
    clerk: Clerk, usual: Floats | float, count: int, spread: float = 0.45
) -> list[int]:
    """Return whole numbers around the usual one, never below 1."""
    drawn = usual * np.exp(clerk.rng.normal(0.0, spread, count))
    return [max(1, int(number)) for number in drawn]


def near(sites: Sites, land: Land, share_x: float, share_y: float, reach_m: float) -> Floats:
    """Return a weight that fades with the distance from a point given in shares of the outline."""
    west, south, east, north = land.outline.bounds
    place = np.array((west + share_x * (east - west), south + share_y * (north - south)))
    weight: Floats = np.exp(-np.hypot(*(sites.xy_m - place).T) / reach_m)
    return weight
