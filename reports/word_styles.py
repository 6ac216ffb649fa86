"""The styles of a Word paper: one paragraph style a kind of text, so that a cell needs no more."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.xmlchemy import BaseOxmlElement

from .layout import TWIPS_PER_PT, Font, layout

RED, DRAFT_RED = "D7000F", "A8321A"
LATIN = "Times New Roman"
GRID_STYLES = frozenset({"Body", "Plain", "Level1", "Level2", "Level3", "Sign"})


@dataclass(frozen=True)
class Style:
    """A paragraph style: font, size in points, exact leading in points, and the rest as XML."""

    key: str
    font: str
    size_pt: float
    leading_pt: float
    inner: str = ""
    run: str = ""
    level: int | None = None

    @property
    def on_grid(self) -> bool:
        """Return whether it stands on the type area's lines of 28 characters."""
        return self.key in GRID_STYLES


def paragraph_styles() -> tuple[Style, ...]:
    """Return every style that a paper uses."""
    measures = layout()
    size, leading = measures["body_pt"], measures["leading_pt"]
    table, small, note = measures["table_pt"], measures["table_small_pt"], measures["note_pt"]
    indent = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
    right, centre, both = (f'<w:jc w:val="{side}"/>' for side in ("right", "center", "both"))
    box = "".join(
        f'<w:{side} w:val="single" w:sz="8" w:space="3" w:color="{DRAFT_RED}"/>'
        for side in ("top", "left", "bottom", "right")
    )
    colour = f'<w:color w:val="{DRAFT_RED}"/>'
    return (
        Style("Body", "body", size, leading, indent + both),
        Style("Plain", "body", size, leading, both),
        Style("Title", "title", measures["title_pt"], 32, centre, "<w:b/>"),
        Style("Level1", "level1", size, leading, "<w:keepNext/>" + indent, level=0),
        Style("Level2", "level2", size, leading, "<w:keepNext/>" + indent, level=1),
        Style("Level3", "body", size, leading, "<w:keepNext/>" + indent, level=2),
        Style("Caption", "level1", table, 18, "<w:keepNext/>" + centre),
        Style("Head", "level1", table, 14, right),
        Style("HeadLeft", "level1", table, 14, ""),
        Style("HeadSmall", "level1", small, 11, right),
        Style("HeadSmallLeft", "level1", small, 11, ""),
        Style("Cell", "body", table, 15, ""),
        Style("Figure", "body", table, 15, right),
        Style("CellSmall", "body", small, 12, ""),
        Style("FigureSmall", "body", small, 12, right),
        Style("Note", "body", note, 13, ""),
        Style("Picture", "body", note, 0, "<w:keepNext/>" + centre),
        Style("Mark", "title", measures["mark_pt"], 46, centre,
              f'<w:b/><w:color w:val="{RED}"/><w:spacing w:val="80"/>'),
        Style("Secrecy", "level1", size, leading, ""),
        Style("Number", "body", size, leading, centre),
        Style("Rule", "body", 2, 6, f'<w:pBdr><w:bottom w:val="single" w:sz="24" w:space="0" '
              f'w:color="{RED}"/></w:pBdr>'),
        Style("Thin", "body", 2, 2),
        Style("Sign", "body", size, leading, f'{right}<w:ind w:rightChars="400" w:right="1280"/>'),
        Style("Draft", "level1", note, 12, f"<w:pBdr>{box}</w:pBdr>", colour),
        Style("PageOdd", "number", measures["number_pt"], 0,
              '<w:jc w:val="right"/><w:ind w:rightChars="100" w:right="280"/>'),
        Style("PageEven", "number", measures["number_pt"], 0,
              '<w:ind w:leftChars="100" w:left="280"/>'),
    )  # fmt: skip


def styles_xml(language: str) -> BaseOxmlElement:
    """Return the whole styles element; ``language`` is the Latin script's, such as en-GB."""
    body = layout().fonts["body"]
    made = "".join(map(_style, paragraph_styles()))
    grid = round(layout()["body_pt"] * 2)
    element: BaseOxmlElement = parse_xml(
        f"<w:styles {nsdecls('w')}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts(body)}"
        f'<w:sz w:val="{grid}"/><w:szCs w:val="{grid}"/>'
        f'<w:lang w:val="{language}" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        f"</w:style>{made}"
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name '
        'w:val="Normal Table"/><w:tblPr><w:tblCellMar><w:left w:w="40" w:type="dxa"/>'
        '<w:right w:w="40" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>'
    )
    return element


def _style(style: Style) -> str:
    """Return one style; the order of its parts is the schema's."""
    twips = round(style.leading_pt * TWIPS_PER_PT)
    spacing = f'<w:spacing w:line="{twips}" w:lineRule="exact"/>' if twips else ""
    free = "" if style.on_grid else '<w:snapToGrid w:val="0"/>'
    parts = list(_ordered(style.inner + free, spacing))
    if style.level is not None:
        parts.append(f'<w:outlineLvl w:val="{style.level}"/>')
    half = round(style.size_pt * 2)
    closer = f'<w:spacing w:val="{character_space()}"/>' if style.on_grid else ""
    font = layout().fonts[style.font]
    name = {"Level1": "heading 1", "Level2": "heading 2", "Level3": "heading 3",
            "Caption": "caption"}.get(style.key, style.key)  # fmt: skip
    return (
        f'<w:style w:type="paragraph" w:styleId="{style.key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{"".join(parts)}</w:pPr>'
        f"<w:rPr>{_fonts(font)}{style.run}{closer}"
        f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr></w:style>'
    )


def _ordered(inner: str, spacing: str) -> Iterator[str]:
    """Yield the paragraph's properties in the order of ECMA-376, 17.3.1.26."""
    rest = inner
    for name in ("keepNext", "pBdr", "snapToGrid", "spacing", "ind", "jc"):
        if name == "spacing":
            yield spacing
            continue
        start = rest.find(f"<w:{name}")
        if start < 0:
            continue
        close = f"</w:{name}>"
        end = rest.find(close) + len(close) if close in rest else rest.index("/>", start) + 2
        yield rest[start:end]
        rest = rest[:start] + rest[end:]


def _fonts(font: Font) -> str:
    return (
        f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{font.name}" w:cs="{LATIN}"/>'
    )


def font_table() -> bytes:
    """Return the font table, which names what stands in for a font that a machine lacks."""
    rows = "".join(
        f'<w:font w:name="{font.name}"><w:altName w:val="{font.fallback}"/>'
        f'<w:charset w:val="86"/><w:family w:val="{_family(font)}"/></w:font>'
        for font in layout().fonts.values()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"<w:fonts {nsdecls('w')}>{rows}</w:fonts>"
    ).encode()


def _family(font: Font) -> str:
    return "swiss" if "Sans" in font.fallback else "roman"


def character_space() -> int:
    """Return in twips how much closer 28 characters of 16 pt stand in 156 mm than their size.

    It is set on the style: w:docGrid counts characters otherwise in every program.
    """
    measures = layout()
    pitch = measures.twips("type_width_mm") / measures["characters"]
    return math.floor(pitch - measures["body_pt"] * TWIPS_PER_PT)
