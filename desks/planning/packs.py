"""Rule packs: clauses with source, edition and trust, read from files that their users may edit.

A pack is a TOML file with ``key``, ``title_zh``, ``title_en``, ``source``, ``edition`` and rows
``[[rule]]`` of a small closed set of kinds; `pack_checks.KINDS` declares what each kind needs.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from geodata.faults import Fault, UserError
from language import say
from risk.rule_files import read_rules

from .answers import Definition
from .pack_checks import Kind, Units, pack_faults

FOLDER = Path(__file__).parent / "packs"

_SHOWN = 60
Where = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Selection:
    """Rows of a layer where every named column holds one of the values, and how many are asked."""

    layer: str
    where: Where = ()
    at_least: int = 1


@dataclass(frozen=True)
class Rule:
    """One clause and how it is held against a district; what a kind does not use is left empty.

    ``needs`` are all asked for in each unit. ``of`` are the rows for each of which ``needs[0]``
    must exist within ``within_m`` metres in a straight line. ``share`` is exact. ``value`` is in
    the unit of ``column``, metres for distances, people for ``people_per_place``.
    """

    id: str
    kind: Kind
    title_zh: str
    title_en: str
    clause: str
    source: str
    verified: bool
    units: Units = "district"
    needs: tuple[Selection, ...] = ()
    of: Selection | None = None
    within_m: float = 0.0
    service: str = ""
    within: str = ""
    definition: Definition = "network"
    share: Fraction = Fraction(0)
    column: str = ""
    per: str = ""
    value: float = 0.0
    layers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pack:
    """A whole pack: rules in the order of the file."""

    key: str
    title_zh: str
    title_en: str
    source: str
    edition: str
    rules: tuple[Rule, ...] = field(default=())


def packs() -> Mapping[str, Pack]:
    """Return the packs that come with the program, by key."""
    return MappingProxyType({p.stem: _shipped(p) for p in sorted(FOLDER.glob("*.toml"))})


def pack_of(name: str) -> Pack:
    """Return the pack of that key, or of the user's own file of that path.

    Raises:
        UserError: where there is no such pack, or with every fault of its file at once.

    """
    if name in packs():
        return packs()[name]
    if not os.path.isfile(name):  # noqa: PTH113 - Path.is_file raises where a name is too long
        problem = say("No pack of rules is called that, and no file.")
        mend = say("Packs are {known}; or give the path of a file.", known=", ".join(packs()))
        raise UserError([Fault("--rules", problem, mend, value=name[:_SHOWN])])
    return load_pack(Path(name))


def load_pack(path: Path) -> Pack:
    """Return the pack of the file.

    Raises:
        UserError: where it cannot be read, and with every fault of the file at once.

    """
    document = read_rules(path)
    faults = pack_faults(path, document)
    if faults:
        raise UserError(faults)
    source = str(document["source"])
    return Pack(
        key=str(document["key"]),
        title_zh=str(document["title_zh"]),
        title_en=str(document["title_en"]),
        source=source,
        edition=str(document["edition"]),
        rules=tuple(_rule(row, source) for row in document["rule"]),
    )


@cache
def _shipped(path: Path) -> Pack:
    return load_pack(path)


def _rule(row: Mapping[str, Any], source: str) -> Rule:
    given = {key: row[key] for key in ("units", "service", "within", "definition") if key in row}
    return Rule(
        id=row["id"],
        kind=cast("Kind", row["kind"]),
        title_zh=row["title_zh"],
        title_en=row["title_en"],
        clause=row["clause"],
        source=row.get("source", source),
        verified=row["verified"],
        needs=_selections(row.get("needs", ())),
        of=_selection(row["of"]) if "of" in row else None,
        within_m=float(row.get("within_m", 0)),
        share=Fraction(str(row.get("share", 0))),
        column=row.get("column", ""),
        per=row.get("per", ""),
        value=float(row.get("value", 0)),
        layers=tuple(row.get("layers", ())),
        **given,
    )


def _selections(rows: Sequence[Mapping[str, Any]]) -> tuple[Selection, ...]:
    return tuple(_selection(row) for row in rows)


def _selection(row: Mapping[str, Any]) -> Selection:
    where = tuple((key, tuple(values)) for key, values in row.get("where", {}).items())
    return Selection(row["layer"], where, int(row.get("at_least", 1)))
