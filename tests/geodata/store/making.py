"""Small registers of counters for the trials of the store."""

from pathlib import Path

import shapely
from sqlalchemy import Engine, create_engine

from geodata.store import Author, Change, Event, StaleEdit, Store, create_store

COUNTERS = "counter"
WHO = Author("试验员", "trial")
Place = Path | str


def counter_id(number: int) -> str:
    """Return the id of the counter."""
    return f"c{number:03d}"


def make_counters(place: Place, count: int) -> None:
    """Make a store with this many counters at 0, each with a place and a person."""
    with create_store(place) as store:
        store.edit(
            WHO,
            [
                Change(
                    "add", COUNTERS, counter_id(k), props={"n": 0, "name": f"库{k}"},
                    shape=shapely.Point(113.9 + k / 1000, 22.5),
                    personal={"contact": f"张{k % 7}", "phone": f"555-{100 + k % 7:04d}"},
                )
                for k in range(count)
            ],
        )  # fmt: skip


def count_up(store: Store, number: int, author: Author) -> tuple[Event, int]:
    """Add one to the counter as a person does it: read, write, and again where it was stale.

    Returns the event and how often the edit was refused as stale.
    """
    refused = 0
    while True:
        seen = store.find(COUNTERS, counter_id(number))
        assert seen is not None
        now = seen.props["n"]
        assert isinstance(now, int)
        phone = {"contact": f"李{now % 5}", "phone": f"555-{200 + now % 5:04d}"}
        change = Change(
            "set", COUNTERS, counter_id(number), seen.version, {"n": now + 1}, personal=phone
        )
        try:
            return store.edit(author, [change])[0], refused
        except StaleEdit as stale:
            newer = [feature.id for feature in stale.newer]
        assert newer == [counter_id(number)]
        refused += 1


def counted(store: Store) -> int:
    """Return the sum of all counters."""
    return sum(n for feature in store.read(COUNTERS) if isinstance(n := feature.props["n"], int))


def counts_in_the_chain(store: Store) -> int:
    """Return how many times the chain says that a counter was set."""
    return len(store.events(kinds=("set",), layer=COUNTERS))


def behind(place: Place) -> Engine:
    """Return a connection behind the program's back: the database as it is."""
    return create_engine(f"sqlite:///{place}" if isinstance(place, Path) else place)
