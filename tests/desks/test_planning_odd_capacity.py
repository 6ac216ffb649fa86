"""What the planning desk makes of capacities as files hold them, from the import to the sum."""

from pathlib import Path

import pytest

from desks.build import Source
from desks.planning.coverage import coverage
from desks.planning.places import places_of
from desks.planning.services import service_of
from tests.desks.making import write_csv
from tests.desks.planning_town import build_town, degrees

HEADS = ("编号", "名称", "室内外", "等级", "容量", "经度", "纬度")
STATED = {"60": 60, "1,200": 1200, "０": 0, "": 0, "60.0": 60}
ODD = ("-5", "约60", "1e400", "99999999999999999999", "nan", "60.5", "60人", "=60")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], list[str], int, int]:
    """Return room by what was written, the cautions, and the people covered and in reach."""
    folder: Path = tmp_path_factory.mktemp("capacity")
    written = [*STATED, *ODD]
    rows = [
        (f"S{n:02}", text, "室外", "紧急", text, *degrees(0, 0)) for n, text in enumerate(written)
    ]
    onemap = build_town(folder, {"shelter": Source(write_csv(folder / "s.csv", HEADS, rows))})
    places = places_of(onemap, service_of("shelter"))
    found = coverage(onemap, service_of("shelter"))
    room = dict(zip(places.names, places.capacity.tolist(), strict=True))
    counts = found.totals.counts
    return (
        room,
        [str(one) for one in places.cautions],
        counts["capacity"].people_covered or 0,
        counts["network"].people_covered or 0,
    )


Held = tuple[dict[str, int], list[str], int, int]


@pytest.mark.parametrize("text", ["60", "1,200", "０", "60.0", "60人"])
def test_room_as_people_write_it(held: Held, text: str) -> None:
    assert held[0][text] == STATED.get(text, 60)


@pytest.mark.parametrize("text", ["", "-5", "1e400", "9" * 20, "nan", "60.5", "=60"])
def test_what_is_no_number_of_people_holds_nobody(held: Held, text: str) -> None:
    """Never a guess, never unlimited: half a person, a formula and a negative room are unknown."""
    assert held[0][text] == 0


def test_places_of_unknown_room_are_counted_and_named(held: Held) -> None:
    """0 is a statement and no unknown: seven others are told, the first five by their ids."""
    assert held[1] == [
        "7 places without a capacity on file count as full: S03, S05, S07, S08, S09 (+2)."
    ]


def test_everybody_in_reach_finds_room_in_those_that_are_known(held: Held) -> None:
    assert held[2:] == (101, 101)
