"""Full places that would turn a unit green, or raise it, with more room."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial

import numpy as np

from language import say

from .answers import Coverage, Mend
from .mending import Red, left_of, placed_in
from .siting import pairs_of, unit_of_rows

_ENLARGED = 3
"""So many full places, those in reach of most people left over, are tried with more room."""


def enlarged(red: Red) -> Iterator[Mend]:
    """Yield full places that cover more of the units, with the room that they would need."""
    found = red.found
    if found.assigned is None:
        return
    reach = pairs_of(found)
    row = np.repeat(np.arange(len(reach.first) - 1), np.diff(reach.first))
    people = found.demand.people if found.unit_reach is not None else found.demand.point_people
    left = np.where(red.units[unit_of_rows(found)], people - placed_in(found), 0)
    helped = np.zeros(len(found.places.ids), np.int64)
    np.add.at(helped, reach.place, left[row])
    best = sorted(np.flatnonzero(helped > 0).tolist(), key=lambda i: (-helped[i], i))
    for place in best[:_ENLARGED]:
        with_room = cache(partial(_with_room, red, place))
        gained = red.covered_in(with_room(red.people - red.covered)) - red.covered
        if gained > 0:
            room = _least(red, with_room, gained)
            yield _mend(red, place, room, with_room(room))


def _least(red: Red, with_room: Callable[[int], Coverage], gained: int) -> int:
    """Return the least room more at a place with which as many of the units are covered.

    People of other units who live nearer may take of it; a bed more never covers fewer here.
    """

    def covered(room: int) -> int:
        return red.covered_in(with_room(room))

    most = red.people - red.covered
    if covered(gained) == red.covered + gained:
        return gained
    return bisect_left(range(most), red.covered + gained, lo=gained, key=covered)


def _with_room(red: Red, place: int, people: int) -> Coverage:
    capacity = red.found.places.capacity.copy()
    capacity[place] += people
    return red.again(replace(red.found.places, capacity=capacity))


def _mend(red: Red, place: int, room: int, after: Coverage) -> Mend:
    covered = red.covered_in(after)
    return Mend(
        title=say(
            "Make room for {people:,} more people in {name} ({id}).",
            people=room,
            name=red.found.places.names[place],
            id=red.found.places.ids[place],
        ),
        adds=(),
        verifies=(),
        cost_cny=None,
        covered_before=red.covered,
        covered_after=covered,
        gap=None,
        proof=say(
            "With less room others would lose theirs; counted again by the coverage itself."
            " Its cost is not on file."
        ),
        people=red.people,
        left=left_of(red, after),
        resizes=((red.found.places.ids[place], int(after.places.capacity[place])),),
    )
