"""What a plan changes: its list with costs, people before and after, rules before and after."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from desks.onemap import OneMap
from desks.planning.answers import DEFINITIONS, Coverage, RuleAnswer
from desks.planning.costs import Spent, cost_of, spent
from desks.planning.packs import Pack
from desks.planning.variant_files import variant_digest
from desks.planning.variants import Change, Kind, Variant
from language import Sentence, say

from .coverage_figures import DEFINITION_SAID, Figures, figures_of
from .coverage_tables import method_of, service_title
from .edition import Edition
from .paper import Block, Cell, Column, Heading, MapLayer, Paragraph, Plan, Table, Verdict
from .rule_tables import rule_titles, speaks_of, unit_name
from .wording import NOT_APPLICABLE, clean

KIND_SAID: Mapping[Kind, Sentence] = {
    "add": say("new"), "move": say("moved"), "close": say("closed"), "resize": say("other room"),
}  # fmt: skip
_ON_MAP: Mapping[Kind, Sentence] = {
    "add": say("Planned, not built: new"),
    "move": say("Planned, not built: moved to here"),
    "resize": say("Planned, not built: other room"),
    "close": say("Planned: closed"),
}


@dataclass(frozen=True, eq=False)
class Proposed:
    """A plan with the district of today beside it.

    ``today`` are the coverages of today by key of the service, ``answers`` today's to the rules.
    """

    variant: Variant
    today: Mapping[str, Coverage]
    answers: tuple[RuleAnswer, ...] = ()

    @property
    def plan(self) -> Plan:
        """Return what the paper states of the plan."""
        return plan_of(self.variant)


def plan_of(variant: Variant) -> Plan:
    """Return what a paper states of a plan: its name, its file's SHA-256, its map's stamp."""
    return Plan(variant.name, variant_digest(variant), variant.stamp)


@dataclass(frozen=True, eq=False)
class With:
    """What there is with the plan: coverages, answers to the rules, and the packs they are of."""

    coverages: tuple[Coverage, ...]
    answers: tuple[RuleAnswer, ...]
    packs: tuple[Pack, ...]


def plan_blocks(
    onemap: OneMap, proposed: Proposed, planned: With, edition: Edition
) -> Iterator[Block]:
    """Yield the chapter; the public edition knows neither costs nor room."""
    changes = proposed.variant.changes
    headline, *others = planned.coverages
    today = proposed.today[headline.service.key]
    yield Heading(1, say("What the plan changes"))
    yield Paragraph((
        say("Nothing of the plan {name} is built: every figure of this paper but those called "
            "today's is of a district that does not exist yet.", name=clean(proposed.plan.name)),
        _counted(changes), *(() if edition.is_public else (_cost_said(spent(changes)),)),
    ))  # fmt: skip
    yield Paragraph((_gain(headline, today, edition),))
    if changes:
        yield _changes_table(onemap, proposed, headline, edition)
    yield _beside_table(headline, today, edition, whole=True)
    for one in others:
        before = proposed.today[one.service.key]
        if before is not one and _moved(one, before, edition):
            yield _beside_table(one, before, edition, whole=False)
    yield from _rules(onemap, proposed, planned, edition)


def plan_method(proposed: Proposed) -> Iterator[Sentence]:
    """Yield how the plan was counted."""
    plan = proposed.plan
    yield say(
        "The plan {name} (SHA-256 {digest}) differs from today in the places of one service only; "
        "residents, roads and all other registers are today's.",
        name=clean(plan.name), digest=plan.sha256[:16],
    )  # fmt: skip
    yield say(
        "For other services and for the rules a new place is what the plan says of it: what it "
        "does not say, such as its grade or whether it is indoors, counts as not on file."
    )


def _counted(changes: Sequence[Change]) -> Sentence:
    counts = {kind: sum(one.kind == kind for one in changes) for kind in KIND_SAID}
    return say("Places: new {add}, moved {move}, closed {close}, with other room {resize}.",
               **counts)  # fmt: skip


def _cost_said(cost: Spent) -> Sentence:
    return say("Stated cost: {cny} CNY; new places without a stated cost: {unstated}.",
               cny=f"{cost.stated_cny:,}", unstated=cost.unstated)  # fmt: skip


def _gain(now: Coverage, before: Coverage, edition: Edition) -> Sentence:
    """Return people covered today and with the plan by the strictest definition that applies."""
    new, old = figures_of(now, edition).total, figures_of(before, edition).total
    key = new.strictest or "circle"
    return say(
        "{service}, {definition}: {after} of {people} people with the plan, today {before}.",
        service=service_title(now.service, edition), definition=DEFINITION_SAID[key].template,
        after=_count(new.covered[key]), before=_count(old.covered[key]), people=f"{new.people:,}",
    )  # fmt: skip


def _count(people: int | None) -> str:
    return "—" if people is None else f"{people:,}"


def _changes_table(onemap: OneMap, proposed: Proposed, now: Coverage, edition: Edition) -> Table:
    """Return one row a change in the plan's order; costs add up as far as stated."""
    today = proposed.today[now.service.key]
    has_room = now.service.has_capacity and not edition.is_public
    columns = [
        Column("number", say("No."), is_figure=True),
        Column("change", say("Change")),
        Column("place", say("The place"), is_name=True),
        Column("unit", say("Subdistrict"), is_name=True),
    ]
    if has_room:
        columns += [Column("room_before", say("Room today"), is_figure=True),
                    Column("room_after", say("Room in the plan"), is_figure=True)]  # fmt: skip
    if not edition.is_public:
        columns.append(Column("cost_cny", say("Cost, CNY"), is_figure=True))
    old, new = _held(today), _held(now)
    rows = []
    for number, one in enumerate(proposed.variant.changes, start=1):
        name, at, _ = new.get(one.id) or old[one.id]
        row: list[Cell] = [number, KIND_SAID[one.kind], name, _unit_at(onemap, at)]
        row += [_room(side.get(one.id)) for side in (old, new)] if has_room else []
        row += [] if edition.is_public else [cost_of(one)]
        rows.append(tuple(row))
    cost = spent(proposed.variant.changes)
    total: list[Cell] = [None, say("Total"), "", "", *(["", ""] if has_room else [])]
    method = (say("— in the column of costs: nobody stated one."),)
    return Table(
        "plan_changes", say("The plan's changes"), tuple(columns), tuple(rows),
        total=None if edition.is_public else ("", *total[1:], cost.stated_cny),
        sums=() if edition.is_public else ("cost_cny",),
        method=() if edition.is_public else method,
    )  # fmt: skip


