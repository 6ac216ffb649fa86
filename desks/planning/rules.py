"""The rules of a pack held against the district: pass, fail or not assessable, with evidence."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from desks.onemap import OneMap
from language import Sentence, say

from .answers import Coverage, RuleAnswer
from .pack_checks import Kind
from .packs import Pack, Rule
from .rule_counts import capacity_share, count_per_unit, listed, own_place, people_per_place, worst
from .rule_rows import Held
from .rule_shares import coverage_share
from .rule_values import distance_at_least, ratio_at_least, value_at_least, value_at_most

Judge = Callable[[OneMap, Rule], list[Held]]

JUDGES: Mapping[Kind, Judge] = MappingProxyType(
    {
        "count_per_unit": count_per_unit,
        "own_place": own_place,
        "capacity_share": capacity_share,
        "people_per_place": people_per_place,
        "value_at_least": value_at_least,
        "value_at_most": value_at_most,
        "ratio_at_least": ratio_at_least,
        "distance_at_least": distance_at_least,
    }
)
"""Who answers for each kind; shares of coverage need the coverages and stand apart."""


def rule_answers(
    onemap: OneMap, pack: Pack, coverages: Sequence[Coverage] = ()
) -> tuple[RuleAnswer, ...]:
    """Return the answer to each rule for the district (``unit`` "") and then for each unit by code.

    The district passes only where every unit passes. ``coverages`` are those of
    `rule_shares.services_asked`; a rule whose coverage is not among them is not assessable.
    Answers of ``own_place`` speak of rows: ``unit`` is the row's id.
    """
    return tuple(answer for rule in pack.rules for answer in _answers(onemap, rule, coverages))


def _answers(onemap: OneMap, rule: Rule, coverages: Sequence[Coverage]) -> tuple[RuleAnswer, ...]:
    if rule.kind == "coverage_share":
        held = coverage_share(onemap, rule, coverages)
    else:
        held = JUDGES[rule.kind](onemap, rule)
    if [row.unit for row in held] == [""]:
        return (_answer(rule, held[0]),)
    return tuple(_answer(rule, row) for row in (_whole(onemap, held), *held))


def _answer(rule: Rule, held: Held) -> RuleAnswer:
    return RuleAnswer(
        id=rule.id,
        clause=rule.clause,
        result=held.result,
        evidence=held.evidence,
        unit=held.unit,
        verified=rule.verified,
    )


def _whole(onemap: OneMap, held: Sequence[Held]) -> Held:
    """Return how the whole district stands: its units counted, those that fail named."""
    failed = [row for row in held if row.result == "fail"]
    unknown = [row for row in held if row.result == "not_assessable"]
    if not held:
        nothing = say("There is nothing that the rule speaks of.")
        return Held("", onemap.name_zh, "not_assessable", (nothing,))
    evidence: list[Sentence] = [
        say(
            "{passed} of {count} pass, {failed} fail, {unknown} cannot be assessed.",
            passed=len(held) - len(failed) - len(unknown),
            count=len(held),
            failed=len(failed),
            unknown=len(unknown),
        )
    ]
    if failed:
        evidence.append(say("Failing: {names}.", names=listed(failed)))
    if unknown:
        evidence.append(say("Not assessable: {names}.", names=listed(unknown)))
    return Held("", onemap.name_zh, worst([row.result for row in held]), tuple(evidence))
