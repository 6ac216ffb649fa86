"""The band and the tiles as a commander reads them: the place, six whole lines, every level."""

import re
from dataclasses import replace

import pytest

from desks.command.situation import Answerable, Change, SituationBrief
from language import Catalogue, say
from tests.ui import fakes
from ui.panels.band import band, where, width
from ui.panels.levels import LEVELS
from ui.panels.markup import View
from ui.panels.rail import rail
from ui.panels.sums import capacity
from ui.panels.tile import LINES
from ui.panels.tiles import tiles

ENGLISH = View(Catalogue.load("en"), kind="Kind not stated")
CHINESE = View(Catalogue.load("zh"), kind="未定性")


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup))


def unstated(**changed: object) -> SituationBrief:
    """Return a brief whose kind nobody stated."""
    made = fakes.brief(**changed)  # type: ignore[arg-type]  # its own fields
    return replace(made, incident=replace(made.incident, kind="unspecified"))


def cell(markup: str, number: int) -> str:
    """Return one of the band's cells, from 0."""
    return re.split(r'(?=<div class="cell)', markup)[number + 1]


def answer(markup: str) -> str:
    found = re.search(r'<div class="v">(.*?)<small>', markup)
    assert found
    return found[1]


def basis(markup: str) -> str:
    found = re.search(r'<div class="d[^"]*">(.*?)</div>', markup)
    assert found
    return text(found[1])


# ---- the first cell -------------------------------------------------------------------------


def test_place_is_the_answer_while_the_kind_is_not_stated() -> None:
    what = cell(str(band(unstated(), CHINESE)), 0)
    assert answer(what) == "民权社区"
    assert basis(what) == "未定性 · 民权街道 · 滨江大道 42 m"


def test_record_that_was_searched_is_the_place() -> None:
    what = cell(str(band(unstated(), replace(CHINESE, label="云溪水厂"))), 0)
    assert answer(what) == "云溪水厂"
    assert "民权社区" in basis(what)


def test_stated_kind_is_the_answer_and_the_place_its_basis() -> None:
    what = cell(str(band(fakes.brief(), replace(CHINESE, kind="液氯泄漏"))), 0)
    assert answer(what) == "液氯泄漏"
    assert basis(what).startswith("民权社区")


def test_kind_is_the_answer_where_the_place_has_no_name() -> None:
    nameless = fakes.place(community="", subdistrict="", road="")
    what = cell(str(band(unstated(place=nameless), ENGLISH)), 0)
    assert answer(what) == "Kind not stated"


def test_outside_is_answered_with_how_far() -> None:
    outside = fakes.place(inside=False, outside_m=5148, community="", road="")
    what = cell(str(band(unstated(place=outside), ENGLISH)), 0)
    assert answer(what) == "outside the district, 5.1 km from 民权街道"


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("民权社区", "what"),
        ("云溪水厂东门", "what"),
        ("云溪水厂加氯间", "what long"),
        ("云溪区第三中学附属小", "what long"),
        ("云溪区第三中学附属实验幼儿园分园", "what longest"),
    ],
)
def test_long_place_takes_a_smaller_size_by_rule(name: str, size: str) -> None:
    what = cell(str(band(unstated(), replace(CHINESE, label=name))), 0)
    assert f'class="cell {size}"' in what
    assert answer(what) == name


def test_name_that_community_and_subdistrict_share_stands_once() -> None:
    place = fakes.place(community="民权", subdistrict="民权", road="")
    assert str(where(unstated(place=place), CHINESE)) == "民权"


@pytest.mark.parametrize(
    ("said", "wide"), [("", 0), ("abc", 3), ("云溪", 4), ("7′20″", 5), ("A区", 3)]
)
def test_chinese_letters_are_twice_as_wide(said: str, wide: int) -> None:
    assert width(said) == wide


# ---- the other cells ------------------------------------------------------------------------


def test_arrival_stands_with_the_question_and_the_team_with_the_answer() -> None:
    first = cell(str(band(fakes.brief(), ENGLISH)), 1)
    question, _, rest = first.partition('<div class="v">')
    assert "ETA 14:29:40" in text(question)
    assert basis(rest) == "救援1队 · 12/12"


