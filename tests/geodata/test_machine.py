"""What the machine refuses is never told as damage: the advice for damage costs the file."""

import errno
import zipfile
from pathlib import Path

import pytest

from geodata.faults import UserError
from geodata.machine import machine_fault
from geodata.tables import read_table
from geodata.unzipping import open_zip
from geodata.workbook import weigh_workbook
from tests.geodata.exhausted import no_files_left
from tests.geodata.test_tables import make


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EIO, errno.EACCES, errno.ENOENT])
def test_the_machines_errors_are_told_in_its_words(number: int) -> None:
    told = machine_fault("a.xlsx", OSError(number, "in the words of Python"))
    assert told is not None
    assert told.faults[0].file == "a.xlsx"
    assert "cannot read the file now" in str(told)
    assert "damaged" not in str(told)


def test_an_error_written_by_rust_has_its_number_in_the_text() -> None:
    told = machine_fault("a.xlsx", OSError("Too many open files (os error 24)"))
    assert "Too many open files" in str(told)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        zipfile.BadZipFile("x"),
        OSError("Couldn't deserialize thrift: No more data to read."),
        OSError(errno.EINVAL, "a place before the beginning"),
    ],
)
def test_what_the_bytes_say_is_no_fault_of_the_machine(error: Exception) -> None:
    assert machine_fault("a.xlsx", error) is None


@pytest.mark.parametrize("weighed", [False, True])
def test_a_workbook_on_a_machine_without_files_left_is_not_damaged(
    tmp_path: Path, *, weighed: bool
) -> None:
    path = make(tmp_path / "a.xlsx", {"表": [["a", "b"], [1, 2]]})
    if weighed:
        weigh_workbook(path)
    with no_files_left(), pytest.raises(UserError, match="Too many open files") as caught:
        read_table(path)
    assert "damaged" not in str(caught.value)
    assert len(read_table(path).rows) == 1


def test_an_archive_on_a_machine_without_files_left_is_not_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")
    with (
        no_files_left(),
        pytest.raises(UserError, match="Too many open files"),
        open_zip(path),
    ):
        pytest.fail("it was opened")
    with open_zip(path) as archive_again:
        assert [member.name for member in archive_again.members] == ["a.txt"]


def test_an_archive_that_breaks_off_as_it_is_read_is_not_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stick that is pulled: the archive on it is as sound as before."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")

    def pulled(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("geodata.unzipping.zipfile.ZipFile", pulled)
    with pytest.raises(UserError, match="Input/output error"), open_zip(path):
        pytest.fail("it was opened")
