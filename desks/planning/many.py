"""The coverage of many districts: one folder each, one answer each, and the sums of all.

An answer bears a mark over the district's stamp and the question; a district whose written answer
bears it is not worked out again, so that a run that was broken off goes on where it stopped.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desks.folder import DISTRICT
from desks.onemap import OneMap, load_onemap
from geodata.chain import canonical
from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import Catalogue, say

from .answers import DEFINITIONS, Service, Share
from .coverage import coverage
from .document import coverage_document
from .services import service_of

FORMAT = 1
SUMMARY = "summary.json"
SUFFIX = ".coverage.json"

Document = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What is asked of every district: services as ``key`` or ``key:within``, whose presence."""

    services: tuple[str, ...]
    share: Share = "night"
    language: str = "zh"


@dataclass(frozen=True)
class Asked:
    """One district's folder, the question, and the mark of an answer that is written already."""

    folder: str
    question: Question
    mark: str = ""


@dataclass(frozen=True)
class Answer:
    """A district's answer as JSON: "" where the written one still holds; or its faults."""

    mark: str
    text: str
    faults: tuple[str, ...] = ()


def districts_below(root: Path) -> tuple[Path, ...]:
    """Return the folders below the root that are districts, by path; hidden ones are not.

    Raises:
        UserError: where there is none.

    """
    marks = (path.relative_to(root) for path in root.rglob(DISTRICT))
    seen = [mark.parent for mark in marks if not any(part.startswith(".") for part in mark.parts)]
    found = tuple(root / folder for folder in sorted(seen))
    if not found:
        problem = say("No district lies below this folder.")
        raise UserError([Fault(str(root), problem, say("Give a folder that holds districts."))])
    return found


def names_of(root: Path, folders: Sequence[Path]) -> tuple[str, ...]:
    """Return a name for each district's answer: its path below the root, parted by two dots.

    Raises:
        UserError: where two would be written under one name.

    """
    names = ["..".join(folder.relative_to(root).parts) or folder.name for folder in folders]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        problem = say("Two districts would be written under one name.")
        mend = say("Give one of the folders another name.")
        raise UserError([Fault(name, problem, mend) for name in twice])
    return tuple(names)


def require_services(question: Question) -> None:
    """Do nothing where every service is known; asked once here, not once in every district.

    Raises:
        UserError: with what is not known.

    """
    for named in question.services:
        _service(named)


def answer(asked: Asked) -> Answer:
    """Return the district's answer; what its user can mend is worded, all else is raised."""
    catalogue = Catalogue.load(asked.question.language)
    try:
        onemap = load_onemap(Path(asked.folder))
        mark = mark_of(onemap.stamp, asked.question)
        if mark == asked.mark:
            return Answer(mark, "")
        return Answer(mark, _document(onemap, asked.question, mark, catalogue))
    except UserError as error:
        said = (f"{catalogue.word(one.problem)} {catalogue.word(one.mend)}" for one in error.faults)
        return Answer("", "", tuple(said))


def mark_of(stamp: str, question: Question) -> str:
    """Return 16 hex digits over everything that the answer rests on."""
    asked = canonical([FORMAT, stamp, list(question.services), question.share, question.language])
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


def _document(onemap: OneMap, question: Question, mark: str, catalogue: Catalogue) -> str:
    found = [coverage(onemap, _service(named), share=question.share) for named in question.services]
    document = {
        "format": FORMAT,
        "mark": mark,
        "stamp": onemap.stamp,
        "name_zh": onemap.name_zh,
        "name_en": onemap.name_en,
        "sample": onemap.sample,
        "as_of": onemap.as_of.isoformat() if onemap.as_of else None,
        "coverages": [coverage_document(one, catalogue) for one in found],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _service(named: str) -> Service:
    key, _, within = named.partition(":")
    return service_of(key, within or None)


def written_mark(path: Path) -> str:
    """Return the mark of an answer that is written, "" where none is or it cannot be summed."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        return ""
    mark, name, held = found.get("mark"), found.get("name_zh"), found.get("coverages")
    good = isinstance(name, str) and isinstance(held, list) and all(map(_can_be_summed, held))
    return mark if isinstance(mark, str) and good and held else ""


def _can_be_summed(one: object) -> bool:
    """Return whether a coverage that was read back has all that the sums need."""
    totals = one.get("totals") if isinstance(one, dict) else None
    if not isinstance(one, dict) or not isinstance(totals, dict):
        return False
    covered = totals.get("people_covered")
    return (
        isinstance(one.get("service"), dict)
        and isinstance(totals.get("people"), int)
        and isinstance(covered, dict)
        and all(isinstance(covered.get(d, ""), int | None) for d in DEFINITIONS)
    )


def summary(answers: Mapping[str, Document], faults: Mapping[str, Sequence[str]]) -> Document:
    """Return the sums by service over the districts by name, and which are in none of them."""
    services: dict[str, Document] = {}
    for name in sorted(answers):
        for one in answers[name]["coverages"]:
            service = one["service"]
            key = canonical(service)
            held = services.setdefault(key, {"service": service, "districts": []})
            row = {"district": name, "name_zh": answers[name]["name_zh"], **_counts(one["totals"])}
            held["districts"].append(row)
    for held in services.values():
        held["totals"] = _summed(held["districts"])
    return {
        "format": FORMAT,
        "districts": len(answers) + len(faults),
        "services": [services[key] for key in sorted(services)],
        "faults": [{"district": name, "said": list(faults[name])} for name in sorted(faults)],
    }


def _counts(totals: Document) -> Document:
    return {"people": totals["people"], "people_covered": totals["people_covered"]}


def _summed(rows: Iterable[Document]) -> Document:
    """Return the sums; a definition that a district lacks names how many people that leaves out."""
    held = list(rows)
    covered: dict[str, int | None] = {}
    without: dict[str, int] = {}
    for definition in DEFINITIONS:
        known = [row for row in held if row["people_covered"][definition] is not None]
        sums = sum(row["people_covered"][definition] for row in known)
        covered[definition] = sums if known else None
        without[definition] = sum(row["people"] for row in held if row not in known)
    people = sum(row["people"] for row in held)
    return {"people": people, "people_covered": covered, "people_not_judged": without}


def write_text(path: Path, text: str) -> None:
    """Write one answer in one step: a run that is broken off leaves none half written.

    Raises:
        UserError: where it cannot be written.

    """
    with write_file(path) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="\n")
