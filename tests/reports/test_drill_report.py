"""The after-action report and its page: what each cell says, in both languages, at the limits."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from desks.exercise.course import Printed
from desks.exercise.findings import Finding
from desks.exercise.review import Measure, Review
from desks.exercise.review import review as review_of_log
from desks.exercise.review_nodes import MISSED
from desks.exercise.scenario import DRILL_TYPES, Node
from desks.exercise.sheets import FIELD, PARTS, RATINGS, TABLETOP, headings
from language import LANGUAGES, Catalogue, Sentence, say
from reports.drill_report import INJECT_SAID, RESULT_SAID, drill_paper, measured
from reports.drill_seal_page import MOST_NAME, _short, heads_page
from reports.drill_words import PHASE_SAID, TYPE_SAID
from reports.edition import Edition
from reports.page import page
from reports.paper import Column, Paper, Table
from reports.pdf import pdf_bytes
from reports.wording import cell_text
from tests.desks.exercise.reviewed import (
    T0,
    Line,
    ended,
    log_of,
    played,
    released,
    reviewed,
    stamped,
    started,
    whole_scenario,
)
from tests.reports.drawn import has_fonts, paper_of

pytestmark = pytest.mark.skipif(not has_fonts(), reason="no font with Chinese characters")

EN = Catalogue.load("en")


def _paper(review: Review, language: str = "en", **told: str) -> Paper:
    edition = Edition(Catalogue.load(language), **told)  # type: ignore[arg-type]
    return drill_paper(review, edition, district=("示例区", "Sample"))


def _tables(paper: Paper) -> dict[str, list[list[str]]]:
    """Return the cells of each table as they are read."""
    return {
        one.key: [[cell_text(cell, paper.words) for cell in row] for row in one.rows]
        for one in paper.blocks
        if isinstance(one, Table)
    }


@pytest.mark.parametrize(("type_", "annex"), [("tabletop", TABLETOP), ("double_blind", FIELD)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_pack_has_every_heading_a_time_where_there_is_one_and_boxes_for_a_pen(
    type_: str, annex: str, language: str
) -> None:
    """S4-5: the forms of AQ/T 9009 whole, with what was timed filled in and nothing rated."""
    words = Catalogue.load(language)
    paper = drill_paper(reviewed(type_=type_), Edition(words), district=("示例区", "Sample"))
    tables = {b.key: b for b in paper.blocks if isinstance(b, Table) and "sheet" in b.key}
    rows = [row for name in PARTS for row in tables[f"sheet_{name}"].rows]
    wanted = [
        f"{one.number} {one.title_zh if language == 'zh' else one.title_en}"
        for one in headings() if one.annex == annex
    ]  # fmt: skip
    assert [row[0] for row in rows if row[0]] == wanted, "no heading is lost or told twice"
    every = [row for table in tables.values() for row in table.rows]
    lines = {row[1]: row for row in every}
    assert set(lines) == {one.text for one in whole_scenario().sheet} | {""}
    assert {row[3:7] for row in every} == {("□",) * len(RATINGS)}, "no program rates anybody"

    def timed(text: str) -> str:
        cell = lines[text][2]
        return words.word(cell) if isinstance(cell, Sentence) else str(cell)

    assert timed("出动指令及时准确").startswith("✓ 1′30″")
    assert "1′30″" in timed("出动指令及时准确")[7:], "the end of the band beside it"
    assert timed("通信畅通") == "", "a person's alone"
    road = "10′10″" if type_ == "tabletop" else "✕ 10′10″"
    assert timed("首支力量按预期时间到场").startswith(road), "nobody drives at a table-top"
    source = next(one.source for one in headings() if one.annex == annex)
    assert source in page(paper).partition(f"{lines['堵漏方法正确'][1]}")[2]
    assert {"sheet_other"} & set(tables), "堵漏 is under no heading of the annex and still there"


def test_an_inject_says_how_late_it_was_only_where_that_matters() -> None:
    """S3-4: two seconds are the way of a drill; the third is told."""
    lines = released("I1", 10, late_ms=2_000), released("I2", 20, late_ms=2_001)
    rows = _tables(_paper(reviewed(log_of(started(), *lines, ended(300)))))["injects"]
    assert [row[3] for row in rows[:2]] == ["", "2"]
    assert [row[4] for row in rows[:2]] == ["—", "—"], "nobody answered: no time, never 0"
    assert rows[2][0] == "—", "never released"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_result_type_and_state_has_words_of_its_own(language: str) -> None:
    """In black and white as for a reader of colours: no two results read alike."""
    words = Catalogue.load(language)
    for said in (RESULT_SAID, INJECT_SAID, TYPE_SAID, PHASE_SAID):
        texts = [words.word(one) for one in said.values()]
        assert len(set(texts)) == len(texts)
        assert all(text.strip() for text in texts)
    assert set(TYPE_SAID) == set(DRILL_TYPES)
    assert all(words.word(RESULT_SAID[one]).startswith("✕") for one in MISSED)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("type_", DRILL_TYPES)
def test_the_report_of_a_drill_with_nothing_says_so_and_has_no_zero(
    language: str, type_: str
) -> None:
    """S3-6: an empty drill of every type is a paper with dashes."""
    paper = _paper(reviewed(log_of(), type_), language)
    tables = _tables(paper)
    assert [row[1] for row in tables["indicators"]] == ["—"] * 4
    assert {row[4] for row in tables["nodes"]} == {"—"}
    assert tables["heads"] == []
    assert paper.day == "", "no day is made up for a drill that never began"
    if type_ == "contest":
        assert [row[4] for row in tables["ranking"]] == ["—"]
    assert "None" not in re.sub(r"None\.", "", page(paper))


def test_a_drill_that_is_not_over_gives_a_draft() -> None:
    """S3-4: a report printed in the middle is no final one, even where nothing is late yet."""
    entries = log_of(started(), stamped("called", 18))
    running, over = reviewed(entries), reviewed(log_of(started(), stamped("called", 18), ended(20)))
    assert running.proposed == over.proposed == ()
    assert [EN.word(one) for one in _paper(running).defects] == ["The drill is not over."]
    assert _paper(over).defects == ()
    assert "draft" in page(_paper(running)).lower()


def test_an_aborted_drill_says_so_with_its_reason() -> None:
    why = {"why": "真实警情"}
    made = reviewed(log_of(started(), ("aborted", 65.0, "导调", "", why)))
    text = page(_paper(made))
    assert "aborted: a real emergency" in text
    assert "The drill was aborted: 真实警情" in text
    assert "1′05″ of running time" in text


def test_the_day_and_the_clock_are_those_of_china() -> None:
    """A drill begun at 23:59:50 UTC is one of the next day in Beijing."""
    late = datetime(2026, 12, 31, 23, 59, 50, tzinfo=UTC)
    made = replace(reviewed(), t0=late, over=late)
    paper = _paper(made)
    assert paper.day == "2027-01-01"
    assert "begun 2027-01-01 07:59:50, over 07:59:50" in page(paper)
    assert _paper(made, day="2027-02-03").day == "2027-02-03"


def _finding(**changes: object) -> Finding:
    told = {"drill": "1", "id": "F-1", "text": "通信不畅", "owner": "", "due": "", "found": T0,
            "found_by": "乙"}  # fmt: skip
    return Finding(**(told | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({}, ["通信不畅", "—", "—", "open"]),
        ({"owner": "甲", "due": "2026-10-31"}, ["通信不畅", "甲", "2026-10-31", "open"]),
        ({"closed": T0, "how": "已修", "by": "丙"}, ["通信不畅", "—", "—", "closed: 已修 (丙)"]),
        ({"closed": T0, "how": "误报", "by": "丙", "is_none": True},
         ["通信不畅", "—", "—", "no finding: 误报 (丙)"]),
    ],
)  # fmt: skip
def test_a_finding_says_who_mends_it_and_how_it_stands(
    changes: dict[str, object], row: list[str]
) -> None:
    """S4-6: open, closed, or said to be none; a name that lacks is a dash."""
    made = replace(reviewed(), findings=(_finding(**changes),))
    assert _tables(_paper(made))["findings"] == [row]


def test_a_report_without_findings_says_that_none_was_accepted() -> None:
    """S4-6: silence could mean that the page was left out."""
    made = reviewed(log_of(started(), stamped("called", 18), ended(20)))
    tables = _tables(_paper(made))
    assert not {"findings", "proposed"} & set(tables)
    assert "No finding was accepted." in page(_paper(made))


@pytest.mark.parametrize(
    ("what", "said"), [("nodes", "0 of 3 in band"), ("answers", "0 of 3 acknowledged in time")]
)
def test_nothing_of_three_is_a_figure_and_not_unknown(what: str, said: str) -> None:
    assert EN.word(measured(Measure(what, 0, 3))) == said


def test_only_the_earliest_stamp_is_marked_as_the_one_that_counts() -> None:
    rows = [row for row in _tables(_paper(reviewed()))["stamps"] if row[0] == "节点 arrived"]
    assert [(row[1], row[2], row[3], row[4]) for row in rows] == [
        ("评估员甲", "10′10″", "-2,500", "yes"),
        ("评估员乙", "11′40″", "0", ""),
    ]


def test_the_page_is_its_papers_language_and_its_class_tells_exercise_from_real() -> None:
    """S3-4: the mark hangs on the body's class; a real paper must never wear it."""
    paper = _paper(reviewed(), "zh", secrecy="内部<b>资料")
    text = page(paper)
    assert '<html lang="zh-CN">' in text
    assert '<body class="exercise">' in text
    assert "<p><b>内部&lt;b&gt;资料</b></p>" in text
    real = page(replace(paper, exercise=False, words=EN))
    assert '<html lang="en">' in real
    assert '<body class="real">' in real
    assert '<div class="bar">' not in real


