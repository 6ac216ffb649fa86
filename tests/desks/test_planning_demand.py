"""Whole people on points: shares by largest remainder, grid cells, gaps, and who is missing."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, seed
from hypothesis import strategies as st

from desks.build import Source
from desks.onemap import OneMap
from desks.planning import demand as module
from desks.planning.coverage import coverage
from desks.planning.demand import apportioned, demand_cautions, demand_of
from desks.planning.places import named, places_of
from desks.planning.services import RULES, service_of
from geodata.faults import UserError
from tests.desks.planning_town import CRS, build_town, place

parts = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1000)), min_size=1, max_size=30)


@seed(9)
@given(people=st.lists(st.integers(0, 10**6), min_size=5, max_size=5), rows=parts)
def test_parts_sum_to_the_whole_and_are_fair(
    people: list[int], rows: list[tuple[int, int]]
) -> None:
    """Largest remainder: nobody is more than one person from the exact quota."""
    group = np.array([g for g, _ in rows], np.int64)
    weight = np.array([w for _, w in rows], np.int64)
    total = np.array(people, np.int64)
    found = apportioned(total, group, weight)
    for g in range(5):
        own = group == g
        whole = int(weight[own].sum())
        if not whole:
            assert found[own].sum() == 0
            continue
        assert found[own].sum() == people[g]
        quota = people[g] * weight[own] / whole
        assert (np.abs(found[own] - quota) < 1 + 1e-6).all()
        assert (found[own][weight[own] == 0] == 0).all()


def test_of_equal_remainders_the_first_gains() -> None:
    one = np.ones(3, np.int64)
    assert apportioned(np.array([5]), np.zeros(3, np.int64), one).tolist() == [2, 2, 1]
    assert apportioned(np.array([3, 2]), np.array([1, 0, 1]), one).tolist() == [1, 3, 1]


def test_everybody_of_the_district_stands_somewhere(district: OneMap) -> None:
    """S1-5: 500 cells and 20,000 nodes; the sums of the communities are the register's."""
    by_share = {share: demand_of(district, share) for share in ("day", "night", "elderly")}  # type: ignore[arg-type]
    for share, demand in by_share.items():
        held = np.zeros(len(demand.units), np.int64)
        np.add.at(held, demand.unit, demand.point_people)
        assert (held == demand.people).all(), share
        assert (demand.point_people >= 0).all()
        assert not demand.missing
    records = district.records["community"]
    for column, share in (("residents_day", "day"), ("residents_night", "night")):
        stated = sum(int(one) for one in records.columns[column] if isinstance(one, int))
        assert int(by_share[share].people.sum()) == stated
    assert by_share["day"].xy_m is by_share["night"].xy_m, "one set of points: ways are kept"
    elderly = int(by_share["elderly"].people.sum()) * 1000
    assert elderly / int(by_share["night"].people.sum()) == pytest.approx(
        RULES.elderly_per_thousand, abs=1
    )


def test_points_follow_the_residents_of_the_cells(district: OneMap) -> None:
    """A community's people are parted by its cells' residents, not by their number of nodes."""
    demand, spread = demand_of(district), district.once(module.spread_of)
    assert "grid cells" in str(demand.rule)
    by_cell = np.zeros(len(spread.cell_unit), np.int64)
    held = spread.cell >= 0
    np.add.at(by_cell, spread.cell[held], demand.point_people[held])
    quota = demand.people[spread.cell_unit] * spread.cell_night
    whole = np.zeros(len(demand.people), np.int64)
    np.add.at(whole, spread.cell_unit, spread.cell_night)
    assert (np.abs(by_cell - quota / whole[spread.cell_unit]) < 1).all()


def _cells(folder: Path) -> Source:
    """Return two cells of K1: 30 residents about a, 71 about b; by day nobody stated any."""
    rows = [("C1", "C1", "小", 30, -100, 250), ("C2", "C2", "小", 71, 250, 750)]
    frame = gpd.GeoDataFrame(
        [row[:4] for row in rows],
        columns=["code", "name", "level", "residents_night"],
        geometry=[shapely.box(*place(w, -200), *place(e, 150)) for *_, w, e in rows], crs=CRS,
    )  # fmt: skip
    path = folder / "grid.gpkg"
    frame.to_file(path, layer="grid_cell", driver="GPKG")
    return Source(path)


def test_cells_part_a_community_and_leave_the_others_to_their_nodes(tmp_path: Path) -> None:
    """Night: a 30, b 71; by day the night's residents part 200 into 59 and 141 (59.4, 140.6)."""
    town = build_town(tmp_path, {"grid_cell": _cells(tmp_path)})
    assert demand_of(town).point_people[:5].tolist() == [30, 71, 34, 33, 33]
    assert demand_of(town, "day").point_people[:2].tolist() == [59, 141]
    assert "2 cells and 12 points" in str(demand_of(town).rule)


