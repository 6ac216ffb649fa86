"""Step two: three public keys, one commitment, one signature; and one page for paper."""

from dataclasses import dataclass

from markupsafe import Markup

from desks.exercise.clock import clock_text
from desks.exercise.folder import KEY_FILE
from ui.panels.markup import View, joined, tag

from . import fields
from .composing import heading, told_card
from .knowing import Known, listed
from .steps import hashed, muted

HOLDERS = 3


@dataclass(frozen=True)
class Keys:
    """What of control's own key there is: its file, whether it is locked, its fingerprint."""

    there: bool
    locked: bool = True
    folder: str = ""


def seal_work(known: Known, keys: Keys, view: View) -> Markup:
    """Return who holds the keys and the button that seals, or what was sealed."""
    t = view.text
    told = told_card(
        t("What happens"),
        [
            t("Pool and T0 are padded and encrypted; any two of the three keys open them, no single"
              " one does. Sealing needs the public parts only."),
            t("The commitment binds the pool, the signature binds control. Print the page: from"
              " then on a changed pool cannot match the paper."),
            t("The players' side gets number, day and hash, nothing else."),
        ],
    )  # fmt: skip
    return Markup('<div class="ec-two"><section class="card">{}{}{}</section>{}</div>').format(
        heading(t("Three keys"), t("two together open the pool")),
        holders(known, view),
        _form(known, keys, view) if known.sealed is None else _done(known, view),
        told,
    )


def holders(known: Known, view: View) -> Markup:
    """Return who holds the three keys."""
    rows = joined(
        Markup("<li><b>{}</b> <span>{}</span> {}</li>").format(
            office, name, tag(view.text("public part on file"), "ok")
        )
        for name, office in known.officers
    )
    return Markup('<ul class="ec-holders">{}</ul>').format(rows)


def _form(known: Known, keys: Keys, view: View) -> Markup:
    t = view.text
    if len(known.officers) < HOLDERS:
        return Markup('<div class="said warn">{} {}</div>').format(
            t("Three officers have to hold a key each, made on a stick of their own."),
            fields.button("look", t("Who holds the keys"), value="keys", kind="small"),
        )
    if not keys.there:
        return _run_this(
            t("Control has no key to sign with yet:"),
            f"python cli.py key new {keys.folder}/{KEY_FILE}", view,
        )  # fmt: skip
    if not known.draft:
        return muted(t("Compose a pool first."))
    asked = t("Passphrase of control's key")
    secret = fields.labelled(asked, fields.passphrase("passphrase", label=asked))
    return fields.form(
        "seal",
        secret if keys.locked else muted(t("Control's key has no passphrase.")),
        Markup('<div class="ec-go">{}</div>').format(
            fields.button("seal", t("Seal"), kind="primary")
        ),
    )


def _run_this(said: str, command: str, view: View) -> Markup:
    told = view.text("Run it in a terminal of this machine; the page goes on by itself.")
    return Markup('<div class="said">{}<pre>{}</pre><small>{}</small></div>').format(
        said, command, told
    )


def _done(known: Known, view: View) -> Markup:
    t, entry = view.text, known.sealed
    if entry is None:
        return Markup("")
    names = (
        (t("Commitment"), "commitment"), (t("Signer"), "signer"), (t("Envelope"), "envelope"),
    )  # fmt: skip
    whole = joined(
        Markup('<dt>{}</dt><dd class="hash">{}</dd>').format(label, str(entry.told.get(key) or ""))
        for label, key in names
    )
    when = t("Sealed {time}", time=clock_text(entry.at, "%Y-%m-%d %H:%M:%S"))
    paper = fields.button("paper", t("Page for paper"), value="seal", kind="primary")
    return Markup(
        '<p><b class="ok">✓ {}</b></p><dl class="ec-proof">{}</dl><div class="ec-go">{}</div>'
    ).format(when, whole, paper)


def opening_form(known: Known, view: View) -> Markup:
    """Return the form in which two officers open: each a key file and its passphrase."""
    t = view.text
    rows = joined(
        Markup("<fieldset><legend>{}</legend>{}</fieldset>").format(
            t("Key {number}", number=number), officer_fields(number, view)
        )
        for number in (1, 2)
    )
    names = listed((f"{office} {name}" for name, office in known.officers), view)
    early = fields.chips("early", [("yes", t("Open before T0; the log says so"))], ())
    return fields.form(
        "open",
        Markup('<div class="ec-pair">{}</div>').format(rows),
        muted(t("Any two of: {names}", names=names)),
        Markup('<div class="ec-go">{}{}</div>').format(
            fields.button("open", t("Open together"), kind="primary"), early
        ),
        kind="ec-open",
    )


def officer_fields(number: int, view: View) -> Markup:
    """Return the fields for one officer's key: the file and its passphrase."""
    file, secret = view.text("Key file"), view.text("Passphrase")
    return Markup("{}{}").format(
        fields.labelled(file, fields.file(f"key{number}", view.text("Choose file…"), label=file)),
        fields.labelled(secret, fields.passphrase(f"passphrase{number}", label=secret)),
    )


def commitment_line(known: Known, view: View) -> Markup:
    """Return the commitment that stands on the paper, to hold against it."""
    entry = known.sealed
    if entry is None:
        return Markup("")
    return hashed(view.text("Commitment on the paper"), str(entry.told.get("commitment") or ""))
