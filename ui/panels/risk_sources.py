"""The sources of risk: counts by colour, the list with its filters, the dossier of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from desks.hazards.parts import (
    FIELD_TITLES,
    ColourCounts,
    Dossier,
    HazardGrade,
    OverrideStep,
    UnitGrade,
)
from desks.stock import CHINA
from language import Sentence
from layers import layer
from risk.four_colours import COLOURS
from risk.gb18218_parts import LEVEL_ZH, Grade

from .acts import search_field, select
from .markup import Key, View, dotted, joined, tag
from .risk_parts import patch

MOST = 200


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; "" lets all by."""

    layer: str = ""
    colour: str = ""
    level: str = ""
    subdistrict: str = ""
    text: str = ""


def level_said(level: int | None, view: View) -> str:
    """Return a level in the words of the standard, or that it cannot be told."""
    if level is None:
        return view.text("cannot be told")
    return view.choice(LEVEL_ZH[level]) if view.words.language == "zh" else _english(level, view)


def _english(level: int, view: View) -> str:
    return view.text("level {level}", level=level) if level else view.text("no major source")


def colour_counts(rows: Sequence[ColourCounts], view: View, *, only: str = "") -> Markup:
    """Return hazards per subdistrict by colour, the gravest first, one pressed to see it alone.

    The last row is the whole, checked by its parts.
    """
    heads = joined(
        Markup('<th class="num">{}</th>').format(patch(c, view)) for c in (*COLOURS, None)
    )
    whole = rows[-1].total if rows else 0
    fits = sum(row.total for row in rows[:-1]) == whole
    ordered = sorted(
        rows, key=lambda r: (r.code == "*", *(-r.by_colour.get(c, 0) for c in COLOURS))
    )
    body = joined(_count_row(row, view, chosen=row.code == only) for row in ordered)
    proof = tag("✓ " + view.text("adds up"), "ok") if fits else tag(
        "✕ " + view.text("does not add up"), "bad")  # fmt: skip
    return Markup(
        '<section class="fc-counts card"><header><h2>{}</h2>{}</header><table><thead><tr>'
        '<th>{}</th>{}<th class="num">{}</th></tr></thead><tbody>{}</tbody></table></section>'
    ).format(
        view.text("Per subdistrict"), proof, view.text("Subdistrict"), heads, view.text("Sum"), body
    )


def _count_row(row: ColourCounts, view: View, *, chosen: bool) -> Markup:
    numbers = (*(row.by_colour.get(colour, 0) for colour in COLOURS), row.without, row.total)
    cells = joined(Markup('<td class="num">{}</td>').format(number or "·") for number in numbers)
    if row.code in {"", "*"}:
        held = Markup(' class="whole"') if row.code else Markup("")
    else:
        held = Markup(' data-act="only" data-value="{}" tabindex="0" aria-selected="{}"').format(
            row.code, "true" if chosen else "false"
        )
    return Markup("<tr{}><th>{}</th>{}</tr>").format(
        held, unit_name(row.code, row.name, view), cells
    )


def unit_name(code: str, name: str, view: View) -> str:
    """Return the subdistrict's name, or the words for none and for all."""
    if code == "*":
        return view.text("Sum")
    return name or view.text("in no subdistrict")


def filter_bar(filters: Filters, layers: Sequence[str], units: Sequence[tuple[str, str]],
               view: View) -> Markup:  # fmt: skip
    """Return the filters: class, colour, level, subdistrict and text (row S4-3)."""
    every = view.text("all")
    kinds = [
        ("", f"{view.text('Class')} · {every}"),
        *((key, view.layer(layer(key))) for key in layers),
    ]
    colours = [
        ("", f"{view.text('Colour')} · {every}"),
        *((c, view.text(c)) for c in COLOURS),
        ("none", view.text("no colour")),
    ]
    levels = [
        ("", f"{view.text('Level')} · {every}"),
        *((str(n), level_said(n, view)) for n in (1, 2, 3, 4, 0)),
    ]
    return Markup('<div class="fc-bar">{}{}{}{}{}</div>').format(
        search_field("text", filters.text, label=view.text("Name or firm")),
        select("layer", kinds, filters.layer, label=view.text("Class")),
        select("colour", colours, filters.colour, label=view.text("Colour")),
        select("level", levels, filters.level, label=view.text("Level")),
        select(
            "unit",
            [("", f"{view.text('Subdistrict')} · {every}"), *units],
            filters.subdistrict,
            label=view.text("Subdistrict"),
        ),
    )


def hazard_list(found: Sequence[HazardGrade], of: int, picked: Key | None, view: View) -> Markup:
    """Return the hazards as a table, the gravest first; what is cut off is counted."""
    rows = joined(_row(one, view, chosen=(one.layer, one.id) == picked) for one in found[:MOST])
    more = view.text("{count} more; narrow the list.", count=len(found) - MOST)
    return Markup(
        '<section class="fc-list card"><header><h2>{}<span class="n">{} / {}</span></h2></header>'
        '<div class="scroll" data-keep="risk"><table><tbody>{}</tbody></table>{}</div></section>'
    ).format(
        view.text("Sources of risk"), len(found), of,
        rows or Markup('<tr><td class="empty">{}</td></tr>').format(
            view.text("No source of risk fits; take a filter away.")),
        Markup('<p class="rest">{}</p>').format(more) if len(found) > MOST else "",
    )  # fmt: skip