_Held = Mapping[str, tuple[str, tuple[float, float], int]]


def _held(coverage: Coverage) -> _Held:
    """Return name, position in metres and room of each place by its id."""
    own = coverage.places
    return {
        key: (name, (float(x), float(y)), int(room))
        for key, name, (x, y), room in zip(
            own.ids, own.names, own.xy_m, own.capacity, strict=True
        )
    }  # fmt: skip


def _room(place: tuple[str, tuple[float, float], int] | None) -> Cell:
    return None if place is None or place[2] < 0 else place[2]


def _unit_at(onemap: OneMap, at: tuple[float, float]) -> str | None:
    """Return the name of the subdistrict around a position, ``None`` outside of all."""
    shapes, records = onemap.shapes["subdistrict"], onemap.records["subdistrict"]
    inside = np.flatnonzero(shapely.intersects(shapes, shapely.Point(at)))
    lowest = min(inside.tolist(), key=lambda row: records.ids[row], default=None)
    return None if lowest is None else records.names[lowest]


def _moved(now: Coverage, before: Coverage, edition: Edition) -> bool:
    new, old = figures_of(now, edition), figures_of(before, edition)
    return any(one.covered != was.covered
               for one, was in zip(new.subdistricts, old.subdistricts, strict=True))  # fmt: skip


def _beside_table(now: Coverage, before: Coverage, edition: Edition, *, whole: bool) -> Table:
    """Return today and the plan side by side by all definitions; ``whole`` lists every unit."""
    new, old = figures_of(now, edition), figures_of(before, edition)
    pairs = list(zip(old.subdistricts, new.subdistricts, strict=True))
    shown = [(was, one) for was, one in pairs if whole or was.covered != one.covered]
    strictest = new.total.strictest
    columns = [
        Column("subdistrict", say("Subdistrict"), is_name=True),
        Column("people", say("Residents"), is_figure=True),
    ]
    for key in DEFINITIONS:
        said = DEFINITION_SAID[key].template
        columns += [
            Column(f"{key}_today", say("{definition}, today", definition=said), is_figure=True),
            Column(f"{key}_plan", say("{definition}, plan", definition=said), is_figure=True),
        ]
    columns.append(Column("gained", say("More covered"), is_figure=True))
    applying = [key for key in DEFINITIONS if new.total.covered[key] is not None]
    sums = [f"{key}_{side}" for key in applying for side in ("today", "plan")]
    method = [] if whole else [say("Only subdistricts where something differs are listed.")]
    if strictest is not None:
        method.append(say("“More covered” is by {definition}; fewer stand with a minus.",
                          definition=DEFINITION_SAID[strictest].template))  # fmt: skip
    title = service_title(now.service, edition)
    return Table(
        key=f"plan_{now.service.key}",
        title=say("{service}: today and with the plan, by subdistrict", service=title),
        columns=tuple(columns),
        rows=tuple(_pair(was, one, one.name) for was, one in shown),
        total=_pair(old.total, new.total, say("Total")),
        sums=("people", *sums) if whole else (),
        method=(*method, *method_of(now, new, edition)),
        codes=tuple(one.code for _, one in shown),
        parents=tuple("*" for _ in shown),
    )


