"""Who is who: people and their roles, as features of the store's layer ``account``."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from geodata.faults import Fault, UserError
from geodata.store import WHOLE, Author, Change, Event, Feature, Scope, Store
from language import Catalogue, Sentence, say
from layers import CATALOG

from .roles import ROLES, Role, Viewer

ACCOUNT = "account"
LONGEST = 200


@dataclass(frozen=True)
class Account:
    """What is on file of one person who logs in; ``subject`` is the e-mail the provider vouches."""

    subject: str
    name: str
    role: Role
    subdistrict: str = ""
    layers: tuple[str, ...] = ()
    on_duty: bool = False


def account_of(
    subject: str, name: str, role: str, subdistrict: str, layers: Collection[str], *, on_duty: bool
) -> Account:
    """Return the account that these texts describe.

    Raises:
        UserError: with a fault for each text that is none: address, role, layer, or an editor
            who has neither a subdistrict nor a layer.

    """
    subject = folded(subject)
    known = {spec.key for spec in CATALOG}
    problems: list[tuple[str, str, Sentence]] = []
    if "@" not in subject[1:-1] or not subject.isprintable() or len(subject) > LONGEST:
        problems.append(("account", subject, say("This is no e-mail address.")))
    if role not in ROLES:
        among = ", ".join(ROLES)
        problems.append(("role", role, say("There is no such role: {among}.", among=among)))
    problems += [
        ("layers", key, say("There is no layer {key}.", key=key))
        for key in layers
        if key not in known
    ]
    if role == "editor" and not subdistrict and not layers:
        problems.append(("role", role, say("An editor needs a subdistrict or layers.")))
    if problems:
        mend = say("See python cli.py register account --help.")
        raise UserError([Fault(where, said, mend, value=value) for where, value, said in problems])
    name = name.strip() or subject
    return Account(
        subject, name, cast("Role", role), subdistrict, tuple(dict.fromkeys(layers)), on_duty
    )


def folded(subject: str) -> str:
    """Return the address as it is looked up: without spaces around it, in small letters."""
    return subject.strip().casefold()


def viewer_of(store: Store, subject: str) -> Viewer:
    """Return the person behind the address; whoever is not on file is a viewer of no one's phone.

    An account whose role this program does not know is a viewer's, too.
    """
    found = store.find(ACCOUNT, folded(subject))
    if found is None:
        return Viewer(subject, "viewer", subject=folded(subject))
    account = _account(found)
    return Viewer(
        account.name,
        account.role,
        account.subdistrict,
        account.layers,
        account.on_duty,
        account.subject,
    )


def accounts(store: Store, *, scope: Scope = WHOLE) -> tuple[Account, ...]:
    """Return everyone on file that the scope lets one see, in the order of adding."""
    return tuple(_account(feature) for feature in store.read(ACCOUNT, scope=scope))


def set_account(
    store: Store, author: Author, account: Account, *, scope: Scope = WHOLE
) -> tuple[Event, ...]:
    """Return the events that put the account on file, none where it stands so already.

    Raises:
        UserError: where the scope does not let one administer accounts, or somebody changed this
            one meanwhile.

    """
    there = store.find(ACCOUNT, account.subject)
    change = Change(
        "set" if there else "add",
        ACCOUNT,
        account.subject,
        base=there.version if there else 0,
        props={
            "name": account.name,
            "role": account.role,
            "subdistrict": account.subdistrict,
            "layers": account.layers,
            "on_duty": account.on_duty,
        },
    )
    return store.edit(author, [change], scope=scope)


def remove_account(
    store: Store, author: Author, subject: str, *, scope: Scope = WHOLE
) -> tuple[Event, ...]:
    """Return the event that takes the account off: its owner is a viewer from now on.

    Raises:
        UserError: where there is none, or the scope does not let one administer accounts.

    """
    there = store.find(ACCOUNT, folded(subject))
    if there is None:
        problem = say("Nobody is on file under {subject}.", subject=subject)
        mend = say("List the accounts with: python cli.py register account FOLDER")
        raise UserError([Fault(ACCOUNT, problem, mend, value=subject)])
    change = Change("remove", ACCOUNT, there.id, base=there.version)
    return store.edit(author, [change], scope=scope)


def account_lines(found: Collection[Account], catalogue: Catalogue) -> list[str]:
    """Return one line per account for the terminal."""
    return [
        " · ".join(
            filter(
                None,
                (
                    account.subject,
                    account.name,
                    catalogue.word(role_title(account.role)),
                    account.subdistrict,
                    ", ".join(account.layers),
                    catalogue.word(say("on duty")) if account.on_duty else "",
                ),
            )
        )
        for account in found
    ]


def role_title(role: Role) -> Sentence:
    """Return what a role is called."""
    titles: dict[Role, Sentence] = {
        "viewer": say("Viewer"),
        "editor": say("Editor"),
        "planner": say("Planner"),
        "director": say("Exercise director"),
        "auditor": say("Auditor"),
        "administrator": say("Administrator"),
    }
    return titles[role]


def _account(feature: Feature) -> Account:
    """Return the account as filed; what is not of its kind gives nothing away."""
    props = feature.props
    role, layers = str(props.get("role", "")), props.get("layers") or ()
    return Account(
        subject=feature.id,
        name=str(props.get("name") or feature.id),
        role=role if role in ROLES else "viewer",
        subdistrict=str(props.get("subdistrict") or ""),
        layers=() if isinstance(layers, str | int | float) else tuple(map(str, layers)),
        on_duty=props.get("on_duty") is True,
    )
