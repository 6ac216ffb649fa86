"""The paper as a Word file in the measures of GB/T 9704-2012: same paper, same bytes."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENTATION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Twips

from geodata.writing import write_file
from language import say

from .draft import DRAFT, PLAN_BLUE, draft_line, exercise_bar, plan_bar
from .layout import TWIPS_PER_PT, layout
from .map_drawing import HEIGHT_MM, PPI, WIDTH_MM, Sketch, alt_text, draw_map, map_png
from .paper import Drawing, Heading, MapFigure, Paper, Paragraph, Table
from .pictures import small_png
from .same_bytes import sealed
from .typesetting import svg_png
from .word_styles import DRAFT_RED, font_table, styles_xml
from .word_xml import paragraph, paragraph_xml, run, table_xml
from .wording import clean, district_name, titles, word

LEVEL_STYLES = ("Level1", "Level2", "Level3")
NO_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - the format has no time zone
FONT_TABLE = "word/fontTable.xml"
EXERCISE_VIOLET = "5B2A86"

Draw = Callable[[MapFigure, Paper], bytes]
"""Draws a map of the paper as PNG, ``WIDTH_MM`` by ``HEIGHT_MM``."""

_NUMBER_HEIGHT_MM = 6
_SHAPES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)


def write_word(
    paper: Paper, path: Path, *, sketch: Sketch = draw_map, draw: Draw | None = None
) -> None:
    """Write the paper as .docx, its maps drawn as pictures: of the sketches, but for ``draw``.

    Raises:
        UserError: where the place cannot be written or the disk is full.

    """
    made = word_bytes(paper, draw=draw or partial(map_png, sketch=sketch))
    with write_file(path) as fresh:
        fresh.write_bytes(made)


def word_bytes(paper: Paper, *, draw: Draw = map_png) -> bytes:
    """Return the .docx as bytes."""
    document = Document()
    _clear(document)
    _styles(document, paper)
    _properties(document, paper)
    _page(document)
    _margins(document, paper)
    for element in _front(paper):
        _add(document, element)
    for block, title in zip(paper.blocks, titles(paper.blocks, paper.words), strict=True):
        if isinstance(block, Heading):
            _add(document, paragraph(LEVEL_STYLES[block.level - 1], title))
        elif isinstance(block, Paragraph):
            _add(document, paragraph_xml(block, paper.words))
        elif isinstance(block, Table):
            _add_all(document, "".join(table_xml(block, title, paper.words)))
        elif isinstance(block, Drawing):
            _drawing(document, block, title, paper)
        else:
            _map(document, block, title, paper, draw)
    if paper.issuer:
        for text in (paper.issuer, paper.day):
            _add(document, paragraph("Sign", text))
    target = BytesIO()
    document.save(target)
    return sealed(target.getvalue(), {FONT_TABLE: font_table()})


_UNWANTED = ("/customXml", "/stylesWithEffects", "/thumbnail", "/numbering")


def _clear(document: Docx) -> None:
    """Take out what the library's empty document brings: text, picture, old styles, lists."""
    for holder in (document.part.package, document.part):
        for key, link in list(holder.rels.items()):
            if link.reltype.endswith(_UNWANTED):
                del holder.rels[key]
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)


def _add(document: Docx, xml: str) -> None:
    _add_all(document, xml)


def _add_all(document: Docx, xml: str) -> None:
    """Put one or more elements before the section's properties."""
    body = document.element.body
    wrapped: Any = parse_xml(f"<w:body {nsdecls('w', 'r')}>{xml}</w:body>")
    end = body[-1]
    for child in list(wrapped):
        end.addprevious(child)


def _styles(document: Docx, paper: Paper) -> None:
    made = styles_xml("zh-CN" if paper.words.language == "zh" else "en-GB")
    own = document.styles.element
    for child in list(own):
        own.remove(child)
    for child in list(made):
        own.append(child)


def _properties(document: Docx, paper: Paper) -> None:
    """State title, author and language; the times are the paper's day, never the clock."""
    core = document.core_properties
    core.title = word(paper.title, paper.words)[:255]
    core.author = (paper.issuer or district_name(paper.district_zh, paper.district_en,
                                                 paper.words))[:255]  # fmt: skip
    core.last_modified_by = core.author
    core.subject, core.comments, core.keywords = paper.key, "", paper.stamp
    core.language = "zh-CN" if paper.words.language == "zh" else "en-GB"
    core.category = paper.secrecy[:255]
    core.created = core.modified = core.last_printed = _time(paper.day)
    core.revision = 1


def _time(day: str) -> datetime:
    try:
        return datetime.fromisoformat(day).replace(tzinfo=None)
    except ValueError:
        return NO_DAY


def _page(document: Docx) -> None:
    """Set the sheet, the type area and its grid of 22 lines."""
    measures, section = layout(), document.sections[0]
    section.orientation = WD_ORIENTATION.PORTRAIT
    section.page_width, section.page_height = (
        Mm(measures["page_width_mm"]), Mm(measures["page_height_mm"]))  # fmt: skip
    below = measures["page_height_mm"] - measures["top_mm"] - measures["type_height_mm"]
    beside = measures["page_width_mm"] - measures["left_mm"] - measures["type_width_mm"]
    section.top_margin, section.bottom_margin = Mm(measures["top_mm"]), Mm(below)
    section.left_margin, section.right_margin = Mm(measures["left_mm"]), Mm(beside)
    section.header_distance = Mm(measures["draft_top_mm"])
    section.footer_distance = Mm(below - measures["number_below_mm"] - _NUMBER_HEIGHT_MM)
    section.gutter = Twips(0)
    for grid in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 - the library has no door
        section._sectPr.remove(grid)  # noqa: SLF001
    section._sectPr.append(  # noqa: SLF001
        parse_xml(
            f'<w:docGrid {nsdecls("w")} w:type="lines" '
            f'w:linePitch="{measures.twips("leading_pt")}"/>'
        )
    )


