"""The table of incident kinds: each line that cannot be understood is named."""

from pathlib import Path

import pytest

from geodata.faults import UserError
from risk import load_incident_kinds
from risk.incidents import TABLE

ROW = {
    "key": '"fire"', "title_zh": '"火灾"', "title_en": '"Fire"', "fit": '["综合消防"]',
    "support": "[]", "equipment": "[]", "department_words": "[]", "specialties": "[]",
    "plan_words": "[]", "source": '"x"', "verified": "false",
}  # fmt: skip


def written(folder: Path, **changed: str | None) -> Path:
    """Return a table of two rows whose second has these lines changed or, for None, left out."""
    first: dict[str, str | None] = {**ROW, "key": '"unspecified"'}
    rows = [first, {**ROW, **changed}]
    text = "".join(
        "[[incident]]\n" + "".join(f"{k} = {v}\n" for k, v in row.items() if v is not None)
        for row in rows
    )
    path = folder / "kinds.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_table_of_two_rows_is_read(tmp_path: Path) -> None:
    assert list(load_incident_kinds(written(tmp_path)).kinds) == ["unspecified", "fire"]


@pytest.mark.parametrize("line", ROW)
def test_a_line_left_out_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(UserError) as caught:
        load_incident_kinds(written(tmp_path, **{line: None}))
    (fault,) = caught.value.faults
    assert (fault.file, fault.column) == ("kinds.toml", f"incident 2, {line}")
    assert str(fault.mend)


@pytest.mark.parametrize("line", ROW)
@pytest.mark.parametrize("value", ["3", "1979-05-27", "[1]", "[[]]", "{}"])
def test_a_line_of_another_type_is_named(tmp_path: Path, line: str, value: str) -> None:
    with pytest.raises(UserError) as caught:
        load_incident_kinds(written(tmp_path, **{line: value}))
    assert [fault.column for fault in caught.value.faults] == [f"incident 2, {line}"]


@pytest.mark.parametrize("line", ["key", "title_zh", "title_en", "source"])
def test_an_empty_text_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(UserError, match=f"incident 2, {line}"):
        load_incident_kinds(written(tmp_path, **{line: '""'}))


def test_every_fault_of_every_row_at_once(tmp_path: Path) -> None:
    changed = {"title_zh": "1", "fit": "2", "verified": '"yes"', "key": '"unspecified"'}
    with pytest.raises(UserError) as caught:
        load_incident_kinds(written(tmp_path, **changed))
    assert [fault.column for fault in caught.value.faults] == [
        "incident 2, title_zh", "incident 2, fit", "incident 2, verified", "incident 2",
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["fit = [", 'key = "a"\nkey = "b"', "fit == 3", "\ufeff["])
def test_broken_toml_names_its_place(tmp_path: Path, line: str) -> None:
    path = tmp_path / "kinds.toml"
    path.write_text(TABLE.read_text(encoding="utf-8") + line, encoding="utf-8")
    with pytest.raises(UserError, match="line"):
        load_incident_kinds(path)
