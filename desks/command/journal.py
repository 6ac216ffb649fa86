"""The log of an incident from the call that was taken to its end: append-only, on the one chain.

An incident is a feature of the store's layer ``incident``, each line of its log one of
``incident_entry``. Lines are only ever added; a mistake is corrected by a further line. Who wrote
and when stands in the chain, with what was written. Nobody's name or number is in a line: the
caller's are personal columns of the incident.
"""

import math
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, get_args

import shapely

from desks.stock import CHINA
from geodata.coordinates import on_globe
from geodata.faults import Fault, UserError
from geodata.store import WHOLE, Author, Change, Event, Feature, Scope, Store
from geodata.store.records import Value
from language import Sentence, say
from risk import incident_kind

INCIDENT, ENTRY = "incident", "incident_entry"
LONGEST = 2000
"""Signs of one line of the log, or of what a caller said."""

EntryKind = Literal[
    "intake", "note", "decision", "call", "report", "bulletin", "wind", "live", "arrived", "close"
]
"""``live`` is what was taken as the state of things, ``arrived`` a team that reported on site."""
CallState = Literal["sent", "acknowledged", "unanswered"]
CALL_STATES: tuple[CallState, ...] = get_args(CallState)
AFTER_CLOSE: tuple[EntryKind, ...] = ("note", "report")
"""What may still be written once an incident is closed."""


@dataclass(frozen=True)
class Intake:
    """What was taken down when the call came; ``None`` and "" are not known.

    ``at_deg`` is longitude, latitude in WGS 84; ``time`` when it happened, with its time zone.
    ``caller`` and ``phone`` are personal: they are encrypted and stand in no line of the log.
    """

    time: datetime
    at_deg: tuple[float, float] | None = None
    place: str = ""
    said: str = ""
    kind: str = "unspecified"
    substance: str = ""
    quantity_t: float | None = None
    hurt_people: int | None = None
    dead_people: int | None = None
    caller: str = ""
    phone: str = ""
    drill: bool = False


@dataclass(frozen=True)
class OpenIncident:
    """One row of the status board, without personal columns.

    ``reports`` are the reports made, as (stage, when), in order; ``closed`` is ``None`` while it
    is open. ``head`` is the hash of the last event on the incident itself.
    """

    id: str
    version: int
    head: str
    time: datetime
    opened: datetime
    opened_by: str
    closed: datetime | None
    at_deg: tuple[float, float] | None
    place: str
    said: str
    kind: str
    substance: str
    quantity_t: float | None
    hurt_people: int | None
    dead_people: int | None
    drill: bool
    reports: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True)
class Entry:
    """One line of a log: when, who, what; ``layer`` and ``record`` name a body that was called.

    ``state`` is a call's, ``stage`` a report's, ``facts`` the figures of a reading or bulletin.
    ``altered`` says that the line was changed after it was written, which no part of the program
    does.
    """

    id: str
    incident: str
    kind: EntryKind
    at: datetime
    who: str
    text: str
    layer: str = ""
    record: str = ""
    state: str = ""
    stage: str = ""
    facts: Mapping[str, float] = field(default_factory=dict)
    altered: bool = False


@dataclass(frozen=True)
class Told:
    """When a body was first called, and when it answered first; ``None`` for not yet."""

    layer: str
    record: str
    sent: datetime | None
    acknowledged: datetime | None
    unanswered: int


