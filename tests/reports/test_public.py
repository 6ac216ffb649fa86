"""What the public sees of counts of people: multiples of a base, whatever is subtracted."""

import itertools
import tomllib

import numpy as np
import pytest

from desks.onemap import OneMap
from desks.planning.answers import DEFINITIONS
from language import Catalogue
from reports.coverage_figures import figures_of
from reports.coverage_report import coverage_paper
from reports.gate import gate, tables_of
from reports.paper import Paper, Percent
from reports.public import TABLE, base, public_part, public_people, public_rule
from reports.wording import cell_text, tenths
from tests.reports.planned import coverage_of, edition, planned_of

STEP = 10


def test_the_base_is_data_with_source_and_trust() -> None:
    row = tomllib.loads(TABLE.read_text(encoding="utf-8"))["people"]
    assert base() == row["base"] == STEP
    assert row["source"]
    assert row["verified"] is False


@pytest.mark.parametrize(
    ("people", "shown"), [(0, 0), (1, 10), (4, 10), (14, 10), (15, 20), (24, 20), (25, 30)]
)
def test_people_are_the_nearest_multiple_and_never_become_nobody(people: int, shown: int) -> None:
    assert public_people(people) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 0, 0), (0, 50, 0), (50, 50, 50), (49, 50, 40), (3, 3, 10), (2, 3, 0), (996, 997, 990)],
)
def test_a_part_is_all_only_where_all_are_covered(part: int, whole: int, shown: int) -> None:
    assert public_part(part, whole) == shown


def test_public_parts_keep_the_order_of_the_definitions() -> None:
    """A stricter definition never shows more people than a milder one, nor more than there are."""
    for whole in range(60):
        shown = [public_part(part, whole) for part in range(whole + 1)]
        assert shown == sorted(shown)
        assert all(0 <= one <= public_people(whole) for one in shown)
        assert all(one % STEP == 0 for one in shown)
        below = [one for one in shown[:-1] if one == public_people(whole)]
        assert not below


def test_public_counts_stay_near_the_exact_and_in_their_order() -> None:
    random = np.random.default_rng(3)
    exact = sorted(random.integers(0, 5_000, 200).tolist())
    shown = [public_people(people) for people in exact]
    assert shown == sorted(shown)
    assert all(abs(one - people) < STEP for one, people in zip(shown, exact, strict=True))


def test_no_figure_of_the_public_paper_is_smaller_than_the_base(town: OneMap) -> None:
    """Differencing any two counts of any two tables gives a multiple of the base, or nothing."""
    paper = coverage_paper(town, planned_of(town), edition(public=True))
    seen = []
    for table in tables_of(paper):
        if not table.key.startswith("coverage_"):
            continue
        rows = [*table.rows, table.total or ()]
        seen += [cell for row in rows for cell in row if isinstance(cell, int)]
        for cell in itertools.chain.from_iterable(rows):
            if isinstance(cell, Percent):
                assert cell.part % STEP == 0
                assert cell.whole % STEP == 0
    assert len(seen) > 20
    assert all(one % STEP == 0 for one in seen)


def test_public_tables_still_add_up(town: OneMap) -> None:
    paper = gate(coverage_paper(town, planned_of(town), edition(public=True)), town)
    said = [str(defect) for defect in paper.defects]
    assert not [one for one in said if "add up" in one or "different people" in one]


def test_public_totals_are_sums_of_public_communities(town: OneMap) -> None:
    found = figures_of(coverage_of(town), edition(public=True))
    assert found.total.people == sum(one.people for one in found.communities)
    for key in DEFINITIONS[:3]:
        held = sum(one.covered[key] or 0 for one in found.communities)
        assert found.total.covered[key] == held
    assert all(one.least is None and one.to_nearest is None for one in found.communities)


def _all_text(paper: Paper) -> str:
    words = Catalogue.load("zh")
    cells = [cell for table in tables_of(paper) for row in table.rows for cell in row]
    return "\n".join(cell_text(cell, words) for cell in cells)


def test_evidence_reasons_and_mends_stay_in_the_office(town: OneMap) -> None:
    inside = _all_text(coverage_paper(town, planned_of(town), edition()))
    outside = _all_text(coverage_paper(town, planned_of(town), edition(public=True)))
    for text in ("410", "小营操场", "indoor"):
        assert text in inside
        assert text not in outside


def test_the_rule_stands_in_the_paper_with_its_base() -> None:
    assert "10" in str(public_rule())
    assert tenths(Percent(public_part(9_996, 10_000), public_people(10_000))) == 999
