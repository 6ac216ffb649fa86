"""How much of what somebody wrote is printed: a name of any length must not make a book."""

from dataclasses import replace

from .sentence import Sentence

MOST_NAME = 80
"""Signs of one name on paper; a name that people use is shorter."""

MOST_TEXT = 4_000
"""Signs of one cell on paper: the longest text that a form takes."""

BETWEEN = "、"
"""What parts the names of a list."""

CUT = "…"


def cut_to(text: str, most: int) -> str:
    """Return the text, or so many of its signs with … as the last."""
    return text if len(text) <= most else text[: most - 1].rstrip() + CUT


def short_name(text: str) -> str:
    """Return a name, or names parted by 、, each cut to 80 signs and all to 4,000; … marks a cut.

    Whoever cuts says so: the register keeps every name whole.
    """
    if len(text) <= MOST_NAME:
        return text
    names = [cut_to(name, MOST_NAME) for name in text.split(BETWEEN)]
    return cut_to(BETWEEN.join(names), MOST_TEXT)


def short_said(said: Sentence, most: int = MOST_TEXT) -> Sentence:
    """Return the sentence with each of its texts cut to so many signs."""
    long = {k: v for k, v in said.values.items() if isinstance(v, str) and len(v) > most}
    if not long:
        return said
    return replace(said, values={**said.values, **{k: cut_to(v, most) for k, v in long.items()}})
