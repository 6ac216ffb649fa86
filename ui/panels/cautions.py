"""The caution strip: how many, then each in words, the worst first; opened, what all rests on."""

from dataclasses import replace

from markupsafe import Markup

from desks.command.situation import Change, SituationBrief

from .harm import assumptions
from .markup import View, joined, signed


def cautions(brief: SituationBrief, view: View) -> Markup:
    """Return the strip, or an empty piece where there is no caution."""
    if not brief.cautions:
        return Markup("")
    ordered = sorted(brief.cautions, key=lambda caution: caution.rank)
    words = [view.word(caution.text) for caution in ordered]
    return Markup(
        '<details class="caut"><summary><b>▲ {count}</b><span class="all">{line}</span>'
        '<span class="more">{more} ▸</span></summary><ol>{rows}</ol>{zones}<p>{basis}</p>'
        "</details>",
    ).format(
        count=view.text("Cautions {count}", count=len(words)),
        line=joined(Markup("<span>{}</span>").format(word) for word in words),
        more=view.text("Basis and assumptions"),
        rows=joined(Markup("<li>{}</li>").format(word) for word in words),
        zones=_zones(brief, view),
        basis=basis(brief, view),
    )


def _zones(brief: SituationBrief, view: View) -> Markup:
    """Return what the zones rest on: model, weather, duration, source, what is not verified."""
    said = assumptions(brief, view)
    if not said:
        return Markup("")
    return Markup('<b class="of">{}</b><ul>{}</ul>').format(
        view.text("Zones"), joined(Markup("<li>{}</li>").format(text) for text in said)
    )


def basis(brief: SituationBrief, view: View) -> str:
    """Return what the answer was computed from: speed model, data stamp, milliseconds."""
    return view.text(
        "Speed model {model} · data {stamp} · computed in {ms} ms",
        model=brief.speed_model,
        stamp=brief.stamp[:12],
        ms=brief.computed_ms,
    )


def changes_line(brief: SituationBrief, changes: tuple[Change, ...], view: View) -> Markup:
    """Return in a frame what the closures changed for the teams, or an empty piece without any."""
    if not changes:
        return Markup("")
    names = {(r.layer, r.id): r.name for r in brief.responders}
    moved = [change for change in changes if _moved(change)]
    shown = joined(
        Markup("<span><b>{}</b> {}</span>").format(
            names.get((change.layer, change.id), change.id), _words(change, view)
        )
        for change in sorted(moved, key=lambda change: change.rank_after)[:6]
    )
    return Markup('<div class="changed" role="status"><b>Δ {}</b>{}</div>').format(
        _changed(brief, len(moved), view), shown
    )


def _changed(brief: SituationBrief, count: int, view: View) -> str:
    """Return how many teams change, and by what: closures alone, or a what-if."""
    before = view.before
    if before is None or replace(brief.incident, closures=before.incident.closures) == (
        before.incident
    ):
        if not count:
            return view.text("The closures change no team")
        return view.text("After the closures {count} teams change", count=count)
    if not count:
        return view.text("What-if: no team changes")
    return view.text("What-if: {count} teams change", count=count)


def _moved(change: Change) -> bool:
    return (
        change.lost or change.gained or bool(change.delta_s)
        or change.rank_before != change.rank_after
    )  # fmt: skip


def _words(change: Change, view: View) -> Markup:
    if change.lost:
        return Markup('<span class="bad">✕ {}</span>').format(view.text("cannot come any more"))
    if change.gained:
        return Markup('<span class="ok">✓ {}</span>').format(view.text("can come again"))
    rank = ""
    if change.rank_before != change.rank_after:
        rank = view.text(
            "rank {before} → {after}", before=change.rank_before, after=change.rank_after
        )
    time = signed(change.delta_s) if change.delta_s else ""
    return Markup("{} {}").format(rank, time)
