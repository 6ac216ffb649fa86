"""A workbook read from its XML: what each cell shows, and the formula behind it."""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

BUILT_IN = {0: "General", 3: "#,##0", 49: "@"}
_NAME = re.compile(r"([A-Z]+)([0-9]+)")


@dataclass(frozen=True)
class Cell:
    """One cell: its kept value, its formula without =, how a number is shown."""

    value: str | float | None = None
    formula: str = ""
    number_format: str = ""
    is_text: bool = False


EMPTY = Cell()


@dataclass(frozen=True)
class Sheet:
    """A sheet: cells by name such as B4, and the cell at which its panes are frozen."""

    title: str
    cells: dict[str, Cell]
    frozen: str

    def at(self, row: int, column: int) -> Cell:
        """Return the cell of that row and column, counted from one."""
        return self.cells.get(f"{letter(column)}{row}", EMPTY)


def letter(column: int) -> str:
    """Return the letters of a column, counted from one."""
    made = ""
    while column:
        column, rest = divmod(column - 1, 26)
        made = chr(ord("A") + rest) + made
    return made


def read(path: Path) -> list[Sheet]:
    """Return the sheets of the workbook in their order."""
    with zipfile.ZipFile(path) as archive:
        held = {name: etree.fromstring(archive.read(name)) for name in archive.namelist()
                if name.endswith(".xml")}  # fmt: skip
    texts = []
    if "xl/sharedStrings.xml" in held:
        texts = ["".join(t.text or "" for t in one.iter("{*}t"))
                 for one in held["xl/sharedStrings.xml"].iter("{*}si")]  # fmt: skip
    formats = _formats(held["xl/styles.xml"])
    names = [one.get("name") or "" for one in held["xl/workbook.xml"].iter("{*}sheet")]
    return [
        _sheet(name, held[f"xl/worksheets/sheet{number}.xml"], texts, formats)
        for number, name in enumerate(names, start=1)
    ]


def _formats(styles: etree._Element) -> list[str]:
    own = {int(str(f.get("numFmtId"))): str(f.get("formatCode")) for f in styles.iter("{*}numFmt")}
    known = {**BUILT_IN, **own}
    looks = next(styles.iter("{*}cellXfs"))
    return [known[int(str(one.get("numFmtId")))] for one in looks]


def _sheet(name: str, tree: etree._Element, texts: list[str], formats: list[str]) -> Sheet:
    cells = {}
    for one in tree.iter("{*}c"):
        formula, value = one.find("{*}f"), one.find("{*}v")
        shown: str | float | None = None if value is None else str(value.text)
        kind = one.get("t")
        if kind == "s":
            shown = texts[int(str(shown))]
        elif shown is not None and kind != "str":
            shown = float(shown)
        cells[str(one.get("r"))] = Cell(
            shown, "" if formula is None else str(formula.text),
            formats[int(one.get("s") or 0)], kind in {"s", "str"},
        )  # fmt: skip
    panes = [str(one.get("topLeftCell")) for one in tree.iter("{*}pane")]
    return Sheet(name, cells, panes[0] if panes else "")
