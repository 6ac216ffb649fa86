"""What a report of coverage is made of, asked of the planning desk: services, rules, reasons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from desks.command import Incident
from desks.onemap import OneMap
from desks.planning.answers import Coverage, RuleAnswer, Service, Share
from desks.planning.coverage import coverage
from desks.planning.firms import firms_without
from desks.planning.fragility import fragility
from desks.planning.packs import Pack
from desks.planning.planned_map import with_plan
from desks.planning.reasons import reasons
from desks.planning.rule_shares import services_asked
from desks.planning.rules import rule_answers
from desks.planning.services import services
from desks.planning.variants import Variant, places_with, service_in
from language import say

from .coverage_report import Planned
from .edition import Edition
from .paper import Table
from .plan_chapter import Proposed
from .planning_lists import firms_table, losses_table

NOT_IN_LIST = say("This list is of today: the plan is not in it.")


@dataclass(frozen=True)
class Question:
    """Which services (none for all that are declared), whose presence, packs and incident.

    With a ``plan`` its service comes first, and the district is asked about as it would be.
    """

    services: tuple[Service, ...] = ()
    share: Share = "night"
    packs: tuple[Pack, ...] = ()
    incident: Incident | None = None
    plan: Variant | None = None


def planned_of(
    onemap: OneMap,
    question: Question,
    *,
    before: OneMap | None = None,
    before_day: str = "",
    edition: Edition | None = None,
) -> Planned:
    """Return the desk's answers; ``before`` is the district as it was known on ``before_day``.

    With an ``edition`` the lists of losses and of firms without help stand in it too, but for the
    public and for chosen subdistricts, of which they do not speak.

    Raises:
        UserError: where nobody has residents on file, or the incident cannot be meant.

    """
    shown = _shown(question)
    asked = [service for pack in question.packs for service in services_asked(pack)]
    today = _coverages(onemap, (*shown, *asked), question)
    found, ruled, proposed = today, onemap, None
    if question.plan is not None:
        ruled = with_plan(onemap, service_in(question.plan), question.plan.changes)
        found = [_with_plan(onemap, ruled, one, question) for one in today]
        past = {one.service.key: one for one in today[: len(shown)]}
        proposed = Proposed(question.plan, past, _answers(onemap, question, today))
    answers = _answers(ruled, question, found)
    headline = found[0]
    lists = lists_of(onemap, headline, edition, proposed) if edition is not None else ()
    earlier = () if before is None else tuple(_coverages(before, shown, question))
    return Planned(
        coverages=tuple(found[: len(dict.fromkeys(shown))]),
        answers=answers,
        packs=question.packs,
        reasons={headline.service.key: reasons(onemap, headline)},
        lists=lists,
        before=earlier,
        before_day=before_day,
        proposed=proposed,
    )


def _shown(question: Question) -> tuple[Service, ...]:
    """Return the services of the report; a plan's own with the plan's reach is the first."""
    shown = question.services or tuple(services().values())
    if question.plan is None:
        return shown
    own = service_in(question.plan)
    return (own, *(one for one in shown if one.key != own.key))


def _answers(
    onemap: OneMap, question: Question, found: Sequence[Coverage]
) -> tuple[RuleAnswer, ...]:
    return tuple(one for pack in question.packs for one in rule_answers(onemap, pack, found))


def _with_plan(onemap: OneMap, planned: OneMap, today: Coverage, question: Question) -> Coverage:
    """Return the coverage with the plan; today's itself where no place of it can differ."""
    plan, service = question.plan, today.service
    if plan is None:
        return today
    touched = service_in(plan).layer
    layers = {service.layer, *(services()[key].layer for key in service.all_of)}
    if touched not in layers:
        return today
    if service.key == plan.service:
        # the same places, which also say which of them lie too far from any way
        places, asked = places_with(onemap, service, plan.changes), onemap
    else:
        places, asked = None, planned
    return coverage(asked, service, share=question.share, incident=question.incident, places=places)


def lists_of(
    onemap: OneMap, headline: Coverage, edition: Edition, proposed: Proposed | None = None
) -> tuple[Table, ...]:
    """Return what single losses cost the headline service, and the large firms without help."""
    if edition.is_public or edition.subdistricts:
        return ()
    firms = firms_table(firms_without(onemap))
    if proposed is not None:
        firms = replace(firms, method=(*firms.method, NOT_IN_LIST))
    if headline.service.all_of:
        return (firms,)
    places = None if proposed is None else headline.places
    found = fragility(onemap, headline.service, share=headline.demand.share, places=places)
    return (losses_table(onemap, found, edition), firms)


def _coverages(onemap: OneMap, wanted: Iterable[Service], question: Question) -> Sequence[Coverage]:
    """Return the coverage of each service once, in the order of first mention."""
    return [
        coverage(onemap, service, share=question.share, incident=question.incident)
        for service in dict.fromkeys(wanted)
    ]
