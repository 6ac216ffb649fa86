"""Boxes on a map's sheet: text with a width that it never exceeds, and what overlaps what."""

from dataclasses import dataclass

_FULL = 0x2E80
_ASCII = 0x7F
_SQUARE = frozenset("…·—")
_WIDE = frozenset("MWmw@%&")
_NARROW = frozenset("ijltfI.,:;'|!()[] ")
_EM = {"full": 1.0, "foreign": 1.07, "wide": 1.02, "upper": 0.78, "narrow": 0.43, "other": 0.68}
"""Widths of signs in letters' sizes that Noto Sans CJK does not exceed, bold or not (a test)."""

MORE = "…"
PART = " · "
"""Parts of a line, where it is best broken."""


@dataclass(frozen=True)
class Box:
    """A rectangle in mm from the sheet's upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return the y of the lower edge."""
        return self.y + self.height

    def meets(self, other: "Box") -> bool:
        """Return whether the two share more than an edge."""
        return (self.x < other.right and other.x < self.right
                and self.y < other.bottom and other.y < self.bottom)  # fmt: skip

    def holds(self, other: "Box") -> bool:
        """Return whether the other lies within, edges included."""
        return (self.x <= other.x and other.right <= self.right
                and self.y <= other.y and other.bottom <= self.bottom)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A line of text and the box it stays in; the size is that of its letters in mm."""

    text: str
    box: Box
    size_mm: float
    bold: bool = False


def width_mm(text: str, size_mm: float) -> float:
    """Return a width that the text in Noto Sans CJK does not exceed."""
    return size_mm * sum(map(_em, text))


def _em(sign: str) -> float:
    if ord(sign) > _ASCII:
        return _EM["full" if ord(sign) >= _FULL or sign in _SQUARE else "foreign"]
    if sign in _WIDE or sign in _NARROW:
        return _EM["wide" if sign in _WIDE else "narrow"]
    return _EM["upper" if sign.isupper() else "other"]


def cut(text: str, size_mm: float, most_mm: float) -> str:
    """Return the text where it fits, else its beginning and …."""
    if width_mm(text, size_mm) <= most_mm:
        return text
    kept, room = [], most_mm - width_mm(MORE, size_mm)
    for sign in text:
        room -= size_mm * _em(sign)
        if room < 0:
            break
        kept.append(sign)
    return "".join(kept).rstrip() + MORE


def wrapped(text: str, size_mm: float, most_mm: float, lines: int) -> tuple[str, ...]:
    """Return at most so many lines of the text, broken between any two signs, the last cut."""
    made: list[str] = []
    rest = text
    while rest and len(made) < lines - 1 and width_mm(rest, size_mm) > most_mm:
        head = _head(rest, size_mm, most_mm)
        made.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return (*made, cut(rest, size_mm, most_mm)) if rest else tuple(made)


def _head(text: str, size_mm: float, most_mm: float) -> str:
    """Return what fits of the text, at least one sign, broken at a space where one is near."""
    room, end = most_mm, 0
    for sign in text:
        room -= size_mm * _em(sign)
        if room < 0:
            break
        end += 1
    space = max(text.rfind(PART, end // 2, end), -1)
    space = text.rfind(" ", end // 2, end) if space < 0 else space + 1
    return text[: space + 1] if space > 0 else text[: max(1, end)]
