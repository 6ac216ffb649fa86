"""Controls inside a live panel: each names its act, and the object it is done to, in the markup."""

from collections.abc import Sequence

from markupsafe import Markup

from .markup import joined


def button(verb: str, text: str, *, value: str = "", kind: str = "", off: bool = False) -> Markup:
    """Return a button; ``kind`` is "", primary or quiet."""
    return Markup(
        '<button type="button" class="bt {}" data-act="{}" data-value="{}"{}>{}</button>'
    ).format(kind, verb, value, Markup(' disabled aria-disabled="true"') if off else "", text)


def segments(verb: str, options: Sequence[tuple[str, str]], chosen: str) -> Markup:
    """Return buttons side by side, (value, text) each, of which one is chosen."""
    return Markup('<span class="seg" role="group">{}</span>').format(
        joined(
            Markup(
                '<button type="button" data-act="{}" data-value="{}" aria-pressed="{}">{}</button>'
            ).format(verb, value, "true" if value == chosen else "false", text)
            for value, text in options
        )
    )


def switch(verb: str, value: str, *, on: bool, label: str, off: bool = False) -> Markup:
    """Return a switch; ``label`` is read to who cannot see it; ``off`` forbids to use it."""
    return Markup(
        '<label class="sw"><input type="checkbox" role="switch" data-act="{}" data-value="{}" '
        'aria-label="{}"{}{}><i aria-hidden="true"></i></label>'
    ).format(
        verb, value, label, Markup(" checked") if on else "", Markup(" disabled") if off else ""
    )


def select(verb: str, options: Sequence[tuple[str, str]], chosen: str, *, label: str) -> Markup:
    """Return a list to choose from, (value, text) each."""
    return Markup('<select class="sel" data-act="{}" aria-label="{}">{}</select>').format(
        verb,
        label,
        joined(
            Markup('<option value="{}"{}>{}</option>').format(
                value, Markup(" selected") if value == chosen else "", text
            )
            for value, text in options
        ),
    )


def search_field(verb: str, text: str, *, label: str) -> Markup:
    """Return a field that tells what is written in it, shortly after each letter."""
    return Markup(
        '<input class="find" type="search" data-act="{0}" value="{1}" placeholder="{2}" '
        'aria-label="{2}" maxlength="60" autocomplete="off" spellcheck="false">'
    ).format(verb, text, label)
