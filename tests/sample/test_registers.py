"""Registers: exact counts, and a contact, fictional phone, date and place on every record."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from layers import CATALOG, layer
from layers.catalog import HAZMAT_EQUIPMENT
from sample import SampleFiles

from .conftest import read_child, read_shapes

Read = Callable[[str], pd.DataFrame]

COUNTS = {
    "team": 12, "fire_station": 9, "mini_station": 278, "depot": 51, "hydrant": 400,
    "shelter": 300, "hazard": 6, "declared_risk": 307, "petrol_station": 22,
    "gas_filling_station": 7, "lpg_station": 2, "lpg_service_point": 16, "pipeline": 6,
    "school": 88, "hospital": 17, "nursing_home": 23, "crowded_place": 260, "expert": 64,
    "department": 27, "plan": 420, "village": 18, "drill_site": 6, "firm": 300,
    "vulnerable_resident": 970,
}  # fmt: skip
POINTS = sorted(set(COUNTS) - {"pipeline"})


@pytest.mark.parametrize(("key", "count"), sorted(COUNTS.items()))
def test_counts_are_those_of_the_plans(register: Read, key: str, count: int) -> None:
    """Rows S0-1, S0-2, S1-1, S1-13, S1-16, S1-17, S1-20, S1-33 and S2-17: rows as counted there.

    Of shelters there are more than the 34 of one plan, so that the district can show coverage.
    """
    assert len(register(key)) == count


@pytest.mark.parametrize("key", sorted(COUNTS))
def test_every_record_has_contact_phone_and_date(register: Read, key: str) -> None:
    """Row S0-1: contact, fictional phone and last-verified date, none missing."""
    frame = register(key)
    assert frame["contact"].str.startswith("示范·").all()
    assert frame["phone"].str.fullmatch(r"555-\d{4}").all()
    days = [date.fromisoformat(str(day)[:10]) for day in frame["last_verified"]]
    assert max(days) < date(2026, 9, 16)
    assert min(days) > date(2024, 1, 1)
    assert frame["id"].is_unique
    assert frame["name"].str.len().gt(1).all()


@pytest.mark.parametrize("key", sorted(COUNTS))
def test_columns_are_the_catalogues(register: Read, key: str) -> None:
    known = {column.key for column in layer(key).columns} | {"经度", "纬度"}
    frame = register(key)
    assert set(frame.columns) <= known
    assert {column.key for column in layer(key).columns if column.required} <= set(frame.columns)
    for column in layer(key).columns:
        if column.choices and column.kind == "choice" and column.key in frame:
            assert set(frame[column.key]) <= set(column.choices), column.key


@pytest.mark.parametrize("key", POINTS)
def test_every_point_lies_in_its_stated_units(
    register: Read, communities: gpd.GeoDataFrame, key: str
) -> None:
    """Row S0-1: every position is real ground of the community and subdistrict it states."""
    frame = register(key)
    points = gpd.GeoSeries(
        gpd.points_from_xy(frame["经度"], frame["纬度"]), crs="EPSG:4326"
    ).to_crs("EPSG:4547")
    stated = communities.set_index("name").loc[frame["community"]]
    assert shapely.contains(stated.geometry.to_numpy(), points.to_numpy()).all()
    assert (stated["subdistrict"].to_numpy() == frame["subdistrict"].to_numpy()).all()


def test_every_point_stands_near_a_road_and_none_in_the_water(
    register: Read, roads: gpd.GeoDataFrame, district: SampleFiles
) -> None:
    frame = pd.concat([register(key)[["经度", "纬度"]] for key in POINTS])
    points = gpd.GeoSeries(
        gpd.points_from_xy(frame["经度"], frame["纬度"]), crs="EPSG:4326"
    ).to_crs("EPSG:4547")
    tree = shapely.STRtree(roads.geometry.to_numpy())
    _, away = tree.query_nearest(points.to_numpy(), return_distance=True, all_matches=False)
    assert away.max() < 40.0
    water = gpd.read_file(district.backdrop["water"], engine="pyogrio").to_crs("EPSG:4547")
    wet = shapely.intersects(
        shapely.union_all(water.loc[water["name"] != "小云溪", "geometry"].to_numpy()),
        points.to_numpy(),
    )
    assert not wet.any()
    assert not frame.duplicated().any()


def test_nothing_looks_like_a_real_telephone_number(district: SampleFiles, register: Read) -> None:
    mobile = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
    line = re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}")
    for key in COUNTS:
        text = register(key).drop(columns=["经度", "纬度"], errors="ignore").to_csv()
        assert not mobile.search(text)
        assert not line.search(text)
    assert len(district.layers) == len(CATALOG) - 2


def test_some_records_are_older_than_a_year_and_most_are_not(register: Read) -> None:
    days = pd.concat(
        [pd.to_datetime(register(key)["last_verified"]) for key in COUNTS], ignore_index=True
    )
    old = (pd.Timestamp("2026-09-16") - days).dt.days > 365
    assert 0.05 < old.mean() < 0.4


def test_declared_risks_by_grade_with_substances(register: Read, district: SampleFiles) -> None:
    """Row S0-2: 116 major, 71 larger and 120 general, each with substance and tonnes."""
    frame = register("declared_risk")
    assert Counter(frame["grade"]) == {"重点": 116, "较大": 71, "一般": 120}
    child = read_child(district.layers["declared_risk"], "declared_risk")
    assert set(child["source_id"]) == set(frame["id"])
    assert (child["quantity_t"] > 0).all()
    grade = frame.set_index("id")["grade"]
    tonnes = child.groupby(child["source_id"].map(grade))["quantity_t"].median()
    assert tonnes["重点"] > tonnes["较大"] > tonnes["一般"]
    assert frame[["measure", "responsible_unit"]].notna().all(axis=None)


def test_chlorine_and_ammonia_firms(register: Read, district: SampleFiles) -> None:
    """Row S1-1: six firms with chlorine or ammonia; the water works stands by the river."""
    frame = register("hazard")
    child = read_child(district.layers["hazard"], "hazard").set_index("source_id")
    assert set(child["substance"]) == {"氯", "氨"}
    works = frame[frame["firm"] == "云溪水厂"].iloc[0]
    assert child.loc[works["id"], "substance"] == "氯"
    point = gpd.GeoSeries.from_xy([works["经度"]], [works["纬度"]], crs="EPSG:4326")
    water = gpd.read_file(district.backdrop["water"], engine="pyogrio").to_crs("EPSG:4547")
    river = water.loc[water["name"] == "云溪江", "geometry"].iloc[0]
    assert point.to_crs("EPSG:4547").iloc[0].distance(river) < 350.0


def test_teams_by_kind_with_vehicles_and_equipment(register: Read) -> None:
    """Row S2-5: teams typed by kind; one hazmat team has all twelve classes, one lacks 堵漏."""
    frame = register("team")
    assert Counter(frame["kind"]) == {
        "综合消防": 2, "危险化学品": 2, "矿山": 1, "燃气抢险": 1, "电力抢修": 1,
        "防汛抗旱": 1, "医疗救护": 1, "建筑坍塌": 1, "水上救援": 1, "志愿者": 1,
    }  # fmt: skip
    assert frame["people"].sum() == 118
    assert frame["vehicles"].sum() == 46
    assert (frame["vehicle_width_m"] == 2.5).any()
    held = frame.set_index("name")["equipment"].str.split(";")
    assert set(held["云溪区危化救援队"]) == set(HAZMAT_EQUIPMENT)
    assert "堵漏" not in held["云溪化工园企业救援队"]
    assert all(set(own) <= set(HAZMAT_EQUIPMENT) for own in held)


def test_depots_with_stock(register: Read, district: SampleFiles) -> None:
    """Row S0-1: about ten items each by code and quantity; some expired, two depots run low."""
    stock = read_child(district.layers["depot"], "depot")
    assert set(stock["depot_id"]) == set(register("depot")["id"])
    assert stock.groupby("depot_id").size().between(8, 12).all()
    assert stock["item_code"].str.fullmatch(r"\d{7}").all()
    assert (stock["quantity"] >= 0).all()
    assert not stock.duplicated(["depot_id", "item_code"]).any()
    expiry = pd.to_datetime(stock["expiry"]).dropna()
    assert 0 < (expiry < pd.Timestamp("2026-09-16")).mean() < 0.25
    usual = stock.groupby("item_code")["quantity"].transform("median")
    ratio = (stock["quantity"] / usual).groupby(stock["depot_id"]).median()
    assert sorted(ratio[ratio < 0.2].index) == ["KU-008", "KU-024"]


def test_mini_stations_half_communities_half_key_firms(register: Read) -> None:
    """Row S1-16: 139 in communities, one each, and 139 at key firms."""
    frame = register("mini_station")
    assert Counter(frame["kind"]) == {"社区": 139, "重点单位": 139}
    own = frame[frame["kind"] == "社区"]
    assert own["community"].is_unique


def test_villages_note_the_other_count(register: Read) -> None:
    """Row S1-16: 18 edge villages stand beside the other chapter's 21, both with their source."""
    frame = register("village")
    assert Counter(frame["kind"]) == {"城边村": 11, "城郊村": 7}
    assert frame["source"].str.contains("21").all()
    assert (frame["residents"] > 0).all()


