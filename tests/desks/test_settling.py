"""Conflicts of two posts settled by keeping one side: columns, places, persons, removals."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely

from desks.register.settling import removes, settle_conflict
from geodata.store import KEEP, Author, Change, Store
from tests.desks.posts import Posts, posts

WHO = Author("值班员", "两席核对")
CHANGED = (
    ({"capacity_people": 500}, KEEP, {}),
    ({}, shapely.Point(114.3, 30.6), {}),
    ({}, KEEP, {"phone": "555-9999"}),
    ({"capacity_people": 500, "name": "新名"}, shapely.Point(114.3, 30.6), {"phone": "555-9999"}),
)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Posts]:
    with posts(tmp_path, 2) as both:
        yield both


def version(store: Store) -> int:
    found = store.find("shelter", "A")
    assert found is not None
    return found.version


def change(two: Posts, post: int, *what: object) -> None:
    two.edit(post, Change("set", "shelter", "A", version(two.stores[post]), *what))  # type: ignore[arg-type]  # columns, shape, persons


@pytest.mark.parametrize("keep_first", [True, False])
@pytest.mark.parametrize("what", CHANGED)
def test_one_side_is_kept_and_both_posts_agree(
    two: Posts, what: tuple[object, ...], *, keep_first: bool
) -> None:
    """Nothing is decided silently; once decided, both posts stand alike."""
    change(two, 0, *what)
    change(two, 1, {"capacity_people": 700, "name": "旧名"}, shapely.Point(115, 31), {"phone": "1"})
    two.carry_all()
    store = two.stores[0]
    wanted: dict[str, object] = {}
    while found := store.conflicts():
        conflict = found[0]
        kept = conflict.one if keep_first else conflict.other
        wanted |= {c: v for c, v in kept.after.get("props", {}).items() if c in conflict.columns}
        assert settle_conflict(store, WHO, conflict, kept)
    two.carry_all()
    one, other = two.stores
    assert one.conflicts() == other.conflicts() == ()
    ours, theirs = one.find("shelter", "A"), other.find("shelter", "A")
    assert ours == theirs
    assert ours is not None
    assert {column: ours.props[column] for column in wanted} == wanted
    assert len(wanted) == len(what[0])  # type: ignore[arg-type]  # the columns changed on both sides
    assert one.personal("shelter", ["A"]) == other.personal("shelter", ["A"])


@pytest.mark.parametrize("first_removes", [True, False])
@pytest.mark.parametrize("keep_removal", [True, False])
def test_a_removal_against_a_change_is_settled_either_way(
    two: Posts, *, first_removes: bool, keep_removal: bool
) -> None:
    remover, changer = (0, 1) if first_removes else (1, 0)
    change(two, changer, {"capacity_people": 500})
    two.edit(remover, Change("remove", "shelter", "A", version(two.stores[remover])))
    two.carry_all()
    store = two.stores[0]
    conflict = store.conflicts()[0]
    sides = (conflict.one, conflict.other)
    kept = next(event for event in sides if removes(event) == keep_removal)
    settle_conflict(store, WHO, conflict, kept)
    two.carry_all()
    for each in two.stores:
        assert each.conflicts() == ()
        assert each.verify().intact
        found = each.find("shelter", "A")
        if keep_removal:
            assert found is None
        else:
            assert found is not None
            assert found.props == {"name": "渡口", "capacity_people": 500}
            assert found.shape == shapely.Point(114.25, 30.58)
            assert each.personal("shelter", ["A"])["A"]["phone"] == "555-0218"
