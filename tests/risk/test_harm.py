"""What heat, blast and poison do: thresholds, probits, their tables and the worked examples."""

import math
from pathlib import Path

import pytest

from geodata.faults import UserError
from risk import blast, fireball, fires, jet_fire
from risk.harm import (
    PHYSICAL_TABLE,
    THRESHOLDS_TABLE,
    TOXIC_TABLE,
    blast_limits,
    death_probability,
    load_limits,
    load_probits,
    load_toxic_probits,
    probability_of,
    probit_of,
    thermal_limits,
)
from risk.models import MODELS, PROBIT_MODELS
from risk.release import LEVELS
from risk.zones import zones
from tests.risk.releases import released

THERMAL = ["thermal_fatal", "thermal_injury", "thermal_pain"]
BLAST = ["overpressure_fatal", "overpressure_injury", "overpressure_glass"]


def test_oracle_probit_of_chlorine() -> None:
    """300 ppm of chlorine over 30 minutes: Pr 4.6573, 36.6 % (CPR 18E)."""
    share = death_probability("chlorine", 300, 30, 70.906)
    assert share == pytest.approx(0.36591, rel=1e-3)


def test_oracle_probit_of_ammonia() -> None:
    """10,000 ppm of ammonia over 30 minutes: Pr 5.4987, 69.1 % (CPR 18E)."""
    share = death_probability("ammonia", 10_000, 30, 17.031)
    assert share == pytest.approx(0.691, rel=1e-3)


def test_a_substance_without_probit_has_no_probability() -> None:
    assert death_probability("petrol", 1000, 30, 95) is None


@pytest.mark.parametrize("ppm", [0.0, 1e-300])
def test_next_to_nothing_kills_nobody(ppm: float) -> None:
    assert death_probability("chlorine", ppm, 30, 70.9) == pytest.approx(0.0, abs=1e-12)


def test_more_or_longer_kills_more() -> None:
    shares = [
        death_probability("chlorine", ppm, minutes, 70.9)
        for ppm, minutes in [(50, 10), (50, 30), (300, 30), (1000, 30), (1000, 60)]
    ]
    assert shares == sorted(shares, key=lambda share: share or 0.0)
    assert len(set(shares)) == len(shares)


@pytest.mark.parametrize(("probit", "share"), [(2.67, 0.01), (5.0, 0.5), (7.33, 0.99)])
def test_probit_and_probability_are_one_table(probit: float, share: float) -> None:
    """The printed table of probits: 1 % is 2.67, half is 5."""
    assert probit_of(share) == pytest.approx(probit, abs=0.005)
    assert probability_of(probit) == pytest.approx(share, abs=0.001)
    assert probability_of(probit_of(share)) == pytest.approx(share, rel=1e-9)


@pytest.mark.parametrize("method", ["threshold", "probit"])
def test_levels_are_known_and_fall_from_fatal_on(method: str) -> None:
    for lasts in (None, 0.05, 4.5, 17.7, 300.0):
        limits = thermal_limits(lasts, "probit" if method == "probit" else "threshold")
        assert [limit.level for limit in limits] == THERMAL
        values = [limit.value for limit in limits]
        assert values == sorted(values, reverse=True)
    limits = blast_limits("probit" if method == "probit" else "threshold")
    assert [limit.level for limit in limits] == BLAST
    assert all(limit.level in LEVELS and limit.source for limit in limits)
    values = [limit.value for limit in limits]
    assert values == sorted(values, reverse=True)


def test_the_dose_of_the_law_is_kept() -> None:
    """EPA: 5 kW/m² for 40 s is 3.42e6 (W/m²)^(4/3) s; a fireball of 10 s harms at the same dose."""
    injury = thermal_limits(10.0)[1]
    dose = 10.0 * math.pow(injury.value * 1e3, 4 / 3)
    assert dose == pytest.approx(3.42e6, rel=2e-3)
    assert injury.seconds == 10.0


def test_a_lasting_fire_harms_at_the_threshold_itself() -> None:
    assert [limit.value for limit in thermal_limits(None)] == [12.5, 5.0, 2.0]
    assert [limit.value for limit in thermal_limits(3600.0)] == [12.5, 5.0, 2.0]


