"""Laws of every hazard model over every substance: what is here holds for rows yet to come."""

import math
import random
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
import shapely

from risk.erg_tables import CONTAINERS
from risk.models import MODELS
from risk.release import LEVELS, Release, Zone, ZoneSet
from risk.substances import SUBSTANCES
from risk.weather import plausible
from risk.zones import zones

KINDS = ("hazmat_leak", "gas_leak", "fire", "explosion", "tank_fire", "unspecified")
KEYS = ("", "nonsense", *SUBSTANCES)
ROUNDS = 3
Known = tuple[Release, ZoneSet]


def perhaps(rng: random.Random, value: float, chance: float = 0.9) -> float | None:
    return value if rng.random() < chance else None


def anything(rng: random.Random, key: str) -> Release:
    """Return a release of that substance; the rest is anything that may be stated."""
    at = (rng.uniform(-1e6, 1e6), rng.uniform(-1e6, 5e6))
    minutes = timedelta(minutes=rng.randrange(525_600))
    return Release(
        at=at,
        lon_deg=rng.uniform(-180.0, 180.0),
        lat_deg=rng.uniform(-90.0, 90.0),
        time=datetime(2026, 1, 1) + minutes,  # noqa: DTZ001 - the place's own time
        kind=rng.choice(KINDS),
        substance=key,
        quantity_t=perhaps(rng, 10.0 ** rng.uniform(-6.0, 5.0)),
        container=rng.choice(("", *CONTAINERS)),
        hole_mm=perhaps(rng, 10.0 ** rng.uniform(-1.0, 3.0), 0.3),
        wind_from_deg=perhaps(rng, rng.uniform(-360.0, 720.0)),
        wind_ms=perhaps(rng, 10.0 ** rng.uniform(-1.0, 1.6)),
        cloud_oktas=rng.choice((None, *range(9))),
        stability=rng.choice(("", "", "x", *"ABCDEF")),
        air_c=perhaps(rng, rng.uniform(-40.0, 50.0)),
        is_urban=rng.random() < 0.5,
    )


@pytest.fixture(scope="module")
def known() -> list[Known]:
    rng = random.Random(20260916)  # noqa: S311 - seeded
    releases = [anything(rng, key) for key in KEYS for _ in range(ROUNDS)]
    return [(release, zones(release)) for release in releases]


def by_model(found: ZoneSet) -> list[tuple[Zone, ...]]:
    return [found.of(key) for key in dict.fromkeys(zone.model for zone in found.zones)]


def test_every_model_of_the_table_has_spoken(known: list[Known]) -> None:
    """Else the laws below would hold for nothing."""
    assert {zone.model for _, found in known for zone in found.zones} == {m.key for m in MODELS}


def test_no_figure_is_nan_and_no_shape_is_broken(known: list[Known]) -> None:
    for release, found in known:
        for zone in found.zones:
            numbers = [zone.reach_m, zone.threshold or 0.0, zone.spread_m or 0.0]
            assert all(math.isfinite(number) for number in numbers), (zone.model, release)
            for shape in (zone.shape, zone.spread):
                if shape is not None:
                    assert np.isfinite(shapely.get_coordinates(shape)).all()
                    assert shape.is_valid, (zone.model, zone.level, release)
                    assert not shape.is_empty


def test_the_reach_is_the_farthest_point_of_the_shape(known: list[Known]) -> None:
    for release, found in known:
        for zone in found.zones:
            away = shapely.get_coordinates(zone.shape) - np.array(release.at)
            farthest = float(np.hypot(away[:, 0], away[:, 1]).max())
            assert zone.reach_m == pytest.approx(farthest, rel=1e-9)


def test_inner_lies_within_outer(known: list[Known]) -> None:
    """The issue's law: ranks do not fall, reaches do not, and no shape leaves the next."""
    for release, found in known:
        for lines in by_model(found):
            for inner, outer in pairwise(lines):
                assert inner.rank <= outer.rank
                assert inner.reach_m <= outer.reach_m * (1.0 + 1e-9)
                slack = 1e-3 + 1e-6 * outer.reach_m
                assert outer.shape.buffer(slack).covers(inner.shape), (outer, release)


