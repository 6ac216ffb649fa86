"""How far the registers can be trusted: by subdistrict and layer, and the six indicators."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .acts import button, segments
from .markup import View, icon, joined

STEPS = (40, 60, 75, 90)
"""Scores from which a cell has the next shade; below the first it is marked as well."""


@dataclass(frozen=True)
class TruthGrid:
    """Scores 0 to 100 by subdistrict (rows) and layer (columns); ``None`` where nothing is on file.

    ``units`` are (code, name), ``layers`` (key, title); ``whole`` is the first column, the score
    over all layers, empty where there is none such.
    """

    units: tuple[tuple[str, str], ...]
    layers: tuple[tuple[str, str], ...]
    scores: tuple[tuple[float | None, ...], ...]
    whole: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Part:
    """One part of a score: its name, its value 0 to 100 or ``None``, and what it counts."""

    title: str
    score: float | None
    basis: str


@dataclass(frozen=True)
class Behind:
    """What stands behind a cell that was picked: the parts, the formula, the rows to mend."""

    title: str
    score: float | None
    formula: str
    parts: tuple[Part, ...]
    rows: tuple[tuple[str, str], ...]


def figure(score: float | None) -> str:
    """Return a score as whole points, cut and never rounded up; — where there is nothing."""
    return "—" if score is None else str(int(score))


def shade(score: float | None) -> str:
    """Return the class of a score's shade: the lower the stronger; "none" without a score."""
    if score is None:
        return "none"
    return f"t{sum(score >= step for step in STEPS)}"


def truth_grid(title: str, grid: TruthGrid, picked: tuple[str, str], view: View) -> Markup:
    """Return the grid; each cell opens what stands behind it."""
    whole = grid.whole or (None,) * len(grid.units)
    heads = joined(
        Markup('<th class="lay" title="{1}">{0}<span>{1}</span></th>').format(icon(key), name)
        for key, name in grid.layers
    )
    rows = joined(
        Markup("<tr><th>{}</th>{}{}</tr>").format(
            name,
            _cell((code, ""), every, picked, strong=True) if grid.whole else "",
            joined(
                _cell((code, key), score, picked)
                for (key, _), score in zip(grid.layers, scores, strict=True)
            ),
        )
        for (code, name), scores, every in zip(grid.units, grid.scores, whole, strict=True)
    )
    return Markup(
        '<section class="truth card"><header><h2>{}<span class="n">{}</span></h2></header>'
        '<div class="scroll" data-keep="truth"><table class="{}"><thead><tr><th>{}</th>{}{}'
        "</tr></thead><tbody>{}</tbody></table></div></section>"
    ).format(
        title,
        view.text("0 to 100 · the lowest first · — nothing on file"),
        "tall" if grid.whole else "",
        view.text("Subdistrict"),
        Markup("<th>{}</th>").format(view.text("All layers")) if grid.whole else "",
        heads,
        rows,
    )


def _cell(
    key: tuple[str, str], score: float | None, picked: tuple[str, str], *, strong: bool = False
) -> Markup:
    chosen = Markup(' aria-selected="true"') if picked == key else ""
    mark = "▲" if score is not None and score < STEPS[0] else ""
    return Markup(
        '<td class="sc {}{}" data-act="behind" data-value="{}|{}" tabindex="0"{}>{}{}</td>'
    ).format(shade(score), " all" if strong else "", *key, chosen, mark, figure(score))


def behind(found: Behind, view: View) -> Markup:
    """Return the parts of a score, its formula, and the records that pull it down."""
    parts = joined(
        Markup(
            '<tr><td>{}</td><td><span class="meter{}"><i style="width:{:.0f}%"></i></span></td>'
            '<td class="num"><b>{}</b></td><td class="mut">{}</td></tr>'
        ).format(
            part.title,
            " low" if part.score is not None and part.score < STEPS[2] else "",
            part.score or 0,
            figure(part.score),
            part.basis,
        )
        for part in found.parts
    )
    rows = joined(
        Markup("<li><b>{}</b><span>{}</span></li>").format(name, why) for name, why in found.rows
    )
    return Markup(
        '<section class="behind card"><header><h2>{}<span class="n">{}</span></h2>{}</header>'
        '<table><tbody>{}</tbody></table><p class="mut">{}</p>'
        '<ul class="scroll" data-keep="behind">{}</ul></section>'
    ).format(
        found.title,
        view.text("score {score}", score=figure(found.score)),
        button("campaign", view.text("Have it checked"), kind="primary") if found.rows else "",
        parts,
        found.formula,
        rows,
    )


@dataclass(frozen=True)
class Indicator:
    """One of the six indicators for one subdistrict: score, the formula, evidence in words."""

    title: str
    score: float | None
    formula: str
    evidence: str


def indicators(name: str, six: Sequence[Indicator], view: View) -> Markup:
    """Return the six indicators of a subdistrict with formula and evidence, one card each."""
    cards = joined(
        Markup(
            '<article><h3>{}</h3><b class="{}">{}</b>'
            '<span class="meter{}"><i style="width:{:.0f}%"></i></span><p>{}</p>'
            '<details><summary>{}</summary><p class="mut">{}</p></details></article>'
        ).format(
            one.title,
            shade(one.score),
            view.text("not assessable") if one.score is None else figure(one.score),
            " low" if one.score is not None and one.score < STEPS[2] else "",
            one.score or 0,
            one.evidence,
            view.text("Formula"),
            one.formula,
        )
        for one in six
    )
    return Markup(
        '<section class="six card"><header><h2>{}<span class="n">{}</span></h2></header>'
        '<div class="cards">{}</div></section>'
    ).format(view.text("Six indicators"), name, cards)


def truth_views(chosen: str, view: View) -> Markup:
    """Return the choice of what the registers are looked at for."""
    options = [
        ("grid", view.text("Truth score")),
        ("six", view.text("Six indicators")),
        ("capability", view.text("Capability")),
        ("upkeep", view.text("Responsibility and filing")),
        ("claims", view.text("Counts by source")),
    ]
    return Markup('<div class="views">{}</div>').format(segments("truth_view", options, chosen))
