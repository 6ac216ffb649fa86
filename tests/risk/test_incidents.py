"""Kinds of incident: the table, its faults, and who is fit."""

from pathlib import Path

import pytest

from geodata.faults import UserError
from risk import INCIDENT_KINDS, assumed_kind, incident_kind, judge, load_incident_kinds
from risk.incidents import TABLE

KEYS = [
    "unspecified", "fire", "hazmat_leak", "gas_leak", "tank_fire", "explosion", "mine_flood",
    "mine_collapse", "flood", "building_collapse", "traffic", "water_rescue", "power_outage",
    "mass_casualty", "crowd",
]  # fmt: skip


def test_the_table_has_every_kind_with_titles_and_source() -> None:
    assert list(INCIDENT_KINDS) == KEYS
    for kind in INCIDENT_KINDS.values():
        assert kind.title_zh
        assert kind.title_en
        assert kind.source
        assert not set(kind.fit) & set(kind.support)


def test_mine_flood_is_for_mine_rescue_only() -> None:
    """Row S2-5: a hazmat team is never fit for a mine flood, whatever it carries."""
    kind = incident_kind("mine_flood")
    mine = judge(kind, "矿山", ())
    hazmat = judge(kind, "危险化学品", ("侦检", "个体防护", "堵漏", "洗消"))
    assert mine.fit
    assert not hazmat.fit
    assert hazmat.grade > judge(kind, "综合消防", ()).grade > mine.grade
    assert "not suited" in str(hazmat.reason)


@pytest.mark.parametrize("lacking", ["侦检", "个体防护", "堵漏", "洗消"])
def test_a_leak_asks_for_each_of_four_classes(lacking: str) -> None:
    """Row S1-11: a team lacking 堵漏 (or another needed class) is not fit, the reason names it."""
    carried = {"侦检", "个体防护", "堵漏", "洗消"} - {lacking}
    verdict = judge(incident_kind("hazmat_leak"), "危险化学品", carried)
    assert not verdict.fit
    assert verdict.missing == (lacking,)
    assert str(verdict.reason) == f"危险化学品 lacks {lacking}."


def test_no_equipment_on_file_is_said_apart_from_lacking() -> None:
    verdict = judge(incident_kind("hazmat_leak"), "危险化学品", ())
    assert not verdict.fit
    assert "no equipment on file" in str(verdict.reason)


def test_without_a_kind_of_incident_every_team_is_fit() -> None:
    assert judge(incident_kind("unspecified"), "志愿者", ()).fit
    assert judge(incident_kind("unspecified"), "", ()).fit


def test_a_kind_not_on_file_is_assumed_by_layer_or_not_fit() -> None:
    fire = incident_kind("fire")
    assert assumed_kind("fire_station") == "二级站"
    assert judge(fire, "", (), layer="fire_station").fit
    assert "taken as" in str(judge(fire, "", (), layer="fire_station").reason)
    assert not judge(fire, "", (), layer="team").fit


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(UserError) as caught:
        incident_kind("meteor")
    assert "hazmat_leak" in str(caught.value)


def test_the_table_is_editable_and_all_faults_come_at_once(tmp_path: Path) -> None:
    path = tmp_path / "kinds.toml"
    text = TABLE.read_text(encoding="utf-8")
    path.write_text(text.replace('title_en = "Fire"', 'title_en = "Blaze"'), encoding="utf-8")
    assert load_incident_kinds(path).kinds["fire"].title_en == "Blaze"
    broken = text.replace('title_en = "Fire"', "title_en = 3").replace(
        'key = "crowd"', 'key = "fire"'
    )
    path.write_text(broken.replace("verified = false", 'verified = "no"', 1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_incident_kinds(path)
    said = str(caught.value)
    assert len(caught.value.faults) == 3
    assert "title_en" in said
    assert "twice" in said
    assert "verified" in said


@pytest.mark.parametrize("content", ["", "incident = 3", "not toml [", "[[incident]]\nkey = 1"])
def test_a_broken_table_is_refused_with_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "kinds.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UserError):
        load_incident_kinds(path)


def test_an_absent_table_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        load_incident_kinds(tmp_path / "none.toml")
