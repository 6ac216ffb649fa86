"""What page 规划 asks the desk, kept so that a pick asks nothing twice.

What many viewers may share is kept by the map's stamp and the question alone; what rests on one
viewer's incident or draft is kept in their own session.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

import streamlit as st

from desks.command.situation import Incident
from desks.onemap import OneMap
from desks.planning.answers import Coverage, Definition, Places, RuleAnswer, Service, Share
from desks.planning.coverage import coverage
from desks.planning.joint import parts_of
from desks.planning.packs import Pack, packs
from desks.planning.places import joined
from desks.planning.rule_shares import services_asked
from desks.planning.rules import rule_answers
from desks.planning.services import service_of, services
from desks.planning.variant_files import load_variant
from desks.planning.variants import Change, places_with
from geodata.faults import UserError
from ui import session
from ui.panels.markup import View
from ui.panels.planning_bar import DRAFT as DRAFT_PLAN
from ui.panels.planning_parts import Choice, strictest
from ui.panels.planning_table import Judged, RuleColumn

from .register_desk import Desk

CHOICE = "planning_choice"
DRAFT = "planning_draft"
OWN = "planning_own"
OWN_KEPT = 12
CITED = "subdistrict"


@dataclass(frozen=True)
class Answered:
    """The page's question with its answer.

    ``before`` is the plan it is held against, today unless another was chosen; ``None`` where both
    are the same.
    """

    desk: Desk
    asked: Choice
    found: Coverage
    by: Definition
    judged: Judged
    unit: str
    before: Coverage | None = None
    incident: str = ""
    changes: tuple[Change, ...] = ()
    key: tuple[object, ...] = ()
    """What the answer is kept by."""
    is_shared: bool = False
    """Whether it rests on nothing of this viewer's own, so that everybody may be shown it."""


def asked() -> Choice:
    """Return what this viewer has chosen on the page."""
    kept = st.session_state.get(CHOICE)
    return kept if isinstance(kept, Choice) else Choice()


def choose(**what: str) -> Choice:
    """Keep the viewer's choice with these fields changed and return it."""
    after = replace(asked(), **what)  # type: ignore[arg-type]  # checked before it comes here
    st.session_state[CHOICE] = after
    return after


def kinds(service: str) -> tuple[str, ...]:
    """Return the services that a plan of this one is kept by: itself, or those it joins."""
    known = services().get(service)
    return (known.all_of if known else ()) or (service,)


def draft(service: str) -> tuple[Change, ...]:
    """Return what this viewer has put into the plan of a service, or of each it joins."""
    kept: Mapping[str, tuple[Change, ...]] = st.session_state.get(DRAFT, {})
    held = [one for key in kinds(service) for one in kept.get(key, ())]
    return tuple({(one.kind, one.id): one for one in held}.values())


def keep_draft(service: str, changes: Sequence[Change]) -> None:
    """Keep the plan of a service for this viewer alone."""
    st.session_state[DRAFT] = {**st.session_state.get(DRAFT, {}), service: tuple(changes)}


def put(
    service: str, changes: Sequence[Change], serves: Mapping[str, Sequence[str]] | None = None
) -> None:
    """Put changes into the draft, each in place of an older one of the same id, and show it.

    ``serves`` are, by id, the services among those joined that a place counts for.
    """
    for key in kinds(service):
        mine = [one for one in changes if key in ((serves or {}).get(one.id) or (key,))]
        new = {one.id for one in mine}
        keep_draft(key, (*(one for one in draft(key) if one.id not in new), *mine))
    choose(plan=DRAFT_PLAN)


def take_out(service: str, place_id: str) -> None:
    """Take what was put in for a place out of the draft."""
    for key in kinds(service):
        keep_draft(key, [one for one in draft(key) if one.id != place_id])
    if not draft(service):
        choose(plan="")


def move(service: str, place_id: str, at: tuple[float, float]) -> None:
    """Keep a place of the draft at its new lon, lat; another id changes nothing."""
    for key in kinds(service):
        keep_draft(key, [
            replace(one, lon_deg=at[0], lat_deg=at[1]) if one.id == place_id and one.kind == "add"
            else one
            for one in draft(key)
        ])  # fmt: skip


def changes_asked(onemap: OneMap, wanted: Choice) -> tuple[Change, ...]:
    """Return the changes of the chosen plan: this viewer's draft, or one that was saved.

    Raises:
        UserError: where the saved plan is gone or damaged.

    """
    if not wanted.plan:
        return ()
    if wanted.plan == DRAFT_PLAN:
        return draft(wanted.service)
    saved = load_variant(onemap.folder, wanted.plan)
    return saved.changes if saved.service == wanted.service else ()


def service_asked(wanted: Choice) -> Service:
    """Return the service with the reach that was chosen; as declared where that cannot be meant."""
    key = wanted.service if wanted.service in services() else next(iter(services()))
    try:
        return service_of(key, wanted.within or None)
    except UserError:
        return service_of(key)


