"""An import's datum on the made-up district: never wrong, told where foreseen, else stopped."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely

from desks.onemap import OneMap
from desks.register.current import Register
from desks.register.datum import ground_of as register_ground
from desks.register.rehearsal import Rehearsal, rehearse
from geodata.datum import wgs84_to_gcj02
from geodata.forensics import Ground
from geodata.store import Feature
from layers import layer
from tests.desks.datum_trials import ground_of, table

TODAY = date(2026, 9, 16)
CLEAN, PLANTED = 20, 14


@pytest.fixture(scope="module")
def ground(district: OneMap) -> Ground:
    return ground_of(district)


def figures(lines: list[str], key: str) -> dict[str, int]:
    """Return the line of the table with that key by its headings."""
    cells = next(line for line in lines if line.startswith(f"{key} |")).split(" | ")[1:]
    return dict(zip(lines[0].split(" | ")[1:], map(int, cells), strict=True))


def test_no_clean_list_is_called_anything_else_or_stopped(ground: Ground) -> None:
    """Half of the lists lie off the road and half state no unit; `make datum` runs 1,000."""
    lines = table(ground, CLEAN, planted=False, seed=7)
    found = figures(lines, "wgs84")
    assert (found["lists"], found["wrong"], found["stopped"]) == (CLEAN, 0, 0), "\n".join(lines)
    assert found["right"] >= CLEAN // 3


def test_planted_datums_are_told_where_foreseen(ground: Ground) -> None:
    """Planted shifts of 30 rows and more; what cannot be told is left open, not guessed."""
    lines = table(ground, PLANTED, planted=True, seed=7)
    for truth in ("gcj02", "bd09", "EPSG:4547", "EPSG:4526", "turned", "swapped"):
        found = figures(lines, truth)
        assert found["of these right"] == found["foreseen"], "\n".join(lines)
        assert found["wrong"] == 0, "\n".join(lines)


def feature(key: str, name: str, shape: shapely.Geometry, order: int) -> Feature:
    return Feature(key, name, 1, "", order, {"name": name}, shape, frozenset())


@pytest.fixture(scope="module")
def register(district: OneMap) -> Register:
    """Return the units and roads of the district, and its schools as known places."""
    back = pyproj.Transformer.from_crs(district.crs, "EPSG:4326", always_xy=True)

    def degrees(shapes: object) -> np.ndarray:
        def turn(xy: np.ndarray) -> np.ndarray:
            return np.column_stack(back.transform(xy[:, 0], xy[:, 1]))

        return np.asarray(shapely.transform(shapes, turn))

    features = {}
    for key in ("subdistrict", "community"):
        frame = district.layers[key]
        shapes = degrees(frame.geometry.to_numpy())
        features[key] = tuple(
            feature(key, str(name), shape, i)
            for i, (name, shape) in enumerate(zip(frame["name"], shapes, strict=True))
        )
    schools = district.records["school"]
    features["school"] = tuple(
        feature("school", name, shape, i)
        for i, (name, shape) in enumerate(
            zip(schools.names, degrees(shapely.points(schools.xy_m)), strict=True)
        )
    )
    return Register(features, {}, degrees(district.network.lines), TODAY)


def shelters(district: OneMap, path: Path, *, odd: slice = slice(0), bare: bool = False) -> Path:
    """Write the district's shelters as a list, the rows of ``odd`` shifted to GCJ-02."""
    records = district.records["shelter"]
    back = pyproj.Transformer.from_crs(district.crs, "EPSG:4326", always_xy=True)
    lon, lat = map(np.array, back.transform(records.xy_m[:, 0], records.xy_m[:, 1]))
    lon[odd], lat[odd] = wgs84_to_gcj02(lon[odd], lat[odd])
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["编号", "名称", "街道", "社区", "室内外", "经度", "纬度"])
        for i, name in enumerate(records.names):
            units = [
                "" if bare else str(records.columns[key][i]).removesuffix("街道")
                for key in ("subdistrict", "community")
            ]
            writer.writerow([f"B{i}", name, *units, "室外", f"{lon[i]:.6f}", f"{lat[i]:.6f}"])
    return path


def stops(found: Rehearsal) -> list[str]:
    return [d.code for d in found.defects if d.row is None and d.code.startswith("datum")]


