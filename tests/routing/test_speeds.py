"""The speed model: every figure with its source, every fault of a file named at once."""

import re
import tomllib
from pathlib import Path

import pytest

from geodata.faults import UserError
from geodata.roads import ROAD_CLASSES
from layers.catalog import TEAM_KINDS, layer
from routing import SpeedModel
from routing.speeds import DEFAULT_FILE, GROUP_OF, RULES

DEFAULT = SpeedModel.default()
TEXT = DEFAULT_FILE.read_text("utf-8")


def faults_of(tmp_path: Path, text: str | bytes) -> list[str]:
    path = tmp_path / "speed_model.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError) as caught:
        SpeedModel.load(path)
    assert all(fault.file == "speed_model.toml" for fault in caught.value.faults)
    return [str(fault) for fault in caught.value.faults]


def row(key: str) -> str:
    """Return the text of one factor of the default file."""
    found = re.search(rf'\[\[factor\]\]\nkey = "{re.escape(key)}"\n.*?(?=\n\n|\Z)', TEXT, re.DOTALL)
    assert found, key
    return found[0]


def with_row(key: str, old: str, new: str) -> str:
    changed = row(key).replace(old, new)
    assert changed != row(key)
    return TEXT.replace(row(key), changed)


def test_every_figure_of_the_default_states_unit_and_source() -> None:
    assert len(DEFAULT.factors) == len(tomllib.loads(TEXT)["factor"])
    assert all(factor.unit and factor.source for factor in DEFAULT.factors)
    assert {key for key, _ in RULES.items()} <= {factor.key for factor in DEFAULT.factors}


def test_what_was_not_seen_in_print_is_not_verified() -> None:
    for factor in DEFAULT.factors:
        if "own estimate" in factor.source or "not seen" in factor.source:
            assert not factor.verified, factor.key
    assert DEFAULT.walk_m_per_s == pytest.approx(500 / 600, abs=0.004)
    assert "walk.speed" not in DEFAULT.unverified
    assert "call" in DEFAULT.unverified


def test_every_kind_of_team_has_its_turnout() -> None:
    stated = {factor.key for factor in DEFAULT.factors}
    grades = layer("fire_station").column("kind").choices
    assert {f"turnout.{kind}" for kind in (*TEAM_KINDS, *grades)} <= stated
    assert DEFAULT.turnout_s("志愿者") == (600, 1200)
    assert DEFAULT.turnout_s("no such kind") == DEFAULT.turnout_s() == (60, 120)


def test_every_class_of_road_is_driven_or_not() -> None:
    assert [name for name in ROAD_CLASSES if DEFAULT.class_speed_kmh(name) == 0] == ["footway"]
    assert set(GROUP_OF) | {"footway"} == set(ROAD_CLASSES)


def test_congestion_by_hour_and_free_flow() -> None:
    assert DEFAULT.congestion("primary", None) == 1
    assert DEFAULT.congestion("primary", 8) == 1.8
    assert DEFAULT.congestion("primary", 3) == 1
    assert DEFAULT.junction_delay_ms == 3000


def test_two_models_never_share_a_version(tmp_path: Path) -> None:
    assert re.fullmatch(r"2026-11-[0-9a-f]{8}", DEFAULT.version)
    path = tmp_path / "mine.toml"
    path.write_text(with_row("junction.delay", "value = 3", "value = 4"), "utf-8")
    mine = SpeedModel.load(path)
    assert mine.junction_delay_ms == 4000
    assert mine.version != DEFAULT.version
    path.write_text("# a remark changes nothing\n" + TEXT, "utf-8")
    assert SpeedModel.load(path).version == DEFAULT.version


BAD: dict[str, tuple[str, str, str, str]] = {
    "text": ("call", "value = [60, 120]", 'value = "60"', "call is not a number"),
    "truth": ("junction.delay", "value = 3", "value = true", "not a number"),
    "nan": ("junction.delay", "value = 3", "value = nan", "not a number"),
    "endless": ("junction.delay", "value = 3", "value = inf", "not a number"),
    "negative": (
        "speed.primary",
        "value = 55",
        "value = -55",
        "out of range. Write a number from 1",
    ),
    "zero speed": ("speed.primary", "value = 55", "value = 0", "out of range"),
    "too few": ("call", "value = [60, 120]", "value = [60]", "has 1 numbers. Write exactly 2"),
    "falling": ("call", "value = [60, 120]", "value = [120, 60]", "fall. Write the median first"),
    "unit": ("speed.primary", 'unit = "km/h"', 'unit = "mph"', 'Write unit = "km/h"'),
    "no source": ("speed.track", 'source = "own estimate"', 'source = " "', "names no source"),
    "no flag": ("speed.track", "verified = false", "", "Write verified = true or verified = false"),
    "typo": ("junction.delay", '"junction.delay"', '"junction.dely"', "which nothing asks for"),
    "faster by jam": ("congestion.lane", "1.25,", "0.25,", "congestion.lane is out of range"),
}


@pytest.mark.parametrize("case", BAD)
def test_each_fault_names_its_key_and_its_mend(tmp_path: Path, case: str) -> None:
    key, old, new, said = BAD[case]
    faults = faults_of(tmp_path, with_row(key, old, new))
    assert said in faults[0]
    assert len(faults) == (2 if case == "typo" else 1), faults


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = TEXT.replace("format = 1", "format = 9").replace('version = "2026-11"', "")
    text = text.replace(row("walk.speed"), "").replace(
        row("call"), row("call") + "\n" + row("call")
    )
    text = text.replace("value = 1000", "") + "\n[[factor]]\nvalue = 3\n"
    said = "\n".join(faults_of(tmp_path, text))
    for part in (
        "not of format 1",
        "has no version",
        "does not state walk.speed",
        "states call twice",
        "has no key",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not of format 1"),
        (b"value = = 3", "not valid TOML"),
        (b"\xff\xfe\x00", "not valid TOML"),
        (b"factor = 3\nformat = 1\nversion = 'a'", "does not state speed.motorway"),
        (b"format = 1\nversion = 'a'\nfactor = [3]", "Factor number 1 has no key"),
        (b"#" * (1 << 21), "too large"),
    ],
)
def test_files_that_are_no_speed_model(tmp_path: Path, content: bytes, said: str) -> None:
    assert any(said in fault for fault in faults_of(tmp_path, content))


def test_an_absent_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        SpeedModel.load(tmp_path / "none.toml")
