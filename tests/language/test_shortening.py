"""Names of any length fit paper: cut with a mark, never silently, lists name by name."""

import pytest

from language import say
from language.shortening import CUT, MOST_NAME, MOST_TEXT, cut_to, short_name, short_said


@pytest.mark.parametrize("length", [0, 1, MOST_NAME - 1, MOST_NAME])
def test_a_name_that_fits_is_left_alone(length: int) -> None:
    assert short_name("甲" * length) == "甲" * length


@pytest.mark.parametrize("length", [MOST_NAME + 1, 5_000])
def test_a_longer_one_ends_in_the_mark_and_is_no_longer(length: int) -> None:
    cut = short_name("甲" * length)
    assert len(cut) == MOST_NAME
    assert cut.endswith("甲" + CUT)


def test_each_name_of_a_list_is_cut_for_itself_and_none_is_dropped() -> None:
    cut = short_name("、".join(["短", "长" * 500, "末"]))
    assert cut == f"短、{'长' * (MOST_NAME - 1)}…、末"


def test_a_name_full_of_parting_signs_cannot_make_a_book() -> None:
    cut = short_name("甲、" * 100_000)
    assert len(cut) == MOST_TEXT
    assert cut.endswith(CUT)


def test_a_cut_leaves_no_space_before_its_mark() -> None:
    assert cut_to("ab " * 3, 4) == "ab…"


def test_the_texts_of_a_sentence_are_cut_and_its_figures_are_not() -> None:
    said = say("{name} is {far_m} m away.", name="x" * 9_000, far_m=10**9)
    short = short_said(said)
    assert short.values["far_m"] == 10**9
    assert len(str(short.values["name"])) == MOST_TEXT
    assert short_said(short) is short
