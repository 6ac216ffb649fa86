"""Which rows of a layer a service counts, where they are and how many people they hold."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from desks.onemap import OneMap
from desks.records import Records
from geodata.faults import Fault, UserError
from language import Sentence, say

from .answers import LongArray, Places, Service
from .services import services

UNLIMITED = -1
NO_POSITION = say("Its position is not on file.")


def places_of(onemap: OneMap, service: Service) -> Places:
    """Return the places of the service, in metres of the map, in the order of their ids as text.

    Those of several services that must all be in reach stand one service after the other.
    """
    if service.all_of:
        return joined(tuple(places_of(onemap, services()[key]) for key in service.all_of))
    records = onemap.records.get(service.layer)
    if records is None:
        return Places(service.layer, (), (), np.empty((0, 2)), np.empty(0, np.int64), (), ())
    rows = sorted(range(len(records.ids)), key=records.order.__getitem__)
    out = {row: why for row in rows if (why := _left_out(records, row, service)) is not None}
    kept = [row for row in rows if row not in out]
    capacity, unknown = _capacity(records, kept, service)
    return Places(
        layer=service.layer,
        ids=tuple(records.ids[row] for row in kept),
        names=tuple(records.names[row] for row in kept),
        xy_m=records.xy_m[kept].reshape(-1, 2),
        capacity=capacity,
        left_out=tuple((records.ids[row], why) for row, why in out.items()),
        cautions=tuple(_cautions(records, out, unknown)),
    )


def joined(parts: tuple[Places, ...]) -> Places:
    """Return the places of several services, one after the other."""
    ids = tuple(i for part in parts for i in part.ids)
    return Places(
        layer=parts[0].layer if len({part.layer for part in parts}) == 1 else "",
        ids=ids,
        names=tuple(name for part in parts for name in part.names),
        xy_m=np.concatenate([part.xy_m for part in parts]),
        capacity=np.concatenate([part.capacity for part in parts]),
        left_out=tuple(_everywhere_out(parts, frozenset(ids)).items()),
        cautions=tuple(dict.fromkeys(said for part in parts for said in part.cautions)),
        serves=tuple(one for part in parts for one in part.serves),
    )


def split(onemap: OneMap, service: Service, places: Places) -> dict[str, Places]:
    """Return the places by the service of several joined that each counts for, by their ids.

    So moved, closed and resized places of both kinds can be asked about jointly, and new ones that
    state which of the kinds they are.

    Raises:
        UserError: for each new place, whose kind nobody stated.

    """
    own = {
        key: {*places_of(onemap, services()[key]).ids,
              *(one for one, serves in places.serves if key in serves)}
        for key in service.all_of
    }  # fmt: skip
    known = set().union(*own.values())
    new = [one for one in places.ids if one not in known]
    if new:
        mend = say("Ask for each of the services by itself.")
        problem = say("Which of the services asked for jointly it belongs to is not stated.")
        raise UserError([Fault("", problem, mend, value=one) for one in new])
    return {key: _rows(places, ids) for key, ids in own.items()}


def _rows(places: Places, ids: set[str]) -> Places:
    """Return the places of the ids, each once: one that counts for several stands in each list."""
    held = {one: row for row, one in reversed(list(enumerate(places.ids))) if one in ids}
    rows = np.array(sorted(held.values()), np.int64)
    return replace(
        places,
        ids=tuple(places.ids[row] for row in rows),
        names=tuple(places.names[row] for row in rows),
        xy_m=places.xy_m[rows],
        capacity=places.capacity[rows],
    )


def _everywhere_out(parts: tuple[Places, ...], ids: frozenset[str]) -> dict[str, Sentence]:
    """Return why rows count for none of the parts: a lack before another kind."""
    found: dict[str, Sentence] = {}
    for one, why in (out for part in parts for out in part.left_out):
        if one not in ids and found.get(one) != NO_POSITION:
            found[one] = why
    return found


def _left_out(records: Records, row: int, service: Service) -> Sentence | None:
    """Return why a row does not count, ``None`` where it does."""
    for column, values in service.filters:
        own = records.value(column, row)
        if own in values:
            continue
        if not own:
            return say("Whether it is {wanted} is not on file.", wanted=", ".join(values))
        return say("{own} is not {wanted}.", own=str(own), wanted=", ".join(values))
    if not records.placed[row]:
        return NO_POSITION
    return None


def _capacity(records: Records, rows: list[int], service: Service) -> tuple[LongArray, list[str]]:
    """Return the people (m,) that each row holds, and the ids of those nobody stated."""
    if not service.has_capacity:
        return np.full(len(rows), UNLIMITED, np.int64), []
    stated = [records.whole("capacity_people", row) for row in rows]
    unknown = [records.ids[row] for row, one in zip(rows, stated, strict=True) if one is None]
    return np.array([max(one or 0, 0) for one in stated], np.int64), unknown


NAMED = 5


def _cautions(records: Records, out: dict[int, Sentence], unknown: list[str]) -> Iterator[Sentence]:
    if unknown:
        yield say(
            "{count} places without a capacity on file count as full: {ids}.",
            count=len(unknown),
            ids=named(unknown),
        )
    lost = [records.ids[row] for row, why in out.items() if why == NO_POSITION]
    if lost:
        yield say(
            "{count} rows of the layer have no position and cover nobody: {ids}.",
            count=len(lost),
            ids=named(lost),
        )


def named(texts: list[str]) -> str:
    """Return the first few of the texts, and how many more there are."""
    shown = ", ".join(texts[:NAMED])
    return shown if len(texts) <= NAMED else f"{shown} (+{len(texts) - NAMED})"
