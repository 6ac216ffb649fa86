"""Who answers at a place, level by level, or which name is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .acts import button
from .markup import View, joined, tag


@dataclass(frozen=True)
class AnswerLine:
    """One level: unit, post, name and telephone as this viewer may see them.

    ``missing`` says which name lacks, ``note`` what else is wrong; ``ask`` names the record whose
    name may be shown, "" where it is shown or may not be.
    """

    level: str
    unit: str
    post: str
    name: str
    phone: str
    missing: str
    note: str
    ask: str


def answering_card(
    at: str, where: str, lines: Sequence[AnswerLine], notice: str, view: View
) -> Markup:
    """Return the four levels at the place, the missing names in words."""
    return Markup(
        '<section class="answering card"><header><h2>{}<span class="n">{}</span></h2>{}</header>'
        '<p class="mut">{}</p>{}<ol>{}</ol></section>'
    ).format(
        view.text("Who answers here"),
        where,
        button("close", "✕", kind="quiet"),
        at,
        tag("▲ " + notice, "warn") if notice else "",
        joined(_line(line, view) for line in lines),
    )


def _line(line: AnswerLine, view: View) -> Markup:
    if line.missing:
        said = tag("✕ " + line.missing, "bad")
    else:
        show = button("unmask", view.text("Show (logged)"), value=line.ask) if line.ask else ""
        name = line.name or view.text("no name on file")
        phone = Markup(' <span class="tel">☎ {}</span>').format(line.phone) if line.phone else ""
        said = Markup("<b>{}</b>{} {}").format(name, phone, show)
    return Markup('<li><span class="level">{}</span><div><p>{}</p><p>{}</p>{}</div></li>').format(
        line.level,
        " · ".join(part for part in dict.fromkeys((line.unit, line.post)) if part) or "—",
        said,
        Markup("<p>{}</p>").format(tag("▲ " + line.note, "warn")) if line.note else "",
    )
