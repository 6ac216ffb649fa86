"""A version is accepted or refused by a person: by its document, in every answer, only once."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desks.command import brief_document, situation_brief
from desks.command.situation import Incident
from desks.exercise.learning import Proposal, proposal
from desks.exercise.learning_document import (
    proposal_document,
    proposal_lines,
    proposal_rows,
)
from desks.exercise.learning_taking import ACCEPTED, REFUSED, accept, learned_from, refuse
from desks.folder import SPEED_MODEL
from desks.onemap import load_onemap
from desks.planning.coverage import coverage
from desks.planning.services import service_of
from desks.register.capability import capability, capability_document
from desks.register.documents import document_as_of
from desks.register.indicators import indicators, indicators_document
from desks.register.opening import open_register
from geodata.faults import UserError
from geodata.store import Author
from language import Catalogue
from routing import Factor, SpeedModel
from routing.speed_text import model_text
from tests.desks.exercise.test_learning import drive

ENGLISH = Catalogue.load("en")
WHO = Author("周与安", "三十次演练后")


@pytest.fixture
def folder(town_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town_folder, tmp_path / "town"))


def proposed(folder: Path, slower: float = 1.6) -> Proposal:
    model = SpeedModel.load(folder / SPEED_MODEL)
    return proposal(model, [drive(number, slower=slower) for number in range(30)])


def version(folder: Path) -> str:
    return SpeedModel.load(folder / SPEED_MODEL).version


def test_an_accepted_version_is_named_by_every_answer(folder: Path) -> None:
    """The brief is slower by what was learned, names the version, and so does its stamp."""
    before = load_onemap(folder)
    made = proposed(folder)
    assert accept(folder, made, WHO) is not None
    after = load_onemap(folder, previous=before)
    assert after.speed_model.version == made.model.version == version(folder)
    assert after.stamp != before.stamp
    shelter = before.records["shelter"]
    at = float(shelter.xy_m[0, 0]), float(shelter.xy_m[0, 1])
    incident = Incident(at, datetime(2026, 9, 16, 10, tzinfo=UTC))
    old, new = situation_brief(before, incident), situation_brief(after, incident)
    assert (old.speed_model, new.speed_model) == (made.base, made.model.version)
    drives = [
        (a.drive_s, b.drive_s)
        for a in old.responders
        for b in new.responders
        if (a.layer, a.id) == (b.layer, b.id) and a.drive_s and b.drive_s
    ]
    assert any(b > a for a, b in drives)
    for onemap, answer in ((before, old), (after, new)):
        version_ = onemap.speed_model.version
        assert brief_document(onemap, answer, ENGLISH)["speed_model"] == version_
        method = coverage(onemap, service_of("team")).method
        assert any(version_ in ENGLISH.word(line) for line in method)
        assert capability_document(onemap, capability(onemap), ENGLISH)["speed_model"] == version_
        found = indicators_document(onemap, indicators(onemap), ENGLISH)
        assert found["speed_model"] == version_


def test_a_report_of_a_past_day_still_uses_the_factors_of_that_day(folder: Path) -> None:
    """Both texts stand in the register's documents, the old one under its own time."""
    with open_register(folder) as store:
        founded = store.head().at
    made = proposed(folder)
    accept(folder, made, WHO)
    with open_register(folder) as store:
        now = document_as_of(store, SPEED_MODEL)
        then = document_as_of(store, SPEED_MODEL, founded)
        assert store.verify().intact
    assert now is not None
    assert then is not None
    assert SpeedModel.parse("now", now.text).version == made.model.version
    assert SpeedModel.parse("then", then.text).version == made.base


def test_an_edit_that_the_register_does_not_know_is_kept_before_it_goes(folder: Path) -> None:
    path = folder / SPEED_MODEL
    path.write_text(path.read_text("utf-8").replace("value = 90", "value = 88"), "utf-8")
    by_hand = path.read_text("utf-8")
    accept(folder, proposed(folder), WHO)
    with open_register(folder) as store:
        times = [event.known_at for event in store.events()]
        kept = [document_as_of(store, SPEED_MODEL, time) for time in times]
    assert by_hand in [one.text for one in kept if one is not None]


