"""The frame of everything that is printed: one page, escaped, with nothing fetched or run."""

import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

STYLE = Path(__file__).with_name("paper.css")
WIDE = frozenset("WF")
"""Classes of East Asian width that take a whole square."""

UNWRITTEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
DASH = "—"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What the paper may fetch or run in a browser: nothing."""


def page(
    title: str, body: Iterable[str], *, chinese: bool, drill: str = "", card: bool = False
) -> str:
    """Return a whole HTML document of one page: A4, or A5 for a card.

    ``body`` is HTML, ``title`` plain text; ``drill`` is the word that runs along the top of every
    paper of an exercise.
    """
    style = STYLE.read_text(encoding="utf-8").replace("size: A4", f"size: {'A5' if card else 'A4'}")
    bar = f'<div class="drill">{text(" ".join([drill] * 3))}</div>' if drill else ""
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{"zh-CN" if chinese else "en"}"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{text(title)}</title><style>{style}</style></head>",
            f'<body><main class="{"page card" if card else "page"}">',
            bar,
            *body,
            "</main></body></html>",
        ]
    )


def text(value: str) -> str:
    """Return a text for HTML: markup and signs that have no place on paper are harmless."""
    return escape(text_plain(value), quote=True)


def text_plain(value: str) -> str:
    """Return a text without signs that steer a printer, turn the writing or are none at all."""
    return "".join(" " if unicodedata.category(sign) in UNWRITTEN else sign for sign in value)


def width(value: str) -> float:
    """Return about how wide a text is, in ems."""
    return sum(1.0 if unicodedata.east_asian_width(s) in WIDE else 0.56 for s in value)


def cut(value: str, ems: float) -> str:
    """Return the text shortened to that width; what was cut ends in an ellipsis."""
    if width(value) <= ems:
        return value
    kept: list[str] = []
    used = 1.0
    for sign in value:
        used += width(sign)
        if used > ems:
            break
        kept.append(sign)
    return "".join(kept).rstrip() + "…"


def cell(value: str, kind: str = "") -> str:
    """Return one cell; ``kind`` is a class of the style sheet: n number, b bold, w bad, m mute."""
    return f'<td class="{kind}">{text(value)}</td>' if kind else f"<td>{text(value)}</td>"


def table(widths: Sequence[float], rows: Iterable[Sequence[str]], heads: Sequence[str] = ()) -> str:
    """Return a table of cells made by ``cell``; ``widths`` are shares of its breadth."""
    whole = sum(widths)
    columns = "".join(f'<col style="width:{100 * w / whole:.2f}%">' for w in widths)
    head = f"<tr>{''.join(heads)}</tr>" if heads else ""
    return f"<table><colgroup>{columns}</colgroup>{head}{_rows(rows)}</table>"


def _rows(rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"<tr>{''.join(row)}</tr>" for row in rows)


def heading(title: str, remark: str = "") -> str:
    """Return the heading of a part, with a remark at its right."""
    return f"<h2>{text(title)}<span>{text(remark)}</span></h2>"


def minutes(seconds: int | None) -> str:
    """Return whole seconds as 7′20″, a dash where there are none."""
    return DASH if seconds is None else f"{seconds // 60}′{seconds % 60:02d}″"


def metres(value: float) -> str:
    """Return a distance for reading at a glance: 850 m, 1.5 km."""
    rounded = round(value)
    return f"{rounded} m" if rounded < 1000 else f"{rounded / 1000:.1f} km"  # noqa: PLR2004 - a km
