"""Whether a unit is a major hazard source, and of which level: GB 18218-2018, step by step.

S = Σ q/Q (4.2.1) and R = α · Σ β · q/Q (4.3.2), computed exactly: what stands on a threshold is
on it. One call speaks for one unit (生产单元 or 储存单元); a firm shows its worst.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from geodata.faults import Fault, UserError
from language import Sentence, say

from .gb18218_parts import Grade, Lift, Line, Step, Stored
from .gb18218_tables import Entry, find_entry, rules

MOST_T, MOST_PEOPLE = 1e7, 10**9
_DECIMALS = 10**4
_THOUSANDTHS = 1000

LEVEL_SAID = {
    0: say("no major hazard source"),
    1: say("level 1"),
    2: say("level 2"),
    3: say("level 3"),
    4: say("level 4"),
}


@dataclass(frozen=True)
class Known:
    """A substance that the tables have, with its tonnes."""

    what: str
    tonnes: float
    entry: Entry

    @property
    def ratio(self) -> Fraction:
        """Return q/Q exactly as written; 0 for what is in no category."""
        if self.entry.critical_t is None:
            return Fraction(0)
        return Fraction(str(self.tonnes)) / self.entry.critical_t


def grade(stocks: Sequence[Stored], people: int | None, *, alpha_step: int = 0) -> Grade:
    """Return the grade of one unit with that stock and so many residents within 500 m.

    ``people`` is ``None`` where nobody knows. ``alpha_step`` moves α by whole steps of table 5,
    graver above 0, for where the residents could only be counted around a point.

    Raises:
        UserError: for tonnes or people that cannot be.

    """
    _check(stocks, people)
    found = [_known(stock) for stock in stocks]
    known = [one for one in found if one is not None]
    unknown = [stock for stock, one in zip(stocks, found, strict=True) if one is None]
    lines = tuple(_line(one) for one in known)
    s = sum((one.ratio for one in known), Fraction(0))
    weighted = sum((one.ratio * one.entry.beta for one in known), Fraction(0))
    alpha = None if people is None else _alpha(people, alpha_step)
    level = _level(s, weighted, alpha, unknown=bool(unknown))
    least, most = _bounds(s, weighted, alpha, unknown=bool(unknown))
    r = None if alpha is None else alpha * weighted
    return Grade(
        s=float(s),
        r=None if r is None else float(r),
        alpha=None if alpha is None else float(alpha),
        people=people,
        level=level,
        at_least=least,
        at_most=most,
        lines=lines,
        unknown=tuple(stock.what for stock in unknown),
        steps=(*(_entry_step(line) for line in lines), *_steps(lines, s, people, alpha, weighted)),
        lift=None if unknown or people is None or alpha is None
        else _lift(known, s, weighted, people, alpha),
        notes=_notes(known, unknown, people, s),
    )  # fmt: skip


def gravity(level: int) -> int:
    """Return 0 for no source and 4 for level 1, so that graver is greater."""
    return 0 if level == 0 else 5 - level


def _check(stocks: Sequence[Stored], people: int | None) -> None:
    mend = say("Write a number of tonnes, such as 液氯=6.")
    faults = [
        Fault("", say("{tonnes} t cannot be.", tonnes=str(stock.quantity_t)), mend,
              value=stock.what[:60])
        for stock in stocks
        if stock.quantity_t is not None
        and (not math.isfinite(stock.quantity_t) or not 0 <= stock.quantity_t <= MOST_T)
    ]  # fmt: skip
    if people is not None and not 0 <= people <= MOST_PEOPLE:
        problem = say("{people} people cannot be.", people=people)
        faults.append(Fault("", problem, say("Write a whole number from 0 up."), value=str(people)))
    if faults:
        raise UserError(faults)


def _known(stock: Stored) -> Known | None:
    entry = find_entry(stock.what)
    if entry is None or stock.quantity_t is None:
        return None
    return Known(stock.what, stock.quantity_t, entry)


def _line(one: Known) -> Line:
    entry = one.entry
    return Line(
        what=one.what,
        name=entry.name,
        entry=entry.entry,
        quantity_t=one.tonnes,
        critical_t=None if entry.critical_t is None else float(entry.critical_t),
        ratio=float(one.ratio),
        beta=float(entry.beta),
        beta_from=entry.beta_from,
        weighted=float(one.ratio * entry.beta),
        verified=entry.verified,
    )


def _alpha(people: int, step: int) -> Fraction:
    """Return α of table 5, moved by whole steps within the table."""
    alphas = rules().alphas
    at = max(number for number, (least, _) in enumerate(alphas) if people >= least)
    return alphas[min(max(at + step, 0), len(alphas) - 1)][1]


def _graded(s: Fraction, r: Fraction) -> int:
    """Return 0 below S = 1, else the level of table 6."""
    if s < rules().critical_s:
        return 0
    return [level for level, least in rules().levels if r >= least][-1]


def _level(s: Fraction, weighted: Fraction, alpha: Fraction | None, *, unknown: bool) -> int | None:
    """Return the level; with an unknown substance what the known ones alone amount to."""
    if s < rules().critical_s:
        return None if unknown else 0
    return None if alpha is None else _graded(s, alpha * weighted)


def _bounds(
    s: Fraction, weighted: Fraction, alpha: Fraction | None, *, unknown: bool
) -> tuple[int, int]:
    """Return the mildest and the gravest level that it can be."""
    alphas = [one for _, one in rules().alphas]
    low, high = (alphas[0], alphas[-1]) if alpha is None else (alpha, alpha)
    return _graded(s, low * weighted), 1 if unknown else _graded(s, high * weighted)


def told(value: Fraction | float) -> str:
    """Return a number with at most four decimals, cut, so that 9.99999 never reads as 10."""
    exact = Fraction(str(value)) if isinstance(value, float) else value
    cut = Fraction(math.floor(exact * _DECIMALS), _DECIMALS)
    if exact > 0 and cut == 0:
        return "<0.0001"
    return f"{float(cut):.4f}".rstrip("0").rstrip(".")


def _entry_step(line: Line) -> Step:
    if line.critical_t is None:
        return Step(
            "entry",
            say("{what}, {tonnes} t", what=line.what, tonnes=told(line.quantity_t)),
            say("What is in none of the tables' categories is not counted."),
            rules().clauses["entry"],
            say("not counted"),
            verified=False,
        )
    return Step(
        "entry",
        say("{what}, {tonnes} t", what=line.what, tonnes=told(line.quantity_t)),
        say("Critical quantity Q and correction β of the entry {name}.", name=line.name),
        f"{rules().version} {line.entry}；β {line.beta_from or '—'}",
        say("Q = {critical} t, q/Q = {ratio}, β = {beta}",
            critical=told(line.critical_t), ratio=told(line.ratio), beta=told(line.beta)),
        line.verified,
    )  # fmt: skip


def _steps(
    lines: Sequence[Line],
    s: Fraction,
    people: int | None,
    alpha: Fraction | None,
    weighted: Fraction,
) -> tuple[Step, ...]:
    clauses = rules().clauses
    counted = [line for line in lines if line.critical_t is not None]
    ratios = " + ".join(told(line.ratio) for line in counted) or "0"
    major = say("S ≥ 1: a major hazard source") if s >= rules().critical_s else say(
        "S < 1: no major hazard source")  # fmt: skip
    first = (
        Step("s", say("{ratios}", ratios=ratios), say("S is the sum of q/Q."), clauses["s"],
             say("S = {s}", s=told(s))),
        Step("major", say("S = {s}", s=told(s)), say("From S = 1 on, 1 included."),
             clauses["major"], major),
    )  # fmt: skip
    if people is None or alpha is None:
        unknown = say("It is not known how many live within 500 m of the boundary.")
        rule = say("α by the permanent residents within 500 m of the boundary.")
        return (*first, Step("alpha", unknown, rule, clauses["alpha"], say("α is not known")))
    return (*first, *_level_steps(counted, s, people, alpha, weighted))


def _level_steps(
    lines: Sequence[Line], s: Fraction, people: int, alpha: Fraction, weighted: Fraction
) -> tuple[Step, ...]:
    clauses, r = rules().clauses, alpha * weighted
    terms = " + ".join(f"{told(line.beta)} × {told(line.ratio)}" for line in lines) or "0"
    sure = all(line.verified for line in lines)
    level = LEVEL_SAID[_graded(s, r)]
    bands = ", ".join(f"{number}: R ≥ {told(least)}" for number, least in rules().levels)
    return (
        Step("alpha", say("{people} residents within 500 m", people=people),
             say("α by the permanent residents within 500 m of the boundary."), clauses["alpha"],
             say("α = {alpha}", alpha=told(alpha))),
        Step("r", say("{alpha} × ({terms})", alpha=told(alpha), terms=terms),
             say("R is α times the sum of β · q/Q."), clauses["r"],
             say("R = {r}", r=told(r)), sure),
        Step("level", say("S = {s}, R = {r}", s=told(s), r=told(r)),
             say("The level by R ({bands}), for S from 1 on.", bands=bands), clauses["level"],
             level, sure),
    )  # fmt: skip


def _lift(
    known: Sequence[Known], s: Fraction, weighted: Fraction, people: int, alpha: Fraction
) -> Lift | None:
    """Return what the next graver level needs; ``None`` at level 1 and without any substance."""
    counted = [one.entry for one in known if one.entry.critical_t is not None]
    now = _graded(s, alpha * weighted)
    if now == 1 or not counted:
        return None
    if now == 0:
        lack = rules().critical_s - s
        after = [alpha * (weighted + lack * entry.beta) for entry in counted]
        tonnes = [(entry, lack * (entry.critical_t or Fraction(0))) for entry in counted]
        return _lifted(max(_graded(rules().critical_s, r) for r in after), 0, None, tonnes)
    least = dict(rules().levels)[now - 1]
    lack = least / alpha - weighted
    tonnes = [(entry, lack * (entry.critical_t or Fraction(0)) / entry.beta) for entry in counted]
    enough = [n for n, one in rules().alphas if one * weighted >= least]
    return _lifted(now - 1, now, enough[0] - people if enough else None, tonnes)


def _lifted(
    level: int, now: int, people: int | None, tonnes: Sequence[tuple[Entry, Fraction]]
) -> Lift:
    """Return the lift in words; tonnes are rounded up to the kilogram."""
    needed = {e.name: math.ceil(t * _THOUSANDTHS) / _THOUSANDTHS for e, t in tonnes}
    start, end = LEVEL_SAID[now].template, LEVEL_SAID[level].template
    said: list[Sentence] = []
    if people is not None:
        said.append(say("{people} more residents lift this from {start} to {end}.",
                        people=people, start=start, end=end))  # fmt: skip
    for name, more in needed.items():
        if now == 0:
            said.append(
                say("{tonnes} t more of {name} make this a major hazard source.",
                    tonnes=told(Fraction(str(more))), name=name)
            )  # fmt: skip
        else:
            said.append(
                say("{tonnes} t more of {name} lift this from {start} to {end}.",
                    tonnes=told(Fraction(str(more))), name=name, start=start, end=end)
            )  # fmt: skip
    return Lift(level, people, tuple(needed.items()), tuple(said))


def _notes(
    known: Sequence[Known], unknown: Sequence[Stored], people: int | None, s: Fraction
) -> tuple[Sentence, ...]:
    notes = [
        say("{what} is in none of the tables; it is not counted, and the grade may be graver. "
            "State its category, such as W5.3.", what=stock.what[:60])
        if stock.quantity_t is not None
        else say("How much {what} there is is not on file; the grade may be graver.",
                 what=stock.what[:60])
        for stock in unknown
    ]  # fmt: skip
    notes += [note for one in known for note in one.entry.notes]
    if people is None and s >= rules().critical_s:
        notes.append(say("How many live within 500 m is not known: without it there is no level."))
    return tuple(dict.fromkeys(notes))
