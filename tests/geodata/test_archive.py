"""The one ZIP of some files: the same bytes every time, and nothing that could hide in one."""

import zipfile
from io import BytesIO

import pytest

import verify
from geodata.archive import MOST_FILES, archive

FILES = {"b.json": b"two", "a.json": b"one", "empty": b""}


def test_the_order_of_the_files_changes_no_byte() -> None:
    assert archive(FILES) == archive(dict(sorted(FILES.items())))
    with zipfile.ZipFile(BytesIO(archive(FILES))) as made:
        assert made.namelist() == ["a.json", "b.json", "empty"]
        assert made.testzip() is None


def test_the_program_that_checks_it_makes_the_same_bytes_without_the_library() -> None:
    assert verify.archive({name.encode(): data for name, data in FILES.items()}) == archive(FILES)
    assert verify.unpacked(archive(FILES)) == FILES


@pytest.mark.parametrize("name", ["../x", "/x", "A", "a b", "", ".hidden", "报", "a\\b", "a" * 101])
def test_a_name_that_is_not_plain_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not plain"):
        archive({name: b""})


def test_more_files_than_the_directory_can_count_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        archive({f"f{at}": b"" for at in range(MOST_FILES + 1)})
