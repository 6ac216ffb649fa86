"""The governing lines of a ZoneSet as bands on the ground, the worst first."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from risk.release import PROTECTIVE, Shape, Zone, ZoneSet

from .population import areal

CLEARED = ("isolation", "drawn", "foreign", "flooded", "burning")
"""Levels whose ground is cleared whichever model governs: the first isolation, what was drawn."""

GUIDEBOOK = ("erg", "erg_fire")
"""Models that read the guidebook's tables; its BLEVE table holds only if a vessel bursts."""

OUTSIDE = -1

FloatArray = NDArray[np.float64]
LongArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Band:
    """All ground of one level: ``shape`` its own line, ``within`` with all that is worse."""

    level: str
    shape: Shape
    within: Shape


@dataclass(frozen=True, eq=False)
class Harm:
    """The governing bands, the worst first, and what else bounds where people may stay.

    ``protective`` is the index of the band from which on people are led out, -1 for none; that
    band and those beyond it hold the ``cleared`` ground of other models too, as (level, shape).
    ``spread`` is where the protective band may reach in plausible weather, ``None`` for none.
    ``guide`` is the guidebook's level and ground where it clears farther than that band.
    """

    bands: tuple[Band, ...]
    protective: int
    cleared: tuple[tuple[str, Shape], ...]
    spread: Shape | None
    guide: tuple[str, Shape] | None = None

    @property
    def protected(self) -> Shape | None:
        """Return the ground on which people are counted and from which they go."""
        return self.bands[self.protective].within if self.protective >= 0 else None

    @property
    def protective_level(self) -> str:
        """Return the level of that band, "" for none."""
        return self.bands[self.protective].level if self.protective >= 0 else ""

    @cached_property
    def ordered(self) -> tuple[tuple[str, Shape], ...]:
        """Return level and own shape, the worst first.

        Cleared ground stands before the protective band, the guidebook's behind it.
        """
        own = [(band.level, band.shape) for band in self.bands]
        place = max(self.protective, 0)
        beyond = () if self.guide is None else (self.guide,)
        return (
            *own[:place], *self.cleared, *own[place : place + 1], *beyond, *own[place + 1 :],
        )  # fmt: skip

    @property
    def guided(self) -> int:
        """Return the place of the guidebook's ground in ``ordered``, ``OUTSIDE`` for none."""
        if self.guide is None:
            return OUTSIDE
        return max(self.protective, 0) + len(self.cleared) + 1

    @cached_property
    def ground(self) -> Shape:
        """Return all ground within any line, empty where there is none."""
        return joined([shape for _, shape in self.ordered])

    def worst(self, xy_m: FloatArray) -> LongArray:
        """Return the place in ``ordered`` of the worst line that holds each point (n, 2).

        OUTSIDE where none does; the border is within. Points without position are outside.
        """
        found: LongArray = np.full(len(xy_m), OUTSIDE, np.int64)
        for place in reversed(range(len(self.ordered))):
            shape = self.ordered[place][1]
            shapely.prepare(shape)
            found[shapely.intersects_xy(shape, xy_m[:, 0], xy_m[:, 1])] = place
        return found


def harm_of(zones: ZoneSet) -> Harm:
    """Return the bands of the governing lines; lines of one level are one band."""
    bands = _by_level(zones.lines)
    levels = [level for level, _ in bands]
    wanted = [level for level in levels if level in PROTECTIVE] or levels[-1:]
    protective = levels.index(wanted[0]) if wanted else -1
    others = [zone for zone in zones.zones if zone.level in CLEARED and zone.level not in levels]
    cleared = sorted(_by_level(others), key=lambda pair: CLEARED.index(pair[0])) if bands else []
    return Harm(
        bands=_nested(bands, protective, [shape for _, shape in cleared]),
        protective=protective,
        cleared=tuple(cleared),
        spread=_spread(zones.lines, wanted),
        guide=_beyond(zones) if bands else None,
    )


def guide_zone(zones: ZoneSet) -> Zone | None:
    """Return the guidebook's farthest distance beyond the protective zone, ``None`` for none."""
    zone = zones.protective
    if zone is None:
        return None
    found = [
        other for other in zones.zones if other.model in GUIDEBOOK and other.reach_m > zone.reach_m
    ]
    return max(found, key=lambda other: other.reach_m, default=None)


def _beyond(zones: ZoneSet) -> tuple[str, Shape] | None:
    """Return the guidebook's level and ground, ``None`` where it is cleared ground already."""
    guide = guide_zone(zones)
    if guide is None or guide.level in CLEARED:
        return None
    return guide.level, joined([guide.shape])


def _by_level(lines: tuple[Zone, ...] | list[Zone]) -> list[tuple[str, Shape]]:
    shapes: dict[str, list[Shape]] = {}
    for zone in sorted(lines, key=lambda zone: zone.rank):
        shapes.setdefault(zone.level, []).append(zone.shape)
    merged = [(level, joined(own)) for level, own in shapes.items()]
    return [(level, shape) for level, shape in merged if not shape.is_empty]


def _nested(
    bands: list[tuple[str, Shape]], protective: int, cleared: list[Shape]
) -> tuple[Band, ...]:
    nested: list[Band] = []
    inner: list[Shape] = []
    for place, (level, shape) in enumerate(bands):
        inner += [shape, *(cleared if place == protective else ())]
        nested.append(Band(level, shape, joined(inner)))
        inner = [nested[-1].within]
    return tuple(nested)


def _spread(lines: tuple[Zone, ...], wanted: list[str]) -> Shape | None:
    own = [zone for zone in lines if zone.level in wanted[:1]]
    known = [zone.spread for zone in own if zone.spread is not None]
    if not known:
        return None
    shape = joined([*known, *(zone.shape for zone in own)])
    return None if shape.is_empty else shape


def joined(shapes: list[Shape]) -> Shape:
    """Return the union of the shapes as valid polygons, empty for none."""
    mended = areal(np.array(shapes, dtype=object).reshape(-1))
    if len(mended) == 1:
        only: Shape = mended[0]
        return only
    union: Shape = areal(np.array([shapely.union_all(mended)], dtype=object))[0]
    return union
