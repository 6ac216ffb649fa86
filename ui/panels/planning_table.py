"""The subdistricts, red first: people, four shares with their bars, and what each rule says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from desks.planning.answers import (
    DEFINITIONS,
    Coverage,
    Covered,
    Definition,
    RuleAnswer,
    RuleResult,
)

from .markup import View, joined
from .planning_cards import signed
from .planning_parts import covered_by, definition_title, percent, tenths, worst_first

MOST_RULES = 8
"""Columns of rules beside the figures; the rest stand with the picked subdistrict."""

ALIKE_FROM = 3
"""From so many subdistricts on, a rule that says the same of all of them is a line, no column."""


LOOKS: Mapping[RuleResult, str] = MappingProxyType(
    {"pass": "yes", "fail": "no", "not_assessable": "na"}
)
SIGNS: Mapping[RuleResult, str] = MappingProxyType(
    {"pass": "✓", "fail": "✕", "not_assessable": "?"}
)


@dataclass(frozen=True)
class RuleColumn:
    """A rule as a column: id, a short title, whether it was verified."""

    id: str
    title: str
    verified: bool = True


@dataclass(frozen=True)
class Judged:
    """The rules' columns and answers; ``by_unit`` is keyed by (rule, unit)."""

    columns: Sequence[RuleColumn] = ()
    by_unit: Mapping[tuple[str, str], RuleAnswer] | None = None

    def answer(self, rule: str, unit: str) -> RuleAnswer | None:
        """Return what the rule says of the unit, ``None`` where it does not speak of it."""
        return (self.by_unit or {}).get((rule, unit))

    def failed(self, unit: str) -> int:
        """Return how many rules the unit fails."""
        held = (self.answer(rule.id, unit) for rule in self.columns)
        return sum(one is not None and one.result == "fail" for one in held)


def unit_table(
    found: Coverage, by: Definition, judged: Judged, picked: str, view: View, *,
    before: Coverage | None = None,
) -> Markup:  # fmt: skip
    """Return the table; a row pressed drives map, reasons and mends.

    A rule that says the same of every subdistrict is a line above it: a column of crosses tells
    nobody where to begin.
    ``before`` adds a column: how many people more or fewer are covered than today.
    """
    rows = worst_first(found.subdistricts, by)
    was = {one.code: one for one in before.subdistricts} if before else None
    speaking = [rule for rule in judged.columns if _speaks(rule, rows, judged)]
    same = alike(speaking, rows, judged)
    shown = [rule for rule in speaking if rule.id not in same]
    columns, more = shown[:MOST_RULES], len(shown) - MOST_RULES
    body = joined(
        _row(unit, by, (columns, judged), view, was=_was(was, unit), chosen=unit.code == picked)
        for unit in rows
    )
    whole = _whole(found.totals, columns, by, view, before.totals if before else None,
                   counted=bool(judged.columns))  # fmt: skip
    return Markup(
        '<section class="pl-units card"><header><h2>{}<span class="n">{}</span></h2>'
        '<span class="n">{}</span></header>{}<div class="scroll" data-keep="units"><table>'
        "<thead><tr>{}</tr></thead><tbody>{}{}</tbody></table>{}</div></section>"
    ).format(
        view.text("Red first"), _about(found, by, view), _tally(rows, judged, view),
        _alike_lines(speaking, same, len(rows), view),
        _heads(found, by, columns, view, differs=was is not None, counted=bool(judged.columns)),
        body, whole,
        Markup('<p class="rest">{}</p>').format(
            view.text("{count} more rules stand with the picked subdistrict.", count=more))
        if more > 0 else "",
    )  # fmt: skip


def _was(was: Mapping[str, Covered] | None, unit: Covered) -> Covered | None:
    return None if was is None else was.get(unit.code)


def _speaks(rule: RuleColumn, units: Sequence[Covered], judged: Judged) -> bool:
    return any(judged.answer(rule.id, unit.code) is not None for unit in units)


def alike(
    rules: Sequence[RuleColumn], units: Sequence[Covered], judged: Judged
) -> Mapping[str, RuleResult]:
    """Return the rules that answer the same of every subdistrict, by id; none of a few of them."""
    if len(units) < ALIKE_FROM:
        return {}
    held = {
        rule.id: {None if one is None else one.result
                  for one in (judged.answer(rule.id, unit.code) for unit in units)}
        for rule in rules
    }  # fmt: skip
    return {key: one for key, said in held.items() if len(said) == 1 for one in said if one}


def _alike_lines(
    rules: Sequence[RuleColumn], same: Mapping[str, RuleResult], units: int, view: View
) -> Markup:
    said: Sequence[tuple[RuleResult, str]] = (
        ("fail", view.text("all {units} subdistricts fail", units=units)),
        ("not_assessable", view.text("not assessable in any of {units}", units=units)),
        ("pass", view.text("all {units} subdistricts pass", units=units)),
    )
    lines = []
    for result, text in said:
        mine = [one for one in rules if same.get(one.id) == result]
        titles = joined(
            Markup("<i>{}{}</i>").format(one.title, "" if one.verified else " ▲") for one in mine
        )
        line = Markup('<p><span class="{}">{}</span> <b>{}</b>{}</p>')
        lines += [line.format(LOOKS[result], SIGNS[result], text, titles)] if mine else []
    return Markup('<div class="pl-alike">{}</div>').format(joined(lines)) if lines else Markup("")


