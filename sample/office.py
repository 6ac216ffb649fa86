"""The office that looks for places: whom shelters reach already, and which place reaches most more.

Most subdistricts are well provided for; four are badly off by design, each for its own reason.
"""

from dataclasses import dataclass, field

import numpy as np
import shapely
from scipy.spatial import KDTree

from .clerk import Clerk
from .land import Floats
from .made import Register
from .network import Ints
from .sites import Mask, Sites
from .units import Units

REACH_M = 400.0
"""The straight metres that the office takes for 500 m on foot."""

HAZARD_M = 500.0
SCHOOL_M, _SCHOOL_LIKED = 160.0, 1.7
_LOOKED_AT = 120


@dataclass(frozen=True)
class Plight:
    """How a subdistrict is provided for: the share of its people who shall be within reach.

    ``room`` is the share of places that its people would get elsewhere, ``shore_m`` how far its
    shelters stand from the river, ``wary`` whether they keep away from major hazards.
    """

    share: float
    room: float = 1.0
    shore_m: float = 0.0
    wary: bool = True


NOTHING_ON_FILE = "渡头镇"
NONE_BY_THE_RIVER = "柳林街道"
TOO_LITTLE_ROOM = "老城街道"
AMONG_HAZARDS = "望江街道"

PLIGHTS = {
    NOTHING_ON_FILE: Plight(0.0),
    NONE_BY_THE_RIVER: Plight(0.25, shore_m=600.0),
    TOO_LITTLE_ROOM: Plight(0.97, room=0.2),
    AMONG_HAZARDS: Plight(0.8, wary=False),
}
TOWN, COUNTRY = Plight(0.94), Plight(0.75)
_DENSE_KM2 = 2_500.0


def plight_of(units: Units, number: int) -> Plight:
    """Return how the subdistrict of that row is provided for."""
    row = units.subdistricts.iloc[number]
    dense = row["residents_night"] / row["geometry"].area * 1e6 >= _DENSE_KM2
    return PLIGHTS.get(str(row["name"]), TOWN if dense else COUNTRY)


@dataclass
class Office:
    """The people beside each place of the pool, and ``left``, whom no shelter reaches yet.

    ``safe`` places keep away from major hazards; by a school ``liked`` is above 1.
    """

    clerk: Clerk
    people: Floats
    safe: Mask
    liked: Floats
    left: Floats = field(init=False)
    tree: KDTree = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nobody within reach."""
        self.left = self.people.copy()
        self.tree = KDTree(self.sites.xy_m)

    @property
    def sites(self) -> Sites:
        """Return the pool of places."""
        return self.clerk.sites

    def fit(self, subdistrict: str, plight: Plight) -> Ints:
        """Return the free places of the subdistrict by its streets that its plight allows."""
        sites = self.sites
        fit = self.clerk.chooser.free & ~sites.works & (sites.subdistrict == subdistrict)
        fit &= sites.on("primary", "secondary", "tertiary", "residential", "unclassified")
        fit &= sites.shore_m >= plight.shore_m
        return np.flatnonzero(fit & self.safe if plight.wary else fit)

    def best(self, rows: Ints) -> int:
        """Return the place that reaches most people more, of many beside people without.

        Raises:
            ValueError: if nobody beside the places is without one.

        """
        odds = self.left[rows]
        if not odds.sum() > 0.0:
            msg = "everybody beside these places is within reach of one"
            raise ValueError(msg)
        looked = self.clerk.rng.choice(rows, _LOOKED_AT, p=odds / odds.sum())
        near = self.tree.query_ball_point(self.sites.xy_m[looked], REACH_M)
        gained = self.liked[looked] * [self.left[own].sum() for own in near]
        return int(looked[int(np.argmax(gained))])

    def open(self, row: int) -> float:
        """Return how many people more are within reach once the place, free no longer, is open."""
        self.clerk.chooser.free[row] = False
        near = self.tree.query_ball_point(self.sites.xy_m[row], REACH_M)
        gained = float(self.left[near].sum())
        self.left[near] = 0.0
        return gained


def make_office(clerk: Clerk, units: Units, hazards: Register, schools: Register) -> Office:
    """Return the office of the district, its people spread over the places of each grid cell."""
    cells = units.grid[units.grid["level"] == "小"]
    points = np.asarray(shapely.points(clerk.sites.xy_m))
    tree = shapely.STRtree(cells.geometry.to_numpy())
    point, cell = tree.query(points, predicate="within")
    places = np.bincount(cell, minlength=len(cells))
    people = np.zeros(len(points))
    people[point] = cells["residents_night"].to_numpy()[cell] / places[cell]
    safe = _away_m(clerk.sites, hazards) >= HAZARD_M
    liked = np.where(_away_m(clerk.sites, schools) <= SCHOOL_M, _SCHOOL_LIKED, 1.0)
    return Office(clerk, people, safe, liked)


def _away_m(sites: Sites, register: Register) -> Floats:
    """Return how far each place of the pool is from the nearest of the register, straight."""
    at = register.rows.geometry
    away, _ = KDTree(np.column_stack((at.x, at.y))).query(sites.xy_m)
    return np.asarray(away, dtype=np.float64)
