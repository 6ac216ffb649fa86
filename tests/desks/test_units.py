"""One border rule for records and for clicks: property tests on random tessellations."""

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from desks.command.placing import grids_at, place_of
from desks.joining import join_layers
from desks.onemap import OneMap
from geodata.join import join_units
from layers import layer
from layers.placing import Placed
from layers.rows import LayerRows

CRS = "EPSG:4547"
ORIGIN_M = (400_000.0, 2_545_000.0)
SIZE = 4
"""Communities are the squares of a SIZE x SIZE board of 100 m; subdistricts are its rows."""


def board() -> dict[str, gpd.GeoDataFrame]:
    """Return subdistricts (rows) and communities (squares), codes against the reading order."""
    x_m, y_m = ORIGIN_M
    squares, rows = [], []
    for row in range(SIZE):
        south = y_m + 100 * row
        rows.append((f"S{9 - row}", shapely.box(x_m, south, x_m + 100 * SIZE, south + 100)))
        for column in range(SIZE):
            west = x_m + 100 * column
            # codes run against those of the subdistricts, so that the two border rules differ
            code = f"C{row}{9 - column}"
            squares.append((code, shapely.box(west, south, west + 100, south + 100)))
    return {"subdistrict": _units(rows), "community": _units(squares)}


def _units(pairs: list[tuple[str, shapely.Polygon]]) -> gpd.GeoDataFrame:
    codes, shapes = zip(*pairs, strict=True)
    frame = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=list(shapes), crs=CRS)
    return frame.to_crs(4326)


def depots(points_m: list[tuple[float, float] | None]) -> gpd.GeoDataFrame:
    """Return depots at metres from the board's corner, without a position where None."""
    shapes = [
        shapely.Point() if p is None else shapely.Point(ORIGIN_M[0] + p[0], ORIGIN_M[1] + p[1])
        for p in points_m
    ]
    ids = [f"D{number}" for number in range(len(shapes))]
    columns = {"id": ids, "name": ids, "subdistrict": "", "community": ""}
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)
    return frame.to_crs(4326)


def read(frame: gpd.GeoDataFrame) -> Mapping[str, LayerRows]:
    """Return the depots as a reader gives them: D0 alone has a phone."""
    return {"depot": layer_rows("depot", frame, {"D0": "555"})}


def layer_rows(key: str, frame: gpd.GeoDataFrame, phones: Mapping[str, str]) -> LayerRows:
    """Return a frame as a reader gives it, with these telephones by id."""
    spec = layer(key)
    people = dict.fromkeys((column.key for column in spec.personal_columns), "")
    told = {"id": list(phones), **people, "phone": list(phones.values())}
    nowhere = np.full((len(frame), 2), np.nan)
    return LayerRows(
        spec=spec,
        frame=frame,
        rows=tuple(range(2, len(frame) + 2)),
        contacts=pd.DataFrame({"layer": key, **told}),
        children={},
        notices=(),
        refused=(),
        personal=pd.DataFrame({"phone": [phones.get(i, "") for i in frame["id"]]}),
        child_rows={},
        placed=Placed(np.asarray(frame.geometry.array), (), nowhere),
        headings={},
    )


grid_m = st.integers(-2, 2 * SIZE + 2).map(lambda k: 50.0 * k)
anywhere_m = st.floats(-150, 100 * SIZE + 150, allow_nan=False)
point_m = st.one_of(st.none(), st.tuples(grid_m, grid_m), st.tuples(anywhere_m, anywhere_m))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(point_m, min_size=1, max_size=25))
def test_every_row_is_counted_once_and_communities_add_up(
    points_m: list[tuple[float, float] | None],
) -> None:
    """Row S0-2: units, outside and without position sum to all; communities to subdistricts."""
    frames = board() | {"depot": depots(points_m)}
    joined = join_layers(frames, read(frames["depot"]), {"depot": "depot.csv"}, CRS)
    frame = joined["depot"].frame
    parent = dict(
        zip(
            joined["community"].frame["code"],
            joined["community"].frame["subdistrict_code"],
            strict=True,
        )
    )
    for community, subdistrict in zip(
        frame["community_code"], frame["subdistrict_code"], strict=True
    ):
        assert (community == "") is (subdistrict == "")
        assert not community or parent[community] == subdistrict
    inside = int((frame["subdistrict_code"] != "").sum())
    placed = int(sum(point is not None for point in points_m))
    outside = int((frame["outside_m"] > 0).sum())
    assert inside + outside == placed
    assert len(frame) - placed == int(frame["outside_m"].isna().sum())
    said = [fault for fault in joined["depot"].notices if "outside" in str(fault.problem)]
    assert len(said) == outside
    assert frame["has_phone"].tolist() == [True] + [False] * (len(frame) - 1)
    assert not frame["has_contact"].any()


