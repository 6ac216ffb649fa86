"""Where a point lies: on borders and vertices, in holes, in gaps, beside everything."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from desks.build import Source, Sources, build_district
from desks.command import situation_brief
from desks.command.placing import grids_at, place_of
from desks.command.situation import Place
from desks.onemap import OneMap, load_onemap
from tests.desks.making import TOWN_ORIGIN_M, at_town, town_place


def placed(onemap: OneMap, x_m: float, y_m: float) -> Place:
    return place_of(onemap, town_place(x_m, y_m), road="", road_m=0)


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(*town_place(west, south), *town_place(east, north))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    """Return a district of two subdistricts, one with a lake as a hole, and odd communities.

    S2 (0..1000) has a hole 400..600; S1 (1000..2000) lies beside it. Communities: B and A overlap
    at 100..200, C is apart; 300..400 is a gap. S1's grids: 大 holds 中.
    """
    folder = tmp_path_factory.mktemp("odd")
    hole = box(0, 0, 1000, 1000).difference(box(400, 400, 600, 600))
    files = {
        "subdistrict": (
            [hole, box(1000, 0, 2000, 1000)],
            {"code": ["2", "1"], "name": ["湖", "岸"]},
        ),
        "community": (
            [box(0, 0, 200, 300), box(100, 0, 300, 300), box(1000, 0, 1200, 300)],
            {"code": ["2B", "2A", "1C"], "name": ["乙", "甲", "丙"]},
        ),
        "grid_cell": (
            [box(1000, 0, 2000, 1000), box(1000, 0, 1500, 500)],
            {"id": ["G1", "G2"], "name": ["大格", "中格"], "level": ["大", "中"]},
        ),
    }  # fmt: skip
    layers = {}
    for key, (shapes, columns) in files.items():
        path = folder / f"{key}.gpkg"
        gpd.GeoDataFrame(columns, geometry=shapes, crs=4547).to_file(path)
        layers[key] = Source(path)
    x_m, y_m = TOWN_ORIGIN_M
    line = shapely.LineString([(x_m, y_m), (x_m + 2000, y_m)])
    roads = gpd.GeoDataFrame({"highway": ["primary"]}, geometry=[line], crs=4547)
    roads.to_file(folder / "roads.gpkg")
    build_district(folder / "d", Sources(Source(folder / "roads.gpkg"), layers=layers))
    onemap = load_onemap(folder / "d")
    assert onemap.crs == "EPSG:4547"
    return onemap


@pytest.mark.parametrize(
    ("x_m", "y_m", "subdistrict", "community"),
    [
        (500, 200, "湖", ""),
        (50, 50, "湖", "乙"),
        (150, 50, "湖", "甲"),  # in both: the lowest code
        (100, 50, "湖", "甲"),  # on the border of A, within B
        (200, 300, "湖", "甲"),  # a corner of B on the border of A
        (350, 50, "湖", ""),  # in the gap
        (1000, 500, "岸", ""),  # on the border of both subdistricts: the lowest code
        (1000, 150, "岸", "丙"),
        (1000, 0, "岸", "丙"),  # a vertex of three polygons
        (0, 0, "湖", "乙"),  # the outer corner
        (2000, 1000, "岸", ""),
        (400, 500, "湖", ""),  # on the hole's border
        (600, 600, "湖", ""),  # on the hole's vertex
    ],
)
def test_borders_corners_and_overlaps(
    odd: OneMap, x_m: float, y_m: float, subdistrict: str, community: str
) -> None:
    place = placed(odd, x_m, y_m)
    assert (place.inside, place.outside_m) == (True, 0)
    assert (place.subdistrict, place.community) == (subdistrict, community)


@pytest.mark.parametrize(
    ("x_m", "y_m", "metres", "nearest"),
    [
        (500, 500, 100, "湖"),  # in the middle of the hole
        (401, 500, 1, "湖"),
        (2100, 500, 100, "岸"),
        (-3, -4, 5, "湖"),
        (1000, 1010, 10, "岸"),  # as near to both: the lowest code
        (1000, -0.5, 1, "岸"),  # half a metre outside is said as one
    ],
)
def test_outside_is_said_with_the_nearest_and_its_metres(
    odd: OneMap, x_m: float, y_m: float, metres: int, nearest: str
) -> None:
    place = placed(odd, x_m, y_m)
    assert (place.inside, place.outside_m, place.subdistrict) == (False, metres, nearest)
    assert place.community == ""


def test_a_centimetre_of_crack_is_inside(odd: OneMap) -> None:
    assert placed(odd, 1000, -0.009).inside
    assert not placed(odd, 1000, -0.011).inside


def test_the_hole_is_a_caution_of_the_brief(odd: OneMap) -> None:
    brief = situation_brief(odd, at_town(500, 500))
    assert "outside the district, 100 m from 湖" in " ".join(str(c.text) for c in brief.cautions)


@pytest.mark.parametrize(
    ("x_m", "y_m", "expected"),
    [
        (1200, 200, ("大格", "中格")),
        (1500, 500, ("大格", "中格")),  # the corner of the middle cell
        (1501, 500, ("大格",)),
        (999, 500, ()),
    ],
)
def test_grids_at_their_borders(
    odd: OneMap, x_m: float, y_m: float, expected: tuple[str, ...]
) -> None:
    assert grids_at(odd, town_place(x_m, y_m)) == expected


def test_every_vertex_of_every_unit_lies_inside(district: OneMap) -> None:
    """A point exactly on a vertex of the register is never outside its own district."""
    for shape in district.shapes["subdistrict"]:
        for x_m, y_m in shapely.get_coordinates(shape)[::25]:
            place = place_of(district, (float(x_m), float(y_m)), road="", road_m=0)
            assert place.inside
            assert place.subdistrict_code


def test_a_district_without_communities_names_none(tmp_path: Path) -> None:
    x_m, y_m = TOWN_ORIGIN_M
    line = shapely.LineString([(x_m, y_m), (x_m + 2000, y_m)])
    roads = gpd.GeoDataFrame({"highway": ["primary"]}, geometry=[line], crs=4547)
    roads.to_file(tmp_path / "roads.gpkg")
    build_district(tmp_path / "d", Sources(Source(tmp_path / "roads.gpkg")))
    place = placed(load_onemap(tmp_path / "d"), 1000, 900)
    assert (place.inside, place.subdistrict, place.community) == (True, "全域", "")
    assert (place.residents_day, place.residents_night) == (None, None)
