"""The four colours 红橙黄蓝 of a risk, by a rule pack that its users may edit.

The rules: the computed level, LEC (D = L · E · C), a risk matrix (R = L · S), the declared grade.
The gravest colour that one of them gives counts, or, where the pack says so, the first rule in its
order that can speak; then it is told that another rule gives a graver one.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from geodata.faults import Fault, UserError
from language import Sentence, say

from .gb18218 import LEVEL_SAID, told

TABLE = Path(__file__).parent / "four_colours.toml"
Colour = Literal["red", "orange", "yellow", "blue"]
Rule = Literal["level", "lec", "matrix", "declared"]
COLOURS: tuple[Colour, ...] = get_args(Colour)
RULES: tuple[Rule, ...] = get_args(Rule)
GRAVEST, FIRST = "gravest", "first"
_MOST_D = 1e9


@dataclass(frozen=True)
class Pack:
    """The rule pack: bands from the gravest on, what grades and levels mean, their sources."""

    version: str
    decides: str
    order: tuple[Rule, ...]
    titles: Mapping[Colour, tuple[str, str]]
    lec: tuple[tuple[float, Colour], ...]
    lec_values: Mapping[str, tuple[float, ...]]
    matrix: tuple[tuple[float, Colour], ...]
    matrix_most: int
    declared: Mapping[str, Colour]
    level: Mapping[str, Colour]
    sources: Mapping[Rule, str]
    verified: Mapping[Rule, bool]


@dataclass(frozen=True)
class Scored:
    """What is known of a risk: computed level (0 none), LEC, matrix, declared grade; else None."""

    level: int | None = None
    lec: tuple[float | None, float | None, float | None] = (None, None, None)
    matrix: tuple[int | None, int | None] = (None, None)
    declared: str = ""


@dataclass(frozen=True)
class Coloured:
    """A colour, the rule that gave it and why; ``colour`` is ``None`` where no rule can speak.

    ``others`` are what the remaining rules say. ``notes`` name scores that were not used.
    """

    colour: Colour | None
    rule: Rule | None
    why: Sentence
    source: str
    verified: bool
    others: tuple[tuple[Rule, Colour], ...]
    notes: tuple[Sentence, ...]


def colour_of(scored: Scored, pack: Pack | None = None) -> Coloured:
    """Return the colour that the pack's rules give together."""
    held = pack or default_pack()
    said: dict[Rule, tuple[Colour, Sentence]] = {}
    notes: list[Sentence] = []
    for rule in held.order:
        found = _by(rule, scored, held, notes)
        if found is not None:
            said[rule] = found
    if not said:
        none = say("Neither a level, a score nor a declared grade gives it a colour.")
        return Coloured(None, None, none, "", verified=True, others=(), notes=tuple(notes))
    rule = _deciding(said, held)
    colour, why = said.pop(rule)
    others = tuple((other, one) for other, (one, _) in said.items())
    for other, one in others:
        if COLOURS.index(one) < COLOURS.index(colour):
            notes.append(
                say("By {rule} it would be graver: {colour}.", rule=_RULE_SAID[other].template,
                    colour=COLOUR_SAID[one].template)
            )  # fmt: skip
    return Coloured(
        colour, rule, why, held.sources[rule], verified=held.verified[rule],
        others=others, notes=tuple(notes),
    )  # fmt: skip


COLOUR_SAID: Mapping[Colour, Sentence] = MappingProxyType(
    {
        "red": say("red"),
        "orange": say("orange"),
        "yellow": say("yellow"),
        "blue": say("blue"),
    }
)
_RULE_SAID: Mapping[Rule, Sentence] = MappingProxyType(
    {
        "level": say("the computed level"),
        "lec": say("LEC"),
        "matrix": say("the risk matrix"),
        "declared": say("the declared grade"),
    }
)


def _deciding(said: Mapping[Rule, tuple[Colour, Sentence]], pack: Pack) -> Rule:
    if pack.decides == FIRST:
        return next(iter(said))
    return min(said, key=lambda rule: COLOURS.index(said[rule][0]))


def _by(
    rule: Rule, scored: Scored, pack: Pack, notes: list[Sentence]
) -> tuple[Colour, Sentence] | None:
    if rule == "level":
        return _by_level(scored, pack)
    if rule == "lec":
        return _by_lec(scored, pack, notes)
    if rule == "matrix":
        return _by_matrix(scored, pack, notes)
    colour = pack.declared.get(scored.declared)
    if colour is None:
        return None
    return colour, say("declared as {grade}", grade=scored.declared)


def _by_level(scored: Scored, pack: Pack) -> tuple[Colour, Sentence] | None:
    colour = pack.level.get(str(scored.level))
    if colour is None or scored.level is None:
        return None
    return colour, say("major hazard source, {level}", level=LEVEL_SAID[scored.level].template)


def _by_lec(scored: Scored, pack: Pack, notes: list[Sentence]) -> tuple[Colour, Sentence] | None:
    values = dict(zip("lec", scored.lec, strict=True))
    known = {key: value for key, value in values.items() if value is not None}
    odd = [key for key, value in known.items() if value not in pack.lec_values[key]]
    if odd or 0 < len(known) < len(values):
        which = ", ".join(odd or sorted(set(values) - set(known))).upper()
        notes.append(
            say("The LEC scores are not used: {which} is not of the table or missing.", which=which)
        )
    if odd or len(known) < len(values):
        return None
    product = math.prod(known.values())
    colour = _band(product, pack.lec)
    if colour is None:
        return None
    return colour, say("D = {l} × {e} × {c} = {d}", l=told(known["l"]), e=told(known["e"]),
                       c=told(known["c"]), d=told(round(product, 6)))  # fmt: skip