def test_depot_says_how_many_items_and_leaves_them_to_the_tile() -> None:
    drawn = str(band(fakes.brief(), ENGLISH))
    assert basis(cell(drawn, 3)) == "depot 第1 · 2 items"
    assert "空气呼吸器" not in drawn
    assert "空气呼吸器 52 套" in text(str(tiles(fakes.brief(), ENGLISH)))


def test_short_basis_takes_one_line_and_long_one_two() -> None:
    drawn = str(band(fakes.brief(), ENGLISH))
    assert '<div class="d long">1 of them fit · 5 can come · 1 cannot come' in cell(drawn, 2)
    assert '<div class="d ">' in cell(drawn, 3)


@pytest.mark.parametrize("view", [ENGLISH, CHINESE])
def test_no_basis_of_an_ordinary_answer_is_wider_than_two_lines(view: View) -> None:
    # Two lines of 13 px in a cell of 240 px hold 74 widths.
    drawn = str(band(unstated(), view))
    assert max(width(basis(cell(drawn, number))) for number in range(6)) <= 74


def test_none_and_unknown_are_words_never_figures() -> None:
    nothing = unstated(
        responders=(), nearby={}, within={}, place=fakes.place(residents_day=None, road="")
    )
    drawn = str(band(nothing, ENGLISH))
    assert [answer(cell(drawn, n)) for n in (1, 3, 5)] == ["None", "None", "None"]
    assert drawn.count('class="cell lack"') == 4
    assert "not on file" in basis(cell(drawn, 4))


# ---- tiles ----------------------------------------------------------------------------------


def tile(markup: str, title: str) -> str:
    """Return the tile of that title."""
    found = [t for t in markup.split('<section class="card tile">') if f"<h3>{title}</h3>" in t]
    assert len(found) == 1
    return found[0]


def rows(markup: str) -> list[str]:
    """Return the lines that stand in the tile itself."""
    body = markup.partition('<div class="rows">')[2]
    return [text(line).strip() for line in re.split(r'(?=<div class="li)', body)[1:]]


def schools(count: int) -> SituationBrief:
    near = tuple(fakes.nearby("school", number) for number in range(1, count + 1))
    return fakes.brief(nearby={"school": near}, within={"school": count})


@pytest.mark.parametrize("count", [1, LINES])
def test_few_rows_stand_whole_and_nothing_opens(count: int) -> None:
    drawn = tile(str(tiles(schools(count), ENGLISH)), "To protect")
    assert len(rows(drawn)) == count
    assert "<details" not in drawn


def test_seventh_row_is_opened_not_cut() -> None:
    drawn = tile(str(tiles(schools(7), ENGLISH)), "To protect")
    assert len(rows(drawn)) == LINES
    assert "all 7 ▸" in text(drawn)
    opened = drawn.partition("<details")[2].partition("</details>")[0]
    assert [f"school 第{number}" in opened for number in range(1, 8)] == [True] * 7


def test_headline_counts_all_within_the_radius() -> None:
    assert "7 in 1.0 km" in text(tile(str(tiles(schools(7), ENGLISH)), "To protect"))
    assert "1.0 km 内 7 处" in text(tile(str(tiles(schools(7), CHINESE)), "敏感目标"))


def test_nearest_hydrant_stands_below_the_depots() -> None:
    depots = tuple(fakes.nearby("depot", number) for number in range(1, 6))
    hydrants = tuple(fakes.nearby("hydrant", n, travel_s=None) for n in range(1, 6))
    brief = fakes.brief(nearby={"depot": depots, "hydrant": hydrants})
    lines = rows(tile(str(tiles(brief, ENGLISH)), "Supplies"))
    assert [line.split()[0] for line in lines] == ["depot"] * 5 + ["hydrant"]
    assert "第1" in lines[-1]


def test_reason_why_nobody_reaches_stands_once_in_words() -> None:
    lost = tuple(
        fakes.nearby("shelter", n, travel_s=None, reason=say("off the network")) for n in (1, 2, 3)
    )
    drawn = tile(str(tiles(fakes.brief(nearby={"shelter": lost}), ENGLISH)), "Shelters")
    lines = rows(drawn)
    assert lines[0] == "✕ off the network"
    assert len(lines) == 4
    assert all("✕" in line and "shelter 第" in line for line in lines[1:])
    assert drawn.count('title="off the network"') == 4