def _pair(was: Figures, one: Figures, name: Cell) -> tuple[Cell, ...]:
    cells: list[Cell] = [name, one.people]
    for key in DEFINITIONS:
        cells += [NOT_APPLICABLE if side is None else side
                  for side in (was.covered[key], one.covered[key])]  # fmt: skip
    hardest = one.strictest
    before, after = (None, None) if hardest is None else (
        was.covered[hardest], one.covered[hardest]
    )  # fmt: skip
    return (*cells, None if before is None or after is None else after - before)


def _rules(onemap: OneMap, proposed: Proposed, planned: With, edition: Edition) -> Iterator[Block]:
    """Yield the verdict of each rule today and with the plan, then the units that change theirs."""
    if not planned.answers:
        return
    titles = rule_titles(planned.packs, edition)
    held = {(one.id, one.unit): one for one in planned.answers
            if not one.unit or speaks_of(onemap, one.unit, edition)}  # fmt: skip
    past = {(one.id, one.unit): one for one in proposed.answers if (one.id, one.unit) in held}
    failing = [_failing(one) for one in (past, held)]
    rows = tuple(
        (titles.get(rule, rule), _verdict(past.get((rule, unit))), Verdict(one.result),
         failing[0].get(rule, 0), failing[1].get(rule, 0))
        for (rule, unit), one in held.items()
        if not unit
    )  # fmt: skip
    columns = (
        Column("rule", say("Rule")),
        Column("today", say("Today")),
        Column("plan", say("With the plan")),
        Column("failing_today", say("Units that fail today"), is_figure=True),
        Column("failing_plan", say("Units that fail with the plan"), is_figure=True),
    )
    method = (say("What the plan does not say of a new place, such as its grade, is not on file: "
                  "rules that ask for it are not assessable there."),)  # fmt: skip
    title = say("Rules today and with the plan")
    yield Table("plan_rules", title, columns, rows, method=method)
    changed = tuple(
        (titles.get(rule, rule), unit_name(onemap, unit), _verdict(past.get((rule, unit))),
         Verdict(one.result))
        for (rule, unit), one in sorted(held.items())
        if unit and _result(past.get((rule, unit))) != one.result
    )  # fmt: skip
    if not changed:
        yield Paragraph((say("No unit's verdict on any rule changes with the plan."),))
        return
    yield Table(
        "plan_rules_by_unit", say("Units whose verdict changes with the plan"),
        (columns[0], Column("unit", say("Unit"), is_name=True), *columns[1:3]), changed,
    )  # fmt: skip


def _failing(answers: Mapping[tuple[str, str], RuleAnswer]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for (rule, unit), one in answers.items():
        if unit and one.result == "fail":
            found[rule] = found.get(rule, 0) + 1
    return found


def _result(one: RuleAnswer | None) -> str:
    return "" if one is None else one.result


def _verdict(one: RuleAnswer | None) -> Cell:
    return None if one is None else Verdict(one.result)


def plan_layers(
    proposed: Proposed, now: Coverage, extent_m: tuple[float, float, float, float]
) -> Iterator[MapLayer]:
    """Yield the plan's changes in the frame, a layer for each kind, told apart by their signs."""
    old, new = _held(proposed.today[now.service.key]), _held(now)
    west, south, east, north = extent_m
    drawn: set[str] = set()
    for kind, title in _ON_MAP.items():
        own = (one.id for one in proposed.variant.changes if one.kind == kind)
        changed = [key for key in dict.fromkeys(own) if key not in drawn]
        drawn.update(changed)
        places = [(old if kind == "close" else new)[key] for key in changed]
        inside = [(name, at) for name, at, _ in places
                  if west <= at[0] <= east and south <= at[1] <= north]  # fmt: skip
        if inside:
            yield MapLayer(
                key=f"plan_{kind}",
                title=title,
                shapes=tuple(shapely.Point(at) for _, at in inside),
                names=tuple(clean(name) for name, _ in inside),
                icon=f"plan_{kind}",
            )


def changed_ids(proposed: Proposed) -> frozenset[str]:
    """Return the ids of the places that the plan draws with signs of its own."""
    return frozenset(one.id for one in proposed.variant.changes)
