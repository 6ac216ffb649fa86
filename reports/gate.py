"""The gate before the signature: what does not add up, is missing, old or unproven, by name.

A paper with a defect is a draft: every format says 草稿 DRAFT on every page and names them. The
gate reads the finished paper, so that it judges what is signed and not what was meant.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pyproj import CRS
from pyproj.exceptions import CRSError

from desks.onemap import OneMap
from desks.register.wording import is_stale
from language import Sentence, say
from layers import LayerSpec, layer

from .paper import Block, Cell, Column, Heading, MapFigure, Paper, Table
from .wording import clean, word

COMMUNITIES = "_communities"
DEFECTS = "defects"
"""The key of the table that names every defect."""

NAMED = 3
"""So many are named in a defect, the others are counted: a defect must fit a page's head."""

STALE_PURPOSES: Mapping[str, tuple[str, ...]] = {
    "coverage": ("refuge", "supply", "responder"),
    "risk": ("hazard",),
}
"""Which layers a paper rests on, by its key; any other paper rests on all."""

_ALL = ("refuge", "supply", "responder", "adviser", "hazard", "receptor", "place")


def gate(paper: Paper, onemap: OneMap) -> Paper:
    """Return the paper with every defect found; those that it had are judged anew."""
    found = (
        *_unreconciled(paper),
        *_missing(paper, onemap),
        *_stale(paper, onemap),
        *_datum(paper, onemap),
        *_rules(paper, onemap),
        *_plan(paper, onemap),
    )
    defects = tuple(dict.fromkeys(found))
    blocks = tuple(block for block in paper.blocks if block not in _own_blocks(paper.blocks))
    return replace(paper, defects=defects, blocks=(*blocks, *_listed(defects)))


