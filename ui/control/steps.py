"""The five steps across the top: what is done, with the proof of it, and what is to do now."""

from collections.abc import Iterable

from markupsafe import Markup

from desks.exercise.clock import clock_text
from geodata.chain import GENESIS
from ui.panels.markup import View, dotted, duration, joined, tag

from .fields import button
from .knowing import STAGES, Known, Room, Stage, listed, short

DIE_DOTS = {
    1: ((12, 12),),
    2: ((7, 7), (17, 17)),
    3: ((7, 7), (12, 12), (17, 17)),
    4: ((7, 7), (17, 7), (7, 17), (17, 17)),
    5: ((7, 7), (17, 7), (7, 17), (17, 17), (12, 12)),
    6: ((7, 6), (17, 6), (7, 12), (17, 12), (7, 18), (17, 18)),
}
SHOWN_VALUES, LONGEST_VALUE = 6, 8


def titles(view: View) -> dict[Stage, str]:
    """Return what the steps are called."""
    return {
        "compose": view.text("Compose"),
        "seal": view.text("Seal"),
        "draw": view.text("Draw"),
        "run": view.text("Run"),
        "review": view.text("Review"),
    }


def steps(known: Known, looking: Stage | Room, view: View) -> Markup:
    """Return the row of steps; a press on one shows its work below."""
    at = STAGES.index(known.stage)
    lines = {
        "compose": _composed(known, view),
        "seal": _sealed(known, view),
        "draw": _drawn(known, view),
        "run": _run(known, view),
        "review": _review(known, view),
    }
    return Markup('<section class="ec-steps">{}</section>').format(
        joined(
            _step(number, stage, known, view, (at, looking, lines[stage]))
            for number, stage in enumerate(STAGES)
        )
    )


def _step(
    number: int,
    stage: Stage,
    known: Known,
    view: View,
    rest: tuple[int, Stage | Room, Iterable[str]],
) -> Markup:
    at, looking, lines = rest
    over = stage == "review" and known.last("archived") is not None
    state = "done" if number < at or over else "cur" if number == at else "todo"
    if stage == looking:
        state += " looked"
    mark = "✓" if state.startswith("done") else str(number + 1)
    return Markup(
        '<div class="{}" data-step="{}"><h3><i class="n2">{}</i>'
        '<button type="button" class="ec-look" data-send="look" data-value="{}">{}</button>'
        '<span class="n">{}</span></h3>{}</div>'
    ).format(
        state, stage, mark, stage, titles(view)[stage], _when(known, stage, view),
        joined(line if isinstance(line, Markup) and line.startswith("<") else
               Markup("<p>{}</p>").format(line) for line in lines if line),
    )  # fmt: skip


