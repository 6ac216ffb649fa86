"""A person's level in place of the computed one: with a reason, in the chain, and withdrawn."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import shapely

from desks.hazards.overrides import (
    LONGEST,
    override_grade,
    override_history,
    override_steps,
    read_overrides,
    withdraw_override,
)
from desks.register.history import story, tell
from desks.register.roles import Viewer, scope_of
from geodata.faults import UserError
from geodata.store import Author, Change, Scope, Store, create_store
from language import Catalogue

H1 = ("hazard", "H1")
ME = Author("李工", "储罐将扩建，按一级管理")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create_store(tmp_path / "register.sqlite") as made:
        change = Change("add", *H1, props={"name": "甲厂"}, shape=shapely.Point(113, 23))
        made.edit(Author("录入", "建库"), [change])
        yield made


def test_an_override_is_an_event_with_who_when_and_why(store: Store) -> None:
    """S0-3: the override shows in history with its reason."""
    (event,) = override_grade(store, ME, H1, 1)
    (found,) = read_overrides(store)
    assert (found.layer, found.id, found.level) == ("hazard", "H1", 1)
    assert (found.reason, found.who, found.at) == (ME.why, "李工", event.at)
    (chapter,) = story(override_history(store, H1))
    told = tell(chapter, None, Catalogue.load("zh"))
    assert (told.who, told.why) == ("李工", ME.why)
    assert ("level", "", "1") in told.changes


def test_the_latest_override_counts_and_all_stay_in_history(store: Store) -> None:
    """S0-3: history holds each setting and the withdrawing, in order."""
    override_grade(store, ME, H1, 1)
    override_grade(store, Author("王工", "扩建取消"), H1, 4)
    (found,) = read_overrides(store)
    assert (found.level, found.who, found.reason) == (4, "王工", "扩建取消")
    withdraw_override(store, Author("王工", "按计算"), H1)
    assert read_overrides(store) == ()
    assert [event.kind for event in override_history(store, H1)] == ["add", "set", "remove"]
    assert withdraw_override(store, Author("王工", "按计算"), H1) == ()
    override_grade(store, ME, H1, 2)
    assert [one.level for one in read_overrides(store)] == [2]
    assert store.verify().intact


def test_a_past_moment_shows_the_override_of_then(store: Store) -> None:
    """Row S1-28: a report of a past day does not know what was overridden later."""
    (first,) = override_grade(store, ME, H1, 1)
    override_grade(store, Author("王工", "扩建取消"), H1, 4)
    (then,) = read_overrides(store, as_of=first.known_at)
    assert (then.level, then.who) == (1, "李工")
    assert read_overrides(store, as_of=first.known_at - timedelta(days=1)) == ()


def test_the_steps_are_told_newest_first_as_they_were_known(store: Store) -> None:
    """S0-3: a setting of the same level again keeps it; a withdrawal has none; scope counts."""
    (first,) = override_grade(store, ME, H1, 1)
    override_grade(store, Author("王工", "复核：仍按一级"), H1, 1)
    withdraw_override(store, Author("张工", "按计算"), H1)
    steps = override_steps(store, H1)
    assert [(one.level, one.who, one.reason) for one in steps] == [
        (None, "张工", "按计算"), (1, "王工", "复核：仍按一级"), (1, "李工", ME.why),
    ]  # fmt: skip
    assert [one.who for one in override_steps(store, H1, as_of=first.known_at)] == ["李工"]
    assert override_steps(store, H1, scope=Scope()) == ()
    assert override_steps(store, ("hazard", "H9")) == ()


def test_what_cannot_be_is_refused_all_at_once(store: Store) -> None:
    with pytest.raises(UserError) as caught:
        override_grade(store, Author("李工", "  "), ("hazard", "H9"), 7)
    assert len(caught.value.faults) == 3
    with pytest.raises(UserError):
        override_grade(store, Author("李工", "x" * (LONGEST + 1)), H1, 1)
    with pytest.raises(UserError):
        override_grade(store, ME, H1, level=True)
    assert read_overrides(store) == ()


@pytest.mark.parametrize(
    ("role", "may"),
    [("viewer", False), ("editor", False), ("planner", True), ("director", False),
     ("auditor", False), ("administrator", True)],
)  # fmt: skip
def test_who_draws_up_rules_may_override(store: Store, role: str, may: bool) -> None:  # noqa: FBT001
    """Whoever may not write rules cannot make a hazard look milder."""
    scope = scope_of(Viewer("某", role), {})  # type: ignore[arg-type]
    if may:
        override_grade(store, ME, H1, 1, scope=scope)
    else:
        with pytest.raises(UserError):
            override_grade(store, ME, H1, 1, scope=scope)
    assert bool(read_overrides(store)) == may


def test_a_hostile_reason_stays_text(store: Store) -> None:
    reason = '=HYPERLINK("x") <script>alert(1)</script> {{7*7}}'
    override_grade(store, Author("李工", reason), H1, 3)
    assert read_overrides(store)[0].reason == reason
