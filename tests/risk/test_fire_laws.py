"""Laws that every model of fire, blast and guidebook keeps, over all substances and weathers."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from risk import blast, erg, erg_bleve, fireball, fires, jet_fire
from risk.release import LEVELS, Contour, Model, Release, Weather
from risk.rings import LONGEST_REACH_M
from risk.substances import SUBSTANCES
from tests.risk.releases import AIR, NOON, released

ROOMS = (fires, jet_fire, fireball, blast)
GUIDEBOOK = (*erg.MODELS, *erg_bleve.MODELS)
MODELS = tuple(model for room in ROOMS for model in (*room.MODELS, *room.PROBIT_MODELS))
NAMES = [f"{model.key}-{i}" for i, model in enumerate((*MODELS, *GUIDEBOOK))]
QUANTITIES_T = (1e-6, 1e-4, 0.01, 0.2, 1.0, 10.0, 29.999, 30.0, 100.0, 2000.0, 1e5)
KINDS = ("fire", "tank_fire", "explosion", "bleve", "gas_leak", "hazmat_leak", "unspecified")


def told(model: Model, release: Release, weather: Weather) -> tuple[Contour, ...]:
    return model.contours(release, weather) if model.applies(release) else ()


def check(contours: tuple[Contour, ...]) -> None:
    """Hold that levels, reaches and shapes are finite, known and lie one within the next."""
    for rank, contour in enumerate(contours):
        assert contour.rank == rank
        assert contour.level in LEVELS
        assert math.isfinite(contour.reach_m)
        assert 0 < contour.reach_m <= 2 * LONGEST_REACH_M
        assert contour.shape.is_valid
        assert np.isfinite(contour.shape.bounds).all()
        assert contour.assumptions
        assert "nan" not in " ".join(str(text) for text in contour.assumptions).split()
    for inner, outer in itertools.pairwise(contours):
        assert outer.reach_m >= inner.reach_m
        assert outer.shape.buffer(1e-6 * outer.reach_m).covers(inner.shape)
        if inner.threshold is not None and outer.threshold is not None:
            assert inner.threshold > outer.threshold


@pytest.mark.parametrize("model", MODELS, ids=NAMES[: len(MODELS)])
def test_more_substance_never_reaches_less(model: Model) -> None:
    """All substances, 1 g to 100,000 t, breeze and storm, frost and heat."""
    weathers = [
        Weather(90.0, wind, "D", air) for wind in (0.1, 1.0, 3.0, 40.0) for air in (-40.0, 50.0)
    ]
    seen = 0
    for key, weather in itertools.product(SUBSTANCES, weathers if model.by_weather else [AIR]):
        before: tuple[float, ...] = ()
        for quantity_t in QUANTITIES_T:
            contours = told(model, released(key, quantity_t, "fire"), weather)
            reaches = tuple(contour.reach_m for contour in contours)
            for now, then in zip(reaches, before, strict=bool(before)):
                assert now >= then * (1 - 1e-12), (key, quantity_t, weather)
            before = reaches
            seen += len(reaches)
    assert seen > 100


@pytest.mark.parametrize("model", [*MODELS, *GUIDEBOOK], ids=NAMES)
def test_every_substance_and_kind_gives_sound_zones_or_none(model: Model) -> None:
    for key, kind in itertools.product(["", "never heard of", *SUBSTANCES], KINDS):
        for quantity_t in (None, 1e-6, 3.0, 1e5):
            asked = released(key, quantity_t, kind, wind=(200.0, 3.0))
            check(told(model, asked, AIR))


@seed(4)
@settings(max_examples=150, deadline=None)
@given(
    key=st.sampled_from(sorted(SUBSTANCES)),
    kind=st.sampled_from(KINDS),
    quantity_t=st.floats(1e-6, 1e5),
    wind_ms=st.floats(0.1, 40),
    air_c=st.floats(-40, 50),
    hole_mm=st.one_of(st.none(), st.floats(0.1, 2000)),
)
def test_any_release_in_any_weather_is_sound(
    key: str, kind: str, quantity_t: float, wind_ms: float, air_c: float, hole_mm: float | None
) -> None:
    asked = replace(
        released(key, quantity_t, kind, wind=(10.0, wind_ms)), hole_mm=hole_mm, air_c=air_c
    )
    for model in (*MODELS, *GUIDEBOOK):
        check(told(model, asked, Weather(10.0, wind_ms, "D", air_c)))


@pytest.mark.parametrize("quantity_t", [None, 0.0, -1.0, math.nan, math.inf])
def test_a_quantity_that_is_none_makes_no_fire(quantity_t: float | None) -> None:
    for model, key in itertools.product(MODELS, ("lpg", "petrol", "tnt", "lng")):
        assert not told(model, released(key, quantity_t, "fire"), AIR)


def test_the_same_question_has_the_same_answer() -> None:
    asked = released("lpg", 25.0, "fire", wind=(45.0, 3.0), time=NOON)
    for model in (*MODELS, *GUIDEBOOK):
        assert told(model, asked, AIR) == told(model, asked, AIR)


def test_keys_are_unique_and_titles_in_two_languages() -> None:
    models = [model for room in ROOMS for model in room.MODELS]
    models += GUIDEBOOK
    assert len({model.key for model in models}) == len(models)
    assert all(model.title_zh and model.title_en and model.source for model in models)


def test_shapes_lie_along_the_wind() -> None:
    """The local frame: nothing reaches farther upwind than downwind."""
    for model, key in itertools.product((*MODELS, *GUIDEBOOK), ("lpg", "petrol", "chlorine")):
        asked = released(key, 25.0, "fire", wind=(45.0, 3.0))
        for contour in told(model, asked, AIR):
            west, south, east, north = contour.shape.bounds
            assert east >= -west - 1e-6
            assert north == pytest.approx(-south, rel=1e-6)
