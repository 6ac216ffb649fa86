"""Five real networks, end to end: the user's file in, a brief out. Teams are seeded, roads are not.

The Coquimbo network comes with the PyPI package ``aequilibrae``, so this one runs everywhere.
"""

import importlib.util
import json
import random
import re
import zipfile
from pathlib import Path

import geopandas as gpd
import jsonschema
import numpy as np
import pytest

from desks.build import BuildReport, Source, Sources, build_district
from desks.command import Incident, brief_document, situation_brief
from desks.onemap import OneMap, load_onemap
from geodata.roads import read_roads
from geodata.roads_clip import clip_roads
from language import Catalogue
from layers.catalog import TEAM_KINDS
from tests.desks.making import CALM, write_csv

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "brief.schema.json"
TEAMS = 6


def seeded_teams(roads: Source, folder: Path) -> Source:
    """Return a register of six teams, each at the end of some road of the network."""
    frame, _ = read_roads(roads.path, layer=roads.layer)
    chance = random.Random(11)  # noqa: S311 - reproducible, not secret
    drivable = frame[~frame["road_class"].isin(["footway", "pedestrian", "track"])]
    rows = []
    for number in range(TEAMS):
        lon, lat = drivable.geometry.iloc[chance.randrange(len(drivable))].coords[0][:2]
        kind = TEAM_KINDS[number % len(TEAM_KINDS)]
        rows.append([f"T{number}", f"第{number}队", kind, f"{lon:.7f}", f"{lat:.7f}"])
    path = write_csv(folder / "team.csv", ["编号", "名称", "队伍类型", "经度", "纬度"], rows)
    return Source(path)


def built(folder: Path, roads: Path, **layers: Source) -> tuple[OneMap, BuildReport]:
    """Return the district of these roads, seeded teams and the given layers."""
    source = Source(roads)
    sources = Sources(
        roads=source, layers={"team": seeded_teams(source, folder), **layers}, name_zh="实测区"
    )
    report = build_district(folder / "district", sources)
    return load_onemap(folder / "district"), report


def check_briefs(onemap: OneMap) -> None:
    """Assert that briefs at seeded nodes are valid, and that most of them have somebody coming."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    chance = random.Random(5)  # noqa: S311 - reproducible, not secret
    main = np.flatnonzero(onemap.network.island == 0)
    reached = 0
    for number in range(20):
        at = onemap.network.node_xy_m[chance.choice(main)]
        incident = Incident((float(at[0]), float(at[1])), CALM.replace(hour=number), "fire")
        brief = situation_brief(onemap, incident)
        document = brief_document(onemap, brief, Catalogue.load("en"))
        jsonschema.validate(json.loads(json.dumps(document, allow_nan=False)), schema)
        assert len(brief.responders) == TEAMS
        for team in brief.responders:
            assert (team.eta_s is None) is (team.reason is not None)
        reached += any(team.reachable for team in brief.responders)
    assert reached >= 15


@pytest.mark.real
def test_futian_with_shenzhens_shelters_in_gcj02(real_data: Path, tmp_path: Path) -> None:
    """Of 462 shelters most lie off this network: all are kept, named and not snapped."""
    text = (real_data / "shelters" / "sz_shelters.js").read_text(encoding="utf-8")
    found = re.findall(r'"sid": "(\w+)",\s*"latitude": ([\d.]+),\s*"longitude": ([\d.]+)', text)
    rows = [[sid, sid, "室外", lon, lat] for sid, lat, lon in found]
    headings = ["编号", "名称", "室内外", "经度", "纬度"]
    shelters = write_csv(tmp_path / "shelters.csv", headings, rows)
    layers = {"shelter": Source(shelters, datum="gcj02")}
    onemap, report = built(tmp_path, real_data / "roads" / "shenzhen_futian_all.graphml", **layers)
    assert onemap.whole_extent
    assert len(onemap.layers["shelter"]) == len(found) == 462
    near = int(onemap.access["shelter"].on_network.sum())
    assert 5 <= near <= 60
    file = next(file for file in report.files if file.role == "shelter")
    outside = [f for f in file.notices if "outside the district" in str(f.problem)]
    assert len(outside) > 300
    check_briefs(onemap)


@pytest.mark.real
def test_jianghan_cut_from_wuhan(real_data: Path, tmp_path: Path) -> None:
    units = gpd.read_file(real_data / "boundaries" / "districts_wgs84_fastgeocn.geojson")
    names = units.select_dtypes(exclude="geometry").astype(str)
    district = units[(names == "江汉区").any(axis=1)]
    frame, _ = read_roads(real_data / "roads" / "wuhan_8989_streets.parquet")
    cut = clip_roads(frame, district.geometry.union_all())
    cut.drop(columns=["from_node", "to_node"]).to_parquet(tmp_path / "jianghan.parquet")
    onemap, _ = built(tmp_path, tmp_path / "jianghan.parquet")
    assert onemap.crs == "EPSG:4547"
    assert onemap.network.island.max() >= 1  # the cut leaves islands, and they stay
    check_briefs(onemap)


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "crs"), [("helsinki_centre.osm.pbf", "EPSG:32635"), ("andorra.osm.pbf", "EPSG:32631")]
)
def test_extracts_of_openstreetmap(real_data: Path, tmp_path: Path, name: str, crs: str) -> None:
    onemap, _ = built(tmp_path, real_data / "roads" / name)
    assert onemap.crs == crs
    check_briefs(onemap)


def test_coquimbo_of_aequilibrae(tmp_path: Path) -> None:
    found = importlib.util.find_spec("aequilibrae")
    if found is None or found.origin is None:
        pytest.skip("the package aequilibrae is not installed (make test installs it)")
    packed = Path(found.origin).parent / "reference_files" / "coquimbo.zip"
    with zipfile.ZipFile(packed) as archive:
        member = next(n for n in archive.namelist() if n.endswith("project_database.sqlite"))
        archive.extract(member, tmp_path)
    onemap, report = built(tmp_path, tmp_path / member)
    assert onemap.crs == "EPSG:32719"
    assert onemap.network.node_count > 10_000
    assert any("whole extent" in str(caution) for caution in report.cautions)
    check_briefs(onemap)