def test_the_spread_holds_the_line(known: list[Known]) -> None:
    """Beside the line stands how far nine of ten plausible weathers reach."""
    for release, found in known:
        for zone in found.zones:
            assert (zone.spread is None) == (zone.spread_m is None)
            if zone.spread is not None and zone.spread_m is not None:
                assert zone.spread_m >= zone.reach_m * (1.0 - 1e-9)
                slack = 1e-3 + 1e-6 * zone.spread_m
                assert zone.spread.buffer(slack).covers(zone.shape), (zone.model, release)


def test_more_substance_never_means_a_smaller_zone(known: list[Known]) -> None:
    """The issue's law, line by line and for the zone in which people are counted."""
    rng = random.Random(5)  # noqa: S311 - seeded
    for release, found in known:
        if release.quantity_t is None:
            continue
        factor = 10.0 ** rng.choice((0.001, 0.05, 0.3, 1.0, 3.0))
        more = zones(replace(release, quantity_t=release.quantity_t * factor))
        for zone in found.zones:
            (same,) = [z for z in more.of(zone.model) if z.level == zone.level]
            said = (zone.model, zone.level, release, factor)
            assert same.reach_m >= zone.reach_m * (1.0 - 1e-6), said
            assert same.shape.area >= zone.shape.area * (1.0 - 1e-3), said
            assert (same.spread_m or 0.0) >= (zone.spread_m or 0.0) * (1.0 - 1e-6), said
        if found.protective is not None:
            assert more.protective is not None
            least = found.protective.reach_m * (1.0 - 1e-6)
            assert more.protective.reach_m >= least, (release, factor)


def test_nine_of_ten_plausible_weathers_do_not_reach_beyond_the_spread() -> None:
    """Counted anew, weather by weather, for a substance of every model that knows weather."""
    rng = random.Random(6)  # noqa: S311 - seeded
    counted = 0
    for key in ("chlorine", "ammonia", "lpg", "benzene"):
        for _ in range(5):
            release = replace(
                anything(rng, key), quantity_t=2.0, wind_from_deg=90.0, wind_ms=rng.uniform(1, 9)
            )
            weathers = plausible(release)
            for model in MODELS:
                if not (model.by_weather and model.applies(release)):
                    continue
                for zone in zones(release).of(model.key):
                    reached = [
                        contour.reach_m
                        for weather in weathers
                        for contour in model.contours(release, weather)
                        if contour.level == zone.level
                    ]
                    assert zone.spread_m is not None
                    within = sum(reach <= zone.spread_m * (1.0 + 1e-9) for reach in reached)
                    assert within >= 0.9 * len(reached) - 1e-9
                    counted += 1
    assert counted > 50


def test_each_zone_says_what_it_rests_on(known: list[Known]) -> None:
    for _, found in known:
        for zone in found.zones:
            assert zone.level in LEVELS
            assert zone.source
            assert zone.assumptions, (zone.model, zone.level)
            assert (zone.threshold is None) == (zone.unit == ""), (zone.model, zone.unit)


def test_a_gap_is_said(known: list[Known]) -> None:
    for release, found in known:
        said = " ".join(str(note) for note in found.notes)
        assert ("Quantity not known" in said) == (release.quantity_t is None)
        assert ("Wind not known" in said) == (found.weather is None)
        assert ("Substance not known" in said) == (release.substance == "")
        assert ("not in the table" in said) == (release.substance == "nonsense")
        assert found.zones or found.notes


def test_the_governing_model_has_zones(known: list[Known]) -> None:
    for _, found in known:
        assert bool(found.governing) == bool(found.zones)
        assert bool(found.lines) == bool(found.zones)
        assert (found.protective is None) == (not found.zones)
