"""Shares and means: nothing is 0 by lack, nothing is rounded up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desks.register.scoring import cut, figure, share, weighted_mean
from language import Catalogue

SETTINGS = settings(derandomize=True, deadline=None, max_examples=200)
SCORES = st.one_of(st.none(), st.floats(0.0, 100.0))
PARTS = st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.3, 0.4]), SCORES), max_size=6)


def test_of_nothing_there_is_no_share() -> None:
    assert share(0, 0) is None
    assert share(0, 4) == 0.0
    assert share(4, 4) == 100.0


@SETTINGS
@given(PARTS)
def test_a_mean_lies_between_the_least_and_the_greatest(
    parts: list[tuple[float, float | None]],
) -> None:
    judged = [score for _, score in parts if score is not None]
    found = weighted_mean(parts)
    if not judged:
        assert found is None
    else:
        assert found is not None
        assert min(judged) - 1e-6 <= found <= max(judged) + 1e-6
        assert found <= 100.0


@SETTINGS
@given(PARTS, st.integers(0, 5))
def test_what_cannot_be_judged_changes_no_mean(
    parts: list[tuple[float, float | None]], at: int
) -> None:
    more = [*parts[:at], (0.5, None), *parts[at:]]
    assert weighted_mean(more) == weighted_mean(parts)


def test_weights_of_tenths_leave_no_noise() -> None:
    """Four parts of 100 are 100 and print as 100."""
    whole = weighted_mean([(weight, 100.0) for weight in (0.4, 0.3, 0.2, 0.1)])
    assert whole == 100.0


@SETTINGS
@given(st.floats(0.0, 100.0))
def test_a_score_is_never_told_better_than_it_is(score: float) -> None:
    told = cut(score)
    assert told is not None
    assert told <= score + 1e-6
    assert score - told <= 0.1 + 1e-6
    assert int(figure(score, Catalogue.load("en"))) <= score + 1e-6


@pytest.mark.parametrize(("score", "told"), [(99.96, 99.9), (100.0, 100.0), (0.3, 0.3), (0, 0.0)])
def test_cut_by_hand(score: float, told: float) -> None:
    assert cut(score) == told


def test_no_score_is_told_in_words() -> None:
    """无 is never 0: the dashboard, the terminal and JSON each say that it cannot be judged."""
    assert cut(None) is None
    assert figure(None, Catalogue.load("en")) == "not assessable"
    assert figure(None, Catalogue.load("zh")) != "not assessable"
