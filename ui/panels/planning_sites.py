"""Where new places would help most: the question, each proposed place, whom nothing reaches."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from desks.planning.siting import Chosen, Siting
from language import Sentence

from .acts import button, select
from .markup import View, joined, tag
from .planning_parts import COUNTS, FEWEST, ROOMS, Choice, percent
from .planning_reasons import cost_said

MOST_BLOCKING = 5
MOST_CHOSEN = 60


@dataclass(frozen=True)
class Sought:
    """The kind of place that is sought, how many candidate sites are on file, whether it fills.

    ``named`` are the titles of the kinds that must all be in reach, as (key, title);
    ``listed`` counts the sites of the viewer's own list.
    """

    title: str
    on_file: int = 0
    has_room: bool = True
    named: tuple[tuple[str, str], ...] = ()
    listed: int = 0


def sites_card(
    asked: Choice, found: Siting | Sentence | None, kind: Sought, view: View, *,
    taken: frozenset[str] = frozenset(),
) -> Markup:  # fmt: skip
    """Return the card: what is asked, then the answer; ``None`` where nobody asked yet.

    ``taken`` are the ids that stand in the plan already; a sentence says why there is no answer.
    """
    if isinstance(found, Sentence):
        body = Markup('<p class="empty">✕ {}</p>').format(view.word(found))
    elif found is None:
        body = button("locate", view.text("Find the best places"), kind="primary")
    else:
        body = _answer(found, kind, view, taken)
    return Markup(
        '<section class="pl-mends pl-new card"><header><h2>{}<span class="n">{}</span></h2>'
        '</header><div class="scroll" data-keep="new"><div class="pl-ask">{}</div>{}{}</div>'
        "</section>"
    ).format(
        view.text("New places"), kind.title, _question(asked, kind, view),
        _meaning(asked, view), body,
    )  # fmt: skip


def _question(asked: Choice, kind: Sought, view: View) -> Markup:
    counts = [
        (key, view.text("fewest to 100 %") if key == FEWEST
         else view.text("{count} new places", count=key))
        for key in COUNTS
    ]  # fmt: skip
    among = [("spots", view.text("where people live"))]
    if kind.on_file:
        said = view.text("candidate sites ({count})", count=kind.on_file)
        among.append(("sites", said))
    if kind.listed:
        among.append(("file", view.text("my list ({count})", count=kind.listed)))
    rooms = [
        (key, view.text("{people:,} people each", people=int(key)) if int(key)
         else view.text("room as needed"))
        for key in ROOMS
    ]  # fmt: skip
    fields = [
        select("count", counts, asked.count, label=view.text("How many")),
        select("among", among, asked.among, label=view.text("Where")),
    ]
    if kind.has_room and asked.among == "spots":
        fields.append(select("room", rooms, asked.room, label=view.text("Room")))
    return joined(fields)


def _meaning(asked: Choice, view: View) -> Markup:
    """Return what a proposed spot is and is not: no site, no owner, no cost."""
    if asked.among != "spots":
        return Markup("")
    return Markup('<p class="note">▲ {}</p>').format(
        view.text(
            "A spot says around where to look, no more: the ground was not looked at, cost and room"
            " are not known."
        )
    )


def _answer(found: Siting, kind: Sought, view: View, taken: frozenset[str]) -> Markup:
    if not found.chosen:
        return _nothing(found, view)
    rows = joined(
        _chosen(number, one, kind, view, is_open=found.people <= one.site.capacity)
        for number, one in enumerate(ranked(found.chosen)[:MOST_CHOSEN], start=1)
    )
    more = len(found.chosen) - MOST_CHOSEN
    is_taken = all(one.site.id in taken for one in found.chosen)
    done = (
        tag(view.text("in my draft"), "ok") if is_taken
        else button("takeall", view.text("Take as my draft"), kind="primary")
    )  # fmt: skip
    return Markup(
        '<article class="pl-mend best"><b class="t">{}</b><b class="c">{}</b><p>{}</p>{}'
        '<p class="mut">{}</p></article><ol class="pl-chosen-list">{}</ol>{}{}'
    ).format(
        view.text(
            "{before} % → {after} %", before=percent(found.covered_before, found.people),
            after=percent(found.covered_after, found.people),
        ),
        cost_said(found.cost_cny, view),
        view.text(
            "＋{more:,} people · places: {places}",
            more=found.covered_after - found.covered_before, places=len(found.chosen),
        ),
        done, joined((view.word(found.proof), _again(found, view))), rows,
        Markup('<p class="rest">{}</p>').format(view.text("{count} more", count=more))
        if more > 0 else "", _blocking(found, view),
    )  # fmt: skip


def _nothing(found: Siting, view: View) -> Markup:
    """Return what no place means: nobody short, nobody to help, or none found in time."""
    if found.gap > 0:
        return Markup('<p class="empty">{}</p><p class="mut">{}{}</p>').format(
            view.text("No site was found in time; that says nothing against the sites."),
            view.word(found.proof), _again(found, view),
        )  # fmt: skip
    return Markup('<p class="empty">{}</p>').format(
        view.text("Nobody is short.") if found.is_feasible
        else view.text("No site that may serve covers anybody more.")
    ) + _blocking(found, view)  # fmt: skip


def _again(found: Siting, view: View) -> Markup:
    """Return the button that asks again, where only time was lacking."""
    return button("locate", view.text("Search again")) if found.is_cut_off else Markup("")


def ranked(chosen: Sequence[Chosen]) -> list[Chosen]:
    """Return the places by the people they take in, most first; equals by id."""
    return sorted(chosen, key=lambda one: (-one.people, one.site.id))


def _chosen(number: int, one: Chosen, kind: Sought, view: View, *, is_open: bool) -> Markup:
    """Return a line of the list; room for the whole district is no room that anybody stated."""
    room = one.site.capacity
    said = [title for key, title in kind.named if key in one.site.serves]
    said.append(view.text("takes in {people:,} people", people=one.people))
    if room >= 0 and not is_open:
        said.append(view.text("full") if one.people == room
                    else view.text("room for {people:,}", people=room))  # fmt: skip
    if one.site.cost_cny is not None:
        said.append(cost_said(one.site.cost_cny, view))
    return Markup('<li><b class="pl-no">{}</b><b>{}</b><span>{}</span></li>').format(
        number, one.site.name or one.site.id, " · ".join(said)
    )


def _blocking(found: Siting, view: View) -> Markup:
    """Return what even all sites together cannot do, with the communities that most people lose."""
    if found.is_feasible:
        return Markup("")
    rows = joined(
        Markup("<li><b>{}</b> {}</li>").format(one.name or one.unit, view.word(one.text))
        for one in found.blocking[:MOST_BLOCKING]
    )
    more = len(found.blocking) - MOST_BLOCKING
    return Markup(
        '<details class="pl-sites"><summary>{}</summary><ul>{}</ul>{}</details>'
    ).format(
        view.text(
            "All {count} together would cover {share} %: who is still short",
            count=len(found.candidates.sites), share=percent(found.most, found.people),
        ), rows,
        Markup('<p class="rest">{}</p>').format(view.text("{count} more", count=more))
        if more > 0 else "",
    )  # fmt: skip
