"""A hundred people who edit at once lose nothing of one another's work."""

import pytest

from tests.geodata.store.editors import race
from tests.geodata.store.making import Place

WANTED = 40
"""Records: few enough that two people meet at one, enough that they do not queue for minutes."""


@pytest.mark.timeout(300)
def test_a_hundred_editors_at_four_desks_lose_no_update(place: Place) -> None:
    found = race(place, desks=4, people=25, edits=1, counters=WANTED)
    assert found.bugs == []
    assert found.refused > 0, "nobody was in another's way: this shows nothing"
    assert (found.total, found.in_chain) == (found.expected, found.expected)
    assert found.intact
    assert len(found.seconds) == found.expected
