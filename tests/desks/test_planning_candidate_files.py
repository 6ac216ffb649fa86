"""A planner's own list of sites: the doors of a register, and a datum that is asked about."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely

from desks.onemap import OneMap
from desks.planning import candidate_files
from desks.planning.candidate_files import (
    MOST_BYTES,
    MOST_SITES,
    SUFFIXES,
    SiteList,
    keep_datum,
    read_list,
)
from desks.planning.candidates import candidates_in
from desks.planning.services import service_of
from desks.register.datum import PLACES
from desks.register.opening import open_register
from geodata.datum import wgs84_to_gcj02
from geodata.faults import UserError
from geodata.features import FEATURE_SUFFIXES
from geodata.tables import TABLE_SUFFIXES

HEADS = "编号,名称,室内外,有效面积,造价(万元),容量,经度,纬度"
SHELTER = service_of("shelter")


@pytest.fixture(scope="module")
def city(town: OneMap) -> OneMap:
    return town


def places(city: OneMap, count: int) -> list[tuple[float, float, str]]:
    """Return where shelters of the register stand, in degrees, with their names."""
    held = city.records["shelter"]
    at = [city.to_degrees(*xy) for xy in held.xy_m.tolist()[:count]]
    return [(lon, lat, name) for (lon, lat), name in zip(at, held.names, strict=False)]


def table(rows: Sequence[tuple[object, ...]]) -> bytes:
    text = "\n".join([HEADS, *(",".join(map(str, row)) for row in rows)])
    return text.encode("utf-8-sig")


def brought(city: OneMap, name: str, content: bytes, datum: str = "wgs84") -> SiteList:
    with open_register(city.folder) as store:
        return read_list(city, store, (name, content), datum=datum)


def named_rows(city: OneMap, *, gcj: bool) -> list[tuple[object, ...]]:
    """Return sites where the register's places are, called as they are, shifted or not."""
    rows: list[tuple[object, ...]] = []
    for key in [one for one in PLACES if one in city.records]:
        held = city.records[key]
        for xy, name, placed in zip(held.xy_m.tolist(), held.names, held.placed, strict=True):
            if placed:
                lon, lat = (np.array([one]) for one in city.to_degrees(*xy))
                x, y = wgs84_to_gcj02(lon, lat) if gcj else (lon, lat)
                rows.append((f"{len(rows)}", name, "室外", 900, 5, "", float(x[0]), float(y[0])))
    return rows


def test_a_list_is_read_by_the_doors_of_a_register(city: OneMap) -> None:
    """S1-13: area, cost in 万元, kind and position; each row is kept or named."""
    lon, lat, _ = places(city, 1)[0]
    rows = [
        ("A", "东场", "室外", "400", "12.5", "", lon, lat),
        ("B", "=HYPERLINK(1)", "室内", "", "", "50", lon, lat),
        ("C", "远场", "室外", "400", "1", "", "60.0", "20.0"),
        ("D", "无名", "", "很大", "-1", "", lon, lat),
    ]
    kept = brought(city, "候选.csv", table(rows))
    found = candidates_in(city, SHELTER, kept.read)
    assert [(one.id, one.capacity, one.cost_cny) for one in found.sites] == [
        ("A", 200, 125_000), ("B", 50, None),
    ]  # fmt: skip
    assert {one.id: str(one.why) for one in found.left_out} == {
        "C": "It lies outside the district; perhaps its datum is another one.",
        "D": "Neither its area nor its capacity is on file.",
    }
    assert len(kept.read.notices) >= 2
    joint = candidates_in(city, service_of("shelter_joint"), kept.read)
    assert {one.id: one.serves for one in joint.sites} == {
        "A": ("shelter_outdoor",), "B": ("shelter_indoor",),
    }  # fmt: skip


def test_a_name_of_three_hundred_signs_hides_no_kind_of_file(city: OneMap) -> None:
    lon, lat, _ = places(city, 1)[0]
    kept = brought(city, "场" * 300 + ".CSV", table([("A", "场", "室外", 9, "", "", lon, lat)]))
    assert kept.name == "场" * 60 + "….csv"
    assert len(kept.read.frame) == 1


def test_no_kind_of_file_is_asked_for_that_no_layer_is_read_from() -> None:
    assert {f".{suffix}" for suffix in SUFFIXES} <= TABLE_SUFFIXES | FEATURE_SUFFIXES


def test_a_name_shows_no_sign_that_turns_writing(city: OneMap) -> None:
    lon, lat, _ = places(city, 1)[0]
    row = ("A", "场", "室外", 9, "", "", lon, lat)
    assert brought(city, "\u202e单.csv", table([row])).name == "单.csv"


def test_a_list_in_another_datum_is_asked_about_and_not_used_meanwhile(city: OneMap) -> None:
    content = table(named_rows(city, gcj=True))
    wrong = brought(city, "a.csv", content)
    assert wrong.is_open
    assert wrong.verdict.datum == "gcj02"
    assert not keep_datum(wrong).is_open
    right = brought(city, "a.csv", content, "gcj02")
    assert not right.is_open
    assert right.key != wrong.key
    same = brought(city, "b.csv", table(named_rows(city, gcj=False)))
    assert not same.is_open
    away = shapely.distance(right.read.frame.geometry.values, same.read.frame.geometry.values)
    assert away.max() < 1e-5


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.exe", b"MZ", "Lists of sites are read as"),
        ("list", b"x", "Lists of sites are read as"),
        ("a." + "x" * 300, b"x", "Lists of sites are read as"),
        ("../../etc/passwd", b"x", "Lists of sites are read as"),
        ("a.csv", b"x" * (MOST_BYTES + 1), "at most 5 MB"),
        ("a.csv", b"", ""),
        ("a.xlsx", b"PK\x03\x04 no workbook", ""),
        ("a.csv", "一,二\n1,2\n".encode(), ""),
        ("a.geojson", b'{"type": "FeatureCollection", "features": 5}', ""),
    ],
)
def test_what_is_no_list_gets_a_sentence(
    city: OneMap, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(UserError) as caught:
        brought(city, name, content)
    assert said in str(caught.value.faults[0].problem)
    assert all(len(fault.value) <= 60 for fault in caught.value.faults)


def test_an_archive_that_unpacks_to_too_much_is_refused(city: OneMap) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/worksheets/sheet1.xml", b"\0" * 160_000_000)
    assert len(packed.getvalue()) < MOST_BYTES
    with pytest.raises(UserError):
        brought(city, "a.xlsx", packed.getvalue())


def test_too_many_sites_are_refused(city: OneMap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidate_files, "MOST_SITES", 2)
    lon, lat, _ = places(city, 1)[0]
    rows = [(f"A{n}", "场", "室外", 9, "", "", lon + n / 1e5, lat) for n in range(3)]
    with pytest.raises(UserError, match="at most 2"):
        brought(city, "a.csv", table(rows))
    assert MOST_SITES == 2000


def test_every_fault_is_told_at_once_and_nothing_stays_on_disk(
    city: OneMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    lon, lat, _ = places(city, 1)[0]
    row = ("A", "场", "室外", 9, "", "", lon, lat)
    with pytest.raises(UserError) as caught:
        brought(city, "a.csv", table([row, ("A", "别场", *row[2:]), ("A", "又场", *row[2:])]))
    assert len(caught.value.faults) == 2
    brought(city, "a.csv", table([row]))
    assert list(tmp_path.iterdir()) == []
