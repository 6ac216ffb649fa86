"""Units: exact nesting, shared borders, and whole people that sum at every level."""

import geopandas as gpd
import pytest
import shapely

from sample import SampleFiles

from .conftest import read_register, read_shapes

NIGHT, DAY = 540_000, 612_400


@pytest.fixture(scope="module")
def grid(district: SampleFiles) -> gpd.GeoDataFrame:
    frame = read_shapes(district.layers["grid_cell"])
    return frame.set_axis(
        [*read_register(district.layers["grid_cell"], "grid_cell"), "geometry"], axis=1
    )


def test_counts(subdistricts: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> None:
    assert len(subdistricts) == 22
    assert len(communities) == 175
    assert subdistricts["name"].is_unique
    assert communities["name"].is_unique
    assert communities["code"].is_unique
    assert subdistricts["name"].str.endswith(("街道", "镇")).all()


def test_borders_are_shared_without_gap_or_overlap(district: SampleFiles) -> None:
    for path in (district.subdistricts, district.communities):
        shapes = gpd.read_file(path, engine="pyogrio").geometry
        assert shapes.is_valid.all()
        assert (shapes.geom_type == "Polygon").all()
        assert shapely.coverage_is_valid(shapes.to_numpy())


def test_communities_fill_their_subdistrict_exactly(
    subdistricts: gpd.GeoDataFrame, communities: gpd.GeoDataFrame
) -> None:
    for row in subdistricts.itertuples():
        own = communities[communities["subdistrict"] == row.name]
        assert own["code"].str.startswith(row.code).all()
        union = shapely.coverage_union_all(own.geometry.to_numpy())
        assert union.symmetric_difference(row.geometry).area < 1e-3
        assert len(own) >= 3


def test_people_are_whole_and_sum_at_every_level(
    subdistricts: gpd.GeoDataFrame, communities: gpd.GeoDataFrame
) -> None:
    for column, total in (("residents_night", NIGHT), ("residents_day", DAY)):
        assert str(communities[column].dtype).startswith("int")
        assert communities[column].sum() == total
        assert subdistricts[column].sum() == total
        parts = communities.groupby("subdistrict")[column].sum()
        assert (parts[subdistricts["name"]].to_numpy() == subdistricts[column].to_numpy()).all()
        assert (communities[column] > 0).all()


def test_three_levels_of_grid(grid: gpd.GeoDataFrame) -> None:
    """Row S1-30: 22 large, 175 middle and about 500 small cells, each within its parent."""
    assert grid["level"].value_counts().to_dict() == {"小": 500, "中": 175, "大": 22}
    assert grid["code"].is_unique
    by_code = grid.set_index("code")
    levels = {"小": "中", "中": "大"}
    for row in grid.itertuples():
        if row.level == "大":
            assert not row.parent
            continue
        parent = by_code.loc[row.parent]
        assert parent["level"] == levels[row.level]
        assert row.geometry.difference(parent.geometry).area < 1e-3


def test_grid_sums_and_covers_level_by_level(grid: gpd.GeoDataFrame) -> None:
    """Row S1-30: cells of each level hold everyone and the whole ground."""
    area = {}
    for level, own in grid.groupby("level"):
        assert own["residents_night"].sum() == NIGHT
        assert own["residents_day"].sum() == DAY
        assert shapely.coverage_is_valid(own.to_crs("EPSG:4547").geometry.to_numpy())
        area[level] = own.area.sum()
    assert max(area.values()) - min(area.values()) < 1.0


def test_the_day_draws_people_to_the_old_town_and_the_works(
    subdistricts: gpd.GeoDataFrame,
) -> None:
    ratio = (subdistricts["residents_day"] / subdistricts["residents_night"]).set_axis(
        subdistricts["name"]
    )
    assert ratio["老城街道"] > ratio.median()
    assert ratio.max() > 1.2 * ratio.min()


def test_no_subdistrict_crosses_the_river_but_at_its_ends(
    subdistricts: gpd.GeoDataFrame, district: SampleFiles
) -> None:
    water = read_shapes(district.backdrop["water"])
    river = water.loc[water["name"] == "云溪江", "geometry"].iloc[0].buffer(60.0)
    crossing = 0
    for shape in subdistricts.geometry:
        banks = [part for part in shapely.get_parts(shape.difference(river)) if part.area > 4e5]
        crossing += len(banks) > 1
    assert crossing <= 3
