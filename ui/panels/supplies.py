"""What is needed against what the depots hold: a bar for the stock, a tick for the need."""

from markupsafe import Markup

from desks.command.answers import NeedLine, Supplies

from .markup import View, dotted, duration
from .tile import opener, tile


def supplies_tile(supplies: Supplies, view: View) -> Markup:
    """Return the needs, what is short first in red, and the depots that cover them first."""
    ordered = sorted(supplies.needs, key=lambda need: (need.short <= 0, need.item_code))
    missing = sum(need.short > 0 for need in supplies.needs)
    headline = (
        Markup('<b class="bad">{}</b>').format(view.text("{count} short", count=missing))
        if missing
        else Markup('<b class="ok">✓ {}</b>').format(view.text("all covered"))
    )
    return tile(
        view.text("Supplies"),
        headline if supplies.needs else "",
        [_need(need, view) for need in ordered],
        view.word(supplies.said),
        view,
        _foot(supplies, view),
    )


def amount(value: float) -> str:
    """Return an amount as stock is written: whole where it is whole, else three digits."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.3g}"


def _need(need: NeedLine, view: View) -> Markup:
    """Return one line; the axis ends a quarter beyond the greater of stock and need."""
    most = max(need.held, need.needed) * 1.25 or 1.0
    unit = view.choice(need.unit)
    return Markup(
        '<div class="li need" title="{source}"><span class="f">{item}{mark}</span>'
        '<span class="stock" aria-hidden="true"><i class="{kind}" style="width:{held:.1f}%"></i>'
        '<u style="left:{needed:.1f}%"></u></span><span class="{kind}">{have} / {want} {unit}'
        "</span></div>"
    ).format(
        source=need.source,
        item=view.choice(need.item),
        mark="" if need.verified else " ▲",
        kind="bad" if need.short > 0 else "",
        held=100 * need.held / most,
        needed=100 * need.needed / most,
        have=amount(need.held),
        want=amount(need.needed),
        unit=unit,
    )


def _foot(supplies: Supplies, view: View) -> Markup:
    if not supplies.depots:
        return Markup("")
    when = (
        view.text("covered in {time}", time=duration(supplies.covered_s))
        if supplies.covered_s is not None
        else view.text("not covered")
    )
    rows = [
        Markup('<div class="li"><span class="f">{} <span class="mut">{}</span></span>{}</div>')
        .format(
            depot.name,
            dotted(f"{view.choice(item)} {amount(count)} {view.choice(unit)}"
                   for item, count, unit in depot.gives),
            Markup("<b>{}</b>").format(duration(depot.travel_s))
            if depot.travel_s is not None
            else Markup('<b class="bad">✕</b>'),
        )
        for depot in supplies.depots
    ]  # fmt: skip
    names = "＋".join(depot.name for depot in supplies.depots)
    return Markup('<div class="foot"><span class="f" title="{0}">{1}：{0}</span>{2}</div>').format(
        names, when, opener(view.text("depots"), view.text("What each depot gives"), rows)
    )
