"""The report of coverage: four definitions side by side, supplies apart, differences with names."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from desks.onemap import OneMap
from desks.planning.answers import Coverage, Service
from desks.register.counts import units_of
from geodata.faults import UserError
from language import Sentence
from reports.coverage_figures import Figures, figures_of, worst_first
from reports.coverage_maps import CLASSES
from reports.coverage_report import Planned, coverage_paper, is_supply
from reports.coverage_tables import (
    changed_places,
    community_table,
    difference_table,
    limit_said,
    subdistrict_table,
)
from reports.gate import tables_of
from reports.paper import Heading, MapFigure, Paper, Paragraph, Percent, Table, Verdict
from reports.wording import cell_text, sentences, titles
from tests.reports.planned import (
    DEPOT,
    SHELTER,
    coverage_of,
    covered,
    edition,
    planned_of,
    summed,
)

ZH = edition().words


@pytest.fixture(scope="module")
def paper(town: OneMap) -> Paper:
    return coverage_paper(town, planned_of(town), edition())


def table_of(paper: Paper, key: str) -> Table:
    return next(table for table in tables_of(paper) if table.key == key)


def headings(paper: Paper) -> list[str]:
    return [str(b.text) for b in paper.blocks if isinstance(b, Heading) and b.level == 1]


def hand_made(town: OneMap) -> Coverage:
    """Two communities counted by hand: 996 of 1,000 and 40 of 60 by ways, 900 and 40 with room."""
    codes = [code for code, _ in units_of(town)]
    one = covered("a", "甲", codes[0], 1_000, [1_000, 996, 900, None])
    two = covered("b", "乙", codes[0], 60, [50, 40, 40, None])
    subdistricts = [summed(code, code, "", [one, two] if code == codes[0] else [])
                    for code in codes]  # fmt: skip
    total = summed("*", "全区", "", [subdistricts[0]])
    return replace(coverage_of(town), communities=(one, two), subdistricts=tuple(subdistricts),
                   totals=total)  # fmt: skip


def test_every_cell_of_a_hand_made_table(town: OneMap) -> None:
    """Four definitions side by side, shares cut: 996 of 1,000 and 40 of 60 (row S1-4)."""
    table = subdistrict_table(hand_made(town), edition())
    first = units_of(town)[0][0]
    row = table.rows[table.codes.index(first)]
    shown = [cell_text(cell, ZH) for cell in row]
    assert shown[1:] == [
        "1,060", "1,050", "99.0%", "1,036", "97.7%", "940", "88.6%", "不适用", "不适用", "120",
    ]  # fmt: skip
    assert table.total is not None
    assert [cell_text(cell, ZH) for cell in table.total][1:] == shown[1:]


def test_every_cell_of_a_hand_made_community(town: OneMap) -> None:
    table = community_table(hand_made(town), edition(), dict(units_of(town)))
    shown = [cell_text(cell, ZH) for cell in table.rows[0]]
    name = dict(units_of(town))[table.parents[0]]
    assert shown == [
        "甲", name, "1,000", "1,000", "996", "900", "不适用", "90.0%", "900–900", "900",
    ]  # fmt: skip


def test_a_definition_that_does_not_apply_says_why_under_the_table(town: OneMap) -> None:
    table = subdistrict_table(coverage_of(town, DEPOT), edition())
    assert "No incident was chosen." in [str(said) for said in table.method]
    at = [column.key for column in table.columns].index("capacity")
    assert all(cell_text(row[at], ZH) == "不适用" for row in table.rows)


def test_no_percentage_without_its_method(paper: Paper) -> None:
    """Every table that holds a share states how it came about."""
    with_shares = [
        table
        for table in tables_of(paper)
        if any(isinstance(cell, Percent) for row in table.rows for cell in row)
    ]
    assert len(with_shares) >= 4
    assert all(len(table.method) >= 3 for table in with_shares)


def test_the_worst_subdistrict_stands_first_and_equals_go_by_code() -> None:
    def unit(code: str, people: int, held: int | None) -> Figures:
        counts = {"circle": people, "network": held, "capacity": None, "safe": None}
        return Figures(code, code, "", people, counts)  # type: ignore[arg-type]

    given = [unit("d", 0, 0), unit("c", 10, 5), unit("b", 100, 50), unit("a", 10, 9)]
    assert [one.code for one in worst_first(given)] == ["b", "c", "a", "d"]


def test_depots_and_transport_have_a_chapter_of_their_own(paper: Paper) -> None:
    """Row S3-2: coverage of depots and of transport, not only of shelters."""
    at = headings(paper)
    assert at.index("Depots and transport") == at.index("Coverage") + 1
    keys = [table.key for table in tables_of(paper)]
    assert keys.index("coverage_shelter") < keys.index("coverage_depot")


def test_a_report_without_supplies_says_that_nobody_asked(town: OneMap) -> None:
    """Row S3-2: a chapter that is missing would read as “all well”."""
    paper = coverage_paper(town, Planned((coverage_of(town),)), edition())
    at = next(n for n, b in enumerate(paper.blocks)
              if isinstance(b, Heading) and str(b.text) == "Depots and transport")  # fmt: skip
    following = paper.blocks[at + 1]
    assert isinstance(following, Paragraph)
    assert "not assessable" in str(following.text[0])


def test_transport_is_a_supply_whatever_its_layer(town: OneMap) -> None:
    transport = replace(DEPOT, key="transport", layer="team")
    assert is_supply(replace(coverage_of(town), service=transport))
    assert not is_supply(coverage_of(town))


def test_each_subdistrict_has_the_result_of_each_rule(paper: Paper, town: OneMap) -> None:
    """Row S1-2: per subdistrict pass, fail or not assessable, never blank for pass."""
    table = table_of(paper, "rules_by_subdistrict_1")
    results = {row[0]: row[1] for row in table.rows}
    assert len(results) == len(units_of(town))
    assert {v.result for v in results.values() if isinstance(v, Verdict)} <= {
        "pass", "fail", "not_assessable"}  # fmt: skip
    assert Verdict("fail") in results.values()


def test_a_rule_with_one_failing_subdistrict_fails(paper: Paper) -> None:
    """Row S1-2: two outdoor and no indoor anywhere is a fail of the whole rule."""
    rules = table_of(paper, "rules")
    keys = [column.key for column in rules.columns]
    row = rules.rows[0]
    assert row[keys.index("result")] == Verdict("fail")
    assert cell_text(row[keys.index("verified")], ZH) == "否"
    assert row[keys.index("source")] == "荔湾2017 (2017)"
    assert isinstance(row[keys.index("failing")], int)


def test_what_fails_is_shown_with_its_evidence(paper: Paper) -> None:
    table = table_of(paper, "rule_evidence")
    assert len(table.rows) >= 1
    assert all(isinstance(row[2], Verdict) and row[2].result != "pass" for row in table.rows)


def test_reasons_and_mends_name_their_community(paper: Paper, town: OneMap) -> None:
    name = town.records["community"].names[0]
    reason, mend = table_of(paper, "reasons_shelter"), table_of(paper, "mends")
    assert reason.rows[0][0] == name
    assert reason.total is not None
    assert reason.total[2] == 7
    assert mend.rows[0][0] == name
    assert mend.rows[0][2] == 460_000


def test_there_is_a_map_of_every_subdistrict(paper: Paper, town: OneMap) -> None:
    maps = [block for block in paper.blocks if isinstance(block, MapFigure)]
    assert [one.key for one in maps] == [f"coverage_{code}" for code, _ in units_of(town)]
    for one in maps:
        west, south, east, north = one.extent_m
        assert west < east
        assert south < north
        for layer in one.layers:
            assert len(layer.shapes) == len(layer.names)
            assert all(0 <= at < len(CLASSES) for at in layer.classes)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_chosen_subdistricts_stand_alone_with_their_own_total(town: OneMap, language: str) -> None:
    code, name = units_of(town)[0]
    chosen = edition(language, subdistricts=(code,))
    paper = coverage_paper(town, planned_of(town), chosen)
    table = table_of(paper, "coverage_shelter")
    assert table.codes == (code,)
    assert table.total is not None
    assert table.rows[0][1:] == table.total[1:]
    assert set(table_of(paper, "coverage_shelter_communities").parents) == {code}
    assert name in chosen.words.word(paper.title)
    maps = [block for block in paper.blocks if isinstance(block, MapFigure)]
    assert len(maps) == 1


def test_a_subdistrict_that_there_is_none_of_is_refused(town: OneMap) -> None:
    wrong = edition(subdistricts=("x1", units_of(town)[0][0], "x2"))
    with pytest.raises(UserError) as caught:
        coverage_paper(town, planned_of(town), wrong)
    assert [fault.value for fault in caught.value.faults] == ["x1", "x2"]


def test_nothing_differs_from_the_same_day(town: OneMap) -> None:
    now = coverage_of(town)
    table = difference_table(now, now, edition())
    assert table.rows == ()
    assert not changed_places(now, now)


def test_what_differs_is_shown_by_subdistrict_with_both_days(town: OneMap) -> None:
    now = hand_made(town)
    before = replace(now, communities=now.communities[:1], subdistricts=tuple(
        summed(u.code, u.name, "", [now.communities[0]] if u.people else [])
        for u in now.subdistricts))  # fmt: skip
    table = difference_table(now, before, edition())
    assert len(table.rows) == 1
    assert table.rows[0][1:5] == (1_000, 1_060, 900, 940)
    assert [cell_text(cell, ZH) for cell in table.rows[0][5:]] == ["90.0%", "88.6%"]


def test_a_subdistrict_that_is_new_or_gone_is_not_passed_over(town: OneMap) -> None:
    now = hand_made(town)
    first = now.subdistricts[0]
    gone = replace(now, subdistricts=now.subdistricts[1:])
    came = difference_table(now, gone, edition())
    went = difference_table(gone, now, edition())
    assert first.code in came.codes
    assert first.code in went.codes
    assert came.rows[0][1] is None
    assert went.rows[-1][2] is None


def test_places_that_came_went_moved_or_changed_their_room_are_named(town: OneMap) -> None:
    two = coverage_of(town)
    held = replace(
        two.places, ids=("S1", "S2", "S3"), names=("甲", "乙", "丙"),
        xy_m=np.array([[0.0, 0.0], [9.0, 9.0], [5.0, 5.0]]), capacity=np.array([1, 2, 3]),
    )  # fmt: skip
    now = replace(two, places=held)
    xy = held.xy_m.copy()
    xy[0] += 5.0
    room = held.capacity.copy()
    room[1] += 7
    last = len(held.ids) - 1
    moved = replace(held, xy_m=xy, capacity=room)
    fewer = replace(moved, ids=held.ids[:last], names=held.names[:last], xy_m=xy[:last],
                    capacity=room[:last])  # fmt: skip
    said = dict(changed_places(replace(now, places=fewer), now))
    texts = {name: str(what) for name, what in said.items()}
    assert texts[held.names[0]] == "has moved"
    assert texts[held.names[1]].startswith("room for")
    assert texts[held.names[last]] == "counts no more"
    assert len(texts) == 3


def test_the_earlier_day_stands_in_the_report_and_its_facts(town: OneMap) -> None:
    planned = replace(planned_of(town), before=(coverage_of(town, seed=9),),
                      before_day="2025-09-16")  # fmt: skip
    paper = coverage_paper(town, planned, edition())
    assert "What differs from {day}" in [
        b.text.template for b in paper.blocks if isinstance(b, Heading)]  # fmt: skip
    assert paper.facts["before"] == "2025-09-16"
    assert table_of(paper, "difference_shelter").rows


@pytest.mark.parametrize(
    ("service", "said"),
    [
        (SHELTER, "within 500 m on foot"),
        (DEPOT, "within 10 minutes by road"),
        (replace(SHELTER, travel="road"), "within 500 m by road"),
        (replace(DEPOT, travel="foot", within_ms=90_000), "within 1.5 minutes on foot"),
    ],
)
def test_the_limit_is_said_with_the_way_of_travel(service: Service, said: str) -> None:
    assert str(limit_said(service)) == said


def test_unverified_figures_are_said_as_such(paper: Paper) -> None:
    text = "\n".join(sentences(b.text, ZH) for b in paper.blocks if isinstance(b, Paragraph))
    assert text.count("未与标准原文核对") == 2


def test_a_verified_figure_has_no_such_remark(town: OneMap) -> None:
    sure = replace(coverage_of(town), service=replace(SHELTER, verified=True))
    paper = coverage_paper(town, Planned((sure,)), edition())
    text = "\n".join(sentences(b.text, ZH) for b in paper.blocks if isinstance(b, Paragraph))
    assert "依据粤府办〔2013〕44号" in text
    assert "未与标准原文核对" not in text


def test_the_paper_states_datum_stamp_and_versions(paper: Paper, town: OneMap) -> None:
    wanted = {"datum", "crs", "stamp", "speed_model", "code_version", "registers_as_of", "rules",
              "rule_packs", "method", "services", "audience"}  # fmt: skip
    assert wanted <= set(paper.facts)
    assert paper.facts["stamp"] == town.stamp
    assert "EPSG" in paper.facts["crs"]
    assert paper.facts["services"] == "shelter depot"


def test_both_languages_say_the_same_figures(town: OneMap) -> None:
    made = {lang: coverage_paper(town, planned_of(town), edition(lang)) for lang in ("zh", "en")}
    figures: Mapping[str, list[list[object]]] = {
        lang: [
            [c for row in table.rows for c in row if isinstance(c, int | Percent | Verdict)]
            for table in tables_of(paper)
        ]
        for lang, paper in made.items()
    }
    assert figures["zh"] == figures["en"]
    assert len(made["zh"].blocks) == len(made["en"].blocks)


def test_chinese_papers_have_no_english_sentence_left(paper: Paper) -> None:
    """Whatever a reader meets of our own words has its Chinese."""
    shown = [title for title in titles(paper.blocks, ZH) if title]
    shown += [ZH.word(column.title) for table in tables_of(paper) for column in table.columns]
    english = [text for text in shown if text.isascii() and text != "liwan.pair"]
    assert english == []


def test_nobody_asked_about_anything_is_a_paper_too(town: OneMap) -> None:
    paper = coverage_paper(town, Planned(()), edition())
    assert not [b for b in paper.blocks if isinstance(b, MapFigure)]
    said = [s for b in paper.blocks if isinstance(b, Paragraph) for s in b.text]
    assert all(isinstance(one, Sentence) for one in said)


def test_figures_of_everything_are_the_coverages_own(town: OneMap) -> None:
    coverage = coverage_of(town)
    found = figures_of(coverage, edition())
    assert found.total.people == coverage.totals.people
    assert found.total.covered["network"] == coverage.totals.counts["network"].people_covered
