"""Control's folder: readable by its owner alone, and hostile contents of control.toml."""

from pathlib import Path

import pytest

from desks.exercise.drafts import write_draft
from desks.exercise.folder import MOST_BYTES, bytes_of, create_control, open_control
from geodata.faults import UserError
from tests.desks.exercise.pools import pool

OTHERS = 0o077


def test_no_file_of_control_is_readable_by_others(tmp_path: Path) -> None:
    """A folder that is copied onto a stick loses the rights of the folder above it."""
    district = tmp_path / "district"
    district.mkdir()
    control = create_control(tmp_path / "control", district)
    made = pool()
    write_draft(control, made.drill, made)
    found = [control.folder, *control.folder.rglob("*")]
    assert {"control.toml", "drills", "draft.age", "log.sqlite"} <= {path.name for path in found}
    assert [str(path) for path in found if path.stat().st_mode & OTHERS] == []


def test_of_a_file_that_grew_to_gigabytes_little_is_read(tmp_path: Path) -> None:
    """A sparse sealed.json of 2 GB took 2 GB of memory before anybody saw that it was another."""
    place = tmp_path / "sealed.json"
    with place.open("wb") as stream:
        stream.truncate(2 << 30)
    assert len(bytes_of(place)) == MOST_BYTES + 1
    place.write_bytes(b"{}")
    assert bytes_of(place) == b"{}"
    with pytest.raises(FileNotFoundError):
        bytes_of(tmp_path / "none")


@pytest.mark.parametrize(
    "told",
    [
        'format = 1\ndistrict = "a\\u0000b"\n',
        "format = 1\ndistrict = 3\n",
        "format = nan\n",
        'format = 2\ndistrict = "x"\n',
        "\x00",
    ],
)
def test_a_control_toml_that_names_no_folder_is_refused(tmp_path: Path, told: str) -> None:
    (tmp_path / "control.toml").write_text(told, encoding="utf-8")
    with pytest.raises(UserError):
        open_control(tmp_path)


def test_a_name_that_no_disk_holds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        create_control(tmp_path / "a\0b", tmp_path)
