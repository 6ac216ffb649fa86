"""The chapter of rules: each clause with source, result and evidence, and subdistrict by rule."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from desks.onemap import OneMap
from desks.planning.answers import RuleAnswer
from desks.register.counts import units_of
from language import say

from .edition import Edition
from .paper import Block, Cell, Column, Heading, Paragraph, Table, Verdict
from .wording import sentences

_GRAVITY = {"fail": 0, "not_assessable": 1, "pass": 2}


class Pack(Protocol):
    """What a chapter of rules says of a pack; ``rules`` are ids."""

    @property
    def title(self) -> str: ...  # noqa: D102 - the words of the class
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def verified(self) -> bool: ...  # noqa: D102
    @property
    def rules(self) -> tuple[str, ...]: ...  # noqa: D102


def rule_blocks(
    onemap: OneMap, answers: Sequence[RuleAnswer], packs: Sequence[Pack], edition: Edition
) -> Iterator[Block]:
    """Yield the chapter; a public edition leaves out the evidence, which holds exact counts."""
    yield Heading(1, say("Rules"))
    if not answers:
        yield Paragraph((say("No rule pack was given, so that no rule was judged."),))
        return
    held = [one for one in answers if not one.unit or _speaks_of(onemap, one.unit, edition)]
    counts = {key: sum(one.result == key for one in held) for key in _GRAVITY}
    yield Paragraph((
        say("{met} answers are met, {failed} not met, {open} not assessable; what is not "
            "assessable never counts as met.", met=counts["pass"], failed=counts["fail"],
            open=counts["not_assessable"]),
    ))  # fmt: skip
    yield _clauses(held, packs, edition)
    by_unit = _by_subdistrict(onemap, held, edition)
    if by_unit is not None:
        yield by_unit
    failing = [one for one in held if one.unit and one.result != "pass"]
    if failing and not edition.is_public:
        yield _evidence(onemap, failing)


def _speaks_of(onemap: OneMap, code: str, edition: Edition) -> bool:
    return edition.holds(_subdistrict_of(onemap, code) or code)


def _subdistrict_of(onemap: OneMap, code: str) -> str:
    """Return the subdistrict of a unit or a village, "" where the map has no such row."""
    for key in ("subdistrict", "community", "village"):
        records = onemap.records.get(key)
        if records is not None and code in records.ids:
            row = onemap.row_of(key, code)
            return code if key == "subdistrict" else records.text("subdistrict_code", row)
    return ""


def _name_of(onemap: OneMap, code: str) -> str:
    for key in ("subdistrict", "community", "village"):
        records = onemap.records.get(key)
        if records is not None and code in records.ids:
            return records.names[onemap.row_of(key, code)]
    return code


def _clauses(held: Sequence[RuleAnswer], packs: Sequence[Pack], edition: Edition) -> Table:
    """Return one row a rule: the gravest of its answers, and whether its figures are verified."""
    sources = {rule: pack for pack in packs for rule in pack.rules}
    rows: list[tuple[Cell, ...]] = []
    for rule in dict.fromkeys(one.id for one in held):
        answers = [one for one in held if one.id == rule]
        worst = min(answers, key=lambda one: _GRAVITY[one.result])
        whole = next((one for one in answers if not one.unit), None)
        said = "" if whole is None else sentences(whole.evidence, edition.words)
        pack = sources.get(rule)
        sure = say("yes") if worst.verified else say("no")
        rows.append((
            rule, worst.clause, pack.source if pack else None, sure,
            Verdict(worst.result), sum(one.result == "fail" for one in answers if one.unit),
            *(() if edition.is_public else (said,)),
        ))  # fmt: skip
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
    return Table("rules", say("Rules and their results"), tuple(columns), tuple(rows),
                 method=method)  # fmt: skip


def _by_subdistrict(onemap: OneMap, held: Sequence[RuleAnswer], edition: Edition) -> Table | None:
    """Return a row per subdistrict and rule that judges subdistricts (S1-2), ``None`` without."""
    codes = dict(units_of(onemap))
    judged = [one for one in held if one.unit in codes]
    if not judged:
        return None
    rules = list(dict.fromkeys(one.id for one in judged))
    found = {(one.unit, one.id): Verdict(one.result) for one in judged}
    shown = [(code, name) for code, name in codes.items() if edition.holds(code)]
    rows = tuple((name, *(found.get((code, rule)) for rule in rules)) for code, name in shown)
    columns = (
        Column("subdistrict", say("Subdistrict")),
        *(Column(rule, say("{rule}", rule=rule)) for rule in rules),
    )
    return Table("rules_by_subdistrict", say("Rules by subdistrict"), columns, rows,
                 codes=tuple(code for code, _ in shown))  # fmt: skip


def _evidence(onemap: OneMap, failing: Sequence[RuleAnswer]) -> Table:
    order = sorted(failing, key=lambda one: (one.id, _GRAVITY[one.result], one.unit))
    rows: list[tuple[Cell, ...]] = []
    for one in order:
        first, *others = one.evidence or (None,)
        name = _name_of(onemap, one.unit)
        rows.append((one.id, name, Verdict(one.result), first))
        rows += [("", "", "", more) for more in others]
    columns = (
        Column("rule", say("Rule")),
        Column("unit", say("Unit")),
        Column("result", say("Result")),
        Column("evidence", say("Evidence")),
    )
    return Table("rule_evidence", say("What is not met or not assessable"), columns, tuple(rows))