def _margins(document: Docx, paper: Paper) -> None:
    """Set the head of every page, which names a draft's defects, and its number at the outside."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for at, header in enumerate((section.header, section.even_page_header)):
        bars = _bar(exercise_bar(paper), EXERCISE_VIOLET) + _bar(plan_bar(paper), PLAN_BLUE[1:])
        _fill(header, bars + _draft(paper, at))
    for style, footer in (("PageOdd", section.footer), ("PageEven", section.even_page_footer)):
        _fill(footer, _number(style))


def _fill(part: Any, xml: str) -> None:  # noqa: ANN401 - the library's heads and feet share no type
    part.is_linked_to_previous = False
    element = part._element  # noqa: SLF001
    for child in list(element):
        element.remove(child)
    wrapped: Any = parse_xml(f"<w:hdr {nsdecls('w')} {_SHAPES}>{xml}</w:hdr>")
    for child in list(wrapped):
        element.append(child)


def _bar(bar: str, colour: str) -> str:
    """Return a coloured bar with its text for the head of every page, nothing without."""
    if not bar:
        return ""
    inner = '<w:b/><w:color w:val="FFFFFF"/>'
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>'
    return (
        f'<w:p><w:pPr><w:pStyle w:val="Note"/>{shade}<w:jc w:val="center"/></w:pPr>'
        f"{run(bar, inner)}</w:p>"
    )


def _draft(paper: Paper, at: int) -> str:
    line = draft_line(paper)
    if not line:
        return paragraph("Note", "")
    text = run(f"{DRAFT}　{line}")
    return (
        f'<w:p><w:pPr><w:pStyle w:val="Draft"/></w:pPr>{text}</w:p>'
        f'<w:p><w:pPr><w:pStyle w:val="Thin"/></w:pPr>{_watermark(at)}</w:p>'
    )


def _watermark(at: int) -> str:
    """Return 草稿 DRAFT across the page, pale and behind the text."""
    style = (
        "position:absolute;margin-left:0;margin-top:0;width:460pt;height:150pt;rotation:328;"
        "z-index:-251650000;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    kind = (
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t" o:connecttype="rect"/>'
        '<v:textpath on="t" fitshape="t"/></v:shapetype>'
    )
    shape = (
        f'<v:shape id="draft{at}" o:spid="_x0000_s{2049 + at}" type="#_x0000_t136" alt="{DRAFT}" '
        f'style="{style}" o:allowincell="f" fillcolor="#{DRAFT_RED}" stroked="f">'
        f'<v:fill opacity="4588f"/><v:textpath style="font-family:&quot;Noto Sans CJK SC&quot;;'
        f'font-size:1pt" string="{DRAFT}"/></v:shape>'
    )
    return f"<w:r><w:pict>{kind}{shape}</w:pict></w:r>"


def _number(style: str) -> str:
    field = (
        '<w:r><w:t xml:space="preserve">— </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> —</w:t></w:r>'
    )
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{field}</w:p>'


def _front(paper: Paper) -> Iterator[str]:
    """Yield marking, head of the issuer with its number, and the title."""
    measures = layout()
    line = measures["leading_pt"]
    if paper.secrecy:
        yield paragraph("Secrecy", paper.secrecy)
    if paper.issuer:
        above = measures.twips("mark_below_top_mm") / TWIPS_PER_PT
        yield _gap(above - (line if paper.secrecy else 0))
        yield paragraph("Mark", word(say("{issuer} · Document", issuer=paper.issuer), paper.words))
        yield _gap(line)
        yield paragraph("Number", word(say("No. ______ of {year}", year=paper.day[:4] or "____"),
                                       paper.words))  # fmt: skip
        yield paragraph("Rule", "")
        yield _gap(2 * line)
    yield paragraph("Title", word(paper.title, paper.words))
    yield _gap(line)


def _gap(height_pt: float) -> str:
    """Return an empty paragraph of exactly that height."""
    twips = round(height_pt * TWIPS_PER_PT)
    return (
        '<w:p><w:pPr><w:pStyle w:val="Thin"/>'
        f'<w:spacing w:line="{twips}" w:lineRule="exact"/></w:pPr></w:p>'
    )


def _map(document: Docx, figure: MapFigure, title: str, paper: Paper, draw: Draw) -> None:
    """Add the map as a picture that is told in words too, and its title below."""
    _add(document, paragraph("Picture", ""))
    size = (WIDTH_MM, HEIGHT_MM)
    _picture(document, draw(figure, paper), size, figure.key, alt_text(figure, paper))
    _add(document, paragraph("Caption", title))


def _drawing(document: Docx, drawing: Drawing, title: str, paper: Paper) -> None:
    """Add a drawing as a picture that is told in words too, and its title below."""
    _add(document, paragraph("Picture", ""))
    size = (drawing.width_mm, drawing.height_mm)
    png = small_png(svg_png(drawing.svg, *size, PPI), PPI)
    _picture(document, png, size, drawing.key, word(drawing.alt, paper.words))
    _add(document, paragraph("Caption", title))


def _picture(document: Docx, png: bytes, size_mm: tuple[float, float], key: str, alt: str) -> None:
    holder = document.paragraphs[-1]
    width, height = (Mm(one) for one in size_mm)
    picture = holder.add_run().add_picture(BytesIO(png), width=width, height=height)
    told = picture._inline.docPr  # noqa: SLF001 - the library has no door to it
    told.set("name", clean(key)[:60])
    told.set("descr", alt)
