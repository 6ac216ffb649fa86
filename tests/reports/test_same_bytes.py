"""Archives of papers: the same bytes whoever packed them and when."""

import zipfile
from io import BytesIO

import pytest

from reports.deflating import deflated
from reports.same_bytes import ENTRY_TIME, sealed

FIRST = "[Content_Types].xml"


def _zip(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, year: int = 2026) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        for name, data in entries.items():
            made.writestr(zipfile.ZipInfo(name, (year, 1, 2, 3, 4, 6)), data, method)
    return target.getvalue()


def _names(archive: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(archive)) as held:
        return held.namelist()


ENTRIES = {"xl/b.xml": b"<b/>" * 99, "Z.xml": b"", FIRST: b"<t/>", "a.bin": bytes(range(256))}


def test_order_time_and_packing_leave_no_trace() -> None:
    turned = dict(reversed(ENTRIES.items()))
    one = sealed(_zip(ENTRIES))
    assert one == sealed(_zip(turned, zipfile.ZIP_STORED, 1999))
    assert one == sealed(one)


def test_the_list_of_types_comes_first_and_the_rest_by_name() -> None:
    assert _names(sealed(_zip(ENTRIES))) == [FIRST, "Z.xml", "a.bin", "xl/b.xml"]


def test_entries_are_whole_as_plain_files_packed_where_that_is_less() -> None:
    with zipfile.ZipFile(BytesIO(sealed(_zip(ENTRIES)))) as held:
        for entry in held.infolist():
            own = deflated(ENTRIES[entry.filename])
            is_less = len(own) < entry.file_size
            assert entry.compress_type == (zipfile.ZIP_DEFLATED if is_less else zipfile.ZIP_STORED)
            assert entry.compress_size == min(len(own), entry.file_size)
            assert entry.date_time == ENTRY_TIME
            assert entry.external_attr >> 16 == 0o644
            assert held.read(entry) == ENTRIES[entry.filename]
        assert held.testzip() is None


def test_what_is_replaced_is_replaced_and_what_is_new_is_added() -> None:
    made = sealed(_zip(ENTRIES), {"Z.xml": b"new", "more.xml": b"more"})
    with zipfile.ZipFile(BytesIO(made)) as held:
        assert held.read("Z.xml") == b"new"
        assert held.read("more.xml") == b"more"
        assert len(held.namelist()) == len(ENTRIES) + 1


def test_an_empty_archive_stays_one() -> None:
    assert _names(sealed(_zip({}))) == []


def test_what_is_no_archive_is_refused() -> None:
    with pytest.raises(zipfile.BadZipFile):
        sealed(b"no archive")


def test_names_beyond_ascii_are_read_by_any_program() -> None:
    with zipfile.ZipFile(BytesIO(sealed(_zip({"图/一.xml": b"<a/>" * 50})))) as held:
        assert held.namelist() == ["图/一.xml"]
        assert held.read("图/一.xml") == b"<a/>" * 50
