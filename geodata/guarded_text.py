"""Text in a table file that a spreadsheet program would take for a formula, and back again.

The rule: a text is guarded by one apostrophe in front where it begins, after any white space,
with one of ``= + - @``, their full-width twins or an apostrophe, or where it begins with a tab or
a line break. Whoever reads drops one leading apostrophe where what follows is such a text. So
every text comes back as it was, and no program makes a formula of it.
"""

_STARTS = tuple("=+-@＝＋－＠'")
_BREAKS = ("\t", "\r", "\n")


def guarded(text: str) -> str:
    """Return the text as it may stand in a CSV file."""
    return f"'{text}" if _is_risky(text) else text


def unguarded(text: str) -> str:
    """Return the text that was guarded; any other text stays as it is."""
    return text[1:] if text.startswith("'") and _is_risky(text[1:]) else text


def _is_risky(text: str) -> bool:
    return text.startswith(_BREAKS) or text.lstrip().startswith(_STARTS)
