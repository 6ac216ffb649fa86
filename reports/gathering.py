"""What a report of coverage is made of, asked of the planning desk: services, rules, reasons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desks.command import Incident
from desks.onemap import OneMap
from desks.planning.answers import Coverage, Service, Share
from desks.planning.coverage import coverage
from desks.planning.firms import firms_without
from desks.planning.fragility import fragility
from desks.planning.packs import Pack
from desks.planning.reasons import reasons
from desks.planning.rule_shares import services_asked
from desks.planning.rules import rule_answers
from desks.planning.services import services

from .coverage_report import Planned
from .edition import Edition
from .paper import Table
from .planning_lists import firms_table, losses_table


@dataclass(frozen=True)
class Question:
    """Which services (none for all that are declared), whose presence, packs and incident."""

    services: tuple[Service, ...] = ()
    share: Share = "night"
    packs: tuple[Pack, ...] = ()
    incident: Incident | None = None


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
    shown = question.services or tuple(services().values())
    asked = [service for pack in question.packs for service in services_asked(pack)]
    found = _coverages(onemap, (*shown, *asked), question)
    answers = [one for pack in question.packs for one in rule_answers(onemap, pack, found)]
    headline = found[0]
    lists = lists_of(onemap, headline, edition) if edition is not None else ()
    past = () if before is None else tuple(_coverages(before, shown, question))
    return Planned(
        coverages=tuple(found[: len(dict.fromkeys(shown))]),
        answers=tuple(answers),
        packs=question.packs,
        reasons={headline.service.key: reasons(onemap, headline)},
        lists=lists,
        before=past,
        before_day=before_day,
    )


def lists_of(onemap: OneMap, headline: Coverage, edition: Edition) -> tuple[Table, ...]:
    """Return what single losses cost the headline service, and the large firms without help."""
    if edition.is_public or edition.subdistricts:
        return ()
    firms = firms_table(firms_without(onemap))
    if headline.service.all_of:
        return (firms,)
    found = fragility(onemap, headline.service, share=headline.demand.share)
    return (losses_table(found, edition), firms)


def _coverages(onemap: OneMap, wanted: Iterable[Service], question: Question) -> Sequence[Coverage]:
    """Return the coverage of each service once, in the order of first mention."""
    return [
        coverage(onemap, service, share=question.share, incident=question.incident)
        for service in dict.fromkeys(wanted)
    ]
