"""What a report of coverage is made of, asked of the planning desk: services, rules, reasons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desks.command import Incident
from desks.onemap import OneMap
from desks.planning.answers import Coverage, Service, Share
from desks.planning.coverage import coverage
from desks.planning.packs import Pack
from desks.planning.reasons import reasons
from desks.planning.rule_shares import services_asked
from desks.planning.rules import rule_answers
from desks.planning.services import services

from .coverage_report import Planned


@dataclass(frozen=True)
class Question:
    """Which services (none for all that are declared), whose presence, packs and incident."""

    services: tuple[Service, ...] = ()
    share: Share = "night"
    packs: tuple[Pack, ...] = ()
    incident: Incident | None = None


def planned_of(
    onemap: OneMap, question: Question, *, before: OneMap | None = None, before_day: str = ""
) -> Planned:
    """Return the desk's answers; ``before`` is the district as it was known on ``before_day``.

    Raises:
        UserError: where nobody has residents on file, or the incident cannot be meant.

    """
    shown = question.services or tuple(services().values())
    asked = [service for pack in question.packs for service in services_asked(pack)]
    found = _coverages(onemap, (*shown, *asked), question)
    answers = [one for pack in question.packs for one in rule_answers(onemap, pack, found)]
    headline = found[0]
    past = () if before is None else tuple(_coverages(before, shown, question))
    return Planned(
        coverages=tuple(found[: len(dict.fromkeys(shown))]),
        answers=tuple(answers),
        packs=question.packs,
        reasons={headline.service.key: reasons(onemap, headline)},
        before=past,
        before_day=before_day,
    )


def _coverages(onemap: OneMap, wanted: Iterable[Service], question: Question) -> Sequence[Coverage]:
    """Return the coverage of each service once, in the order of first mention."""
    return [
        coverage(onemap, service, share=question.share, incident=question.incident)
        for service in dict.fromkeys(wanted)
    ]
