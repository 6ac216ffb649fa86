"""The cells and headings of a paper as text, the same in every format."""

import unicodedata
from collections.abc import Sequence

from language import Catalogue, Sentence, say

from .paper import Block, Cell, Drawing, Heading, MapFigure, Percent, Table, Verdict

UNKNOWN = "—"
HUNDRED = 1000
"""A hundred per cent in tenths of one."""

VERDICTS = {
    "pass": ("✓", say("met")),
    "fail": ("✕", say("not met")),
    "not_assessable": ("?", say("not assessable")),
}
NOT_APPLICABLE = say("not applicable")
REPLACED = "\ufffd"

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACES = frozenset("\t\n\r\v\f\x85\u2028\u2029")
_DIGITS = "零一二三四五六七八九"
_LEVELS_ZH = ("{}、", "（{}）", "{}. ")
_LEVELS_EN = ("{}. ", "({}) ", "{}) ")


def clean(text: str) -> str:
    """Return the text on one line; each sign that steers, turns or hides writing shows as U+FFFD.

    So no sign is dropped in silence, XML can hold the text, and every font has its glyphs.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_seen(sign) for sign in text)


def _seen(sign: str) -> str:
    if sign in _SPACES:
        return " "
    return REPLACED if unicodedata.category(sign) in _UNSEEN else sign


def word(sentence: Sentence, words: Catalogue) -> str:
    """Return the sentence in the paper's language, clean of signs that nobody sees."""
    return clean(words.word(sentence))


def sentences(said: Sequence[Sentence], words: Catalogue) -> str:
    """Return the sentences as one text, parted by a space where the language parts by spaces."""
    return ("" if words.language == "zh" else " ").join(word(one, words) for one in said)


def tenths(percent: Percent) -> int | None:
    """Return the share in tenths of a per cent, cut; ``None`` of nothing. Below all is below 1000.

    Raises:
        ValueError: for a part that is negative or more than the whole.

    """
    if not 0 <= percent.part <= max(percent.whole, 0):
        msg = f"{percent.part} is no part of {percent.whole}"
        raise ValueError(msg)
    return percent.part * HUNDRED // percent.whole if percent.whole else None


def percent_text(percent: Percent, words: Catalogue) -> str:
    """Return the share with one decimal that is cut, such as 99.9%; 不适用 of nobody."""
    cut = tenths(percent)
    return word(NOT_APPLICABLE, words) if cut is None else f"{cut // 10}.{cut % 10}%"


def cell_text(cell: Cell, words: Catalogue) -> str:
    """Return the cell as every format shows it; what is not known is —, a blank stays blank."""
    if cell is None:
        return UNKNOWN
    if isinstance(cell, Sentence):
        return word(cell, words)
    if isinstance(cell, Percent):
        return percent_text(cell, words)
    if isinstance(cell, Verdict):
        sign, said = VERDICTS[cell.result]
        return f"{sign} {word(said, words)}"
    return f"{cell:,}" if isinstance(cell, int) else clean(cell)


def chinese_number(number: int) -> str:
    """Return 1 to 99 as Chinese writes it in headings.

    Raises:
        ValueError: beyond that.

    """
    tens, ones = divmod(number, 10)
    if not 1 <= number <= 99:  # noqa: PLR2004 - two digits
        msg = f"no heading has the number {number}"
        raise ValueError(msg)
    head = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def titles(blocks: Sequence[Block], words: Catalogue) -> tuple[str, ...]:
    """Return the title of each block with its number, "" for a paragraph.

    Headings count 一、（一）1. by level (GB/T 9704-2012, 7.3.3), all else counts through.
    """
    counts, tables, maps, drawings = [0, 0, 0], 0, 0, 0
    made: list[str] = []
    for block in blocks:
        if isinstance(block, Heading):
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (len(counts) - block.level)
            made.append(_heading_number(block.level, counts, words) + word(block.text, words))
        elif isinstance(block, Table):
            tables += 1
            made.append(word(say("Table {number}", number=tables), words) + "  " +
                        word(block.title, words))  # fmt: skip
        elif isinstance(block, MapFigure):
            maps += 1
            made.append(word(say("Map {number}", number=maps), words) + "  " +
                        word(block.title, words))  # fmt: skip
        elif isinstance(block, Drawing):
            drawings += 1
            made.append(word(say("Figure {number}", number=drawings), words) + "  " +
                        word(block.title, words))  # fmt: skip
        else:
            made.append("")
    return tuple(made)


def _heading_number(level: int, counts: Sequence[int], words: Catalogue) -> str:
    number = counts[level - 1]
    if words.language != "zh":
        return _LEVELS_EN[level - 1].format(number)
    shown = str(number) if level == len(_LEVELS_ZH) else chinese_number(number)
    return _LEVELS_ZH[level - 1].format(shown)


def district_name(zh: str, en: str, words: Catalogue) -> str:
    """Return the district's name in the paper's language."""
    return clean(zh if words.language == "zh" else en)
