"""Coverage of a real town: the zones and the network of Coquimbo, Chile, to the last person.

They come with the PyPI package ``aequilibrae``; shelters are seeded, people and roads are not.
"""

import importlib.util
import random
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from cli import main
from desks.build import Source, Sources, build_district
from desks.onemap import OneMap, load_onemap
from desks.planning.answers import DEFINITIONS
from desks.planning.coverage import coverage
from desks.planning.demand import demand_of
from desks.planning.filling import fill
from desks.planning.services import service_of
from tests.desks.making import write_csv

PEOPLE = 451_834
ZONES = 133
SHELTERS = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = importlib.util.find_spec("aequilibrae")
    if found is None or found.origin is None:
        pytest.skip("the package aequilibrae is not installed (make test installs it)")
    folder = tmp_path_factory.mktemp("coquimbo")
    packed = Path(found.origin).parent / "reference_files" / "coquimbo.zip"
    with zipfile.ZipFile(packed) as archive:
        member = next(n for n in archive.namelist() if n.endswith("project_database.sqlite"))
        archive.extract(member, folder)
    zones = gpd.read_file(folder / member, layer="zones")
    units = gpd.GeoDataFrame(
        {
            "code": [f"Z{int(zone):03d}" for zone in zones["zone_id"]],
            "name": [f"Zona {int(zone)}" for zone in zones["zone_id"]],
            "residents_night": np.floor(zones["population"]).astype(int),
        },
        geometry=zones.geometry.to_numpy(), crs=zones.crs,
    )  # fmt: skip
    units.to_file(folder / "community.gpkg", layer="community", driver="GPKG")
    chance = random.Random(5)  # noqa: S311 - reproducible, not secret
    spots = [shape.representative_point() for shape in units.geometry]
    rows = [
        [f"S{i:02d}", f"S{i:02d}", "室外" if i % 3 else "室内", 200 + 40 * i,
         f"{spots[at].x:.7f}", f"{spots[at].y:.7f}"]
        for i, at in enumerate(chance.sample(range(len(spots)), SHELTERS))
    ]  # fmt: skip
    heads = ["编号", "名称", "室内外", "容量", "经度", "纬度"]
    layers = {
        "community": Source(folder / "community.gpkg"),
        "shelter": Source(write_csv(folder / "shelter.csv", heads, rows)),
    }
    sources = Sources(roads=Source(folder / member), layers=layers, name_zh="科金博")
    build_district(folder / "district", sources)
    return folder / "district"


@pytest.fixture(scope="module")
def coquimbo(folder: Path) -> OneMap:
    return load_onemap(folder)


@pytest.mark.parametrize(
    ("key", "within"),
    [("shelter", "500m"), ("shelter", "10min"), ("shelter", "4km"), ("shelter_joint", "2km")],
)
def test_every_sum_is_that_of_the_census(coquimbo: OneMap, key: str, within: str) -> None:
    """S1-5: 133 zones, 451,834 people, one real network: nobody is lost at any level."""
    found = coverage(coquimbo, service_of(key, within))
    assert len(found.communities) == ZONES
    assert found.totals.people == PEOPLE
    assert sum(row.people for row in found.subdistricts) == PEOPLE
    assert sum(row.people for row in found.communities) == PEOPLE
    for definition in DEFINITIONS[:3]:
        sums = [
            sum(row.counts[definition].people_covered or 0 for row in rows)
            for rows in (found.communities, found.subdistricts, (found.totals,))
        ]
        assert sums[0] == sums[1] == sums[2] > 0
    covered = [found.totals.counts[d].people_covered or 0 for d in DEFINITIONS[:3]]
    assert PEOPLE >= covered[0] >= covered[1] >= covered[2]


def test_people_stand_in_their_zones(coquimbo: OneMap) -> None:
    """Every zone's people are on its own points, whole, and no point is outside the district."""
    demand = demand_of(coquimbo)
    held = np.zeros(len(demand.units), np.int64)
    np.add.at(held, demand.unit, demand.point_people)
    assert (held == demand.people).all()
    assert int(demand.point_people.max()) < PEOPLE // 10
    assert np.isfinite(demand.xy_m).all()


def test_ways_are_longer_than_lines_and_the_answer_is_the_same_again(coquimbo: OneMap) -> None:
    found = coverage(coquimbo, service_of("shelter", "1km"))
    reach = found.reach
    assert (reach.cost >= reach.line_mm).all()
    assert (reach.cost <= 1_000_000).all()
    assert len(reach.cost) > 1000
    far = reach.nearest_cost[np.diff(reach.first) == 0]
    assert (far[far >= 0] > 1_000_000).all()
    again = fill(reach, found.demand.point_people, found.places.capacity)
    assert found.assigned is not None
    assert (again.assigned == found.assigned).all()


def test_the_report_runs_end_to_end_and_its_sums_are_the_census(
    folder: Path, tmp_path: Path
) -> None:
    """S1-5: five formats of a town abroad; the workbook's totals are those of the coverage."""
    out = tmp_path / "papers"
    asked = ["--service", "shelter", "--out", str(out), "--format", "xlsx,gpkg"]
    assert main(["report", str(folder), *asked]) == 0
    assert {path.suffix for path in out.iterdir()} == {".xlsx", ".gpkg"}
    book = CalamineWorkbook.from_path(str(next(out.glob("*.xlsx"))))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    found = coverage(load_onemap(folder), service_of("shelter")).totals
    expected = [found.counts[definition].people_covered for definition in DEFINITIONS[:3]]
    for first, ahead in (("社区", 2), ("街道", 1)):
        (sheet,) = [s for s in sheets if s[2][: ahead + 1] == [first, "街道", "人口"][-ahead - 1 :]]
        rows = [row[ahead:] for row in sheet[3:] if isinstance(row[ahead], float)]
        one_by_one = [row for row in rows if row[0] != PEOPLE]
        assert sum(row[0] for row in one_by_one) == PEOPLE
        step = 1 if ahead == 2 else 2
        for column, people in enumerate(expected):
            assert sum(row[1 + step * column] for row in one_by_one) == people
