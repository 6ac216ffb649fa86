"""Cells as text: shares are cut, nothing is hidden, numbers of headings count as China counts."""

import pytest

from language import Catalogue, say
from reports.paper import Block, Heading, MapFigure, Paragraph, Percent, Table, Verdict
from reports.wording import (
    REPLACED,
    cell_text,
    chinese_number,
    clean,
    district_name,
    percent_text,
    sentences,
    tenths,
    titles,
)
from tests.payloads import PAYLOADS

ZH, EN = Catalogue.load("zh"), Catalogue.load("en")


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (9996, 10_000, "99.9%"),
        (999_999, 1_000_000, "99.9%"),
        (10_000, 10_000, "100.0%"),
        (0, 7, "0.0%"),
        (1, 3, "33.3%"),
        (2, 3, "66.6%"),
        (1, 2_000, "0.0%"),
        (1, 1_000, "0.1%"),
        (10**15 - 1, 10**15, "99.9%"),
    ],
)
def test_a_share_is_cut_and_never_rounded_up(part: int, whole: int, shown: str) -> None:
    """99.96 never prints as 100, and 100 only where everybody is covered (row S1-4)."""
    assert percent_text(Percent(part, whole), ZH) == shown


def test_nobody_has_no_share() -> None:
    assert tenths(Percent(0, 0)) is None
    assert percent_text(Percent(0, 0), ZH) == "不适用"
    assert percent_text(Percent(0, 0), EN) == "not applicable"


@pytest.mark.parametrize(("part", "whole"), [(-1, 5), (6, 5), (1, 0), (1, -3)])
def test_a_part_beyond_the_whole_is_a_bug_and_says_so(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="no part of"):
        tenths(Percent(part, whole))


def test_only_all_is_a_hundred_per_cent() -> None:
    for whole in (*range(1, 40), 999, 1000, 1001, 123_457):
        assert tenths(Percent(whole, whole)) == 1000
        assert tenths(Percent(whole - 1, whole)) != 1000


def test_cells_show_what_is_not_known_as_a_dash_and_zero_as_zero() -> None:
    assert cell_text(None, ZH) == "—"
    assert cell_text(0, ZH) == "0"
    assert cell_text("", ZH) == ""
    assert cell_text(1_234_567, ZH) == "1,234,567"
    assert cell_text(say("met"), ZH) == "达标"


def test_verdicts_have_a_sign_beside_the_word() -> None:
    """Colour and language may be lost in a copy; the sign stays."""
    shown = {key: cell_text(Verdict(key), ZH) for key in ("pass", "fail", "not_assessable")}
    assert [text[0] for text in shown.values()] == ["✓", "✕", "?"]
    assert len(set(shown.values())) == 3


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_clean_text_is_one_line_without_signs_that_nobody_sees(name: str) -> None:
    held = clean(PAYLOADS[name])
    assert len(held) == len(PAYLOADS[name])
    assert held.isprintable() or " " in held or REPLACED in held
    assert not any(ord(sign) < 32 or ord(sign) in {0x202E, 0x2066, 0x2028} for sign in held)


def test_hidden_signs_are_shown_and_not_dropped() -> None:
    assert clean("a\x00b\u202ec\ud800d\ue000") == f"a{REPLACED}b{REPLACED}c{REPLACED}d{REPLACED}"
    assert clean("a\tb\nc\u2028d") == "a b c d"
    assert clean("云溪区 Yunxi ①✓") == "云溪区 Yunxi ①✓"


@pytest.mark.parametrize(
    ("number", "shown"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (22, "二十二"), (99, "九十九")],
)
def test_headings_count_in_chinese(number: int, shown: str) -> None:
    assert chinese_number(number) == shown


@pytest.mark.parametrize("number", [0, -1, 100])
def test_no_heading_beyond_two_digits(number: int) -> None:
    with pytest.raises(ValueError, match="no heading"):
        chinese_number(number)


def _blocks() -> list[Block]:
    table = Table("t", say("Rules"), (), ())
    figure = MapFigure("m", say("Maps"), (0, 0, 1, 1), ())
    return [
        Heading(1, say("Coverage")),
        Heading(2, say("Rules")),
        table,
        Heading(2, say("Rules")),
        Heading(3, say("Rules")),
        Paragraph((say("None."),)),
        Heading(1, say("Maps")),
        figure,
        Heading(2, say("Rules")),
        table,
    ]


def test_titles_are_numbered_by_level_and_begin_anew_below_each() -> None:
    made = titles(_blocks(), ZH)
    assert [text[:3] for text in made[:2]] == ["一、覆", "（一）"]
    assert made[3].startswith("（二）")
    assert made[4].startswith("1. ")
    assert made[5] == ""
    assert made[6].startswith("二、")
    assert made[8].startswith("（一）")
    assert made[2].startswith("表1")
    assert made[9].startswith("表2")
    assert made[7].startswith("图1")


def test_english_titles_have_numbers_too() -> None:
    made = titles(_blocks(), EN)
    assert made[0] == "1. Coverage"
    assert made[3] == "(2) Rules"
    assert made[4] == "1) Rules"
    assert made[9] == "Table 2  Rules"


def test_sentences_join_as_the_language_joins() -> None:
    said = (say("None."), say("None."))
    assert " " not in sentences(said, ZH)
    assert sentences(said, EN) == "None. None."


def test_the_district_is_named_in_the_papers_language() -> None:
    assert district_name("云溪区", "Yunxi", ZH) == "云溪区"
    assert district_name("云溪区", "Yunxi", EN) == "Yunxi"