def _about(found: Coverage, by: Definition, view: View) -> str:
    return view.text(
        "{units} subdistricts · by {sign} from low to high · {communities} communities",
        units=len(found.subdistricts), sign=definition_title(by, found.service, view).split()[0],
        communities=len(found.communities),
    )  # fmt: skip


def _tally(rows: Sequence[Covered], judged: Judged, view: View) -> str:
    if not judged.columns:
        return ""
    answers = [judged.answer(rule.id, unit.code) for rule in judged.columns for unit in rows]
    unknown = sum(one is not None and one.result == "not_assessable" for one in answers)
    failing = sum(judged.failed(unit.code) > 0 for unit in rows)
    return view.text("{failing} fail a rule · {unknown} cells not assessable ?",
                     failing=failing, unknown=unknown)  # fmt: skip


def _heads(
    found: Coverage, by: Definition, columns: Sequence[RuleColumn], view: View, *,
    differs: bool, counted: bool,
) -> Markup:  # fmt: skip
    short = {
        "circle": view.text("① circle"), "network": view.text("② ways"),
        "capacity": view.text("③ room"), "safe": view.text("④ safe"),
    }  # fmt: skip
    heads = [Markup("<th>{}</th>").format(view.text("Subdistrict")),
             Markup('<th class="num">{}</th>').format(view.text("People"))]  # fmt: skip
    heads += [
        Markup('<th class="num{}" title="{}">{} %</th>').format(
            " by" if d == by else "", definition_title(d, found.service, view), short[d]
        )
        for d in DEFINITIONS
    ]
    if differs:
        heads.append(Markup('<th class="num">{}</th>').format(view.text("against today")))
    if counted:
        heads.append(Markup('<th class="num">{}</th>').format(view.text("failed")))
    heads += [
        Markup('<th class="c" title="{}"><span>{}{}</span></th>').format(
            rule.title, rule.title, "" if rule.verified else " ▲"
        )
        for rule in columns
    ]
    return joined(heads)


def _row(
    unit: Covered, by: Definition, rules: tuple[Sequence[RuleColumn], Judged], view: View, *,
    was: Covered | None, chosen: bool,
) -> Markup:  # fmt: skip
    columns, judged = rules
    failed = judged.failed(unit.code)
    cells = [*_shares(unit, by)]
    if was is not None:
        cells.append(_difference(unit, was, by))
    if judged.columns:
        cells.append(
            Markup('<td class="num b">{}</td>').format(
                Markup('<span class="bad">{}</span>').format(failed) if failed else "✓"
            )
        )
    cells += [verdict_cell(judged.answer(rule.id, unit.code), view) for rule in columns]
    return Markup(
        '<tr data-act="unit" data-value="{}" tabindex="0" aria-selected="{}"><th scope="row">{}'
        "</th>{}</tr>"
    ).format(
        unit.code,
        "true" if chosen else "false",
        unit.name or unit.code or view.text("outside"),
        joined(cells),
    )


def _shares(unit: Covered, by: Definition) -> list[Markup]:
    cells = [Markup('<td class="num">{}</td>').format(f"{unit.people:,}")]
    for definition in DEFINITIONS:
        held = covered_by(unit, definition)
        cut = None if held is None else tenths(held, unit.people)
        look = " by" if definition == by else ""
        if cut is None:
            cells.append(Markup('<td class="num mut{}">—</td>').format(look))
        else:
            cells.append(
                Markup('<td class="num share{}" style="--p:{}%">{}<i></i></td>').format(
                    look, cut / 10, percent(held, unit.people)
                )
            )
    return cells


def _difference(unit: Covered, was: Covered, by: Definition) -> Markup:
    now, then = covered_by(unit, by), covered_by(was, by)
    if now is None or then is None:
        return Markup('<td class="num mut">—</td>')
    look = "ok" if now > then else "bad" if now < then else "mut"
    return Markup('<td class="num {}">{}</td>').format(look, signed(now - then))


def verdict_cell(answer: RuleAnswer | None, view: View) -> Markup:
    """Return ✓, ✕ on a block, ? for what nobody can assess, — where the rule does not apply."""
    if answer is None:
        return Markup('<td class="c na" title="{}">—</td>').format(view.text("does not apply"))
    look, sign = LOOKS[answer.result], SIGNS[answer.result]
    said = " ".join(view.word(one) for one in answer.evidence)
    return Markup('<td class="c" title="{}"><span class="{}">{}</span></td>').format(
        said, look, sign
    )


def _whole(
    total: Covered, columns: Sequence[RuleColumn], by: Definition, view: View,
    before: Covered | None, *, counted: bool,
) -> Markup:  # fmt: skip
    cells = _shares(total, by)
    if before is not None:
        cells.append(_difference(total, before, by))
    cells += [Markup("<td></td>")] * (len(columns) + counted)
    return Markup(
        '<tr class="whole" data-act="unit" data-value="" tabindex="0">'
        '<th scope="row">{}</th>{}</tr>'
    ).format(view.text("whole district"), joined(cells))
