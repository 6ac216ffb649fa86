"""Rules on coverage: which share of a unit's people is within reach, by a stated definition."""

from collections.abc import Mapping, Sequence

from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from language import Sentence, say

from .answers import Coverage, Covered, RuleResult, Service
from .packs import Pack, Rule
from .rule_counts import listed
from .rule_rows import Held, undecided, units_of
from .services import service_of


def services_asked(pack: Pack) -> tuple[Service, ...]:
    """Return the services whose coverage the pack's rules need, each once, in the pack's order.

    Raises:
        UserError: for services or reaches that cannot be meant; every fault of the pack at once.

    """
    faults: list[Fault] = []
    found: dict[Service, None] = {}
    for rule in pack.rules:
        if rule.kind == "coverage_share":
            try:
                found[service_of(rule.service, rule.within)] = None
            except UserError as error:
                faults += error.faults
    if faults:
        raise UserError(faults)
    return tuple(found)


def coverage_share(onemap: OneMap, rule: Rule, coverages: Sequence[Coverage]) -> list[Held]:
    """Return per unit whether that share of its people is covered, never rounded."""
    service = service_of(rule.service, rule.within)
    met = next((c for c in coverages if _is_of(c.service, service)), None)
    names = units_of(onemap, rule.units)
    if met is None:
        why = say("The coverage of {service} was not worked out.", service=service.title_zh)
        return [undecided(unit, name, why) for unit, name in names.items()]
    held = {"": met.totals} if rule.units == "district" else _by_code(met, rule)
    unknown = _unknown(met)
    return [
        _unit(rule, (unit, name), held.get(unit), unknown.get(unit, ()))
        for unit, name in names.items()
    ]


def _is_of(own: Service, asked: Service) -> bool:
    reach = (own.within_mm, own.within_ms)
    return own.key == asked.key and reach == (asked.within_mm, asked.within_ms)


def _by_code(met: Coverage, rule: Rule) -> Mapping[str, Covered]:
    rows = met.communities if rule.units == "community" else met.subdistricts
    return {row.code: row for row in rows}


def _unknown(met: Coverage) -> Mapping[str, tuple[str, ...]]:
    """Return per unit the names of the communities in it whose residents nobody stated."""
    found: dict[str, tuple[str, ...]] = {}
    for row in met.demand.missing:
        unit = met.demand.units[row]
        for code in ("", unit.subdistrict_code, unit.code):
            found[code] = (*found.get(code, ()), unit.name or unit.subdistrict)
    return found


def _unit(rule: Rule, unit: tuple[str, str], row: Covered | None, unknown: tuple[str, ...]) -> Held:
    """Return how one unit stands: a part whose residents nobody stated keeps it from passing."""
    doubt = [_not_stated(unknown)] if unknown else []
    if row is None or row.people == 0:
        why = doubt or [say("Nobody lives here.")]
        return Held(*unit, "not_assessable", tuple(why))
    count = row.counts[rule.definition]
    if count.people_covered is None:
        why = [count.reason] if count.reason else [say("This definition does not apply.")]
        return Held(*unit, "not_assessable", tuple(why))
    # Whole people and an exact share: 99.96 % is no 100 %.
    enough = count.people_covered >= rule.share * row.people
    result: RuleResult = "fail" if not enough else "not_assessable" if doubt else "pass"
    return Held(*unit, result, (_told(rule, row, count.people_covered), *doubt))


def _told(rule: Rule, row: Covered, covered: int) -> Sentence:
    tenths = 1000 * covered // row.people
    return say(
        "{covered:,} of {people:,} people within {within} ({share} %, definition {definition}), "
        "asked for {asked} %.",
        covered=covered,
        people=row.people,
        within=rule.within,
        share=f"{tenths // 10}.{tenths % 10}",
        definition=rule.definition,
        asked=float(rule.share * 100),
    )


def _not_stated(names: tuple[str, ...]) -> Sentence:
    rows = [Held("", name, "not_assessable", ()) for name in names]
    return say("The residents of {names} are not on file.", names=listed(rows))
