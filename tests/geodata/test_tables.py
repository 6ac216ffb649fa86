"""Tables as users make them: encodings, title rows, merged cells, bombs."""

import io
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.faults import UserError
from geodata.tables import (
    bare_heading_key,
    clean_text,
    heading_key,
    heading_unit,
    read_table,
    sheet_names,
)
from geodata.workbook import MOST_UNPACKED_BYTES, hidden_sheets, weigh_workbook

TEXT = "编号,名称,人数\n1,甲库,12\n2,乙库,\n"


def make(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """Write a workbook: {sheet: rows}; a cell that is a str stays a str."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(i, j, cell)
                    elif cell is not None:
                        sheet.write(i, j, cell)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_csv_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "库.csv"
    path.write_bytes(TEXT.encode(encoding))
    table = read_table(path)
    assert list(table.frame) == ["编号", "名称", "人数"]
    assert table.frame.to_numpy().tolist() == [["1", "甲库", "12"], ["2", "乙库", ""]]
    assert table.rows == (2, 3)
    assert (table.file, table.sheet, table.notices) == ("库.csv", "", ())


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_csv_with_every_usual_delimiter(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXT.replace(",", mark), encoding="utf-8")
    assert read_table(path).frame["名称"].tolist() == ["甲库", "乙库"]


def test_row_numbers_are_those_of_the_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('标题,,\n编号,名称,备注\n1,甲,"两\n行"\n,,\n2,乙,x\n,,\n,,\n', encoding="utf-8")
    table = read_table(path, known={"编号", "名称"})
    assert table.rows == (3, 5)
    assert table.frame["备注"].tolist() == ["两 行", "x"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "empty"),
        (b'a,b\n1,"open', "quotation"),
        (b"PK\x03\x04rest", "workbook"),
        (b"a,b\n\x00\x01,2", "not a text table"),
        (("名称,地址\n" + "避难场所,高明区\n" * 4).encode() + b"\xe9\x9a", "damaged"),
        (b"a,b\n\xff\xff\xff,1\n", "damaged"),
    ],
)  # fmt: skip
def test_csv_that_cannot_be_read_gets_a_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=words) as caught:
        read_table(path)
    assert caught.value.faults[0].file == "bad.csv"


def test_a_damaged_utf8_file_names_the_row_and_is_not_taken_for_gbk(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(
        "名称,地址\n避难场所,高明区某街道某社区某号\n二号场所,".encode() + b"\xff\xfe\n"
    )
    with pytest.raises(UserError) as caught:
        read_table(path)
    assert caught.value.faults[0].row == 3


@pytest.mark.parametrize("name", ["x.xls", "x.docx", "x"])
def test_other_formats_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"anything")
    with pytest.raises(UserError, match="not a table"):
        read_table(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        read_table(tmp_path / "none.csv")


def test_formula_text_stays_text(tmp_path: Path) -> None:
    evil = "=cmd|'/c calc'!A1"
    csv_path = tmp_path / "a.csv"
    csv_path.write_text(f'编号,名称\n1,"{evil}"\n', encoding="utf-8")
    book = make(tmp_path / "a.xlsx", {"表": [["编号", "名称"], [1, evil]]})
    for path in (csv_path, book):
        assert read_table(path).frame["名称"].tolist() == [evil]


def test_control_and_direction_marks_are_taken_out() -> None:
    assert clean_text("a\u202eb\x00c\u200b\ufeff \r\n d\ud800") == "abc d"
    assert clean_text("\u3000 甲 \xa0") == "甲"
    assert len(clean_text("x" * 9999)) == 4000


def test_a_heading_row_under_titles_is_found_by_known_words(tmp_path: Path) -> None:
    rows = [
        ["高明区物资库一览表"],
        ["填报单位：某局", "2026年"],
        ["编号", "名称", "数量"],
        [1, "甲", 3],
    ]
    path = make(tmp_path / "a.xlsx", {"表": rows})
    table = read_table(path, known={"编号", "名称"})
    assert table.frame.to_numpy().tolist() == [[1, "甲", 3]]
    assert table.rows == (4,)


def test_without_known_words_the_first_row_of_several_texts_is_the_heading(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", {"表": [["一览表"], ["甲", "乙"], [1, 2]]})
    assert list(read_table(path).frame) == ["甲", "乙"]


def test_two_heading_rows_are_joined(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("表")
        sheet.merge_range(0, 0, 1, 0, "编号")
        sheet.merge_range(0, 1, 1, 1, "名称")
        sheet.merge_range(0, 2, 0, 3, "坐标")
        sheet.write_row(1, 2, ["经度", "纬度"])
        sheet.write_row(2, 0, [1, "甲", 113.1, 22.9])
    table = read_table(path, known={"编号", "名称", "坐标", "经度", "纬度"})
    assert list(table.frame) == ["编号", "名称", "经度", "纬度"]
    assert table.frame.to_numpy().tolist() == [[1, "甲", 113.1, 22.9]]


def test_cells_merged_downwards_hold_their_value_in_each_row(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ["街道", "名称"])
        sheet.merge_range(1, 0, 3, 0, "荷城街道")
        sheet.write_column(1, 1, ["甲", "乙", "丙"])
    assert read_table(path).frame["街道"].tolist() == ["荷城街道"] * 3


def test_numbers_dates_and_truth_values(tmp_path: Path) -> None:
    import datetime as dt  # noqa: PLC0415 -- only here

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ["a", "b", "c", "d", "e"])
        sheet.write_row(1, 0, [1.0, 2.5, True])
        sheet.write_datetime(1, 3, dt.datetime(2026, 5, 1))  # noqa: DTZ001 -- a workbook has no zone
        sheet.write_datetime(1, 4, dt.datetime(2026, 5, 1, 8, 30))  # noqa: DTZ001 -- same
    cells = read_table(path).frame.to_numpy().tolist()[0]
    assert cells == [1, 2.5, "TRUE", "2026-05-01", "2026-05-01 08:30:00"]
    assert isinstance(cells[0], int)


def test_headings_twice_or_missing_are_said(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", {"表": [["编号", "电话", "电话", None], [1, "a", "b", "c"]]})
    table = read_table(path)
    assert list(table.frame) == ["编号", "电话", "电话 #3", "#4"]
    assert len(table.notices) == 2


def test_headings_without_rows_are_a_notice_not_a_failure(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", {"表": [["编号", "名称"]]})
    table = read_table(path)
    assert (len(table.frame), len(table.notices)) == (0, 1)
    assert list(table.frame) == ["编号", "名称"]


def test_sheets_by_name_and_the_first_visible_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        hidden = book.add_worksheet("隐藏")
        shown = book.add_worksheet("库")
        for sheet, word in ((hidden, "h"), (shown, "s")):
            sheet.write_row(0, 0, ["编号", "名称"])
            sheet.write_row(1, 0, [word, word])
        shown.activate()
        shown.set_first_sheet()
        hidden.hide()
    assert sheet_names(path) == ("库",)
    assert read_table(path).frame["编号"].tolist() == ["s"]
    assert read_table(path, sheet="隐藏").frame["编号"].tolist() == ["h"]
    with pytest.raises(UserError, match="no sheet 没有"):
        read_table(path, sheet="没有")
    assert sheet_names(tmp_path / "a.csv") == ()


def test_an_empty_workbook_and_sheet(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", {"表": []})
    with pytest.raises(UserError, match="empty"):
        read_table(path)


def test_a_cut_workbook_gets_a_sentence(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", {"表": [["a", "b"], [1, 2]]})
    whole = path.read_bytes()
    for length in (1, 10, len(whole) // 2, len(whole) - 5):
        path.write_bytes(whole[:length])
        with pytest.raises(UserError, match="damaged"):
            read_table(path)


def test_old_and_locked_workbooks_are_told_apart_from_damaged_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with pytest.raises(UserError, match=r"old \.xls"):
        read_table(path)


def _rezip(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Rewrite the parts of a workbook: change(name, content) -> content."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change(name, content))
    return path


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return make(tmp_path / "bomb.xlsx", {"表": [["a", "b"], [1, 2]]})


def test_a_workbook_that_unpacks_to_a_disk_is_refused_fast(plain: Path) -> None:
    fill = bytes(MOST_UNPACKED_BYTES + 1)
    _rezip(plain, lambda name, old: old + fill if name.endswith("sheet1.xml") else old)
    assert plain.stat().st_size < 400_000
    start = time.process_time()
    with pytest.raises(UserError, match="unpacks to more"):
        read_table(plain)
    assert time.process_time() - start < 5


def test_a_lying_size_in_the_header_does_not_help(plain: Path) -> None:
    fill = bytes(MOST_UNPACKED_BYTES + 1)
    _rezip(plain, lambda name, old: old + fill if name.endswith("sheet1.xml") else old)
    raw = bytearray(plain.read_bytes())
    at = 0
    while (at := raw.find(b"PK\x01\x02", at)) >= 0:
        struct.pack_into("<I", raw, at + 24, 10)
        at += 4
    plain.write_bytes(raw)
    with pytest.raises(UserError, match="unpacks to more"):
        read_table(plain)


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="XFD1048576"><v>1</v></c>',
        b"<c r = 'XFD1048576' t=\"n\"><v>1</v></c>",
        b'<c s="1" r="XFD1048576" t="n" ><v>1</v></c>',
        b'<x:c x="/>" r="XFD1048576" y="/>"><v>1</v></x:c>',
    ],
)
def test_one_cell_in_the_farthest_corner_is_refused(plain: Path, cell: bytes) -> None:
    """It makes a reader lay out 17 thousand million cells from a file of a kilobyte."""
    row = b'<row r="1048576">' + cell + b"</row></sheetData>"
    _rezip(plain, lambda _, old: old.replace(b"</sheetData>", row))
    with pytest.raises(UserError, match="unpacks to more"):
        read_table(plain)


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="A2"r="ZZZZZZ1"><v>1</v></c>',
        b'<c r="A2" r="XFD1048576"><v>1</v></c>',
        b'<c r="&A1"><v>1</v></c>',
        b'<c r="A-1"><v>1</v></c>',
        b'<c r="A1"><v>1</c>',
    ],
)
def test_markup_that_only_a_forgiving_reader_takes_is_refused(plain: Path, cell: bytes) -> None:
    """The first made the reader ask for 41 GB and end the program."""
    row = b'<row r="3">' + cell + b"</row></sheetData>"
    _rezip(plain, lambda _, old: old.replace(b"</sheetData>", row))
    with pytest.raises(UserError, match="damaged"):
        read_table(plain)


def test_a_boastful_count_is_refused(plain: Path) -> None:
    """The reader asked for 2.4 TB and ended the program."""
    _rezip(plain, lambda _, old: old.replace(b'uniqueCount="2"', b'uniqueCount="99999999999"'))
    with pytest.raises(UserError, match="unpacks to more"):
        read_table(plain)


def test_a_sheet_with_entities_is_refused(plain: Path) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet'
    _rezip(plain, lambda _, old: old.replace(b"<worksheet", laughs, 1))
    with pytest.raises(UserError, match="damaged"):
        read_table(plain)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(
    st.sampled_from(["sheet1", "workbook", "styles", "sharedStrings"]),
    st.integers(0, 10_000),
    st.sampled_from([b'"', b"<", b">", b"A1", b"XFD1048576", b"9" * 20, b"-1", b"&#x0;", b"\xff"]),
)
def test_no_damage_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, part: str, at: int, noise: bytes
) -> None:
    path = make(tmp_path_factory.mktemp("d") / "a.xlsx", {"表": [["编号", "名称"], [1, "甲"]]})

    def change(name: str, old: bytes) -> bytes:
        place = at % max(len(old), 1)
        return old[:place] + noise + old[place + 2 :] if part in name else old

    try:
        found = read_table(_rezip(path, change))
    except UserError:
        return
    assert len(found.frame) == len(found.rows)


def test_far_rows_of_cells_without_reference_are_refused(plain: Path) -> None:
    row = b'<row r="4000001"><c><v>1</v></c></row></sheetData>'
    _rezip(plain, lambda _, old: old.replace(b"</sheetData>", row))
    with pytest.raises(UserError, match="unpacks to more"):
        read_table(plain)


def test_an_empty_formatted_cell_far_away_is_no_bomb(plain: Path) -> None:
    row = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    _rezip(plain, lambda _, old: old.replace(b"</sheetData>", row))
    assert read_table(plain).frame.to_numpy().tolist() == [[1, 2]]


def test_noise_in_place_of_the_parts_gets_a_sentence(plain: Path) -> None:
    _rezip(plain, lambda name, old: old[: len(old) // 2] if name.endswith(".xml") else old)
    with pytest.raises(UserError, match="damaged"):
        read_table(plain)


def test_a_zip_that_is_no_workbook_is_named(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    path = tmp_path / "a.xlsx"
    path.write_bytes(stream.getvalue())
    with pytest.raises(UserError, match="damaged"):
        read_table(path)


def test_too_many_columns(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(["a"] * 1001) + "\n", encoding="utf-8")
    with pytest.raises(UserError, match="1001 columns"):
        read_table(path)


@pytest.mark.parametrize(
    ("heading", "key", "bare", "unit"),
    [
        ("面积（㎡）", "面积(m2)", "面积", "m2"),
        (" Ｎａｍｅ ", "name", "name", ""),
        ("联系\n电话：", "联系电话", "联系电话", ""),
        ("*编号", "编号", "编号", ""),
        ("街道（镇）", "街道(镇)", "街道", "镇"),
        ("last_verified", "lastverified", "lastverified", ""),
        ("人口(户籍)[人]", "人口(户籍)[人]", "人口", "人"),
    ],
)
def test_the_form_headings_are_compared_in(heading: str, key: str, bare: str, unit: str) -> None:
    assert (heading_key(heading), bare_heading_key(heading), heading_unit(heading)) == (
        key,
        bare,
        unit,
    )


def test_what_was_mended_in_single_cells_is_remembered_under_its_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ["街道", "名称", "说明"])
        sheet.merge_range(1, 0, 3, 0, "老城街道")
        sheet.write_row(1, 1, ["甲\u200b", "长" * 5000])
        sheet.merge_range(2, 1, 2, 2, "乙")
        sheet.write_row(3, 1, ["丙", "x"])
    table = read_table(path)
    assert [(f.row, f.column, f.code, f.weight) for f in table.remarks] == [
        (3, "街道", "merged", "auto"),
        (4, "街道", "merged", "auto"),
        (3, "说明", "merged_across", "confirm"),
        (2, "名称", "unseen", "auto"),
        (2, "说明", "cut", "confirm"),
    ]
    assert table.frame["街道"].tolist() == ["老城街道"] * 3


def test_hidden_sheets_are_named_with_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("表").write(0, 0, "x")
        hidden = book.add_worksheet("旧表")
        hidden.write_column(0, 0, ["a", "b", "c"])
        hidden.hide()
    assert hidden_sheets(path) == (("旧表", 3),)


def test_commas_to_the_edge_of_a_spreadsheet_are_no_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "编号,名称" + "," * 16_000 + "\n" + "1,甲" + "," * 16_000 + "\n", encoding="utf-8"
    )
    assert list(read_table(path).frame) == ["编号", "名称"]
    path.write_text("编号,名称" + ",x" * 1_001 + "\n", encoding="utf-8")
    with pytest.raises(UserError, match="1003 columns"):
        read_table(path)


def test_gbk_is_said_and_unicode_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for coding, codes in (("gbk", ["gbk"]), ("utf-8", []), ("utf-16", [])):
        path.write_bytes("编号,名称\n1,甲\n".encode(coding))
        assert [f.code for f in read_table(path).remarks] == codes


def test_a_workbook_is_weighed_again_once_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("表").write(0, 0, "x")
    weigh_workbook(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError):
        weigh_workbook(path)