def open_incident(
    store: Store,
    author: Author,
    intake: Intake,
    *,
    at: datetime,
    lines: Iterable[Entry] = (),
    scope: Scope = WHOLE,
) -> str:
    """Enter what was taken down, and further ``lines`` with it, all or none; return its id.

    ``at`` is when it was entered; whatever incident the lines name, they become this one's.

    Raises:
        UserError: with every fault of the intake, and where the store refuses.

    """
    further = list(lines)
    faults = [*_intake_faults(intake), *_clock_faults(at)]
    faults += [fault for line in further for fault in _entry_faults(line)]
    if faults:
        raise UserError(faults)
    local = at.astimezone(CHINA)
    name = f"SJ-{local:%Y%m%d-%H%M%S}-{secrets.token_hex(6)}"
    props: dict[str, Value] = {
        "time": intake.time.astimezone(CHINA).isoformat(timespec="seconds"),
        "opened": _stamp(at),
        "opened_by": author.who,
        "place": intake.place.strip(),
        "said": intake.said.strip(),
        "kind": intake.kind,
        "substance": intake.substance.strip(),
        "quantity_t": intake.quantity_t,
        "hurt_people": intake.hurt_people,
        "dead_people": intake.dead_people,
        "drill": intake.drill,
    }
    filled = {key: value for key, value in props.items() if value not in ("", None)}
    shape = shapely.Point(intake.at_deg) if intake.at_deg else None
    personal = {"contact": intake.caller.strip(), "phone": intake.phone.strip()}
    told = {key: text for key, text in personal.items() if text}
    opened = Change("add", INCIDENT, name, props=filled, shape=shape, personal=told)
    first = Entry("", name, "intake", at, author.who, intake.said.strip() or intake.place.strip())
    entries = [first, *(replace(line, incident=name) for line in further)]
    store.edit(author, [opened, *map(_adding, entries)], scope=scope)
    return name


def note(
    store: Store, author: Author, incident: str, text: str, *, at: datetime, scope: Scope = WHOLE
) -> tuple[Event, ...]:
    """Add a line to the log of the incident.

    Raises:
        UserError: for an empty or too long line, no such incident, and where the store refuses.

    """
    entry = Entry("", incident, "note", at, author.who, text.strip())
    return write(store, author, [entry], scope=scope)


def decide(
    store: Store, author: Author, incident: str, text: str, *, at: datetime, scope: Scope = WHOLE
) -> tuple[Event, ...]:
    """Add a decision to the log, with its time and who took it.

    Raises:
        UserError: as for ``note``, and once the incident is closed.

    """
    entry = Entry("", incident, "decision", at, author.who, text.strip())
    return write(store, author, [entry], scope=scope)


def tell(
    store: Store,
    author: Author,
    call: Entry,
    *,
    scope: Scope = WHOLE,
) -> tuple[Event, ...]:
    """Add that a body was called, has answered, or did not (see ``call_entry``).

    Raises:
        UserError: for another state, an answer to a call that was never sent or that comes before
            it, and as for ``decide``.

    """
    faults = []
    if call.kind != "call" or call.state not in CALL_STATES or not call.record:
        faults.append(Fault(ENTRY, say("This is no call to a body."), _CORRECT, value=call.record))
    elif call.state == "acknowledged":
        calls = {(t.layer, t.record): t for t in told(read_log(store, call.incident, scope=scope))}
        sent = calls.get((call.layer, call.record))
        if sent is None or sent.sent is None or (call.at.tzinfo and call.at < sent.sent):
            problem = say("Nothing had been sent to it by then.")
            faults.append(Fault(ENTRY, problem, _CORRECT, column="state", value=call.record))
    if faults:
        raise UserError(faults)
    return write(store, author, [call], scope=scope)


def call_entry(
    incident: str, body: tuple[str, str, str], state: CallState, *, at: datetime, who: str
) -> Entry:
    """Return the line that a body (layer, id, name) was called or has answered."""
    layer, record, name = body
    return Entry("", incident, "call", at, who, name, layer=layer, record=record, state=state)


def report(store: Store, author: Author, made: Entry, *, scope: Scope = WHOLE) -> tuple[Event, ...]:
    """Add a report (``kind`` report, its ``stage`` and text) and mark it done on the board.

    Raises:
        StaleEdit: where somebody changed the incident at the same moment.
        UserError: as for ``note``.

    """
    feature = _require(store, made.incident, scope)
    reports = [*_texts(feature.props.get("reports")), f"{made.stage} {_stamp(made.at)}"]
    marked = Change("set", INCIDENT, made.incident, feature.version, {"reports": reports})
    return write(store, author, [made], scope=scope, beside=(marked,))


def close(
    store: Store, author: Author, incident: str, text: str, *, at: datetime, scope: Scope = WHOLE
) -> tuple[Event, ...]:
    """Close the incident with a last line; notes and reports can still be added.

    Raises:
        StaleEdit: where somebody changed the incident at the same moment.
        UserError: as for ``decide``.

    """
    feature = _require(store, incident, scope)
    marked = Change("set", INCIDENT, incident, feature.version, {"closed": _stamp(at)})
    entry = Entry("", incident, "close", at, author.who, text.strip())
    return write(store, author, [entry], scope=scope, beside=(marked,))


