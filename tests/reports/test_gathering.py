"""What a report is made of, asked of the planning desk itself."""

from desks.onemap import OneMap
from desks.planning.coverage import coverage
from desks.planning.packs import pack_of
from desks.planning.services import service_of
from reports.coverage_report import coverage_paper
from reports.gate import gate, tables_of
from reports.gathering import Question, planned_of
from reports.paper import Verdict
from reports.wording import cell_text
from tests.reports.planned import edition

SHELTER = service_of("shelter")


def test_the_headline_is_what_was_asked_first(town: OneMap) -> None:
    asked = Question((service_of("depot"), SHELTER))
    planned = planned_of(town, asked)
    assert [one.service.key for one in planned.coverages] == ["depot", "shelter"]
    assert list(planned.reasons) == ["depot"]


def test_services_that_only_rules_ask_about_are_judged_and_not_shown(town: OneMap) -> None:
    """Row S1-2: every rule of the pack has an answer, whatever services the report shows."""
    planned = planned_of(town, Question((SHELTER,), packs=(pack_of("liwan2017"),)))
    assert [one.service.key for one in planned.coverages] == ["shelter"]
    assert {one.id for one in planned.answers} == {r.id for r in pack_of("liwan2017").rules}


def test_the_paper_has_the_desks_own_figures(town: OneMap) -> None:
    """Row S1-4: people covered are the desk's to the last person, by every definition."""
    found = coverage(town, SHELTER)
    paper = coverage_paper(town, planned_of(town, Question((SHELTER,))), edition())
    table = next(t for t in tables_of(paper) if t.key == "coverage_shelter")
    keys = [column.key for column in table.columns]
    assert table.total is not None
    assert table.total[keys.index("people")] == found.totals.people
    for key, count in found.totals.counts.items():
        if count.people_covered is not None:
            assert table.total[keys.index(key)] == count.people_covered


def test_real_answers_pass_the_gates_sums(town: OneMap) -> None:
    """Rows S1-2 and S3-2: all declared services, a pack with evidence, depots in a chapter."""
    asked = Question(packs=(pack_of("liwan2017"), pack_of("gd2013")))
    for public in (False, True):
        own = edition(public=public)
        paper = gate(coverage_paper(town, planned_of(town, asked, edition=own), own), town)
        said = [str(defect) for defect in paper.defects]
        assert not [one for one in said if "add up" in one or "different people" in one]
        keys = [table.key for table in tables_of(paper)]
        assert "coverage_depot" in keys
        assert "rules_by_subdistrict_1" in keys
        assert ("firms" in keys) is not public


def test_reasons_of_a_community_add_up_to_its_uncovered(town: OneMap) -> None:
    paper = coverage_paper(town, planned_of(town, Question((SHELTER,))), edition())
    reasons = next((t for t in tables_of(paper) if t.key == "reasons_shelter"), None)
    table = next(t for t in tables_of(paper) if t.key == "coverage_shelter")
    keys = [column.key for column in table.columns]
    assert table.total is not None
    uncovered = table.total[keys.index("uncovered")]
    listed = 0 if reasons is None or reasons.total is None else reasons.total[2]
    assert listed == uncovered


def test_losses_stand_with_their_method(town: OneMap) -> None:
    own = edition()
    paper = coverage_paper(town, planned_of(town, Question((SHELTER,)), edition=own), own)
    table = next(t for t in tables_of(paper) if t.key == "losses_shelter")
    assert table.rows
    assert len(table.method) >= 2
    worst = [row[2] for row in table.rows]
    assert worst == sorted(worst, key=lambda n: -int(str(n)))


def test_lists_of_the_whole_district_stay_out_of_a_part_of_it(town: OneMap) -> None:
    chosen = edition(subdistricts=(town.records["subdistrict"].ids[0],))
    planned = planned_of(town, Question((SHELTER,)), edition=chosen)
    assert planned.lists == ()


def test_what_is_not_assessable_never_counts_as_met(town: OneMap) -> None:
    planned = planned_of(town, Question((SHELTER,), packs=(pack_of("liwan2017"),)))
    paper = coverage_paper(town, planned, edition())
    rules = next(t for t in tables_of(paper) if t.key == "rules")
    at = [column.key for column in rules.columns].index("result")
    for row, rule in zip(rules.rows, dict.fromkeys(a.id for a in planned.answers), strict=True):
        results = {a.result for a in planned.answers if a.id == rule}
        assert (row[at] == Verdict("pass")) is (results == {"pass"})
        assert cell_text(row[at], edition().words)
