"""A grade as JSON and as lines for a terminal."""

from collections.abc import Iterator
from typing import Any

from language import Catalogue, say
from risk.gb18218 import LEVEL_SAID, told
from risk.gb18218_parts import LEVEL_ZH, Grade, Lift, Line, Step


def grade_document(grade: Grade, catalogue: Catalogue) -> dict[str, Any]:
    """Return the grade as JSON; ``level`` is the standard's word, null where it cannot be told."""
    return {
        "S": grade.s,
        "R": grade.r,
        "alpha": grade.alpha,
        "people": grade.people,
        "level": None if grade.level is None else LEVEL_ZH[grade.level],
        "level_no": grade.level,
        "at_least": LEVEL_ZH[grade.at_least],
        "at_most": LEVEL_ZH[grade.at_most],
        "substances": [_line(line) for line in grade.lines],
        "unknown": list(grade.unknown),
        "steps": [_step(step, catalogue) for step in grade.steps],
        "next": None if grade.lift is None else _lift(grade.lift, catalogue),
        "notes": [catalogue.word(note) for note in grade.notes],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "what": line.what,
        "name": line.name,
        "entry": line.entry,
        "quantity_t": line.quantity_t,
        "critical_t": line.critical_t,
        "ratio": line.ratio,
        "beta": line.beta,
        "beta_from": line.beta_from,
        "verified": line.verified,
    }


def _step(step: Step, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "key": step.key,
        "inputs": catalogue.word(step.inputs),
        "rule": catalogue.word(step.rule),
        "clause": step.clause,
        "result": catalogue.word(step.result),
        "verified": step.verified,
    }


def _lift(lift: Lift, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "level": LEVEL_ZH[lift.level],
        "people": lift.people,
        "tonnes": [{"name": name, "tonnes": more} for name, more in lift.tonnes],
        "said": [catalogue.word(said) for said in lift.said],
    }


def grade_lines(grade: Grade, catalogue: Catalogue) -> Iterator[str]:
    """Yield the grade as lines: the answer, then each step, what comes next, what to look at."""
    yield level_text(grade, catalogue)
    for number, step in enumerate(grade.steps, 1):
        mark = "" if step.verified else f" [{catalogue.word(say('unverified'))}]"
        inputs, result = catalogue.word(step.inputs), catalogue.word(step.result)
        yield f"{number}. {inputs} → {result}"
        yield f"   {catalogue.word(step.rule)} {step.clause}{mark}"
    if grade.lift is not None:
        yield from (f"→ {catalogue.word(said)}" for said in grade.lift.said)
    yield from (f"! {catalogue.word(note)}" for note in grade.notes)


def level_text(grade: Grade, catalogue: Catalogue) -> str:
    """Return level, S and R in one line, or between which levels it lies."""
    s, r = told(grade.s), "—" if grade.r is None else told(grade.r)
    if grade.level is not None:
        said = LEVEL_SAID[grade.level].template
        return catalogue.word(say("{level} (S = {s}, R = {r})", level=said, s=s, r=r))
    low, high = LEVEL_SAID[grade.at_least].template, LEVEL_SAID[grade.at_most].template
    if low == high:
        return catalogue.word(say("{level} however many live there (S = {s})", level=low, s=s))
    return catalogue.word(
        say("cannot be told: from {low} to {high} (S = {s}, R = {r})", low=low, high=high, s=s, r=r)
    )
