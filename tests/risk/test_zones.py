"""From a release to zones: turned into the wind, with a spread, one model governing."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from geodata.faults import UserError
from risk import LEVELS, MODELS, Release, zones
from risk.release import PROTECTIVE, Shape
from risk.weather import SKY
from risk.zones import GOVERNING, circle, fan, farthest_m, governing, load_governing
from tests.risk.releases import MIDNIGHT, NOON, released

TABLE = Path(__file__).parents[2] / "risk" / "governing.toml"


def chlorine(quantity_t: float | None = 1.0, **changed: object) -> Release:
    wind = (90.0, 2.0)
    release = released("chlorine", quantity_t, "hazmat_leak", wind=wind, time=MIDNIGHT)
    return replace(release, **changed)  # type: ignore[arg-type]  # fields of a release


def middle(shape: Shape) -> tuple[float, float]:
    return float(shape.centroid.x), float(shape.centroid.y)


@pytest.mark.parametrize(
    ("wind_from", "east", "north"),
    [(90.0, -1, 0), (270.0, 1, 0), (0.0, 0, -1), (180.0, 0, 1), (225.0, 1, 1), (-90.0, 1, 0)],
)
def test_the_line_lies_where_the_wind_blows_to(wind_from: float, east: int, north: int) -> None:
    """A wind from the east carries the cloud to the west."""
    at = (40_000.0, 2_500_000.0)
    found = zones(chlorine(at=at, wind_from_deg=wind_from))
    for zone in found.of("plume"):
        x, y = middle(zone.shape)
        away = math.hypot(x - at[0], y - at[1])
        aim = math.hypot(east, north)
        turned = ((x - at[0]) * east + (y - at[1]) * north) / (away * aim)
        assert turned == pytest.approx(1.0, abs=1e-6)
        assert zone.shape.distance(shapely.Point(at)) == pytest.approx(0.0, abs=1e-6)


def test_turning_and_moving_change_neither_size_nor_reach() -> None:
    first = zones(chlorine())
    other = zones(chlorine(at=(5e5, -3e6), wind_from_deg=217.0))
    for one, two in zip(first.zones, other.zones, strict=True):
        assert (one.model, one.level) == (two.model, two.level)
        assert one.reach_m == pytest.approx(two.reach_m, rel=1e-6)
        assert one.shape.area == pytest.approx(two.shape.area, rel=1e-6)


def test_the_same_release_reaches_four_hundred_metres_to_kilometres() -> None:
    """The issue: the same ton of chlorine, and only the weather differs."""
    reach = []
    for wind, stability in ((6.0, "D"), (3.0, "D"), (1.5, "F")):
        found = zones(chlorine(wind_ms=wind, stability=stability))
        second = [zone for zone in found.lines if zone.level == "aegl_2"]
        reach.append(second[0].reach_m)
    assert reach == sorted(reach)
    assert reach[-1] > 5.0 * reach[0]


def test_a_ton_of_chlorine_at_night_is_governed_by_heavy_gas() -> None:
    """Dispersion governs, ERG stays beside it, the second level is protective."""
    found = zones(chlorine())
    assert found.governing == "dense_gas"
    assert [zone.level for zone in found.lines] == ["aegl_3", "aegl_2", "aegl_1"]
    assert found.protective is not None
    assert found.protective.level == "aegl_2"
    assert found.of("erg")
    assert found.weather is not None
    assert found.weather.stability == "F"


@pytest.mark.parametrize(
    "unknown", [{"quantity_t": None}, {"wind_ms": None}, {"wind_from_deg": None}]
)
def test_until_quantity_and_wind_are_known_the_guidebook_governs(
    unknown: dict[str, None],
) -> None:
    found = zones(chlorine(**unknown))  # type: ignore[arg-type]  # one field of a release
    assert found.governing == "erg"
    assert not found.of("plume")
    assert found.notes


def test_without_a_direction_the_guidebook_draws_a_circle() -> None:
    found = zones(chlorine(wind_from_deg=None))
    assert found.protective is not None
    shape = found.protective.shape
    assert middle(shape) == pytest.approx((0.0, 0.0), abs=1e-6)
    ring = shapely.get_coordinates(shape)
    assert np.hypot(ring[:, 0], ring[:, 1]).min() == pytest.approx(found.protective.reach_m)


def test_in_a_calm_the_dispersion_is_a_circle_too() -> None:
    found = zones(chlorine(wind_ms=0.1))
    for zone in found.lines:
        assert middle(zone.shape) == pytest.approx((0.0, 0.0), abs=1e-6)
    assert "Wind too weak" in " ".join(str(note) for note in found.notes)


@pytest.mark.parametrize(
    ("substance", "kind", "model"),
    [
        ("chlorine", "hazmat_leak", "dense_gas"),
        ("ammonia", "fire", "plume"),
        ("lpg", "gas_leak", "erg"),
        ("petrol", "tank_fire", "pool_fire"),
        ("lpg", "explosion", "blast"),
        ("tnt", "explosion", "blast"),
    ],
)
def test_which_model_governs(substance: str, kind: str, model: str) -> None:
    release = released(substance, 5.0, kind, wind=(90.0, 3.0), time=NOON)
    assert zones(release).governing == model


def test_a_model_that_no_rule_names_governs_where_it_is_alone() -> None:
    release = released("chlorine", 1.0, "fire")
    assert governing(release, ["drawn"]) == "drawn"
    assert governing(release, []) == ""


def test_every_kind_of_release_has_a_rule() -> None:
    assert GOVERNING[-1].kinds == ()
    assert GOVERNING[-1].hazard == ""


def test_nothing_known_gives_no_zone_but_says_why() -> None:
    found = zones(released("", None, "unspecified"))
    assert "Substance not known" in " ".join(str(note) for note in found.notes)
    assert found.weather is None


@pytest.mark.parametrize("quantity", [0.0, -1.0, float("nan"), float("inf")])
def test_a_quantity_that_cannot_be_is_told_as_not_known(quantity: float) -> None:
    found = zones(chlorine(quantity))
    assert "Quantity not known" in " ".join(str(note) for note in found.notes)
    assert found.governing == "erg"


@pytest.mark.parametrize(("key", "told"), [("sodium_hydroxide", True), ("chlorine", False)])
def test_a_substance_without_figures_is_told(key: str, told: bool) -> None:  # noqa: FBT001
    for quantity, wind in ((1.0, (90.0, 2.0)), (None, (None, None))):
        found = zones(released(key, quantity, "hazmat_leak", wind=wind))
        said = " ".join(str(note) for note in found.notes)
        assert ("figures are not on file" in said) is told


def test_a_circle_has_its_points_at_the_radius() -> None:
    ring = shapely.get_coordinates(circle((5.0, -7.0), 120.0)) - np.array((5.0, -7.0))
    assert np.hypot(ring[:, 0], ring[:, 1]) == pytest.approx(np.full(len(ring), 120.0))


def test_a_fan_holds_all_that_its_shape_sweeps() -> None:
    leaf = shapely.Polygon([(0, 0), (50, 10), (100, 0), (50, -10)])
    for veer in (5.0, 20.0, 60.0):
        swept = fan(leaf, 100.0, veer).buffer(0.5)
        for angle in np.linspace(-veer, veer, 7):
            turned = shapely.affinity.rotate(leaf, angle, origin=(0, 0))
            assert swept.covers(turned)
        assert farthest_m(fan(leaf, 100.0, veer), (0.0, 0.0)) == pytest.approx(100.0)
    assert fan(leaf, 100.0, 180.0).equals(circle((0.0, 0.0), 100.0))


def test_the_spread_is_wider_than_the_line_by_the_veer_of_the_wind() -> None:
    zone = zones(chlorine(wind_ms=4.0)).lines[1]
    assert zone.spread is not None
    assert zone.spread.area > 1.5 * zone.shape.area
    assert 0.5 < SKY.share < 1.0


def test_a_model_without_weather_has_no_spread() -> None:
    found = zones(released("tnt", 1.0, "explosion"))
    blast = found.of("blast")
    assert blast
    assert all(zone.spread is None and zone.spread_m is None for zone in blast)


def test_a_day_is_kinder_than_a_night() -> None:
    night, day = zones(chlorine()), zones(chlorine(time=NOON))
    assert night.protective is not None
    assert day.protective is not None
    assert day.protective.reach_m < night.protective.reach_m


def test_open_country_is_reached_farther_than_a_town() -> None:
    town, country = zones(chlorine()), zones(chlorine(is_urban=False))
    assert country.lines[0].reach_m > 2.0 * town.lines[0].reach_m


def test_what_reaches_to_the_end_of_the_coefficients_says_so() -> None:
    outer = zones(chlorine(100.0)).lines[-1]
    assert outer.reach_m == pytest.approx(10_000.0)
    assert any("Cut at 10 km" in str(said) for said in outer.assumptions)


def test_keys_of_models_and_levels_are_unique_and_named() -> None:
    keys = [model.key for model in MODELS]
    assert len(keys) == len(set(keys))
    assert set(PROTECTIVE) <= set(LEVELS)
    for model in MODELS:
        assert model.title_zh
        assert model.title_en
        assert model.source


@pytest.mark.parametrize(
    ("line", "put", "named"),
    [
        ('models = ["dense_gas", "plume"]', 'models = ["crystal_ball"]', "rule 1, models 1"),
        ('hazard = "toxic_gas"', 'hazard = "smelly"', "rule 1, hazard"),
        ('kinds = ["explosion"]', "kinds = []", "rule 2, kinds"),
        ("verified = false", "", "verified"),
    ],
)
def test_an_edited_rule_that_cannot_be_meant_is_named(
    tmp_path: Path, line: str, put: str, named: str
) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert line in text
    path = tmp_path / "governing.toml"
    path.write_text(text.replace(line, put, 1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_governing(path)
    assert named in [fault.column for fault in caught.value.faults]
