"""Who holds the three keys: named, replaced, and with which keys the shown drill opens.

A key is made for its officer's stick: control keeps the public part alone.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from markupsafe import Markup

from desks.exercise.officers import (
    OFFICES,
    Officer,
    enrol,
    new_officer,
    office_sentence,
    read_officers,
)
from desks.exercise.opening import sealed_of
from geodata.faults import Fault, UserError
from language import say
from ui.panels.markup import View, joined, tag

from . import fields
from .board import Download, Sent
from .coming import Done, done
from .composing import heading, told_card
from .desk import Desk
from .knowing import Known
from .steps import warned

SHOWN = 12
"""Signs of a public key that tell two apart by eye, at its end."""


def holding_room(desk: Desk, known: Known) -> Markup:
    """Return who holds the keys, and the forms that name somebody else."""
    view = desk.view
    officers = {one.office: one for one in read_officers(desk.control)}
    sealed: Sequence[Officer] = ()
    if known.sealed is not None:
        sealed = sealed_of(desk.control, known.number, known.entries).recipients
    return holding_work(officers, sealed, known.number, view)


def holding_work(
    officers: Mapping[str, Officer], sealed: Sequence[Officer], number: str, view: View
) -> Markup:
    """Return the three offices with their holders left, what a key is right.

    ``sealed`` are the officers whose keys open the drill of that number, () before it is sealed.
    """
    t = view.text
    told = told_card(
        t("What a key is"),
        [
            t("Any two of the three open a sealed drill; no single one does, nor control's own."),
            t("Each officer types a passphrase of one's own here and saves the file on one's own"
              " stick. Control keeps the public part alone."),
            t("One key lost: the other two still open. Two lost: nobody opens that drill."),
            t("Who is replaced still opens what was sealed before; what is sealed from now on opens"
              " with the new key."),
        ],
    )  # fmt: skip
    return Markup('<div class="ec-two"><section class="card">{}{}{}{}{}</section>{}</div>').format(
        heading(t("Who holds the keys"), t("two together open")),
        _table(officers, view),
        _sealed(officers, sealed, number, view),
        _make(officers, view),
        _bring(officers, view),
        told,
    )


def _table(officers: Mapping[str, Officer], view: View) -> Markup:
    t = view.text
    heads = joined(
        Markup("<th>{}</th>").format(one) for one in (t("Office"), t("Name"), t("Public part"), "")
    )
    rows = joined(_row(office, officers.get(office), view) for office in OFFICES)
    return Markup(
        '<table class="ec-plain"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(heads, rows)


def _row(office: str, officer: Officer | None, view: View) -> Markup:
    row = Markup('<tr><th>{}</th><td>{}</td><td class="hash" title="{}">{}</td><td>{}</td></tr>')
    said = view.word(office_sentence(office))
    if officer is None:
        return row.format(said, "—", "", "", tag("✕ " + view.text("no key yet"), "bad"))
    public = officer.recipient
    return row.format(
        said, officer.name, public, f"{public[:8]} … {public[-SHOWN:]}",
        tag("✓ " + view.text("public part on file"), "ok"),
    )  # fmt: skip


def _sealed(
    officers: Mapping[str, Officer], sealed: Sequence[Officer], number: str, view: View
) -> Markup:
    """Return whose keys open the shown drill where they are not those of today."""
    old = [one for one in sealed if officers.get(one.office) != one]
    if not old:
        return Markup("")
    names = ", ".join(f"{view.word(office_sentence(one.office))} {one.name}" for one in old)
    return warned(
        view.text(
            "Drill {number} was sealed before and opens with the older key of: {names}",
            number=number, names=names,
        )
    )  # fmt: skip


def _make(officers: Mapping[str, Officer], view: View) -> Markup:
    t = view.text
    once, twice = t("Passphrase of the officer"), t("The same again")
    return heading(t("Make a key"), t("by the officer, with the stick in this machine")) + (
        fields.form(
            "make-key",
            Markup('<div class="ec-grid ec-half">{}{}{}{}</div>').format(
                *_who(officers, view),
                fields.labelled(once, fields.passphrase("passphrase", label=once),
                                hint=t("nobody else learns it")),
                fields.labelled(twice, fields.passphrase("again", label=twice)),
            ),
            Markup('<div class="ec-go">{}{}</div>').format(
                fields.button("make_key", t("Make the key and save it")), _replace(view)
            ),
        )
    )  # fmt: skip


def _bring(officers: Mapping[str, Officer], view: View) -> Markup:
    t = view.text
    public = t("Public part of the key (age1…)")
    form = fields.form(
        "bring-key",
        Markup('<div class="ec-grid">{}{}{}</div>').format(
            *_who(officers, view),
            fields.labelled(public, fields.line("public", label=public, most=100)),
        ),
        Markup('<div class="ec-go">{}{}</div>').format(
            fields.button("enrol", t("Take the public part")), _replace(view)
        ),
    )
    return Markup(
        '<details class="ec-paper" data-open="bring"><summary>{}</summary>{}</details>'
    ).format(t("The key was made elsewhere"), form)


def _who(officers: Mapping[str, Officer], view: View) -> tuple[Markup, Markup]:
    office, name = view.text("Office"), view.text("Name")
    first = next((one for one in OFFICES if one not in officers), OFFICES[0])
    options = [(one, view.word(office_sentence(one))) for one in OFFICES]
    return (
        fields.labelled(office, fields.select("office", options, first, label=office)),
        fields.labelled(name, fields.line("name", label=name, most=60)),
    )


def _replace(view: View) -> Markup:
    told = view.text("In the place of who holds the office now")
    return fields.chips("replace", [("yes", told)], ())


def make_key(desk: Desk, sent: Sent) -> Done:
    """Return the officer's locked key as a file for the stick; the public part is on the list.

    Raises:
        UserError: for a passphrase typed otherwise the second time, and as ``new_officer`` and
            ``enrol`` do.

    """
    office, name, secret = sent.one("office"), sent.one("name"), sent.secret("passphrase")
    if secret != sent.secret("again"):
        problem = say("The two passphrases differ.")
        raise UserError([Fault("", problem, say("Type both anew."))])
    with TemporaryDirectory(dir=desk.control.folder) as folder:
        path = Path(folder) / "officer.age"
        made = new_officer(path, name, office, secret)
        enrol(desk.control, made, replace=bool(sent.one("replace")))
        data = path.read_bytes()
    file = Download(f"officer-{office}.age", "application/octet-stream", data)
    said = say("{name} holds the key of this office now. Its file belongs on the stick alone.",
               name=made.name)  # fmt: skip
    return done(desk.view, said, download=file)


def enrol_key(desk: Desk, sent: Sent) -> Done:
    """Return that the public part of a key made elsewhere is on the list.

    Raises:
        UserError: as ``enrol`` does.

    """
    officer = Officer(sent.one("name"), sent.one("office"), sent.one("public"))
    enrol(desk.control, officer, replace=bool(sent.one("replace")))
    said = say("{name} holds the key of this office now.", name=officer.name)
    return done(desk.view, said)
