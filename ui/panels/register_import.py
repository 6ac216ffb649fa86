"""The rehearsal of an import: steps, counts that add up, defects, and what speaks for a datum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from .acts import button, segments, switch
from .markup import View, joined, tag

Weight = Literal["auto", "confirm", "decide"]
State = Literal["done", "now", "next"]
WEIGHTS: tuple[Weight, ...] = ("decide", "confirm", "auto")
SHOWN = 200
"""Defects drawn at once; the marked-up workbook has them all."""


@dataclass(frozen=True)
class Step:
    """One step of the four, with the line that says where it stands."""

    title: str
    basis: str
    state: State


@dataclass(frozen=True)
class Tally:
    """Rows of the file by their worst defect; the four parts add up to ``read``."""

    read: int
    clean: int
    auto: int
    confirm: int
    decide: int

    @property
    def sums_up(self) -> bool:
        """Return whether the parts make the whole."""
        return self.clean + self.auto + self.confirm + self.decide == self.read


@dataclass(frozen=True)
class DefectLine:
    """One defect as a line; ``row`` is ``None`` for a defect of the whole sheet or file.

    ``number`` is its place in the rehearsal, by which it is adopted or not.
    """

    number: int
    sheet: str
    row: int | None
    column: str
    value: str
    problem: str
    mend: str
    weight: Weight
    adopted: bool


@dataclass(frozen=True)
class EvidenceLine:
    """One kind of evidence: its figure under each candidate, and the bar's length (0 to 1)."""

    title: str
    basis: str
    cells: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class DatumCard:
    """What the file's positions are: verdict, how sure, and the evidence by candidate.

    ``winner`` is the column of the verdict or ``None``; ``blocked`` says that nothing is placed
    before someone decides; ``convert`` is what the safe choice is called, "" where there is none.
    ``unseen`` says that rows in a second datum could have passed unseen, "" where they could not.
    """

    declared: str
    verdict: str
    confidence: float | None
    said: str
    power: str
    candidates: tuple[str, ...]
    winner: int | None
    evidence: tuple[EvidenceLine, ...]
    blocked: bool
    decided: str = ""
    convert: str = ""
    unseen: str = ""


def steps(four: Sequence[Step], view: View) -> Markup:
    """Return the strip of steps; the one in hand has the ground."""
    cells = joined(
        Markup(
            '<li class="{}"{}><span class="no">{}</span><span><b>{}</b>'
            "<small>{}</small></span></li>"
        ).format(
            step.state,
            Markup(' aria-current="step"') if step.state == "now" else "",
            "✓" if step.state == "done" else number,
            step.title,
            step.basis,
        )
        for number, step in enumerate(four, start=1)
    )
    return Markup('<ol class="steps" aria-label="{}">{}</ol>').format(view.text("Import"), cells)


def tally(found: Tally, view: View) -> Markup:
    """Return the five counts of rows, and whether they add up."""
    proof = "" if found.sums_up else tag("✕ " + view.text("does not add up"), "bad")
    cells = (
        (view.text("Rows read"), "", f"{found.read:,}", ""),
        (view.text("No defect"), "ok", f"{found.clean:,}", "✓"),
        (view.text("Mended by rule"), "", f"{found.auto:,}", ""),
        (view.text("To confirm"), "warn" if found.confirm else "", f"{found.confirm:,}", "▲"),
        (
            view.text("To decide"),
            "bad" if found.decide else "",
            f"{found.decide:,}",
            "✕",
        ),
    )
    return Markup('<div class="tally card">{}{}</div>').format(
        joined(
            Markup('<div class="{}"><span>{}</span><b>{}{}</b></div>').format(
                meaning,
                title,
                Markup('<i aria-hidden="true">{}</i>').format(sign) if sign and meaning else "",
                figure,
            )
            for title, meaning, figure, sign in cells
        ),
        proof,
    )


def weight_tag(weight: Weight, view: View) -> Markup:
    """Return the tag of a defect's weight: shape and word first, colour after."""
    return {
        "auto": tag("✓ " + view.text("by rule"), "ok"),
        "confirm": tag("▲ " + view.text("confirm"), "warn"),
        "decide": tag("✕ " + view.text("decide"), "bad"),
    }[weight]


def defects(lines: Sequence[DefectLine], chosen: str, view: View) -> Markup:
    """Return the list of defects of the chosen weight, with a switch each to adopt its mend."""
    counts = {weight: sum(line.weight == weight for line in lines) for weight in WEIGHTS}
    options = [
        ("all", view.text("All {count}", count=len(lines))),
        ("decide", view.text("Decide {count}", count=counts["decide"])),
        ("confirm", view.text("Confirm {count}", count=counts["confirm"])),
        ("auto", view.text("By rule {count}", count=counts["auto"])),
    ]
    shown = [line for line in lines if chosen in {"all", line.weight}]
    body = (
        joined(_defect(line, view) for line in shown[:SHOWN])
        if shown
        else Markup('<tr><td colspan="7" class="empty">{}</td></tr>').format(_nothing(lines, view))
    )
    more = len(shown) - SHOWN
    rest = (
        Markup('<p class="rest">{}</p>').format(
            view.text("{count:,} more stand in the marked-up workbook.", count=more)
        )
        if more > 0
        else ""
    )
    heads = (
        view.text("Sheet"), view.text("Row"), view.text("Column"), view.text("Value in the file"),
        view.text("Problem"), view.text("Mend"), view.text("Adopt"),
    )  # fmt: skip
    return Markup(
        '<section class="defects card"><header><h2>{}<span class="n">{}</span></h2>{}</header>'
        '<div class="scroll" data-keep="defects"><table><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table>{}</div></section>"
    ).format(
        view.text("Defects"),
        view.text("{count:,} in all · sheet, row, column, value, problem, mend", count=len(lines)),
        Markup('<span class="acts">{}{}</span>').format(
            _adopt_all(shown, view), segments("weight", options, chosen)
        ),
        joined(Markup("<th{}>{}</th>").format(_right(n), head) for n, head in enumerate(heads)),
        body,
        rest,
    )


