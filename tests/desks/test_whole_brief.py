"""The whole brief: every part is there, rests on the same incident, and is asked for in words."""

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import jsonschema
import pytest
import shapely

from desks.command import Incident, SituationBrief, brief_document, situation_brief
from desks.command.asking import Asked, incident_of
from desks.command.lines import brief_lines
from desks.command.response import response_level
from desks.onemap import OneMap
from geodata.faults import UserError
from language import Catalogue
from risk.stated import Stated
from tests.desks.making import CALM, at_town, degrees_in_town
from tests.desks.teams import zoned

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "schemas" / "brief.schema.json").read_text("utf-8")
)
AT = "113.0073,23.0056"


def at_hazard(onemap: OneMap, **known: object) -> Incident:
    """Return a leak at the first major hazard, where 12 t of chlorine are on file."""
    x_m, y_m = onemap.records["hazard"].xy_m[0]
    incident = Incident((float(x_m), float(y_m)), CALM.replace(hour=14), "hazmat_leak")
    return replace(incident, **known)  # type: ignore[arg-type]  # the tests name its own fields


@pytest.fixture(scope="module")
def leak(district: OneMap) -> SituationBrief:
    known = {"substance": "chlorine", "quantity_t": 1.0, "wind_from_deg": 90.0, "wind_ms": 2.0}
    return situation_brief(district, at_hazard(district, **known))


def test_a_chlorine_leak_has_every_part(leak: SituationBrief) -> None:
    assert leak.zones.protective is not None
    assert leak.exposure is not None
    assert leak.exposure.people_now
    assert leak.approach is not None
    assert leak.approach.stand_off is not None
    assert leak.supplies is not None
    assert leak.supplies.needs
    assert leak.plan_cards
    assert len(leak.calls) >= 8
    assert leak.evacuation is not None
    assert leak.evacuation.demand_people == leak.exposure.people_now
    assert leak.response_level is not None
    # More people lie within the guidebook's distance than within the model's: the larger protects.
    assert leak.response_level.level == "Ⅱ"
    assert "by the protective zone alone it would be Ⅲ" in str(leak.response_level.rule)
    assert leak.responders[0].fit
    assert not leak.responders[0].in_zone


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_keeps_its_schema(
    district: OneMap, leak: SituationBrief, language: str
) -> None:
    document = brief_document(district, leak, Catalogue.load(language))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["incident"]["substance"]["key"] == "chlorine"
    assert document["hazard"]["governing"] == leak.zones.governing
    lon_deg, lat_deg = document["stand_off"]["at"]
    assert 113 < lon_deg < 114
    assert 22 < lat_deg < 24


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_lines_tell_reach_people_calls_and_plans(
    district: OneMap, leak: SituationBrief, language: str
) -> None:
    catalogue = Catalogue.load(language)
    text = "\n".join(brief_lines(district, leak, catalogue))
    assert leak.exposure is not None
    assert str(leak.exposure.people_now) in text
    for zone in leak.zones.lines:
        assert f"{round(zone.reach_m)} " in text
    for call in leak.calls:
        assert call.name in text
    assert leak.plan_cards[0].name in text
    assert "None" not in text


def test_what_nobody_stated_is_taken_from_the_hazard_for_every_part(district: OneMap) -> None:
    """A click on the chlorine tanks without a substance: zones, teams and materials take it."""
    brief = situation_brief(district, at_hazard(district, wind_from_deg=90.0, wind_ms=2.0))
    assert brief.incident.substance == ""
    assert any("Taken from the register" in str(c.text) for c in brief.cautions)
    assert brief.supplies is not None
    assert "有毒气体检测仪" in {need.item for need in brief.supplies.needs}
    assert "区生态环境分局" in {call.name for call in brief.calls}
    assert not any(team.fit for team in brief.responders if team.kind == "燃气抢险")


def test_without_kind_and_substance_every_team_is_fit(district: OneMap) -> None:
    brief = situation_brief(district, at_hazard(district, kind="unspecified"))
    assert all(team.fit for team in brief.responders)
    said = [str(c.text) for c in brief.cautions]
    assert "No kind of incident is stated: teams are ranked by time alone." in said


