"""Large firms without own team or agreement, and the full-time team that would be there first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pytest

from desks.build import Source, build_district
from desks.onemap import OneMap, load_onemap
from desks.planning.firms import TABLE, FirmsAnswer, firms_without, load_firm_rules
from geodata.faults import UserError
from language import Catalogue
from layers import layer
from sample import SampleFiles
from tests.desks.making import sources_of
from tests.desks.worlds import put, without


def firm(name: str, x: float = 0, y: float = 500, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"id": name, "name": f"{name}厂", "at": (x, y), "size": "大型", "key_firm": "否",
            **more}  # fmt: skip


def team(name: str, x: float, y: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"id": name, "name": f"{name}队", "at": (x, y), "kind": "综合消防", "order": "专业",
            "vehicle_width_m": 2.5, **more}  # fmt: skip


def agreed(onemap: OneMap, *rows: tuple[str, str, str]) -> OneMap:
    """Return the map with these agreements: firm, team, last day."""
    frame = pd.DataFrame(list(rows), columns=["firm_id", "team", "expiry"])
    frame["signed"] = ""
    children = {**onemap.children, "firm.agreement": frame}
    return replace(onemap, children=MappingProxyType(children))


def world(town: OneMap, firms: Sequence[Mapping[str, Any]], *teams: Mapping[str, Any]) -> OneMap:
    return put(put(without(town, "team"), "firm", firms), "team", teams)


def of(answer: FirmsAnswer) -> dict[str, str]:
    return {gap.id: str(gap.why) for gap in answer.gaps}


WEST, EAST = team("W", 0, 1000), team("E", 2000, 500)


def test_firms_without_either_are_listed_with_the_nearest_full_time_team(town: OneMap) -> None:
    """Row S1-14: A has a team, B an agreement, C neither; small D is no large firm."""
    firms = [
        firm("A", own_team="是"),
        firm("B", own_team="否"),
        firm("C", 1500, 500, people=1200),
        firm("D", size="小型"),
    ]
    made = agreed(world(town, firms, WEST, EAST), ("B", "西街队", "2026-12-31"))
    found = firms_without(made)
    assert (found.large, found.own_team, found.agreed) == (3, 1, 1)
    assert of(found) == {"C": "Neither an own team nor an agreement is on file."}
    gap = found.gaps[0]
    assert (gap.name, gap.people, gap.unreached) == ("C厂", 1200, None)
    assert gap.nearest is not None
    assert (gap.nearest.layer, gap.nearest.id, gap.nearest.name) == ("team", "E", "E队")


def test_the_time_is_drive_and_turnout(town: OneMap) -> None:
    """At the team's own door only the turnout is left."""
    found = firms_without(world(town, [firm("C", 2000, 500)], WEST, EAST))
    turnout_s = town.speed_model.turnout_s("综合消防")[0]
    nearest = found.gaps[0].nearest
    assert nearest is not None
    assert nearest.id == "E"
    assert nearest.time_ms == pytest.approx(turnout_s * 1000, abs=1000)


def test_an_agreement_counts_until_its_last_day(town: OneMap) -> None:
    """The registers stand on 2026-09-16: that day is in, the day before is out, no day is in."""
    firms = [firm(name) for name in "ABCD"]
    made = agreed(
        world(town, firms, WEST),
        ("A", "西街队", "2026-09-16"),
        ("B", "西街队", "2026-09-15"),
        ("C", "西街队", ""),
        ("D", "旧队", "2020-01-01"),
        ("D", "西街队", "2030-01-01"),
    )
    assert of(firms_without(made)) == {"B": "Its agreement with 西街队 ran out on 2026-09-15."}


def test_which_firms_are_large(town: OneMap) -> None:
    """By size; key firms always; by people only where the size is not on file."""
    firms = [
        firm("A"),
        firm("B", size="小型", key_firm="是"),
        firm("C", size="", people=1000),
        firm("D", size="", people=999),
        firm("E", size="小型", people=5000),
        firm("F", size="", people=None),
    ]
    found = firms_without(world(town, firms, WEST))
    assert sorted(of(found)) == ["A", "B", "C"]
    told = [str(said) for said in found.cautions]
    assert "Of 1 firms neither size nor people are on file." in told
    assert "Of 3 large firms nobody has filed whether they have a team." in told


@pytest.mark.parametrize("more", [{"order": "志愿"}, {"order": "企业"}, {"kind": "医疗救护"}])
def test_who_is_not_full_time_for_fires_does_not_count(
    town: OneMap, more: Mapping[str, str]
) -> None:
    near = {**team("N", 1500, 500), **more}
    found = firms_without(world(town, [firm("C", 1500, 500)], WEST, near))
    assert found.gaps[0].nearest is not None
    assert found.gaps[0].nearest.id == "W"