def answer(desk: Desk, wanted: Choice) -> Answered:
    """Return coverage, rules and plan of the choice.

    Raises:
        UserError: where coverage cannot be worked out, such as without residents.

    """
    onemap, service = desk.onemap, service_asked(wanted)
    shared = _coverage(onemap, service, wanted.share, onemap.stamp)
    scene = session.scene()
    incident = session.incident(scene, onemap.to_metres)
    changes = changes_asked(onemap, wanted)
    against = changes_asked(onemap, replace(wanted, plan=wanted.beside))
    today = shared if incident is None else _own(desk, wanted, incident, ())
    found = _own(desk, wanted, incident, changes) if changes else today
    first = _own(desk, wanted, incident, against) if against else today
    by = strictest(found.totals, wanted.by)
    unit = "" if wanted.unit == "*" else wanted.unit
    known = {one.code for one in found.subdistricts}
    return Answered(
        desk, wanted, found, by, judged(desk, wanted), unit if unit in known else "",
        before=None if changes == against else first, changes=changes,
        incident=scene.label if incident else "", is_shared=found is shared,
        key=own_key(onemap, wanted, incident, changes),
    )  # fmt: skip


@st.cache_resource(max_entries=48, show_spinner=False)
def _coverage(_onemap: OneMap, service: Service, share: Share, stamp: str) -> Coverage:
    del stamp
    return coverage(_onemap, service, share=share)


def _own(
    desk: Desk, wanted: Choice, incident: Incident | None, changes: tuple[Change, ...]
) -> Coverage:
    """Return the coverage of this viewer's incident or draft, made once; the last few are kept."""
    service = service_asked(wanted)
    return own(
        own_key(desk.onemap, wanted, incident, changes),
        lambda: _made(desk.onemap, service, wanted, incident, changes),
    )


def own_key(
    onemap: OneMap, wanted: Choice, incident: Incident | None, changes: tuple[Change, ...]
) -> tuple[object, ...]:
    """Return what an answer that rests on this viewer's own is kept by."""
    return onemap.stamp, service_asked(wanted), wanted.share, repr(incident), changes


def _made(
    onemap: OneMap, service: Service, wanted: Choice, incident: Incident | None,
    changes: tuple[Change, ...],
) -> Coverage:  # fmt: skip
    places = _places(onemap, service, changes) if changes else None
    return coverage(onemap, service, share=wanted.share, incident=incident, places=places)


def _places(onemap: OneMap, service: Service, changes: tuple[Change, ...]) -> Places:
    """Return the places as planned; of services joined each kind by its own draft."""
    if not service.all_of:
        return places_with(onemap, service, changes)
    parts = []
    for one in parts_of(service):
        own = draft(one.key)
        new = tuple((change.id, (one.key,)) for change in own if change.kind == "add")
        parts.append(replace(places_with(onemap, one, own), serves=new))
    return joined(tuple(parts))


Kept = TypeVar("Kept")


def own(key: tuple[object, ...], make: Callable[[], Kept]) -> Kept:
    """Return what rests on this viewer's own incident or draft, made once; the last few stay."""
    kept: dict[object, Kept] = st.session_state.setdefault(OWN, {})
    if key not in kept:
        kept[key] = make()
        while len(kept) > OWN_KEPT:
            del kept[next(iter(kept))]
    return kept[key]


def packs_asked(wanted: Choice) -> tuple[Pack, ...]:
    """Return the chosen rule pack, all of them where none is chosen."""
    held = packs()
    return (held[wanted.pack],) if wanted.pack in held else tuple(held.values())


def pack_titles(view: View) -> list[tuple[str, str]]:
    """Return key and title of each pack."""
    chinese = view.words.language == "zh"
    return [(key, one.title_zh if chinese else one.title_en) for key, one in packs().items()]


def judged(desk: Desk, wanted: Choice) -> Judged:
    """Return the rules as columns with their answers, those on subdistricts before the others."""
    chinese = desk.view.words.language == "zh"
    chosen = packs_asked(wanted)
    rules = [rule for pack in chosen for rule in pack.rules]
    order = sorted(rules, key=lambda rule: rule.units != CITED)
    columns = [
        RuleColumn(rule.id, rule.title_zh if chinese else rule.title_en, rule.verified)
        for rule in order
    ]
    held: dict[tuple[str, str], RuleAnswer] = {}
    for pack in chosen:
        held |= _rules(desk.onemap, pack.key, wanted.share, desk.onemap.stamp)
    return Judged(columns, MappingProxyType(held))


@st.cache_resource(max_entries=24, show_spinner=False)
def _rules(
    _onemap: OneMap, pack: str, share: Share, stamp: str
) -> Mapping[tuple[str, str], RuleAnswer]:
    """Return the answers of a pack by rule and unit; the coverages that it needs are shared."""
    held = packs()[pack]
    needed = [_coverage(_onemap, one, share, stamp) for one in services_asked(held)]
    return {(one.id, one.unit): one for one in rule_answers(_onemap, held, needed)}
