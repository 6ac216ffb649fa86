"""``cli.py coverage``: who is covered by a service, by four definitions, and by which rules."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, get_args

from desks.command import Incident
from desks.onemap import OneMap, load_onemap
from desks.planning.answers import Coverage, RuleAnswer, Service, Share
from desks.planning.coverage import coverage
from desks.planning.document import coverage_document, coverage_lines
from desks.planning.packs import Pack, pack_of
from desks.planning.planned_map import with_plan
from desks.planning.rule_shares import services_asked
from desks.planning.rules import rule_answers
from desks.planning.services import service_of
from desks.planning.variant_files import load_variant, variant_digest
from desks.planning.variants import Variant, places_with, service_in
from geodata.faults import UserError
from language import Catalogue, Sentence, say

from .briefing import asked_incident, day_of, incident_options
from .printing import print_json, print_lines, slip

SHELTER = "shelter"


def coverage_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``coverage`` takes."""
    incident_options(parser, required=False)
    parser.add_argument("--layer", default="", metavar="SERVICE", help=f"else {SHELTER}")
    parser.add_argument("--within", default=None, metavar="REACH", help="such as 500m or 10min")
    parser.add_argument("--share", choices=get_args(Share), help="else the plan's, or night")
    parser.add_argument(
        "--plan", default="", metavar="NAME", help="with a saved plan, not built yet"
    )
    parser.add_argument("--rules", default=None, metavar="PACK", help="key of a pack, or a file")
    parser.set_defaults(run=_coverage)


def _coverage(options: argparse.Namespace, catalogue: Catalogue) -> None:
    plan = _plan(options)
    service = _service(options) if plan is None else service_in(plan)
    share: Share = options.share or ("night" if plan is None else plan.share)
    pack = None if options.rules is None else pack_of(options.rules)
    onemap = load_onemap(options.folder, as_of=day_of(options.as_of, "--as-of", "coverage"))
    _require_place(options)
    incident = asked_incident(onemap, options) if options.at else None
    places = None if plan is None else places_with(onemap, service, plan.changes)
    found = coverage(onemap, service, share=share, incident=incident, places=places)
    if plan is not None:
        found = replace(found, cautions=(*_stale(onemap, plan), *found.cautions))
    judged = onemap if plan is None else with_plan(onemap, service, plan.changes)
    answers = None if pack is None else _answers(judged, pack, found, incident)
    if options.format == "json":
        rules = None if answers is None else [_rule(one, catalogue) for one in answers]
        print_json(coverage_document(found, catalogue, rules) | _named(plan))
        return
    if plan is not None:
        print_lines([catalogue.word(say("Plan: {name} (not built yet)", name=plan.name))])
    print_lines(coverage_lines(found, catalogue))
    print_lines(_rule_lines(answers or (), catalogue))


def _service(options: argparse.Namespace) -> Service:
    return service_of(options.layer or SHELTER, options.within)


def _plan(options: argparse.Namespace) -> Variant | None:
    """Return the saved plan that is asked about, ``None`` for today's places.

    Raises:
        UserError: where there is none of the name, or a service is asked for beside its own.

    """
    if not options.plan:
        return None
    given = [(key, getattr(options, key)) for key in ("layer", "within") if getattr(options, key)]
    if given:
        problem = say("A plan brings its own service and reach.")
        raise UserError([slip(f"--{key}", text[:60], problem, "coverage") for key, text in given])
    return load_variant(options.folder, options.plan)


def _named(plan: Variant | None) -> dict[str, Any]:
    """Return which plan an answer is of, so that none is taken for today's."""
    if plan is None:
        return {}
    return {"plan": {"name": plan.name, "sha256": variant_digest(plan), "stamp": plan.stamp}}


def _stale(onemap: OneMap, plan: Variant) -> Iterator[Sentence]:
    """Yield that the plan was made for another state, where it was."""
    if plan.stamp != onemap.stamp:
        yield say(
            "The plan was made for the map {stamp}, which is now {own}: registers, roads or rules"
            " changed since.",
            stamp=plan.stamp,
            own=onemap.stamp,
        )


UNSPECIFIED = "unspecified"
_OF_AN_INCIDENT = (
    "hour", "time", "close", "close_road", "substance", "quantity_t", "container", "wind_from",
    "wind_ms", "cloud", "withdraw", "zone", "flood",
)  # fmt: skip


def _require_place(options: argparse.Namespace) -> None:
    """Refuse options of an incident that lies nowhere: they would be passed over in silence.

    Raises:
        UserError: with every one of them.

    """
    if options.at:
        return
    problem = say("It belongs to an incident, and no place is given.")
    faults = [
        slip(f"--{key.replace('_', '-')}", "", problem, "coverage")
        for key in _OF_AN_INCIDENT
        if getattr(options, key)
    ]
    if options.kind != UNSPECIFIED:
        faults.append(slip("--kind", options.kind, problem, "coverage"))
    if faults:
        raise UserError(faults)


def _answers(
    onemap: OneMap, pack: Pack, found: Coverage, incident: Incident | None
) -> tuple[RuleAnswer, ...]:
    """Return the pack's answers; each coverage it asks for is worked out once."""
    share = found.demand.share
    coverages = [
        found
        if service == found.service
        else coverage(onemap, service, share=share, incident=incident)
        for service in services_asked(pack)
    ]
    return rule_answers(onemap, pack, coverages)


def _rule(answer: RuleAnswer, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "id": answer.id,
        "clause": answer.clause,
        "unit": answer.unit,
        "result": answer.result,
        "verified": answer.verified,
        "evidence": [catalogue.word(said) for said in answer.evidence],
    }


def _rule_lines(answers: Sequence[RuleAnswer], catalogue: Catalogue) -> Iterator[str]:
    signs = {"pass": "✓", "fail": "✕", "not_assessable": "?"}
    for answer in answers:
        evidence = " ".join(catalogue.word(said) for said in answer.evidence)
        where = f" {answer.unit}" if answer.unit else ""
        yield f"{signs[answer.result]} {answer.id}{where}: {answer.clause} {evidence}"
