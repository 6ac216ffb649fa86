"""The made-up district as a planner meets it: mostly covered, red where made so, mendable."""

from pathlib import Path

import pytest

from desks.onemap import OneMap
from desks.planning.answers import Coverage, Covered, Definition
from desks.planning.candidates import read_candidates
from desks.planning.coverage import coverage
from desks.planning.reasons import reasons
from desks.planning.services import services
from sample.files import GROUNDS
from sample.office import NONE_BY_THE_RIVER, NOTHING_ON_FILE, TOO_LITTLE_ROOM


@pytest.fixture(scope="module")
def found(district: OneMap) -> Coverage:
    return coverage(district, services()["shelter"])


def percent(row: Covered, definition: Definition) -> float:
    covered = row.counts[definition].people_covered
    assert covered is not None
    return 100.0 * covered / row.people


def test_most_are_covered_and_each_stricter_definition_tells_less(found: Coverage) -> None:
    """Row S1-4: a district of which a newcomer learns something, no wall of crosses."""
    whole = [percent(found.totals, one) for one in ("circle", "network", "capacity")]
    assert whole == sorted(whole, reverse=True)
    assert 60.0 < whole[1] < 80.0
    assert whole[0] - whole[1] > 10.0
    assert whole[1] - whole[2] > 10.0
    good = [row for row in found.subdistricts if percent(row, "network") >= 80.0]
    assert len(good) >= len(found.subdistricts) // 2
    assert sum(row.people for row in good) > 0.6 * found.totals.people


def test_the_red_ones_are_those_made_red_and_say_why(district: OneMap, found: Coverage) -> None:
    """Rows S1-2, S1-4: none on file, none by the river, full; elsewhere the water lies between."""
    by_name = {row.name: row for row in found.subdistricts}
    reached = sorted(by_name, key=lambda name: percent(by_name[name], "network"))
    assert reached[:2] == [NOTHING_ON_FILE, NONE_BY_THE_RIVER]
    crowded = by_name[TOO_LITTLE_ROOM]
    assert percent(crowded, "network") > 90.0
    assert percent(crowded, "capacity") < 45.0
    told = reasons(district, found)
    parents = {row.code: row.parent for row in found.communities}
    most: dict[str, dict[str, int]] = {}
    for one in told:
        held = most.setdefault(parents[one.unit], {})
        held[one.kind] = held.get(one.kind, 0) + one.people
    for name, kind in ((NOTHING_ON_FILE, "none_within"), (NONE_BY_THE_RIVER, "none_within"),
                       (TOO_LITTLE_ROOM, "full")):  # fmt: skip
        own = {k: many for k, many in most[by_name[name].code].items() if k != "covered"}
        assert max(own, key=own.__getitem__) == kind, name
    assert any(one.kind == "detour" and "云溪" in str(one.text) for one in told)


def test_the_list_of_new_sites_is_read_and_the_risky_ones_are_named(
    district: OneMap, sample_district: Path
) -> None:
    """It lies beside the district, and no column of it is left unread."""
    sites = read_candidates(district, services()["shelter"], sample_district / GROUNDS)
    assert sites.notices == ()
    assert len(sites.sites) + len(sites.left_out) == 38
    assert 4 <= len(sites.left_out) <= 8
    assert sum("储罐" in str(one.why) for one in sites.left_out) >= 3
    assert sum(one.cost_cny is None for one in sites.sites) >= 1
    assert sum(one.capacity for one in sites.sites) > 80_000
