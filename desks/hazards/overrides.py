"""A level that a person sets in place of the computed one, with the reason, kept in the chain."""

from datetime import datetime

from geodata.faults import Fault, UserError
from geodata.store import WHOLE, Author, Change, Event, Feature, Scope, Store
from geodata.store.records import Value
from language import say
from risk.gb18218_parts import LEVEL_ZH

from .parts import Override, OverrideStep

OVERRIDE = "grade_override"
LONGEST = 500


def override_grade(
    store: Store, author: Author, hazard: tuple[str, str], level: int, *, scope: Scope = WHOLE
) -> tuple[Event, ...]:
    """Set the level of a hazard, as (layer, id); ``author.why`` is the reason and is required.

    Raises:
        UserError: without a reason, for no level or no such hazard; where the store refuses.

    """
    layer, record_id = hazard
    reason = author.why.strip()
    faults = _faults(store, hazard, level, reason, scope)
    if faults:
        raise UserError(faults)
    before = store.find(OVERRIDE, key_of(hazard))
    props: dict[str, Value] = {
        "layer": layer,
        "hazard": record_id,
        "level": level,
        "reason": reason,
    }
    change = (
        Change("add", OVERRIDE, key_of(hazard), props=props, shape=None)
        if before is None
        else Change("set", OVERRIDE, key_of(hazard), before.version, props)
    )
    return store.edit(author, [change], scope=scope)


def withdraw_override(
    store: Store, author: Author, hazard: tuple[str, str], *, scope: Scope = WHOLE
) -> tuple[Event, ...]:
    """Let the computed level stand again; nothing where no override is in force.

    Raises:
        UserError: where the store refuses.

    """
    before = store.find(OVERRIDE, key_of(hazard))
    if before is None:
        return ()
    change = Change("remove", OVERRIDE, key_of(hazard), before.version)
    return store.edit(author, [change], scope=scope)


def read_overrides(
    store: Store, *, scope: Scope = WHOLE, as_of: datetime | None = None
) -> tuple[Override, ...]:
    """Return the overrides in force, or known to be at that moment, in the order of setting."""
    held = store.read(OVERRIDE, scope=scope, as_of=as_of)
    return tuple(_override(store, feature, as_of) for feature in held)


def override_history(store: Store, hazard: tuple[str, str]) -> tuple[Event, ...]:
    """Return every setting and withdrawing of a hazard's override, the oldest first."""
    return store.history(OVERRIDE, key_of(hazard))


def override_steps(
    store: Store, hazard: tuple[str, str], *, scope: Scope = WHOLE, as_of: datetime | None = None
) -> tuple[OverrideStep, ...]:
    """Return what was done by hand to a hazard's level, the newest first, as known at a moment."""
    steps: list[OverrideStep] = []
    level: int | None = None
    for event in store.history(OVERRIDE, key_of(hazard), scope=scope):
        if as_of is not None and event.known_at > as_of:
            continue
        level = None if event.kind == "remove" else _level_of(event, level)
        steps.append(OverrideStep(level, event.why, event.who, event.at))
    return tuple(reversed(steps))


def _level_of(event: Event, before: int | None) -> int | None:
    """Return the level after an event; one that left it alone does not name it."""
    level = event.after.get("props", {}).get("level", before)
    return level if isinstance(level, int) and level in LEVEL_ZH else before


def key_of(hazard: tuple[str, str]) -> str:
    """Return the id under which a hazard's override stands in the store."""
    return "|".join(hazard)


def _override(store: Store, feature: Feature, as_of: datetime | None) -> Override:
    events = store.history(OVERRIDE, feature.id)
    last = [event for event in events if as_of is None or event.known_at <= as_of][-1]
    level = feature.props.get("level")
    return Override(
        layer=str(feature.props.get("layer") or ""),
        id=str(feature.props.get("hazard") or ""),
        level=level if isinstance(level, int) and level in LEVEL_ZH else 0,
        reason=str(feature.props.get("reason") or ""),
        who=last.who,
        at=last.at,
    )


def _faults(
    store: Store, hazard: tuple[str, str], level: int, reason: str, scope: Scope
) -> list[Fault]:
    faults: list[Fault] = []
    layer, record_id = hazard
    if not reason:
        faults.append(
            Fault(OVERRIDE, say("An override needs a reason."), say("Write why."), column="reason")
        )
    if len(reason) > LONGEST:
        problem = say("The text is longer than {most} signs.", most=LONGEST)
        faults.append(Fault(OVERRIDE, problem, say("Make it shorter."), column="reason"))
    if isinstance(level, bool) or level not in LEVEL_ZH:
        problem = say("There is no level {level}.", level=str(level))
        mend = say("Use 1 to 4, or 0 for no major hazard source.")
        faults.append(Fault(OVERRIDE, problem, mend, column="level"))
    if store.find(layer, record_id, scope=scope) is None:
        problem = say("There is no such hazard in the register.")
        mend = say("Look at its number.")
        faults.append(Fault(OVERRIDE, problem, mend, value=f"{layer} {record_id}"[:60]))
    return faults
