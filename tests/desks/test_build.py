"""Building a district: rows kept or named, every fault at once, whole or not at all."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import jsonschema
import pandas as pd
import pytest
import shapely

from desks.build import Source, Sources, build_district
from desks.build_report import BuildReport, FileReport, build_document, build_lines
from desks.onemap import OneMap, load_onemap
from desks.register import counts_by_subdistrict, lacking
from desks.register.opening import open_register
from geodata.faults import Fault, UserError
from geodata.store import Author, Change
from language import Catalogue, say
from sample import SampleFiles
from tests.desks.making import TOWN_ORIGIN_M, sources_of, with_layers, write_csv

ROOT = Path(__file__).parents[2]
S0_1 = {"depot": 51, "team": 12, "expert": 64, "plan": 420, "department": 27, "shelter": 34}
REQUIRED = {"team": ("类别", "综合消防"), "expert": ("专业", "消防"), "shelter": ("室内外", "室内")}


def place_deg(number: int) -> tuple[str, str]:
    """Return longitude and latitude of a place in the town that no other number has."""
    return f"{113.000 + 0.0001 * (number % 150):.6f}", f"{23.0005 + 0.00002 * number:.6f}"


def register(folder: Path, key: str, count: int) -> Path:
    """Write a register of that many rows; the second lacks contact, the third position."""
    own, choice = REQUIRED.get(key, ("备注", ""))
    rows = []
    for number in range(1, count + 1):
        lon, lat = place_deg(number)
        rows.append([
            f"{key}{number}", f"{key} 第{number}", own and choice,
            "" if number == 3 else lon, "" if number == 3 else lat,
            "" if number == 2 else f"示范{number}", "" if number == 2 else f"555-{number:04d}",
            "2026-05-01",
        ])  # fmt: skip
    headings = ["编号", "名称", own, "经度", "纬度", "联系人", "联系电话", "核实日期"]
    return write_csv(folder / f"{key}.csv", headings, rows)


@pytest.fixture(scope="module")
def six(
    town_files: SampleFiles, tmp_path_factory: pytest.TempPathFactory
) -> tuple[OneMap, BuildReport]:
    folder = tmp_path_factory.mktemp("six")
    layers = {key: register(folder, key, count) for key, count in S0_1.items()}
    target = folder / "district"
    report = build_district(target, with_layers(sources_of(town_files), layers))
    return load_onemap(target), report


def test_six_registers_are_whole_and_what_lacks_is_named(six: tuple[OneMap, BuildReport]) -> None:
    """Row S0-1: 51/12/64/420/27/34 rows; rows lacking contact or position by name, none dropped."""
    onemap, report = six
    for key, count in S0_1.items():
        assert counts_by_subdistrict(onemap, key).total == count
        assert len(onemap.layers[key]) == count
        missing = lacking(onemap, key)
        assert missing["position"] == (f"{key} 第3",)
        assert missing["phone"] == missing["contact"] == (f"{key} 第2",)
        file = next(file for file in report.files if file.role == key)
        assert (file.rows_read, file.rows_kept) == (count, count)
        rows = {fault.row for fault in file.notices}
        assert {3, 4} <= rows  # the heading is row 1


def test_counts_add_up_with_rows_outside_and_without_position(
    six: tuple[OneMap, BuildReport],
) -> None:
    """Row S0-1: the counts per subdistrict, outside and without position sum to the whole."""
    onemap, _ = six
    for key in onemap.layers:
        counts = counts_by_subdistrict(onemap, key)
        total = sum(counts.by_code.values()) + counts.outside + counts.without_position
        assert total == counts.total == len(onemap.layers[key])


def test_no_personal_column_leaves_the_contacts_file(six: tuple[OneMap, BuildReport]) -> None:
    onemap, _ = six
    for path in sorted(onemap.folder.rglob("*")):
        if path.suffix == ".parquet" and path.name != "contacts.parquet":
            assert b"555-0001" not in path.read_bytes()
            assert not {"phone", "contact"} & set(pd.read_parquet(path).columns)
    assert "555-" not in (onemap.folder / "build_report.json").read_text(encoding="utf-8")


def test_same_files_same_bytes(town_files: SampleFiles, tmp_path: Path) -> None:
    """Nothing but the register's random keys depends on the clock or on where the folder lies."""
    digests = []
    for name in ("one", "two"):
        build_district(tmp_path / name, sources_of(town_files))
        digests.append(
            {
                str(path.relative_to(tmp_path / name)): hashlib.sha256(
                    path.read_bytes()
                ).hexdigest()
                for path in sorted((tmp_path / name).rglob("*"))
                if path.is_file() and path.name not in {"register.sqlite", "district.toml"}
            }
        )
    assert digests[0] == digests[1]
    maps = [load_onemap(tmp_path / name) for name in ("one", "two")]
    assert maps[0].head != maps[1].head
    for key, frame in maps[0].layers.items():
        assert frame.equals(maps[1].layers[key])
    for key, table in maps[0].children.items():
        assert table.equals(maps[1].children[key])