def test_a_declared_datum_that_is_denied_stops_the_file(
    district: OneMap, register: Register, tmp_path: Path
) -> None:
    """S0-1: shelters exported from a web map are not placed 500 m astray without a word."""
    path = shelters(district, tmp_path / "避难场所.csv", odd=slice(None))
    found = rehearse(register, layer("shelter"), path)
    assert (found.datum.verdict, found.datum.stop) == ("gcj02", True)
    assert stops(found) == ["datum_contradicted"]
    assert [d.weight for d in found.stopped] == ["decide"]
    assert "gcj02" in str(found.stopped[0].mend)
    converted = rehearse(register, layer("shelter"), path, datum="gcj02")
    assert (converted.datum.verdict, stops(converted)) == ("gcj02", [])


def test_a_right_file_and_a_file_that_says_nothing_are_not_stopped(
    district: OneMap, register: Register, tmp_path: Path
) -> None:
    right = rehearse(register, layer("shelter"), shelters(district, tmp_path / "a.csv"))
    assert (right.datum.verdict, stops(right)) == ("wgs84", [])
    nothing = rehearse(Register(today=TODAY), layer("shelter"), tmp_path / "a.csv")
    assert (nothing.datum.verdict, stops(nothing)) == ("undetermined", [])


def test_a_geometry_file_is_judged_by_what_it_would_be_placed_as(
    district: OneMap, register: Register, tmp_path: Path
) -> None:
    """A GeoJSON says WGS 84 by its format, whatever its numbers are."""
    records = district.records["shelter"]
    back = pyproj.Transformer.from_crs(district.crs, "EPSG:4326", always_xy=True)
    lon, lat = wgs84_to_gcj02(*back.transform(records.xy_m[:, 0], records.xy_m[:, 1]))
    rows = [
        {
            "type": "Feature",
            "properties": {
                "编号": f"B{i}",
                "名称": name,
                "街道": records.columns["subdistrict"][i],
                "室内外": "室外",
            },
            "geometry": {"type": "Point", "coordinates": [float(lon[i]), float(lat[i])]},
        }
        for i, name in enumerate(records.names)
    ]
    path = tmp_path / "shelter.geojson"
    text = json.dumps({"type": "FeatureCollection", "features": rows}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    found = rehearse(register, layer("shelter"), path)
    assert (found.datum.verdict, stops(found)) == ("gcj02", ["datum_contradicted"])
    converted = rehearse(register, layer("shelter"), path, datum="gcj02")
    assert (converted.datum.verdict, converted.datum.declared) == ("gcj02", "gcj02")
    assert stops(converted) == []


def _some_in_metres(district: OneMap, path: Path, many: int) -> Path:
    """Write the shelters with the first so many in metres."""
    lines = shelters(district, path).read_text(encoding="utf-8").splitlines()
    metres = district.records["shelter"].xy_m
    for i in range(many):
        start = ",".join(lines[1 + i].split(",")[:-2])
        lines[1 + i] = f"{start},{metres[i, 0]:.2f},{metres[i, 1]:.2f}"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_metres_among_degrees_stop_the_file_and_are_named(
    district: OneMap, register: Register, tmp_path: Path
) -> None:
    many = len(district.records["shelter"].ids) // 7
    found = rehearse(
        register, layer("shelter"), _some_in_metres(district, tmp_path / "c.csv", many)
    )
    assert (found.datum.verdict, stops(found)) == ("mixed", ["datum_mixed"])
    rows = [d.row for d in found.defects if d.code == "datum_other"]
    assert rows == list(range(2, 2 + many))
    assert found.stopped[0].value.startswith("2, 3, 4, 5, 6")


def test_a_few_metres_among_many_degrees_are_named_one_by_one(
    district: OneMap, register: Register, tmp_path: Path
) -> None:
    """Five of hundreds are slips of the hand, no second datum: each row says so."""
    found = rehearse(register, layer("shelter"), _some_in_metres(district, tmp_path / "c.csv", 5))
    assert stops(found) == []
    rows = [d.row for d in found.defects if d.code == "position_metres"]
    assert rows == [2, 3, 4, 5, 6]


def test_units_are_compared_without_their_endings(register: Register) -> None:
    ground = register_ground(register)
    assert ground is not None
    assert [unit.level for unit in ground.units] == ["community", "subdistrict"]
    assert not any(key.endswith("街道") for key in ground.units[1].keys)
    assert len(ground.places_m) == len(ground.place_keys) == len(register.of("school"))


def test_a_register_that_knows_no_place_has_no_ground(register: Register) -> None:
    assert register_ground(Register(today=TODAY)) is None
    placed = register_ground(replace(register, features={}))
    assert placed is not None
    assert placed.units[0].shapes.size == 0