def write(
    store: Store,
    author: Author,
    entries: Sequence[Entry],
    *,
    scope: Scope = WHOLE,
    beside: tuple[Change, ...] = (),
) -> tuple[Event, ...]:
    """Add lines to the log, all or none, with what changes ``beside`` them.

    Raises:
        UserError: with every fault of every line, and where the store refuses.

    """
    faults: list[Fault] = []
    for entry in entries:
        faults += _entry_faults(entry)
        feature = store.find(INCIDENT, entry.incident, scope=scope)
        if feature is None:
            problem = say("There is no such incident.")
            faults.append(Fault(INCIDENT, problem, _LOOK, value=entry.incident))
        elif feature.props.get("closed") and entry.kind not in AFTER_CLOSE:
            problem = say("The incident is closed.")
            mend = say("Add a note, or take down a new incident.")
            faults.append(Fault(INCIDENT, problem, mend, value=entry.incident))
    if faults:
        raise UserError(faults)
    return store.edit(author, [*beside, *map(_adding, entries)], scope=scope)


def board(store: Store, *, scope: Scope = WHOLE, closed: bool = False) -> tuple[OpenIncident, ...]:
    """Return the open incidents, the newest first; with ``closed`` those that are over too."""
    found = [_incident(feature) for feature in store.read(INCIDENT, scope=scope)]
    shown = [one for one in found if closed or one.closed is None]
    return tuple(sorted(shown, key=lambda one: (one.opened, one.id), reverse=True))


def board_mark(store: Store) -> str:
    """Return what changes with every write to an incident or its log: a page polls it."""
    return store.head(layers=(INCIDENT, ENTRY)).hash


def read_log(
    store: Store, incident: str, *, scope: Scope = WHOLE, as_of: datetime | None = None
) -> tuple[Entry, ...]:
    """Return the lines of one incident's log, in the order of their times."""
    found = [
        _entry(feature)
        for feature in store.read(ENTRY, scope=scope, as_of=as_of)
        if feature.props.get("incident") == incident
    ]
    return tuple(sorted(found, key=lambda entry: entry.at))


def told(entries: Iterable[Entry]) -> tuple[Told, ...]:
    """Return for each body that was called when it was sent to and answered first (row S2-3)."""
    calls: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if entry.kind == "call":
            calls.setdefault((entry.layer, entry.record), []).append(entry)
    return tuple(
        Told(
            layer,
            record,
            min((e.at for e in lines if e.state == "sent"), default=None),
            min((e.at for e in lines if e.state == "acknowledged"), default=None),
            sum(e.state == "unanswered" for e in lines),
        )
        for (layer, record), lines in calls.items()
    )


def _require(store: Store, incident: str, scope: Scope) -> Feature:
    feature = store.find(INCIDENT, incident, scope=scope)
    if feature is None:
        problem = say("There is no such incident.")
        raise UserError([Fault(INCIDENT, problem, _LOOK, value=incident)])
    return feature


def _intake_faults(intake: Intake) -> Iterator[Fault]:
    yield from _clock_faults(intake.time)
    if not (intake.said.strip() or intake.place.strip() or intake.at_deg):
        yield _fault(say("Neither a place nor what was said is taken down."), "place", "")
    if intake.at_deg is not None and not _is_place(intake.at_deg):
        yield _fault(say("The position lies off the globe."), "at", str(intake.at_deg))
    for column, text in (("said", intake.said), ("place", intake.place),
                         ("substance", intake.substance), ("contact", intake.caller),
                         ("phone", intake.phone)):  # fmt: skip
        if len(text) > LONGEST:
            yield _fault(_too_long(), column, text[:60])
    quantity = intake.quantity_t
    if quantity is not None and not (math.isfinite(quantity) and quantity > 0):
        yield _fault(say("A quantity must be above 0."), "quantity_t", str(quantity))
    for column, people in (
        ("hurt_people", intake.hurt_people),
        ("dead_people", intake.dead_people),
    ):
        if people is not None and people < 0:
            yield _fault(say("People cannot be fewer than 0."), column, str(people))
    try:
        incident_kind(intake.kind)
    except UserError as error:
        yield from error.faults


