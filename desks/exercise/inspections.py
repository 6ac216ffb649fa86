"""Who is inspected, and by whom: drawn as scenarios are, by the same arithmetic (row S4-11).

双随机、一公开: bodies and inspectors are both drawn by chance, and everything is published. Pool,
number and inspectors are announced together with a commitment to the seed; then values are thrown;
the result is a function of both that anyone can reckon again. Values are thrown at once before
witnesses: whoever knew the seed and spoke last could choose the result.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from desks.onemap import OneMap
from geodata.chain import canonical
from geodata.faults import Fault, UserError
from language import Sentence, say

from .drawing import SECRET_BYTES, commit_of, drawn

FORMAT = 1
HEAD = b"shouwang inspection 1\n"
BODIES, INSPECTORS = b"bodies", b"inspectors"
MOST = 100_000


@dataclass(frozen=True)
class Wanted:
    """Which rows of a layer may be inspected, how many are, and how many inspectors each gets.

    ``where`` keeps only rows whose column is that text; ``inspectors`` are names, in their order.
    """

    layer: str
    where: Mapping[str, str]
    count: int
    inspectors: tuple[str, ...] = ()
    each: int = 0


@dataclass(frozen=True)
class Announcement:
    """What is published before anything is drawn: the pool (ids, sorted) and the commitment."""

    layer: str
    where: Mapping[str, str]
    pool: tuple[tuple[str, str], ...]
    count: int
    inspectors: tuple[str, ...]
    each: int
    map_stamp: str
    commitment: str = ""


@dataclass(frozen=True)
class Chosen:
    """One body to be inspected, in the order drawn, and its inspectors."""

    id: str
    name: str
    inspectors: tuple[str, ...]


def announce(onemap: OneMap, wanted: Wanted, seed: bytes) -> Announcement:
    """Return what is to be published; the seed (32 bytes) stays with who announces.

    Raises:
        UserError: with every fault of what is wanted.

    """
    records = onemap.records.get(wanted.layer)
    if records is None:
        raise UserError([_fault("--layer", wanted.layer, say("The register has no such rows."))])
    unknown = [column for column in wanted.where if column not in records.columns]
    if unknown:
        raise UserError([_fault("--where", unknown[0], say("The layer has no such column."))])
    pool = sorted(
        (records.ids[row], records.names[row])
        for row in range(len(records.ids))
        if all(records.text(column, row) == text for column, text in wanted.where.items())
    )
    made = Announcement(
        wanted.layer, dict(wanted.where), tuple(pool), wanted.count, wanted.inspectors,
        wanted.each, onemap.stamp,
    )  # fmt: skip
    require_drawable(made)
    return Announcement(**{**vars(made), "commitment": _commitment(made, seed)})


def require_drawable(made: Announcement) -> None:
    """Refuse a draw of more than there are.

    Raises:
        UserError: with every fault.

    """
    faults = []
    if not 0 < made.count <= len(made.pool):
        told = say("Of {pool} bodies {count} cannot be drawn.", pool=len(made.pool),
                   count=made.count)  # fmt: skip
        faults.append(_fault("--count", str(made.count), told))
    if not 0 <= made.each <= len(made.inspectors):
        told = say("Of {pool} inspectors {count} cannot be drawn.", pool=len(made.inspectors),
                   count=made.each)  # fmt: skip
        faults.append(_fault("--each", str(made.each), told))
    faults += [
        _fault("--inspector", "", say("A name stands twice."))
        for names in (made.inspectors, [id_ for id_, _ in made.pool])
        if len(set(names)) != len(names)
    ]
    if faults:
        raise UserError(faults)


def draw(made: Announcement, seed: bytes, values: Sequence[str]) -> tuple[Chosen, ...]:
    """Return the bodies in the order drawn, each with its inspectors, from seed and all values.

    Raises:
        UserError: where the seed is not the announced one, or there is no value.

    """
    require_drawable(made)
    if len(seed) != SECRET_BYTES or _commitment(made, seed) != made.commitment:
        told = say("This is not the seed that was announced, or the announcement was changed.")
        raise UserError([_fault("seed", "", told)])
    if not values or any(not value for value in values):
        raise UserError([_fault("values", "", say("Without values there is no draw."))])
    bodies = choose(seed, values, len(made.pool), made.count, BODIES)
    chosen = []
    for number, at in enumerate(bodies):
        label = INSPECTORS + number.to_bytes(4, "big")
        drawn_ = choose(seed, values, len(made.inspectors), made.each, label)
        names = tuple(made.inspectors[who] for who in drawn_)
        chosen.append(Chosen(*made.pool[at], names))
    return tuple(chosen)


def choose(
    seed: bytes, values: Sequence[str], pool: int, count: int, label: bytes
) -> tuple[int, ...]:
    """Return ``count`` places of the pool (0-based), each only once, in the order drawn.

    Each is a draw of its own among those left, from a seed made of the announced one, what is
    drawn, and its number.
    """
    left = list(range(pool))
    chosen = []
    for number in range(count):
        own = hashlib.sha256(HEAD + seed + number.to_bytes(4, "big") + label).digest()
        index, _ = drawn(own, values, len(left))
        chosen.append(left.pop(index))
    return tuple(chosen)


def _commitment(made: Announcement, seed: bytes) -> str:
    told = {key: value for key, value in asdict(made).items() if key != "commitment"}
    return commit_of(seed, canonical(told))


def announcement_document(made: Announcement) -> dict[str, Any]:
    """Return the announcement as plain JSON values."""
    return _plain({"format": FORMAT, "kind": "shouwang inspection", **asdict(made)})


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document as it is read back: tuples are lists."""
    plain: dict[str, Any] = json.loads(canonical(document))
    return plain


