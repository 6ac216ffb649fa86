"""The risk report as a paper: every source once, the gravest first, nobody named in public."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desks.hazards.grades import graded
from desks.hazards.overrides import read_overrides
from desks.hazards.parts import Graded, Override
from desks.onemap import OneMap, load_onemap
from desks.register.counts import units_of
from desks.register.opening import open_register
from geodata.faults import UserError
from reports import risk_report
from reports.gate import gate, tables_of
from reports.paper import Paper, Table
from reports.risk_report import risk_paper
from reports.wording import cell_text
from tests.reports.planned import edition

ZH = edition().words


@pytest.fixture(scope="module")
def town(sample_district: Path) -> OneMap:
    """Return the made-up district: the small town has no source of risk."""
    return load_onemap(sample_district)


@pytest.fixture(scope="module")
def found(town: OneMap) -> Graded:
    with open_register(town.folder) as store:
        return graded(town, read_overrides(store))


@pytest.fixture(scope="module")
def paper(town: OneMap, found: Graded) -> Paper:
    return risk_paper(town, found, edition())


def table_of(paper: Paper, key: str) -> Table:
    return next(table for table in tables_of(paper) if table.key == key)


def text_of(paper: Paper) -> str:
    return "\n".join(cell_text(c, ZH) for t in tables_of(paper) for r in t.rows for c in r)


@pytest.mark.parametrize("key", ["classes", "colours"])
def test_every_source_is_counted_once(paper: Paper, found: Graded, key: str) -> None:
    table = table_of(paper, key)
    assert table.total is not None
    assert table.total[-1] == len(found.hazards)
    assert sum(cell for cell in table.total[1:-1] if isinstance(cell, int)) == len(found.hazards)


def test_the_gate_finds_nothing_that_does_not_add_up(paper: Paper, town: OneMap) -> None:
    said = [str(defect) for defect in gate(paper, town).defects]
    assert not [one for one in said if "add up" in one]
    assert [one for one in said if "rules are not verified" in one]


def overridden(found: Graded) -> Graded:
    first = found.hazards[0]
    set_by = Override(
        first.layer, first.id, 1, "现场核定", "林晏", datetime(2026, 9, 1, tzinfo=UTC)
    )
    return replace(found, hazards=(replace(first, level=1, override=set_by), *found.hazards[1:]))


def test_who_set_a_level_stays_in_the_office(town: OneMap, found: Graded) -> None:
    held = overridden(found)
    inside = text_of(risk_paper(town, held, edition()))
    outside = text_of(risk_paper(town, held, edition(public=True)))
    assert "林晏" in inside
    assert "现场核定" in inside
    assert "林晏" not in outside
    assert "现场核定" not in outside
    assert "人工定级" in outside


def test_public_residents_are_multiples_of_ten(town: OneMap, found: Graded) -> None:
    paper = risk_paper(town, overridden(found), edition(public=True))
    for key, column in (("major", "residents"), ("distances", "people")):
        table = table_of(paper, key)
        at = [one.key for one in table.columns].index(column)
        counts = [row[at] for row in table.rows if isinstance(row[at], int)]
        assert all(isinstance(one, int) and one % 10 == 0 for one in counts)


def test_gaps_of_dossiers_are_no_matter_of_the_public(town: OneMap, found: Graded) -> None:
    keys = [table.key for table in tables_of(risk_paper(town, found, edition(public=True)))]
    assert "gaps" not in keys
    assert "gaps" in [table.key for table in tables_of(risk_paper(town, found, edition()))]


def test_major_sources_stand_by_gravity(town: OneMap, found: Graded) -> None:
    table = table_of(risk_paper(town, overridden(found), edition()), "major")
    assert table.rows[0][0] == found.hazards[0].name


def test_the_rules_of_the_colours_say_whether_they_are_verified(paper: Paper) -> None:
    table = table_of(paper, "rules")
    assert table.rows
    assert {cell_text(row[2], ZH) for row in table.rows} <= {"是", "否"}
    assert all(row[1] for row in table.rows)


def test_chosen_subdistricts_hold_their_own_sources(town: OneMap, found: Graded) -> None:
    code, _ = units_of(town)[0]
    paper = risk_paper(town, found, edition(subdistricts=(code,)))
    own = sum(one.subdistrict_code == code for one in found.hazards)
    total = table_of(paper, "classes").total
    assert total is not None
    assert total[-1] == own
    assert table_of(paper, "colours").codes == (code,)


def test_a_subdistrict_that_there_is_none_of_is_refused(town: OneMap, found: Graded) -> None:
    with pytest.raises(UserError, match="No subdistrict has this code"):
        risk_paper(town, found, edition(subdistricts=("nowhere",)))


@pytest.mark.parametrize(
    ("metres", "shown"),
    [
        (None, None),
        (0.0, 0),
        (100.0, 100),
        (99.96, "99.9"),
        (99.999999, "99.9"),
        (0.04, "0.0"),
        (1234.56, "1,234.5"),
        (0.3, "0.3"),
        (float("nan"), None),
        (float("inf"), None),
    ],
)
def test_a_distance_never_reads_as_more_than_it_is(
    metres: float | None, shown: int | str | None
) -> None:
    """Rounded, 99.96 m would stand as 100.0 beside the 100 m that it fails."""
    assert risk_report._metres(metres) == shown
