"""The measures and fonts of an official paper, read from ``layout.toml``."""

import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

TABLE = Path(__file__).with_name("layout.toml")
MM_PER_INCH, PT_PER_INCH = 25.4, 72
TWIPS_PER_PT = 20


@dataclass(frozen=True)
class Font:
    """A role's font: the user's own, what stands in for it, and the files it comes in."""

    role: str
    name: str
    fallback: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Measures by key, in the unit that the key ends in, and the fonts by role."""

    measures: Mapping[str, float]
    fonts: Mapping[str, Font]
    source: str
    verified: bool

    def __getitem__(self, key: str) -> float:
        """Return a measure."""
        return self.measures[key]

    def twips(self, key: str) -> int:
        """Return a measure in twentieths of a point."""
        return twips_of(key, self.measures[key])


def twips_of(key: str, value: float) -> int:
    """Return the value in twentieths of a point; the key's ending says whether it is mm or pt."""
    points = value / MM_PER_INCH * PT_PER_INCH if key.endswith("_mm") else value
    return round(points * TWIPS_PER_PT)


@cache
def layout() -> Layout:
    """Return the measures of GB/T 9704-2012 and our own; ``verified`` is the standard's."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    measures = {row["key"]: float(row["value"]) for row in table["measure"]}
    measures |= {key: float(value) for key, value in table["own"].items()}
    fonts = {
        row["role"]: Font(row["role"], row["name"], row["fallback"], tuple(row["files"]))
        for row in table["font"]
    }
    source = table["source"]
    return Layout(MappingProxyType(measures), MappingProxyType(fonts), str(source["title"]),
                  bool(source["verified"]))  # fmt: skip


def font_folders() -> tuple[Path, ...]:
    """Return where this system keeps fonts."""
    home = Path.home()
    if sys.platform == "win32":
        windows = Path(os.environ.get("SYSTEMROOT", "C:/Windows"))
        return (windows / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts")
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    return (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts",
            home / ".fonts")  # fmt: skip
