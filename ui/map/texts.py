"""The texts of the map's own buttons and labels, in the language of the page."""

from language import Catalogue, Sentence, say

TEXTS: tuple[Sentence, ...] = (say("Zoom in"), say("Zoom out"))
"""Every text the JavaScript asks for by ``t("…")``; a test holds the two lists equal."""


def map_texts(catalogue: Catalogue) -> dict[str, str]:
    """Return the wording of each template, for ``Feed.texts``."""
    return {text.template: catalogue.text(text.template) for text in TEXTS}
