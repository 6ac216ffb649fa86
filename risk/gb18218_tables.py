"""The tables of GB 18218-2018, and which entry a written name means."""

import csv
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType

from language import Sentence, say

ROOM = Path(__file__).parent
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MOST_SIGNS = 200


@dataclass(frozen=True)
class Entry:
    """What the tables say of one substance: critical quantity in t and correction β.

    ``entry`` is 表1-12 or a symbol of table 2, "" for what is in no category; ``critical_t`` is
    ``None`` then. ``notes`` say on what condition the entry holds.
    """

    entry: str
    name: str
    critical_t: Fraction | None
    beta: Fraction
    beta_from: str
    verified: bool
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Rules:
    """α by residents and level by R, both ascending, and the clause of each step."""

    version: str
    radius_m: float
    critical_s: Fraction
    alphas: tuple[tuple[int, Fraction], ...]
    levels: tuple[tuple[int, Fraction], ...]
    clauses: Mapping[str, str]


@dataclass(frozen=True)
class Tables:
    """Entries of table 1 by number, of tables 2 and 4 by symbol, and what names mean."""

    named: Mapping[str, Entry]
    symbols: Mapping[str, Entry]
    meanings: Mapping[str, tuple[str, ...]]
    readings: Mapping[str, str]
    conditional: frozenset[str]


def find_entry(what: str) -> Entry | None:
    """Return the entry of a name, alias, formula or symbol; ``None`` where the tables have none.

    ``name@W5.2`` states the category behind β, and Q where table 1 does not name the substance.
    Of several entries with one name the one with the smallest critical quantity counts, then the
    greatest β, and it is said.
    """
    if len(what) > _MOST_SIGNS:
        return None
    text, _, stated = plain(what).partition("@")
    found = _found(text)
    symbol = tables().symbols.get(stated)
    if not stated or symbol is None:
        return None if stated else found
    if found is None or not found.entry.startswith("表1"):
        return Entry(
            symbol.entry, what.partition("@")[0], symbol.critical_t, symbol.beta, symbol.beta_from,
            verified=True, notes=(),
        )  # fmt: skip
    if found.beta_from == "表3":
        return found
    return Entry(
        found.entry, found.name, found.critical_t, symbol.beta, symbol.beta_from,
        verified=True, notes=found.notes,
    )  # fmt: skip


def plain(text: str) -> str:
    """Return a name as it is compared: full width, case, spaces and underscores aside."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return "".join(narrow.split()).replace("_", "")


def _found(text: str) -> Entry | None:
    held = tables()
    if text in held.symbols:
        return held.symbols[text]
    numbers = held.meanings.get(text, ())
    if numbers:
        return _strictest(text, numbers)
    symbol = held.readings.get(text)
    if symbol is None:
        return None
    if not symbol:
        note = say("{name}: in no category of table 2 by our reading; it counts nothing.",
                   name=text)  # fmt: skip
        return Entry("", text, None, Fraction(0), "", verified=False, notes=(note,))
    by = held.symbols[plain(symbol)]
    note = say("{name}: taken for {symbol} by our reading; check its safety data sheet.",
               name=text, symbol=symbol)  # fmt: skip
    return Entry(by.entry, text, by.critical_t, by.beta, by.beta_from, verified=False,
                 notes=(note,))  # fmt: skip


def _strictest(text: str, numbers: tuple[str, ...]) -> Entry:
    entries = [tables().named[number] for number in numbers]
    entry = min(entries, key=lambda one: (one.critical_t or Fraction(0), -one.beta))
    if text in {plain(entry.name), plain(entry.entry)}:
        return entry
    notes = list(entry.notes)
    if len(entries) > 1:
        notes.append(
            say("{name} may be any of {count} entries; the strictest is taken: {entry}.",
                name=text, count=len(entries), entry=entry.name)
        )  # fmt: skip
    elif entry.entry in tables().conditional:
        notes.append(
            say("{name} is taken for {entry}; check that it is.", name=text, entry=entry.name)
        )
    return Entry(entry.entry, entry.name, entry.critical_t, entry.beta, entry.beta_from,
                 entry.verified, tuple(notes))  # fmt: skip


@cache
def rules() -> Rules:
    """Return α, levels and clauses as the file beside this module has them."""
    held = tomllib.loads((ROOM / "gb18218.toml").read_text(encoding="utf-8"))
    return Rules(
        version=held["version"],
        radius_m=float(held["radius_m"]),
        critical_s=Fraction(held["critical_s"]),
        alphas=tuple((row["from_people"], Fraction(row["alpha"])) for row in held["alpha"]),
        levels=tuple((row["level"], Fraction(row["from_r"])) for row in held["level"]),
        clauses=MappingProxyType(held["clauses"]),
    )


@cache
def tables() -> Tables:
    """Return the tables as the files beside this module have them."""
    toxic = {row["no"]: row for row in _rows("table3")}
    categories = {row["no"]: row["symbol"] for row in _rows("categories")}
    symbols = {plain(row["symbol"]): _symbol(row) for row in _rows("table2")}
    named: dict[str, Entry] = {}
    meanings: dict[str, dict[str, None]] = {}
    conditional = set()
    for row in _rows("table1"):
        number = row["no"]
        named[number] = _entry(row, toxic.get(number), symbols, categories.get(number, ""))
        if row["conditional"] == "true":
            conditional.add(named[number].entry)
        for name in (row["name_zh"], _BRACKETS.sub("", row["name_zh"]), f"表1-{number}"):
            meanings.setdefault(plain(name), {})[number] = None
    for row in _rows("aliases"):
        meanings.setdefault(plain(row["alias"]), {})[row["no"]] = None
    return Tables(
        MappingProxyType(named),
        MappingProxyType(symbols),
        MappingProxyType({name: tuple(numbers) for name, numbers in meanings.items()}),
        MappingProxyType({plain(row["name_zh"]): row["symbol"] for row in _rows("readings")}),
        frozenset(conditional),
    )


def _entry(
    row: Mapping[str, str],
    toxic: Mapping[str, str] | None,
    symbols: Mapping[str, Entry],
    symbol: str,
) -> Entry:
    """Return a row of table 1 with β of table 3, else of the category that we read for it."""
    entry, critical = f"表1-{row['no']}", Fraction(row["critical_t"])
    if toxic is not None:
        proven = toxic["verified"] == "true"
        return Entry(entry, row["name_zh"], critical, Fraction(toxic["beta"]), "表3", proven)
    by = symbols.get(plain(symbol))
    beta = by.beta if by is not None else Fraction(1)
    note = say("β of {name} is by category {symbol}, which is our reading.",
               name=row["name_zh"], symbol=symbol or "—")  # fmt: skip
    return Entry(entry, row["name_zh"], critical, beta, symbol, verified=False, notes=(note,))


def _symbol(row: Mapping[str, str]) -> Entry:
    name = f"{row['class_zh']}（{row['description_zh']}）"
    critical, beta = Fraction(row["critical_t"]), Fraction(row["beta"])
    return Entry(row["symbol"], name, critical, beta, row["symbol"], verified=True)


def _rows(name: str) -> Iterator[Mapping[str, str]]:
    with (ROOM / f"gb18218_{name}.csv").open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
