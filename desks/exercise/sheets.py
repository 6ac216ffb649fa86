"""The sheets of AQ/T 9009-2015, annex A (field) and B (table-top): timed lines are filled in.

Under each heading stand the scenario's own lines whose clause names it; a heading without any keeps
an empty line. Ratings (P, S, M, U as in HSEEP) are a person's: their boxes stay empty.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geodata.faults import Fault, UserError
from language import say

from .review_nodes import NodeTime
from .scenario import Item

TABLE = Path(__file__).with_name("aqt9009.toml")
FIELD, TABLETOP = "A", "B"
PARTS = ("preparation", "conduct")
RATINGS = ("P", "S", "M", "U")
"""HSEEP's: performed without challenges, with some, with major challenges, unable to perform."""


@dataclass(frozen=True)
class SheetHeading:
    """A heading of an annex: where it stands, and whether anybody held it against the text."""

    annex: str
    part: str
    number: str
    title_zh: str
    title_en: str
    source: str
    verified: bool


@dataclass(frozen=True)
class SheetLine:
    """One line to judge; ``item`` is ``None`` where the scenario has none under the heading.

    ``timed`` is the node that times it, ``None`` where it is a person's alone.
    """

    item: Item | None
    timed: NodeTime | None = None


@dataclass(frozen=True)
class SheetPart:
    """A heading with its lines; ``heading`` is ``None`` for lines of no heading of the annex."""

    heading: SheetHeading | None
    lines: tuple[SheetLine, ...]


@cache
def headings(path: Path = TABLE) -> tuple[SheetHeading, ...]:
    """Return the headings of both annexes in their order.

    Raises:
        UserError: where the table cannot be read.

    """
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["heading"]
        made = tuple(SheetHeading(**{**row, "verified": row["verified"] is True}) for row in rows)
        odd = [str(one.number)[:20] for one in made if not _is_meant(one)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = say("The file cannot be read: {detail}.", detail=str(error)[:60])
        raise UserError(
            [Fault(path.name, problem, say("Put the file back as it came."))]
        ) from error
    if odd or not made:
        problem = say("These rows cannot be meant: {names}.", names=", ".join(odd) or "—")
        raise UserError([Fault(path.name, problem, say("Put the file back as it came."))])
    return made


def _is_meant(one: SheetHeading) -> bool:
    """Return whether a heading has its place and both titles; an empty one would take all."""
    titles = (one.number, one.title_zh, one.title_en, one.source)
    told = all(isinstance(text, str) and text.strip() for text in titles)
    return told and one.annex in (FIELD, TABLETOP) and one.part in PARTS


def annex_of(type_: str) -> str:
    """Return the annex by which a type of drill is judged."""
    return TABLETOP if type_ == "tabletop" else FIELD


def sheet(items: Sequence[Item], nodes: Sequence[NodeTime], annex: str) -> tuple[SheetPart, ...]:
    """Return the whole sheet: no heading and no line of the scenario is left out."""
    timed = {one.node.key: one for one in nodes}
    left = list(items)
    parts = []
    for heading in headings():
        if heading.annex != annex:
            continue
        mine = [one for one in left if _is_under(one, heading)]
        left = [one for one in left if one not in mine]
        lines = tuple(SheetLine(one, timed.get(one.node)) for one in mine)
        parts.append(SheetPart(heading, lines or (SheetLine(None),)))
    if left:
        parts.append(SheetPart(None, tuple(SheetLine(one, timed.get(one.node)) for one in left)))
    return tuple(parts)


def _is_under(item: Item, heading: SheetHeading) -> bool:
    return item.clause.endswith((heading.title_zh, heading.title_en))
