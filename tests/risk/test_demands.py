"""What a substance changes: whom a leak asks for, and whose skills cover it."""

from pathlib import Path

import pytest

from geodata.faults import UserError
from risk import INCIDENT_KINDS, SUBSTANCES, demand, hazard_class, judge_for
from risk.demands import TABLE, covers, load_demands, names_substances

FOUR = ("侦检", "个体防护", "堵漏", "洗消")
LEAKS = ("hazmat_leak", "gas_leak", "traffic", "unspecified")


def test_without_a_substance_a_kind_asks_what_its_row_says() -> None:
    for key, kind in INCIDENT_KINDS.items():
        asked = demand(key)
        assert asked.kind is kind
        assert asked.said is None


@pytest.mark.parametrize("kind", LEAKS)
def test_a_toxic_gas_is_hazmat_whatever_the_call_was_named(kind: str) -> None:
    """Row S1-11: chlorine called in as a gas leak is not for the gas company."""
    asked = demand(kind, "chlorine")
    assert asked.kind.key == "hazmat_leak"
    assert set(FOUR) <= set(asked.kind.equipment)
    assert not judge_for(asked, "燃气抢险", FOUR).fit
    assert judge_for(asked, "危险化学品", FOUR).fit
    assert (asked.said is None) is (kind == "hazmat_leak")


def test_a_gas_leak_of_town_gas_stays_the_gas_companys() -> None:
    assert judge_for(demand("gas_leak", "methane"), "燃气抢险", ("侦检", "堵漏")).fit


@pytest.mark.parametrize("substance", ["", "methane", "lpg"])
@pytest.mark.parametrize("team", ["燃气抢险", "特勤站"])
def test_who_cannot_measure_gas_or_stop_its_escape_does_not_lead(substance: str, team: str) -> None:
    """S1-11: gas is measured before anyone enters, and plugged at once, whoever comes."""
    asked = demand("gas_leak", substance)
    for held, missing in (((), ("侦检", "堵漏")), (("侦检",), ("堵漏",)), (("堵漏",), ("侦检",))):
        judged = judge_for(asked, team, held)
        assert not judged.fit
        assert judged.missing == missing
    assert judge_for(asked, team, ("侦检", "堵漏")).fit


def test_a_fire_with_a_toxic_substance_needs_who_can_measure_it() -> None:
    asked = demand("fire", "chlorine")
    assert judge_for(asked, "综合消防", ("个体防护", "灭火", "侦检")).fit
    judged = judge_for(asked, "综合消防", ("个体防护", "灭火"))
    assert not judged.fit
    assert judged.missing == ("侦检",)
    assert judge_for(demand("fire"), "综合消防", ()).fit


def test_a_leak_of_petrol_asks_for_means_to_put_out_a_fire() -> None:
    asked = demand("hazmat_leak", "petrol")
    judged = judge_for(asked, "危险化学品", FOUR)
    assert judged.missing == ("灭火",)
    assert judge_for(asked, "危险化学品", (*FOUR, "灭火")).fit
    assert "灭火" in str(asked.said)


def test_a_mini_station_grade_only_helps_at_a_petrol_fire() -> None:
    asked = demand("fire", "petrol")
    assert judge_for(asked, "小型站", ("灭火",)).grade == 1
    assert judge_for(asked, "二级站", ("灭火",)).fit
    assert not set(asked.kind.fit) & set(asked.kind.support)


@pytest.mark.parametrize("kind", ["mine_flood", "flood", "crowd", "power_outage"])
def test_kinds_that_no_rule_names_are_left_alone(kind: str) -> None:
    assert demand(kind, "chlorine").kind is INCIDENT_KINDS[kind]


def test_every_kind_and_substance_has_an_answer() -> None:
    for kind in INCIDENT_KINDS:
        for key, known in SUBSTANCES.items():
            asked = demand(kind, key)
            assert asked.substance is known
            assert asked.kind.any_team or asked.kind.fit
            assert hazard_class(known) in {"toxic", "flammable", "other"}


@pytest.mark.parametrize(
    ("skills", "covered"),
    [
        (("氯",), True),
        (("液氯",), True),
        (("Cl2",), True),
        (("UN1017",), True),
        (("危险化学品",), True),
        (("有毒气体",), True),
        (("氨", "易燃液体"), False),
        (("氯化氢",), False),
        ((), False),
    ],
)
def test_skills_name_the_substance_or_its_class(skills: tuple[str, ...], *, covered: bool) -> None:
    assert covers(skills, SUBSTANCES["chlorine"]) is covered


def test_a_team_trained_for_other_substances_is_not_fit() -> None:
    """Row S1-11: team and substance: ammonia people do not lead at chlorine."""
    asked = demand("hazmat_leak", "chlorine")
    judged = judge_for(asked, "危险化学品", FOUR, skills=("氨",))
    assert judged.grade == 1
    assert str(judged.reason) == "危险化学品 is trained for 氨, not for 氯."
    trained = judge_for(asked, "危险化学品", FOUR, skills=("氨", "氯"))
    assert trained.fit
    assert "trained for 氯" in str(trained.reason)


def test_skills_that_speak_of_no_substance_do_not_exclude() -> None:
    asked = demand("hazmat_leak", "chlorine")
    assert not names_substances(("登高", "潜水"))
    assert judge_for(asked, "危险化学品", FOUR, skills=("登高",)).fit
    assert judge_for(asked, "危险化学品", FOUR).fit


def test_training_does_not_stand_in_for_equipment() -> None:
    asked = demand("hazmat_leak", "chlorine")
    judged = judge_for(asked, "危险化学品", FOUR[:2], skills=("氯",))
    assert judged.missing == ("堵漏", "洗消")
    assert not judged.fit


def test_a_substance_nobody_knows_is_refused() -> None:
    with pytest.raises(UserError):
        demand("hazmat_leak", "unobtainium")


def test_the_rules_are_editable_and_their_faults_come_at_once(tmp_path: Path) -> None:
    text = TABLE.read_text(encoding="utf-8")
    path = tmp_path / "demands.toml"
    path.write_text(
        text.replace('hazard = "toxic"', 'hazard = "nasty"', 1)
        .replace('judged_as = "tank_fire"', 'judged_as = "tankfire"', 1)
        .replace('any = ["', 'some = ["', 1),
        encoding="utf-8",
    )
    with pytest.raises(UserError) as caught:
        load_demands(path)
    assert len(caught.value.faults) == 3
