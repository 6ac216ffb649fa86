"""A proposal as plain JSON values, as rows of a table, and as lines for a terminal."""

from collections.abc import Iterator, Sequence
from typing import Any

from language import Catalogue, Sentence, say

from .learning import Fitness, Proposal
from .learning_values import Changed

PAIRS = ("call", "turnout")
"""Figures that state a P50 and a P90."""


def proposal_rows(proposal: Proposal) -> tuple[dict[str, Any], ...]:
    """Return one row per figure that would change: key, band, hours, old, new, unit, drives."""
    return tuple(_row(row) for row in proposal.rows)


def _row(row: Changed) -> dict[str, Any]:
    return {
        "key": row.key,
        "band": row.band,
        "hours": list(row.hours),
        "old": list(row.old),
        "new": list(row.new),
        "unit": row.unit,
        "drives": row.drives,
    }


def proposal_document(proposal: Proposal, catalogue: Catalogue) -> dict[str, Any]:
    """Return the proposal as JSON values, its sentences in the catalogue's language."""
    return {
        "format": 1,
        "base": proposal.base,
        "version": proposal.model.version,
        "digest": proposal.digest,
        "changes": proposal.changes,
        "drives": proposal.drives,
        "drills": list(proposal.drills),
        "rows": list(proposal_rows(proposal)),
        "before": _fitness(proposal.before),
        "after": _fitness(proposal.after),
        "left_out": [
            {"drill": drill, "team": team, "why": catalogue.word(why)}
            for drill, team, why in proposal.left_out
        ],
        "notes": [catalogue.word(note) for note in proposal.notes],
    }


def _fitness(fitness: Fitness | None) -> dict[str, float] | None:
    return None if fitness is None else dict(vars(fitness))


def proposal_lines(proposal: Proposal, catalogue: Catalogue) -> Iterator[str]:
    """Yield the proposal for people: old beside new, and what stands behind each."""
    told = say("In force: {base}.", base=proposal.base)
    if proposal.changes:
        told = say(
            "In force: {base}. Proposed from {drives} drives of {drills} drills: {version}",
            base=proposal.base,
            drives=proposal.drives,
            drills=len(proposal.drills),
            version=proposal.model.version,
        )
    yield catalogue.word(told)
    for row in proposal.rows:
        yield _line(row, catalogue)
    if not proposal.changes:
        yield catalogue.word(say("Nothing would change."))
    for fitness, when in ((proposal.before, say("In force")), (proposal.after, say("Proposed"))):
        if fitness is not None:
            yield f"{catalogue.word(when)}: {catalogue.word(fitness_said(fitness))}"
    for drill, team, why in proposal.left_out:
        yield f"{drill} {team}: {catalogue.word(why)}"
    yield from (catalogue.word(note) for note in proposal.notes)


def fitness_said(fitness: Fitness) -> Sentence:
    """Return in words how a model foretells arrivals; shares are cut, never rounded."""
    return say(
        "of {arrivals} arrivals {under_p90} % came under P90 and {under_p50} % under P50; mean"
        " error {error_s} s",
        arrivals=fitness.arrivals,
        under_p90=int(fitness.under_p90 * 100),
        under_p50=int(fitness.under_p50 * 100),
        error_s=round(fitness.mean_error_s),
    )


def factor_said(key: str) -> Sentence:
    """Return what a figure of the speed model is called; an unknown one keeps its key."""
    name, _, of = key.partition(".")
    roads = {
        "express": "motorways and trunk roads", "arterial": "primary and secondary roads",
        "local": "local roads", "lane": "lanes and yards",
    }.get(of, of)  # fmt: skip
    if name == "turnout" and of == "default":
        return say("Turnout P50 / P90: {kind}", kind="any other team")
    if name == "turnout":
        return say("Turnout P50 / P90: {kind}", kind=of)
    if name == "congestion":
        return say("Slower by traffic: {roads}", roads=roads)
    if name == "priority":
        return say("Faster by siren: {roads}", roads=roads)
    known = {"call": say("Taking the call P50 / P90"),
             "drive.p90": say("P90 of a drive, times P50")}  # fmt: skip
    return known.get(key, say("{key}", key=key))


def figures_text(values: Sequence[float], row: Changed) -> str:
    """Return the P50 and P90 of a time, of a factor by the hour its least and most."""
    unit = "" if row.unit == "1" else f" {row.unit}"
    if row.key.split(".")[0] in PAIRS:
        return " / ".join(f"{value:g}" for value in values) + unit
    low, high = min(values), max(values)
    return f"{low:g}{unit}" if low == high else f"{low:g}–{high:g}{unit}"


def _line(row: Changed, catalogue: Catalogue) -> str:
    title = catalogue.word(factor_said(row.key))
    hours = f", {_hours(row.hours)}" if row.hours else ""
    drives = catalogue.word(say("{count} drives", count=row.drives))
    old, new = figures_text(row.old, row), figures_text(row.new, row)
    return f"{title} [{row.key}]{hours}: {old} → {new} ({drives})"


def _hours(hours: tuple[int, ...]) -> str:
    """Return whole hours as runs, such as 0-6, 21-23."""
    runs: list[list[int]] = []
    for hour in hours:
        if runs and hour == runs[-1][-1] + 1:
            runs[-1].append(hour)
        else:
            runs.append([hour])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