def _row(one: HazardGrade, view: View, *, chosen: bool) -> Markup:
    worst = one.worst.grade if one.worst else None
    r = f"R {worst.r:.2f}" if worst and worst.r is not None else ""
    about = (view.layer(layer(one.layer)), one.subdistrict or view.text("in no subdistrict"))
    return Markup(
        '<tr data-act="pick" data-value="{}|{}" tabindex="0" aria-selected="{}"><td>{}</td>'
        '<td><b>{}</b><span class="mut">{}</span></td><td>{}{}</td><td class="num">{}</td></tr>'
    ).format(
        one.layer, one.id, "true" if chosen else "false", patch(one.colour, view),
        one.name or one.id, dotted(about), level_said(one.level, view),
        tag(view.text("by hand"), "warn") if one.override else "", r,
    )  # fmt: skip


def dossier_card(found: Dossier, view: View, *, steps: Sequence[OverrideStep] = ()) -> Markup:
    """Return the dossier: colour and why, declared apart from computed, five fields, the grade.

    ``steps`` are what was set by hand, the newest first.
    """
    one = found.hazard
    why = (view.word(one.colour_why), "" if one.colour_verified else view.text("▲ not verified"))
    return Markup(
        '<section class="fc-dossier card"><header>{}<h2>{}</h2></header><p class="mut">{}</p>'
        "<p>{}</p>{}{}{}{}{}</section>"
    ).format(
        patch(one.colour, view), one.name or one.id,
        dotted((view.layer(layer(one.layer)), one.id, one.firm, one.subdistrict)), dotted(why),
        _levels(one, view), _story(steps, view), _fields(found, view),
        joined(_unit(u, view) for u in one.units),
        _notes((*one.notes, *one.residents.notes), view),
    )  # fmt: skip


def _levels(one: HazardGrade, view: View) -> Markup:
    declared = view.choice(one.declared) if one.declared else view.text("not on file")
    pairs = [(view.text("Declared"), declared),
             (view.text("Computed"), level_said(one.computed, view))]  # fmt: skip
    if one.override:
        said = f"{level_said(one.override.level, view)} · {one.override.reason}"
        pairs.append((view.text("by hand"), f"{said} · {one.override.who}"))
    return Markup('<dl class="fc-levels">{}</dl>').format(
        joined(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*pair) for pair in pairs)
    )


def _story(steps: Sequence[OverrideStep], view: View) -> Markup:
    """Return every setting by hand and every withdrawal: when, who, what, why."""
    if not steps:
        return Markup("")
    lines = joined(
        Markup('<li><time class="mut">{}</time> {} <b>{}</b><p>{}</p></li>').format(
            _clock(step.at), step.who,
            view.text("as computed again") if step.level is None else level_said(step.level, view),
            step.reason or view.text("no reason given"),
        )
        for step in steps
    )  # fmt: skip
    return Markup(
        '<details class="fc-story" open><summary>{} · {}</summary><ol>{}</ol></details>'
    ).format(view.text("Checked by hand"), len(steps), lines)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _fields(found: Dossier, view: View) -> Markup:
    titles = field_titles(view)
    return Markup('<dl class="fc-fields">{}</dl>').format(
        joined(
            Markup("<dt>{} {}</dt><dd>{}{}</dd>").format(
                "✕" if field.gap else "✓", titles[field.key],
                joined(Markup("<p>{}</p>").format(view.word(line)) for line in field.lines),
                Markup('<p class="gap">{}</p>').format(view.word(field.gap)) if field.gap else "",
            )
            for field in found.fields
        )
    )  # fmt: skip


def field_titles(view: View) -> dict[str, str]:
    """Return what the five fields are called."""
    if view.words.language == "zh":
        return {str(key): title for key, title in FIELD_TITLES.items()}
    return {
        "position": view.text("Position"),
        "danger": view.text("Danger"),
        "surroundings": view.text("Surroundings"),
        "measures": view.text("Measures"),
        "responsible": view.text("Who is responsible"),
    }


def _unit(unit: UnitGrade, view: View) -> Markup:
    """Return the reasoning of one unit, step by step, and what lifts it."""
    steps = joined(
        Markup('<li><p>{} → <b>{}</b></p><p class="mut">{} · {}{}</p></li>').format(
            view.word(step.inputs), view.word(step.result), view.word(step.rule), step.clause,
            "" if step.verified else " · " + view.text("▲ not verified"),
        )
        for step in unit.grade.steps
    )  # fmt: skip
    lift = [view.word(said) for said in unit.grade.lift.said] if unit.grade.lift else []
    said = joined(Markup('<p class="lift">{}</p>').format(line) for line in lift)
    return Markup(
        '<details class="fc-unit" open><summary>{} · <b>{}</b></summary>{}{}<ol>{}</ol>{}</details>'
    ).format(
        dotted((unit.unit, view.choice(unit.unit_kind) if unit.unit_kind else "")) or "—",
        level_said(unit.grade.level, view), _alpha(unit, view), said, steps,
        _notes(unit.grade.notes, view),
    )  # fmt: skip


def _alpha(unit: UnitGrade, view: View) -> Markup:
    """Return the level with α one step down and up, where only a point is on file."""
    if unit.milder is None or unit.graver is None:
        return Markup("")
    said = view.text(
        "α one step down: {milder} · one step up: {graver}",
        milder=_of(unit.milder, view), graver=_of(unit.graver, view),
    )  # fmt: skip
    return Markup('<p class="warn">▲ {}</p>').format(said)


def _of(grade: Grade, view: View) -> str:
    return level_said(grade.level, view)


def _notes(notes: Sequence[Sentence], view: View) -> Markup:
    return joined(Markup('<p class="warn">▲ {}</p>').format(view.words.word(note))
                  for note in notes)  # fmt: skip