def _entry_faults(entry: Entry) -> Iterator[Fault]:
    yield from _clock_faults(entry.at)
    if not entry.text:
        yield _fault(say("The line says nothing."), "text", "")
    if len(entry.text) > LONGEST and entry.kind != "report":
        yield _fault(_too_long(), "text", entry.text[:60])


def _clock_faults(at: datetime) -> Iterator[Fault]:
    if at.tzinfo is None:
        yield _fault(say("The time does not say its time zone."), "at", at.isoformat())


def _too_long() -> Sentence:
    return say("The text is longer than {limit} signs.", limit=LONGEST)


def _fault(problem: Sentence, column: str, value: str) -> Fault:
    return Fault(INCIDENT, problem, _CORRECT, column=column, value=value)


def _is_place(at_deg: tuple[float, float]) -> bool:
    return all(map(math.isfinite, at_deg)) and on_globe(*at_deg)


def _adding(entry: Entry) -> Change:
    props: dict[str, Value] = {
        "incident": entry.incident,
        "kind": entry.kind,
        "at": _stamp(entry.at),
        "who": entry.who,
        "text": entry.text,
        "layer": entry.layer,
        "record": entry.record,
        "state": entry.state,
        "stage": entry.stage,
        "facts": [f"{key} {value!r}" for key, value in entry.facts.items()],
    }
    filled = {key: value for key, value in props.items() if value not in ("", [])}
    name = f"{entry.incident}|{secrets.token_hex(6)}"
    return Change("add", ENTRY, name, props=filled, shape=None)


def _stamp(at: datetime) -> str:
    """Return the time to the millisecond on the clock of the district."""
    return at.astimezone(CHINA).isoformat(timespec="milliseconds")


def _time(text: Value) -> datetime:
    """Return the time of such a text; the earliest there is for one that another post spoilt."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def _incident(feature: Feature) -> OpenIncident:
    props = feature.props
    at_deg = None
    if isinstance(feature.shape, shapely.Point) and not feature.shape.is_empty:
        at_deg = (float(feature.shape.x), float(feature.shape.y))
    reports = (line.partition(" ") for line in _texts(props.get("reports")))
    return OpenIncident(
        id=feature.id,
        version=feature.version,
        head=feature.head,
        time=_time(props.get("time")),
        opened=_time(props.get("opened")),
        opened_by=_text(props, "opened_by"),
        closed=_time(props["closed"]) if props.get("closed") else None,
        at_deg=at_deg,
        place=_text(props, "place"),
        said=_text(props, "said"),
        kind=_text(props, "kind") or "unspecified",
        substance=_text(props, "substance"),
        quantity_t=_number(props.get("quantity_t")),
        hurt_people=_whole(props.get("hurt_people")),
        dead_people=_whole(props.get("dead_people")),
        drill=bool(props.get("drill")),
        reports=tuple((stage, _time(at)) for stage, _, at in reports),
    )


def _entry(feature: Feature) -> Entry:
    props = feature.props
    facts = (line.partition(" ") for line in _texts(props.get("facts")))
    kind: EntryKind = next((k for k in get_args(EntryKind) if k == props.get("kind")), "note")
    return Entry(
        id=feature.id,
        incident=_text(props, "incident"),
        kind=kind,
        at=_time(props.get("at")),
        who=_text(props, "who"),
        text=_text(props, "text"),
        layer=_text(props, "layer"),
        record=_text(props, "record"),
        state=_text(props, "state"),
        stage=_text(props, "stage"),
        facts={key: value for key, _, text in facts if (value := _figure(text)) is not None},
        altered=feature.version > 1,
    )


def _text(props: Mapping[str, Value], key: str) -> str:
    value = props.get(key)
    return value if isinstance(value, str) else ""


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _figure(text: str) -> float | None:
    """Return the figure of a reading, ``None`` for what another post spoilt."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _whole(value: Value) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


_CORRECT = say("Correct the entry; nothing was entered.")
_LOOK = say("Look at the board of open incidents.")
