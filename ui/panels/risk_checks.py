"""What is wrong on the ground: gaps of dossiers, distances, the chemical zone, the domino graph."""

from collections.abc import Sequence

from markupsafe import Markup

from desks.hazards.parts import (
    FIELD_TITLES,
    ColourCounts,
    Completeness,
    Distances,
    DominoGraph,
    DominoNode,
    HazardGrade,
    Relocation,
    Siting,
)
from language import Sentence
from risk.four_colours import COLOURS

from .markup import Key, View, joined
from .risk_parts import patch
from .risk_sources import field_titles, unit_name


def completeness_table(rows: Sequence[Completeness], view: View) -> Markup:
    """Return per subdistrict how many dossiers are full, the emptiest first, the whole last."""
    titles = field_titles(view)
    ordered = sorted(rows, key=lambda r: (r.code == "*", 101 if r.share is None else r.share))
    heads = [view.text("Subdistrict"), view.text("Sources of risk"), view.text("Complete"), "%",
             *(titles[key] for key in FIELD_TITLES)]  # fmt: skip
    body = [
        [
            unit_name(row.code, row.name, view), row.sources, row.complete,
            "—" if row.share is None else f"{row.share:g}",
            *(f"{row.full.get(key, 0)}" for key in FIELD_TITLES),
        ]
        for row in ordered
    ]  # fmt: skip
    return _card(view.text("Completeness of dossiers"), _table(heads, body), (), view)


def distance_table(found: Distances, view: View) -> Markup:
    """Return the hazards with receptors too near, the worst first, each with its rule."""
    if not found.relocations:
        body = Markup('<p class="empty">{}</p>').format(view.text("No receptor is too near."))
    else:
        body = joined(_relocation(one, view) for one in found.relocations)
    title = view.text("Too near · {count} pairs checked", count=found.checked)
    return _card(title, body, found.notes, view)


def _relocation(one: Relocation, view: View) -> Markup:
    people = view.text("{people:,} people", people=one.people)
    if one.people_unknown:
        people = view.text("{people} people, {unknown} places without a figure",
                           people=one.people, unknown=one.people_unknown)  # fmt: skip
    heads = [view.text("Receptor"), view.text("People"), view.text("Distance"),
             view.text("Least distance"), view.text("Rule")]  # fmt: skip
    rows = [
        [
            near.receptor_name, view.text("unknown") if near.people is None else near.people,
            f"{near.distance_m:.1f} m", f"{near.required_m:g} m",
            f"{near.rule} · {near.source}"
            + ("" if near.verified else " · " + view.text("▲ not verified")),
        ]
        for near in one.receptors
    ]  # fmt: skip
    return Markup("<details open><summary>✕ <b>{}</b> {} · {}</summary>{}</details>").format(
        one.name or one.id, one.subdistrict, people, _table(heads, rows)
    )


def siting_table(found: Sequence[Siting], view: View) -> Markup:
    """Return which hazards with chemicals lie outside a chemical zone, as the desk orders them."""
    said = {
        "inside": "✓ " + view.text("inside"),
        "border": "✓ " + view.text("on the border"),
        "partly": "✕ " + view.text("partly outside"),
        "outside": "✕ " + view.text("outside"),
        "unknown": "? " + view.text("unknown"),
    }
    heads = [view.text("Source of risk"), view.text("Subdistrict"), view.text("Chemical zone"), "",
             view.text("Distance")]  # fmt: skip
    rows = [
        [one.name or one.id, one.subdistrict, one.zone or "—", said[one.where],
         "—" if one.outside_m is None else f"{one.outside_m:,.0f} m"]
        for one in found
    ]  # fmt: skip
    empty = Markup('<p class="empty">{}</p>').format(
        view.text("No chemical zone is on file, or no source holds a chemical.")
    )
    body = _table(heads, rows) if rows else empty
    return _card(view.text("Chemical zone"), body, (), view)


def domino_groups(found: DominoGraph, view: View) -> Markup:
    """Return the groups that hang together, the largest first, with who reaches whom."""
    nodes = {(node.layer, node.id): node for node in found.nodes}
    reached: dict[Key, list[str]] = {}
    for edge in found.edges:
        name = nodes[edge.hit].name or edge.hit[1]
        reached.setdefault(edge.cause, []).append(f"{name} {edge.distance_m} m")
    body = joined(
        Markup("<details open><summary><b>{}</b></summary><ul>{}</ul></details>").format(
            view.text(
                "Group of {count}: {causes} reach others",
                count=len(group), causes=sum(key in reached for key in group),
            ),
            joined(_node(nodes[key], reached[key], view) for key in group if key in reached),
        )
        for group in found.groups
        if len(group) > 1
    )  # fmt: skip
    none = Markup('<p class="empty">{}</p>').format(view.text("No source reaches another."))
    return _card(view.text("Domino graph"), body or none, found.notes, view)


def _node(node: DominoNode, reached: Sequence[str], view: View) -> Markup:
    """Return a source and what its fire or blast reaches."""
    return Markup("<li>{} <b>{}</b> → {}</li>").format(
        patch(node.colour, view), node.name or node.id, "、".join(reached)
    )


def report_card(whole: ColourCounts, hazards: Sequence[HazardGrade], view: View) -> Markup:
    """Return what the report will hold: its figures by colour, and its chapters."""
    major = sum(1 for one in hazards if one.level)
    by_hand = sum(1 for one in hazards if one.override is not None)
    figures: list[tuple[str, int]] = [
        *((patch(colour, view), whole.by_colour.get(colour, 0)) for colour in COLOURS),
        (patch(None, view), whole.without),
        (view.text("Major hazard sources"), major),
        (view.text("Set by hand"), by_hand),
        (view.text("Sources of risk"), whole.total),
    ]
    chapters = (
        view.text("Classes and colours"), view.text("Subdistricts"),
        view.text("Major hazard sources by GB 18218-2018 (computed)"),
        view.text("Fixed hazard points"), view.text("Distances to places with people"),
        view.text("Chemicals outside the chemical zones"),
        view.text("Domino: sources that fire or blast joins"), view.text("Dossiers with gaps"),
        view.text("Basis"),
    )  # fmt: skip
    body = Markup(
        '<dl class="fc-figures">{}</dl><p>{}</p><ol class="fc-chapters">{}</ol>'
        '<p class="mut">{}</p>'
    ).format(
        joined(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*pair) for pair in figures),
        view.text("What it holds:"),
        joined(Markup("<li>{}</li>").format(chapter) for chapter in chapters),
        view.text(
            "One file without telephones; it opens and prints without a network. The public "
            "edition leaves out who set a level by hand, and why."
        ),
    )
    return _card(view.text("District report"), body, (), view)


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Markup:
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        joined(Markup("<th>{}</th>").format(head) for head in heads),
        joined(
            Markup("<tr>{}</tr>").format(joined(Markup("<td>{}</td>").format(c) for c in row))
            for row in rows
        ),
    )


def _card(title: str, body: Markup, notes: Sequence[Sentence], view: View) -> Markup:
    said = joined(Markup('<p class="warn">▲ {}</p>').format(view.word(note)) for note in notes)
    return Markup(
        '<section class="fc-check card"><header><h2>{}</h2></header><div class="scroll">{}{}</div>'
        "</section>"
    ).format(title, said, body)