def test_experts_cover_every_specialty(register: Read) -> None:
    """Row S0-19: experts by specialty, on duty or not."""
    frame = register("expert")
    held = {one for text in frame["specialty"] for one in text.split(";")}
    assert {"危险化学品", "消防", "矿山", "燃气", "环境监测", "气象"} <= held
    assert set(frame["on_duty"]) == {"是", "否"}


def test_departments_on_four_levels(register: Read) -> None:
    """Row S2-4: city, district, subdistrict and firm, each with the incidents it answers for."""
    frame = register("department")
    assert Counter(frame["level"]) == {"市": 2, "区": 14, "街道": 9, "企业": 2}
    assert frame["kinds"].str.len().gt(0).all()
    leak = frame[frame["kinds"].str.contains("泄漏")]["name"]
    assert leak.str.contains("气象").any()
    assert leak.str.contains("环境").any()


def test_plans_have_issuer_and_date(register: Read) -> None:
    frame = register("plan")
    assert frame["name"].is_unique
    assert frame[["kind", "level", "issuer", "issued"]].notna().all(axis=None)
    assert pd.to_datetime(frame["issued"]).max() < pd.Timestamp("2026-09-16")


def test_firms_stand_in_the_works_and_schools_do_not(register: Read, district: SampleFiles) -> None:
    works = gpd.read_file(district.backdrop["industry"], engine="pyogrio").union_all()

    def share(key: str) -> float:
        frame = register(key)
        return float(shapely.contains_xy(works, frame["经度"], frame["纬度"]).mean())

    assert share("declared_risk") > 0.4
    for key in ("school", "hospital", "nursing_home", "crowded_place"):
        assert share(key) == 0.0


