"""The brief in the made-up district: rows of the plans, cautions, who answers, what lies around."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import jsonschema
import pytest
import shapely

from desks.build import build_district
from desks.command import (
    Closures,
    Incident,
    Point,
    SituationBrief,
    brief_document,
    situation_brief,
)
from desks.onemap import OneMap, load_onemap
from geodata.faults import UserError
from language import Catalogue, say
from risk import demand
from sample import SampleFiles
from tests.desks.making import CALM, at_town, sources_of, with_layers, write_csv

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "brief.schema.json"
TEAM_HEADINGS = ["编号", "名称", "队伍类型", "经度", "纬度", "危化装备", "核实日期"]


def at(onemap: OneMap, layer: str, row: int = 0) -> Point:
    x_m, y_m = onemap.records[layer].xy_m[row]
    return float(x_m), float(y_m)


def ask(onemap: OneMap, place: Point, kind: str = "fire", hour: int = 8) -> SituationBrief:
    return situation_brief(onemap, Incident(place, CALM.replace(hour=hour), kind))


def town_with(town_files: SampleFiles, folder: Path, rows: list[list[object]]) -> OneMap:
    """Return the town with these teams in place of its own."""
    path = write_csv(folder / "team.csv", TEAM_HEADINGS, rows)
    build_district(folder / "d", with_layers(sources_of(town_files), {"team": path}))
    return load_onemap(folder / "d")


@pytest.mark.parametrize("row", range(12))
def test_skill_comes_before_distance(district: OneMap, row: int) -> None:
    """Row S2-5: at the door of each team in turn, a mine flood is never led by a hazmat team."""
    brief = ask(district, at(district, "team", row), "mine_flood")
    first = brief.responders[0]
    assert first.kind == "矿山"
    assert first.fit
    ranks = {team.kind: team.rank for team in reversed(brief.responders)}
    assert ranks["矿山"] < ranks["综合消防"] < ranks["危险化学品"]


def test_a_hazmat_team_is_not_first_even_where_it_is_alone_with_firemen(
    town_files: SampleFiles, tmp_path: Path
) -> None:
    """Row S2-5: without a mine team nobody is fit, and the hazmat team still is not the first."""
    rows: list[list[object]] = [
        ["H", "危化队", "危险化学品", "113.0100", "23.0056", "侦检;堵漏", "2026-09-01"],
        ["F", "消防队", "综合消防", "113.0003", "23.0056", "", "2026-09-01"],
    ]
    onemap = town_with(town_files, tmp_path, rows)
    brief = situation_brief(onemap, at_town(900, 500, kind="mine_flood"))
    assert [team.id for team in brief.responders] == ["F", "H"]
    assert "No registered team is fit" in str(brief.cautions[0].text)
    assert str(brief.why_first) == "No fit team can be named; 消防队 comes first."


def test_a_team_without_plugging_is_not_first_at_a_leak(
    town_files: SampleFiles, tmp_path: Path
) -> None:
    """Row S1-11: the nearer team lacks 堵漏; the farther one leads, the reason is said."""
    whole = "侦检;个体防护;堵漏;洗消"
    rows: list[list[object]] = [
        ["A", "近危化队", "危险化学品", "113.0100", "23.0056", "侦检;个体防护;洗消", "2026-09-01"],
        ["B", "远危化队", "危险化学品", "113.0003", "23.0056", whole, "2026-09-01"],
    ]
    onemap = town_with(town_files, tmp_path, rows)
    brief = situation_brief(onemap, at_town(900, 500, kind="hazmat_leak"))
    assert [team.id for team in brief.responders] == ["B", "A"]
    assert brief.responders[1].equipment_missing == ("堵漏",)
    assert "lacks 堵漏" in str(brief.why_first)


def test_no_team_registered_is_the_first_caution(town_files: SampleFiles, tmp_path: Path) -> None:
    sources = sources_of(town_files)
    layers = {key: source for key, source in sources.layers.items() if key != "team"}
    build_district(tmp_path / "d", replace(sources, layers=layers))
    brief = situation_brief(load_onemap(tmp_path / "d"), at_town(750, 500))
    assert brief.responders == ()
    assert "No team is registered" in str(brief.cautions[0].text)
    assert str(brief.why_first) == "No team is registered."


def test_stale_unplaced_and_undated_teams_are_cautions(
    town_files: SampleFiles, tmp_path: Path
) -> None:
    rows: list[list[object]] = [
        ["A", "甲队", "综合消防", "113.0003", "23.0056", "", "2025-09-16"],
        ["B", "乙队", "综合消防", "113.0100", "23.0056", "", "2025-09-15"],
        ["C", "丙队", "综合消防", "113.0100", "23.0010", "", ""],
        ["D", "丁队", "综合消防", "", "", "", "2026-09-01"],
    ]
    onemap = town_with(town_files, tmp_path, rows)
    brief = situation_brief(onemap, at_town(750, 500, kind="fire"))
    stale = {team.id: team.stale for team in brief.responders}
    assert stale == {"A": False, "B": True, "C": True, "D": False}  # 365 days are within
    said = [str(caution.text) for caution in brief.cautions]
    assert "乙队 was last verified on 2025-09-15." in said
    assert "丙队 has no date of verification." in said
    assert "1 teams without a position are not timed: 丁队." in said
    lost = brief.responders[-1]
    assert (lost.id, lost.at, str(lost.reason)) == ("D", None, "Its position is not on file.")


def test_experts_by_specialty_duty_and_time_with_the_reason(district: OneMap) -> None:
    """Row S0-19: fitting specialty first, then on duty, then time; every place has its reason."""
    brief = ask(district, at(district, "hazard"), "hazmat_leak")
    experts = brief.nearby["expert"]
    words = demand("hazmat_leak", "chlorine").kind.specialties  # what the hazard there holds
    grades = []
    for expert in experts:
        told = dict(expert.facts)
        fits = any(word in told["specialty"] for word in words)
        grades.append((not fits, told["on_duty"] != "是", expert.travel_s is None, expert.travel_s))
        assert expert.why is not None
        assert "fits" in str(expert.why)
    assert grades == sorted(grades)
    assert len(experts) == 5


def test_an_expert_farther_off_with_the_right_specialty_leads(town: OneMap) -> None:
    """Row S0-19: E2 knows buildings; for a leak E1 leads from anywhere, for a collapse E2."""
    for x_m, y_m in ((1000, 0), (1000, 1000)):
        leak = situation_brief(town, at_town(x_m, y_m, kind="hazmat_leak"))
        fire = situation_brief(town, at_town(x_m, y_m, kind="fire"))
        assert [row.id for row in leak.nearby["expert"]] == ["E1", "E2"]
        assert [row.id for row in fire.nearby["expert"]] == ["E2", "E1"]
    assert "does not fit" in str(leak.nearby["expert"][1].why)


def test_mini_stations_within_three_minutes_on_foot(district: OneMap) -> None:
    """Row S1-16: a mini station counts where its people arrive on foot within 180 s, no other."""
    found = 0
    for row in range(0, 278, 20):
        brief = ask(district, at(district, "mini_station", row))
        rows = brief.nearby["mini_station"]
        assert all(r.travel_s is not None and r.travel_s <= 180 for r in rows)
        times = [r.travel_s for r in rows if r.travel_s is not None]
        assert times == sorted(times)
        found += any(r.distance_m == 0 for r in rows)
    assert found == 14


def test_three_levels_of_grid_at_a_point(district: OneMap) -> None:
    """Row S1-30: large, middle and small grid cell by name, in that order."""
    records = district.records["grid_cell"]
    row = next(i for i in range(len(records.ids)) if records.text("level", i) == "小")
    grids = ask(district, at(district, "grid_cell", row)).place.grids
    assert len(grids) == 3
    assert grids[2] == records.names[row]
    levels = {name: records.text("level", i) for i, name in enumerate(records.names)}
    assert [levels[name] for name in grids] == ["大", "中", "小"]


def test_escalation_from_enterprise_to_city(district: OneMap) -> None:
    """Row S2-4: at a firm's gate each level is named, or is said to be missing."""
    brief = ask(district, at(district, "hazard"), "hazmat_leak")
    levels = [answer.level for answer in brief.escalation]
    assert list(dict.fromkeys(levels)) == ["enterprise", "subdistrict", "district", "city"]
    enterprise = brief.escalation[0]
    assert enterprise.missing is None
    for answer in brief.escalation:
        assert bool(answer.name) is (answer.missing is None)
    called = {answer.name for answer in brief.escalation if answer.level == "district"}
    assert {"区应急管理局", "区生态环境分局", "区气象局"} <= called
    assert "区教育局" not in called