def test_reason_stands_before_the_rows_it_keeps_away_only() -> None:
    near = fakes.nearby("shelter", 1)
    lost = fakes.nearby("shelter", 2, travel_s=None, reason=say("river"))
    other = fakes.nearby("shelter", 3, travel_s=None, reason=say("hill"))
    brief = fakes.brief(nearby={"shelter": (near, lost, other)})
    lines = rows(tile(str(tiles(brief, ENGLISH)), "Shelters"))
    assert "2′30″" in lines[0]
    assert lines[1] == "✕ river"
    assert lines[3] == "✕ hill"
    assert len(lines) == 5


# ---- who answers ----------------------------------------------------------------------------


def bodies(**counts: int) -> SituationBrief:
    """Return a brief with that many bodies at each level."""
    return fakes.brief(
        escalation=tuple(
            Answerable(level, "department", f"{level}{n}", f"{level}-{n}", None)
            for level in LEVELS
            for n in range(1, counts.get(level, 0) + 1)
        ),
    )


def who_answers(brief: SituationBrief) -> list[str]:
    return rows(tile(str(tiles(brief, ENGLISH)), "Who answers"))


def test_every_level_stands_in_the_first_six_lines() -> None:
    lines = who_answers(bodies(enterprise=1, subdistrict=1, district=9, city=4))
    named = [re.findall(r"\w+-\d", line)[0] for line in lines]
    assert named == [
        "enterprise-1", "subdistrict-1", "district-1", "district-2", "district-3", "city-1",
    ]  # fmt: skip


def test_level_is_named_once_before_its_bodies() -> None:
    lines = who_answers(bodies(district=3, city=2))
    assert [line.split()[0] for line in lines] == [
        "District", "district-2", "district-3", "City", "city-2",
    ]  # fmt: skip


def test_bodies_without_room_stand_in_the_whole_list() -> None:
    drawn = tile(str(tiles(bodies(district=9, city=1), ENGLISH)), "Who answers")
    assert "all 10 ▸" in text(drawn)
    opened = drawn.partition("<details")[2].partition("</details>")[0]
    assert all(f"district-{number}<" in opened for number in range(1, 10))
    assert opened.count('<b class="lv">District</b>') <= 2


def test_missing_level_is_said_in_its_place() -> None:
    missing = Answerable("subdistrict", "", "", "", say("no department of this subdistrict"))
    brief = fakes.brief(escalation=(missing, *bodies(district=8).escalation))
    lines = who_answers(brief)
    assert lines[0] == "Subdistrict ▲ no department of this subdistrict"
    assert len(lines) == LINES


# ---- cards ----------------------------------------------------------------------------------


def test_card_gives_equipment_before_kind_and_standing() -> None:
    words = text(str(rail(fakes.brief(), CHINESE)))
    card = words.partition("救援1队")[2].partition("救援2队")[0]
    assert card.index("12/12") < card.index("危险化学品") < card.index("专业")


def test_rank_that_moved_comes_before_all_else() -> None:
    change = Change("team", "T1", 3, 1, -60, lost=False, gained=False)
    view = replace(CHINESE, changes={("team", "T1"): change})
    card = text(str(rail(fakes.brief(), view))).partition("救援1队")[2]
    assert card.index("Δ 3 → 1") < card.index("12/12")


@pytest.mark.parametrize(
    ("filed", "people"),
    [("3200", 3200), ("3200.0", 3200), ("", None), ("¹", None), ("约三百", None), ("٣", 3)],
)
def test_capacity_is_a_number_or_not_known(filed: str, people: int | None) -> None:
    assert capacity(fakes.nearby("shelter", 1, facts=(("capacity_people", filed),))) == people


def test_count_of_the_whole_list_leaves_reasons_out() -> None:
    lost = tuple(
        fakes.nearby("depot", n, travel_s=None, reason=say("off the network")) for n in range(1, 8)
    )
    drawn = tile(str(tiles(fakes.brief(nearby={"depot": lost}), ENGLISH)), "Supplies")
    assert "all 7 ▸" in text(drawn)
