"""Many rows at once, however odd, arrive on both databases as they were given."""

import pytest
import shapely

from geodata.faults import UserError
from geodata.store import Author, Change, create_store, open_store
from tests.geodata.store.making import WHO, Place

ODD = [
    'it\'s "quoted"',
    "back\\slash \\n \\x41 \\u0041",
    "two\nlines\tand a tab\r",
    "{1,2} [3] null NULL $1 :name %s %% ; --",
    "𠮷野家 😀 避难场所\u2028",
    "",
    " blanks ",
    "'; drop table event; --",
    "0123456789" * 1000,
]


def _change(number: int) -> Change:
    text = ODD[number % len(ODD)]
    shape = shapely.Point(113 + number / 7, 22.1) if number % 2 else None
    props = {"name": text, "n": number, "share": number / 3, "kinds": [text, "水"], "open": True}
    return Change("add", "odd", f"{number}{text[:40]}", props=props, shape=shape)


def test_many_odd_rows_come_out_as_they_went_in(place: Place) -> None:
    """More rows than go into one message; one row goes another way than many."""
    changes = [_change(number) for number in range(2_100)]
    with create_store(place) as store:
        store.edit(WHO, changes[:1])
        store.edit(WHO, changes[1:])
    with open_store(place) as store:
        found = store.read("odd")
        assert store.verify().intact
    assert [(f.id, f.shape) for f in found] == [
        (c.id, None if c.shape is None else c.shape) for c in changes
    ]
    for feature, change in zip(found, changes, strict=True):
        kinds = change.props["kinds"]
        assert isinstance(kinds, list)
        assert dict(feature.props) == {**change.props, "kinds": tuple(kinds)}


def test_many_rows_are_removed_and_added_again(place: Place) -> None:
    with create_store(place) as store:
        store.edit(WHO, [_change(number) for number in range(1_100)])
        seen = store.read("odd")
        store.edit(WHO, [Change("remove", "odd", f.id, f.version) for f in seen[:1_050]])
        assert len(store.read("odd")) == 50
        store.edit(WHO, [_change(number) for number in range(1_050)])
        assert len(store.read("odd")) == 1_100
        assert store.verify().intact


@pytest.mark.parametrize("reason", ["a\0b", "\udcff", "x" * 50 + "\ud800"])
def test_a_reason_that_is_no_text_is_refused_in_a_sentence(place: Place, reason: str) -> None:
    """Bytes of another encoding on the command line arrive like this."""
    with create_store(place) as store:
        store.edit(WHO, [_change(0)])
        before = store.head()
        for author in (Author("周与安", reason), Author(reason, "核实")):
            with pytest.raises(UserError, match="holds signs that are no text"):
                store.edit(author, [_change(1)])
            with pytest.raises(UserError, match="holds signs that are no text"):
                store.note(author, "decision", {"text": "转移"})
        assert store.head() == before
        assert len(store.read("odd")) == 1
