"""The district's records one by one: nothing that a duty officer who opens them stumbles over."""

from collections import Counter
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers import CATALOG, layer, read_layer
from layers.catalog import HAZMAT_EQUIPMENT
from risk.gb18218 import grade
from risk.gb18218_parts import Stored
from sample import SampleFiles
from sample.vocabulary import HAZARDS, ITEMS, PLAN_KINDS, RISK_KINDS

from .conftest import CRS, read_child, read_shapes

Read = Callable[[str], pd.DataFrame]
AS_OF = pd.Timestamp("2026-09-16")
BESIDE = {
    "petrol_station": {"trunk", "primary", "secondary"},
    "gas_filling_station": {"trunk", "primary", "secondary"},
    "fire_station": {"trunk", "primary", "secondary"},
    "drill_site": {"trunk", "primary", "secondary"},
    "hospital": {"residential", "tertiary", "secondary", "primary"},
    "school": {"residential", "tertiary", "secondary", "primary"},
    "nursing_home": {"residential", "tertiary", "secondary", "primary"},
    "hydrant": {"residential", "tertiary", "secondary", "primary"},
}
POINT_LAYERS = sorted(
    spec.key for spec in CATALOG if spec.geometry == "point" and spec.purpose != "unit"
)


def places(frame: pd.DataFrame) -> np.ndarray:
    points = gpd.GeoSeries.from_xy(frame["经度"], frame["纬度"], crs="EPSG:4326").to_crs(CRS)
    return points.to_numpy()


@pytest.fixture(scope="module")
def river(district: SampleFiles) -> shapely.Polygon:
    water = read_shapes(district.backdrop["water"])
    return water.loc[water["name"] == "云溪江", "geometry"].iloc[0]


@pytest.mark.parametrize("key", sorted(BESIDE))
def test_records_stand_beside_roads_of_a_fitting_class(
    register: Read, roads: gpd.GeoDataFrame, key: str
) -> None:
    fitting = roads[roads["highway"].isin(BESIDE[key])]
    _, away = shapely.STRtree(fitting.geometry.to_numpy()).query_nearest(
        places(register(key)), return_distance=True, all_matches=False
    )
    assert away.max() < 40.0


@pytest.mark.parametrize("key", POINT_LAYERS)
def test_nobody_sets_out_from_the_expressway_or_an_island(
    register: Read, roads: gpd.GeoDataFrame, key: str
) -> None:
    """The road nearest to a record is one that it is joined to."""
    nearest = shapely.STRtree(roads.geometry.to_numpy()).query_nearest(
        places(register(key)), all_matches=False
    )[1]
    own = roads.iloc[nearest]
    assert not own["highway"].str.startswith("motorway").any()
    assert not own["name"].isin(["江心洲路", "护林道", "厂内路"]).any()


@pytest.mark.parametrize("key", POINT_LAYERS)
def test_no_two_records_of_a_layer_share_a_place(register: Read, key: str) -> None:
    frame = register(key)
    xy = shapely.get_coordinates(places(frame))
    assert len(np.unique(np.round(xy, 1), axis=0)) == len(frame)


@pytest.mark.parametrize("key", sorted({*POINT_LAYERS, "pipeline"} - {"expert"}))
def test_names_tell_the_records_of_a_layer_apart(register: Read, key: str) -> None:
    assert register(key)["name"].is_unique


@pytest.mark.parametrize("key", POINT_LAYERS)
def test_ids_have_one_prefix_and_count_in_file_order(register: Read, key: str) -> None:
    ids = register(key)["id"].tolist()
    assert ids == sorted(ids)
    assert len({one.split("-")[0] for one in ids}) == 1


def test_no_two_layers_share_an_id(register: Read) -> None:
    ids = pd.concat([register(key)["id"] for key in POINT_LAYERS])
    assert ids.is_unique


def test_every_telephone_belongs_to_one_record(register: Read) -> None:
    phones = pd.concat([register(key)["phone"] for key in [*POINT_LAYERS, "pipeline"]])
    assert phones.is_unique


@pytest.mark.parametrize("key", POINT_LAYERS)
def test_addresses_name_a_road_of_the_district(
    register: Read, roads: gpd.GeoDataFrame, key: str
) -> None:
    frame = register(key)
    column = "home_address" if key == "vulnerable_resident" else "address"
    stems = frame[column].str.replace(r"\d+号$", "", regex=True)
    assert set(stems) <= set(roads["name"])


