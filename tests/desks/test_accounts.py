"""Who is who: set, changed and taken off in the chain, and nobody by accident somebody."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desks.register.accounts import (
    ACCOUNT,
    Account,
    account_lines,
    account_of,
    accounts,
    remove_account,
    role_title,
    set_account,
    viewer_of,
)
from desks.register.roles import ROLES, Viewer, scope_of
from geodata.faults import UserError
from geodata.store import Author, Change, Store, create_store
from language import Catalogue

CHIEF = Author("chief@example.test", "first account")
CLERK = Account("clerk@example.test", "小李", "editor", "S1", ("depot", "team"), on_duty=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create_store(tmp_path / "register.sqlite") as made:
        yield made


def test_who_is_on_file_is_known_with_all_that_is_theirs(store: Store) -> None:
    set_account(store, CHIEF, CLERK)
    assert viewer_of(store, "clerk@example.test") == Viewer(
        "小李", "editor", "S1", ("depot", "team"), on_duty=True, subject="clerk@example.test"
    )
    assert accounts(store) == (CLERK,)


@pytest.mark.parametrize("asked", ["CLERK@example.test", "  clerk@EXAMPLE.test "])
def test_an_address_is_the_same_in_any_letters(store: Store, asked: str) -> None:
    set_account(store, CHIEF, CLERK)
    assert viewer_of(store, asked).role == "editor"


@pytest.mark.parametrize("asked", ["", "stranger@example.test", "clerk", "clerk@example.test.evil"])
def test_who_is_not_on_file_is_a_viewer_of_nobodys_phone(store: Store, asked: str) -> None:
    set_account(store, CHIEF, CLERK)
    viewer = viewer_of(store, asked)
    assert (viewer.role, viewer.on_duty, viewer.layers, viewer.subdistrict) == (
        "viewer", False, (), "",
    )  # fmt: skip


def test_the_same_account_twice_is_one_event(store: Store) -> None:
    assert [event.kind for event in set_account(store, CHIEF, CLERK)] == ["add"]
    assert not set_account(store, CHIEF, CLERK)
    changed = Account("clerk@example.test", "小李", "viewer")
    assert [event.kind for event in set_account(store, CHIEF, changed)] == ["set"]
    assert viewer_of(store, "clerk@example.test").layers == ()
    assert [e.who for e in store.history(ACCOUNT, "clerk@example.test")] == [CHIEF.who] * 2


def test_an_account_taken_off_is_nobodys(store: Store) -> None:
    set_account(store, CHIEF, CLERK)
    remove_account(store, CHIEF, "Clerk@example.test")
    assert viewer_of(store, "clerk@example.test").role == "viewer"
    with pytest.raises(UserError, match="Nobody is on file"):
        remove_account(store, CHIEF, "clerk@example.test")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
def test_nobody_makes_themselves_administrator(store: Store, role: str) -> None:
    """Row S0-24: accounts are written through the scope, like every layer."""
    set_account(store, CHIEF, CLERK)
    own = scope_of(Viewer("x", role, "S1", ("account",), on_duty=True), {})  # type: ignore[arg-type]
    grab = Account("clerk@example.test", "小李", "administrator")
    with pytest.raises(UserError, match="may not change"):
        set_account(store, Author("clerk@example.test", "why not"), grab, scope=own)
    with pytest.raises(UserError, match="may not change"):
        remove_account(store, CHIEF, "clerk@example.test", scope=own)
    assert viewer_of(store, "clerk@example.test").role == "editor"
    seen = accounts(store, scope=own)
    assert bool(seen) == (role == "auditor")


@pytest.mark.parametrize(
    "props",
    [
        {"role": "root"},
        {"role": 7, "layers": 3, "on_duty": "yes"},
        {"role": "viewer", "layers": "depot", "on_duty": 1},
        {},
    ],
)
def test_an_account_that_makes_no_sense_gives_nothing_away(
    store: Store, props: dict[str, str | int]
) -> None:
    store.edit(CHIEF, [Change("add", ACCOUNT, "odd@example.test", props=props)])
    viewer = viewer_of(store, "odd@example.test")
    assert (viewer.role, viewer.layers, viewer.on_duty) == ("viewer", (), False)


def test_every_slip_of_a_form_comes_at_once() -> None:
    with pytest.raises(UserError) as slips:
        account_of("nobody", " ", "king", "", ["depot", "moon"], on_duty=False)
    told = {(fault.file, fault.value) for fault in slips.value.faults}
    assert told == {("account", "nobody"), ("role", "king"), ("layers", "moon")}


@pytest.mark.parametrize("address", ["@b", "a@", "a b\n@c", "a" * 300 + "@b.test", "", "a\u202e@b"])
def test_what_is_no_address_opens_no_account(address: str) -> None:
    with pytest.raises(UserError, match="no e-mail address"):
        account_of(address, "x", "viewer", "", (), on_duty=False)


def test_an_editor_of_nothing_is_refused_and_a_name_may_be_left_out() -> None:
    with pytest.raises(UserError, match="needs a subdistrict or layers"):
        account_of("a@b.test", "x", "editor", "", (), on_duty=False)
    made = account_of(" A@b.test ", " ", "editor", "", ["depot", "depot"], on_duty=True)
    assert made == Account("a@b.test", "a@b.test", "editor", "", ("depot",), on_duty=True)


def test_the_list_says_who_is_what_in_both_languages() -> None:
    lines = {lang: account_lines([CLERK], Catalogue.load(lang)) for lang in ("zh", "en")}
    assert lines["en"] == ["clerk@example.test · 小李 · Editor · S1 · depot, team · on duty"]
    assert lines["zh"] == ["clerk@example.test · 小李 · 编辑员 · S1 · depot, team · 当班"]
    words = Catalogue.load("zh")
    assert len({words.word(role_title(role)) for role in ROLES}) == len(ROLES)
