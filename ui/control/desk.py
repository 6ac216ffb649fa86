"""What every act on control's page works with: the folder, the drill, who reads, what time it is.

A drill is read from its folder for every drawing; nothing of one is kept in a cache.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IRWXG, S_IRWXO

import streamlit as st

from desks import outbox
from desks.exercise import running
from desks.exercise.clock import Clock, clock_of
from desks.exercise.course import course_of
from desks.exercise.directors import named_director
from desks.exercise.drafts import LOG, has_draft
from desks.exercise.folder import KEY_FILE, Control
from desks.exercise.log import Entry, entries, open_log
from desks.exercise.officers import Officer, office_sentence, read_officers
from desks.exercise.opened import opened_path, read_opened, require_logged
from desks.exercise.opening import sealed_of
from desks.exercise.players import open_players
from desks.exercise.standing import current
from desks.onemap import OneMap, load_onemap
from geodata.faults import Fault, UserError
from language import say
from reports.signing import is_locked
from ui.district import Edition, edition
from ui.panels.markup import View

from .knowing import Known
from .running import Check
from .sealing import Keys

VARIABLE = "SHOUWANG_CONTROL"
_NEVER = datetime.min.replace(tzinfo=UTC)
CHOSEN, CLOCKS = "control_drill", "control_clocks"
NEW = ""


@dataclass(frozen=True)
class Desk:
    """Control's folder, the number of the drill on the page ("" a new one), and who reads."""

    control: Control
    number: str
    view: View

    @property
    def log(self) -> Path:
        """Return the file of the drill's log, there or not."""
        return self.control.drill(self.number) / LOG

    @property
    def who(self) -> str:
        """Return under whose name acts stand in the log: the director's, once it was told."""
        return named_director(self.control) or running.DIRECTOR

    def now(self) -> datetime:
        """Return the drill's time: a clock that somebody sets meanwhile moves no inject."""
        clocks: dict[str, Clock] = st.session_state.setdefault(CLOCKS, {})
        if self.number not in clocks:
            clocks[self.number] = clock_of(read_entries(self))
        return clocks[self.number].now()


def folder() -> Path:
    """Return control's folder: ``SHOUWANG_CONTROL``, else where the program was started."""
    return Path(os.environ.get(VARIABLE, "."))


def chosen(control: Control) -> str:
    """Return the number of the drill on the page: as chosen, else one that runs, else the latest.

    It stays: with two drills at once their turns to write would change the page under the hand.
    """
    kept = st.session_state.get(CHOSEN)
    drills = control.drills
    if kept in drills or kept == NEW:
        return str(kept)
    found = max(drills, key=lambda one: _rank(control, one), default=NEW)
    if found != NEW:
        st.session_state[CHOSEN] = found
    return found


def _rank(control: Control, number: str) -> tuple[bool, datetime]:
    """Return whether a drill is on, and its last line's time; one that nobody can read is last."""
    # the folder's time tells nothing: reading a log makes and removes files beside it
    with suppress(UserError):
        place = control.drill(number) / LOG
        if place.is_file():
            with open_log(place) as log:
                found = entries(log)
            last = max((one.at for one in found), default=_NEVER)
            return course_of(found).phase in ("running", "paused"), last
    return False, _NEVER


def read_entries(desk: Desk) -> tuple[Entry, ...]:
    """Return the lines of the drill's log, () where it has none yet.

    Raises:
        UserError: where the log is damaged.

    """
    if not desk.number or not desk.log.is_file():
        return ()
    with open_log(desk.log) as log:
        return entries(log)


def read_known(desk: Desk) -> Known:
    """Return what the page knows of the drill now.

    Raises:
        UserError: where its log is damaged, or its scenario is not the one that the log names.

    """
    control, number = desk.control, desk.number
    found = read_entries(desk)
    scenario = None
    if number and opened_path(control, number).is_file():
        opened = read_opened(control, number)
        require_logged(opened, found)
        scenario = opened.scenario
    officers = tuple(
        (one.name, desk.view.word(office_sentence(one.office))) for one in _officers(desk, found)
    )
    draft = bool(number) and has_draft(control, number)
    return Known(number, found, scenario, draft, officers, intact=_intact(desk))


def _officers(desk: Desk, found: Sequence[Entry]) -> tuple[Officer, ...]:
    """Return whose keys open the drill: those of the sealing, before it those of today."""
    if current(found):
        # an envelope that is damaged is said by whoever opens it
        with suppress(UserError):
            return sealed_of(desk.control, desk.number, found).recipients
    return read_officers(desk.control)


def _intact(desk: Desk) -> bool:
    if not desk.number or not desk.log.is_file():
        return True
    with open_log(desk.log) as log:
        return log.verify().intact


def keys_of(control: Control) -> Keys:
    """Return what of control's own key there is."""
    path = control.folder / KEY_FILE
    try:
        return Keys(there=True, locked=is_locked(path), folder=str(control.folder))
    except UserError:
        return Keys(there=False, folder=str(control.folder))


def district_map(control: Control) -> OneMap:
    """Return the map of the district whose players are exercised; no drill has a part in it.

    Raises:
        UserError: where the district cannot be opened.

    """
    return _map(edition(control.district))


def require_calm(desk: Desk) -> None:
    """Refuse what takes long while a drill runs: nothing would be released meanwhile.

    Raises:
        UserError: naming the drill.

    """
    for number in desk.control.drills:
        found = read_entries(Desk(desk.control, number, desk.view))
        if course_of(found).phase == "running":
            problem = say("Drill {number} is running; its injects come first.", number=number)
            raise UserError([Fault(number, problem, say("Do it once that drill is over."))])


@st.cache_resource(max_entries=1, show_spinner=False)
def _map(of: Edition) -> OneMap:
    return load_onemap(of.folder)


def checks(known: Known, desk: Desk) -> tuple[Check, ...]:
    """Return what was looked at just now so that nothing leaks to the players."""
    t = desk.view.text
    return (
        _players_side(known, desk),
        Check(_private(desk.control.folder), t("Control's folder opens to its owner alone")),
        Check(
            not desk.control.folder.resolve().is_relative_to(desk.control.district.resolve()),
            t("No file of control lies with the players"),
        ),
        Check(known.intact, t("The log is unbroken, entries: {count}", count=len(known.entries))),
    )


def _players_side(known: Known, desk: Desk) -> Check:
    t = desk.view.text
    try:
        with open_players(desk.control) as players:
            there = {one.key for one in outbox.released(players, known.number)}
    except UserError:
        return Check(good=False, said=t("The players' register does not answer"))
    logged = {one.key for one in known.course.released}
    more, out = len(there - logged), len(there)
    if more:
        said = t("{count} injects with the players that the log lacks", count=more)
        return Check(good=False, said=said)
    said = t("With the players: the hash and {count} released injects, nothing else", count=out)
    return Check(good=True, said=said)


def _private(path: Path) -> bool:
    return os.name != "posix" or not path.stat().st_mode & (S_IRWXG | S_IRWXO)


def wall() -> datetime:
    """Return the machine's time (UTC)."""
    return datetime.now(tz=UTC)
