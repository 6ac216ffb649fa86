"""The shelters: a district that is mostly well provided for, and four that are not by design."""

from collections import Counter
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers import layer
from sample import SampleFiles
from sample.office import (
    AMONG_HAZARDS,
    HAZARD_M,
    NONE_BY_THE_RIVER,
    NOTHING_ON_FILE,
    PLIGHTS,
    TOO_LITTLE_ROOM,
)
from sample.refuges import M2_PER_PERSON

from .conftest import read_shapes
from .test_records import places

Read = Callable[[str], pd.DataFrame]


@pytest.fixture(scope="module")
def held(register: Read) -> pd.DataFrame:
    return register("shelter")


def nearest_m(frame: pd.DataFrame, others: pd.DataFrame) -> np.ndarray:
    """Return the straight metres from each row to the nearest of the others."""
    tree = shapely.STRtree(places(others))
    return tree.query_nearest(places(frame), return_distance=True, all_matches=False)[1]


def test_there_are_300_for_350000_people(
    held: pd.DataFrame, subdistricts: gpd.GeoDataFrame
) -> None:
    """Row S1-2: one subdistrict has outdoor ones only, one none at all, all others both."""
    assert held["capacity_people"].sum() == 350_000
    assert Counter(held["grade"]) == {"紧急": 207, "固定": 91, "中心": 2}
    spaces = pd.crosstab(held["subdistrict"], held["space"])
    assert set(subdistricts["name"]) - set(spaces.index) == {NOTHING_ON_FILE}
    assert ((spaces["室外"] >= 2) & (spaces["室内"] == 0)).sum() == 1
    assert (spaces["室外"] > 0).all()
    lasting = held["capacity_people"][held["grade"] != "紧急"].sum()
    assert 0.2 * 540_000 < lasting < 0.3 * 540_000, "the province asks for 20 % to 30 %"


def test_each_has_the_floor_its_grade_asks(held: pd.DataFrame) -> None:
    """Area is measured, not computed: up to a quarter more than the places take, never less."""
    assert set(M2_PER_PERSON) == set(layer("shelter").column("grade").choices)
    ratio = held["area_m2"] / (held["grade"].map(M2_PER_PERSON) * held["capacity_people"])
    assert ratio.between(1.0, 1.3).all()
    assert ratio.nunique() > 200
    assert (held["capacity_people"] % 10 == 0).all()
    assert (held["area_m2"][held["grade"] == "中心"] >= 50_000).all()


def test_names_are_all_different_and_say_whether_they_have_a_roof(held: pd.DataFrame) -> None:
    assert held["name"].is_unique
    open_air = "公园|广场|绿地|停车场|操场"
    assert (held["name"].str.contains(open_air) == (held["space"] == "室外")).all()


def test_school_grounds_lie_by_their_school(held: pd.DataFrame, register: Read) -> None:
    own = held[held["name"].str.endswith("操场避难场所")]
    assert len(own) > 20
    schools = register("school").set_index("name")
    of = schools.loc[own["name"].str.removesuffix("操场避难场所").tolist()]
    assert shapely.distance(places(own), places(of)).max() < 170.0


def test_all_edge_villages_but_one_have_an_urgent_shelter(
    held: pd.DataFrame, register: Read
) -> None:
    """Row S1-3: most within 300 m; of 18 one has none within 500 m."""
    away = nearest_m(register("village"), held[held["grade"] == "紧急"])
    assert sum(away <= 300.0) >= 12
    assert sum(away > 500.0) == 1


def test_four_subdistricts_are_badly_off_each_for_its_own_reason(
    held: pd.DataFrame, register: Read, communities: gpd.GeoDataFrame, district: SampleFiles
) -> None:
    """None on file; none by the river; too little room; some within reach of major hazards."""
    own = held.groupby("subdistrict")
    people = communities.groupby("subdistrict")["residents_night"].sum()
    room = (own["capacity_people"].sum() / people).drop(NOTHING_ON_FILE)
    assert room.idxmin() == TOO_LITTLE_ROOM
    assert room[TOO_LITTLE_ROOM] < 0.1
    assert room.drop(TOO_LITTLE_ROOM).min() > 0.3
    water = read_shapes(district.backdrop["water"]).set_index("name")
    by_river = held[held["subdistrict"] == NONE_BY_THE_RIVER]
    shore = PLIGHTS[NONE_BY_THE_RIVER].shore_m
    assert len(by_river) == 2
    river = water.geometry.loc["云溪江"]
    assert shapely.distance(places(by_river), river).min() >= shore
    risky = held["subdistrict"][nearest_m(held, register("hazard")) < HAZARD_M]
    assert Counter(risky).most_common(1)[0][0] == AMONG_HAZARDS


def test_new_grounds_are_where_they_are_needed_with_area_and_cost(
    district: SampleFiles, held: pd.DataFrame, register: Read
) -> None:
    """A planner's list: most far from any shelter, three too near a major hazard."""
    assert district.grounds is not None
    found = pd.read_csv(district.grounds)
    assert len(found) == 38
    assert found["名称"].is_unique
    assert found["有效面积"].between(1_500, 16_000).all()
    assert found["造价"].isna().sum() == 3
    assert found["造价"].min() > 100_000
    more = found["街道"].value_counts()
    assert more[NOTHING_ON_FILE] == 6
    assert (nearest_m(found, held) > 300.0).mean() > 0.7
    assert sum(nearest_m(found, register("hazard")) < HAZARD_M) >= 3
