"""Forms on control's page: fields that the browser keeps until the whole form is sent."""

from collections.abc import Collection, Sequence

from markupsafe import Markup

from ui.panels.markup import joined

Option = tuple[str, str]
"""A value and what is read for it."""


def form(name: str, *pieces: str, kind: str = "") -> Markup:
    """Return the form of that name around its pieces."""
    return Markup('<div class="ec-form {}" data-form="{}">{}</div>').format(
        kind, name, joined(pieces)
    )


def labelled(label: str, *inside: str, hint: str = "", wide: bool = False) -> Markup:
    """Return a label above what it names, with a hint under it."""
    said = Markup("<small>{}</small>").format(hint) if hint else Markup("")
    return Markup('<label class="ec-field{}"><b>{}</b><span>{}</span>{}</label>').format(
        " wide" if wide else "", label, joined(inside), said
    )


def line(
    name: str, value: str = "", *, label: str, most: int = 200, kind: str = "text", hint: str = ""
) -> Markup:
    """Return a field of one line; ``kind`` is text, date, time, number or password."""
    return Markup(
        '<input type="{}" name="{}" value="{}" aria-label="{}" maxlength="{}" placeholder="{}"'
        ' autocomplete="off" spellcheck="false">'
    ).format(kind, name, value, label, most, hint)


def passphrase(name: str, *, label: str) -> Markup:
    """Return a field whose text is not shown, not remembered and sent in its form only."""
    return Markup(
        '<input type="password" name="{}" aria-label="{}" maxlength="400"'
        ' autocomplete="new-password">'
    ).format(name, label)


def file(name: str, told: str, *, label: str, accept: str = "", many: bool = False) -> Markup:
    """Return a field for a file, which the browser reads when its form is sent.

    ``told`` stands on it until a file is chosen.
    """
    return Markup(
        '<span class="ec-file"><input type="file" name="{}" aria-label="{}" accept="{}"{}>'
        "<em data-chosen>{}</em></span>"
    ).format(name, label, accept, Markup(" multiple") if many else "", told)


def select(name: str, options: Sequence[Option], chosen: str, *, label: str) -> Markup:
    """Return a list to choose one from."""
    return Markup('<select class="sel" name="{}" aria-label="{}">{}</select>').format(
        name,
        label,
        joined(
            Markup('<option value="{}"{}>{}</option>').format(
                value, Markup(" selected") if value == chosen else "", told
            )
            for value, told in options
        ),
    )


def chips(name: str, options: Sequence[Option], chosen: Collection[str]) -> Markup:
    """Return boxes to tick any of; a ticked one has a ✓ before its word."""
    return joined(
        Markup(
            '<label class="ec-chip"><input type="checkbox" name="{}" value="{}"{}><i>{}</i></label>'
        ).format(name, value, Markup(" checked") if value in chosen else "", told)
        for value, told in options
    )


def button(verb: str, told: str, *, value: str = "", kind: str = "", off: bool = False) -> Markup:
    """Return a button that sends the form around it; ``kind`` is "", primary, small or quiet."""
    return Markup(
        '<button type="button" class="bt {}" data-send="{}" data-value="{}"{}>{}</button>'
    ).format(kind, verb, value, Markup(' disabled aria-disabled="true"') if off else "", told)