def test_a_fire_station_is_full_time_and_whoever_is_first_is_named(
    town: OneMap,
) -> None:
    made = world(town, [firm("C", 1500, 500)], team("A", 0, 500))
    made = put(made, "fire_station", [{"id": "F", "name": "站", "at": (0, 500), "kind": "一级站"}])
    nearest = firms_without(made).gaps[0].nearest
    assert nearest is not None
    assert nearest.layer in {"team", "fire_station"}
    times = {
        key: firms_without(without(made, key)).gaps[0].nearest for key in ("team", "fire_station")
    }
    assert nearest.time_ms == min(one.time_ms for one in times.values() if one is not None)


def test_an_engine_too_wide_for_the_lane_stops_at_its_mouth(town: OneMap) -> None:
    """Row S0-20: 窄巷 is 2.0 m wide; who is 2.5 m wide never drives it, its crew walks 100 m.

    For a vehicle of 2.0 m the lane is open, so that it is at the lane's end sooner.
    """
    wide = firms_without(world(town, [firm("C", 1200, 100)], team("T", 1000, 500)))
    slim = firms_without(
        world(town, [firm("C", 1200, 100)], team("T", 1000, 500, vehicle_width_m=2.0))
    )
    assert wide.gaps[0].nearest is not None
    assert slim.gaps[0].nearest is not None
    assert wide.gaps[0].nearest.time_ms > slim.gaps[0].nearest.time_ms


def test_who_cannot_be_reached_says_why(town: OneMap) -> None:
    firms = [firm("A", 2550, -500), {**firm("B"), "at": None}, firm("C", 1500, 500)]
    found = firms_without(world(town, firms, WEST))
    said = {gap.id: str(gap.unreached) for gap in found.gaps if gap.nearest is None}
    assert said == {
        "A": "No full-time team reaches it by road.",
        "B": "Its position is not on file.",
    }
    assert [gap.id for gap in found.gaps] == ["A", "B", "C"]


def test_who_is_farthest_from_help_stands_first(town: OneMap) -> None:
    firms = [firm("A", 0, 900), firm("B", 2000, 500), firm("C", 1000, 500)]
    found = firms_without(world(town, firms, WEST))
    assert [gap.id for gap in found.gaps] == ["B", "C", "A"]


def test_a_district_without_firms_or_teams_says_so(town: OneMap) -> None:
    none = firms_without(without(town, "firm"))
    assert (none.large, none.gaps) == (0, ())
    assert str(none.cautions[0]) == "The register has no firms."
    alone = firms_without(world(town, [firm("C")]))
    assert alone.gaps[0].nearest is None


def test_agreements_come_in_with_the_firms_workbook(
    town_files: SampleFiles, district: OneMap, tmp_path: Path
) -> None:
    """Row S1-14: recorded as a sheet of the firms' register, from file to answer."""
    assert "救援协议" in [child.title_zh for child in layer("firm").children]
    agreements = district.child_values["firm.agreement"]
    assert len(agreements["firm_id"]) > 0
    assert set(agreements["firm_id"]) <= set(district.records["firm"].ids)
    assert set(agreements["team"]) <= set(district.records["team"].names)
    path = tmp_path / "firms.csv"
    path.write_text(
        "编号,名称,企业规模,自有专职队,经度,纬度\nQ1,大厂,大型,是,113.0,23.0\n", encoding="utf-8"
    )
    sources = sources_of(town_files)
    build_district(
        tmp_path / "town", replace(sources, layers={**sources.layers, "firm": Source(path)})
    )
    found = firms_without(load_onemap(tmp_path / "town"))
    assert (found.large, found.own_team, found.gaps) == (1, 1, ())


def test_the_made_up_district_has_all_three_kinds(district: OneMap) -> None:
    found = firms_without(district)
    assert found.large == found.own_team + found.agreed + len(found.gaps)
    assert min(found.own_team, found.agreed, len(found.gaps)) >= 3
    assert any("ran out on 2026-02-28" in str(gap.why) for gap in found.gaps)
    words = Catalogue.load("zh")
    assert all(words.word(gap.why) != str(gap.why) for gap in found.gaps)


def test_the_rules_are_read_with_all_faults_at_once(tmp_path: Path) -> None:
    assert load_firm_rules(TABLE).people_from == 1000
    path = tmp_path / "firms.toml"
    path.write_text('[large]\nsizes = "大型"\npeople_from = 0\n', encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_firm_rules(path)
    assert {fault.column for fault in caught.value.faults} >= {
        "large, sizes", "large, people_from", "large, key_firms", "large, verified",
        "full_time, orders", "full_time, kinds",
    }  # fmt: skip