def test_a_register_that_was_written_to_is_not_built_over(
    town_files: SampleFiles, tmp_path: Path
) -> None:
    folder = tmp_path / "town"
    build_district(folder, sources_of(town_files))
    build_district(folder, sources_of(town_files))
    with open_register(folder) as store:
        team = store.read("team")[0]
        change = Change("set", "team", team.id, team.version, props={"name": "新名"})
        store.edit(Author("甲", "试"), [change])
    with pytest.raises(UserError, match="written to since"):
        build_district(folder, sources_of(town_files))
    assert "新名" in load_onemap(folder).records["team"].names


def test_the_report_keeps_its_schema_and_is_in_the_folder(
    six: tuple[OneMap, BuildReport],
) -> None:
    onemap, report = six
    schema = json.loads((ROOT / "docs/schemas/build.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(build_document(report, Catalogue.load("en")), schema)
    kept = json.loads((onemap.folder / "build_report.json").read_text(encoding="utf-8"))
    jsonschema.validate(kept, schema)
    assert kept["stamp"] == report.stamp
    assert all(line.isprintable() for line in build_lines(report, Catalogue.load("zh")))


def test_many_notices_of_one_sort_hide_none_of_another() -> None:
    mend = say("The row is kept; fill in 联系人 and 联系电话.")
    lacking = [Fault("a.csv", say("{name} has no contact.", name=f"n{i}"), mend) for i in range(99)]
    far = Fault("a.csv", say("{name} has no position.", name="远"), mend)
    file = FileReport("shelter", "a.csv", 100, 100, notices=(*lacking, far))
    report = BuildReport("甲", "A", "EPSG:4547", "", "s", (file,), (), ())
    lines = list(build_lines(report, Catalogue.load("en")))
    assert [line for line in lines if "远 has no position" in line]
    assert [line for line in lines if "96 more of this sort" in line]
    assert len(lines) == 2 + 3 + 1 + 1


def test_without_subdistricts_there_is_one_unit_and_a_caution(
    town_files: SampleFiles, tmp_path: Path
) -> None:
    sources = sources_of(town_files)
    layers = {
        key: s for key, s in sources.layers.items() if key not in ("subdistrict", "community")
    }
    report = build_district(tmp_path / "d", replace(sources, layers=layers))
    onemap = load_onemap(tmp_path / "d")
    assert onemap.whole_extent
    assert onemap.records["subdistrict"].names == ("全域",)
    assert any("whole extent" in str(said) for said in report.cautions)
    assert counts_by_subdistrict(onemap, "team").by_code == {"0": 3}


def test_all_faults_of_all_files_come_at_once_and_nothing_is_written(
    town_files: SampleFiles, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 cut off")
    nameless = write_csv(tmp_path / "nameless.csv", ["编号", "经度", "纬度"], [[1, 113, 23]])
    layers = {"depot": empty, "team": broken, "expert": nameless, "rocket": empty}
    target = tmp_path / "district"
    with pytest.raises(UserError) as caught:
        build_district(target, with_layers(sources_of(town_files), layers))
    said = str(caught.value)
    for word in ("empty.csv", "broken.xlsx", "nameless.csv", "rocket"):
        assert word in said
    assert not target.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "broken.xlsx", "empty.csv", "nameless.csv",
    ]  # fmt: skip


def test_a_failed_build_leaves_the_old_district_as_it_was(
    town_files: SampleFiles, tmp_path: Path
) -> None:
    target = tmp_path / "district"
    build_district(target, sources_of(town_files))
    before = load_onemap(target).stamp
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"")
    with pytest.raises(UserError):
        build_district(target, with_layers(sources_of(town_files), {"depot": bad}))
    assert load_onemap(target).stamp == before


def test_a_folder_with_other_things_is_never_replaced(
    town_files: SampleFiles, tmp_path: Path
) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(UserError):
        build_district(tmp_path, sources_of(town_files))
    assert (tmp_path / "thesis.docx").read_text() == "years of work"


def test_an_edited_speed_model_survives_a_new_build_and_a_broken_one_is_refused(
    town_files: SampleFiles, tmp_path: Path
) -> None:
    target = tmp_path / "district"
    first = build_district(target, sources_of(town_files))
    model = target / "speed_model.toml"
    text = model.read_text(encoding="utf-8")
    model.write_text(text.replace('version = "2026-11"', 'version = "ours"'), encoding="utf-8")
    again = build_district(target, sources_of(town_files))
    assert load_onemap(target).speed_model.version.startswith("ours")
    assert again.stamp != first.stamp
    assert any("speed model" in str(said) for said in again.cautions)
    model.write_text("version = 3", encoding="utf-8")
    with pytest.raises(UserError):
        build_district(target, sources_of(town_files))


def test_a_stated_subdistrict_that_contradicts_the_position_is_a_notice(
    town_files: SampleFiles, tmp_path: Path
) -> None:
    rows = [
        ["D1", "甲库", "南街街道", "113.0061", "23.0100"],
        ["D2", "乙库", "北街", "113.0061", "23.0100"],
        ["D3", "丙库", "北街街道", "113.9", "23.9"],
    ]
    path = write_csv(tmp_path / "depot.csv", ["编号", "名称", "街道", "经度", "纬度"], rows)
    report = build_district(tmp_path / "d", with_layers(sources_of(town_files), {"depot": path}))
    file = next(file for file in report.files if file.role == "depot")
    said = [(fault.row, str(fault.problem)) for fault in file.notices]
    assert (2, "甲库 is stated in 南街街道 but lies in 北街街道.") in said
    assert not any("乙库 is stated" in text for _, text in said)
    assert any("丙库" in text and "outside the district" in text for _, text in said)
    assert any("丙库" in text and "off the network" in text for _, text in said)


def test_duplicate_ids_and_swapped_coordinates_are_named_by_row(
    town_files: SampleFiles, tmp_path: Path
) -> None:
    rows = [["D1", "甲库", "113.0061", "23.0100"], ["D1", "乙库", "113.0061", "23.0101"]]
    path = write_csv(tmp_path / "depot.csv", ["编号", "名称", "经度", "纬度"], rows)
    try:
        report = build_district(
            tmp_path / "d", with_layers(sources_of(town_files), {"depot": path})
        )
        said = [f for file in report.files if file.role == "depot" for f in file.refused]
    except UserError as error:
        said = list(error.faults)
    assert any("D1" in str(fault) and fault.row == 3 for fault in said)
    swapped = write_csv(
        tmp_path / "swapped.csv",
        ["编号", "名称", "经度", "纬度"],
        [["D1", "甲库", "23.01", "113.0061"]],
    )
    report = build_district(tmp_path / "e", with_layers(sources_of(town_files), {"depot": swapped}))
    notices = [f for file in report.files if file.role == "depot" for f in file.notices]
    assert any(fault.row == 2 and "each other's place" in str(fault.problem) for fault in notices)


def test_invalid_polygons_are_mended_and_said(town_files: SampleFiles, tmp_path: Path) -> None:
    bow = shapely.Polygon([(113.0, 23.0), (113.02, 23.02), (113.02, 23.0), (113.0, 23.02)])
    frame = gpd.GeoDataFrame({"code": ["1"], "name": ["结"]}, geometry=[bow], crs=4326)
    path = tmp_path / "bow.geojson"
    frame.to_file(path)
    report = build_district(
        tmp_path / "d", with_layers(sources_of(town_files), {"subdistrict": path})
    )
    notices = [f for file in report.files if file.role == "subdistrict" for f in file.notices]
    assert any("invalid" in str(fault.problem) for fault in notices)


def test_a_road_of_no_length_is_named(tmp_path: Path) -> None:
    x_m, y_m = TOWN_ORIGIN_M
    lines = [
        shapely.LineString([(x_m, y_m), (x_m + 500, y_m)]),
        shapely.LineString([(x_m, y_m), (x_m, y_m)]),
    ]
    frame = gpd.GeoDataFrame({"id": ["A", "B"], "highway": "primary"}, geometry=lines, crs=4547)
    frame.to_file(tmp_path / "roads.gpkg")
    report = build_district(tmp_path / "d", Sources(roads=Source(tmp_path / "roads.gpkg")))
    document = json.dumps(build_document(report, Catalogue.load("en")), ensure_ascii=False)
    assert "B" in document
    assert "length" in document
    assert any("No layer of teams" in str(said) for said in report.cautions)
    assert any("No record has a date" in str(said) for said in report.cautions)


def test_the_registers_date_is_given_or_the_newest(town_files: SampleFiles, tmp_path: Path) -> None:
    sources = replace(sources_of(town_files), as_of=None)
    report = build_district(tmp_path / "d", sources)
    assert report.as_of == "2026-09-16"
    assert any("newest date" in str(said) for said in report.cautions)
    given = build_district(tmp_path / "e", replace(sources, as_of=date(2027, 1, 1)))
    assert given.as_of == "2027-01-01"


def test_a_gcj02_layer_moves_back_half_a_kilometre(town_files: SampleFiles, tmp_path: Path) -> None:
    rows = [["D1", "甲库", "113.0061", "23.0100"]]
    path = write_csv(tmp_path / "depot.csv", ["编号", "名称", "经度", "纬度"], rows)
    sources = sources_of(town_files)
    for datum, target in (("wgs84", "a"), ("gcj02", "b")):
        layers = {**sources.layers, "depot": Source(path, datum=datum)}
        build_district(tmp_path / target, replace(sources, layers=layers))
    places = [load_onemap(tmp_path / name).records["depot"].xy_m[0] for name in "ab"]
    shift_m = float(((places[0] - places[1]) ** 2).sum() ** 0.5)
    assert 400 < shift_m < 800
