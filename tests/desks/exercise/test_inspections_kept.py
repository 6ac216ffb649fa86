"""Inspections that control keeps: announced, drawn once, believed only when reckoned again."""

import json
from datetime import date
from pathlib import Path

import pytest

from desks.exercise.folder import Control, create_control
from desks.exercise.inspections import Wanted, check
from desks.exercise.inspections_kept import (
    Inspection,
    announce_kept,
    draw_kept,
    file_of,
    inspection,
    inspections,
)
from geodata.faults import UserError
from tests.desks.exercise.test_inspections import INSPECTORS, WANTED, a_map

DAY = date(2026, 11, 23)
VALUES = ("5", "3", "6")


@pytest.fixture
def control(tmp_path: Path) -> Control:
    """Return an empty folder of control."""
    return create_control(tmp_path / "control", tmp_path / "district")


@pytest.fixture
def kept(control: Control) -> Inspection:
    """Return one that is announced."""
    return announce_kept(control, a_map(), WANTED, DAY)


def _folder(control: Control, kept: Inspection) -> Path:
    return control.folder / "inspections" / kept.number


def test_what_is_published_before_the_draw_holds_no_seed(
    control: Control, kept: Inspection
) -> None:
    """Row S4-11: pool, number and inspectors with a commitment; the seed stays closed."""
    name, data = file_of(control, kept.number)
    assert name == "inspection-2026-11-23-1-announcement.json"
    seed = _folder(control, kept) / "seed.txt"
    assert seed.read_text("ascii").strip().encode() not in data
    assert seed.stat().st_mode & 0o777 == 0o600
    assert _folder(control, kept).stat().st_mode & 0o777 == 0o700
    assert inspections(control) == ((kept,), ())


def test_a_seed_serves_one_draw_and_anybody_reckons_it_again(
    control: Control, kept: Inspection
) -> None:
    made = draw_kept(control, kept.number, VALUES)
    name, data = file_of(control, kept.number)
    assert name.endswith("-result.json")
    assert check(json.loads(data)) == made.chosen == inspection(control, kept.number).chosen
    with pytest.raises(UserError, match=r"already"):
        draw_kept(control, kept.number, ("1", "1"))
    assert file_of(control, kept.number)[1] == data


def test_two_of_one_day_have_two_numbers_the_newest_first(
    control: Control, kept: Inspection
) -> None:
    other = announce_kept(control, a_map(), Wanted("firm", {}, 1, INSPECTORS, 1), DAY)
    assert [one.number for one in inspections(control)[0]] == [other.number, kept.number]
    assert other.announced.commitment != kept.announced.commitment


@pytest.mark.parametrize(
    "number", ["", "..", "../control", "a/b", "2026-11-23-9", "\u202e", "x" * 99]
)
def test_a_number_that_is_none_is_said(control: Control, kept: Inspection, number: str) -> None:
    for act in (inspection, file_of):
        with pytest.raises(UserError):
            act(control, number)
    with pytest.raises(UserError):
        draw_kept(control, number, VALUES)
    assert inspections(control)[0] == (kept,)


@pytest.mark.parametrize(
    ("file", "data"),
    [("announcement.json", b"{"), ("announcement.json", b"[" * 100_000),
     ("announcement.json", b"\xff"), ("result.json", b"{}"), ("result.json", b"null")],
)  # fmt: skip
def test_a_damaged_file_is_named_and_hides_no_other(
    control: Control, kept: Inspection, file: str, data: bytes
) -> None:
    other = announce_kept(control, a_map(), WANTED, DAY)
    (_folder(control, kept) / file).write_bytes(data)
    found, unread = inspections(control)
    assert found == (other,)
    assert [number for number, _ in unread] == [kept.number]


def test_a_steered_result_is_not_believed(control: Control, kept: Inspection) -> None:
    """Neither another body in the result, nor the result of another announcement."""
    other = announce_kept(control, a_map(), Wanted("firm", {}, 1, INSPECTORS, 1), DAY)
    draw_kept(control, kept.number, VALUES)
    place = _folder(control, kept) / "result.json"
    told = json.loads(place.read_text("utf-8"))
    told["chosen"][0]["name"] = "另一家"
    place.write_text(json.dumps(told), "utf-8")
    with pytest.raises(UserError):
        inspection(control, kept.number)
    draw_kept(control, other.number, VALUES)
    place.write_bytes((_folder(control, other) / "result.json").read_bytes())
    with pytest.raises(UserError, match=r"another announcement"):
        inspection(control, kept.number)


@pytest.mark.parametrize("damage", [b"", b"00", b"zz" * 32, "甲".encode() * 20, None])
def test_a_seed_that_is_lost_or_another_draws_nothing(
    control: Control, kept: Inspection, damage: bytes | None
) -> None:
    seed = _folder(control, kept) / "seed.txt"
    seed.unlink()
    if damage is not None:
        seed.write_bytes(damage)
    with pytest.raises(UserError):
        draw_kept(control, kept.number, VALUES)
    assert not (_folder(control, kept) / "result.json").exists()
