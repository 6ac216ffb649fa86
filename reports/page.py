"""The paper as one HTML page to read: nothing fetched, nothing run, printed in A4.

Its maps are not drawn here: the web map (``reports/web_map.py``) shows those.
"""

import base64
from collections.abc import Iterator
from html import escape
from pathlib import Path

from geodata.writing import write_file

from .draft import DRAFT, draft_line, exercise_bar, plan_bar
from .paper import Cell, Drawing, Heading, Paper, Paragraph, Table
from .wording import cell_text, clean, district_name, sentences, titles, word

CSS = Path(__file__).with_name("page.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def write_page(paper: Paper, path: Path) -> None:
    """Write the paper as one .html file.

    Raises:
        UserError: where the place cannot be written or the disk is full.

    """
    with write_file(path) as fresh:
        fresh.write_text(page(paper), encoding="utf-8", newline="\n")


def page(paper: Paper) -> str:
    """Return the HTML page; the same paper gives the same text."""
    lang = "zh-CN" if paper.words.language == "zh" else "en"
    style = CSS.read_text(encoding="utf-8")
    title = _text(word(paper.title, paper.words))
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="{lang}"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{title}</title><style>{style}</style></head>",
            f'<body class="{"exercise" if paper.exercise else "real"}">',
            *_head(paper, title),
            "<main>",
            *_blocks(paper),
            f"</main><footer>{_text(paper.issuer)} {_text(paper.day)}</footer>",
            "</body></html>\n",
        )
    )


def _text(value: str) -> str:
    """Return a text for HTML, clean of signs that nobody sees."""
    return escape(clean(value), quote=True)


def _head(paper: Paper, title: str) -> Iterator[str]:
    bar = exercise_bar(paper)
    if bar:
        yield f'<div class="bar">{_text(bar)}</div>'
    planned = plan_bar(paper)
    if planned:
        yield f'<div class="plan">{_text(planned)}</div>'
    if paper.secrecy:
        yield f"<p><b>{_text(paper.secrecy)}</b></p>"
    district = district_name(paper.district_zh, paper.district_en, paper.words)
    yield f"<header><h1>{title}</h1><span>{_text(district)}</span></header>"
    line = draft_line(paper)
    if line:
        yield f'<div class="draft"><b>{DRAFT}</b> {_text(line)}</div>'


def _blocks(paper: Paper) -> Iterator[str]:
    for block, title in zip(paper.blocks, titles(paper.blocks, paper.words), strict=True):
        if isinstance(block, Heading):
            level = block.level + 1
            yield f"<h{level}>{_text(title)}</h{level}>"
        elif isinstance(block, Paragraph):
            yield f"<p>{_text(sentences(block.text, paper.words))}</p>"
        elif isinstance(block, Table):
            yield from _table(block, title, paper)
        elif isinstance(block, Drawing):
            data = base64.b64encode(block.svg.encode()).decode()
            alt = _text(word(block.alt, paper.words))
            yield (
                f'<figure><img src="data:image/svg+xml;base64,{data}" alt="{alt}">'
                f"<figcaption>{_text(title)}</figcaption></figure>"
            )


def _table(table: Table, title: str, paper: Paper) -> Iterator[str]:
    figures = [column.is_figure for column in table.columns]

    def row(cells: tuple[Cell, ...], tag: str = "td") -> str:
        made = "".join(
            f"<{tag}{' class=n' if figure else ''}>{_text(cell_text(cell, paper.words))}</{tag}>"
            for cell, figure in zip(cells, figures, strict=True)
        )
        return f"<tr>{made}</tr>"

    yield f"<table><caption>{_text(title)}</caption><thead>"
    yield row(tuple(column.title for column in table.columns), "th")
    yield "</thead><tbody>"
    yield from (row(cells) for cells in table.rows)
    yield "</tbody>"
    if table.total is not None:
        yield f"<tfoot>{row(table.total)}</tfoot>"
    yield "</table>"
    if table.method:
        yield f'<p class="note">{_text(sentences(table.method, paper.words))}</p>'
