"""What the server keeps in memory once a district is open."""

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desks.register.opening import open_register
from geodata.faults import Fault, UserError
from geodata.store import Author, Change
from language import Catalogue, say
from ui import district

settle = district.settle
"""As the server settles; while tests run, no district does when it is opened."""


@pytest.fixture
def thawed() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.freeze()


@pytest.fixture
def town_copy(town: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town, tmp_path / "town"))


class Ring:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        """Hold itself."""
        self.self = self


@pytest.mark.usefixtures("thawed")
def test_a_full_round_skips_what_was_loaded() -> None:
    """Streamlit asks for a full round after each run: over all objects it took 0.1 s a click."""
    kept = [[number] for number in range(1000)]
    before = len(gc.get_objects())
    settle()
    assert gc.get_freeze_count() >= len(kept)
    assert len(gc.get_objects()) < before / 10


@pytest.mark.usefixtures("thawed")
def test_what_is_made_later_is_still_freed() -> None:
    settle()
    Ring()
    assert gc.collect() >= 1


@pytest.mark.usefixtures("thawed")
def test_a_district_opened_anew_frees_what_the_last_one_left() -> None:
    """Settled twice: what fell out of use in between is collected, not kept for good."""
    ring = Ring()
    settle()
    marks = [ring]
    del ring
    marks.clear()
    settle()
    gc.unfreeze()
    assert not [thing for thing in gc.get_objects() if isinstance(thing, Ring)]


def test_an_edit_shows_and_the_ground_is_kept(town_copy: Path) -> None:
    """What was loaded of the roads is used again; a note, such as an unmasking, reloads nothing."""
    before = district._current(town_copy, officials=False)
    with open_register(town_copy) as store:
        store.note(Author("甲", "试"), "unmask", {})
    assert district._current(town_copy, officials=False) is before
    with open_register(town_copy) as store:
        team = store.read("team")[0]
        change = Change("set", "team", team.id, team.version, {"name": "新名队"})
        store.edit(Author("甲", "试"), [change])
    after = district._current(town_copy, officials=False)
    assert "新名队" in after.records["team"].names
    assert after.network is before.network
    assert after.parts["shelter"] is before.parts["shelter"]
    assert after.stamp != before.stamp


def test_nobody_waits_while_another_viewer_loads_an_edit(town_copy: Path) -> None:
    """A click is answered on the map of a second ago rather than after the loading."""
    before = district._current(town_copy, officials=False)
    with open_register(town_copy) as store:
        team = store.read("team")[0]
        change = Change("set", "team", team.id, team.version, {"name": "又新名"})
        store.edit(Author("甲", "试"), [change])
    kept = district._kept(str(town_copy), False)  # noqa: FBT003 - as the page calls it
    with kept.lock:
        assert district._current(town_copy, officials=False) is before
    assert "又新名" in district._current(town_copy, officials=False).records["team"].names


def test_a_silent_server_leaves_the_map_that_is_loaded(
    town_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commander goes on with the map of before, is told so, and no click waits for it."""
    asked: list[Path] = []

    def silent(where: Path) -> str:
        asked.append(where)
        raise UserError([Fault("register", say("The disk is full."), say("Free some space."))])

    with monkeypatch.context() as patched:
        patched.setattr(district, "_server_head", silent)
        with pytest.raises(UserError):
            district._current(town_copy, officials=False)
    before = district._current(town_copy, officials=False)
    told: list[str] = []
    monkeypatch.setattr(district.st, "warning", told.append)
    asked.clear()
    with monkeypatch.context() as patched:
        patched.setattr(district, "_server_head", silent)
        for _click in range(3):
            assert district.open_district(town_copy, Catalogue.load("en")) is before
        assert len(asked) == 1
        assert len(told) == 3
        assert "does not answer" in told[0]
        patched.setattr(district, "ASK_AGAIN_S", 0.0)
        district._current(town_copy, officials=False)
        assert len(asked) == 2
    monkeypatch.setattr(district, "ASK_AGAIN_S", 0.0)
    assert district.open_district(town_copy, Catalogue.load("en")) is before
    assert len(told) == 3
