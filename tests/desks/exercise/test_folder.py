"""Control's folder: readable by its owner alone, and hostile contents of control.toml."""

from pathlib import Path

import pytest

from desks.exercise.drafts import write_draft
from desks.exercise.folder import MOST_BYTES, bytes_of, create_control, open_control
from desks.exercise.private import close_to_others
from geodata.faults import UserError
from language import Catalogue
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


def test_what_others_could_read_is_closed_to_them_and_said(tmp_path: Path) -> None:
    """A folder from a stick, a backup or an older program is open to everybody on the machine."""
    control = create_control(tmp_path / "control", tmp_path / "district")
    assert close_to_others(control) == ()
    key, outside = control.folder / "control.key", tmp_path / "outside"
    for path in (key, outside):
        path.write_text("x", encoding="utf-8")
        path.chmod(0o644)
    (control.folder / "link").symlink_to(outside)
    control.folder.chmod(0o755)
    (control.folder / "drills").chmod(0o750)
    (told,) = (Catalogue.load("en").word(one) for one in close_to_others(control))
    assert "could read 3 files" in told
    assert "control.key" in told
    modes = [path.stat().st_mode & 0o777 for path in (control.folder, key, outside)]
    assert modes == [0o700, 0o600, 0o644], "what a link leads to is not ours"
    assert close_to_others(control) == (), "told once"


def test_a_disk_without_rights_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    control = create_control(tmp_path / "control", tmp_path / "district")
    control.folder.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "chmod", lambda *_: None)
        (told,) = (Catalogue.load("en").word(one) for one in close_to_others(control))
    assert "this disk does not let it be changed" in told


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
