"""The risk report of a district as a paper: classes, major sources, distances, domino, gaps."""

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal

from desks.hazards.choosing import by_class, chosen
from desks.hazards.distances import distances
from desks.hazards.domino_graph import domino_graph
from desks.hazards.dossiers import gaps
from desks.hazards.parts import FIELD_TITLES, Graded, HazardGrade
from desks.onemap import OneMap
from desks.register.counts import units_of
from language import Sentence, say
from layers import layer
from risk.four_colours import COLOUR_SAID, COLOURS, default_pack
from risk.gb18218 import LEVEL_SAID, gravity, told

from .edition import Edition, closing, district_said, facts_of, paper_of, require_subdistricts
from .paper import Block, Cell, Column, Heading, Paper, Paragraph, Table
from .public import public_people, public_rule
from .rule_tables import RULES_KEY

_KINDS = (*COLOURS, None)


def risk_paper(onemap: OneMap, found: Graded, edition: Edition) -> Paper:
    """Return the report of the graded hazards that lie in the edition's subdistricts.

    A public edition rounds the residents, names nobody who set a level and leaves the gaps out.

    Raises:
        UserError: for a subdistrict that the district does not have.

    """
    require_subdistricts(onemap, edition)
    hazards = chosen(found, subdistricts=edition.subdistricts)
    held = Graded(hazards, found.notes)
    facts = facts_of(onemap, edition)
    cautions = [*found.notes, *((public_rule(),) if edition.is_public else ())]
    blocks = (
        Paragraph((say("{count} sources of risk in {district}.", count=len(hazards),
                       district=district_said(onemap, edition)),)),
        *_classes(held, edition),
        *_by_subdistrict(onemap, held, edition),
        *_major(held, edition),
        *_distances(onemap, held, edition),
        *_domino(onemap, held),
        *(() if edition.is_public else _gaps(onemap, held, edition)),
        *_basis(),
        *closing(facts, cautions),
    )  # fmt: skip
    title = say("Risk report of {district}", district=district_said(onemap, edition))
    versions = {"rule_packs": "GB 18218-2018; four colours", "method": "GB 18218-2018"}
    return paper_of(onemap, edition, "risk", title, blocks, versions)


def _title(key: str, edition: Edition) -> str:
    spec = layer(key)
    return edition.name(spec.title_zh, spec.title_en)


def _colours() -> tuple[Column, ...]:
    return (
        *(Column(colour, COLOUR_SAID[colour], is_figure=True) for colour in COLOURS),
        Column("none", say("no colour"), is_figure=True),
        Column("all", say("Total"), is_figure=True),
    )


def _counted(
    key: str, title: Sentence, first: Column, rows: Sequence[tuple[Cell, ...]], codes: Sequence[str]
) -> Table:
    """Return a table of counts by colour with its total."""
    columns = (first, *_colours())
    total = [sum(one for row in rows if isinstance(one := row[at], int))
             for at in range(1, len(columns))]  # fmt: skip
    return Table(key, title, columns, tuple(rows), (say("Total"), *total),
                 tuple(column.key for column in columns[1:]), codes=tuple(codes))  # fmt: skip


def _classes(held: Graded, edition: Edition) -> Iterator[Block]:
    yield Heading(1, say("Classes and colours"))
    rows: list[tuple[Cell, ...]] = [
        (_title(key, edition), *(counts[colour] for colour in _KINDS), sum(counts.values()))
        for key, counts in by_class(held).items()
    ]
    yield _counted("classes", say("Sources by class and colour"), Column("class", say("Class")),
                   rows, ())  # fmt: skip


def _by_subdistrict(onemap: OneMap, held: Graded, edition: Edition) -> Iterator[Block]:
    """Yield the counts per subdistrict, those in none in a row of their own."""
    units = [unit for unit in units_of(onemap) if edition.holds(unit[0])]
    known = {code for code, _ in units}
    parts: list[tuple[str, Cell, list[HazardGrade]]] = [
        (code, name, [one for one in held.hazards if one.subdistrict_code == code])
        for code, name in units
    ]
    rest = [one for one in held.hazards if one.subdistrict_code not in known]
    if rest:
        parts.append(("", say("in no subdistrict"), rest))
    rows: list[tuple[Cell, ...]] = [
        (name, *(sum(one.colour == colour for one in some) for colour in _KINDS), len(some))
        for _, name, some in parts
    ]
    yield _counted("colours", say("Sources by subdistrict and colour"),
                   Column("subdistrict", say("Subdistrict"), is_name=True), rows,
                   [code for code, _, _ in parts])  # fmt: skip


