"""Standing and score: who is sent first among the equally fit, and the five aspects."""

import math
from pathlib import Path

import pytest

from geodata.faults import UserError
from risk import ASPECTS, DISPATCH_ORDER, aspect_score, total_score
from risk.dispatch_order import TABLE, load_dispatch_order

KEYS = ("organisation", "people", "equipment", "management", "experience")


def test_professional_before_enterprise_before_volunteers() -> None:
    """Row S3-1: the dispatch order of the plans; who is not on file stands before volunteers."""
    ranks = [DISPATCH_ORDER.rank(standing) for standing in ("专业", "企业", "", "志愿")]
    assert ranks == [0, 1, 2, 3]
    assert DISPATCH_ORDER.rank("民兵") == DISPATCH_ORDER.rank("")


def test_a_standing_on_file_beats_what_is_assumed() -> None:
    assert DISPATCH_ORDER.standing("", layer="fire_station") == "专业"
    assert DISPATCH_ORDER.standing("", kind="志愿者", layer="team") == "志愿"
    assert DISPATCH_ORDER.standing("企业", kind="志愿者", layer="fire_station") == "企业"
    assert DISPATCH_ORDER.standing("", layer="team", kind="矿山") == ""


@pytest.mark.parametrize(
    "change",
    [
        ('order = ["专业", "企业", "", "志愿"]', 'order = ["专业", "专业", ""]'),
        ('order = ["专业", "企业", "", "志愿"]', 'order = ["专业", "企业"]'),
        ('order = ["专业", "企业", "", "志愿"]', "order = 3"),
        ("verified = false", 'verified = "no"'),
        ('fire_station = "专业"', "fire_station = 3"),
    ],
)
def test_a_broken_order_is_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "order.toml"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(UserError):
        load_dispatch_order(path)


def test_the_five_aspects_are_those_of_the_plans() -> None:
    """Row S1-12: organisation, people, equipment, management, experience."""
    assert tuple(aspect.key for aspect in ASPECTS) == KEYS
    titles = [aspect.title_zh for aspect in ASPECTS]
    assert titles == ["组织机构", "人员素质", "装备配备", "综合管理", "抢险经历"]


def test_the_total_is_the_mean_of_what_is_on_file_cut() -> None:
    """Row S1-12: 80, 80, 80, 80, 79 are 79.8 and thus 79; what is missing is left out."""
    full = dict(zip(KEYS, (80, 80, 80, 80, 79), strict=True))
    assert total_score(full) == 79
    assert total_score({**full, "experience": None}) == 80
    assert total_score({"people": 100}) == 100
    assert total_score(dict.fromkeys(KEYS, 0)) == 0
    assert total_score({}) is None


@pytest.mark.parametrize("value", [None, "", "80", True, -1, 101, math.nan, math.inf, (80,)])
def test_what_is_no_score_is_not_on_file(value: object) -> None:
    assert aspect_score(value) is None


@pytest.mark.parametrize(("value", "score"), [(0, 0), (100, 100), (79.9, 79), (80.0, 80)])
def test_a_score_is_whole(value: float, score: int) -> None:
    assert aspect_score(value) == score
