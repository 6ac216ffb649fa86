"""How an exercise looks: a frame, a bar and the window's title say it on every page."""

from markupsafe import Markup

from .markup import View


def drill_look(view: View, said: str = "") -> Markup:
    """Return frame and bar; the style sheet adds the mark on the map, the clock the title.

    No setting of a user removes it; it is told by hatch and word, so that grey print keeps it.
    ``said`` stands in the bar instead of the call to begin outside calls with the word.
    """
    word = view.text("Exercise")
    thrice = " ".join([word] * 3)
    return Markup(
        '<div class="drill-frame" aria-hidden="true"></div>'
        '<div class="drill-bar" role="status" data-drill="【{word}】"><b>{thrice}</b>'
        '<span>{said}</span><b aria-hidden="true">{thrice}</b></div>'
    ).format(
        word=word,
        thrice=thrice,
        said=said or view.text("Not a real event: begin every call outside with “exercise”"),
    )