def result_document(
    made: Announcement, seed: bytes, values: Sequence[str], chosen: Sequence[Chosen]
) -> dict[str, Any]:
    """Return everything that anyone needs to reckon the draw again."""
    return _plain(
        {
            **announcement_document(made),
            "seed": seed.hex(),
            "values": list(values),
            "chosen": [asdict(one) for one in chosen],
        }
    )


def read_announcement(document: object) -> Announcement:
    """Return the announcement of a document that may come from anywhere.

    Raises:
        UserError: where it is none.

    """
    told = document if isinstance(document, dict) else {}
    texts = all(isinstance(told.get(key), str) for key in ("layer", "map_stamp", "commitment"))
    whole = all(type(told.get(key)) is int for key in ("count", "each"))
    where, pool, names = told.get("where"), told.get("pool"), told.get("inspectors")
    good = (
        texts
        and whole
        and told.get("format") == FORMAT
        and isinstance(where, dict)
        and all(isinstance(text, str) for pair in where.items() for text in pair)
        and isinstance(pool, list)
        and len(pool) <= MOST
        and all(_is_pair(item) for item in pool)
        and isinstance(names, list)
        and all(isinstance(name, str) for name in names)
    )
    if not good:
        raise UserError([_fault("announcement", "", say("This is no announcement of a draw."))])
    return Announcement(
        told["layer"], dict(told["where"]), tuple((id_, name) for id_, name in told["pool"]),
        told["count"], tuple(told["inspectors"]), told["each"], told["map_stamp"],
        told["commitment"],
    )  # fmt: skip


def _is_pair(item: object) -> bool:
    pair = 2
    return (
        isinstance(item, list) and len(item) == pair and all(isinstance(text, str) for text in item)
    )


def check(document: object) -> tuple[Chosen, ...]:
    """Return who was drawn, reckoned again from a published result.

    Raises:
        UserError: where the result is not what seed and values give.

    """
    made = read_announcement(document)
    told = document if isinstance(document, dict) else {}
    try:
        seed = bytes.fromhex(str(told.get("seed")))
    except ValueError:
        seed = b""
    values = told.get("values")
    listed = values if isinstance(values, list) else []
    if len(seed) != 32 or not all(isinstance(value, str) for value in listed):  # noqa: PLR2004 - bytes of a seed
        raise UserError([_fault("result", "", say("Seed or values are damaged."))])
    chosen = draw(made, seed, listed)
    if told.get("chosen") != result_document(made, seed, listed, chosen)["chosen"]:
        fault = _fault("result", "", say("Seed and values give another result than is stated."))
        raise UserError([fault])
    return chosen


def _fault(where: str, value: str, problem: Sentence) -> Fault:
    return Fault(where, problem, say("Look at it again, then try again."), value=value[:60])
