"""What drills teach: shrunk, nowhere without evidence, calibrated on whole responses."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desks.exercise.learning import Proposal, proposal
from desks.exercise.learning_drives import (
    Drive,
    Leg,
    drive_ms,
    fault_of,
    free_ms,
    p50_ms,
    p90_ms,
)
from desks.exercise.learning_rules import TABLE, load_learning_rules
from desks.exercise.learning_values import Changed, next_name
from geodata.faults import UserError
from routing import SpeedModel

MODEL = SpeedModel.default()
RULES = load_learning_rules()
KIND = "危险化学品"
"""In the model with turnout 120 / 240 s."""


def drive(drill: int = 1, hour: int = 10, slower: float = 1.0, **changes: object) -> Drive:
    """Return 3 km of primary and 1 km of residential road, so much slower than the model says."""
    made = Drive(
        f"D{drill:03d}", "team:T-1", KIND, hour,
        (Leg("primary", 3000.0), Leg("residential", 1000.0)), 20_000,
    )  # fmt: skip
    roads = drive_ms(MODEL, made) - made.delay_ms
    left = 60_000 + 120_000
    stamped = replace(
        made, alarmed_ms=60_000, left_ms=left, arrived_ms=round(left + 20_000 + slower * roads)
    )
    return replace(stamped, **changes)  # type: ignore[arg-type]


def by_key(made: Proposal) -> dict[tuple[str, str], Changed]:
    return {(row.key, row.band): row for row in made.rows}


def values(model: SpeedModel) -> dict[str, tuple[float, ...]]:
    return {factor.key: factor.value for factor in model.factors}


def test_a_drive_takes_what_the_model_says_of_its_metres() -> None:
    """3 km of primary road at 55 x 1.2 km/h, 1 km of residential at 25 x 1.1, by hand."""
    one = drive(hour=3)
    assert free_ms(MODEL, one) == pytest.approx(20_000 + 3 / 66 * 3.6e6 + 1 / 27.5 * 3.6e6)
    assert drive_ms(MODEL, one) == pytest.approx(free_ms(MODEL, one))
    at_eight = replace(one, hour=8)
    expected = 20_000 + 1.8 * 3 / 66 * 3.6e6 + 1.5 * 1 / 27.5 * 3.6e6
    assert drive_ms(MODEL, at_eight) == pytest.approx(expected)
    assert p50_ms(MODEL, one) == pytest.approx(180_000 + drive_ms(MODEL, one))
    assert p90_ms(MODEL, one) == pytest.approx(360_000 + 1.5 * drive_ms(MODEL, one))


def test_a_speed_on_file_stands_in_for_that_of_the_class() -> None:
    limited = replace(drive(hour=3), legs=(Leg("primary", 3000.0, 40.0),), delay_ms=0)
    assert free_ms(MODEL, limited) == pytest.approx(3 / 48 * 3.6e6)


def test_without_a_stamp_nothing_changes_and_that_is_said() -> None:
    empty = drive(alarmed_ms=None, left_ms=None, arrived_ms=None)
    for drives in ([], [empty]):
        made = proposal(MODEL, drives)
        assert made.model is MODEL
        assert not made.changes
        assert len(made.left_out) == len(drives)
        assert [str(note) for note in made.notes]


def test_only_what_was_driven_changes() -> None:
    """No factor of another class, hour, kind of team moves; those driven move towards the truth."""
    made = proposal(MODEL, [drive(number, slower=1.6) for number in range(30)])
    old, new = values(MODEL), values(made.model)
    moved = {key for key in new if old.get(key) != new[key]}
    assert moved <= {"call", f"turnout.{KIND}", "congestion.arterial", "congestion.local",
                     "drive.p90"}  # fmt: skip
    driven = next(band for band in RULES.bands if 10 in band.hours)
    for group in ("arterial", "local"):
        pairs = zip(old[f"congestion.{group}"], new[f"congestion.{group}"], strict=True)
        for hour, (before, after) in enumerate(pairs):
            if hour in driven.hours:
                assert 1.4 * before < after < 1.75 * before, hour
            else:
                assert after == before, hour
    assert {row.drives for row in made.rows if row.hours} == {30}
    assert {row.hours for row in made.rows if row.hours} == {driven.hours}


def test_few_drives_move_the_model_little_and_many_much() -> None:
    """One slow turnout is an anecdote; a hundred are what the team does."""
    late = 60_000 + 480_000
    moved = []
    for count in (1, 4, 100):
        drives = [drive(number, left_ms=late, arrived_ms=late + 400_000) for number in range(count)]
        new = values(proposal(MODEL, drives).model)[f"turnout.{KIND}"]
        moved.append(new[0])
    assert 120 < moved[0] < 180
    assert moved[0] < moved[1] < moved[2]
    assert 460 < moved[2] <= 480


def test_a_kind_that_had_only_the_default_gets_a_line_of_its_own() -> None:
    late = 60_000 + 300_000
    drives = [drive(number, kind="无人机", left_ms=late, arrived_ms=None) for number in range(12)]
    made = proposal(MODEL, drives)
    assert made.model.turnout_s("无人机")[0] > 180
    assert made.model.turnout_s("无此类") == MODEL.turnout_s("无此类")
    row = by_key(made)["turnout.无人机", ""]
    assert (row.old, row.drives, row.unit) == (MODEL.turnout_s(""), 12, "s")


def test_a_class_that_is_faster_than_free_flow_gets_more_priority() -> None:
    """A model may state no congestion below 1: other hours of the class must not get faster."""
    made = proposal(MODEL, [drive(number, hour=3, slower=0.7) for number in range(30)])
    model = made.model
    assert model.priority("primary") > MODEL.priority("primary")
    for name in ("primary", "residential"):
        for hour in (8, 12, 18):
            old = MODEL.congestion(name, hour) / MODEL.priority(name)
            assert model.congestion(name, hour) / model.priority(name) == pytest.approx(
                old, rel=0.002
            )
        before = MODEL.congestion(name, 3) / MODEL.priority(name)
        assert model.congestion(name, 3) / model.priority(name) < 0.85 * before
    assert by_key(made)["priority.arterial", ""].drives == 30


def test_the_p90_of_a_whole_response_covers_nine_in_ten() -> None:
    """A sum of P90s covers far more than nine in ten until it is calibrated."""
    chance = np.random.default_rng(3)
    drives = [drive(number, slower=float(np.exp(chance.normal(0.3, 0.3)))) for number in range(120)]
    made = proposal(MODEL, drives)
    under = np.mean([(one.arrived_ms or 0) <= p90_ms(made.model, one) for one in drives])
    assert 0.88 <= under <= 0.94
    assert made.after is not None
    assert made.before is not None
    assert 0.88 <= made.after.under_p90 <= 0.94
    assert 0.44 <= made.after.under_p50 <= 0.56
    assert made.after.mean_error_s < made.before.mean_error_s


@pytest.mark.parametrize(("count", "drills"), [(19, 19), (25, 1)])
def test_too_few_responses_or_one_drill_leave_the_p90_alone(count: int, drills: int) -> None:
    drives = [drive(number % drills, slower=2.0) for number in range(count)]
    made = proposal(MODEL, drives)
    assert made.model.drive_p90_factor == MODEL.drive_p90_factor
    assert made.after is None
    assert any("too few" in str(note) for note in made.notes)


def test_a_p90_beyond_what_a_model_may_state_is_said() -> None:
    steady = [drive(number) for number in range(40)]
    made = proposal(MODEL, steady)
    assert made.model.drive_p90_factor == 1.0
    assert any("safe side" in str(note) for note in made.notes)
    wild = [drive(n, slower=1.0 if n % 5 else 200.0) for n in range(40)]
    assert any("fewer than nine" in str(note) for note in proposal(MODEL, wild).notes)


def test_missing_stamps_lose_only_what_they_would_tell() -> None:
    """Who never left by the watch but arrived tells of the road; who only left tells of turnout."""
    arrived = [drive(number, slower=1.5, left_ms=None) for number in range(30)]
    keys = {row.key for row in proposal(MODEL, arrived).rows}
    assert "congestion.arterial" in keys
    assert f"turnout.{KIND}" not in keys
    left = [drive(n, left_ms=60_000 + 200_000, arrived_ms=None) for n in range(30)]
    keys = {row.key for row in proposal(MODEL, left).rows}
    assert f"turnout.{KIND}" in keys
    assert not any(key.startswith("congestion") for key in keys)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"left_ms": 10}, "out of order"),
        ({"alarmed_ms": -1}, "out of order"),
        ({"arrived_ms": 86_400_001}, "out of order"),
        ({"hour": 24}, "clock"),
        ({"legs": ()}, "No way"),
        ({"legs": (Leg("footway", 10.0),)}, "footway"),
        ({"legs": (Leg("primary", math.nan),)}, "cannot be"),
        ({"legs": (Leg("primary", 10.0, 0.0),)}, "cannot be"),
        ({"delay_ms": -1}, "cannot be"),
    ],
)
def test_a_drive_that_cannot_be_is_named_and_left_out(
    changes: dict[str, object], said: str
) -> None:
    bad = drive(99, **changes)
    fault = fault_of(bad)
    assert fault is not None
    assert said in str(fault)
    good = [drive(number, slower=1.3) for number in range(5)]
    made = proposal(MODEL, [*good, bad])
    assert [(drill, team) for drill, team, _ in made.left_out] == [("D099", "team:T-1")]
    assert made.model.version == proposal(MODEL, good).model.version


def test_the_order_of_the_drives_changes_nothing() -> None:
    drives = [drive(n, hour=(3, 8, 12, 18)[n % 4], slower=1 + n % 7 / 10) for n in range(60)]
    made = proposal(MODEL, drives)
    assert proposal(MODEL, drives[::-1]).digest == made.digest
    assert made.model.version != MODEL.version
    assert made.base == MODEL.version


def test_every_figure_of_a_proposal_is_one_that_a_model_may_state() -> None:
    """Whatever was stamped, the version can be written and read again, and nothing is NaN."""
    chance = np.random.default_rng(5)
    for _ in range(12):
        drives = [
            drive(
                int(chance.integers(8)),
                hour=int(chance.integers(24)),
                slower=float(np.exp(chance.normal(0, 1.5))),
                kind=str(chance.choice([KIND, "志愿者", "医疗救护"])),
            )
            for _ in range(40)
        ]
        made = proposal(MODEL, drives)
        for factor in made.model.factors:
            assert all(math.isfinite(value) for value in factor.value), factor.key
            if factor.key.startswith("turnout."):
                assert factor.value[0] <= factor.value[1]
            if factor.key.startswith("congestion."):
                assert min(factor.value) >= 1


def test_a_figure_is_verified_only_where_drives_outweigh_the_estimate() -> None:
    few = proposal(MODEL, [drive(n, left_ms=260_000, arrived_ms=None) for n in range(2)])
    many = proposal(MODEL, [drive(n, left_ms=260_000, arrived_ms=None) for n in range(20)])
    key = f"turnout.{KIND}"
    assert key in few.model.unverified
    assert key not in many.model.unverified
    (factor,) = (factor for factor in many.model.factors if factor.key == key)
    assert "20 drives of 20 drills" in factor.source


def test_names_of_versions_count_on() -> None:
    assert next_name("2026-11") == "2026-11+1"
    assert next_name("2026-11+1") == "2026-11+2"
    assert next_name("实测+甲") == "实测+甲+1"


def test_spoiled_rules_are_refused_with_every_fault(tmp_path: Path) -> None:
    text = TABLE.read_text(encoding="utf-8")
    broken = text.replace("[7, 8, 9]", "[7, 8]").replace("folds = 10", "folds = 1")
    path = tmp_path / "learning.toml"
    path.write_text(broken.replace("verified = false", ""), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_learning_rules(path)
    assert {fault.column for fault in caught.value.faults} == {
        "weights, folds", "weights, verified", "band",
    }  # fmt: skip
