"""Page 演练: what control released, newest first, and what is sealed: number, day, hash."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from desks.outbox import Notice, Released
from desks.stock import CHINA
from language import Sentence, say

from .acts import button
from .markup import View, dotted, duration, joined, tag

STATES: Mapping[str, Sentence] = {
    "sealed": say("sealed"),
    "running": say("running"),
    "paused": say("paused"),
    "ended": say("ended"),
    "aborted": say("aborted: a real emergency"),
}
LIVE = ("running", "paused")
GROUP = 8


@dataclass(frozen=True)
class Drilled:
    """The drill that is shown and what was released of it; ``None`` where nothing has begun.

    ``sealed`` are those whose T0 has not come, ``over`` earlier ones; ``may`` lets the viewer
    acknowledge.
    """

    notice: Notice | None
    injects: tuple[Released, ...] = ()
    sealed: tuple[Notice, ...] = ()
    over: tuple[Notice, ...] = ()
    may: bool = False

    @property
    def unread(self) -> int:
        """Return how many injects nobody acknowledged."""
        return sum(not one.answered for one in self.injects)


def exercise_page(drilled: Drilled, view: View) -> Markup:
    """Return the whole page; without any drill it says where one will appear."""
    return Markup(
        '<main class="ex {} {}">{}<section class="ex-news">{}</section><aside>{}{}</aside></main>'
    ).format(
        view.words.language,
        "" if drilled.notice else "calm",
        _shout(drilled.notice, view),
        _news(drilled, view),
        _state(drilled, view),
        _sealed(drilled, view),
    )


def told_bar(drilled: Drilled, view: View) -> Markup:
    """Return the bar that stands on every other page while a drill runs, or after it was aborted.

    It bears no mark of an incident: what happens on that page may be real.
    """
    notice = drilled.notice
    if notice is None:
        return Markup("")
    word = view.text("Exercise")
    if notice.state == "aborted":
        return Markup(
            '<div class="drill-told aborted" role="alert"><b>✕</b><span>{}</span></div>'
        ).format(
            view.text(
                "Exercise {drill} aborted: a REAL emergency. Act in earnest.", drill=notice.drill
            )
        )
    state = view.word(STATES[notice.state])
    count = view.text("{count} unread", count=drilled.unread)
    return Markup(
        '<div class="drill-told {} {}" role="status"><b>{}</b><span>{} · {}</span>'
        '<em class="{}">{}</em></div>'
    ).format(
        view.words.language,
        notice.state,
        word,
        notice.drill,
        state,
        "new" if drilled.unread else "",
        count,
    )


def _news(drilled: Drilled, view: View) -> Markup:
    notice = drilled.notice
    if notice is None:
        said = (
            view.text("Nothing is released before T0. What control releases appears by itself.")
            if drilled.sealed
            else view.text("No exercise is announced. What control announces appears by itself.")
        )
        return Markup('<p class="empty">{}</p>').format(said)
    head = Markup('<h2>{}<span class="n">{}</span></h2>').format(
        view.text("Released to the players"),
        dotted(
            [
                view.text("{count} so far", count=len(drilled.injects)),
                view.text("{count} unread", count=drilled.unread) if drilled.unread else "",
            ]
        ),
    )
    if not drilled.injects:
        return head + Markup('<p class="empty">{}</p>').format(view.text("Nothing yet."))
    may = drilled.may and notice.state in LIVE
    cards = (_inject(one, notice, view, may=may) for one in reversed(drilled.injects))
    denied = "" if drilled.may else view.text("Your role may read, not acknowledge.")
    return Markup('{}<p class="mut">{}</p><ol data-keep="injects">{}</ol>').format(
        head, denied, joined(cards)
    )


def _inject(one: Released, notice: Notice, view: View, *, may: bool) -> Markup:
    if one.answered:
        foot = Markup('<span class="ok">✓ {}</span><span class="mut">{}</span>').format(
            view.text("acknowledged"), dotted([clock(one.answered), one.by])
        )
    elif may:
        value = f"{one.drill}/{one.key}"
        foot = button("read", view.text("Acknowledge"), value=value, kind="primary")
    else:
        foot = tag("◐ " + view.text("unread"), "warn")
    return Markup(
        '<li class="ex-inject {}"><header><b>{}</b><span>{}</span></header><p>{}</p>'
        '<div class="ex-foot">{}</div></li>'
    ).format(
        "read" if one.answered else "new",
        view.text("To: {to}", to=one.to or view.text("everybody")),
        dotted([clock(one.at), after(notice.started, one.at)]),
        one.text,
        foot,
    )


def _shout(notice: Notice | None, view: View) -> Markup:
    if notice is None or notice.state != "aborted":
        return Markup("")
    return Markup('<p class="shout" role="alert">✕ {}</p>').format(
        view.text("Aborted: a REAL emergency. Act in earnest.")
    )


def _state(drilled: Drilled, view: View) -> Markup:
    """Return the number and state of the drill."""
    notice = drilled.notice
    if notice is None:
        return Markup("")
    rows = (
        (view.text("Began (T0)"), clock(notice.started) + _running(notice)),
        (view.text("Sealed on"), notice.sealed_on),
        (view.text("Hash"), _hash(notice.commitment)),
    )
    return Markup(
        '<section class="card ex-state {}"><h2>{}<span class="n">{}</span></h2>{}</section>'
    ).format(
        notice.state,
        view.text("Exercise {drill}", drill=notice.drill),
        view.word(STATES.get(notice.state, say("unknown"))),
        joined(Markup("<dl><dt>{}</dt><dd>{}</dd></dl>").format(*row) for row in rows if row[1]),
    )


def _running(notice: Notice) -> Markup:
    """Return the element that counts on since T0, by the page's own clock."""
    begun = _moment(notice.started)
    if begun is None or notice.state not in LIVE:
        return Markup("")
    return Markup('<span data-since="{}"></span>').format(round(begun.timestamp() * 1000))


