"""Plan beside plan: people covered, room and cost by subdistrict, the greatest change first."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from desks.planning.answers import Coverage, Definition
from desks.planning.beside import Beside, Side
from desks.planning.costs import Spent
from desks.planning.variants import Change

from .acts import select
from .markup import View, joined
from .planning_cards import signed
from .planning_parts import definition_title, percent
from .planning_reasons import cost_said


@dataclass(frozen=True)
class Held:
    """One of the two plans: what it is called, its changes, and what they cost."""

    name: str
    changes: Sequence[Change] = ()
    spent: Spent | None = None


@dataclass(frozen=True)
class Picks:
    """The plans to choose from as (key, title), the two that are chosen, the picked subdistrict."""

    plans: Sequence[tuple[str, str]]
    before: str = ""
    after: str = ""
    unit: str = ""


def beside_table(
    found: Coverage, rows: Sequence[Beside], by: Definition, held: tuple[Held, Held],
    picks: Picks, view: View,
) -> Markup:  # fmt: skip
    """Return both plans by subdistrict; ``rows`` end with the whole district.

    Without two different plans the table says how to come by one.
    """
    if picks.before == picks.after:
        return _card(found, by, picks, view, _nothing_yet(picks, view))
    *units, whole = rows
    order = sorted(units, key=lambda one: (-abs(one.gained or 0), -_moved(one), one.code))
    same = sum(not one.gained and not _moved(one) for one in order)
    drawn = [_row(one, view, chosen=one.code == picks.unit) for one in order]
    rest = view.text("{count} subdistricts are the same in both.", count=same)
    if same:
        line = Markup('<tr class="rest"><td colspan="8">{}</td></tr>').format(rest)
        drawn.insert(len(order) - same, line)
    return _card(
        found, by, picks, view,
        Markup(
            '<div class="scroll" data-keep="beside"><table><thead>{}</thead>'
            "<tbody>{}{}{}</tbody></table></div>"
        ).format(
            _heads(held, view), _row(whole, view, is_whole=True), _costs(held, view),
            joined(drawn),
        ),
    )  # fmt: skip


def _card(found: Coverage, by: Definition, picks: Picks, view: View, body: Markup) -> Markup:
    return Markup(
        '<section class="pl-units pl-beside card"><header><h2>{}</h2><span class="n">{}</span>'
        '</header><div class="pl-pair"><label>A {}</label><label>B {}</label></div>{}</section>'
    ).format(
        view.text("Plan beside plan"), definition_title(by, found.service, view),
        select("beside", picks.plans, picks.before, label=view.text("First plan")),
        select("plan", picks.plans, picks.after, label=view.text("Second plan")), body,
    )  # fmt: skip


def _nothing_yet(picks: Picks, view: View) -> Markup:
    if len(picks.plans) > 1:
        said = view.text("Choose two different plans above.")
    else:
        said = view.text(
            "There is no plan yet. “New places” proposes one; a mend or a candidate site can be"
            " put into one; a draft is kept under a name."
        )
    return Markup('<p class="empty">{}</p>').format(said)


def _heads(held: tuple[Held, Held], view: View) -> Markup:
    return Markup(
        '<tr><th rowspan="2">{}</th><th rowspan="2" class="num">{}</th>'
        '<th colspan="3" class="grp">{}</th><th colspan="3" class="grp">{}</th></tr><tr>{}{}</tr>'
    ).format(
        view.text("Subdistrict"), view.text("People"),
        view.text("people covered"), view.text("places · room"),
        _pair(held, view), _pair(held, view),
    )  # fmt: skip


def _pair(held: tuple[Held, Held], view: View) -> Markup:
    first, second = (
        Markup('<th class="num" title="{}">{} {}</th>').format(one.name, sign, one.name)
        for sign, one in zip("AB", held, strict=True)
    )
    return Markup('{}{}<th class="num">{}</th>').format(first, second, view.text("B − A"))


def _row(one: Beside, view: View, *, chosen: bool = False, is_whole: bool = False) -> Markup:
    cells = [
        Markup('<td class="num">{}</td>').format(f"{one.people:,}"),
        *(_covered(side, one.people, view) for side in (one.before, one.after)),
        _change(one.gained),
        *(_room(side, view) for side in (one.before, one.after)),
        _change(_more_room(one)),
    ]
    return Markup(
        '<tr class="{}" data-act="unit" data-value="{}" tabindex="0" aria-selected="{}">'
        '<th scope="row">{}</th>{}</tr>'
    ).format(
        "sum" if is_whole else "", one.code, "true" if chosen else "false",
        view.text("whole district") if is_whole else one.name or one.code, joined(cells),
    )  # fmt: skip


def _covered(side: Side, people: int, view: View) -> Markup:
    if side.covered is None:
        said = view.text("not applicable")
        return Markup('<td class="num mut">{}</td>').format(said)
    return Markup('<td class="num"><b>{}</b><small>{} %</small></td>').format(
        f"{side.covered:,}", percent(side.covered, people)
    )


def _room(side: Side, view: View) -> Markup:
    room = view.text("not bounded") if side.room is None else f"{side.room:,}"
    return Markup('<td class="num"><b>{}</b><small>{}</small></td>').format(
        room, view.text("places: {count}", count=side.places)
    )


def _change(more: int | None) -> Markup:
    if more is None:
        return Markup('<td class="num mut">—</td>')
    look = "ok" if more > 0 else "bad" if more < 0 else "mut"
    return Markup('<td class="num b {}">{}</td>').format(look, signed(more))


def _more_room(one: Beside) -> int | None:
    if one.before.room is None or one.after.room is None:
        return None
    return one.after.room - one.before.room


def _moved(one: Beside) -> int:
    """Return how much room or how many places a unit has more or less in the other plan."""
    return abs(_more_room(one) or 0) + abs(one.after.places - one.before.places)


def _costs(held: tuple[Held, Held], view: View) -> Markup:
    first, second = (_cost(one, view) for one in held)
    return Markup(
        '<tr class="cost"><th scope="row">{}</th><td></td><td class="num">{}</td>'
        '<td class="num">{}</td><td colspan="4"></td></tr>'
    ).format(view.text("cost"), first, second)


def _cost(one: Held, view: View) -> Markup:
    if not one.changes:
        return Markup("<b>{}</b><small>{}</small>").format("0", view.text("nothing changed"))
    said = [view.text("{count} changes", count=len(one.changes))]
    spent = one.spent or Spent(0, 0)
    adds = sum(change.kind == "add" for change in one.changes)
    if spent.unstated and spent.unstated < adds:
        said.append(view.text("{count} without a cost on file", count=spent.unstated))
    known = adds > spent.unstated or spent.stated_cny > 0
    return Markup("<b>{}</b><small>{}</small>").format(
        cost_said(spent.stated_cny if known else None, view), " · ".join(said)
    )
