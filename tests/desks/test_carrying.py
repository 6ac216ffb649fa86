"""A build over a district loses nothing that was written to its folder while the build ran."""

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import desks.build
from desks.build import build_district
from desks.build_report import BuildReport
from desks.carrying import READINGS, carried
from desks.folder import DISTRICT, REGISTER, SPEED_MODEL, VARIANTS
from desks.onemap import load_onemap
from desks.watch import Reading, load_rules, open_station
from desks.watch.station import FILE
from geodata.faults import UserError
from geodata.writing import write_folder
from language import Catalogue
from sample import SampleFiles
from tests.desks.making import sources_of
from tests.desks.test_founding import add_team

NOW = datetime(2026, 9, 16, 3, tzinfo=UTC)


Rebuild = Callable[[Callable[[], object]], None]


def reading(minute: int = 0) -> Reading:
    return Reading("team", "T1", "water_level", 1.0, "m", NOW + timedelta(minutes=minute))


@pytest.fixture
def copy(town_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town_folder, tmp_path / "copy"))


@pytest.fixture
def rebuild(copy: Path, town_files: SampleFiles, monkeypatch: pytest.MonkeyPatch) -> Rebuild:
    """Return what builds over the copy and does the given thing when the files are read."""

    def run(meanwhile: Callable[[], object]) -> None:
        report = desks.build.build_document

        def late(made: BuildReport, catalogue: Catalogue) -> dict[str, object]:
            meanwhile()
            return report(made, catalogue)

        monkeypatch.setattr(desks.build, "build_document", late)
        build_district(copy, sources_of(town_files))

    return run


def test_an_edit_made_while_the_district_was_built_is_not_built_over(
    copy: Path, rebuild: Rebuild
) -> None:
    with pytest.raises(UserError, match="was written to since it was built"):
        rebuild(lambda: add_team(copy))
    assert "T9" in load_onemap(copy).records["team"].ids


def test_a_plan_saved_while_the_district_was_built_is_kept(copy: Path, rebuild: Rebuild) -> None:
    def save() -> None:
        (copy / VARIANTS).mkdir()
        (copy / VARIANTS / "方案.json").write_text("{}")

    rebuild(save)
    assert (copy / VARIANTS / "方案.json").read_text() == "{}"


def test_an_edit_of_the_speed_model_while_the_district_was_built_is_not_lost(
    copy: Path, rebuild: Rebuild
) -> None:
    model = copy / SPEED_MODEL
    with pytest.raises(UserError, match="edited while the district was built"):
        rebuild(lambda: model.write_bytes(model.read_bytes() + b"# ours\n"))
    assert model.read_bytes().endswith(b"# ours\n")


def test_readings_are_carried_into_the_new_folder(copy: Path, rebuild: Rebuild) -> None:
    """Those taken before the build and while it ran, in a file that is not closed."""
    assert READINGS == FILE
    station = open_station(copy, load_rules())
    station.take([reading()])
    rebuild(lambda: station.take([reading(1)]))
    assert station.count() == 2
    assert station.take([reading(), reading(1), reading(2)]).new == 1


def test_a_damaged_file_of_readings_is_not_built_over(copy: Path, rebuild: Rebuild) -> None:
    (copy / READINGS).write_bytes(b"not a database at all" * 100)
    with pytest.raises(UserError, match=r"watch.sqlite: The file of readings cannot be used"):
        rebuild(lambda: None)
    assert (copy / READINGS).read_bytes().startswith(b"not a database")


def test_a_busy_file_of_readings_is_not_told_as_damaged(
    copy: Path, rebuild: Rebuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desks.carrying._BUSY_S", 0.1)
    station = open_station(copy, load_rules())
    with closing(sqlite3.connect(station.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(UserError, match="The file of readings is busy"):
            rebuild(lambda: None)


def swap(old: Path, start: Callable[[], object]) -> None:
    """Put a new folder in the place of the old one and call ``start`` while all is held."""
    new = old.with_name("new")
    shutil.copytree(old, new, ignore=shutil.ignore_patterns(f"{READINGS}*"))
    with carried(old, new):
        start()
        with write_folder(old, marker=DISTRICT) as fresh:
            shutil.copytree(new, fresh, dirs_exist_ok=True)


@pytest.mark.parametrize("name", [REGISTER, READINGS])
def test_who_waits_while_the_folders_swap_is_refused_and_writes_into_the_new_one_next(
    copy: Path, name: str
) -> None:
    """It holds the old file, which has lost its name: what it wrote there would be gone."""
    station = open_station(copy, load_rules())
    station.take([reading()])
    refused: list[UserError] = []

    def write() -> object:
        return add_team(copy) if name == REGISTER else station.take([reading(1)])

    def wait() -> None:
        try:
            write()
        except UserError as error:
            refused.append(error)

    waiting = threading.Thread(target=wait)

    def start() -> None:
        waiting.start()
        waiting.join(1)
        assert waiting.is_alive()

    swap(copy, start)
    waiting.join(40)
    assert len(refused) == 1
    write()
    assert station.count() == (1 if name == REGISTER else 2)


def test_a_build_that_fails_leaves_readings_where_they_were(copy: Path, tmp_path: Path) -> None:
    station = open_station(copy, load_rules())
    station.take([reading()])
    (tmp_path / "new").mkdir()
    shutil.copy(copy / SPEED_MODEL, tmp_path / "new")
    with pytest.raises(RuntimeError), carried(copy, tmp_path / "new"):
        raise RuntimeError
    assert station.count() == 1
    station.take([reading(1)])