def test_a_click_lies_where_a_record_there_would(district: OneMap) -> None:
    """Row S1-30: clicks on corners, on borders, inside and outside fall as the join has it."""

    @settings(derandomize=True, deadline=None, max_examples=150)
    @given(st.integers(0, 10**9), st.sampled_from(["vertex", "edge", "inside", "anywhere"]))
    def check(number: int, kind: str) -> None:
        chance = np.random.default_rng(number)
        shape = district.shapes["community"][chance.integers(len(district.shapes["community"]))]
        ring = shapely.get_coordinates(shape.exterior)
        at = chance.integers(len(ring) - 1)
        west, south, east, north = district.extent_m
        x_m, y_m = {
            "vertex": ring[at],
            "edge": (ring[at] + ring[at + 1]) / 2,
            "inside": shapely.get_coordinates(shape.representative_point())[0],
            "anywhere": chance.uniform([west - 900, south - 900], [east + 900, north + 900]),
        }[kind]
        place = place_of(district, (float(x_m), float(y_m)), road="", road_m=0)
        click = gpd.GeoDataFrame(geometry=[shapely.Point(x_m, y_m)], crs=district.crs)
        units = district.layers["subdistrict"].reset_index(drop=True)
        expected = join_units(click, units).iloc[0]
        assert place.inside is (expected["code"] != "")
        assert place.subdistrict_code == expected["unit_near"]
        if place.inside:
            assert place.outside_m == 0
            assert len(grids_at(district, (float(x_m), float(y_m)))) == 3
        else:
            assert place.outside_m == max(1, int(np.ceil(round(expected["outside_m"], 1)))) or (
                abs(place.outside_m - expected["outside_m"]) <= 1
            )
            assert place.community == ""

    check()


def test_a_place_beyond_the_globe_of_the_crs_is_named_and_kept() -> None:
    frames = board() | {"depot": depots([(50.0, 50.0)])}
    far = frames["depot"].copy()
    far = pd.concat([far, far.assign(id="D1", name="D1")], ignore_index=True)
    far = gpd.GeoDataFrame(far, geometry="geometry", crs=4326)
    far.loc[1, "geometry"] = shapely.Point(-67.0, -23.0)
    joined = join_layers(board() | {"depot": far}, read(far), {"depot": "d.csv"}, CRS)["depot"]
    assert len(joined.frame) == 2
    said = [str(fault) for fault in joined.notices]
    assert any("D1" in text for text in said)
    assert joined.frame["subdistrict_code"].tolist()[1] == ""


def test_a_line_stated_in_a_unit_it_only_crosses_is_no_contradiction() -> None:
    x_m, y_m = ORIGIN_M
    line = shapely.LineString([(x_m + 10, y_m + 10), (x_m + 10, y_m + 390)])
    columns = {"id": ["P1", "P2"], "name": ["一号", "二号"], "subdistrict": ["S9", "S5"]}
    frame = gpd.GeoDataFrame(columns, geometry=[line, line], crs=CRS).to_crs(4326)
    rows = layer_rows("pipeline", frame, {})
    joined = join_layers(board() | {"pipeline": frame}, {"pipeline": rows}, {}, CRS)["pipeline"]
    said = [fault.row for fault in joined.notices if "is stated" in str(fault.problem)]
    assert said == [3]  # S5 is no unit of the board at all


def test_the_residents_are_those_of_the_smallest_unit_on_file(town: OneMap) -> None:
    place = place_of(town, (398_000.0, 2_545_100.0), road="", road_m=0)
    assert (place.community, place.residents_day, place.residents_night) == ("西南社区", 350, 300)
    records = dict(town.records)
    communities = records["community"]
    nobody = {key: (None,) * len(communities.ids) for key in ("residents_day", "residents_night")}
    records["community"] = replace(communities, columns={**communities.columns, **nobody})
    bare = replace(town, records=records)
    place = place_of(bare, (398_000.0, 2_545_100.0), road="", road_m=0)
    assert (place.residents_day, place.residents_night) == (800, 700)
