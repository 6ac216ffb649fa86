"""What exercise control released to the players, in the players' own register; nothing else.

The only channel between the two: control appends, players read and acknowledge. Of a sealed drill
the players' side holds the number, the day of sealing and the hash. Nothing here knows what is
still sealed, and nothing here may import what does.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from geodata.store import Author, Change, Feature, StaleEdit, Store
from geodata.store.records import Value

NOTICE_LAYER, INJECT_LAYER, ANSWER_LAYER = "drill_notice", "drill_inject", "drill_answer"
OUTBOX_LAYERS = (NOTICE_LAYER, INJECT_LAYER, ANSWER_LAYER)
TRIES = 5
"""So often a write is made anew on what another one wrote at the same moment."""


@dataclass(frozen=True)
class Notice:
    """What is public of a drill: its number, the day of sealing (ISO), the commitment (hex).

    ``state`` is sealed, running, paused, ended or aborted; ``started`` is T0 once it has come.
    """

    drill: str
    sealed_on: str
    commitment: str
    state: str = "sealed"
    started: str = ""


@dataclass(frozen=True)
class Released:
    """One released inject: what is told to whom, when (ISO) it was released; the acknowledgement.

    ``answered`` is when (ISO) and ``by`` who acknowledged it, "" nobody yet.
    """

    drill: str
    key: str
    text: str
    to: str
    at: str
    answered: str = ""
    by: str = ""


def publish(players: Store, author: Author, notice: Notice) -> None:
    """Write the notice, or its newer state; the same notice again writes nothing.

    Raises:
        UserError: where the players' register cannot be written.

    """
    props = dict(vars(notice))
    _put(players, author, (NOTICE_LAYER, notice.drill), props, settled=props)


def release(players: Store, author: Author, released: Released) -> bool:
    """Put one inject before the players and return whether anything had to be written.

    Again after a crash it writes nothing; what was altered or lost on their side is put back.

    Raises:
        UserError: where the players' register cannot be written.

    """
    props = {k: v for k, v in vars(released).items() if k not in ("answered", "by")}
    id_ = _id(released.drill, released.key)
    return _put(players, author, (INJECT_LAYER, id_), props, settled=("drill", "key", "text", "to"))


def acknowledge(players: Store, author: Author, drill: str, key: str, *, at: datetime) -> bool:
    """Write that an inject was read and return whether it is the first answer.

    Raises:
        UserError: where the register cannot be written.

    """
    id_ = _id(drill, key)
    if players.find(ANSWER_LAYER, id_) is not None:
        return False
    props = {"drill": drill, "key": key, "at": at.isoformat(), "by": author.who}
    try:
        players.edit(author, [Change("add", ANSWER_LAYER, id_, props=props, shape=None)])
    except StaleEdit:
        return False
    return True


def notices(players: Store) -> tuple[Notice, ...]:
    """Return every drill that was announced, the latest first."""
    found = [_notice(feature.props) for feature in players.read(NOTICE_LAYER)]
    return tuple(sorted(found, key=lambda one: (one.sealed_on, one.drill), reverse=True))


def released(players: Store, drill: str) -> tuple[Released, ...]:
    """Return what was released of a drill, in that order, with the answers."""
    answers = {feature.id: feature for feature in players.read(ANSWER_LAYER)}
    rows = [f for f in players.read(INJECT_LAYER) if f.props.get("drill") == drill]
    rows.sort(key=lambda feature: feature.order)
    return tuple(_released(row, answers.get(row.id)) for row in rows)


def _put(
    players: Store,
    author: Author,
    row: tuple[str, str],
    props: Mapping[str, Value],
    *,
    settled: Collection[str],
) -> bool:
    """Write a row as it shall stand and return whether it did not: judged by ``settled`` columns.

    Raises:
        UserError: where the register cannot be written, or others never cease to write this row.

    """
    for left in reversed(range(TRIES)):
        known = players.find(*row)
        if known is not None and all(known.props.get(c) == props[c] for c in settled):
            return False
        change = (
            Change("add", *row, props=props, shape=None)
            if known is None
            else Change("set", *row, known.version, props)
        )
        try:
            return bool(players.edit(author, [change]))
        except StaleEdit:
            if not left:
                raise
    return False


def _id(drill: str, key: str) -> str:
    return f"{drill}/{key}"


def _notice(props: Mapping[str, object]) -> Notice:
    return Notice(**{key: str(props.get(key) or "") for key in Notice.__dataclass_fields__})


def _released(row: Feature, answer: Feature | None) -> Released:
    told = {key: str(row.props.get(key) or "") for key in ("drill", "key", "text", "to", "at")}
    given = answer.props if answer else {}
    return Released(**told, answered=str(given.get("at") or ""), by=str(given.get("by") or ""))
