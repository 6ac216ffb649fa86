"""Two plans side by side by subdistrict: people covered, room and places; nothing else differs."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from desks.onemap import OneMap
from geodata.join import join_units

from .answers import Coverage, Covered, Definition, Places
from .variants import rest_stamp


@dataclass(frozen=True)
class Side:
    """A unit in one plan: people covered, places in it and their room in people.

    ``covered`` is ``None`` where the definition does not apply, ``room`` where a place may take in
    anybody.
    """

    covered: int | None
    places: int
    room: int | None


@dataclass(frozen=True)
class Beside:
    """A unit in both plans; code "" is the whole district, with the places outside of all units."""

    code: str
    name: str
    people: int
    before: Side
    after: Side

    @property
    def gained(self) -> int | None:
        """Return how many people more are covered, negative where fewer."""
        if self.before.covered is None or self.after.covered is None:
            return None
        return self.after.covered - self.before.covered


def side_by_side(
    onemap: OneMap, before: Coverage, after: Coverage, by: Definition
) -> tuple[Beside, ...]:
    """Return each subdistrict in both, by code, then the whole district.

    A place counts where it stands; its people may live in the next subdistrict.

    Raises:
        ArithmeticError: where the two rest on anything else that differs than their places.

    """
    if rest_stamp(before) != rest_stamp(after):
        msg = "two plans differ in more than their places"
        raise ArithmeticError(msg)
    held = [_rooms(onemap, one.places) for one in (before, after)]
    rows = zip(
        (*before.subdistricts, before.totals), (*after.subdistricts, after.totals), strict=True
    )
    return tuple(
        Beside(
            one.code if one is not before.totals else "", one.name, one.people,
            _side(one, by, held[0], is_whole=one is before.totals),
            _side(other, by, held[1], is_whole=one is before.totals),
        )
        for one, other in rows
    )  # fmt: skip


_Rooms = tuple[tuple[str, ...], Places]


def _rooms(onemap: OneMap, places: Places) -> _Rooms:
    """Return the subdistrict of each place, "" outside of all."""
    there = np.isfinite(places.xy_m).all(axis=1)
    points = np.full(len(places.ids), shapely.Point(), dtype=object)
    points[there] = shapely.points(places.xy_m[there])
    frame = gpd.GeoDataFrame(geometry=points, crs=onemap.crs)
    return tuple(join_units(frame, onemap.layers["subdistrict"])["code"].tolist()), places


def _side(unit: Covered, by: Definition, held: _Rooms, *, is_whole: bool) -> Side:
    units, places = held
    mine = np.array([is_whole or code == unit.code for code in units], np.bool_)
    room = places.capacity[mine]
    return Side(
        unit.counts[by].people_covered,
        int(mine.sum()),
        None if (room < 0).any() else int(room.sum()),
    )
