"""Who is told: at least eight bodies, by kind and substance, at three levels of escalation."""

from dataclasses import replace
from pathlib import Path

import pytest

from desks.command import Incident, situation_brief
from desks.command.calls import TABLE, calls, load_calls
from desks.command.placing import place_of
from desks.onemap import OneMap
from geodata.faults import UserError
from risk import INCIDENT_KINDS, RESPONSE_LEVELS
from tests.desks.making import CALM, at_town, town_place
from tests.desks.worlds import put


def leak_at(onemap: OneMap) -> Incident:
    x_m, y_m = onemap.records["hazard"].xy_m[0]
    return Incident((float(x_m), float(y_m)), CALM, "hazmat_leak", substance="chlorine")


def body(record_id: str, name: str, level: str, **columns: object) -> dict[str, object]:
    return {"id": record_id, "name": name, "level": level, "at": (100.0, 100.0), **columns}


def test_a_chlorine_leak_calls_environment_and_weather(district: OneMap) -> None:
    """Row S2-3: the list holds 环保 and 气象, 110, 119 and 120, and at least eight bodies."""
    brief = situation_brief(district, leak_at(district))
    names = [call.name for call in brief.calls]
    assert {"区生态环境分局", "区气象局", "区公安分局", "区消防救援大队", "区卫生健康局"} <= set(
        names
    )
    assert len(names) == len(set(names)) >= 8
    assert [call.order for call in brief.calls] == list(range(1, len(names) + 1))
    assert all(call.task and call.within_min for call in brief.calls)


@pytest.mark.parametrize("kind", INCIDENT_KINDS)
@pytest.mark.parametrize("level", ["", *RESPONSE_LEVELS])
def test_every_kind_calls_eight_bodies_at_every_level(town: OneMap, kind: str, level: str) -> None:
    """Row S2-3: by kind of incident; in a town without departments each is named as missing."""
    incident = at_town(750, 500, kind=kind)
    place = place_of(town, incident.at, road="", road_m=0)
    told = calls(town, incident, place, level)
    assert len(told) >= 8
    assert all(call.missing is not None and call.name and not call.id for call in told)


def test_three_levels_of_escalation(district: OneMap) -> None:
    """Row S2-3: step 1 at once, 2 from level Ⅲ on, 3 (the city) from level Ⅱ on."""
    incident = leak_at(district)
    place = place_of(district, incident.at, road="", road_m=0)
    steps = {}
    for level in ("Ⅳ", "Ⅲ", "Ⅱ", "Ⅰ"):
        told = calls(district, incident, place, level)
        steps[level] = {call.level for call in told}
        assert [call.level for call in told] == sorted(call.level for call in told)
    assert steps == {"Ⅳ": {"1"}, "Ⅲ": {"1", "2"}, "Ⅱ": {"1", "2", "3"}, "Ⅰ": {"1", "2", "3"}}
    assert "市生态环境局" in {call.name for call in calls(district, incident, place, "Ⅰ")}


def test_weather_is_not_called_to_a_crush(district: OneMap) -> None:
    incident = replace(leak_at(district), kind="crowd", substance="")
    place = place_of(district, incident.at, road="", road_m=0)
    assert "区气象局" not in {call.name for call in calls(district, incident, place, "Ⅳ")}


def test_the_subdistricts_own_office_is_called(town: OneMap) -> None:
    rows = [
        body("D1", "南街街道应急办", "街道", subdistrict="南街街道"),
        body("D2", "北街街道应急办", "街道", subdistrict="北街街道"),
    ]
    onemap = put(town, "department", rows)
    incident = at_town(750, 600, kind="fire")
    place = place_of(onemap, town_place(750, 600), road="", road_m=0)
    assert place.subdistrict == "北街街道"
    told = {call.id for call in calls(onemap, incident, place, "Ⅳ")}
    assert "D2" in told
    assert "D1" not in told


def test_the_district_comes_before_the_city_and_nobody_is_called_twice(town: OneMap) -> None:
    rows = [
        body("D1", "市公安局", "市"),
        body("D2", "区公安分局", "区"),
        body("D3", "区公安消防救援大队", "区"),
    ]
    onemap = put(town, "department", rows)
    incident = at_town(750, 500, kind="fire")
    place = place_of(onemap, incident.at, road="", road_m=0)
    told = [call.id for call in calls(onemap, incident, place, "Ⅳ") if call.id]
    assert told == ["D3", "D2"]


def test_a_rule_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "calls.toml"
    text = TABLE.read_text(encoding="utf-8")
    path.write_text(
        text.replace("step = 1", "step = 4", 1).replace('levels = ["区"]', 'levels = ["县"]', 1),
        encoding="utf-8",
    )
    with pytest.raises(UserError) as caught:
        load_calls(path)
    columns = [fault.column for fault in caught.value.faults]
    assert sorted(columns) == ["call 1, step", "call 4, levels"]


def test_every_rule_has_a_source_and_none_passes_for_verified() -> None:
    for row in load_calls(TABLE):
        assert row["source"]
        assert row["verified"] is False
        assert row["within_min"] > 0
