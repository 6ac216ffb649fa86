"""Why a subdistrict is red, community by community, and the cheapest changes that mend it."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from desks.planning.answers import Coverage, Covered, Definition, Mend, Reason, ReasonKind

from .acts import button
from .markup import View, joined, tag
from .planning_parts import covered_by, percent, picked_unit, worst_first
from .planning_table import Judged

NUMBERS = "①②③④⑤⑥⑦⑧⑨"
CNY_PER_WAN = 10_000
MOST_LEFT = 8
MARKS: Mapping[ReasonKind, str] = {"covered": "ok", "not_verified": "warn", "no_residents": "warn"}


def reasons_card(
    found: Coverage, reasons: Sequence[Reason], by: Definition, picked: tuple[str, str],
    judged: Judged, view: View,
) -> Markup:  # fmt: skip
    """Return the communities of the picked subdistrict, the most people short first, with reasons.

    ``picked`` is (subdistrict, community); without a subdistrict the worst communities of all.
    """
    unit, community = picked
    whole = picked_unit(found, unit)
    mine = [one for one in found.communities if not unit or one.parent == unit]
    short = [one for one in _by_shortage(mine, by) if _short(one, by) != 0]
    rest = [one for one in mine if _short(one, by) == 0]
    said: dict[str, list[Reason]] = {}
    for reason in reasons:
        said.setdefault(reason.unit, []).append(reason)
    rows = joined(
        _community(one, by, said.get(one.code, ()), view, chosen=one.code == community)
        for one in short
    )
    return Markup(
        '<section class="pl-why card"><header><h2>{}<span class="n">{}</span></h2>{}</header>'
        '<div class="scroll" data-keep="why"><table><tbody>{}{}</tbody></table>{}</div></section>'
    ).format(
        view.text("{unit}: why red", unit=whole.name or view.text("whole district")) if short
        else view.text("{unit}: nobody is short", unit=whole.name or view.text("whole district")),
        _headline(whole, by, len(mine), view),
        button("unit", view.text("whole district"), kind="quiet") if unit else "",
        rows, _rest(rest, view), _rules(unit, judged, view),
    )  # fmt: skip


def _by_shortage(units: Sequence[Covered], by: Definition) -> list[Covered]:
    judged = worst_first(units, by)
    return sorted(judged, key=lambda one: -(_short(one, by) or 0))


def _short(unit: Covered, by: Definition) -> int | None:
    held = covered_by(unit, by)
    return None if held is None else unit.people - held


def _headline(whole: Covered, by: Definition, communities: int, view: View) -> str:
    held = covered_by(whole, by)
    if held is None:
        return view.text("{count} communities", count=communities)
    return view.text(
        "covered {share} % · short {short:,} / {people:,} people · {count} communities",
        share=percent(held, whole.people), short=whole.people - held, people=whole.people,
        count=communities,
    )  # fmt: skip


def _community(
    unit: Covered, by: Definition, reasons: Sequence[Reason], view: View, *, chosen: bool
) -> Markup:
    kept = [one for one in reasons if one.kind != "covered"] or list(reasons)
    lines = joined(
        Markup('<p class="pl-line">{} {}</p>').format(
            tag(kind_said(one.kind, view), MARKS.get(one.kind, "bad")), view.word(one.text)
        )
        for one in kept
    ) or Markup('<p class="pl-line mut">{}</p>').format(_plainly(unit, by, view))
    short = _short(unit, by)
    people = "—" if short is None else view.text("short {people:,}", people=short)
    return Markup(
        '<tr data-act="community" data-value="{}" tabindex="0" aria-selected="{}">'
        '<th scope="row">{}</th><td class="num bad">{}</td><td>{}{}</td></tr>'
    ).format(
        unit.code, "true" if chosen else "false", unit.name or unit.code, people, lines,
        _range(unit, view) if chosen else "",
    )  # fmt: skip


def _plainly(unit: Covered, by: Definition, view: View) -> str:
    held = covered_by(unit, by)
    if held is None:
        reason = unit.counts[by].reason
        return view.word(reason) if reason is not None else view.text("unknown")
    return view.text("covered {covered:,} of {people:,}, {share} %", covered=held,
                     people=unit.people, share=percent(held, unit.people))  # fmt: skip


def _range(unit: Covered, view: View) -> Markup:
    """Return between which figures all optimal assignments lie, and what the nearest would give."""
    if unit.least is None or unit.most is None:
        return Markup("")
    said = view.text("③ between {least:,} and {most:,} over all best assignments",
                     least=unit.least, most=unit.most)  # fmt: skip
    nearest = (
        view.text("everyone to the nearest: {people:,}", people=unit.to_nearest)
        if unit.to_nearest is not None else ""
    )  # fmt: skip
    return Markup('<p class="mut">{}</p>').format(" · ".join(filter(None, (said, nearest))))


def kind_said(kind: ReasonKind, view: View) -> str:
    """Return the kind of reason in two or three words."""
    return {
        "none_within": view.text("none in reach"),
        "detour": view.text("detour"),
        "full": view.text("full"),
        "in_zone": view.text("in a zone of harm"),
        "not_verified": view.text("not checked"),
        "no_residents": view.text("no residents on file"),
        "no_road": view.text("no way"),
        "covered": view.text("covered"),
    }[kind]


def _rest(rest: Sequence[Covered], view: View) -> Markup:
    if not rest:
        return Markup("")
    people = sum(one.people for one in rest)
    names = ("、" if view.words.language == "zh" else ", ").join(
        one.name or one.code for one in rest
    )
    return Markup(
        '<tr class="rest-of"><th scope="row">{}</th><td class="num">{}</td>'
        '<td><p class="pl-line">{} {}</p></td></tr>'
    ).format(
        view.text("other {count}", count=len(rest)), view.text("{people:,} people", people=people),
        tag(view.text("covered"), "ok"), names,
    )  # fmt: skip


def _rules(unit: str, judged: Judged, view: View) -> Markup:
    """Return every rule that speaks of the unit with its clause and evidence, failed ones first."""
    held = [
        (rule, answer)
        for rule in judged.columns
        if (answer := judged.answer(rule.id, unit)) is not None
    ]
    if not held:
        return Markup("")
    order = {"fail": 0, "not_assessable": 1, "pass": 2}
    held.sort(key=lambda pair: order[pair[1].result])
    looks = {"fail": ("no", "✕"), "not_assessable": ("na", "?"), "pass": ("yes", "✓")}
    lines = joined(
        Markup(
            '<li><span class="{}">{}</span><div><b>{}</b>{}<p>{}</p>'
            '<p class="mut">{}</p></div></li>'
        ).format(
            *looks[answer.result], rule.title,
            tag(view.text("▲ not verified"), "warn") if not answer.verified else "",
            " ".join(view.word(one) for one in answer.evidence), answer.clause,
        )
        for rule, answer in held
    )  # fmt: skip
    failed = sum(answer.result == "fail" for _, answer in held)
    return Markup(
        '<details class="pl-rules"><summary>{}</summary><ol>{}</ol></details>'
    ).format(
        view.text("{count} rules, {failed} failed: clauses and evidence", count=len(held),
                  failed=failed), lines,
    )  # fmt: skip


def mends_card(
    mends: Sequence[Mend] | None, unit: Covered, by: Definition, view: View, *,
    more: Markup | None = None, names: Mapping[str, str] | None = None,
) -> Markup:  # fmt: skip
    """Return the changes that turn the unit green, the cheapest first, each to put into the plan.

    Where none does, those that raise it, with who is left and why; ``names`` are the communities'.
    ``None`` means that nobody asked yet: a press computes them. ``more`` stands below them.
    """
    short = _short(unit, by)
    if mends is None:
        body = Markup('<p class="empty">{}</p>{}').format(
            view.text("The cheapest change is computed when it is asked for."),
            button("mend", view.text("Find the cheapest mends"), value=unit.code, kind="primary"),
        )
    elif not mends:
        body = Markup('<p class="empty">{}</p>').format(
            view.text("Nothing to mend here.")
            if short == 0
            else view.text("No change that is known turns this green: add candidate sites.")
        )
    else:
        ways = joined(_mend(number, one, unit, view) for number, one in enumerate(mends))
        body = _not_green(mends, view) + ways + _left(mends[0], names or {}, view)
    return Markup(
        '<section class="pl-mends card"><header><h2>{}<span class="n">{}</span></h2></header>'
        '<div class="scroll" data-keep="mends">{}{}</div></section>'
    ).format(
        view.text("Cheapest mends"), unit.name or view.text("whole district"), body, more or ""
    )


def _not_green(mends: Sequence[Mend], view: View) -> Markup:
    """Return that nothing turns the unit green, where so, before anything else is read."""
    if mends[0].is_green:
        return Markup("")
    return Markup('<p class="pl-line">{} {}</p>').format(
        tag(view.text("not green"), "bad"),
        view.text("Nothing on file turns it green; this raises it most.")
        if mends[0].covered_after > mends[0].covered_before
        else view.text("Nothing on file raises it."),
    )


def _left(one: Mend, names: Mapping[str, str], view: View) -> Markup:
    """Return who stays without after the best change, and why, most people first."""
    if not one.left:
        return Markup("")
    lines = joined(
        Markup("<li>{} <b>{}</b> {} {}</li>").format(
            tag(kind_said(left.kind, view), "bad"), names.get(left.unit) or left.unit,
            view.text("{people:,} people", people=left.people), view.word(left.text),
        )
        for left in one.left[:MOST_LEFT]
    )  # fmt: skip
    more = len(one.left) - MOST_LEFT
    return Markup('<details class="pl-sites pl-left" open><summary>{}</summary><ul>{}</ul>{}'
                  "</details>").format(
        view.text("{people:,} people stay without: why",
                  people=one.people - one.covered_after), lines,
        Markup('<p class="rest">{}</p>').format(view.text("{count} more", count=more))
        if more > 0 else "",
    )  # fmt: skip


def _mend(number: int, one: Mend, unit: Covered, view: View) -> Markup:
    mended = one.gap is not None
    best = mended and number == 0 and one.is_green
    said = view.text(
        "{before} % → {after} % · ＋{more:,} people · places: {places}",
        before=percent(one.covered_before, unit.people),
        after=percent(one.covered_after, unit.people),
        more=one.covered_after - one.covered_before,
        places=len(one.adds) + len(one.verifies) + len(one.resizes),
    )  # fmt: skip
    sign = NUMBERS[number] if number < len(NUMBERS) else str(number + 1)
    return Markup(
        '<article class="pl-mend{}"><b class="t">{} {}</b><b class="c">{}</b><p>{}</p>{}'
        '<p class="mut">{}</p></article>'
    ).format(
        " best" if best else "", sign, view.word(one.title),
        cost_said(one.cost_cny, view) if mended else "",
        said if one.covered_after > one.covered_before else "",
        button("take", view.text("Put into plan"), value=str(number),
               kind="primary" if best else "") if one.adds or one.verifies or one.resizes else "",
        view.word(one.proof),
    )  # fmt: skip


def cost_said(cost_cny: int | None, view: View) -> str:
    """Return the cost in CNY, or in 万元 cut (below 0.1 in 元), or that nobody stated one."""
    if cost_cny is None:
        return view.text("cost not stated")
    if view.words.language == "zh":
        if 0 < cost_cny < CNY_PER_WAN // 10:
            return f"{cost_cny} 元"
        wan, part = divmod(cost_cny, CNY_PER_WAN)
        return f"{wan:,}.{part // 1000} 万元" if part >= CNY_PER_WAN // 10 else f"{wan:,} 万元"
    return f"CNY {cost_cny:,}"