@pytest.mark.parametrize("key", sorted(spec.key for spec in CATALOG))
def test_the_reader_has_nothing_to_say_about_a_file_of_ours(
    district: SampleFiles, key: str
) -> None:
    """Every cell is of its column's kind and on its list: not one notice, not one row refused."""
    files = {**district.layers, "subdistrict": district.subdistricts,
             "community": district.communities}  # fmt: skip
    rows = read_layer(layer(key), files[key])
    assert rows.notices == ()
    assert rows.refused == ()
    assert not shapely.is_empty(rows.frame.geometry.to_numpy()).any()
    personal = [column.key for column in layer(key).personal_columns]
    assert len(rows.contacts) == (len(rows.frame) if personal else 0)


def test_equipment_keeps_the_order_of_the_twelve_classes(register: Read) -> None:
    for key in ("team", "fire_station"):
        for text in register(key)["equipment"]:
            own = text.split(";")
            assert own == [one for one in HAZMAT_EQUIPMENT if one in own]


def test_the_hazmat_team_and_the_mine_rescuers_stand_by_the_works(
    register: Read, district: SampleFiles
) -> None:
    works = read_shapes(district.backdrop["industry"]).union_all()
    frame = register("team")
    own = frame[frame["kind"].isin(["危险化学品", "矿山"])]
    assert np.mean(shapely.distance(places(own), works) < 500.0) >= 0.5


def test_fire_stations_are_spread_over_the_town(register: Read) -> None:
    points = places(register("fire_station"))
    apart = shapely.distance(points[:, None], points[None])
    np.fill_diagonal(apart, np.inf)
    assert apart.min() > 1_200.0
    assert register("fire_station")["subdistrict"].nunique() >= 7


def test_both_banks_have_help(
    register: Read, subdistricts: gpd.GeoDataFrame, river: shapely.Polygon
) -> None:
    """Were every bridge closed, each bank would still hold a station, a hospital and a shelter."""
    whole = shapely.coverage_union_all(subdistricts.geometry.to_numpy())
    banks = sorted(shapely.get_parts(whole.difference(river)), key=lambda bank: -bank.area)[:2]
    for key in ("fire_station", "hospital", "shelter", "depot", "school"):
        points = places(register(key))
        assert all(shapely.contains(bank, points).any() for bank in banks), key


def test_hazards_hold_the_substances_of_the_table(register: Read, district: SampleFiles) -> None:
    child = read_child(district.layers["hazard"], "hazard")
    firms = register("hazard").set_index("id")["firm"]
    held = [(firms[row.source_id], row.substance, row.quantity_t) for row in child.itertuples()]
    assert held == list(HAZARDS)


def test_declared_risks_hold_substances_of_their_kind(
    register: Read, district: SampleFiles
) -> None:
    child = read_child(district.layers["declared_risk"], "declared_risk")
    kind = register("declared_risk").set_index("id")["kind"]
    known = dict(RISK_KINDS)
    for source, substance in zip(child["source_id"], child["substance"], strict=True):
        assert substance in known[kind[source]]
    assert not child.duplicated(["source_id", "substance"]).any()
    usual = [
        known[kind[source]][substance]
        for source, substance in zip(child["source_id"], child["substance"], strict=True)
    ]
    assert (child["quantity_t"] >= 0.001).all()
    assert (child["quantity_t"] <= 8 * np.array(usual)).all()


def test_stocks_make_few_declared_risks_a_major_source(
    register: Read, district: SampleFiles
) -> None:
    """No manhole holds tonnes of hydrogen sulphide, and no declared source outgrows a plant."""
    child = read_child(district.layers["declared_risk"], "declared_risk")
    kind = register("declared_risk").set_index("id")["kind"]
    levels = {
        source: grade(
            [Stored(row.substance, row.quantity_t) for row in rows.itertuples()], 120
        ).level
        for source, rows in child.groupby("source_id")
    }
    major = {source: level for source, level in levels.items() if level}
    assert 1 not in major.values()
    assert {kind[source] for source in major} <= {"涉氨制冷", "涉氯", "气体充装", "粉尘涉爆"}
    assert 0 < len(major) < 0.1 * len(levels)