def test_a_level_without_anyone_is_said(town: OneMap) -> None:
    """Row S2-4: the town has no department and no firm; all four levels say so."""
    escalation = situation_brief(town, at_town(750, 500)).escalation
    assert [answer.level for answer in escalation] == [
        "enterprise", "subdistrict", "district", "city",
    ]  # fmt: skip
    assert all(answer.missing is not None for answer in escalation)


@pytest.mark.parametrize(
    ("layer", "count", "purpose"),
    [
        ("drill_site", 6, "nearby"),  # S1-13
        ("lpg_service_point", 16, "within"),  # S1-20
        ("crowded_place", 260, "within"),  # S1-17
        ("nursing_home", 23, "within"),  # S2-17
    ],
)
def test_layers_of_the_plans_reach_the_brief(
    district: OneMap, layer: str, count: int, purpose: str
) -> None:
    """Rows S1-13, S1-17, S1-20, S2-17: each layer is near by and counted within 1 km."""
    assert len(district.layers[layer]) == count
    brief = ask(district, at(district, layer))
    assert brief.nearby[layer][0].distance_m == 0
    if purpose == "within":
        assert brief.within[layer] >= 1


def test_nurseries_are_receptors(district: OneMap) -> None:
    """Row S2-17: kindergartens are schools of that level and receptors within the radius."""
    records = district.records["school"]
    row = next(i for i in range(len(records.ids)) if records.text("kind", i) == "幼儿园")
    brief = ask(district, at(district, "school", row))
    assert ("kind", "幼儿园") in brief.nearby["school"][0].facts
    assert brief.within["school"] >= 1


