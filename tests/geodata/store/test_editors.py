"""A hundred people who edit at once lose nothing of one another's work."""

import pytest

from tests.geodata.store.editors import HOT, race
from tests.geodata.store.making import Place


@pytest.mark.timeout(300)
def test_a_hundred_editors_at_four_desks_lose_no_update(place: Place) -> None:
    found = race(place, desks=4, people=25, edits=2, counters=HOT)
    assert found.bugs == []
    assert found.refused > 0, "nobody was in another's way: this shows nothing"
    assert (found.total, found.in_chain) == (found.expected, found.expected)
    assert found.intact
    assert len(found.seconds) == found.expected