def test_chemical_zones_lie_in_the_works(district: SampleFiles) -> None:
    """Row S0-17: zones to ask whether a firm lies inside one."""
    works = read_shapes(district.backdrop["industry"]).union_all()
    zones = read_shapes(district.layers["chemical_zone"])
    assert len(zones) == 2
    assert zones.is_valid.all()
    assert (zones.intersection(works).area / zones.area).min() > 0.95


def test_plants_have_boundaries_and_one_has_none(register: Read, district: SampleFiles) -> None:
    """Row S0-3: five firms and both LPG stations have a boundary about their point, one not yet."""
    shapes = read_shapes(district.layers["plant_boundary"])
    held = {key: register(key) for key in ("hazard", "lpg_station")}
    ids = [key for frame in held.values() for key in frame["id"]]
    assert len(shapes) == len(ids) - 1 == 7
    assert shapes.is_valid.all()
    assert shapes.area.between(1e3, 1e5).all()


def test_stock_of_hazards_names_its_unit(district: SampleFiles) -> None:
    """Row S0-3: grading is per unit."""
    child = read_child(district.layers["hazard"], "hazard")
    assert set(child["unit_kind"]) == {"储存单元"}
    assert child["unit"].str.endswith("储罐区").all()


def test_every_third_declared_risk_has_lec_scores(register: Read) -> None:
    """Row S2-8: scores of the LEC table, of a colour near to the declared one."""
    frame = register("declared_risk")
    scored = frame[frame["lec_l"].notna()]
    assert len(scored) == -(-len(frame) // 3)
    d = scored["lec_l"] * scored["lec_e"] * scored["lec_c"]
    medians = d.groupby(scored["grade"]).median()
    assert medians["重点"] > medians["较大"] > medians["一般"]
    assert frame.loc[frame["lec_l"].isna(), ["lec_e", "lec_c"]].isna().all(axis=None)
