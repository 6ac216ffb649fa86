"""What building a district read, mended, guessed and refused, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from geodata.faults import Fault
from language import Catalogue, Sentence, say

FORMAT = 1
SHOWN = 3
"""How many notices of one sort the text shows of one file; the JSON has all of them."""


@dataclass(frozen=True)
class FileReport:
    """One file: its role (roads, a layer's key, a backdrop), what was read and what was said.

    ``said`` is about the whole file, ``notices`` about rows that were kept, ``refused`` about
    rows that were not. ``rows_read == rows_kept + rows refused`` for layers.
    """

    role: str
    file: str
    rows_read: int
    rows_kept: int
    said: tuple[Sentence, ...] = ()
    notices: tuple[Fault, ...] = ()
    refused: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class BuildReport:
    """A whole build: the district, every file, the network, and the cautions that stay with it."""

    name_zh: str
    name_en: str
    crs: str
    as_of: str
    stamp: str
    files: tuple[FileReport, ...]
    network: tuple[Sentence, ...]
    cautions: tuple[Sentence, ...]


def build_document(report: BuildReport, catalogue: Catalogue) -> dict[str, Any]:
    """Return the report as docs/schemas/build.schema.json states it, worded by the catalogue."""
    return {
        "format": FORMAT,
        "name_zh": report.name_zh,
        "name_en": report.name_en,
        "crs": report.crs,
        "as_of": report.as_of or None,
        "stamp": report.stamp,
        "files": [_file_document(file, catalogue) for file in report.files],
        "network": [catalogue.word(sentence) for sentence in report.network],
        "cautions": [catalogue.word(sentence) for sentence in report.cautions],
    }


def _file_document(file: FileReport, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "role": file.role,
        "file": file.file,
        "rows_read": file.rows_read,
        "rows_kept": file.rows_kept,
        "said": [catalogue.word(sentence) for sentence in file.said],
        "notices": [fault_document(fault, catalogue) for fault in file.notices],
        "refused": [fault_document(fault, catalogue) for fault in file.refused],
    }


def fault_document(fault: Fault, catalogue: Catalogue) -> dict[str, Any]:
    """Return one fault as plain data."""
    return {
        "file": fault.file,
        "sheet": fault.sheet,
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "problem": catalogue.word(fault.problem),
        "mend": catalogue.word(fault.mend),
    }


def fault_line(fault: Fault, catalogue: Catalogue) -> str:
    """Return one fault as a line: file, row, column, value, problem, mend."""
    where = [fault.file + (f" [{fault.sheet}]" if fault.sheet else "")]
    if fault.row is not None:
        where.append(catalogue.word(say("row {row}", row=fault.row)))
    if fault.column:
        where.append(catalogue.word(say("column {column}", column=fault.column)))
    if fault.value:
        where.append(f"“{fault.value[:60]}”")
    said = f"{catalogue.word(fault.problem)} {catalogue.word(fault.mend)}"
    return plain_line(f"{', '.join(part for part in where if part)}: {said}")


def plain_line(text: str) -> str:
    """Return the text on one line without control characters, as a terminal may show it."""
    return "".join(c if c.isprintable() else " " for c in text)


def _sorted_lines(faults: tuple[Fault, ...], catalogue: Catalogue) -> Iterator[str]:
    """Yield the first faults of each sort and the count of its rest: none hides another sort."""
    sorts: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        sorts.setdefault((fault.problem.template, fault.column or ""), []).append(fault)
    for alike in sorts.values():
        yield from (fault_line(fault, catalogue) for fault in alike[:SHOWN])
        if len(alike) > SHOWN:
            rest = say(
                "and {count} more of this sort, see build_report.json", count=len(alike) - SHOWN
            )
            yield f"… {catalogue.word(rest)}"


def build_lines(report: BuildReport, catalogue: Catalogue) -> Iterator[str]:
    """Yield the report as lines for a terminal, each sort of notice cut with a count."""
    name = report.name_zh if catalogue.language == "zh" else report.name_en
    yield plain_line(f"{name} · {report.crs} · {report.stamp}")
    for file in report.files:
        count = say("{kept} of {read} rows kept", kept=file.rows_kept, read=file.rows_read)
        yield plain_line(f"[{file.role}] {file.file}: {catalogue.word(count)}")
        yield from (f"    {plain_line(catalogue.word(sentence))}" for sentence in file.said)
        for sign, faults in (("!", file.notices), ("x", file.refused)):
            yield from (f"  {sign} {line}" for line in _sorted_lines(faults, catalogue))
    yield from (plain_line(catalogue.word(sentence)) for sentence in report.network)
    yield from (f"▲ {plain_line(catalogue.word(sentence))}" for sentence in report.cautions)
