"""A PDF with its objects packed: tags of thousands of cells weigh a tenth, not a page changes.

Typst writes every object as plain text; qpdf, through pikepdf, puts those that are no streams into
object streams (ISO 32000-1, 7.5.7). The same paper stays the same bytes: the file's identity comes
from what it holds.
"""

from io import BytesIO

import pikepdf


def packed_pdf(pdf: bytes) -> bytes:
    """Return the document with the same objects, packed.

    Raises:
        ValueError: for what is no PDF.

    """
    made = BytesIO()
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            document.save(
                made,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                deterministic_id=True,
                fix_metadata_version=False,
            )
    except pikepdf.PdfError as error:
        msg = "a PDF is asked for"
        raise ValueError(msg) from error
    return made.getvalue()
