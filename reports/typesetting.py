"""Typst as a library: pages as PDF and PNG. Whatever is written reaches it as JSON, never as code.

Neither the network nor the user's packages are asked: the template imports nothing.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from .fonts import faces
from .pdf_packing import packed_pdf

PICTURE = """#set page(width: float(sys.inputs.width) * 1mm, height: float(sys.inputs.height) * 1mm,
  margin: 0mm)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%)"""


def svg_png(svg: str, width_mm: float, height_mm: float, ppi: float) -> bytes:
    """Return an SVG drawing as PNG.

    Raises:
        UserError: where no font on this machine has Chinese characters.

    """
    inputs = {"svg": svg, "width": f"{width_mm:g}", "height": f"{height_mm:g}"}
    return _one(_compiler().compile(PICTURE.encode(), format="png", ppi=ppi, sys_inputs=inputs))


def typeset_pdf(template: Path, data: Mapping[str, Any], drawings: Mapping[str, str]) -> bytes:
    """Return a tagged PDF/UA-1 of the template, with the data as JSON and drawings as SVG by key.

    Raises:
        UserError: where no font on this machine has Chinese characters.

    """
    inputs = {f"svg:{key}": svg for key, svg in drawings.items()}
    inputs["data"] = json.dumps(data, ensure_ascii=False, sort_keys=True, allow_nan=False)
    made = _compiler().compile(
        template.read_bytes(), format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=0
    )
    return packed_pdf(_one(made))


def _compiler() -> typst.Compiler:
    return typst.Compiler(font_paths=faces().book, ignore_system_fonts=True)


def _one(made: object) -> bytes:
    """Return the one file that was asked for.

    Raises:
        TypeError: where there are several, which only a wrong template makes.

    """
    if isinstance(made, list) and len(made) == 1:
        made = made[0]
    if not isinstance(made, bytes):
        msg = f"one file was asked for, not {type(made).__name__}"
        raise TypeError(msg)
    return made
