"""What the import gives to take along: the template of a layer and the marked-up workbook."""

from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from desks.register.marked import marked_workbook
from desks.register.templates import template, template_suffixes
from layers import LayerSpec
from ui import language

from .register_desk import Desk
from .register_trial import Trial


def template_file(desk: Desk, spec: LayerSpec) -> None:
    """Offer the template of the layer, made when it is asked for."""
    words = desk.view.words
    suffix = template_suffixes(spec)[0]
    st.download_button(
        desk.view.text("Template for {layer}", layer=language.title(spec, words)),
        lambda: template_bytes(spec, suffix, words.language),
        file_name=f"{spec.key}-template{suffix}", key=f"reg_template_{spec.key}",
        on_click="ignore",
    )  # fmt: skip


def marked_file(desk: Desk, kept: Trial) -> None:
    """Offer the user's own table with every defect marked in its cell."""
    st.download_button(
        desk.view.text("Marked-up workbook"),
        lambda: marked_bytes(kept, desk.view.words.language),
        file_name=f"{Path(kept.name).stem}-marked.xlsx", key="reg_marked", on_click="ignore",
    )  # fmt: skip


def template_bytes(spec: LayerSpec, suffix: str, lang: str) -> bytes:
    """Return the layer's template as a file of that ending."""
    with TemporaryDirectory(prefix="shouwang-template-") as folder:
        path = Path(folder) / f"template{suffix}"
        template(spec, path, language=lang)
        return path.read_bytes()


def marked_bytes(kept: Trial, lang: str) -> bytes:
    """Return the marked-up workbook of the file in hand."""
    with TemporaryDirectory(prefix="shouwang-marked-") as folder:
        path = Path(folder) / "marked.xlsx"
        marked_workbook(kept.path, kept.rehearsal, path, language=lang)
        return path.read_bytes()
