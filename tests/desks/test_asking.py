"""What a person types: coordinates in every dress, hours, closures."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from desks.command import Incident, situation_brief
from desks.command.asking import Asked, incident_of
from desks.command.lines import brief_lines, clock
from desks.onemap import OneMap
from geodata.faults import UserError
from language import Catalogue
from tests.desks.making import CALM, at_town
from tests.desks.worlds import put

AT = "113.0073,23.0056"


def asked(town: OneMap, **what: object) -> Incident:
    """Return the incident of what was typed, AT and now where nothing else is said."""
    return incident_of(town, Asked(**({"at": AT} | what)), CALM)  # type: ignore[arg-type]  # the tests name its own fields


def asked_or_refused(town: OneMap, text: str) -> Incident | None:
    """Return the incident at what was typed, None where a sentence refuses it."""
    try:
        return asked(town, at=text)
    except UserError:
        return None


@pytest.mark.parametrize(
    "text",
    [
        AT,
        " 113.0073 , 23.0056 ",
        "113.0073，23.0056",
        "113.0073、23.0056",
        "１１３．００７３,23.0056",
    ],
)
def test_one_place_in_many_dresses(town: OneMap, text: str) -> None:
    assert asked(town, at=text).at == pytest.approx(asked(town).at, abs=1e-6)


@pytest.mark.parametrize(
    "text", ["", ",", "113", "113,", "a,b", "113,23,0", "nan,nan", "inf,23", "1e999,23", "--at"]
)
def test_what_is_no_place_is_refused(town: OneMap, text: str) -> None:
    with pytest.raises(UserError) as caught:
        asked(town, at=text)
    assert caught.value.faults[0].file == "--at"


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(max_size=40))
def test_no_text_breaks_the_door(town: OneMap, text: str) -> None:
    """Whatever is typed ends in an incident with metres or in a sentence."""
    incident = asked_or_refused(town, text)
    assert incident is None or all(abs(value) < 1e9 for value in incident.at)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.floats(-400, 400), st.floats(-400, 400))
def test_no_number_breaks_the_door(town: OneMap, lon_deg: float, lat_deg: float) -> None:
    incident = asked_or_refused(town, f"{lon_deg:.9f},{lat_deg:.9f}")
    assert incident is None or situation_brief(town, incident).responders


def test_swapped_degrees_are_said_only_where_beyond_doubt(town: OneMap) -> None:
    with pytest.raises(UserError, match="each other's place"):
        asked(town, at="23.0056,113.0073")
    assert asked(town, at="114.5,22.5").at[0] > 500_000  # far off, but no swap


@pytest.mark.parametrize(("hour", "expected"), [("0", 0), ("08", 8), ("23", 23), ("３", 3)])
def test_an_hour_is_of_today(town: OneMap, hour: str, expected: int) -> None:
    time = asked(town, hour=hour).time
    assert (time.date(), time.hour, time.minute) == (CALM.date(), expected, 0)


@pytest.mark.parametrize("hour", ["24", "-1", "3.5", "noon", "003", "1 0"])
def test_no_other_hour_is_taken(town: OneMap, hour: str) -> None:
    with pytest.raises(UserError, match="no hour"):
        asked(town, hour=hour)


def test_a_time_is_taken_with_its_zone(town: OneMap) -> None:
    time = asked(town, time="2026-09-16T14:22:05+08:00").time
    assert (time.hour, time.minute) == (14, 22)
    assert time.utcoffset() is not None
    assert asked(town).time == CALM


def closures(folder: Path, *shapes: shapely.Geometry) -> Path:
    path = folder / "closed.geojson"
    gpd.GeoDataFrame(geometry=list(shapes), crs=4326).to_file(path)
    return path


def test_closures_come_in_metres(town: OneMap, tmp_path: Path) -> None:
    box = shapely.box(113.0021, 23.0051, 113.0031, 23.0061)
    two = shapely.MultiPolygon([box, shapely.box(113.01, 23.01, 113.011, 23.011)])
    incident = asked(town, closures=(closures(tmp_path, box, two),), closed_roads=("人民路",))
    assert len(incident.closures.polygons) == 3
    assert incident.closures.polygons[0].area == pytest.approx(102.5 * 110.8, rel=0.02)
    assert incident.closures.roads == ("人民路",)


def test_a_closure_that_is_no_area_is_refused(town: OneMap, tmp_path: Path) -> None:
    path = closures(tmp_path, shapely.Point(113, 23))
    with pytest.raises(UserError, match="Not every"):
        asked(town, closures=(path,))


@pytest.mark.parametrize("content", ["", "{", '{"type": "FeatureCollection", "features": []}'])
def test_a_broken_closure_file_is_refused(town: OneMap, tmp_path: Path, content: str) -> None:
    path = tmp_path / "closed.geojson"
    path.write_text(content)
    with pytest.raises(UserError, match=r"closed\.geojson"):
        asked(town, closures=(path,))


def test_hours_are_the_districts_on_a_machine_of_another_zone(town: OneMap) -> None:
    now = datetime(2026, 9, 16, 18, 55, tzinfo=UTC)
    assert incident_of(town, Asked(AT), now).time.hour == 2
    stated = incident_of(town, Asked(AT, hour="14"), now).time
    assert stated.isoformat() == "2026-09-17T14:00:00+08:00"
    foreign = incident_of(town, Asked(AT, time="2026-09-16T06:22+00:00"), now).time
    assert (foreign.hour, foreign.minute) == (14, 22)


@pytest.mark.parametrize("text", ["9999-12-31T23:59-12:00", "0001-01-01T00:00+14:00"])
def test_a_time_at_the_end_of_the_calendar_is_taken_as_stated(town: OneMap, text: str) -> None:
    assert asked(town, time=text).time.isoformat().startswith(text[:13])


def test_times_are_worded_as_minutes_and_seconds() -> None:
    assert [clock(s) for s in (0, 59, 60, 440, 3_605, None)] == [
        "0′00″", "0′59″", "1′00″", "7′20″", "60′05″", "—",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_lines_hold_every_team_and_every_caution(town: OneMap, language: str) -> None:
    catalogue = Catalogue.load(language)
    brief = situation_brief(town, at_town(750, 500, kind="hazmat_leak"))
    text = "\n".join(brief_lines(town, brief, catalogue))
    for team in brief.responders:
        assert team.name in text
    for caution in brief.cautions:
        assert catalogue.word(caution.text) in text
    assert catalogue.word(brief.why_first) in text
    assert "None" not in text
    fire = situation_brief(town, at_town(750, 500, kind="fire"))
    assert "2′32″" in "\n".join(brief_lines(town, fire, catalogue))  # T1: 152 s


def test_now_is_the_clock_of_the_caller(town: OneMap) -> None:
    late = datetime(2026, 12, 31, 23, 59)  # noqa: DTZ001 - the hour of the district's own clock
    assert incident_of(town, Asked(AT), late).time == late


def test_the_lines_say_what_was_stated_and_who_is_in_it(town: OneMap) -> None:
    """A nursing home within the isolation is worth more than the nearest firm."""
    homes = [
        {"id": f"H{i}", "name": f"养老院{i}", "at": (i * 10, 1_000), "people": 40}
        for i in range(10)
    ]
    world = put(town, "nursing_home", homes)
    leak = replace(
        at_town(0, 1_000, kind="hazmat_leak"),
        substance="chlorine", quantity_t=1.0, wind_from_deg=359.7, wind_ms=2.0,
    )  # fmt: skip
    brief = situation_brief(world, leak)
    said = list(brief_lines(world, brief, Catalogue.load("en")))
    assert said[1] == "Chlorine · 1 t · wind from 0° · 2 m/s"
    inside = [line for line in said if line.startswith("  ! ")]
    assert len(inside) == 8
    assert inside[0].startswith("  ! 养老院0 · Life-threatening · 0 m away · 40 people")
    assert f"    and {len(brief.exposure.receptors) - 8} more places" in said  # type: ignore[union-attr]  # a leak has one
    bare = list(brief_lines(town, situation_brief(town, at_town(0, 0)), Catalogue.load("en")))
    assert "wind" not in bare[1]
