"""Zone files of other programs: ALOHA's KML with folders, GeoJSON, and what is no zone."""

import json
from pathlib import Path

import pytest

from geodata.faults import UserError
from risk.zone_files import read_zones

CRS = "EPSG:4547"
AT = (500_000.0, 2_544_000.0)

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>ALOHA</name>
<Folder><name>Threat Zones</name>
{marks}
</Folder></Document></kml>"""
MARK = """<Placemark><name>{name}</name><{kind}>{shape}</{kind}></Placemark>"""
RING = "<outerBoundaryIs><LinearRing><coordinates>{at}</coordinates></LinearRing></outerBoundaryIs>"


def ring(half_deg: float) -> str:
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    at = " ".join(f"{114 + x * half_deg},{23 + y * half_deg},0" for x, y in corners)
    return RING.format(at=at)


def polygon(name: str, half_deg: float) -> str:
    return MARK.format(name=name, kind="Polygon", shape=ring(half_deg))


def written(folder: Path, *marks: str) -> Path:
    path = folder / "aloha.kml"
    path.write_text(KML.format(marks="\n".join(marks)), encoding="utf-8")
    return path


def test_a_kml_of_aloha_comes_in_worst_first_and_in_metres(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        polygon("Yellow Threat Zone", 0.02),
        polygon("Orange Threat Zone", 0.01),
        polygon("Red Threat Zone", 0.005),
    )
    found = read_zones(path, CRS)
    assert [zone.rank for zone in found.zones] == [0, 1, 2]
    assert "Red Threat Zone" in " ".join(str(text) for text in found.zones[0].assumptions)
    width, height = 0.01 * 111_320 * 0.9205, 0.01 * 110_750
    assert found.zones[0].shape.area == pytest.approx(width * height, rel=5e-3)
    assert found.zones[0].source == "aloha.kml"
    assert not found.notices


def test_points_and_lines_are_named_not_dropped(tmp_path: Path) -> None:
    """ALOHA also writes the source point and the lines within which the wind may veer."""
    at = "<coordinates>114,23,0</coordinates>"
    line = "<coordinates>114,23,0 114.1,23,0</coordinates>"
    path = written(
        tmp_path,
        MARK.format(name="Source", kind="Point", shape=at),
        polygon("Red Threat Zone", 0.01),
        MARK.format(name="Confidence", kind="LineString", shape=line),
    )
    found = read_zones(path, CRS)
    assert len(found.zones) == 1
    assert [notice.row for notice in found.notices] == [1, 3]


def test_a_file_without_areas_is_refused(tmp_path: Path) -> None:
    at = "<coordinates>114,23,0</coordinates>"
    path = written(tmp_path, MARK.format(name="Source", kind="Point", shape=at))
    with pytest.raises(UserError) as caught:
        read_zones(path, CRS)
    assert "no area" in str(caught.value)


@pytest.mark.parametrize("column", ["name", "Title", "ZONE", "名称"])
def test_a_geojson_gives_the_name_under_any_usual_column(tmp_path: Path, column: str) -> None:
    corners = [[114, 23], [114.01, 23], [114.01, 23.01], [114, 23.01], [114, 23]]
    feature = {
        "type": "Feature",
        "properties": {column: "Red <b>zone</b>"},
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }
    path = tmp_path / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    (zone,) = read_zones(path, CRS).zones
    assert "Red <b>zone</b>" in " ".join(str(text) for text in zone.assumptions)


def test_without_any_name_the_zone_says_so(tmp_path: Path) -> None:
    corners = [[114, 23], [114.01, 23], [114.01, 23.01], [114, 23]]
    path = tmp_path / "zones.geojson"
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [corners]}))
    (zone,) = read_zones(path, CRS).zones
    assert "no name" in " ".join(str(text) for text in zone.assumptions)


def test_the_reach_is_from_the_incident(tmp_path: Path) -> None:
    path = written(tmp_path, polygon("Red", 0.01))
    near = read_zones(path, CRS).zones[0]
    far = read_zones(path, CRS, at=(500_000.0, 2_500_000.0)).zones[0]
    assert near.reach_m < 2_000
    assert far.reach_m > 40_000


def test_a_file_that_is_none_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "zones.kml"
    path.write_text("<html>no map</html>", encoding="utf-8")
    with pytest.raises(UserError):
        read_zones(path, CRS)
    with pytest.raises(UserError):
        read_zones(tmp_path / "absent.kml", CRS)
