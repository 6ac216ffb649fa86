"""The top bar beside the pages: whose screen this is, how old its data, and the clock."""

from markupsafe import Markup

from .markup import View, tag


def brand(district: str, view: View) -> Markup:
    """Return the mark, the name of the program and the district."""
    mark = Markup('<i class="mark" aria-hidden="true"></i>')
    lang = {"zh": "zh-CN"}.get(view.words.language, view.words.language)
    return Markup('<div class="brand" data-lang="{}">{}{}<small>{}</small></div>').format(
        lang, mark, view.text("Shouwang"), district
    )


def status(*, sample: bool, as_of: str, view: View, who: str = "") -> Markup:
    """Return the tags of the right half: sample data, data as of, offline, who, clock."""
    pieces = (
        tag(view.text("Sample data"), "warn") if sample else Markup(""),
        Markup('<span class="asof">{}</span>').format(view.text("Data as of {date}", date=as_of)),
        tag(view.text("Offline · this machine")) if not who else tag(who),
        Markup('<span class="clock" data-clock>--:--:--</span>'),
    )
    return Markup('<div class="status">{}{}{}{}</div>').format(*pieces)


def loading(district: str, view: View) -> Markup:
    """Return the sentence that stands on the page until its map does; the style sheet ends it."""
    said = view.text("Reading {district}…", district=district)
    return Markup('<p class="loading" role="status">{}</p>').format(said)
