"""Circles as contours: nested whatever the model says, cut where flat ground ends."""

import math
from dataclasses import replace

import pytest

from language import say
from risk.harm import Limit
from risk.models import MODELS, PROBIT_MODELS
from risk.release import Model
from risk.rings import LEAST_REACH_M, LONGEST_REACH_M, disc, rings
from tests.risk.releases import AIR, released

LPG = released("lpg", 25.0, "tank_fire")
LEVELS = ("thermal_fatal", "thermal_injury", "thermal_pain")
SAID = (say("Only if it catches fire."),)


def limits(*, unread: str = "") -> list[Limit]:
    return [
        Limit(level, 9.0 - i, "kW/m²", None, "", "", level != unread)
        for i, level in enumerate(LEVELS)
    ]


def test_an_outer_level_is_never_smaller_than_an_inner_one() -> None:
    found = rings(list(zip(limits(), (30.0, 20.0, 50.0), strict=True)), SAID)
    assert [contour.reach_m for contour in found] == [30.0, 30.0, 50.0]
    assert [contour.rank for contour in found] == [0, 1, 2]
    assert all(contour.assumptions == SAID for contour in found)


def test_reaches_have_a_floor_and_an_end() -> None:
    found = rings(list(zip(limits(), (0.0, 1.0, 1e12), strict=True)), SAID)
    assert [contour.reach_m for contour in found] == [LEAST_REACH_M, 1.0, LONGEST_REACH_M]


def test_either_the_limit_or_the_figures_make_it_unverified() -> None:
    pairs = list(zip(limits(unread="thermal_injury"), (1.0, 2.0, 3.0), strict=True))
    assert [contour.verified for contour in rings(pairs, SAID)] == [True, False, True]
    assert not any(contour.verified for contour in rings(pairs, SAID, verified=False))


@pytest.mark.parametrize("reach_m", [0.1, 57.0, 1e5])
def test_the_farthest_point_of_a_disc_is_its_reach(reach_m: float) -> None:
    shape = disc(reach_m, (10.0, -5.0))
    away = [math.hypot(x - 10.0, y + 5.0) for x, y in shape.exterior.coords]
    assert max(away) == pytest.approx(reach_m, rel=1e-9)
    assert min(away) == pytest.approx(reach_m, rel=1e-9)


@pytest.mark.parametrize(("plain", "probit"), list(zip(MODELS, PROBIT_MODELS, strict=True)))
def test_a_model_by_probits_differs_in_its_limits_alone(plain: Model, probit: Model) -> None:
    """The same row of the table but for what draws it; heat and blast, and no other, have two."""
    assert replace(probit, contours=plain.contours) == plain
    has_two = plain.key in {"pool_fire", "jet_fire", "fireball", "blast"}
    assert (probit.contours is not plain.contours) is has_two
    if has_two and plain.applies(LPG):
        lines, others = (model.contours(LPG, AIR) for model in (plain, probit))
        assert [line.threshold for line in lines] != [line.threshold for line in others]
