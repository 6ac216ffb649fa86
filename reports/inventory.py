"""The inventory of the registers as a paper: how many of what, where, how complete, how old."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from desks.onemap import OneMap
from desks.records import Records
from desks.register.counts import counts_by_subdistrict, units_of
from desks.register.wording import is_stale
from language import Sentence, say
from layers import LayerSpec
from layers.spec import Purpose

from .edition import Edition, closing, district_said, facts_of, paper_of, require_subdistricts
from .paper import Block, Cell, Column, Heading, Paper, Paragraph, Table

PURPOSES: tuple[tuple[Purpose, Sentence], ...] = (
    ("responder", say("Who responds")),
    ("supply", say("Supplies")),
    ("refuge", say("Shelters")),
    ("hazard", say("Sources of risk")),
    ("receptor", say("Places with people")),
    ("adviser", say("Advisers")),
    ("place", say("Places and bodies")),
)
STOCK = "depot.stock"
_DIGITS = 40
"""More than any sum of filed amounts has, so that none is rounded."""


def inventory_paper(onemap: OneMap, edition: Edition) -> Paper:
    """Return the inventory; a public edition has no stocks. It counts records, never people.

    Raises:
        UserError: for a subdistrict that the district does not have.

    """
    require_subdistricts(onemap, edition)
    specs = onemap.layers_for(*(purpose for purpose, _ in PURPOSES))
    facts = facts_of(onemap, edition)
    opening = say("{count} registers of {district}.", count=len(specs),
                  district=district_said(onemap, edition))  # fmt: skip
    cautions = (
        say("A record counts where it lies; outside and without position are counted apart."),
    )
    blocks = (
        Paragraph((opening,)),
        *_registers(onemap, specs, edition),
        *_subdistricts(onemap, edition),
        *(() if edition.is_public else _stocks(onemap)),
        *closing(facts, cautions),
    )
    title = say("Inventory of the registers of {district}",
                district=district_said(onemap, edition))  # fmt: skip
    return paper_of(onemap, edition, "inventory", title, blocks, {})


def _held(onemap: OneMap, key: str, edition: Edition) -> list[int]:
    """Return the rows that the edition speaks of: all, or those in the chosen subdistricts."""
    records = onemap.records[key]
    rows = range(len(records.ids))
    if not edition.subdistricts:
        return list(rows)
    return [row for row in rows if records.text("subdistrict_code", row) in edition.subdistricts]


def _registers(onemap: OneMap, specs: Sequence[LayerSpec], edition: Edition) -> Iterator[Block]:
    yield Heading(1, say("Registers"))
    columns = (
        Column("register", say("Register")),
        Column("records", say("Records"), is_figure=True),
        Column("unplaced", say("Without position"), is_figure=True),
        Column("empty", say("Empty cells"), is_figure=True),
        Column("phones", say("Without telephone"), is_figure=True),
        Column("stale", say("Not verified within a year"), is_figure=True),
    )
    rows = tuple(_register(onemap, spec, edition) for spec in specs)
    sums: list[Cell] = [sum(_whole(row[at]) for row in rows) for at in range(1, len(columns))]
    total = (say("Total"), *sums)
    method = (say("Empty cells are those of columns that may not rightly be empty; — does not "
                  "apply."),)  # fmt: skip
    yield Table("registers", say("Registers: records and gaps"), columns, rows, total,
                ("records", "unplaced", "empty", "phones", "stale"), method)  # fmt: skip


def _whole(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _register(onemap: OneMap, spec: LayerSpec, edition: Edition) -> tuple[Cell, ...]:
    records, held = onemap.records[spec.key], _held(onemap, spec.key, edition)
    asked = [column.key for column in spec.public_columns if not column.optional]
    empty = sum(_is_empty(records, key, row) for key in asked for row in held)
    dated = any(column.key == "last_verified" for column in spec.columns)
    phones = records.columns.get("has_phone")
    return (
        edition.name(spec.title_zh, spec.title_en),
        len(held),
        sum(not records.placed[row] for row in held),
        empty,
        None if phones is None else sum(not phones[row] for row in held),
        sum(is_stale(records.text("last_verified", row), onemap.as_of) for row in held)
        if dated else None,
    )  # fmt: skip


def _is_empty(records: Records, key: str, row: int) -> bool:
    return records.value(key, row) in {None, "", ()}


def _subdistricts(onemap: OneMap, edition: Edition) -> Iterator[Block]:
    """Yield a table per purpose: subdistricts by register, outside and without position apart."""
    yield Heading(1, say("By subdistrict"))
    units = [unit for unit in units_of(onemap) if edition.holds(unit[0])]
    for purpose, title in PURPOSES:
        specs = onemap.layers_for(purpose)
        if not specs:
            continue
        counts = [counts_by_subdistrict(onemap, spec.key) for spec in specs]
        rows: list[tuple[Cell, ...]] = [
            (name, *(count.by_code[code] for count in counts)) for code, name in units
        ]
        codes = [code for code, _ in units]
        if not edition.subdistricts:
            rows.append((say("in no subdistrict"), *(count.outside for count in counts)))
            rows.append((say("without position"), *(count.without_position for count in counts)))
            codes += ["", ""]
        total = tuple(sum(_whole(row[at + 1]) for row in rows) for at in range(len(specs)))
        yield Table(
            key=f"counts_{purpose}",
            title=say("{purpose}: records by subdistrict", purpose=title.template),
            columns=(
                Column("subdistrict", say("Subdistrict"), is_name=True),
                *(Column(spec.key, say("{layer}", layer=edition.name(spec.title_zh, spec.title_en)),
                         is_figure=True) for spec in specs),
            ),
            rows=tuple(rows),
            total=(say("Total"), *total),
            sums=tuple(spec.key for spec in specs),
            codes=tuple(codes),
        )  # fmt: skip


def _stocks(onemap: OneMap) -> Iterator[Block]:
    """Yield what the depots hold by item and unit; a quantity that nobody stated is counted."""
    values = onemap.child_values.get(STOCK)
    if values is None:
        return
    sums: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    lists: defaultdict[tuple[str, str], int] = defaultdict(int)
    unknown: defaultdict[tuple[str, str], int] = defaultdict(int)
    for item, unit, amount in zip(values["item"], values["unit"], values["quantity"], strict=True):
        key = (str(item or ""), str(unit or ""))
        lists[key] += 1
        if isinstance(amount, int | float):
            sums[key] += Fraction(str(amount))
        else:
            unknown[key] += 1
    columns = (
        Column("item", say("Item"), is_name=True),
        Column("unit", say("Unit of measure"), is_name=True),
        Column("quantity", say("Quantity"), is_figure=True),
        Column("lines", say("Lines"), is_figure=True),
        Column("unknown", say("Without quantity"), is_figure=True),
    )
    rows = tuple(
        (item, unit, _amount(sums[item, unit]), lists[item, unit], unknown[item, unit])
        for item, unit in sorted(lists)
    )
    total = (say("Total"), "", "", sum(lists.values()), sum(unknown.values()))
    yield Heading(1, say("Stocks"))
    yield Table("stocks", say("What the depots hold"), columns, rows, total, ("lines", "unknown"))


def _amount(value: Fraction) -> Cell:
    """Return a whole amount as a number, any other as text with all of its decimals."""
    if value.denominator == 1:
        return int(value)
    with localcontext(prec=_DIGITS):
        return f"{Decimal(value.numerator) / Decimal(value.denominator):,f}"
