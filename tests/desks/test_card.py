"""Cards of sources and plans: from the register alone, what is not on file said, one per record."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from desks.command.card import CardCase, card_keys, record_card
from desks.onemap import OneMap
from desks.stock import CHINA
from geodata.faults import UserError
from language import Catalogue
from tests.desks.test_sheet import HOSTILE, Reader
from tests.desks.worlds import put

WHEN = datetime(2026, 9, 16, 14, 0, tzinfo=CHINA)
TANK: Mapping[str, Any] = {
    "id": "ZDWX-1", "name": "云溪水厂氯储罐", "at": (500.0, 500.0), "firm": "云溪水厂",
    "address": "德山二里", "measure": "双人双锁", "responsible_unit": "学府街道应急办",
    "next_review": "", "last_verified": "2025-12-06", "source": "企业申报",
}  # fmt: skip
PLAN: Mapping[str, Any] = {
    "id": "PLAN-1", "name": "氯气泄漏专项预案", "kind": "专项应急预案", "level": "区级",
    "issuer": "云溪区应急局", "issued": "2025-09-01", "filing": "已备案", "expiry": "2028-08-31",
    "at": (500.0, 500.0),
}  # fmt: skip


def school(number: int, x_m: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any column
    return {"id": f"XX-{number}", "name": f"第{number}小学", "at": (500.0 + x_m, 500.0), **more}


@pytest.fixture
def world(town: OneMap) -> OneMap:
    made = put(town, "hazard", [TANK])
    made = put(made, "plan", [PLAN])
    return put(made, "school", [school(1, 499.0), school(2, 700.0), school(3, 1001.0)])


def card(onemap: OneMap, key: str = "hazard", record: str = "ZDWX-1", **more: Any) -> str:  # noqa: ANN401 - any part
    return record_card(CardCase(onemap, Catalogue.load("zh"), WHEN, **more), key, record)


def shown(document: str) -> str:
    return Reader(document).shown


def test_a_card_holds_what_the_register_knows_of_a_source(world: OneMap) -> None:
    """Row S0-11: where, what, who answers, which measures, from the register."""
    told = shown(card(world))
    parts = (
        *("云溪水厂氯储罐", "ZDWX-1", "云溪水厂", "德山二里", "双人双锁", "学府街道应急办"),
        *("2025-12-06", "企业申报", "重大危险源", world.stamp, "2026-09-16 14:00"),
    )
    for part in parts:
        assert part in told, part


def test_what_is_not_on_file_is_said(world: OneMap) -> None:
    told = shown(card(world))
    assert "下次检查日期 未登记" in " ".join(told.split())
    assert "None" not in told
    assert "nan" not in told.casefold()


def test_receptors_are_counted_within_both_circles(world: OneMap) -> None:
    told = shown(card(world))
    assert "500 m 内 1 处，1000 m 内 2 处（直线）" in told
    assert "499 m" in told
    assert "700 m" in told
    assert "第3小学" not in told


def test_a_source_without_receptors_says_none(world: OneMap) -> None:
    lonely = replace(world, parts=world.parts)
    told = shown(card(put(lonely, "school", [school(3, 5000.0)])))
    assert "1000 m 内 0 处" in told


def test_layers_for_officials_are_on_no_card(world: OneMap) -> None:
    """Where vulnerable residents live must not hang on a wall."""
    secret = {"id": "V-1", "name": "守密户", "at": (510.0, 500.0)}
    told = shown(card(put(world, "vulnerable_resident", [secret])))
    assert "守密户" not in told


def test_a_plan_has_its_card(world: OneMap) -> None:
    """Row S0-11: plans as cards: kind, level, issuer, filing, until when."""
    told = shown(card(world, "plan", "PLAN-1"))
    for part in (
        "氯气泄漏专项预案",
        "专项应急预案",
        "区级",
        "云溪区应急局",
        "已备案",
        "2028-08-31",
    ):
        assert part in told, part


def test_a_source_without_a_place_still_has_a_card(world: OneMap) -> None:
    homeless = {**TANK, "at": None}
    told = shown(card(put(world, "hazard", [homeless])))
    assert Catalogue.load("zh").text("Its position is not on file.") in told
    assert "双人双锁" in told


def test_telephones_are_on_file_shown_or_missing(world: OneMap) -> None:
    """Masked is not the same as not on file: the reader must know whom to ask."""
    hidden = " ".join(shown(card(world)).split())
    assert "联系电话 已登记，此处不显示" in hidden
    personal = {("hazard", "ZDWX-1"): {"phone": "138-••••", "contact": "王••"}}
    masked = " ".join(shown(card(world, personal=personal)).split())
    assert "联系电话 138-••••" in masked
    lacking = put(world, "hazard", [{**TANK, "has": []}])
    assert "联系电话 未登记" in " ".join(shown(card(lacking)).split())


def test_a_drill_is_on_the_card(world: OneMap) -> None:
    assert "演练 演练 演练" in shown(card(world, drill=True))
    assert "演练" not in shown(card(world))


def test_an_english_card(world: OneMap) -> None:
    case = CardCase(world, Catalogue.load("en"), WHEN)
    told = shown(record_card(case, "hazard", "ZDWX-1"))
    for part in ("Major hazards", "Control measure", "not on file", "Who answers", "Receptors"):
        assert part in told, part


def test_nothing_is_fetched_and_hostile_names_stay_text(world: OneMap) -> None:
    hostile = put(world, "hazard", [{**TANK, "name": HOSTILE, "measure": HOSTILE}])
    document = card(hostile)
    read = Reader(document)
    assert not {"script", "img", "link", "image", "a"} & {tag for tag, _ in read.tags}
    assert "alert" in read.shown
    assert "://" not in document
    assert "url(" not in document


@pytest.mark.parametrize(
    ("key", "record"),
    [("hazard", "NO"), ("moon", "1"), ("team", "T1"), ("subdistrict", "440199001"), ("", "")],
)
def test_what_has_no_card_is_refused_in_a_sentence(world: OneMap, key: str, record: str) -> None:
    with pytest.raises(UserError, match="no such source of risk or plan"):
        card(world, key, record)


def test_every_source_and_plan_has_a_card(district: OneMap) -> None:
    """Row S0-11: all 307 risk sources, the other sources and every plan; none raises."""
    keys = card_keys(district)
    assert sum(key == "declared_risk" for key, _ in keys) == 307
    assert {key for key, _ in keys} >= {"hazard", "plan", "petrol_station", "pipeline"}
    assert len(set(keys)) == len(keys)
    case = CardCase(district, Catalogue.load("zh"), WHEN)
    for key, record in [*keys[::23], *(k for k in keys if k[0] == "pipeline")]:
        told = record_card(case, key, record)
        assert told.startswith("<!doctype html>")
        assert "nan" not in Reader(told).shown.casefold()


def test_substances_stand_with_their_tonnes(district: OneMap) -> None:
    case = CardCase(district, Catalogue.load("zh"), WHEN)
    told = " ".join(Reader(record_card(case, "hazard", "ZDWX-001")).shown.split())
    assert "氯" in told
    assert " 12 t" in told
