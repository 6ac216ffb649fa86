"""The two pages of an exercise that go on paper: the seal, and the heads of its log.

What is printed and signed by people of both sides cannot be altered on any disk afterwards: the
log up to a printed head, and the pool behind a printed commitment, are fixed from then on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desks.exercise.clock import DAY, clock_text
from desks.exercise.course import Printed
from desks.exercise.envelope import Envelope
from desks.exercise.officers import office_sentence
from language import Catalogue, Sentence, say

from .draft import cells
from .drill_words import TYPE_SAID, WHAT_SAID
from .fonts import PLAIN, faces
from .signing import fingerprint, grouped
from .typesetting import typeset_pdf
from .wording import clean, word

TEMPLATE = Path(__file__).with_name("drill_page.typ")
MOST_NAME = 48
"""So many cells of a name stand on the page, then …: it is one page, however long a name is."""

MOST_HEADS = 4
"""So many heads fit one page, the newest; earlier ones are counted."""


@dataclass(frozen=True)
class Code:
    """A part of the page: labelled lines, and what its QR code says ("" none)."""

    rows: tuple[tuple[Sentence, str, bool], ...]
    qr: str = ""
    mm: int = 46


@dataclass(frozen=True)
class Page:
    """One page: what stands on it, who signs it."""

    title: Sentence
    subtitle: Sentence
    codes: tuple[Code, ...]
    notes: tuple[Sentence, ...]
    lines: tuple[str, ...]


def seal_page(envelope: Envelope, words: Catalogue, *, voided: int = 0, head: str = "") -> bytes:
    """Return the page of the seal as PDF: number, commitment, fingerprint, signature, key holders.

    ``head`` is that of the log as it was noted for this paper, "" where none was. Its QR code says
    “number commitment fingerprint”.

    Raises:
        UserError: where no font on this machine has Chinese characters.

    """
    key = fingerprint(Ed25519PublicKey.from_public_bytes(bytes.fromhex(envelope.signer)))
    holders = tuple(
        f"{word(office_sentence(one.office), words)} {_short(one.name)}"
        for one in envelope.recipients
    )
    rows = (
        (say("Number"), envelope.drill, False),
        (say("Commitment (SHA-256)"), grouped(envelope.commitment), True),
        (say("Fingerprint of control's key"), grouped(key), True),
    )
    more = (
        (say("Signature (Ed25519) of the envelope"), grouped(envelope.signature), True),
        (say("Keys: any two of three open"), "　".join(holders), False),
        *([(say("Head of the log"), grouped(head), True)] if head else []),
    )
    kind = TYPE_SAID.get(envelope.type, say("Exercise"))
    page = Page(
        title=say("Seal of exercise {number}", number=envelope.drill),
        subtitle=say("{type}, sealed {at}", type=word(kind, words),
                     at=clock_text(datetime.fromisoformat(envelope.sealed_at), DAY)),
        codes=(Code(rows, f"{envelope.drill} {envelope.commitment} {key}", 52), Code(more, "", 1)),
        notes=(
            say("The commitment fixes the pool and T0: neither can be replaced after this page is "
                "signed."),
            say("No single key opens the envelope, every two of three do. Draws voided before: "
                "{count}.", count=voided),
            say("It does not show what is sealed, and does not prove that those who composed it "
                "keep silent."),
        ),
        lines=(*holders, word(say("Director"), words), word(say("Witness"), words)),
    )  # fmt: skip
    return _pdf(page, words)


def heads_page(drill: str, printed: Sequence[Printed], words: Catalogue) -> bytes:
    """Return the page of the log's heads as PDF: at the start and at the end, each with its code.

    A code says “number what head”.

    Raises:
        UserError: where no font on this machine has Chinese characters.

    """
    shown = printed[-MOST_HEADS:]
    codes = tuple(
        Code(
            (
                (WHAT_SAID.get(one.what, say("other")), clock_text(one.at, DAY), False),
                (say("Head of the log"), grouped(one.head), True),
            ),
            f"{drill} {one.what} {one.head}",
            36,
        )
        for one in shown
    )
    notes = [
        say("A head binds every line of the log before it: none can be changed, left out or put in "
            "without another head."),
        say("What came after the last printed head is not bound by this page."),
    ]  # fmt: skip
    if not shown:
        notes.insert(0, say("No head was printed yet."))
    if len(printed) > len(shown):
        notes.append(say("Earlier heads not on this page: {count}.",
                         count=len(printed) - len(shown)))  # fmt: skip
    page = Page(
        title=say("Heads of the log of exercise {number}", number=drill),
        subtitle=say("Print at the start and at the end; each side keeps one."),
        codes=codes,
        notes=tuple(notes),
        lines=tuple(word(one, words) for one in (say("Director"), say("Supervision"),
                                                 say("Witness"))),
    )  # fmt: skip
    return _pdf(page, words)


def _short(text: str) -> str:
    """Return a name as far as it has room."""
    kept = clean(text)[: MOST_NAME + 1]
    if cells(kept) <= MOST_NAME:
        return kept
    while cells(kept) > MOST_NAME - 1:
        kept = kept[:-1]
    return f"{kept}…"


def qr_svg(text: str) -> str:
    """Return the QR code (ISO/IEC 18004, level M) of a text as SVG, black on white."""
    made = BytesIO()
    segno.make(text, error="m", micro=False).save(
        made, kind="svg", scale=1, border=4, xmldecl=False, svgns=True, light="#ffffff", nl=False
    )
    return made.getvalue().decode()


def _pdf(page: Page, words: Catalogue) -> bytes:
    have = faces()
    chinese = words.language == "zh"

    def text(value: str) -> str:
        return have.shown(clean(value), PLAIN)

    def said(one: Sentence) -> str:
        return text(word(one, words))

    codes: list[dict[str, Any]] = [
        {
            "rows": [{"label": said(a), "text": text(b), "mono": mono} for a, b, mono in code.rows],
            "svg": str(at) if code.qr else "",
            "mm": code.mm,
            "alt": text(code.qr),
        }
        for at, code in enumerate(page.codes)
    ]
    data = {
        "title": said(page.title),
        "subtitle": said(page.subtitle),
        "bar": text(" ".join([word(say("Exercise"), words)] * 3)),
        "lang": words.language,
        "region": "CN" if chinese else "GB",
        "fonts": list(have.families[PLAIN]),
        "codes": codes,
        "notes": [said(one) for one in page.notes],
        "lines": [text(one) for one in page.lines],
        "date": said(say("Signature and day")),
        "foot": said(say("Exercise only. Keep this page; hold it against the package with"
                         " verify_drill.py.")),
    }  # fmt: skip
    drawings = {str(at): qr_svg(code.qr) for at, code in enumerate(page.codes) if code.qr}
    return typeset_pdf(TEMPLATE, data, drawings)
