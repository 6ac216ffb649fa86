"""Sun, stability, and the weathers that may hold around what is known."""

# ruff: noqa: DTZ001, DTZ901 - a time without zone is the place's own

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from geodata.faults import UserError
from risk import weather
from risk.release import Release
from risk.weather import SKY, Sky, load_sky, pasquill, plausible, sun_height_deg, veer_deg

TABLE = Path(weather.__file__).parent / "weather.toml"
NOON = Release(
    (0.0, 0.0), 113.0, 23.0, datetime(2026, 6, 21, 12, 30), wind_from_deg=90.0, wind_ms=3.0,
    cloud_oktas=2,
)  # fmt: skip
NIGHT = replace(NOON, time=datetime(2026, 6, 21, 1, 0))


@pytest.mark.parametrize(
    ("lon", "lat", "time", "height"),
    [
        (0.0, 51.48, datetime(2026, 3, 20, 12, 7, tzinfo=UTC), 38.5),
        (0.0, 0.0, datetime(2026, 9, 23, 11, 53, tzinfo=UTC), 90.0),
        (113.0, 23.44, datetime(2026, 6, 21, 4, 30, tzinfo=UTC), 90.0),
        (113.0, 23.44, datetime(2026, 6, 21, 12, 30), 90.0),
        (-71.3, -29.9, datetime(2026, 12, 21, 16, 44, tzinfo=UTC), 83.5),
        (0.0, 90.0, datetime(2026, 12, 21, 12, 0, tzinfo=UTC), -23.4),
        (113.0, 23.0, datetime(2026, 6, 21, 0, 30), -43.6),
    ],
)
def test_the_sun_stands_where_the_almanac_has_it(
    lon: float, lat: float, time: datetime, height: float
) -> None:
    assert sun_height_deg(lon, lat, time) == pytest.approx(height, abs=0.6)


def test_a_time_without_zone_is_the_place_s_own() -> None:
    naive = datetime(2026, 5, 1, 9, 0)
    china = naive.replace(tzinfo=timezone(timedelta(hours=8)))
    assert sun_height_deg(113.0, 23.0, naive) == sun_height_deg(113.0, 23.0, china)
    chile = naive.replace(tzinfo=timezone(timedelta(hours=-5)))
    assert sun_height_deg(-71.3, -29.9, naive) == sun_height_deg(-71.3, -29.9, chile)


@pytest.mark.parametrize("time", [datetime.min, datetime.max, datetime.min.replace(tzinfo=UTC)])
@pytest.mark.parametrize("lon", [-180.0, 113.0, 180.0])
def test_no_time_is_too_early_or_too_late(time: datetime, lon: float) -> None:
    assert -90.0 <= sun_height_deg(lon, 23.0, time) <= 90.0


@pytest.mark.parametrize(
    ("wind", "sun", "cloud", "stability"),
    [
        (1.0, 70.0, 0, "A"),
        (2.0, 70.0, 0, "B"),
        (2.5, 45.0, 0, "B"),
        (4.0, 45.0, 0, "C"),
        (4.0, 45.0, 5, "C"),
        (7.0, 70.0, 0, "C"),
        (2.5, 20.0, 0, "C"),
        (2.5, 20.0, 6, "D"),
        (2.5, 5.0, 0, "D"),
        (1.0, -5.0, 0, "F"),
        (2.5, -5.0, 3, "F"),
        (2.5, -5.0, 4, "E"),
        (4.0, -5.0, 0, "E"),
        (5.0, -5.0, 0, "D"),
        (1.0, -30.0, 8, "D"),
        (1.0, 70.0, 8, "D"),
    ],
)
def test_stability_by_wind_sun_and_clouds(
    wind: float, sun: float, cloud: int, stability: str
) -> None:
    """A line of Pasquill's table each, the bounds inclusive."""
    assert pasquill(wind, sun, cloud) == stability


def test_weather_is_known_only_with_wind_and_its_direction() -> None:
    found = weather.weather_of(NOON)
    assert found is not None
    assert (found.wind_from_deg, found.wind_ms, found.stability) == (90.0, 3.0, "B")
    for unknown in (
        replace(NOON, wind_ms=None),
        replace(NOON, wind_from_deg=None),
        replace(NOON, wind_ms=float("nan")),
        replace(NOON, wind_from_deg=float("inf")),
    ):
        assert weather.weather_of(unknown) is None