def test_twice_is_once_and_a_stale_proposal_is_refused(folder: Path) -> None:
    first, other = proposed(folder), proposed(folder, slower=2.2)
    accept(folder, first, WHO)
    with open_register(folder) as store:
        head = store.head()
    assert accept(folder, first, WHO) is None
    with pytest.raises(UserError, match="came into force"):
        accept(folder, other, WHO)
    with open_register(folder) as store:
        assert store.head() == head
    assert version(folder) == first.model.version


def test_a_proposal_that_changes_nothing_names_no_new_version(folder: Path) -> None:
    """It read as if the version in force were proposed anew from no drive at all."""
    nothing = proposal(SpeedModel.load(folder / SPEED_MODEL), [])
    first, *_ = proposal_lines(nothing, ENGLISH)
    assert first == f"In force: {nothing.base}."


def test_what_changes_nothing_cannot_be_accepted(folder: Path) -> None:
    with pytest.raises(UserError, match="changes nothing"):
        accept(folder, proposal(SpeedModel.load(folder / SPEED_MODEL), []), WHO)


def test_no_drill_is_learned_from_twice(folder: Path) -> None:
    made = proposed(folder)
    with open_register(folder) as store:
        assert learned_from(store, made.base) == frozenset()
    accept(folder, made, WHO)
    with open_register(folder) as store:
        assert learned_from(store, made.model.version) == frozenset(made.drills)
        (event,) = store.events(kinds=(ACCEPTED,))
    assert (event.who, event.why) == (WHO.who, WHO.why)


def test_a_crash_before_the_file_loses_nothing(folder: Path) -> None:
    """The register knows of the acceptance, the file does not: the same call ends the work."""
    made, path = proposed(folder), folder / SPEED_MODEL
    before = path.read_text("utf-8")
    accept(folder, made, WHO)
    path.write_text(before, "utf-8")
    with open_register(folder) as store:
        assert learned_from(store, version(folder)) == frozenset()
    assert proposed(folder).digest == made.digest
    accept(folder, proposed(folder), WHO)
    assert version(folder) == made.model.version


def test_a_refusal_is_logged_and_changes_nothing(folder: Path) -> None:
    made = proposed(folder)
    refuse(folder, made, Author("何思远", "两次演练道路封闭，不具代表性"))
    assert version(folder) == made.base
    with open_register(folder) as store:
        (event,) = store.events(kinds=(REFUSED,))
        assert learned_from(store, made.base) == frozenset()
    assert event.after["version"] == made.model.version
    assert "封闭" in event.why
    with pytest.raises(UserError, match="reason"):
        refuse(folder, made, Author("何思远", " "))


def test_a_model_is_written_as_it_is_read() -> None:
    """Quotes, line ends and control signs in a kind of team do not break out of their line."""
    model = SpeedModel.default()
    nasty = Factor('turnout.a"\n[[factor]]\x7f\\', (61.0, 99.5), "s", '甲\t"乙"', "", False)  # noqa: FBT003
    written = SpeedModel('v"1', (*model.factors, nasty))
    again = SpeedModel.parse("x", model_text(written, above="# 说明\n# two\nformat = 9\n"))
    assert again.version == written.version
    assert again.turnout_s('a"\n[[factor]]\x7f\\') == (61.0, 99.5)
    assert model_text(written, above="# 说明\n#x\na").startswith("# 说明\n#x\nformat")


def test_old_stands_beside_new_with_its_evidence() -> None:
    model = SpeedModel.default()
    made = proposal(model, [drive(number, slower=1.6) for number in range(30)])
    rows = proposal_rows(made)
    (arterial,) = (row for row in rows if row["key"] == "congestion.arterial")
    assert arterial["hours"] == list(range(10, 17))
    assert arterial["old"] == [model.congestion("primary", hour) for hour in range(10, 17)]
    assert all(new > old for old, new in zip(arterial["old"], arterial["new"], strict=True))
    assert arterial["drives"] == 30
    document = proposal_document(made, Catalogue.load("zh"))
    assert document["base"] == model.version
    assert document["after"]["arrivals"] == 30
    lines = list(proposal_lines(made, Catalogue.load("en")))
    (line,) = (line for line in lines if "congestion.arterial" in line)
    assert line.startswith("Slower by traffic: primary and secondary roads")
    assert "10-16: 1.35–1.5 → " in line
    assert line.endswith(" (30 drives)")
    assert " 1 (" not in line, "a factor has no unit to print"
    assert replace(made, rows=()).changes is False