def _by_matrix(scored: Scored, pack: Pack, notes: list[Sentence]) -> tuple[Colour, Sentence] | None:
    likelihood, severity = scored.matrix
    if likelihood is None and severity is None:
        return None
    if (
        likelihood is None
        or severity is None
        or not 1 <= min(likelihood, severity) <= max(likelihood, severity) <= pack.matrix_most
    ):
        notes.append(say("The matrix scores are not used: each is a whole number from 1 to {most}.",
                         most=pack.matrix_most))  # fmt: skip
        return None
    colour = _band(likelihood * severity, pack.matrix)
    if colour is None:
        return None
    return colour, say("R = {l} × {s} = {r}", l=likelihood, s=severity, r=likelihood * severity)


def _band(value: float, bands: tuple[tuple[float, Colour], ...]) -> Colour | None:
    """Return the gravest colour whose band the value reaches, its rim included."""
    return next((colour for least, colour in bands if value >= least), None)


@cache
def default_pack() -> Pack:
    """Return the pack that came with the program, as its file has it."""
    return load_pack(TABLE)


def load_pack(path: Path) -> Pack:
    """Return the rule pack of a file.

    Raises:
        UserError: with every fault of the file at once.

    """
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError([_fault(path, "", str(error))]) from error
    faults = [_fault(path, where, detail) for where, detail in _slips(held)]
    if faults:
        raise UserError(faults)
    return Pack(
        version=str(held.get("version", "")),
        decides=held["decides"],
        order=tuple(held["order"]),
        titles={row["key"]: (row["title_zh"], row["title_en"]) for row in held["colour"]},
        lec=_bands(held["lec"]["from_d"]),
        lec_values={k: tuple(float(v) for v in vs) for k, vs in held["lec"]["values"].items()},
        matrix=_bands(held["matrix"]["from_r"]),
        matrix_most=held["matrix"]["most"],
        declared=MappingProxyType(held["declared"]["colours"]),
        level=MappingProxyType(held["level"]["colours"]),
        sources={rule: held[rule]["source"] for rule in RULES},
        verified={rule: held[rule]["verified"] for rule in RULES},
    )


def _bands(held: Mapping[Colour, float]) -> tuple[tuple[float, Colour], ...]:
    return tuple((float(held[colour]), colour) for colour in COLOURS)


def _slips(held: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return where the file is not as it must be, and what is wrong there."""
    slips: list[tuple[str, str]] = []
    if held.get("decides") not in {GRAVEST, FIRST}:
        slips.append(("decides", f"neither {GRAVEST} nor {FIRST}"))
    order = held.get("order")
    if not isinstance(order, list) or sorted(map(str, order)) != sorted(RULES):
        slips.append(("order", f"not each of {', '.join(RULES)} once"))
    rows = held.get("colour")
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    titled = all(isinstance(row.get(t), str) for row in rows for t in ("title_zh", "title_en"))
    if [row.get("key") for row in rows] != list(COLOURS) or not titled:
        slips.append(("colour", f"not {', '.join(COLOURS)} in this order, each with its titles"))
    for rule in RULES:
        table = held.get(rule)
        if not isinstance(table, dict):
            slips.append((rule, "no table"))
            continue
        if not isinstance(table.get("source"), str) or not isinstance(table.get("verified"), bool):
            slips.append((rule, "source or verified missing"))
        slips += [(f"{rule}.{where}", detail) for where, detail in _table_slips(rule, table)]
    return slips


def _table_slips(rule: Rule, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    if rule in ("declared", "level"):
        colours = table.get("colours")
        fits = isinstance(colours, dict) and set(map(str, colours.values())) <= set(COLOURS)
        return [] if fits else [("colours", "not a table of colours")]
    key = "from_d" if rule == "lec" else "from_r"
    bands = table.get(key)
    slips = [] if _descends(bands) else [(key, "not a number per colour, falling from red to blue")]
    if rule == "matrix":
        most = table.get("most")
        fits = isinstance(most, int) and not isinstance(most, bool) and most > 1
        return slips if fits else [*slips, ("most", "not a whole number above 1")]
    values = table.get("values")
    fits = (
        isinstance(values, dict)
        and set(values) == set("lec")
        and all(
            isinstance(one, list) and one and all(map(_is_number, one)) for one in values.values()
        )
    )
    return slips if fits else [*slips, ("values", "not lists of numbers l, e and c")]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MOST_D


def _descends(bands: object) -> bool:
    if not isinstance(bands, dict) or set(bands) != set(COLOURS):
        return False
    values = [bands[colour] for colour in COLOURS]
    return all(map(_is_number, values)) and values == sorted(set(values), reverse=True)


def _fault(path: Path, where: str, detail: str) -> Fault:
    return Fault(
        file=path.name,
        column=where,
        problem=say("The rules of the four colours cannot be used: {detail}.", detail=detail),
        mend=say("Mend this line, or put back the file that came with the program."),
    )