def test_a_total_and_a_method_stand_under_their_table_on_the_page() -> None:
    columns = (Column("a", say("Name")), Column("n", say("Count"), is_figure=True))
    made = Table("t", say("Names"), columns, (("<甲>", 1),), ("&", 1), method=(say("None."),))
    text = page(paper_of(made))
    assert "<tfoot><tr><td>&amp;</td><td class=n>1</td></tr></tfoot>" in text
    assert "<td>&lt;甲&gt;</td><td class=n>1</td>" in text
    assert text.index("</table>") < text.index('<p class="note">')
    assert "<tfoot>" not in page(paper_of(replace(made, total=None)))


@pytest.mark.parametrize("letters", ["x", "长", "=1+", "W"])
def test_a_name_is_cut_at_its_width_and_says_so(letters: str) -> None:
    """One page, however long a name: a cut one ends in …, one that fits is whole."""
    room = MOST_NAME // (2 if letters == "长" else 1)
    whole = (letters * MOST_NAME)[:room]
    assert _short(whole) == whole
    cut = _short(whole + letters)
    assert cut.endswith("…")
    assert whole.startswith(cut[:-1])
    assert len(cut) >= room - 1, "no more is cut than must be"


def test_heads_of_unknown_occasions_and_hostile_numbers_are_set_as_text() -> None:
    printed = [Printed("#let x = 1", "f" * 64, 1, T0), Printed("end", "0" * 64, 2, T0)]
    made = heads_page('#eval("1")\u202e' * 3, printed, Catalogue.load("zh"))
    assert made.startswith(b"%PDF")
    assert made == heads_page('#eval("1")\u202e' * 3, printed, Catalogue.load("zh")), "same bytes"


