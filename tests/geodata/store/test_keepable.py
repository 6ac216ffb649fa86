"""What no register can hold is refused in a sentence, before anything is written."""

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from geodata.faults import UserError
from geodata.store import Author, Change, create_store
from tests.geodata.store.making import WHO

HALF = "\ud800"
"""Half of a pair of surrogates: JSON from a browser may hold one, UTF-8 may not."""

NAN, INFINITE = float("nan"), float("inf")


def change(**what: object) -> Change:
    return Change("add", "team", "T1", **what)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (change(props={"n": NAN}), "holds a number"),
        (change(props={"n": INFINITE}), "holds a number"),
        (change(props={"n": ["a", NAN]}), "holds a number"),
        (change(props={"n": f"a{HALF}"}), "no text"),
        (change(props={"n": ["a", "\0"]}), "no text"),
        (change(props={HALF: "a"}), "no text"),
        (change(personal={"phone": HALF}), "no text"),
        (change(personal={HALF: "1"}), "no text"),
        (Change("add", HALF, "T1"), "no text"),
        (Change("add", "team", HALF), "no text"),
        (Change("add", "team", ""), "no text"),
        (change(shape=shapely.Point(NAN, 23)), "no number"),
        (change(shape=shapely.LineString([(113, 23), (INFINITE, 23)])), "no number"),
    ],
)
def test_what_cannot_be_kept_is_refused_before_it_is_written(
    place: Path | str, wrong: Change, told: str
) -> None:
    with create_store(place) as store:
        with pytest.raises(UserError, match=told) as refused:
            store.edit(WHO, [change(props={"name": "好"}), wrong])
        str(refused.value).encode()
        assert store.events() == ()
        kept = change(props={"n": 0.5, "name": "😀" * 5000}, shape=shapely.Point())
        assert len(store.edit(WHO, [kept])) == 1


@pytest.mark.parametrize(
    "what",
    [
        {"body": {"a": HALF}},
        {"body": {HALF: 1}},
        {"body": {"a": [NAN]}},
        {"body": {}, "id": "\0"},
        {"body": {}, "layer": HALF},
        {"body": {}, "kind": HALF},
        {"body": {}, "author": Author(HALF, "")},
        {"body": {}, "author": Author("", "\0")},
    ],
)
def test_a_note_that_is_no_text_is_refused(place: Path | str, what: dict[str, object]) -> None:
    asked = {"author": WHO, "kind": "decision", **what}
    with create_store(place) as store:
        with pytest.raises(UserError, match=r"no text|holds a number"):
            store.note(**asked)  # type: ignore[arg-type]
        assert store.events() == ()
        told = {"text": "a\0b", "list": [1, 2.5, None]}
        assert store.note(WHO, "decision", told).after == told
        assert store.verify().intact


@pytest.mark.parametrize("name", [HALF, "\0"])
def test_what_is_asked_for_must_be_a_text_and_the_register_goes_on(
    place: Path | str, name: str
) -> None:
    """An act of a browser names whatever it likes: it is told, and costs no connection."""
    with create_store(place) as store:
        asks: tuple[Callable[[], object], ...] = (
            lambda: store.find("team", name),
            lambda: store.history("team", name),
            lambda: store.personal("team", [name]),
            lambda: store.erase(WHO, "team", name),
        )
        for ask in asks:
            with pytest.raises(UserError, match="no text"):
                ask()
        assert store.verify().intact
