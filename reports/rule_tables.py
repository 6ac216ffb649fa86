"""The chapter of rules: each clause with source, result and evidence, and subdistrict by rule."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from desks.onemap import OneMap
from desks.planning.answers import RuleAnswer
from desks.planning.packs import Pack, Rule
from desks.register.counts import units_of
from language import say

from .edition import Edition
from .paper import Block, Cell, Column, Heading, Paragraph, Table, Verdict
from .wording import clean, sentences

RULES_KEY = "rules"
"""The key of the table of rules, which the gate looks for."""

ABREAST = 5
"""So many rules stand beside one another in a table."""

_GRAVITY = {"fail": 0, "not_assessable": 1, "pass": 2}


def rule_blocks(
    onemap: OneMap, answers: Sequence[RuleAnswer], packs: Sequence[Pack], edition: Edition
) -> Iterator[Block]:
    """Yield the chapter; a public edition leaves out the evidence, which holds exact counts."""
    yield Heading(1, say("Rules"))
    if not answers:
        yield Paragraph((say("No rule pack was given, so that no rule was judged."),))
        return
    held = [one for one in answers if not one.unit or speaks_of(onemap, one.unit, edition)]
    counts = {key: sum(one.result == key for one in held) for key in _GRAVITY}
    yield Paragraph((
        say("{met} answers are met, {failed} not met, {open} not assessable; what is not "
            "assessable never counts as met.", met=counts["pass"], failed=counts["fail"],
            open=counts["not_assessable"]),
    ))  # fmt: skip
    yield _clauses(held, packs, edition)
    titles = rule_titles(packs, edition)
    yield from _by_subdistrict(onemap, held, titles, edition)
    failing = [one for one in held if one.unit and one.result != "pass"]
    if failing and not edition.is_public:
        yield _evidence(onemap, failing, titles)


def rule_titles(packs: Sequence[Pack], edition: Edition) -> Mapping[str, str]:
    """Return the titles of the rules by id, in the paper's language."""
    return MappingProxyType(
        {
            rule.id: clean(edition.name(rule.title_zh, rule.title_en))
            for pack in packs
            for rule in pack.rules
        }
    )


def speaks_of(onemap: OneMap, code: str, edition: Edition) -> bool:
    """Return whether the edition speaks of the unit that an answer is about."""
    return edition.holds(_subdistrict_of(onemap, code) or code)


def _subdistrict_of(onemap: OneMap, code: str) -> str:
    """Return the subdistrict of a unit or a village, "" where the map has no such row."""
    for key in ("subdistrict", "community", "village"):
        records = onemap.records.get(key)
        if records is not None and code in records.ids:
            row = onemap.row_of(key, code)
            return code if key == "subdistrict" else records.text("subdistrict_code", row)
    return ""


def unit_name(onemap: OneMap, code: str) -> str:
    """Return the name of the unit that an answer is about, its code where none has it."""
    for key in ("subdistrict", "community", "village"):
        records = onemap.records.get(key)
        if records is not None and code in records.ids:
            return records.names[onemap.row_of(key, code)]
    return code


def _clauses(held: Sequence[RuleAnswer], packs: Sequence[Pack], edition: Edition) -> Table:
    """Return one row a rule: the gravest of its answers, and whether its figures are verified."""
    sources = {rule.id: (pack, rule) for pack in packs for rule in pack.rules}
    rows: list[tuple[Cell, ...]] = []
    for rule in dict.fromkeys(one.id for one in held):
        answers = [one for one in held if one.id == rule]
        worst = min(answers, key=lambda one: _GRAVITY[one.result])
        whole = next((one for one in answers if not one.unit), None)
        said = "" if whole is None else sentences(whole.evidence, edition.words)
        sure = say("yes") if worst.verified else say("no")
        failing = sum(one.result == "fail" for one in answers if one.unit)
        own = () if edition.is_public else (said,)
        rows.append((_title(sources, rule, edition), worst.clause, _source(sources, rule), sure,
                     Verdict(worst.result), failing, *own))  # fmt: skip
    columns = [
        Column("rule", say("Rule")),
        Column("clause", say("Clause")),
        Column("source", say("Source of the rule")),
        Column("verified", say("Verified")),
        Column("result", say("Result")),
        Column("failing", say("Units that fail"), is_figure=True),
    ]
    if not edition.is_public:
        columns.append(Column("evidence", say("Evidence")))
    method = (say("A rule has the gravest result of its units. “Verified: no” says that the figure "
                  "was not held against the text of the standard."),)  # fmt: skip
    return Table(RULES_KEY, say("Rules and their results"), tuple(columns), tuple(rows),
                 method=method)  # fmt: skip


_Sources = Mapping[str, tuple[Pack, Rule]]


def _title(sources: _Sources, rule: str, edition: Edition) -> str:
    if rule not in sources:
        return rule
    return edition.name(sources[rule][1].title_zh, sources[rule][1].title_en)


def _source(sources: _Sources, rule: str) -> str | None:
    """Return where the rule is from with the edition of its pack, ``None`` without a pack."""
    if rule not in sources:
        return None
    pack, own = sources[rule]
    return f"{own.source} ({pack.edition})" if pack.edition else own.source


def _by_subdistrict(
    onemap: OneMap, held: Sequence[RuleAnswer], titles: Mapping[str, str], edition: Edition
) -> Iterator[Table]:
    """Yield tables with a row per subdistrict, a column per rule that judges it (row S1-2)."""
    codes = dict(units_of(onemap))
    judged = [one for one in held if one.unit in codes]
    rules = list(dict.fromkeys(one.id for one in judged))
    found = {(one.unit, one.id): Verdict(one.result) for one in judged}
    shown = [(code, name) for code, name in codes.items() if edition.holds(code)]
    for start in range(0, len(rules), ABREAST):
        some = rules[start : start + ABREAST]
        rows = tuple((name, *(found.get((code, rule)) for rule in some)) for code, name in shown)
        columns = (
            Column("subdistrict", say("Subdistrict"), is_name=True),
            *(Column(rule, say("{rule}", rule=titles.get(rule, rule))) for rule in some),
        )
        number = start // ABREAST + 1
        yield Table(f"rules_by_subdistrict_{number}", say("Rules by subdistrict"), columns, rows,
                    codes=tuple(code for code, _ in shown))  # fmt: skip


def _evidence(onemap: OneMap, failing: Sequence[RuleAnswer], titles: Mapping[str, str]) -> Table:
    order = sorted(failing, key=lambda one: (one.id, _GRAVITY[one.result], one.unit))
    rows: list[tuple[Cell, ...]] = []
    for one in order:
        first, *others = one.evidence or (None,)
        name = unit_name(onemap, one.unit)
        rows.append((titles.get(one.id, one.id), name, Verdict(one.result), first))
        rows += [("", "", "", more) for more in others]
    columns = (
        Column("rule", say("Rule")),
        Column("unit", say("Unit"), is_name=True),
        Column("result", say("Result")),
        Column("evidence", say("Evidence")),
    )
    return Table("rule_evidence", say("What is not met or not assessable"), columns, tuple(rows))
