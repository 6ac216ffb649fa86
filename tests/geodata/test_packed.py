"""Zipped shapefiles and KMZ: those of every office come in, those of a stranger do no harm."""

import contextlib
import struct
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely

from geodata.faults import UserError
from geodata.features import read_features
from geodata.opening import open_vector, split_layer
from geodata.unzipping import MOST_MEMBERS, open_zip
from geodata.workbook import MOST_CELLS
from tests.geodata.zips import KML, locked, named, shapefile, shelters, spoiled, zipped

SLOWEST_S = 5


@pytest.fixture(autouse=True)
def _nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold every test to leaving nothing of an archive on the disk."""
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    yield
    assert not list(aside.iterdir())


@pytest.fixture
def files(tmp_path: Path) -> dict[str, bytes]:
    return shapefile(tmp_path / "made")


def refusal(path: Path, layer: str | None = None) -> str:
    """Return the text of the one fault of opening the archive; it names the archive alone."""
    with pytest.raises(UserError) as caught:
        open_vector(path, layer)
    assert {fault.file for fault in caught.value.faults} == {path.name}
    assert all(str(fault.mend) for fault in caught.value.faults)
    return str(caught.value)


def names(path: Path, layer: str | None = None) -> list[str]:
    found: list[str] = open_vector(path, layer)["名称"].tolist()
    return found


@pytest.mark.parametrize("stem", ["a", "避难场所", "数据/避难场所", "数据\\避难场所", "./x", "/x"])
def test_a_shapefile_in_the_root_or_a_folder(
    tmp_path: Path, files: dict[str, bytes], stem: str
) -> None:
    for written in ("", "gbk", "utf-8"):
        path = zipped(tmp_path / "x.zip", named(files, stem), written=written)
        assert names(path) == ["甲", "乙"]


def test_names_in_any_case(tmp_path: Path, files: dict[str, bytes]) -> None:
    held = {f"{'Abc' if i % 2 else 'ABC'}{s.upper()}": d for i, (s, d) in enumerate(files.items())}
    assert names(zipped(tmp_path / "X.ZIP", held)) == ["甲", "乙"]


def test_the_prj_says_where_the_places_are(tmp_path: Path, files: dict[str, bytes]) -> None:
    path = zipped(tmp_path / "x.zip", named(files, "a"))
    assert open_vector(path).crs == "EPSG:4547"
    placed = read_features(path)
    assert placed.file == "x.zip"
    assert placed.notices == ()
    true = shapely.get_coordinates(shelters("EPSG:4490").geometry)
    found = shapely.get_coordinates(placed.frame.geometry)
    assert found == pytest.approx(true, abs=1e-7)


def test_without_its_prj_metres_are_asked_about(tmp_path: Path, files: dict[str, bytes]) -> None:
    del files[".prj"]
    path = zipped(tmp_path / "x.zip", named(files, "a"))
    with pytest.raises(UserError) as caught:
        read_features(path)
    assert caught.value.faults[0].file == "x.zip"
    assert len(read_features(path, datum="EPSG:4547").frame) == 2


def test_what_else_lies_in_it_is_said(tmp_path: Path, files: dict[str, bytes]) -> None:
    held = {
        **named(files, "a"), "a.shp.xml": b"<x/>", "a.sbn": b"",
        "说明.docx": b"x", "b/c.xlsx": b"x", "__MACOSX/._a.shp": b"x",
        "._a.shp": b"x", "d/e/f/g.shp": b"x",
    }  # fmt: skip
    (notice,) = read_features(zipped(tmp_path / "x.zip", held)).notices
    assert notice.code == "members_unread"
    assert "not read: 说明.docx, b/c.xlsx, d/e/f/g.shp." in str(notice)


def test_several_are_named_and_one_is_asked_for(tmp_path: Path, files: dict[str, bytes]) -> None:
    other = shapefile(tmp_path / "other", shelters().iloc[:1])
    path = zipped(tmp_path / "x.zip", {**named(files, "甲/医院"), **named(other, "学校")})
    told = refusal(path)
    assert "several shapefiles: 甲/医院.shp, 学校.shp" in told
    assert names(path, "学校") == ["甲"]
    assert names(path, "医院") == ["甲", "乙"]
    assert "no layer '公园'" in refusal(path, "公园")
    assert split_layer("x.zip:学校") == (Path("x.zip"), "学校")


@pytest.mark.parametrize("lost", [[".shx"], [".dbf"], [".shx", ".dbf"]])
def test_a_shapefile_without_what_belongs_to_it(
    tmp_path: Path, files: dict[str, bytes], lost: list[str]
) -> None:
    for suffix in lost:
        del files[suffix]
    told = refusal(zipped(tmp_path / "x.zip", named(files, "避难")))
    assert all(f"避难{suffix} that belongs to it is missing" in told for suffix in lost)


@pytest.mark.parametrize(
    "name", ["d/e/a.shp", "a.gpkg", "a.shp/", "__MACOSX/a.shp", "._a.shp", "a.shp.txt"]
)
def test_an_archive_without_a_shapefile(tmp_path: Path, name: str) -> None:
    assert "holds no shapefile" in refusal(zipped(tmp_path / "x.zip", {name: b""}))
    assert "holds no shapefile" in refusal(zipped(tmp_path / "y.zip", {}))


@pytest.mark.parametrize("stem", ["../a", "..\\a", "/a", "C:\\a", "../../../a"])
def test_no_path_of_an_archive_is_used(tmp_path: Path, files: dict[str, bytes], stem: str) -> None:
    """Whether it is read or refused, the only file beside the archive is the archive."""
    place = tmp_path / "in" / "deep"
    place.mkdir(parents=True)
    path = zipped(place / "x.zip", named(files, stem))
    with contextlib.suppress(UserError):
        open_vector(path)
    assert [one for one in (tmp_path / "in").rglob("*") if one.is_file()] == [path]
    assert not (tmp_path / "a.shp").exists()


def test_links_passwords_and_packings_are_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    held = named(files, "a")
    assert "a.shp in the archive is a link" in refusal(
        zipped(tmp_path / "a.zip", {**held, "a.shp": b"/etc/passwd"}, links=("a.shp",))
    )
    path = zipped(tmp_path / "b.zip", held)
    path.write_bytes(locked(path.read_bytes()))
    assert "locked with a password" in refusal(path)
    assert "damaged" in refusal(zipped(tmp_path / "c.zip", held, packing=zipfile.ZIP_LZMA))
    assert "damaged" in refusal(zipped(tmp_path / "d.zip", held, packing=zipfile.ZIP_BZIP2))


def test_one_file_twice_is_not_guessed(tmp_path: Path, files: dict[str, bytes]) -> None:
    path = zipped(tmp_path / "x.zip", {**named(files, "a"), "A.DBF": files[".dbf"]})
    assert "a.dbf twice" in refusal(path)


@pytest.mark.parametrize("stated", [None, 100])
def test_a_bomb_is_refused_by_what_it_unpacks_to(
    tmp_path: Path, files: dict[str, bytes], stated: int | None
) -> None:
    """A hundred times its size is the most; what its header states counts for nothing."""
    path = zipped(tmp_path / "x.zip", {**named(files, "a"), "a.dbf": bytes(40_000_000)})
    assert path.stat().st_size < 60_000
    if stated is not None:
        data = path.read_bytes()
        true = struct.pack("<I", 40_000_000)
        assert data.count(true) == 2
        path.write_bytes(data.replace(true, struct.pack("<I", stated)))
    begun = time.perf_counter()
    told = refusal(path)
    assert ("a.dbf is larger than is read" in told) == (stated is None)
    assert time.perf_counter() - begun < SLOWEST_S


@pytest.mark.parametrize("fields", [40, 3])
def test_a_table_of_more_cells_than_a_workbook_is_refused(
    tmp_path: Path, files: dict[str, bytes], fields: int
) -> None:
    """Fifteen megabytes of cells of one byte pack to half a megabyte and took 14 s to read."""
    rows = MOST_CELLS // fields
    table = bytearray(files[".dbf"])
    struct.pack_into("<IHH", table, 4, rows, 32 * fields + 33, fields + 1)
    index = files[".shx"].ljust(8 * rows, b"\0") if fields > 10 else files[".shx"]
    held = {**files, ".dbf": bytes(table), ".shx": index}
    assert "more than 4000000 cells" in refusal(zipped(tmp_path / "x.zip", named(held, "a")))


def test_too_many_members(tmp_path: Path, files: dict[str, bytes]) -> None:
    held = {f"{i}.txt": b"" for i in range(MOST_MEMBERS)}
    told = refusal(zipped(tmp_path / "x.zip", {**named(files, "a"), **held}))
    assert f"more than {MOST_MEMBERS}" in told


def test_a_list_of_a_million_members_is_not_even_read(tmp_path: Path) -> None:
    """Seventeen megabytes of list would become a gigabyte of objects."""
    entry = struct.pack(
        "<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, *[0] * 6
    )
    listed = (entry + b"a") * 400_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, len(listed), 0, 0)
    path = tmp_path / "x.zip"
    path.write_bytes(listed + end)
    begun = time.perf_counter()
    assert "damaged" in refusal(path)
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize("suffix", [".zip", ".kmz"])
@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), KML])
def test_what_is_no_archive(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    refusal(path)
    refusal(tmp_path / f"none{suffix}")


def test_what_is_wrong_within_is_said_of_the_archive(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    cut = {**files, ".shp": files[".shp"][:-9]}
    assert "cut off" in refusal(zipped(tmp_path / "x.zip", named(cut, "a")))
    assert "root is not <kml>" in refusal(zipped(tmp_path / "x.kmz", {"doc.kml": b"<x/>"}))
    doctype = KML.replace(b"<kml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml')
    assert "entities" in refusal(zipped(tmp_path / "y.kmz", {"doc.kml": doctype}))


@pytest.mark.parametrize("name", ["doc.kml", "DOC.KML", "标注.kml", "files/标注.kml"])
def test_a_kmz_is_its_kml(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "x.kmz", {name: KML, "files/icon.png": b"x"})
    found = read_features(path)
    assert found.frame["Name"].tolist() == ["甲站"]
    assert found.notices == ()


def test_a_kmz_of_several_kml(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.kmz", {"files/b.kml": KML, "doc.kml": KML})
    assert "not read: files/b.kml" in str(read_features(path).notices[0])
    assert "several KML files: b.kml, c.kml" in refusal(
        zipped(tmp_path / "y.kmz", {"b.kml": KML, "c.kml": KML})
    )
    assert "holds no KML" in refusal(zipped(tmp_path / "z.kmz", {"a.png": b"x"}))


def test_names_without_unseen_signs_are_shown(tmp_path: Path, files: dict[str, bytes]) -> None:
    held = {**named(files, "a\u202egnp"), **named(files, "b" * 300)}
    told = refusal(zipped(tmp_path / "x.zip", held))
    assert "\u202e" not in told
    assert len(told) < 500


@pytest.mark.parametrize("part", range(4))
def test_a_spoiled_archive_is_read_or_refused_soon(
    tmp_path: Path, files: dict[str, bytes], part: int
) -> None:
    """Four hundred spoiled archives: no crash, none over five seconds, nothing left behind."""
    good = {
        "zip": zipped(tmp_path / "good.zip", named(files, "避难"), written="gbk").read_bytes(),
        "kmz": zipped(tmp_path / "good.kmz", {"doc.kml": KML}).read_bytes(),
    }
    read = 0
    for number in range(part * 100, part * 100 + 100):
        kind = "kmz" if number % 5 == 0 else "zip"
        path = tmp_path / f"x.{kind}"
        path.write_bytes(spoiled(good[kind], number))
        begun = time.perf_counter()
        with contextlib.suppress(UserError):
            read += len(read_features(path).frame) > 0
        assert time.perf_counter() - begun < SLOWEST_S
    assert 0 < read < 100


@pytest.mark.parametrize("written", ["gbk", "utf-8"])
@pytest.mark.parametrize(
    "name", ["避难/甲.txt", "学校.shp", "plain.shp", "避难所a.shp", "广场1.shp"]
)
def test_names_that_do_not_say_how_they_are_written(
    tmp_path: Path, name: str, written: str
) -> None:
    """Two bytes of 学 in GBK are a letter of UTF-8 too: the archive does not say which."""
    path = zipped(tmp_path / "x.zip", {name: b"x", "避难/": b""}, written=written)
    with open_zip(path) as archive:
        assert [member.name for member in archive.members] == [name]