def test_responsible_units_are_those_of_the_records_own_subdistrict(register: Read) -> None:
    for key in ("hazard", "declared_risk", "petrol_station", "gas_filling_station", "lpg_station"):
        frame = register(key)
        assert (frame["responsible_unit"] == frame["subdistrict"] + "应急管理办公室").all()


def test_stock_is_what_the_item_list_says(district: SampleFiles) -> None:
    known = {item.code: item for item in ITEMS}
    for row in read_child(district.layers["depot"], "depot").itertuples():
        item = known[row.item_code]
        assert (row.item, row.unit) == (item.name, item.unit)
        assert 0 <= row.quantity <= 1.6 * item.usual + 1
        assert float(row.quantity).is_integer()


def test_only_what_ages_has_a_day_and_within_its_years(district: SampleFiles) -> None:
    known = {item.code: item for item in ITEMS}
    stock = read_child(district.layers["depot"], "depot")
    for row in stock.itertuples():
        years = known[row.item_code].keeps_years
        assert pd.isna(row.expiry) == (years == 0)
        if years:
            days = (pd.Timestamp(row.expiry) - AS_OF).days
            assert -0.1 * 365 * years - 20 <= days <= 365 * years + 20


def test_every_item_lies_in_some_depot(district: SampleFiles) -> None:
    held = Counter(read_child(district.layers["depot"], "depot")["item_code"])
    assert set(held) == {item.code for item in ITEMS}
    assert max(held.values()) < 30


def test_every_subdistrict_has_every_kind_of_plan(
    register: Read, subdistricts: gpd.GeoDataFrame
) -> None:
    names = set(subdistricts["name"])
    plans = register("plan")
    own = plans[plans["level"] == "街道级"]
    assert set(own["issuer"]) == names
    assert (own["issuer"] == own["subdistrict"]).all()
    assert own.groupby("issuer")["kind"].nunique().eq(len(PLAN_KINDS)).all()


def test_schools_of_every_level_and_the_higher_the_larger(register: Read) -> None:
    frame = register("school")
    middle = frame.groupby("kind")["people"].median()
    assert middle["幼儿园"] < middle["小学"] < middle["中学"] < middle["大学"]
    ends = [name.endswith(kind) for name, kind in zip(frame["name"], frame["kind"], strict=True)]
    assert all(ends)


def test_hospitals_hold_more_people_than_beds(register: Read) -> None:
    frame = register("hospital")
    assert (frame["people"] > frame["beds"]).all()
    assert (frame["beds"] >= 10).all()
    assert (frame["beds"] % 10 == 0).all()


def test_crowded_places_have_more_passages_the_more_people(register: Read) -> None:
    frame = register("crowded_place")
    assert (frame["passages"] == 2 + frame["people"] // 400).all()
    assert 0.02 < (frame["passages_clear"] == "否").mean() < 0.16


def test_gas_of_three_kinds_and_tanks_of_usual_sizes(register: Read) -> None:
    assert set(register("gas_filling_station")["kind"]) == {"CNG", "LNG", "LPG"}
    assert set(register("petrol_station")["tank_m3"]) <= {90, 120, 150}
    assert set(register("lpg_station")["tank_m3"]) == {400, 600}


def test_denser_villages_lie_at_the_edge_of_town(register: Read) -> None:
    kinds = register("village")["kind"].tolist()
    assert kinds == sorted(kinds, key=["城边村", "城郊村"].index)


def test_pipelines_never_cross_the_river_on_a_bridge(
    district: SampleFiles, river: shapely.Polygon
) -> None:
    """No bridge of the sample carries gas; one that did would be a hazard nobody declared."""
    lines = read_shapes(district.layers["pipeline"])
    assert len(lines) == 6
    assert lines.intersection(river).length.max() == 0.0
    assert lines.length.min() > 3_000.0
    assert lines.geometry.is_simple.all()


def test_contacts_and_experts_say_that_they_are_invented(register: Read) -> None:
    for key in [*POINT_LAYERS, "pipeline"]:
        frame = register(key)
        assert frame["contact"].str.fullmatch(r"示范·[\u4e00-\u9fff]{2,3}").all()
        assert frame["source"].str.contains("示范数据").all()
    assert register("expert")["name"].str.startswith("示范·").all()