def _sealed(drilled: Drilled, view: View) -> Markup:
    kept = view.text(
        "Before T0 this program holds of a drill only its number, the day of sealing and the hash."
        " Compare the hash with the one on paper."
    )
    return Markup(
        '<section class="card ex-sealed"><h2>{}<span class="n">{}</span></h2>'
        '<p class="mut">{}</p>{}{}</section>'
    ).format(
        view.text("Sealed"),
        len(drilled.sealed),
        kept,
        joined(_line(one, view) for one in drilled.sealed),
        _over(drilled.over, view),
    )


def _over(over: Sequence[Notice], view: View) -> Markup:
    if not over:
        return Markup("")
    return Markup("<h3>{}</h3>{}").format(
        view.text("Over"), joined(_line(one, view) for one in over)
    )


def _line(one: Notice, view: View) -> Markup:
    return Markup('<div class="ex-line"><b>{}</b><span>{}</span>{}</div>').format(
        one.drill,
        dotted([view.text("sealed on {day}", day=one.sealed_on), _over_word(one, view)]),
        _hash(one.commitment),
    )


def _over_word(one: Notice, view: View) -> str:
    return "" if one.state == "sealed" else view.word(STATES.get(one.state, say("unknown")))


def _hash(text: str) -> Markup:
    parts = (text[at : at + GROUP] for at in range(0, len(text), GROUP))
    return Markup('<span class="ex-hash">{}</span>').format(" ".join(parts))


def clock(iso: str) -> str:
    """Return the time as the page's own clock has it; what is no time stays as it is."""
    moment = _moment(iso)
    return iso if moment is None else f"{moment.astimezone(CHINA):%H:%M:%S}"


def after(begun: str, at: str) -> str:
    """Return how long after T0 it was, as ``T+9′02″``; "" where either is not known."""
    first, then = _moment(begun), _moment(at)
    if first is None or then is None:
        return ""
    return f"T+{duration(int((then - first).total_seconds()))}"


def _moment(iso: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return found if found.tzinfo else None