def test_a_stated_class_comes_before_a_computed_one_and_nonsense_does_not() -> None:
    stated = weather.weather_of(replace(NOON, stability=" f "))
    assert stated is not None
    assert stated.stability == "F"
    for text in ("G", "AB", "", "?", "ABCDEF"):
        found = weather.weather_of(replace(NOON, stability=text))
        assert found is not None
        assert found.stability == "B"


def test_calm_has_no_direction() -> None:
    assert weather.is_calm(replace(NOON, wind_ms=0.0))
    assert weather.is_calm(replace(NOON, wind_from_deg=None))
    assert not weather.is_calm(replace(NOON, wind_ms=SKY.calm_ms))
    found = weather.weather_of(replace(NOON, wind_ms=0.0))
    assert found is not None
    assert found.wind_ms == SKY.calm_ms


def test_what_is_known_is_among_what_is_plausible() -> None:
    for release in (NOON, NIGHT, replace(NOON, stability="D"), replace(NOON, cloud_oktas=8)):
        assert weather.weather_of(release) in plausible(release)


def test_plausible_weathers_lie_around_the_known_wind() -> None:
    winds = {one.wind_ms for one in plausible(NOON)}
    assert min(winds) == pytest.approx(1.5)
    assert max(winds) == pytest.approx(6.0)
    assert {one.wind_from_deg for one in plausible(NOON)} == {90.0}
    assert {one.stability for one in plausible(NIGHT)} >= {"E", "F"}
    assert not {one.stability for one in plausible(NIGHT)} & {"A", "B", "C"}


def test_where_nothing_is_known_the_whole_range_is_plausible() -> None:
    found = plausible(replace(NIGHT, wind_ms=None, wind_from_deg=None, cloud_oktas=None))
    assert {one.wind_ms for one in found} == set(SKY.spread_winds_ms)
    assert {one.stability for one in found} == {"D", "E", "F"}


def test_a_stated_class_is_plausible_within_one_step() -> None:
    assert {one.stability for one in plausible(replace(NOON, stability="A"))} == {"A", "B"}
    assert {one.stability for one in plausible(replace(NOON, stability="D"))} == {"C", "D", "E"}


def test_the_weaker_the_wind_the_more_it_veers() -> None:
    veers = [veer_deg(replace(NOON, wind_ms=wind)) for wind in (0.1, 1.0, 2.0, 5.0, 9.0, 99.0)]
    assert veers == sorted(veers, reverse=True)
    assert veers[0] == 180.0
    assert veer_deg(replace(NOON, wind_from_deg=None)) == 180.0


@pytest.mark.parametrize("value", [-1e9, -1.0, 1e9])
def test_no_stated_value_leaves_the_bounds(value: float) -> None:
    release = replace(NOON, wind_ms=value, air_c=value, cloud_oktas=int(value))
    for one in (weather.stand_in(release), *plausible(release)):
        assert SKY.calm_ms <= one.wind_ms <= 60.0
        assert -60.0 <= one.air_c <= 60.0


@pytest.mark.parametrize(
    ("line", "put", "named"),
    [
        ('day_strong = ["A", "B", "B", "C", "C"]', 'day_strong = ["A"]', "pasquill, day_strong"),
        ('"A", "B", "B"', '"A", "B", "Q"', "pasquill, day_strong 3"),
        ("share = 0.9", "share = 1.5", "spread, share"),
        ("[1.5, 60.0]", "[1.5]", "spread, veer_deg"),
        ("winds_ms = [1.0", "winds_ms = [0.0", "spread"),
        ("air_c = 20.0", "", "assumed, air_c"),
        ("air_c = 20.0", "air_c = 20.0\nhumidity = 3", "assumed, humidity"),
        ("cloud_steps = [-2, 0, 2]", "cloud_steps = []", "spread, cloud_steps"),
    ],
)
def test_an_edited_rule_that_cannot_be_meant_is_named(
    tmp_path: Path, line: str, put: str, named: str
) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert line in text
    path = tmp_path / "weather.toml"
    path.write_text(text.replace(line, put, 1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_sky(path)
    assert named in [fault.column for fault in caught.value.faults]


def test_the_rules_that_came_with_the_program_say_that_they_are_not_verified() -> None:
    sky: Sky = load_sky(TABLE)
    assert not sky.verified
