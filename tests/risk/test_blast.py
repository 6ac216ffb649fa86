"""Blast: the curves against published examples, the mass of TNT, and what is said of it."""

import itertools
import math
from pathlib import Path

import pytest

from geodata.faults import UserError
from risk import blast
from risk.blast import (
    EPA_AIR,
    EXPLOSIVES,
    FARTHEST_Z,
    NEAREST_Z,
    TABLE,
    blast_contours,
    cloud_kg,
    epa_1psi_m,
    kingery_bulmash_kpa,
    kinney_graham_kpa,
    load_explosives,
    scaled_distance,
    tnt_kg,
)
from risk.harm import blast_limits
from risk.source_terms import SCENARIOS, source_of
from risk.substances import SUBSTANCES
from tests.risk.releases import AIR, released

(MODEL,) = blast.MODELS
LB = 0.45359237


def test_oracle_kingery_bulmash_10_t_at_500_m() -> None:
    """README of kingery-bulmash: 10,000 kg at 500 m give 5.05496 kPa."""
    assert kingery_bulmash_kpa(500 / math.cbrt(10_000)) == pytest.approx(
        5.0549639655028455, rel=1e-9
    )


def test_oracle_tnt_1_kg_at_30_m() -> None:
    """Crowl and Louvar: 1 kg at 30 m, book 5.6 kPa; Kinney-Graham gives 5.7087."""
    assert kinney_graham_kpa(30.0) == pytest.approx(5.7087, rel=1e-4)
    assert kinney_graham_kpa(30.0) == pytest.approx(5.6, rel=0.03)


def test_oracle_cloud_of_a_tonne_of_methane() -> None:
    """Crowl and Louvar: 1,000 kg CH4 at 2 % are 218.39 kg of TNT, 25.768 kPa at 50 m."""
    tnt = 0.02 * 1000 / 0.016 * 818.7 / 4686
    assert tnt == pytest.approx(218.39, rel=1e-3)
    assert kinney_graham_kpa(50 / math.cbrt(tnt)) == pytest.approx(25.768, rel=0.03)


@pytest.mark.parametrize(
    ("pounds", "metres"), [(500, 103.3), (20_000, 353.4), (50_000, 479.6), (100_000, 604.3)]
)
def test_oracle_epa_1_psi_of_propane(pounds: float, metres: float) -> None:
    """EPA 550-B-99-009, equation C-1."""
    assert epa_1psi_m(pounds * LB, 46.333e6) == pytest.approx(metres, rel=1e-3)


def test_the_reach_to_1_psi_agrees_with_epa_within_a_tenth() -> None:
    """Two independent ways: the curve here and EPA's factor 17, for any mass."""
    assert scaled_distance(6.9) == pytest.approx(blast.EPA_Z, rel=0.1)


def test_the_curve_falls_all_the_way_but_for_its_known_step() -> None:
    steps = [NEAREST_Z * (FARTHEST_Z / NEAREST_Z) ** (i / 2000) for i in range(2001)]
    pressures = [kingery_bulmash_kpa(step) for step in steps]
    rises = [after / before - 1 for before, after in itertools.pairwise(pressures)]
    assert max(rises) < 0.008
    assert sum(rise > 0 for rise in rises) <= 1


def test_kinney_graham_is_the_higher_curve() -> None:
    """Which curve is named matters: the other gives up to twice the pressure."""
    ratios = [kinney_graham_kpa(z) / kingery_bulmash_kpa(z) for z in (5, 10, 20, 30, 50)]
    assert min(ratios) > 1.3
    assert max(ratios) < 2.0


@pytest.mark.parametrize("kpa", [2.07, 6.9, 34.5, 100.0, 4.9])
def test_the_distance_found_has_the_pressure(kpa: float) -> None:
    assert kingery_bulmash_kpa(scaled_distance(kpa)) == pytest.approx(kpa, rel=8e-3)


def test_beyond_the_fit_its_ends_hold() -> None:
    assert scaled_distance(1e-6) == pytest.approx(FARTHEST_Z)
    assert scaled_distance(1e9) == pytest.approx(NEAREST_Z)