def _major(held: Graded, edition: Edition) -> Iterator[Block]:
    yield Heading(1, say("Major hazard sources by GB 18218-2018 (computed)"))
    major = [one for one in held.hazards if one.level or one.override]
    major.sort(key=lambda one: (-gravity(one.level or 0), one.layer, one.id))
    columns = (
        Column("name", say("Risk source"), is_name=True),
        Column("class", say("Class")),
        Column("subdistrict", say("Subdistrict"), is_name=True),
        Column("level", say("Level")),
        Column("r", say("R"), is_figure=True),
        Column("residents", say("Residents, 500 m"), is_figure=True),
        Column("remark", say("Remark")),
    )
    open_ones = sum(one.level is None for one in held.hazards)
    method = (
        say("Residents within 500 m of the boundary, or of the point where there is none."),
        say("{count} sources cannot be graded.", count=open_ones),
    )
    rows = tuple(_major_row(one, edition) for one in major)
    yield Table("major", say("Major hazard sources"), columns, rows, method=method)


def _major_row(one: HazardGrade, edition: Edition) -> tuple[Cell, ...]:
    grade = None if one.worst is None else one.worst.grade
    people = one.residents.people
    if people is not None and edition.is_public:
        people = public_people(people)
    remark: Cell = ""
    if one.override is not None:
        remark = say("set by hand")
        if not edition.is_public:
            remark = say("set by {who}: {reason}", who=one.override.who, reason=one.override.reason)
    level = None if one.level is None else LEVEL_SAID[one.level]
    r = None if grade is None or grade.r is None else told(grade.r)
    return (one.name, _title(one.layer, edition), one.subdistrict or None, level, r, people, remark)


def _distances(onemap: OneMap, held: Graded, edition: Edition) -> Iterator[Block]:
    yield Heading(1, say("Distances to places with people"))
    found = distances(onemap)
    shown = {(one.layer, one.id) for one in held.hazards}
    columns = (
        Column("source", say("Risk source"), is_name=True),
        Column("place", say("Place with people"), is_name=True),
        Column("distance", say("Distance, m"), is_figure=True),
        Column("required", say("Asked, m"), is_figure=True),
        Column("people", say("People"), is_figure=True),
        Column("rule", say("Rule")),
    )
    rows: list[tuple[Cell, ...]] = []
    for relocation in found.relocations:
        if (relocation.layer, relocation.id) not in shown:
            continue
        for one in relocation.receptors:
            people = one.people
            if people is not None and edition.is_public:
                people = public_people(people)
            rows.append((one.name, one.receptor_name, _metres(one.distance_m),
                         _metres(one.required_m), people, one.source))  # fmt: skip
    yield Table("distances", say("Distances that are less than asked"), columns, tuple(rows),
                method=tuple(found.notes))  # fmt: skip


def _metres(value: float | None) -> Cell:
    """Return metres; a length that is not whole is text with one decimal that is cut.

    Rounded, 99.96 m would read as the 100.0 m that are asked.
    """
    if value is None or not math.isfinite(value):
        return None
    if float(value).is_integer():
        return int(value)
    exact = Decimal(repr(float(value)))
    return f"{exact.quantize(Decimal('0.1'), ROUND_FLOOR):,f}"


def _domino(onemap: OneMap, held: Graded) -> Iterator[Block]:
    yield Heading(1, say("Domino: sources that fire or blast joins"))
    graph = domino_graph(onemap, held)
    names = {(node.layer, node.id): node.name for node in graph.nodes}
    columns = (
        Column("group", say("Group"), is_figure=True),
        Column("sources", say("Sources"), is_figure=True),
        Column("names", say("Names"), is_name=True),
    )
    rows = tuple(
        (number, len(group), "、".join(names[key] for key in group))
        for number, group in enumerate(graph.groups, start=1)
    )
    yield Table("domino", say("Groups of sources"), columns, rows, method=tuple(graph.notes))


def _gaps(onemap: OneMap, held: Graded, edition: Edition) -> Iterator[Block]:
    yield Heading(1, say("Dossiers with gaps"))
    columns = (
        Column("source", say("Risk source"), is_name=True),
        Column("subdistrict", say("Subdistrict"), is_name=True),
        Column("missing", say("Missing")),
    )
    rows = []
    for one in held.hazards:
        missing = gaps(onemap, one)
        if missing:
            names = [edition.name(FIELD_TITLES[key], key) for key in missing]
            rows.append((one.name, one.subdistrict or None, "、".join(names)))
    yield Table("gaps", say("Dossiers with gaps"), columns, tuple(rows))


def _basis() -> Iterator[Block]:
    """Yield the rules of the colours with their sources, and whether they were verified."""
    pack = default_pack()
    sure: Mapping[bool, Sentence] = {True: say("yes"), False: say("no")}
    columns = (
        Column("rule", say("Rule")),
        Column("source", say("Source of the rule")),
        Column("verified", say("Verified")),
    )
    rows = tuple((rule, pack.sources[rule], sure[pack.verified[rule]]) for rule in pack.order)
    yield Heading(1, say("Rules"))
    yield Table(RULES_KEY, say("Rules of the colours"), columns, rows)
