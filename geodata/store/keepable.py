"""What a register can hold: texts that are text, numbers that are numbers, places on the globe."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from geodata.chain import canonical
from geodata.faults import Fault, UserError
from language import Sentence, say

from .records import Author, Change, Keep


def require_keepable(changes: Sequence[Change]) -> None:
    """Refuse what no database can hold.

    Raises:
        UserError: naming every change with such a text, number or place, or without an id.

    """
    problems = ((change, problem) for change in changes for problem in _problems(change))
    faults = [
        Fault(_shown(change.layer), problem, mend, value=_shown(change.id))
        for change, (problem, mend) in problems
    ]
    if faults:
        raise UserError(faults)


def require_texts(author: Author, *texts: str) -> None:
    """Refuse an author or other texts that no database can hold.

    Raises:
        UserError: naming each.

    """
    require_plain(author.who, author.why, *texts)


def require_plain(*texts: str) -> None:
    """Refuse texts that no database can be asked for: half-sent, they would break a connection.

    Raises:
        UserError: naming each.

    """
    bad = [text for text in texts if _unkeepable(text)]
    if bad:
        raise UserError([Fault("", *_no_text(text)) for text in bad])


def require_body(body: Mapping[str, Any]) -> None:
    """Refuse what a note says where it is no text that JSON and a database can hold.

    Raises:
        UserError: for half of a pair of surrogates, NaN or an infinite number in it.

    """
    try:
        canonical(body).encode()
    except UnicodeEncodeError as error:
        raise UserError([Fault("", *_no_text(error.object[error.start : error.end]))]) from error
    except ValueError as error:
        raise UserError([Fault("", *_no_number("note"))]) from error


def _problems(change: Change) -> Iterable[tuple[Sentence, Sentence]]:
    values = list(_items(change.props.values()))
    columns = (*change.props, *change.personal)
    texts = [change.layer, change.id, *columns, *change.personal.values()]
    texts += [value for value in values if isinstance(value, str)]
    if not change.id or any(_unkeepable(text) for text in texts):
        yield _no_text(change.id)
    if any(isinstance(value, float) and not math.isfinite(value) for value in values):
        yield _no_number(_shown(change.id))
    if not _is_placed(change.shape):
        problem = say("The place of {id} has a coordinate that is no number.", id=_shown(change.id))
        yield problem, say("Set the place anew.")


def _is_placed(shape: shapely.Geometry | Keep | None) -> bool:
    """Return whether every coordinate is a number; where there is none, none is wrong."""
    if shape is None or isinstance(shape, Keep):
        return True
    return bool(np.isfinite(shapely.get_coordinates(shape)).all())


def _items(values: Iterable[object]) -> Iterable[object]:
    for value in values:
        if isinstance(value, tuple | list):
            yield from value
        else:
            yield value


def _unkeepable(text: str) -> bool:
    """Return whether a database cannot hold the text: NUL, or half of a pair of surrogates."""
    return "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text)


def _no_text(text: str) -> tuple[Sentence, Sentence]:
    return say("{id} holds signs that are no text.", id=_shown(text)), say("Type the text anew.")


def _shown(text: str) -> str:
    """Return the text as any screen can show it, in at most 60 signs."""
    return repr(text)[1:-1][:60] if _unkeepable(text) else text[:60]


def _no_number(name: str) -> tuple[Sentence, Sentence]:
    problem = say("{id} holds a number that is none, or is infinite.", id=name)
    return problem, say("Type the number anew.")
