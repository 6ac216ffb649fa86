"""A list's datum is told where the evidence can tell it, and left open where it cannot."""

from dataclasses import replace

import numpy as np
import pytest

from geodata.datum import wgs84_to_bd09, wgs84_to_gcj02
from geodata.faults import UserError
from geodata.forensics import DatumVerdict, Ground, judge_datum
from geodata.forensics_measures import Evidence
from tests.geodata.forensic_town import anywhere, beside, degrees, listing, stated, town

SHIFTS = {"wgs84": lambda lon, lat: (lon, lat), "gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}


@pytest.fixture(scope="module")
def ground() -> Ground:
    return town()


def chance(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def kind(verdict: DatumVerdict, name: str) -> Evidence:
    return next(evidence for evidence in verdict.evidence if evidence.kind == name)


@pytest.mark.parametrize("truth", SHIFTS)
def test_stated_units_tell_the_datum_of_points_off_the_road(ground: Ground, truth: str) -> None:
    """Parks lie nowhere near roads; the subdistrict column alone has to tell."""
    xy_m = anywhere(60, chance(1))
    numbers = SHIFTS[truth](*degrees(xy_m))
    found = judge_datum(listing(numbers, units=stated(ground, xy_m)), ground)
    assert (found.verdict, found.datum) == (truth, truth)
    assert found.stop == (truth != "wgs84")
    assert found.confidence >= 0.99
    assert found.power[truth] > 0.5
    assert kind(found, "stated").scores[truth] == 1.0
    assert kind(found, "stated").weights[truth] == 0.0
    assert kind(found, "stated").count == 60


@pytest.mark.parametrize("truth", SHIFTS)
def test_roads_alone_tell_a_long_list_along_roads(truth: str) -> None:
    ground = town(units=False, places=0)
    numbers = SHIFTS[truth](*degrees(beside(ground.roads, 300, chance(2))))
    found = judge_datum(listing(numbers), ground)
    assert found.verdict == truth
    assert [evidence.kind for evidence in found.evidence] == ["roads"]
    medians_m = kind(found, "roads").scores
    assert min(medians_m, key=medians_m.__getitem__) == truth


@pytest.mark.parametrize("truth", SHIFTS)
def test_roads_alone_never_tell_points_off_the_road(truth: str) -> None:
    """With roads alone and park-like points the honest answer is open, and power says so."""
    ground = town(units=False, places=0)
    numbers = SHIFTS[truth](*degrees(anywhere(120, chance(3))))
    found = judge_datum(listing(numbers), ground)
    assert (found.verdict, found.datum, found.stop) == ("undetermined", "", False)
    assert max(found.power.values()) < 0.5


@pytest.mark.parametrize("truth", SHIFTS)
def test_namesakes_elsewhere_tell_the_datum(truth: str) -> None:
    ground = town(units=False, roads=False)
    xy_m = ground.places_m[:14] + chance(4).normal(0.0, 20.0, (14, 2))
    found = judge_datum(listing(SHIFTS[truth](*degrees(xy_m)), keys=ground.place_keys[:14]), ground)
    assert found.verdict == truth
    assert kind(found, "names").scores[truth] < 60.0
    assert kind(found, "names").count == 14


def test_places_without_names_tell_by_lying_where_others_do() -> None:
    ground = town(units=False, roads=False)
    numbers = wgs84_to_gcj02(*degrees(ground.places_m[:80] + chance(5).normal(0.0, 8.0, (80, 2))))
    found = judge_datum(listing(numbers), ground)
    assert (found.verdict, found.stop) == ("gcj02", True)
    assert [evidence.kind for evidence in found.evidence] == ["places"]


def test_a_name_borne_by_two_places_says_nothing(ground: Ground) -> None:
    twice = replace(ground, place_keys=("中心小学",) * len(ground.place_keys), units=())
    numbers = degrees(ground.places_m[:10])
    found = judge_datum(listing(numbers, keys=("中心小学",) * 10), twice)
    assert "names" not in {evidence.kind for evidence in found.evidence}


def test_a_clerk_who_is_wrong_in_every_fifth_row_changes_no_verdict(ground: Ground) -> None:
    xy_m = anywhere(120, chance(6))
    units = list(stated(ground, xy_m))
    for i in range(0, 120, 5):
        units[i] = f"街道{(i * 7) % 25}"
    found = judge_datum(listing(degrees(xy_m), units=units), ground)
    assert (found.verdict, found.stop) == ("wgs84", False)


def test_a_mixed_list_names_its_rows(ground: Ground) -> None:
    """Rows pasted from a web map among surveyed ones: the verdict says which."""
    xy_m = np.concatenate([ground.places_m[:60], anywhere(60, chance(7))])
    lon, lat = degrees(xy_m)
    odd = np.arange(120) % 3 == 0
    gcj = wgs84_to_gcj02(lon, lat)
    numbers = np.where(odd, gcj[0], lon), np.where(odd, gcj[1], lat)
    keys = (*ground.place_keys[:60], *[""] * 60)
    found = judge_datum(listing(numbers, keys=keys, units=stated(ground, xy_m)), ground)
    assert (found.verdict, found.datum, found.other, found.stop) == (
        "mixed",
        "wgs84",
        "gcj02",
        True,
    )
    planted = set((np.flatnonzero(odd) + 2).tolist())
    assert len(set(found.rows) - planted) <= 1
    assert len(planted & set(found.rows)) >= 20
    named = set(found.rows) | set(found.unsure)
    assert len(planted - named) <= 2


def test_a_verdict_that_could_hide_a_mixture_says_so() -> None:
    """Every fourth of 120 rows is in GCJ-02 and the verdict is WGS 84 at 0.997: not silently."""
    ground = town(units=False, places=0)
    lon, lat = degrees(beside(ground.roads, 120, chance(2)))
    gcj, odd = wgs84_to_gcj02(lon, lat), np.arange(120) % 4 == 0
    numbers = np.where(odd, gcj[0], lon), np.where(odd, gcj[1], lat)
    found = judge_datum(listing(numbers), ground)
    assert (found.verdict, found.stop) == ("wgs84", False)
    assert found.confidence > 0.99
    assert "may have passed unseen: such rows told 30 %" in str(found.unseen)
    blind = replace(found, power={**found.power, "mixed": 0.0})
    assert "could not have been seen" in str(blind.unseen)
    assert "0 %" not in str(blind.unseen)
    assert replace(found, power={**found.power, "mixed": 1.0}).unseen is None
    assert replace(found, verdict="undetermined", datum="").unseen is None


def test_metres_among_degrees_are_mixed_beyond_doubt(ground: Ground) -> None:
    xy_m = anywhere(40, chance(8))
    lon, lat = degrees(xy_m)
    odd = np.arange(40) < 6
    numbers = np.where(odd, xy_m[:, 0], lon), np.where(odd, xy_m[:, 1], lat)
    found = judge_datum(listing(numbers, units=stated(ground, xy_m)), ground)
    assert (found.verdict, found.rows, found.stop) == ("mixed", (2, 3, 4, 5, 6, 7), True)


def test_a_swapped_list_is_told_and_its_datum_too(ground: Ground) -> None:
    xy_m = anywhere(60, chance(9))
    lon, lat = wgs84_to_gcj02(*degrees(xy_m))
    found = judge_datum(listing((lat, lon), units=stated(ground, xy_m)), ground)
    assert (found.verdict, found.datum, found.stop) == ("swapped", "gcj02", True)
    assert found.swapped == tuple(range(2, 62))


def test_a_grid_is_told_where_degrees_were_declared(ground: Ground) -> None:
    xy_m = anywhere(40, chance(10))
    for numbers in ((xy_m[:, 0], xy_m[:, 1]), (xy_m[:, 1], xy_m[:, 0])):
        found = judge_datum(listing(numbers), ground)
        assert (found.verdict, found.datum) == ("projected:EPSG:4547", "EPSG:4547")
        assert found.stop
        assert "EPSG:2383" in found.alike
    kept = judge_datum(listing(numbers), ground, declared="EPSG:4547")
    assert (kept.verdict, kept.stop) == ("projected:EPSG:4547", False)


def test_a_declared_datum_that_holds_is_not_stopped(ground: Ground) -> None:
    xy_m = anywhere(60, chance(11))
    numbers = wgs84_to_gcj02(*degrees(xy_m))
    found = judge_datum(listing(numbers, units=stated(ground, xy_m)), ground, declared="GCJ-02")
    assert (found.verdict, found.declared, found.stop) == ("gcj02", "gcj02", False)
    plain = listing(degrees(xy_m), units=stated(ground, xy_m))
    assert not judge_datum(plain, ground, declared="cgcs2000").stop
    assert judge_datum(plain, ground, declared="gcj02").stop


def test_a_shift_that_no_datum_explains_is_no_verdict(ground: Ground) -> None:
    """A city's own grid, or a wrong zone: stopped rather than called the nearest datum."""
    xy_m = anywhere(150, chance(12))
    numbers = degrees(xy_m + np.array([900.0, 700.0]))
    found = judge_datum(listing(numbers, units=stated(ground, xy_m)), ground)
    assert (found.verdict, found.datum, found.stop) == ("undetermined", "", True)


def test_evidence_that_contradicts_itself_is_no_verdict(ground: Ground) -> None:
    """Where the register itself was placed wrongly, its places speak against the units."""
    xy_m = ground.places_m[:80]
    lon, lat = degrees(xy_m)
    astray = degrees(2 * xy_m - _gcj_m(xy_m))
    found = judge_datum(
        listing(astray, keys=ground.place_keys[:80], units=stated(ground, xy_m)),
        replace(ground, places_m=2 * xy_m - _gcj_m(xy_m), place_keys=ground.place_keys[:80]),
    )
    assert found.verdict == "undetermined"
    assert lon.shape == lat.shape


def _gcj_m(xy_m: np.ndarray) -> np.ndarray:
    """Return where the positions come to lie if WGS 84 is taken for GCJ-02's shift forward."""
    import pyproj  # noqa: PLC0415

    forward = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True)
    return np.column_stack(forward.transform(*wgs84_to_gcj02(*degrees(xy_m))))


def test_few_rows_without_evidence_are_left_open_and_not_stopped(ground: Ground) -> None:
    numbers = degrees(anywhere(3, chance(13)))
    found = judge_datum(listing(numbers), ground)
    assert (found.verdict, found.stop) == ("undetermined", False)


def test_rows_elsewhere_or_without_position_are_said_to_be(ground: Ground) -> None:
    far = judge_datum(listing((np.full(5, 120.0), np.full(5, 30.0))), ground)
    assert (far.verdict, far.stop) == ("undetermined", False)
    assert "district" in str(far.reason)
    none = judge_datum(listing((np.full(5, np.nan), np.full(5, np.nan))), ground)
    assert (none.verdict, none.judged) == ("undetermined", 0)
    assert "position" in str(none.reason)


def test_an_unknown_datum_is_the_user_s_to_mend(ground: Ground) -> None:
    with pytest.raises(UserError, match="mars is not known"):
        judge_datum(listing(degrees(anywhere(3, chance(14)))), ground, declared="mars")


def test_copies_of_one_row_are_one_row(ground: Ground) -> None:
    """One point typed a hundred times is no hundred pieces of evidence."""
    xy_m = np.repeat(anywhere(1, chance(15)), 100, axis=0)
    found = judge_datum(listing(degrees(xy_m), units=stated(ground, xy_m)), ground)
    assert found.judged == 1
    assert found.verdict == "undetermined"


def test_the_same_list_gets_the_same_verdict(ground: Ground) -> None:
    xy_m = anywhere(30, chance(16))
    given = listing(wgs84_to_gcj02(*degrees(xy_m)), units=stated(ground, xy_m))
    assert judge_datum(given, ground) == judge_datum(given, ground)


def test_a_long_list_is_judged_by_a_part_and_says_how_many(ground: Ground) -> None:
    xy_m = anywhere(5000, chance(17))
    numbers = wgs84_to_gcj02(*degrees(xy_m))
    found = judge_datum(listing(numbers, units=stated(ground, xy_m)), ground)
    assert found.verdict == "gcj02"
    assert 500 <= found.judged <= 800