def test_a_report_with_a_text_of_ten_thousand_signs_and_no_blank_is_still_set() -> None:
    """S3-4: a pasted address or key must not cost the whole report."""
    made = reviewed(played())
    long = replace(made.nodes[0], node=replace(made.nodes[0].node, title="x" * 10_000))
    assert pdf_bytes(_paper(replace(made, nodes=(long, *made.nodes[1:])))).startswith(b"%PDF")


def test_a_drill_begun_long_after_its_sealed_moment_says_so() -> None:
    """Roads and air of another hour are not those of the sealed times; the report was silent."""
    sealed: Line = ("sealed", -9000, "组长", "", {"commitment": "ab" * 32})
    due = T0.replace(hour=T0.hour - 2).isoformat()
    opened: Line = ("opened", -10, "纪检", "", {"t0": due})
    review = reviewed(log_of(sealed, opened, started(), stamped("called", 18), ended(900)))
    tables = _tables(_paper(review))
    assert ["Sealed T0", "2026-09-16 12:00:00"] in tables["about"]
    assert any("120 min after the sealed T0" in EN.word(one) for one in review.unjudged)
    at_once: Line = ("opened", -10, "纪检", "", {"t0": T0.isoformat()})
    calm = reviewed(log_of(sealed, at_once, started(), stamped("called", 18), ended(900)))
    assert not any("sealed T0" in EN.word(one) for one in calm.unjudged)


def test_remarks_stand_in_a_table_of_their_own_with_the_day_where_it_is_another() -> None:
    """They followed the table of findings without a word of what they are."""
    noted: Line = ("noted", -90_000, "组长", "n0", {"text": "试图启封"})
    review = reviewed(log_of(noted, started(), ("noted", 60, "甲", "n1", {"text": "警戒带短"})))
    assert _tables(_paper(review))["remarks"] == [
        ["2026-09-15 13:00:00", "组长", "试图启封"],
        ["14:01:00", "甲", "警戒带短"],
    ]
    assert "remarks" not in _tables(_paper(reviewed(log_of(started(), ended(60)))))


def test_a_node_with_a_median_alone_is_not_called_unexpected() -> None:
    """The report said that no expected time is known beside the expected time."""
    linked = (Node("linked", "联系指挥部", "support", None, None, None),)
    nodes = (Node("supplied", "物资到齐", "support", 439_000, None, None), *linked)
    made = review_of_log(
        log_of(started(), stamped("supplied", 600), ended(900)),
        replace(whole_scenario(), nodes=nodes),
        drill="2026-1", type_="double_blind",
    )  # fmt: skip
    rows = {row[0]: row[-1] for row in _tables(_paper(made))["nodes"]}
    assert rows == {"物资到齐": "? no limit", "联系指挥部": "? no expected time"}
    said = [EN.word(one) for one in made.unjudged]
    assert any("物资到齐: how late" in one for one in said)
    assert any("联系指挥部: no expected time" in one for one in said)
