"""Whoever answers or is called, each body once, with the highest level at which it answers."""

from collections.abc import Iterator
from dataclasses import dataclass

from desks.onemap import OneMap
from language import Sentence

from .answers import Call
from .situation import Answerable, SituationBrief

LEVELS = ("enterprise", "subdistrict", "district", "city")
"""The levels from the lowest to the highest."""

_STATED = {"企业": "enterprise", "街道": "subdistrict", "区": "district", "市": "city"}


@dataclass(frozen=True)
class Body:
    """One body: the call to it (``order`` from 1, ``None`` where none is due), and its level.

    ``level`` is the highest of LEVELS at which it answers, "" where none is known.
    """

    order: int | None
    layer: str
    id: str
    name: str
    level: str
    task: str
    within_min: int | None
    missing: Sentence | None


def bodies(onemap: OneMap, brief: SituationBrief) -> tuple[Body, ...]:
    """Return all bodies of the call list in its order, then those that only answer.

    One record is one body, and so is one name in two lists. A level that nobody answers at says so.
    """
    return (*_called(onemap, brief), *_answering(brief))


def _called(onemap: OneMap, brief: SituationBrief) -> Iterator[Body]:
    for call in brief.calls:
        own = [
            answer.level
            for answer in brief.escalation
            if call.missing is None and _same(answer, call)
        ]
        yield Body(
            order=call.order,
            layer=call.layer,
            id=call.id,
            name=call.name,
            level=_highest([*own, _stated(onemap, call)]),
            task=call.task,
            within_min=call.within_min,
            missing=call.missing,
        )


def _answering(brief: SituationBrief) -> Iterator[Body]:
    """Yield who answers and is not called, each once at its highest level, the lowest first."""
    left = [
        answer
        for answer in brief.escalation
        if answer.missing is not None
        or not any(call.missing is None and _same(answer, call) for call in brief.calls)
    ]
    for number, answer in enumerate(left):
        twins = [other for other in left if answer.missing is None and other.name == answer.name]
        if answer.missing is None and any(other in twins for other in left[:number]):
            continue
        level = _highest([answer.level, *(other.level for other in twins)])
        yield Body(None, answer.layer, answer.id, answer.name, level, "", None, answer.missing)


def _same(answer: Answerable, call: Call) -> bool:
    return (answer.layer, answer.id) == (call.layer, call.id) or answer.name == call.name


def _stated(onemap: OneMap, call: Call) -> str:
    """Return the level that the record of a body states, "" where it is not on file."""
    if call.missing is not None:
        return ""
    return _STATED.get(
        onemap.records[call.layer].text("level", onemap.row_of(call.layer, call.id)), ""
    )


def _highest(levels: list[str]) -> str:
    return max(levels, key=lambda level: LEVELS.index(level) if level in LEVELS else -1, default="")
