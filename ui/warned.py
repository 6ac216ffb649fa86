"""The signals of early warning for this viewer's language; nothing where it is off."""

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from desks.onemap import OneMap
from desks.register.masking import LOCAL
from desks.stock import CHINA
from desks.watch import (
    MastWind,
    Rule,
    RulePack,
    Station,
    load_rules,
    mast_wind,
    open_station,
    overdue,
)
from desks.watch.announcing import announce
from desks.watch.rules import COLOURS
from desks.watch.station import has_station
from geodata.faults import UserError
from geodata.store import Author
from language import Catalogue
from ui import access, language
from ui.map.state import WarnedMark
from ui.panels.warnings import LOOKS, Warned

MARK = "watch_mark"
SEPARATOR = "|"


@st.cache_resource(max_entries=2, show_spinner=False)
def _pack() -> RulePack:
    return load_rules()


@st.cache_resource(max_entries=2, show_spinner=False)
def _station(folder: str) -> Station:
    return open_station(Path(folder), _pack())


def is_on(onemap: OneMap) -> bool:
    """Return whether early warning was ever started in the district: it is off until then."""
    return has_station(onemap.folder)


def turned(folder: Path) -> bool:
    """Return whether a signal came since this session last asked; cheap enough for every second."""
    if not has_station(folder):
        return False
    mark = _station(str(folder)).mark()
    before = st.session_state.get(MARK)
    st.session_state[MARK] = mark
    return before is not None and before != mark


def standing(onemap: OneMap, words: Catalogue) -> tuple[Warned, ...]:
    """Return every object whose rule has fired, the gravest and newest first."""
    if not has_station(onemap.folder):
        return ()
    rules = {rule.key: rule for rule in _pack().rules}
    states = _station(str(onemap.folder)).standing()
    found = [
        (COLOURS.index(rules[place[0]].colour), -state.since.timestamp(), place, state)
        for place, state in states.items()
        if place[0] in rules
    ]
    return tuple(
        Warned(
            place=place,
            colour=rules[place[0]].colour,
            title=language.title(rules[place[0]], words),
            name=_name(onemap, place[1], place[2]),
            figure=f"{state.value:g} {rules[place[0]].unit} {_limit(rules[place[0]])}",
            since=f"{state.since.astimezone(CHINA):%m-%d %H:%M}",
            seen=state.phase == "acknowledged",
            verified=rules[place[0]].verified,
        )
        for *_, place, state in sorted(found, key=lambda one: one[:3])
    )


def wind(onemap: OneMap) -> MastWind | None:
    """Return the newest wind that a mast measured, ``None`` without any or where it is off."""
    if not has_station(onemap.folder):
        return None
    try:
        return mast_wind(_station(str(onemap.folder)), datetime.now(tz=UTC))
    except UserError:
        return None  # The list of signals says why: an incident's page goes on without a mast.


def named(onemap: OneMap, layer: str, record: str) -> str:
    """Return the name of a record, its id where the map does not hold it."""
    return _name(onemap, layer, record)


def heard(onemap: OneMap) -> datetime | None:
    """Return when readings were taken last, ``None`` where that is not known."""
    return _station(str(onemap.folder)).heard()


def late(onemap: OneMap) -> int:
    """Return how many records are past a date of theirs today."""
    return _late(onemap, onemap.stamp, datetime.now(tz=UTC).astimezone(CHINA).date().isoformat())


@st.cache_resource(max_entries=2, show_spinner=False)
def _late(_onemap: OneMap, stamp: str, day: str) -> int:
    del stamp
    return len(overdue(_onemap, _pack(), datetime.fromisoformat(day).date()))


def standing_marks(onemap: OneMap, words: Catalogue) -> tuple[WarnedMark, ...]:
    """Return the marks of what stands; none where the readings cannot be read, as the list says."""
    try:
        return marks(onemap, standing(onemap, words))
    except UserError:
        return ()


def marks(onemap: OneMap, found: tuple[Warned, ...]) -> tuple[WarnedMark, ...]:
    """Return the gravest colour of each object that has a position."""
    gravest: dict[tuple[str, str], str] = {}
    for one in found:
        gravest.setdefault((one.place[1], one.place[2]), one.colour)
    return tuple(
        WarnedMark(layer, record, *at, colour, LOOKS[colour])
        for (layer, record), colour in gravest.items()
        for at in [_degrees(onemap, layer, record)]
        if at is not None
    )


def see(onemap: OneMap, value: str) -> None:
    """Keep that this viewer has seen the signal of a place ``rule|layer|id``; it is logged."""
    place = value.split(SEPARATOR, 2)
    if len(place) != 3 or not has_station(onemap.folder):  # noqa: PLR2004 - rule, layer, id
        return
    station = _station(str(onemap.folder))
    if station.acknowledge((place[0], place[1], place[2]), datetime.now(tz=UTC)) is not None:
        viewer = access.viewer_in(onemap.folder)
        announce(
            access.register(onemap),
            station,
            Author(viewer.subject or LOCAL, "seen on the screen"),
        )


def _limit(rule: Rule) -> str:
    return f"{'≥' if rule.rising else '≤'} {rule.threshold:g}"


def _row(onemap: OneMap, layer: str, record: str) -> int | None:
    try:
        return onemap.row_of(layer, record)
    except KeyError:
        return None


def _name(onemap: OneMap, layer: str, record: str) -> str:
    row = _row(onemap, layer, record)
    return record if row is None else onemap.records[layer].names[row]


def _degrees(onemap: OneMap, layer: str, record: str) -> tuple[float, float] | None:
    row = _row(onemap, layer, record)
    if row is None or not onemap.records[layer].placed[row]:
        return None
    x_m, y_m = onemap.records[layer].xy_m[row].tolist()
    return onemap.to_degrees(x_m, y_m)