def test_unverified_rules_are_said(leak: SituationBrief) -> None:
    said = " ".join(str(caution.text) for caution in leak.cautions)
    assert "Material needs are house figures, unverified" in said
    assert "The rule of the response level is unverified" in said
    assert "is a house rule, unverified" in said
    assert [caution.rank for caution in leak.cautions] == list(range(len(leak.cautions)))


def test_the_level_says_what_it_does_not_know(town: OneMap) -> None:
    assert response_level(at_town(750, 500), None).level == ""
    unknown = response_level(at_town(750, 500, kind="fire"), None)
    assert (unknown.level, unknown.verified) == ("Ⅳ", False)
    assert "not known" in str(unknown.rule)
    assert situation_brief(town, zoned(750, 500, 2_000)).response_level is not None


def test_an_unknown_substance_is_refused_with_a_sentence(town: OneMap) -> None:
    with pytest.raises(UserError, match="unobtainium"):
        situation_brief(town, replace(at_town(750, 500), substance="unobtainium"))


def asked(town: OneMap, **what: object) -> Incident:
    return incident_of(town, Asked(**({"at": AT} | what)), CALM)  # type: ignore[arg-type]  # the tests name its own fields


def test_substance_and_wind_are_asked_in_words(town: OneMap) -> None:
    stated = Stated(
        at=AT, substance="液氯", quantity_t="１.5", wind_from="450", wind_ms="2", cloud="8"
    )
    incident = asked(town, matter=stated)
    assert (incident.substance, incident.quantity_t) == ("chlorine", 1.5)
    assert (incident.wind_from_deg, incident.wind_ms, incident.cloud_oktas) == (90.0, 2.0, 8)
    assert asked(town).substance == ""
    assert asked(town).wind_from_deg is None


def test_every_slip_is_named_at_once(town: OneMap) -> None:
    stated = Stated(
        at=AT, substance="unobtainium", quantity_t="-1", wind_from="west", cloud="9", wind_ms="nan"
    )
    with pytest.raises(UserError) as caught:
        asked(town, matter=stated, withdrawn=("team:GONE", "school:1", ""), kind="meteor")
    options = [fault.file for fault in caught.value.faults]
    assert options.count("--withdraw") == 3
    assert {"--substance", "--quantity-t", "--wind-from", "--wind-ms", "--cloud"} <= set(options)
    assert "layers are team." in str(caught.value)


def test_withdrawn_teams_zones_and_floods_come_from_the_command(
    town: OneMap, tmp_path: Path
) -> None:
    """Row S1-19: flooded ground by file, as a closure is."""
    corners = [degrees_in_town(town, x, y) for x, y in ((200, 450), (300, 450), (300, 550))]
    path = tmp_path / "area.geojson"
    area = gpd.GeoDataFrame(geometry=[shapely.Polygon(corners)], crs="EPSG:4326")
    area.to_file(path, driver="GeoJSON")
    incident = asked(town, zones=(path,), floods=(path, path), withdrawn=("team:T1",))
    assert (len(incident.foreign), len(incident.flooded)) == (1, 2)
    assert incident.withdrawn == (("team", "T1"),)
    assert incident.foreign[0].shape.area == pytest.approx(5_000, rel=1e-3)
    brief = situation_brief(town, incident)
    said = [str(caution.text) for caution in brief.cautions]
    assert any("the file area.geojson has them; it says neither who" in one for one in said)
    document = brief_document(town, brief, Catalogue.load("zh"))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["incident"]["withdrawn"] == ["team:T1"]


def test_a_file_that_holds_no_area_is_named(town: OneMap, tmp_path: Path) -> None:
    path = tmp_path / "line.geojson"
    line = shapely.LineString([(113.0, 23.0), (113.1, 23.0)])
    gpd.GeoDataFrame(geometry=[line], crs="EPSG:4326").to_file(path, driver="GeoJSON")
    with pytest.raises(UserError, match="Not every shape of the file is an area"):
        asked(town, floods=(path,))
