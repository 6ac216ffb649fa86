"""The drills that control archived, as drills held: of the district and of who took part."""

from collections.abc import Iterator

from desks.onemap import OneMap
from desks.stock import CHINA
from geodata.faults import UserError
from language import Sentence

from .calendar import Held
from .calendar_rules import DISTRICT, DrillRule
from .folder import Control
from .learning_stamps import ARRIVED, LEFT, stage_of
from .running import RunState, state


def archived_drills(
    onemap: OneMap, control: Control, rules: tuple[DrillRule, ...]
) -> tuple[tuple[Held, ...], tuple[tuple[str, Sentence], ...]]:
    """Return the drills held by control's archive, and the drills that cannot be read, with why.

    An archived drill counts for the district, for every team that left or arrived, and for the
    body at whose place it was.
    """
    held: list[Held] = []
    unread: list[tuple[str, Sentence]] = []
    for number in control.drills:
        if not (control.drill(number) / "opened.json").is_file():
            continue
        try:
            run = state(control, number)
        except UserError as error:
            unread.append((number, error.faults[0].problem))
            continue
        if any(entry.kind == "archived" for entry in run.entries):
            held += _held(onemap, run, rules)
    return tuple(held), tuple(unread)


def _held(onemap: OneMap, run: RunState, rules: tuple[DrillRule, ...]) -> Iterator[Held]:
    if run.t0 is None or run.phase == "aborted":
        return
    day = run.t0.astimezone(CHINA).date()
    yield Held(DISTRICT, "", "", day, drill=run.drill)
    nodes = {node.key: node for node in run.scenario.nodes}
    stamped = [nodes[stamp.node] for stamp in run.stamps if stamp.node in nodes]
    teams = {node.team for node in stamped if node.team and stage_of(node) in (LEFT, ARRIVED)}
    for team in sorted(teams):
        layer, _, id_ = team.partition(":")
        yield Held(layer, id_, "", day, drill=run.drill)
    for layer in sorted({rule.layer for rule in rules} & set(onemap.records)):
        records = onemap.records[layer]
        for id_, name in zip(records.ids, records.names, strict=True):
            if name and f" {run.scenario.place}".endswith(f" {name}"):
                yield Held(layer, id_, "", day, drill=run.drill)