def test_within_counts_the_rim(town_files: SampleFiles, tmp_path: Path) -> None:
    """Row S1-17: exactly 1,000 m is within."""
    onemap = load_onemap(_with_places(town_files, tmp_path))
    x_m, y_m = onemap.records["crowded_place"].xy_m[0]
    for far_m, count in ((1000.0, 1), (1000.1, 0)):
        incident = Incident((float(x_m) - far_m, float(y_m)), CALM)
        assert situation_brief(onemap, incident).within["crowded_place"] == count


def _with_places(town_files: SampleFiles, folder: Path) -> Path:
    rows = [["P", "集市", "113.0100", "23.0056"]]
    path = write_csv(folder / "crowded.csv", ["编号", "名称", "经度", "纬度"], rows)
    build_district(folder / "d", with_layers(sources_of(town_files), {"crowded_place": path}))
    return folder / "d"


def test_the_one_map_answers_the_whole_question(district: OneMap) -> None:
    """Row S4-1: one click gives teams with times and routes, every other layer, place and stamp.

    Plans lie nowhere: those that apply are cards.
    """
    brief = ask(district, at(district, "hospital"))
    assert sum(team.reachable for team in brief.responders) >= 15
    expected = {
        key for key in district.layers
        if key not in {"team", "fire_station", "subdistrict", "community", "grid_cell", "plan"}
    }  # fmt: skip
    assert set(brief.nearby) == expected
    assert brief.stamp == district.stamp
    assert brief.speed_model == district.speed_model.version


def test_the_document_keeps_its_schema_in_both_languages(district: OneMap) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for language in ("zh", "en"):
        brief = ask(district, at(district, "school"), "crowd")
        document = brief_document(district, brief, Catalogue.load(language))
        text = json.dumps(document, ensure_ascii=False, allow_nan=False)
        jsonschema.validate(json.loads(text), schema)
        assert "555-" not in text


def test_a_place_without_metres_is_refused(town: OneMap) -> None:
    with pytest.raises(UserError):
        situation_brief(town, Incident((float("nan"), 0.0), CALM))
    with pytest.raises(UserError, match="no kind of incident"):
        situation_brief(town, Incident((0.0, 0.0), CALM, "meteor"))


def test_an_unknown_road_cannot_be_closed(town: OneMap) -> None:
    with pytest.raises(UserError, match="无此路"):
        situation_brief(town, at_town(750, 500, closures=Closures(roads=("无此路",))))


def test_congestion_slows_and_free_flow_stays(district: OneMap) -> None:
    place = at(district, "school")
    calm = {team.id: team for team in ask(district, place, hour=3).responders}
    rush = {team.id: team for team in ask(district, place, hour=8).responders}
    for key, team in calm.items():
        assert team.free_flow_s == rush[key].free_flow_s == team.eta_s
        if team.drive_s:
            assert (rush[key].drive_s or 0) > team.drive_s


def test_closing_a_district_by_polygon_reaches_the_cautions(district: OneMap) -> None:
    west, south, east, north = district.extent_m
    area = shapely.box(west - 9e3, south - 9e3, east + 9e3, north + 9e3)
    incident = Incident(at(district, "school"), CALM, "fire", Closures((area,)))
    brief = situation_brief(district, incident)
    assert not any(team.reachable for team in brief.responders)
    assert brief.cautions[0].text == say("No team can reach the incident; closures are in force.")


def test_the_age_of_the_registers_is_said(town: OneMap) -> None:
    late = datetime(2028, 9, 16, 3, 0)  # noqa: DTZ001 - the hour of the district's own clock
    brief = situation_brief(town, replace(at_town(750, 500), time=late))
    assert "The registers are 731 days old." in [str(c.text) for c in brief.cautions]