def _communities(folder: Path, rows: list[tuple[str, object, float, float]]) -> Source:
    """Return communities on the south bank, from x to x."""
    frame = gpd.GeoDataFrame(
        [(code, code, many) for code, many, *_ in rows],
        columns=["code", "name", "residents_night"],
        geometry=[shapely.box(*place(w, -200), *place(e, 150)) for *_, w, e in rows], crs=CRS,
    )  # fmt: skip
    frame["residents_night"] = frame["residents_night"].astype("Int64")
    path = folder / "own.gpkg"
    frame.to_file(path, layer="community", driver="GPKG")
    return Source(path)


def test_overlaps_are_told_and_nobody_is_counted_twice(tmp_path: Path) -> None:
    rows = [("440199001001", 100, -100.0, 800.0), ("440199001002", 50, 400.0, 2300.0)]
    town = build_town(tmp_path, {"community": _communities(tmp_path, list(rows))})
    demand = demand_of(town)
    assert int(demand.people.sum()) == int(demand.point_people.sum()) == 150
    told = " ".join(str(said) for said in demand_cautions(town, demand))
    assert "overlap by" in told
    found = coverage(town, service_of("shelter"))
    assert any("overlap by" in str(said) for said in found.cautions)


def test_a_gap_within_is_told(tmp_path: Path) -> None:
    """A hole in a community is a gap that no other unit fills."""
    ring = shapely.box(*place(-100, -200), *place(2300, 150))
    hole = shapely.box(*place(600, -150), *place(900, -50))
    frame = gpd.GeoDataFrame(
        {"code": ["440199001001"], "name": ["环"], "residents_night": [10]},
        geometry=[ring.difference(hole)], crs=CRS,
    )  # fmt: skip
    path = tmp_path / "ring.gpkg"
    frame.to_file(path, layer="community", driver="GPKG")
    town = build_town(tmp_path, {"community": Source(path)})
    told = [str(said) for said in demand_cautions(town, demand_of(town))]
    assert any("gap" in line.lower() for line in told), told


def test_a_subdistrict_stands_for_communities_without_residents(tmp_path: Path) -> None:
    """Its own figure counts, and is said; the sums are its own."""
    frame = gpd.GeoDataFrame(
        {"code": ["440199001", "440199002"], "name": ["甲", "乙"], "residents_night": [70, 30]},
        geometry=[
            shapely.box(*place(-100, -200), *place(2300, 150)),
            shapely.box(*place(-100, 150), *place(2300, 900)),
        ], crs=CRS,
    )  # fmt: skip
    path = tmp_path / "streets.gpkg"
    frame.to_file(path, layer="subdistrict", driver="GPKG")
    rows: list[tuple[str, object, float, float]] = [("440199001001", None, -100.0, 2300.0)]
    layers = {"subdistrict": Source(path), "community": _communities(tmp_path, rows)}
    town = build_town(tmp_path, layers)
    found = coverage(town, service_of("shelter"))
    assert found.totals.people == 100
    assert [(row.code, row.people) for row in found.communities] == [
        ("440199001", 70), ("440199002", 30),
    ]  # fmt: skip
    assert any("stand for their communities" in str(said) for said in found.cautions)
    assert [row.people for row in found.subdistricts] == [70, 30]


@pytest.mark.parametrize("people", [10**10, 2 * 10**9])
def test_more_people_than_can_be_meant_are_refused(town: OneMap, people: int) -> None:
    spread = town.once(module.spread_of)
    known = np.ones(len(spread.units), np.bool_)
    with pytest.raises(UserError, match=f"{str(people)[0]}[0-9]+ residents"):
        module._require_people(replace(spread, night=spread.night + people), known)


def test_places_are_in_the_order_of_their_ids_and_told_apart(district: OneMap) -> None:
    indoor = places_of(district, service_of("shelter_indoor"))
    outdoor = places_of(district, service_of("shelter_outdoor"))
    whole = places_of(district, service_of("shelter"))
    assert list(whole.ids) == sorted(whole.ids)
    assert set(indoor.ids) | set(outdoor.ids) == set(whole.ids)
    assert {one for one, _ in indoor.left_out} == set(outdoor.ids)
    joint = places_of(district, service_of("shelter_joint"))
    assert joint.ids == (*outdoor.ids, *indoor.ids)
    assert not joint.left_out


def test_long_lists_are_cut_with_their_count() -> None:
    assert named(list("abc")) == "a, b, c"
    assert named(list("abcdefgh")) == "a, b, c, d, e (+3)"
