"""What the server keeps in memory once a district is open."""

import gc
from collections.abc import Iterator

import pytest

from ui import district


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


class Ring:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        """Hold itself."""
        self.self = self


def test_a_full_round_skips_what_was_loaded() -> None:
    """Streamlit asks for a full round after each run: over all objects it took 0.1 s a click."""
    kept = [[number] for number in range(1000)]
    before = len(gc.get_objects())
    district.settle()
    assert gc.get_freeze_count() >= len(kept)
    assert len(gc.get_objects()) < before / 10


def test_what_is_made_later_is_still_freed() -> None:
    district.settle()
    Ring()
    assert gc.collect() >= 1


def test_a_district_opened_anew_frees_what_the_last_one_left() -> None:
    """Settled twice: what fell out of use in between is collected, not kept for good."""
    ring = Ring()
    district.settle()
    marks = [ring]
    del ring
    marks.clear()
    district.settle()
    gc.unfreeze()
    assert not [thing for thing in gc.get_objects() if isinstance(thing, Ring)]
