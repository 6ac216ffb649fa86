"""Papers on a full disk, behind a locked file, below a file: a sentence, and the old one whole."""

import errno
import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from geodata.faults import UserError
from reports.geopackage import write_geopackage
from reports.paper import FORMATS, Paper
from reports.pdf import write_pdf
from reports.web_map import write_web_map
from reports.word import write_word
from reports.workbook import write_workbook
from tests.reports.drawn import blocks_of, paper_of

LEAST_BYTES = 2048
WRITERS: dict[str, Callable[[Paper, Path], object]] = {
    "docx": write_word,
    "xlsx": write_workbook,
    "pdf": write_pdf,
    "gpkg": write_geopackage,
    "html": write_web_map,
}


def _resource() -> ModuleType:
    if importlib.util.find_spec("resource") is None:
        pytest.skip("this system has no limit on the size of files")
    return importlib.import_module("resource")


@contextmanager
def _full_disk() -> Iterator[None]:
    """Let no file grow beyond 2 KiB: real writes fail as they do where no room is left."""
    resource = _resource()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LEAST_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(scope="module")
def paper() -> Paper:
    return paper_of(*blocks_of())


def test_every_format_has_its_writer_here() -> None:
    assert set(WRITERS) == set(FORMATS)


# the archive that xlsxwriter could not close complains once more when it is collected
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", FORMATS)
def test_a_full_disk_is_said_and_the_old_paper_stays(
    tmp_path: Path, paper: Paper, kind: str
) -> None:
    path = tmp_path / f"a.{kind}"
    WRITERS[kind](paper, path)
    before = path.read_bytes()
    with _full_disk(), pytest.raises(UserError) as raised:
        WRITERS[kind](paper, path)
    (fault,) = raised.value.faults
    assert fault.file == str(path), "the name that the user gave, not one of ours"
    assert "disk is full" in str(fault.problem)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_that_another_program_holds_is_said(
    tmp_path: Path, paper: Paper, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace a paper that is open in Word or Excel."""
    path = tmp_path / f"a.{kind}"
    path.write_bytes(b"open in Word")

    def locked(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "in use by another program", str(self), None, target)

    monkeypatch.setattr(Path, "replace", locked)
    with pytest.raises(UserError, match="cannot be written; nothing was changed"):
        WRITERS[kind](paper, path)
    assert path.read_bytes() == b"open in Word"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", FORMATS)
def test_below_a_file_no_paper_can_lie(tmp_path: Path, paper: Paper, kind: str) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"x")
    with pytest.raises(UserError, match="cannot be written"):
        WRITERS[kind](paper, blocked / f"a.{kind}")
    assert blocked.read_bytes() == b"x"


@pytest.mark.parametrize("kind", FORMATS)
def test_a_device_is_never_replaced(paper: Paper, kind: str) -> None:
    """A paper renamed to /dev/null would break every program of the machine."""
    device = Path("/dev/null")
    if not device.is_char_device():
        pytest.skip("this system has no such device")
    with pytest.raises(UserError, match="device"):
        WRITERS[kind](paper, device)
    assert device.is_char_device()


@pytest.mark.parametrize("kind", FORMATS)
def test_a_link_is_kept_and_what_it_names_is_replaced(
    tmp_path: Path, paper: Paper, kind: str
) -> None:
    real, link = tmp_path / f"real.{kind}", tmp_path / f"link.{kind}"
    real.write_bytes(b"old")
    link.symlink_to(real)
    WRITERS[kind](paper, link)
    assert link.is_symlink()
    assert len(real.read_bytes()) > len(b"old")
