"""What became live is written down: wind and other values that were reported, taken or corrected.

A turn of the what-if panel is no event of the incident and is never written.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import streamlit as st

from desks.command import journal
from desks.command.log_time import line_time
from desks.command.wind import WindReading, last_wind, wind_entry
from desks.onemap import OneMap
from geodata.faults import UserError
from language import Catalogue, say
from ui import session
from ui.panels.markup import View

from .asking import container_name, substance_name
from .command_book import READ, SAID, Journal, Reading, first, open_journal, reading

KEPT = "live_logged"
COUNTED = {
    "closed": say("Closed areas"),
    "closed_roads": say("Closed roads"),
    "flooded": say("Flooded areas"),
    "withdrawn": say("Teams withdrawn"),
    "foreign": say("Imported zones"),
}
WIND = ("wind_from_deg", "wind_ms", "cloud_oktas")


@dataclass(frozen=True)
class Hand:
    """Whose hand it was, when, and in which language they write; ``case`` the incident's id."""

    case: str
    who: str
    at: datetime
    words: Catalogue


def live_entries(before: session.Knobs, after: session.Knobs, hand: Hand) -> list[journal.Entry]:
    """Return the lines of the log for what is live now and was not before; none for nothing new.

    Wind and cloud are one reading, with its figures; all else is one line from what to what.
    """
    entries = []
    if any(getattr(before, name) != getattr(after, name) for name in WIND):
        entries += _wind(after, hand)
    said = changed(before, after, View(hand.words))
    if said:
        text = " · ".join(said)[: journal.LONGEST]
        entries.append(journal.Entry("", hand.case, "live", hand.at, hand.who, text))
    return entries


def _wind(after: session.Knobs, hand: Hand) -> list[journal.Entry]:
    """Return the reading; where only its direction or its speed is known, that alone."""
    bearing, speed = after.wind_from_deg, after.wind_ms
    if bearing is not None and speed is not None:
        reading = WindReading(bearing, speed, hand.at, hand.who, cloud_oktas=after.cloud_oktas)
        return [wind_entry(hand.case, reading)]
    unknown = hand.words.text("not known")
    cloud = "" if after.cloud_oktas is None else f" {after.cloud_oktas}/8"
    text = f"{_shown(bearing, '03.0f', '°', unknown)} {_shown(speed, 'g', ' m/s', unknown)}{cloud}"
    return [journal.Entry("", hand.case, "wind", hand.at, hand.who, text)]


def _shown(value: float | None, form: str, unit: str, unknown: str) -> str:
    return unknown if value is None else f"{value:{form}}{unit}"


def changed(before: session.Knobs, after: session.Knobs, view: View) -> tuple[str, ...]:
    """Return in words what else is live now: from what to what."""
    words = view.words
    unknown = view.text("not known")
    pairs = (
        (view.text("Kind of incident"), before.kind, after.kind),
        (
            view.text("Substance"),
            substance_name(before.substance, words),
            substance_name(after.substance, words),
        ),
        (
            view.text("Quantity"),
            _shown(before.quantity_t, "g", " t", unknown),
            _shown(after.quantity_t, "g", " t", unknown),
        ),
        (
            view.text("Container"),
            container_name(before.container, words),
            container_name(after.container, words),
        ),
    )
    said = [f"{name} {a or unknown} → {b or unknown}" for name, a, b in pairs if a != b]
    for key, title in COUNTED.items():
        a, b = getattr(before, key), getattr(after, key)
        if a != b:
            said.append(f"{view.word(title)} {len(a)} → {len(b)}")
    return tuple(said)


def _wind_of(what: session.Knobs) -> tuple[float | None, float | None]:
    return what.wind_from_deg, what.wind_ms


def _dated(
    entry: journal.Entry, scene: session.Scene, logged: WindReading | None = None
) -> journal.Entry:
    """Return the line of a wind as old as its reading, which may be older than its taking.

    Where the clock slipped back it stays the newest, though it says to be read before the last.
    """
    said = scene.wind_said
    if entry.kind != "wind" or said is None or said > entry.at:
        return entry
    slipped = entry.at > session.now()
    if slipped and logged is not None and said < logged.at:
        return entry
    return replace(entry, at=said)


def _taken(entry: journal.Entry, logged: WindReading | None, hand: Hand) -> journal.Entry:
    """Return for a wind that the log holds already that it was taken: it is no second reading."""
    if entry.kind != "wind" or logged is None or logged.at != entry.at:
        return entry
    text = hand.words.word(say("Wind taken: {wind}", wind=entry.text))
    return replace(entry, kind="live", at=hand.at, text=text, facts={})


def keep_live(onemap: OneMap, scene: session.Scene, words: Catalogue) -> None:
    """Write to the log what became live since it was last written for this incident.

    What was refused is tried again at the next drawing, unless the incident is over.
    """
    kept = st.session_state.get(KEPT)
    if scene.case and kept is not None and kept[0] == scene.case and kept[1] != scene.live:
        try:
            _write(open_journal(onemap, words), kept[1], scene)
        except UserError as error:
            st.session_state[SAID] = first(error)
            if not _is_over(scene.case):
                return
    st.session_state[KEPT] = (scene.case, scene.live)


def _write(book: Journal, before: session.Knobs, scene: session.Scene) -> None:
    """Write what is live now and was not before, where this viewer writes at all."""
    if book.why_not:
        return
    log = reading(book, scene.case).entries
    hand = Hand(scene.case, book.author.who, line_time(log, session.now()), book.words)
    entries = live_entries(before, scene.live, hand)
    if _wind_of(before) != _wind_of(scene.live):
        logged = last_wind(log, hand.at)
        entries = [_taken(_dated(one, scene, logged), logged, hand) for one in entries]
    if entries:
        journal.write(book.store, book.author, entries, scope=book.scope)


def _is_over(case: str) -> bool:
    """Return whether the log that was read last shows the incident closed."""
    read = st.session_state.get(READ)
    known = read.incident if isinstance(read, Reading) and read.case == case else None
    return known is not None and known.closed is not None
