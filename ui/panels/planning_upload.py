"""What a planner's own list of sites holds: how many may serve, who may not and why, its datum."""

from markupsafe import Markup

from desks.planning.candidate_files import SiteList
from desks.planning.candidates import Candidates

from .markup import View, joined, tag

MOST_OUT = 12


def list_said(kept: SiteList, found: Candidates, view: View) -> Markup:
    """Return the list's name, its sites by whether they may serve, and what its datum is."""
    if kept.is_open:
        return Markup("<p><b>{}</b></p><p>{} {}</p>").format(
            kept.name, tag(view.text("datum?"), "bad"), view.word(kept.verdict.reason)
        )
    out = joined(
        Markup("<li><b>{}</b> {}</li>").format(one.name or one.id, view.word(one.why))
        for one in found.left_out[:MOST_OUT]
    )
    more = len(found.left_out) - MOST_OUT
    return Markup('<p><b>{}</b> {}</p><p class="mut">{}</p><ul>{}</ul>{}').format(
        kept.name,
        view.text("{good} of {all} sites may serve", good=len(found.sites),
                  all=len(found.sites) + len(found.left_out)),
        view.word(kept.verdict.reason), out,
        Markup('<p class="mut">{}</p>').format(view.text("{count} more", count=more))
        if more > 0 else "",
    )  # fmt: skip