def _when(known: Known, stage: Stage, view: View) -> str | Markup:
    kinds = {"compose": "composed", "seal": "sealed", "draw": "opened", "review": "frozen"}
    if stage == "run":
        t0 = known.t0
        over = known.last("ended", "aborted")
        if t0 is None:
            return ""
        if over is not None:
            return clock_text(over.at)
        since = known.clock_from_ms
        if since is None:
            ran_ms = known.ran_ms(known.entries[-1].at) or 0
            return "T+" + duration(ran_ms // 1000)
        return Markup('T+<span data-from="{}"></span>').format(since)
    entry = known.last(kinds[stage])
    if entry is None or (stage == "seal" and known.sealed is None):
        return ""
    public = view.text("in public") if stage == "draw" else ""
    return f"{clock_text(entry.at, '%m-%d %H:%M')} {public}".strip()


def _composed(known: Known, view: View) -> Iterable[str]:
    entry = known.last("composed")
    if entry is None:
        yield muted(view.text("From the register: class, difficulty, days, no-go list"))
        return
    told = entry.told
    yield view.text("Pool of {count} scenarios", count=_count(told.get("pool")))
    yield hashed(view.text("Register at"), str(told.get("map_stamp") or ""))
    yield dotted((view.text("Speed model"), str(told.get("speed_model") or "")[:24]))
    if known.draft:
        yield muted(view.text("Locked; this page never shows what is in it"))


def _sealed(known: Known, view: View) -> Iterable[str]:
    entry = known.sealed
    if entry is None:
        yield muted(view.text("Three keys, of which two open; hash and signature on paper"))
        return
    names = listed((office or name for name, office in known.officers), view)
    yield Markup('<p class="wrap">{}</p>').format(
        view.text("Two of three keys: {names}", names=names)
    )
    yield hashed(view.text("Commitment"), str(entry.told.get("commitment") or ""))
    yield hashed(view.text("Signed with"), str(entry.told.get("signer") or ""), "ed25519 · ")
    printed = [one for one in known.of("printed") if one.told.get("what") == "seal"]
    if printed:
        yield muted(view.text("One page printed, one copy for each side"))
    else:
        yield warned(view.text("Not printed yet"))


def _drawn(known: Known, view: View) -> Iterable[str]:
    committed, revealed = known.of("committed"), known.of("revealed")
    void = len(known.voided)
    if not committed and not void:
        yield muted(view.text("Everybody commits before anybody reveals"))
        return
    if revealed:
        yield Markup('<p class="dice">{} {}</p>').format(
            joined(die(str(one.told.get("value") or "")) for one in revealed[:SHOWN_VALUES]),
            view.text("{count} values, committed first", count=len(committed)),
        )
    else:
        yield view.text("{count} committed, none revealed", count=len(committed))
    opened = known.last("opened")
    if opened is not None:
        yield from _opened(known, view)
    elif known.last("drawn") is not None:
        yield view.text("Drawn; two keys open it")
    if void:
        yield warned(view.text("{count} draws void before", count=void))


def _opened(known: Known, view: View) -> Iterable[str]:
    opened, composed = known.last("opened"), known.last("composed")
    if opened is None:
        return
    told = opened.told
    count = _count(composed.told.get("pool")) if composed else "?"
    number = Markup('<b class="ec-drawn">{}</b>').format(_count(told.get("scenario")))
    yield Markup("<p>{}</p>").format(
        Markup("{} → {} / {}").format(view.text("Seed ⊕ values"), number, count)
    )
    raw = told.get("officers")
    officers = raw if isinstance(raw, list | tuple) else ()
    names = " ".join(f"{name} ✓" for name in officers)
    yield view.text("Opened by {names} {time}", names=names, time=clock_text(opened.at))
    if told.get("map_changed"):
        yield warned(view.text("The register has changed since it was sealed"))
    else:
        yield muted(view.text("Register as at the sealing"))


def _run(known: Known, view: View) -> Iterable[str]:
    over = known.last("ended", "aborted")
    if over is not None:
        real = over.kind == "aborted"
        yield (
            Markup('<p class="bad">✕ {}</p>').format(
                view.text("Broken off: {why}", why=str(over.told.get("why") or "")[:80])
            )
            if real
            else view.text("Ended as planned")
        )
        return
    if known.t0 is None:
        if known.stage == "run":
            yield button("start", view.text("Begin: T0 is now"), kind="primary small")
        else:
            yield muted(view.text("Injects, acknowledgements, node times"))
        return
    yield Markup('<p class="ec-clock" data-clock>--:--:--</p>')
    stop = (
        button("resume", view.text("Go on"), kind="primary small")
        if known.paused
        else button("pause", view.text("Pause"), kind="small")
    )
    paused = tag(view.text("Paused"), "warn") if known.paused else Markup("")
    yield Markup('<div class="ec-acts">{}{}{}</div>').format(paused, stop, _stops(view))


def _stops(view: View) -> Markup:
    """Return what ends a running drill: breaking off asks once, in the browser, at once."""
    return Markup(
        '<details class="ec-abort" data-open="abort"><summary class="bt small">{}</summary>'
        "<div><b>{}</b>{}</div></details>{}"
    ).format(
        view.text("Abort (real incident)"),
        view.text("Every screen says at once that the exercise is off."),
        button("abort", view.text("Abort now"), kind="stop"),
        button("end", view.text("End the drill"), kind="small"),
    )


def _review(known: Known, view: View) -> Iterable[str]:
    if known.stage != "review":
        yield muted(view.text("Freeze, reveal, verify"))
        yield muted(view.text("Report in about a minute"))
        return
    closed = {one.key for one in known.of("closed")}
    found = {one.key for one in known.of("found")}
    frozen = known.last("frozen")
    if frozen is None:
        yield view.text("Not frozen yet")
    else:
        yield hashed(view.text("Frozen at"), str(frozen.told.get("head") or GENESIS))
    yield view.text("{open} of {count} findings open", open=len(found - closed), count=len(found))
    archived = known.last("archived")
    if archived is not None:
        yield view.text("Archived {date}", date=clock_text(archived.at, "%m-%d %H:%M"))


def die(value: str) -> Markup:
    """Return a thrown value: as the face of a die where it is one, else in a frame."""
    dots = DIE_DOTS.get(int(value)) if value.isascii() and value.isdigit() else None
    if dots is None:
        shown = value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 1]}…"
        return tag(shown)
    return Markup(
        '<svg class="ec-die" viewBox="0 0 24 24" role="img" aria-label="{}">'
        '<rect x="1.5" y="1.5" width="21" height="21" rx="4"></rect>{}</svg>'
    ).format(value, joined(Markup('<circle cx="{}" cy="{}" r="2.2"></circle>').format(*dot)
                           for dot in dots))  # fmt: skip


def muted(text: str) -> Markup:
    """Return a line of lesser weight."""
    return Markup('<p class="mut">{}</p>').format(text)


def warned(text: str) -> Markup:
    """Return a line to look at."""
    return Markup('<p class="warn">▲ {}</p>').format(text)


def hashed(label: str, digits: str, before: str = "") -> Markup:
    """Return a hash with its name, short, whole in its title."""
    shown = f"{before}{digits[:4]} … {digits[-4:]}" if before and digits else short(digits)
    return Markup('<p>{} <span class="hash" title="{}">{}</span></p>').format(label, digits, shown)


def _count(told: object) -> str:
    return str(told) if isinstance(told, int) and not isinstance(told, bool) else "?"
