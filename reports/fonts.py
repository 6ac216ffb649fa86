"""The fonts of papers: the user's own for each role where installed, else the Noto carried."""

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import typst

from geodata.faults import Fault, UserError
from language import Sentence, say

from .glyphs import characters
from .layout import Font, font_folders, layout

ROOT = Path(__file__).parent.parent
WHEEL = "noto_cjk_sans_otc"
CARRIED = ("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc", "NotoSansCJK-Regular.ttc",
           "NotoSansCJK-Bold.ttc")  # fmt: skip
FAMILIES = ("Noto Serif CJK SC", "Noto Sans CJK SC")
PLAIN = "plain"
"""The role of tables, maps and notes: no font of the standard's."""

LOST = "〓"
"""Stands for a character that no font has: the printers' sign for a missing piece of type."""

_STAND_INS = {"✕": "×", "✓": "√", "\ufffd": "□"}


@dataclass(frozen=True, eq=False)
class Faces:
    """Fonts found on this machine: files, families by role (first choice first), what they show.

    ``notes`` say which font of the standard is not here and what stands in for it.
    """

    book: typst.Fonts
    families: Mapping[str, tuple[str, ...]]
    shows: Mapping[str, frozenset[int]]
    notes: tuple[Sentence, ...]

    def shown(self, text: str, role: str) -> str:
        """Return the text with a stand-in for each character that no font of the role has."""
        have = self.shows[role]
        if all(ord(sign) in have for sign in text):
            return text
        return "".join(sign if ord(sign) in have else self._instead(sign, have) for sign in text)

    def _instead(self, sign: str, have: frozenset[int]) -> str:
        other = _STAND_INS.get(sign, LOST)
        return next((one for one in (other, LOST) if ord(one) in have), "?")


def carried_folders() -> tuple[Path, ...]:
    """Return where fonts come with the program: beside it, in a bundle, in a wheel."""
    spec = importlib.util.find_spec(WHEEL)
    wheel = map(Path, (spec.submodule_search_locations or ()) if spec is not None else ())
    return (ROOT / "fonts", ROOT / "bundle" / "fonts", *wheel)


@cache
def faces() -> Faces:
    """Return the fonts of this machine.

    Raises:
        UserError: where there is no font with Chinese characters.

    """
    return faces_in((*font_folders(), *carried_folders()))


def faces_in(folders: Sequence[Path]) -> Faces:
    """Return the fonts that the folders hold.

    Raises:
        UserError: where there is no font with Chinese characters.

    """
    held = _files(folders)
    roles = layout().fonts
    found = {role: _first(font, held) for role, font in roles.items()}
    noto = [held[name.lower()] for name in CARRIED if name.lower() in held]
    if not noto:
        raise UserError(_no_font(folders))
    files = [*(path for path in found.values() if path is not None), *noto]
    book = _book(tuple(dict.fromkeys(str(file.parent) for file in files)))
    if not set(FAMILIES) & set(book.families()):
        raise UserError(_no_font(folders))
    readable = {face.path for face in book.fonts()}
    own = {role: path if str(path) in readable else None for role, path in found.items()}
    families = {role: _families(own[role], font.fallback, book) for role, font in roles.items()}
    families[PLAIN] = _families(None, FAMILIES[1], book)
    return Faces(book, MappingProxyType(families),
                 MappingProxyType({role: _shown(names, book) for role, names in families.items()}),
                 tuple(_notes(roles, own, families)))  # fmt: skip


@cache
def _book(folders: tuple[str, ...]) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders)
    )


def _files(folders: Sequence[Path]) -> Mapping[str, Path]:
    """Return the font files by lower-case name; the first folder's stands, then the lowest path."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.[tToO][tT][fFcC]")) if folder.is_dir() else ():
            found.setdefault(path.name.lower(), path)
    return found


def _first(font: Font, held: Mapping[str, Path]) -> Path | None:
    return next((held[name.lower()] for name in font.files if name.lower() in held), None)


def _families(path: Path | None, fallback: str, book: typst.Fonts) -> tuple[str, ...]:
    """Return the family of the role's own file, then the carried ones, the role's own first."""
    own = [face.family for face in book.fonts() if path is not None and face.path == str(path)]
    carried = [name for name in (fallback, *FAMILIES) if name in book.families()]
    return tuple(dict.fromkeys((*own[:1], *carried)))


def _shown(families: Sequence[str], book: typst.Fonts) -> frozenset[int]:
    """Return the code points that one of the families has in every weight of it."""
    shows: set[int] = set()
    for family in families:
        sets = [
            characters(Path(face.path), face.index)
            for face in book.fonts()
            if face.family == family and face.path is not None
        ]
        shows |= frozenset.intersection(*sets) if sets else frozenset()
    return frozenset(shows)


def _notes(
    roles: Mapping[str, Font],
    own: Mapping[str, Path | None],
    families: Mapping[str, tuple[str, ...]],
) -> Iterator[Sentence]:
    """Yield which font is not here or cannot be read, and what is here in its place."""
    for role, font in roles.items():
        if own[role] is None:
            yield say("The font {font} is not on this machine; {fallback} stands in for it.",
                      font=font.name, fallback=families[role][0])  # fmt: skip


def _no_font(folders: Sequence[Path]) -> tuple[Fault, ...]:
    return (
        Fault(
            ", ".join(str(folder) for folder in folders[:3]),
            say("No font with Chinese characters is on this machine."),
            say("Copy NotoSansCJK-Regular.ttc from the bundle's fonts to one of these folders."),
        ),
    )
