"""Plan beside plan on page 规划: two plans, or one and today, by subdistrict."""

from dataclasses import replace

from desks.planning.beside import side_by_side
from desks.planning.costs import spent
from ui.live_panel import live_panel
from ui.panels.planning_bar import plan_choices, plan_said
from ui.panels.planning_beside import Held, Picks, beside_table

from .planning_desk import Answered, changes_asked, draft, own
from .planning_mends import saved_plans
from .planning_upload import all_sites


def beside_tool(shown: Answered, picked: str) -> None:
    """Draw the table of the plan that is shown beside the one it is held against."""
    view, wanted, onemap = shown.desk.view, shown.asked, shown.desk.onemap
    plans = plan_choices(
        saved_plans(shown.desk, wanted), view, has_draft=bool(draft(wanted.service))
    )
    picks = Picks(plans, wanted.beside, wanted.plan, picked)
    first = shown.before or shown.found
    held = (_held(shown, wanted.beside), _held(shown, wanted.plan))
    rows = own(
        ("beside", *shown.key, held[0].changes, shown.by),
        lambda: side_by_side(onemap, first, shown.found, shown.by),
    )
    live_panel(beside_table(shown.found, rows, shown.by, held, picks, view), key="pl_units")


def _held(shown: Answered, plan: str) -> Held:
    changes = changes_asked(shown.desk.onemap, replace(shown.asked, plan=plan))
    sites = all_sites(shown.desk.onemap, shown.found.service).sites
    costs = {one.id: one.cost_cny for one in sites}
    return Held(plan_said(plan, shown.desk.view), changes, spent(changes, costs))