def test_a_gas_is_all_in_the_cloud_a_heavy_oil_hardly() -> None:
    assert cloud_kg(SUBSTANCES["lpg"], 1000) == 1000
    petrol, diesel = (cloud_kg(SUBSTANCES[key], 1000) for key in ("petrol", "diesel"))
    assert petrol is not None
    assert diesel is not None
    assert 100 < petrol < 1000
    assert diesel < 10


def test_the_cloud_over_a_pool_is_what_dispersion_lets_evaporate() -> None:
    """One spill, one amount of vapour: the same rate as the plume's source in the same air."""
    toluene = SUBSTANCES["toluene"]
    source = source_of(released("toluene", 10.0, "hazmat_leak"), EPA_AIR)
    assert source is not None
    minutes = SCENARIOS["pool"]["lasts_s"] / 60
    assert cloud_kg(toluene, 10_000) == pytest.approx(source.rate_kg_s * minutes * 60)
    assert cloud_kg(SUBSTANCES["calcium_carbide"], 1000) is None


def test_tnt_of_explosives_and_of_what_does_not_explode() -> None:
    assert tnt_kg(SUBSTANCES["tnt"], 1000) == 1000
    assert tnt_kg(SUBSTANCES["ammonium_nitrate"], 1000) == 420
    for key in ("chlorine", "nitrogen", "sulfuric_acid", "ammonia"):
        assert tnt_kg(SUBSTANCES[key], 1000) is None


def test_every_explosive_is_a_substance_and_only_tnt_is_sure() -> None:
    assert set(EXPLOSIVES) <= set(SUBSTANCES)
    assert [row.substance for row in EXPLOSIVES.values() if row.verified] == ["tnt"]


def test_a_tonne_of_tnt_reaches_as_far_as_the_curve_says() -> None:
    contours = blast_contours(released("tnt", 1.0))
    assert [contour.level for contour in contours] == [limit.level for limit in blast_limits()]
    for contour in contours:
        assert contour.threshold is not None
        pressure = kingery_bulmash_kpa(contour.reach_m / 10)
        assert pressure == pytest.approx(contour.threshold, rel=1e-6)
        assert contour.shape.area == pytest.approx(math.pi * contour.reach_m**2, rel=0.01)


def test_what_is_only_possible_is_said_to_be() -> None:
    sure = blast_contours(released("lpg", 1.0))[0]
    perhaps = blast_contours(released("lpg", 1.0, "gas_leak"))[0]
    assert not any("Only if" in str(text) for text in sure.assumptions)
    assert str(perhaps.assumptions[0]) == "Only if it explodes."
    assert perhaps.reach_m == sure.reach_m


def test_the_curve_and_the_share_are_named() -> None:
    said = " ".join(str(text) for text in blast_contours(released("lpg", 25.0))[0].assumptions)
    for word in ("Kingery-Bulmash", "Kinney-Graham", "10 %", "TNT"):
        assert word in said
    said = " ".join(str(text) for text in blast_contours(released("petrol", 25.0))[0].assumptions)
    assert "pool of 1 cm" in said


def test_an_equivalent_that_was_not_read_shows_as_unverified() -> None:
    assert not any(one.verified for one in blast_contours(released("ammonium_nitrate", 10.0)))
    assert all(one.verified for one in blast_contours(released("tnt", 10.0)))


@pytest.mark.parametrize(
    ("substance", "quantity_t"),
    [("", 1.0), ("unheard of", 1.0), ("lpg", None), ("lpg", 0.0), ("lpg", -3.0), ("chlorine", 9.0)],
)
def test_it_is_silent_where_nothing_can_be_told(substance: str, quantity_t: float | None) -> None:
    assert not MODEL.applies(released(substance, quantity_t))


def test_probits_draw_other_lines_under_the_same_levels() -> None:
    (probit,) = blast.PROBIT_MODELS
    asked = released("lpg", 10.0)
    one, other = MODEL.contours(asked, AIR), probit.contours(asked, AIR)
    assert [c.level for c in one] == [c.level for c in other]
    assert [c.threshold for c in one] != [c.threshold for c in other]


def test_a_wrong_equivalent_is_named(tmp_path: Path) -> None:
    path = tmp_path / "explosives.csv"
    path.write_text(TABLE.read_text(encoding="utf-8").replace("0.42", "lots"))
    with pytest.raises(UserError) as caught:
        load_explosives(path)
    (fault,) = caught.value.faults
    assert (fault.column, fault.row) == ("tnt", 4)
