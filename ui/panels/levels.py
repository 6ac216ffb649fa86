"""Who answers at each level of the escalation: enterprise, subdistrict, district, city."""

from collections.abc import Sequence

from markupsafe import Markup

from desks.command.situation import Answerable, SituationBrief

from .markup import View, phone
from .tile import LINES, tile

LEVELS = ("enterprise", "subdistrict", "district", "city")


def levels_tile(brief: SituationBrief, view: View) -> Markup:
    """Return who answers at each level, and how many are not on file."""
    missing = sum(who.missing is not None for who in brief.escalation)
    headline = (
        view.text("{count} not on file", count=missing) if missing else view.text("all on file")
    )
    empty = view.text("No department is registered in this district")
    return tile(view.text("Who answers"), headline, level_lines(brief, view), empty, view)


def level_lines(brief: SituationBrief, view: View) -> list[Markup]:
    """Return a line for each who answers, so ordered that six hold one at least of every level."""
    titles = dict(
        zip(
            LEVELS,
            (view.text("Firm"), view.text("Subdistrict"), view.text("District"), view.text("City")),
            strict=True,
        ),
    )
    lines = []
    for number, who in enumerate(ordered := _by_level(brief.escalation)):
        # The level stands once, before the first who answers at it.
        again = number > 0 and ordered[number - 1].level == who.level
        level = Markup('<b class="lv">{}</b>').format("" if again else titles.get(who.level, ""))
        if who.missing is not None:
            said = Markup('<span class="f warn" title="{0}">▲ {0}</span>').format(
                view.word(who.missing)
            )
        else:
            number_to_call = phone(view, (who.layer, who.id))
            said = Markup('<span class="f">{}</span>{}').format(who.name, number_to_call)
        lines.append(
            Markup('<div class="li{}">{}{}</div>').format(" again" if again else "", level, said)
        )
    return lines


def _by_level(escalation: Sequence[Answerable]) -> list[Answerable]:
    """Return who answers, so that the first six lines hold one at least of every level."""
    levels = [[who for who in escalation if who.level == level] for level in LEVELS]
    room = LINES - sum(bool(found) for found in levels)
    first, later = [], []
    for found in levels:
        extra = min(room, max(len(found) - 1, 0))
        room -= extra
        first += found[: 1 + extra]
        later += found[1 + extra :]
    return first + later
