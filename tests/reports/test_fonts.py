"""Which fonts set a paper: the user's own where installed, else the carried; what each shows."""

import shutil
import struct
from pathlib import Path

import pytest

from geodata.faults import UserError
from reports.fonts import LOST, PLAIN, faces, faces_in
from reports.glyphs import characters
from reports.layout import font_folders, layout

NOTO = "NotoSansCJK-Regular.ttc"


def _installed(name: str) -> Path:
    for folder in font_folders():
        for path in sorted(folder.rglob(name)) if folder.is_dir() else ():
            return path
    pytest.skip(f"{name} is not on this machine")


def _font(cmap: bytes) -> bytes:
    """Return a font file that holds one table only: the cmap."""
    head = b"\0\1\0\0" + struct.pack(">HHHH", 1, 16, 0, 0)
    return head + struct.pack(">4sIII", b"cmap", 0, 28, len(cmap)) + cmap


def _cmap(table: bytes) -> bytes:
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _format_4(ends: list[int], starts: list[int], steps: list[int], rows: list[int]) -> bytes:
    count = len(ends)
    table = struct.pack(">HHHHHHH", 4, 0, 0, count * 2, 0, 0, 0)
    table += struct.pack(f">{count}H", *ends) + b"\0\0" + struct.pack(f">{count}H", *starts)
    return table + struct.pack(f">{count}H", *steps) + struct.pack(f">{count}H", *rows)


def test_signs_of_a_table_by_segments_are_read(tmp_path: Path) -> None:
    """A to C by their step, where B is glyph 0 of none; a segment by its row of glyphs."""
    path = tmp_path / "a.ttf"
    table = _format_4([0x43, 0x62, 0xFFFF], [0x41, 0x61, 0xFFFF], [0x10000 - 0x40, 0, 1], [0, 4, 0])
    path.write_bytes(_font(_cmap(table + struct.pack(">HH", 0, 9))))
    assert characters(path, 0) == {0x41, 0x42, 0x43, 0x62}


def test_signs_of_a_table_by_groups_are_read_beyond_the_first_plane(tmp_path: Path) -> None:
    path = tmp_path / "b.ttf"
    groups = struct.pack(">III", 0x20, 0x22, 0) + struct.pack(">III", 0x20000, 0x20001, 5)
    path.write_bytes(_font(_cmap(struct.pack(">HHIII", 12, 0, 0, 0, 2) + groups)))
    assert characters(path, 0) == {0x21, 0x22, 0x20000, 0x20001}


@pytest.mark.parametrize("data", [b"", b"MZ", b"ttcf\0\0", _font(b"")[:20]])
def test_a_file_that_is_no_font_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "c.ttf"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"no font file|no table"):
        characters(path, 0)


def test_the_signs_agree_with_what_another_reader_finds() -> None:
    image_font = pytest.importorskip("PIL.ImageFont")
    path = _installed(NOTO)
    index = next(one.index for one in faces().book.fonts()
                 if one.family == "Noto Sans CJK SC" and one.weight == 400)  # fmt: skip
    font = image_font.truetype(str(path), 20, index=index)
    none = bytes(font.getmask("\U0010fffd"))
    held = characters(path, index)
    for sign in "石桥街道①②—…·〔〕ABCz09√×":
        assert ord(sign) in held
        assert bytes(font.getmask(sign)) != none
    for sign in ("\ue000", "\U0001f600", "\u0378"):
        assert ord(sign) not in held
        assert bytes(font.getmask(sign)) == none


def test_no_font_with_chinese_is_a_fault_with_its_mend(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"NotoSansCJK-Regular\.ttc"):
        faces_in((tmp_path, tmp_path / "absent"))


def test_the_one_carried_font_is_enough(tmp_path: Path) -> None:
    """The bundle carries one file: a regular sans."""
    shutil.copy(_installed(NOTO), tmp_path)
    found = faces_in((tmp_path,))
    assert set(found.families.values()) == {("Noto Sans CJK SC",)}
    assert found.shown("石桥街道，A1", "body") == "石桥街道，A1"
    assert len(found.notes) == len(layout().fonts)


def test_the_users_own_font_comes_first_and_is_not_noted(tmp_path: Path) -> None:
    """Another font under the file name of 仿宋 stands for one that cannot be carried."""
    shutil.copy(_installed(NOTO), tmp_path)
    shutil.copy(_installed("DejaVuSans.ttf"), tmp_path / "SIMFANG.TTF")
    found = faces_in((tmp_path,))
    assert found.families["body"] == ("DejaVu Sans", "Noto Sans CJK SC")
    assert found.families["title"] == ("Noto Sans CJK SC",)
    assert not [note for note in found.notes if "仿宋" in str(note)]
    assert len(found.notes) == len(layout().fonts) - 1
    assert found.shown("✕", "body") == "✕", "what only the own font has is shown in it"
    assert found.shown("✕", "title") == "×"


def test_a_sign_that_no_font_has_shows_a_stand_in_of_one_sign() -> None:
    assert faces().shown("甲\U0001f600乙", PLAIN) == f"甲{LOST}乙"
    assert faces().shown("\ufffd", PLAIN) == "□"
    assert faces().shown("", PLAIN) == ""


def test_a_damaged_own_font_is_said_like_a_missing_one(tmp_path: Path) -> None:
    """A file of the right name that no program can read must not pass for 仿宋 in silence."""
    shutil.copy(_installed(NOTO), tmp_path)
    (tmp_path / "simfang.ttf").write_bytes(b"no font" * 99)
    found = faces_in((tmp_path,))
    assert found.families["body"] == ("Noto Sans CJK SC",)
    assert len(found.notes) == len(layout().fonts)


def test_a_damaged_carried_font_is_a_fault_not_a_page_of_question_marks(tmp_path: Path) -> None:
    (tmp_path / NOTO).write_bytes(_installed(NOTO).read_bytes()[:50_000])
    with pytest.raises(UserError, match="No font with Chinese characters"):
        faces_in((tmp_path,))


def test_a_note_names_what_is_really_set(tmp_path: Path) -> None:
    """With the one sans of the bundle no serif stands in for anything."""
    shutil.copy(_installed(NOTO), tmp_path)
    assert all("Noto Sans CJK SC stands in" in str(note) for note in faces_in((tmp_path,)).notes)


@pytest.mark.parametrize("name", ["simfang.ttf", "SIMFANG.TTF", "simfang.TTF", "SimFang.ttf"])
def test_a_font_is_found_however_its_name_is_written(tmp_path: Path, name: str) -> None:
    shutil.copy(_installed(NOTO), tmp_path)
    shutil.copy(_installed("DejaVuSans.ttf"), tmp_path / name)
    assert faces_in((tmp_path,)).families["body"][0] == "DejaVu Sans"


def test_a_damaged_table_of_groups_ends_with_the_last_code_point(tmp_path: Path) -> None:
    """Taken at its word it would hold four thousand million signs and all memory."""
    path = tmp_path / "d.ttf"
    groups = struct.pack(">III", 0x10FFFE, 0xFFFFFFFF, 1)
    path.write_bytes(_font(_cmap(struct.pack(">HHIII", 12, 0, 0, 0, 1) + groups)))
    assert characters(path, 0) == {0x10FFFE, 0x10FFFF}


def test_groups_that_run_backwards_hold_nothing(tmp_path: Path) -> None:
    path = tmp_path / "e.ttf"
    groups = struct.pack(">III", 0x50, 0x40, 1)
    path.write_bytes(_font(_cmap(struct.pack(">HHIII", 12, 0, 0, 0, 1) + groups)))
    assert characters(path, 0) == frozenset()