def test_a_longer_fire_never_needs_more_heat() -> None:
    for method in ("threshold", "probit"):
        before = [math.inf] * 3
        for lasts in (0.1, 1.0, 10.0, 39.9, 40.0, 59.9, 60.0, 100.0):
            limits = thermal_limits(lasts, "probit" if method == "probit" else "threshold")
            values = [limit.value for limit in limits]
            assert all(now <= then for now, then in zip(values, before, strict=True))
            before = values


def test_one_percent_of_lung_haemorrhage_is_about_100_kpa() -> None:
    """Eisenberg's probit gives 1 % near 100 kPa (14.5 psi)."""
    assert blast_limits("probit")[0].value == pytest.approx(103.2, rel=1e-2)


def test_what_was_not_read_is_marked_so() -> None:
    by_level = {limit.level: limit for limit in (*thermal_limits(None), *blast_limits())}
    assert not by_level["thermal_fatal"].verified
    assert by_level["thermal_injury"].verified
    assert by_level["overpressure_injury"].verified
    assert "40 CFR 68.22" in by_level["thermal_injury"].source


def test_thresholds_and_probits_never_meet_in_one_set() -> None:
    """The tables of models hold either; keys are the same, so that one replaces the other."""
    burning = {model.key for room in (fires, jet_fire, fireball, blast) for model in room.MODELS}
    assert [model.key for model in MODELS] == [model.key for model in PROBIT_MODELS]
    pairs = zip(MODELS, PROBIT_MODELS, strict=True)
    changed = {one.key for one, other in pairs if one.contours is not other.contours}
    assert changed == burning


def test_one_set_of_zones_is_drawn_by_one_way_only() -> None:
    """The same levels, other lines, in every model of heat and blast."""
    asked = released("lpg", 25.0, "fire", wind=(90.0, 3.0))
    one, other = zones(asked), zones(asked, models=PROBIT_MODELS)
    for model in ("fireball", "jet_fire", "blast"):
        plain, probit = one.of(model), other.of(model)
        assert [zone.level for zone in plain] == [zone.level for zone in probit]
        pairs = zip(plain, probit, strict=True)
        assert all(by.threshold != zone.threshold for by, zone in pairs)
    assert [zone.reach_m for zone in one.of("erg")] == [zone.reach_m for zone in other.of("erg")]


def test_every_table_is_read_and_names_its_source() -> None:
    assert len(load_limits(THRESHOLDS_TABLE)) == 6
    assert len(load_probits(PHYSICAL_TABLE)) == 6
    toxic = load_toxic_probits(TOXIC_TABLE)
    assert len(toxic) == 18
    assert all(row.source for row in toxic.values())


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("34.5", "-1", "value"),
        ("34.5", "nan", "value"),
        ("overpressure_fatal", "overpresure_fatal", "level"),
        (",true", ",yes", "verified"),
        (",60,", ",soon,", "seconds"),
    ],
)
def test_a_wrong_cell_of_a_threshold_is_named(
    tmp_path: Path, old: str, new: str, column: str
) -> None:
    path = tmp_path / "limits.csv"
    path.write_text(THRESHOLDS_TABLE.read_text(encoding="utf-8").replace(old, new, 1))
    with pytest.raises(UserError) as caught:
        load_limits(path)
    assert [fault.column for fault in caught.value.faults] == [column]


@pytest.mark.parametrize(("old", "new", "column"), [("-77.1", "x", "a"), ("6.91", "0", "b")])
def test_a_wrong_cell_of_a_probit_is_named(tmp_path: Path, old: str, new: str, column: str) -> None:
    path = tmp_path / "probits.csv"
    path.write_text(PHYSICAL_TABLE.read_text(encoding="utf-8").replace(old, new, 1))
    with pytest.raises(UserError) as caught:
        load_probits(path)
    assert [fault.column for fault in caught.value.faults] == [column]


def test_all_wrong_cells_of_toxic_probits_come_at_once(tmp_path: Path) -> None:
    path = tmp_path / "toxic.csv"
    text = TOXIC_TABLE.read_text(encoding="utf-8")
    path.write_text(text.replace("-4.1", "inf", 1).replace(",true", ",", 1))
    with pytest.raises(UserError) as caught:
        load_toxic_probits(path)
    assert sorted(fault.column for fault in caught.value.faults) == ["a", "verified"]
