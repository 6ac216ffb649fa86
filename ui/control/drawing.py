"""Step three, in public: all commit, then all reveal, then two keys open what was drawn."""

from markupsafe import Markup

from desks.exercise.clock import clock_text
from desks.exercise.log import Entry
from desks.exercise.printed import is_owed
from ui.panels.markup import View, joined, tag

from . import fields
from .composing import told_card
from .dicing import dice_form
from .knowing import Known, listed, short
from .sealing import commitment_line, opening_form
from .steps import die, muted

FEWEST = 2


def draw_work(known: Known, view: View) -> Markup:
    """Return who committed and revealed, and what the next throw or key is."""
    t = view.text
    drawn, opened = known.last("drawn") is not None, known.last("opened") is not None
    return Markup(
        '<div class="ec-two"><section class="card"><h2>{}<span class="n">{}</span></h2>{}{}'
        "</section>{}</div>"
    ).format(
        t("Everybody's throw"),
        _count(known, view),
        _table(known, view),
        Markup("") if drawn or known.sealed is None else _commit(known, view),
        _open_card(known, view) if drawn and not opened else _rules(view),
    )


def _count(known: Known, view: View) -> str:
    return view.text(
        "{committed} committed · {revealed} revealed",
        committed=len(known.of("committed")), revealed=len(known.of("revealed")),
    )  # fmt: skip


def _table(known: Known, view: View) -> Markup:
    t = view.text
    if known.sealed is None:
        return muted(t("The draw follows the sealing."))
    committed = known.of("committed")
    if not committed:
        return muted(
            t("Nobody has committed yet. Each participant writes name and value below, or brings"
              " the hash on paper.")
        )  # fmt: skip
    revealed = {one.key: one for one in known.of("revealed")}
    may = len(committed) >= FEWEST and known.last("drawn") is None
    rows = joined(
        _row(number, one, revealed.get(one.key), view, may=may)
        for number, one in enumerate(committed, 1)
    )
    titles = ("", t("Participant"), t("Committed"), t("Hash"), t("Thrown value"), "")
    heads = joined(Markup("<th>{}</th>").format(one) for one in titles)
    return Markup(
        '<table class="ec-throws"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(heads, rows)


def _row(number: int, entry: Entry, revealed: Entry | None, view: View, *, may: bool) -> Markup:
    t, name, value = view.text, entry.key, Markup("")
    if revealed is not None:
        value = die(str(revealed.told.get("value") or ""))
        act = tag(t("revealed {time}", time=clock_text(revealed.at)), "ok")
    else:
        act = _reveal(name, view) if may else tag(t("waits for the others"))
    return Markup(
        '<tr><td>{}</td><th>{}</th><td class="mut">{}</td><td class="hash">{}</td><td>{}</td>'
        "<td>{}</td></tr>"
    ).format(
        number, name, clock_text(entry.at), short(str(entry.told.get("commit") or "")), value, act
    )


def _reveal(name: str, view: View) -> Markup:
    """Return the way to reveal: what this page still holds, else nonce and value by hand."""
    t = view.text
    nonce, value = t("Nonce of the slip"), t("Thrown value")
    send = fields.button("reveal", t("Reveal"), value=name, kind="small")
    by_hand = fields.form(
        f"reveal-{name}",
        fields.line("nonce", label=nonce, most=64, hint=nonce),
        fields.line("value", label=value, hint=value),
        send,
    )
    return Markup(
        '<div class="ec-reveal" data-slip="{0}"><span class="here">{1}'
        '<button type="button" class="bt small quiet" data-save-slip="{0}">{2}</button></span>'
        '<span class="by-hand">{3}</span></div>'
    ).format(name, send, t("Save the slip"), by_hand)


def _commit(known: Known, view: View) -> Markup:
    """Return the two ways to commit while nobody has revealed, and the way out."""
    t, void = view.text, _void(known, view)
    if known.of("revealed"):
        return void
    name, value, digits = t("Participant"), t("Value: a throw, a number, a word"), t("Hash")
    here = fields.form(
        "commit",
        fields.labelled(name, fields.line("name", label=name, most=60)),
        fields.labelled(value, fields.line("value", label=value, most=200, kind="password")),
        fields.button("commit", t("Commit"), kind="primary"),
        kind="ec-line",
    )
    paper = fields.form(
        "commit-paper",
        fields.labelled(name, fields.line("name", label=name, most=60)),
        fields.labelled(
            t("Hash on paper, 64 digits"), fields.line("commit", label=digits, most=64), wide=True
        ),
        fields.button("commit", t("Take the hash"), kind="primary"),
        kind="ec-line",
    )
    return Markup(
        '{}<details class="ec-paper" data-open="paper"><summary>{}</summary>{}</details>{}{}'
    ).format(
        here, t("From paper"), paper, "" if known.of("committed") else dice_form(view), void
    )  # fmt: skip


def _void(known: Known, view: View) -> Markup:
    t = view.text
    revealed = {one.key for one in known.of("revealed")}
    lacking = [one.key for one in known.of("committed") if one.key not in revealed]
    if not lacking:
        return Markup("")
    return Markup(
        '<details class="ec-void" data-open="void"><summary>{}</summary><p>{}</p>{}</details>'
    ).format(
        t("Somebody will not reveal"),
        t("Void the draw. Named on every paper: {names}. A new draw needs a new seal.",
          names=listed(lacking, view)),
        fields.button("void", t("Void the draw"), kind="stop"),
    )  # fmt: skip


def _rules(view: View) -> Markup:
    t = view.text
    return told_card(
        t("The rule"),
        [
            t("A commitment is a hash of value and nonce, made in this window; both stay in it"
              " until they are revealed. Save the slip: closing the window loses it."),
            t("All commitments are in the log before the first value; the first value closes the"
              " list."),
            t("The scenario follows from the sealed seed and all values together; no single hand"
              " steers it."),
            t("Who does not reveal is named and voids the draw; voids are counted and printed."),
        ],
    )  # fmt: skip


def _open_card(known: Known, view: View) -> Markup:
    t = view.text
    return Markup('<aside class="card">{}{}{}{}</aside>').format(
        Markup("<h2>{}<span class='n'>{}</span></h2>").format(
            t("Open the envelope"), t("two of three keys")
        ),
        commitment_line(known, view),
        _head_line(known, view),
        opening_form(known, view),
    )


def _head_line(known: Known, view: View) -> Markup:
    """Return whether the head of the draw is on paper, and the way to it."""
    t = view.text
    again = fields.button("paper", t("Print the head"), value="heads", kind="small")
    if is_owed(known.entries):
        told = t("Print the head before two keys open: only this paper proves that the envelope"
                 " was closed till then.")  # fmt: skip
        return Markup('<div class="said warn"><p>▲ {}</p>{}</div>').format(told, again)
    told = t("The head of the draw is on paper; hours later print it once more.")
    return Markup('<div class="ec-go">{}{}</div>').format(muted(told), again)
