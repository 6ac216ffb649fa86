"""What burns and how: the table of fuels, the rule for what has no row, gases kept liquid."""

import math
from pathlib import Path

import pytest

from geodata.faults import UserError
from risk.fuels import (
    BURNING,
    FUELS,
    TABLE,
    burns,
    fuel_of,
    if_lit,
    is_liquefied,
    load_fuels,
    stated,
)
from risk.incidents import INCIDENT_KINDS
from risk.substances import SUBSTANCES

ROOM_K = 293.15


def test_every_row_is_a_substance_that_burns() -> None:
    assert set(FUELS) <= set(SUBSTANCES)
    assert all(burns(SUBSTANCES[key]) for key in FUELS)
    assert all(0 < fuel.radiated <= 0.35 for fuel in FUELS.values())


@pytest.mark.parametrize(
    ("key", "rate", "k_beta"), [("petrol", 0.055, 2.1), ("lpg", 0.099, 1.4), ("lng", 0.078, 1.1)]
)
def test_printed_rates_are_carried_over(key: str, rate: float, k_beta: float) -> None:
    """SFPE Handbook, Babrauskas' table."""
    assert (FUELS[key].burning_kg_m2_s, FUELS[key].k_beta_m) == (rate, k_beta)
    assert FUELS[key].verified


def test_what_has_no_row_goes_by_its_heats_and_says_so() -> None:
    """CPR 14E: toluene 0.001 dHc / (dHv + cp (Tb - Ta)), near the 0.06 to 0.07 that fires show."""
    toluene = fuel_of(SUBSTANCES["toluene"], ROOM_K)
    assert toluene.burning_kg_m2_s == pytest.approx(0.0725, rel=0.1)
    assert not toluene.verified
    assert "CPR 14E" in toluene.source


def test_warmer_air_burns_it_no_slower() -> None:
    rates = [fuel_of(SUBSTANCES["toluene"], kelvin).burning_kg_m2_s for kelvin in (233, 293, 323)]
    assert rates == sorted(rates, key=lambda rate: rate or 0.0)
    boiling = fuel_of(SUBSTANCES["butadiene"], 400.0).burning_kg_m2_s
    assert boiling is not None
    assert math.isfinite(boiling)


def test_ammonia_and_what_lacks_figures_do_not_burn_here() -> None:
    """Ammonia bears the mark of a flammable gas, but its fire in the open does not last."""
    assert SUBSTANCES["ammonia"].flammable
    for key in ("ammonia", "chlorine", "oxygen", "calcium_carbide", "sodium", "tnt"):
        assert not burns(SUBSTANCES[key])


@pytest.mark.parametrize("key", ["propane", "butane", "lpg", "vinyl_chloride", "lng"])
def test_gases_that_are_kept_liquid(key: str) -> None:
    assert is_liquefied(SUBSTANCES[key])


@pytest.mark.parametrize("key", ["methane", "hydrogen", "acetylene", "petrol", "tnt"])
def test_gases_and_liquids_that_are_not(key: str) -> None:
    """Compressed and dissolved gases hold no liquid gas; liquids need no pressure."""
    assert not is_liquefied(SUBSTANCES[key])


def test_only_fires_are_told_as_sure() -> None:
    assert all(if_lit(kind) == () for kind in BURNING)
    for kind in set(INCIDENT_KINDS) - set(BURNING):
        assert [str(text) for text in if_lit(kind)] == ["Only if it catches fire."]
    assert {"fire", "tank_fire", "explosion"} <= set(INCIDENT_KINDS)


@pytest.mark.parametrize("quantity_t", [None, 0.0, -1.0, math.nan, math.inf])
def test_without_a_quantity_nothing_is_stated(quantity_t: float | None) -> None:
    assert stated("petrol", quantity_t) is None
    assert stated("petrol", 1.0) is SUBSTANCES["petrol"]
    assert stated("no such thing", 1.0) is None


def test_all_wrong_cells_come_at_once(tmp_path: Path) -> None:
    path = tmp_path / "fuels.csv"
    text = TABLE.read_text(encoding="utf-8")
    broken = text.replace("0.055", "fast").replace("hydrogen,,,0.2", "hydrogen,,,")
    path.write_text(broken.replace(",true,SFPE", ",maybe,SFPE", 1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_fuels(path)
    found = sorted(fault.column for fault in caught.value.faults)
    assert found == ["burning_kg_m2_s", "radiated", "sooty"]