def _own_blocks(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the list of defects and its heading of an earlier gate."""
    at = next((n for n, block in enumerate(blocks) if _is_list(block)), None)
    return () if at is None else tuple(blocks[at - 1 : at + 1])


def _is_list(block: Block) -> bool:
    return isinstance(block, Table) and block.key == DEFECTS


def _listed(defects: Sequence[Sentence]) -> tuple[Block, ...]:
    """Return the chapter that names every defect, none without."""
    if not defects:
        return ()
    columns = (Column("number", say("No."), is_figure=True), Column("defect", say("Defect")))
    rows = tuple(enumerate(defects, start=1))
    title = say("Defects that the gate found")
    return Heading(1, say("Gate")), Table(DEFECTS, title, columns, rows)


def tables_of(paper: Paper) -> tuple[Table, ...]:
    """Return the paper's tables in reading order."""
    return tuple(block for block in paper.blocks if isinstance(block, Table))


def _unreconciled(paper: Paper) -> Iterator[Sentence]:
    tables = tables_of(paper)
    by_key = {table.key: table for table in tables}
    for table in tables:
        title = word(table.title, paper.words)
        for at, total, summed in _sums(table):
            column = word(table.columns[at].title, paper.words)
            if total != summed:
                yield say("{table}, {column}: the rows add up to {summed}, not to {total}.",
                          table=title, column=column, summed=f"{summed:,}",
                          total=f"{total:,}")  # fmt: skip
        whole = by_key.get(table.key.removesuffix(COMMUNITIES))
        if whole is not None and whole is not table:
            yield from _parts_against(table, whole, paper)
    yield from _people(paper, tables)


def _sums(table: Table) -> Iterator[tuple[int, int, int]]:
    """Yield place, total and sum of every column that must add up; what is unknown counts 0."""
    if table.total is None:
        return
    for at, column in enumerate(table.columns):
        if column.key in table.sums:
            summed = sum(_whole(row[at]) for row in table.rows)
            yield at, _whole(table.total[at]), summed


def _whole(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _parts_against(parts: Table, whole: Table, paper: Paper) -> Iterator[Sentence]:
    """Yield where the communities of a subdistrict do not add up to its own row."""
    title = word(parts.title, paper.words)
    shared = [key for key in parts.sums if key in whole.sums]
    places = {column.key: at for at, column in enumerate(parts.columns)}
    summed: defaultdict[tuple[str, str], int] = defaultdict(int)
    for parent, row in zip(parts.parents, parts.rows, strict=True):
        for key in shared:
            summed[parent, key] += _whole(row[places[key]])
    owners = set(parts.parents)
    at = {column.key: place for place, column in enumerate(whole.columns)}
    for code, row in zip(whole.codes, whole.rows, strict=True):
        for key in shared:
            own = _whole(row[at[key]])
            if summed[code, key] != own and (code in owners or own):
                column = word(whole.columns[at[key]].title, paper.words)
                yield say("{table}: the communities of {code} add up to {summed} ({column}), its "
                          "own row says {total}.", table=title, code=clean(code), column=column,
                          summed=f"{summed[code, key]:,}", total=f"{own:,}")  # fmt: skip
    for code in sorted(owners - set(whole.codes)):
        yield say("{table}: communities of {code}, which has no row.", table=title,
                  code=clean(code) or "—")  # fmt: skip


def _people(paper: Paper, tables: Sequence[Table]) -> Iterator[Sentence]:
    """Yield a defect where two tables of coverage count different people."""
    totals: dict[int, str] = {}
    for table in tables:
        if table.key.startswith("coverage_") and table.total is not None:
            keys = [column.key for column in table.columns]
            if "people" in keys:
                count = _whole(table.total[keys.index("people")])
                totals.setdefault(count, word(table.title, paper.words))
    if len(totals) > 1:
        said = "; ".join(f"{title} {count:,}" for count, title in sorted(totals.items()))
        yield say("The tables count different people: {said}.", said=said)


def _missing(paper: Paper, onemap: OneMap) -> Iterator[Sentence]:
    if paper.sample:
        yield say("Sample data, not to be signed.")
    if not paper.review_no and any(isinstance(block, MapFigure) for block in paper.blocks):
        yield say("The maps have no review number (审图号).")
    if not paper.secrecy and paper.audience == "internal":
        yield say("No secrecy marking is stated.")
    if not paper.issuer:
        yield say("Nobody is stated as the issuer.")
    if not paper.day:
        yield say("The paper has no day.")
    if paper.key == "coverage":
        yield from _without(paper, onemap, "community", "residents_night", say("residents"))
        yield from _without(paper, onemap, "shelter", "capacity_people", say("capacity"))


def _without(
    paper: Paper, onemap: OneMap, key: str, column: str, what: Sentence
) -> Iterator[Sentence]:
    records = onemap.records.get(key)
    if records is None:
        yield say("The district has no layer {layer}.", layer=_title(layer(key), paper))
        return
    names = [name for row, name in enumerate(records.names) if records.whole(column, row) is None]
    if names:
        yield say("{layer}: {count} without {what} ({names}).", layer=_title(layer(key), paper),
                  count=len(names), what=what.template, names=_named(names, paper))  # fmt: skip


def _stale(paper: Paper, onemap: OneMap) -> Iterator[Sentence]:
    """Yield how many rows of each layer nobody verified within the year before the registers."""
    for spec in onemap.layers_for(*STALE_PURPOSES.get(paper.key, _ALL)):
        records = onemap.records[spec.key]
        if not any(column.key == "last_verified" for column in spec.columns):
            continue
        names = [
            name
            for row, name in enumerate(records.names)
            if is_stale(records.text("last_verified", row), onemap.as_of)
        ]
        if names:
            yield say("{layer}: {count} of {total} not verified within a year ({names}).",
                      layer=_title(spec, paper), count=len(names), total=len(records.names),
                      names=_named(names, paper))  # fmt: skip


def _named(names: Sequence[str], paper: Paper) -> str:
    """Return the first names; which records are old is the office's own matter."""
    if paper.audience == "public":
        return "—"
    chinese = paper.words.language == "zh"
    joined = ("、" if chinese else ", ").join(clean(name)[:40] for name in names[:NAMED])
    return joined + ("…" if len(names) > NAMED else "")


def _title(spec: LayerSpec, paper: Paper) -> str:
    return spec.title_zh if paper.words.language == "zh" else spec.title_en


def _datum(paper: Paper, onemap: OneMap) -> Iterator[Sentence]:
    try:
        known = CRS(paper.crs).is_projected
    except CRSError:
        known = False
    if not known:
        yield say("The coordinate system {crs} is not known or not metric.", crs=paper.crs)
    if paper.crs != onemap.crs:
        yield say("The paper is in {crs}, the map in {own}.", crs=paper.crs, own=onemap.crs)
    if not paper.facts.get("datum"):
        yield say("The datum is not named.")


def _rules(paper: Paper, onemap: OneMap) -> Iterator[Sentence]:
    if paper.stamp != onemap.stamp:
        yield say("The paper is of the map {stamp}, which is now {own}: registers, roads or rules "
                  "changed.", stamp=paper.stamp, own=onemap.stamp)  # fmt: skip
    if paper.facts.get("speed_model") != onemap.speed_model.version:
        yield say("The paper rests on another speed model.")
    for table in tables_of(paper):
        if table.key != "rules":
            continue
        keys = [column.key for column in table.columns]
        rule, sure = keys.index("rule"), keys.index("verified")
        open_ones = [str(row[rule]) for row in table.rows if row[sure] != say("yes")]
        if open_ones:
            yield say("{count} rules are not verified against their text: {names}.",
                      count=len(open_ones), names=_rule_names(open_ones))  # fmt: skip
        if not paper.facts.get("rule_packs"):
            yield say("The edition of the rule pack is not stated.")


def _plan(paper: Paper, onemap: OneMap) -> Iterator[Sentence]:
    """Yield that a plan was made for another state; a plan itself is no defect."""
    if paper.plan is not None and paper.plan.stamp != onemap.stamp:
        yield say("The plan was made for the map {stamp}, which is now {own}: registers, roads or "
                  "rules changed since.", stamp=clean(paper.plan.stamp)[:40],
                  own=onemap.stamp)  # fmt: skip


def _rule_names(names: Sequence[str]) -> str:
    return ", ".join(clean(name)[:40] for name in names[:NAMED]) + (
        "…" if len(names) > NAMED else ""
    )
