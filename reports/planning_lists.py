"""Lists that stand in a report of coverage beside the reasons: what losses cost, firms alone."""

from desks.onemap import OneMap
from desks.planning.firms import FirmsAnswer
from desks.planning.fragility import Fragility
from desks.planning.nameless import loss_names
from language import say

from .coverage_tables import MS_PER_MINUTE, limit_said, service_title
from .edition import Edition
from .paper import Cell, Column, Table

MOST_LOSSES = 30
"""So many losses are listed, the gravest first; all of them are counted."""

_KINDS = {"road": say("road"), "bridge": say("bridge"), "place": say("place")}


def losses_table(onemap: OneMap, found: Fragility, edition: Edition) -> Table:
    """Return the gravest single losses with the people whom each costs, one of them at a time."""
    columns = (
        Column("loss", say("Loss")),
        Column("kind", say("Kind")),
        Column("people_lost", say("People lost"), is_figure=True),
        Column("cut_off", say("Cut off"), is_figure=True),
    )
    listed = found.losses[:MOST_LOSSES]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, _KINDS[one.kind], max(one.people_lost, one.room_lost or 0), one.people_cut_off)
        for one, name in zip(listed, loss_names(onemap, listed), strict=True)
    )  # fmt: skip
    method = [limit_said(found.service), *found.method, *found.cautions]
    if len(listed) < len(found.losses):
        method.append(say("Only the {count} gravest of {all} are listed.", count=len(listed),
                          all=len(found.losses)))  # fmt: skip
    title = service_title(found.service, edition)
    return Table(
        f"losses_{found.service.key}",
        say("{service}: what the loss of one road, bridge or place costs", service=title),
        columns,
        rows,
        method=tuple(method),
    )


def firms_table(found: FirmsAnswer) -> Table:
    """Return the large firms without help of their own, with their nearest full-time team."""
    columns = (
        Column("firm", say("Firm"), is_name=True),
        Column("people", say("People"), is_figure=True),
        Column("why", say("Remark")),
        Column("team", say("Nearest full-time team"), is_name=True),
        Column("minutes", say("Minutes"), is_figure=True),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.name, one.people, one.why,
         one.unreached if one.nearest is None else one.nearest.name,
         None if one.nearest is None else -(-one.nearest.time_ms // MS_PER_MINUTE))
        for one in found.gaps
    )  # fmt: skip
    title = say("Large firms without a team of their own or an agreement")
    return Table("firms", title, columns, rows, method=(*found.method, *found.cautions))