def _adopt_all(shown: Sequence[DefectLine], view: View) -> Markup:
    """Return the button that adopts every mend of the list, where one is still open."""
    waiting = [line for line in shown if line.weight != "decide" and not line.adopted and line.row]
    if not waiting:
        return Markup("")
    return button("adopt_all", view.text("Adopt these {count}", count=len(waiting)))


def _right(number: int) -> Markup:
    return Markup(' class="num"') if number == 1 else Markup("")


def _nothing(lines: Sequence[DefectLine], view: View) -> str:
    if lines:
        return view.text("No defect of this weight.")
    return view.text("No defect was found. Every row can go in as it is.")


def _defect(line: DefectLine, view: View) -> Markup:
    label = view.text("Adopt the mend of row {row}", row=line.row or "—")
    return Markup(
        '<tr class="{weight}"><td>{sheet}</td><td class="num">{row}</td><td>{column}</td>'
        '<td>{value}</td><td class="what">{tag} {problem}</td><td>{mend}</td><td>{switch}</td></tr>'
    ).format(
        weight=line.weight,
        sheet=line.sheet or "—",
        row="—" if line.row is None else line.row,
        column=line.column or "—",
        value=Markup('<code title="{0}">{0}</code>').format(line.value) if line.value else "—",
        tag=weight_tag(line.weight, view),
        problem=line.problem,
        mend=line.mend,
        switch=switch("adopt", str(line.number), on=line.adopted, label=label)
        if line.row is not None and line.weight != "decide"
        else Markup('<span class="mut" title="{}">—</span>').format(
            view.text("Mend it in the file and import it again.")
        ),
    )


def datum_card(card: DatumCard, view: View) -> Markup:
    """Return the verdict, how sure it is, the evidence by candidate, and the choices."""
    sure = (
        tag(view.text("confidence {value:.3f}", value=int(1000 * card.confidence) / 1000), "ok")
        if card.confidence is not None
        else ""
    )
    return Markup(
        '<section class="datum card{}"><h2>{}<span class="n">{}</span></h2>'
        '<div class="verdict"><b>{}</b>{}<span>{}</span></div>{}{}'
        '<p class="power">{}</p>{}</section>'
    ).format(
        " blocked" if card.blocked else "",
        view.text("Coordinate system"),
        _standing(card, view),
        card.verdict,
        sure,
        card.said,
        Markup('<p class="warn">▲ {}</p>').format(card.unseen) if card.unseen else "",
        _evidence(card, view),
        card.power,
        _choices(card, view),
    )


def _standing(card: DatumCard, view: View) -> str:
    if card.decided:
        return view.text("decided: {what}", what=card.decided)
    if card.blocked:
        return view.text(
            "declared {declared} does not agree with the evidence: nothing is placed",
            declared=card.declared,
        )
    return view.text("declared {declared}", declared=card.declared)


def _evidence(card: DatumCard, view: View) -> Markup:
    if not card.evidence:
        return Markup('<p class="empty">{}</p>').format(
            view.text("No kind of evidence applies to this file.")
        )
    heads = joined(
        Markup("<th{}>{}</th>").format(_won(number, card), name)
        for number, name in enumerate(card.candidates)
    )
    rows = joined(
        Markup("<tr><td><b>{} {}</b><small>{}</small></td>{}</tr>").format(
            "①②③④⑤"[number], line.title, line.basis,
            joined(_measure(n, cell, card) for n, cell in enumerate(line.cells)),
        )
        for number, line in enumerate(card.evidence[:5])
    )  # fmt: skip
    return Markup(
        '<div class="scroll"><table><thead><tr><th>{}</th>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(view.text("Evidence"), heads, rows)


def _won(number: int, card: DatumCard) -> Markup:
    return Markup(' class="won"') if number == card.winner else Markup("")


def _measure(number: int, cell: tuple[str, float], card: DatumCard) -> Markup:
    figure, share = cell
    return Markup(
        '<td{}><b>{}</b><span class="meter"><i style="width:{:.0f}%"></i></span></td>'
    ).format(_won(number, card), figure, 100 * min(max(share, 0.0), 1.0))


def _choices(card: DatumCard, view: View) -> Markup:
    """Return the three choices, the safe one first and filled; none where nothing is to decide."""
    if not card.blocked:
        again = button("datum", view.text("Decide anew"), value="") if card.decided else ""
        return Markup('<div class="choices">{}</div>').format(again) if again else Markup("")
    convert = (
        button(
            "datum",
            view.text("Convert from {datum}", datum=card.convert),
            value="convert",
            kind="primary",
        )
        if card.convert
        else ""
    )
    keep = view.text("Keep {datum} (say why)", datum=card.declared)
    return Markup('<div class="choices">{}{}{}</div>').format(
        convert,
        button("datum", keep, value="keep"),
        button("datum", view.text("Give the file back"), value="back"),
    )
