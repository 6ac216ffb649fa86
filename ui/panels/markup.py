"""Escaped HTML and the written forms of figures.

Every panel is built with ``Markup("… {} …").format(value)``: the template is a literal and each
value is escaped unless it is markup itself, so a name from a file cannot become a tag.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from desks.command.situation import Change, Point, SituationBrief
from language import Catalogue, Sentence
from layers import LayerSpec

SECONDS_PER_HOUR = 3600
LONGEST_IN_MINUTES_S = 100 * 60
METRES_PER_KM = 1000
FIRST_WIDE = "\u2e80"
"""From here on a letter is as wide as two of a, b, c: Chinese, kana, full-width forms."""

Key = tuple[str, str]
"""Layer and id of a record."""


@dataclass(frozen=True)
class Contact:
    """Whom to call at a record; read for this viewer at drawing, never kept in a brief.

    ``masked`` texts are hidden already; who ``may_unmask`` them does so by a press on them.
    """

    name: str
    phone: str
    masked: bool = False
    may_unmask: bool = False


@dataclass(frozen=True)
class Told:
    """When a body was told and when it answered, as clock times; "" where it was not."""

    sent: str = ""
    acknowledged: str = ""


@dataclass(frozen=True)
class View:
    """What a panel needs beside the brief; ``degrees`` holds lon, lat of points."""

    words: Catalogue
    kind: str = ""
    label: str = ""
    contacts: Mapping[Key, Contact] = field(default_factory=dict)
    changes: Mapping[Key, Change] = field(default_factory=dict)
    degrees: Mapping[Point, tuple[float, float]] = field(default_factory=dict)
    substance: str = ""
    """The title of what is released, stated or held by the hazard here; "" where not known."""
    quantity_t: float | None = None
    """Tonnes of it."""
    before: SituationBrief | None = None
    """The brief of the live values, where a what-if is shown."""
    told: Mapping[Key, Told] = field(default_factory=dict)
    arrived: Mapping[Key, str] = field(default_factory=dict)
    """Since when a team is on site, as a clock time; absent where nobody said so."""
    drill: bool = False
    """Whether it is an exercise."""

    def text(self, template: str, /, **values: str | float) -> str:
        """Return the label in the viewer's language with its values filled in."""
        return self.words.word(Sentence(template, values))

    def word(self, sentence: Sentence) -> str:
        """Return the sentence in the viewer's language."""
        return self.words.word(sentence)

    def choice(self, value: str) -> str:
        """Return a declared choice (kind of team, grade, class of equipment) as the viewer says it.

        Anything else is data of the district and stays as it is.
        """
        return self.words.text(value)

    def layer(self, spec: LayerSpec) -> str:
        """Return the title of the layer in the viewer's language."""
        return spec.title_zh if self.words.language == "zh" else spec.title_en


def joined(pieces: Iterable[str], between: str = "") -> Markup:
    """Return the pieces side by side, each escaped unless it is markup."""
    return escape(between).join(pieces)


def dotted(pieces: Iterable[str]) -> Markup:
    """Return the pieces that are not empty, parted by a middle dot."""
    return Markup(" · ").join(piece for piece in pieces if piece)


def duration(seconds: int) -> str:
    """Return a time as it is read on the radio: ``7′20″``, from 100 minutes on ``2 h 05′``."""
    sign = "−" if seconds < 0 else ""
    seconds = abs(seconds)
    if seconds < LONGEST_IN_MINUTES_S:
        return f"{sign}{seconds // 60}′{seconds % 60:02d}″"
    return f"{sign}{seconds // SECONDS_PER_HOUR} h {seconds % SECONDS_PER_HOUR // 60:02d}′"


def signed(seconds: int) -> str:
    """Return a difference of times with its sign: ``＋1′28″``, ``−0′05″``."""
    return duration(seconds) if seconds < 0 else "＋" + duration(seconds)


def distance(metres: float) -> str:
    """Return a distance with its unit: ``820 m`` or ``2.3 km``."""
    whole = round(metres)
    return f"{whole} m" if whole < METRES_PER_KM else f"{whole / METRES_PER_KM:,.1f} km"


def icon(layer: str) -> Markup:
    """Return the layer's icon as an element that the style sheet draws (decorative for readers)."""
    return Markup('<i class="sw-icon sw-icon-{}" aria-hidden="true"></i>').format(layer)


def tag(text: str, meaning: str = "") -> Markup:
    """Return a small framed word; ``meaning`` is one of ok, warn, bad, ac or empty."""
    return Markup('<span class="tag {}">{}</span>').format(meaning, text)


def fly(view: View, at: Point | None) -> Markup:
    """Return the attributes that let a click bring the point onto the map, or nothing."""
    if at is None or at not in view.degrees:
        return Markup("")
    lon_deg, lat_deg = view.degrees[at]
    return Markup(' data-fly="{:.6f},{:.6f}" tabindex="0" role="button"').format(lon_deg, lat_deg)


def phone(view: View, key: Key) -> Markup:
    """Return the number to call as a link, masked as a button, or the words that none is there."""
    contact = view.contacts.get(key)
    if contact is None or not contact.phone:
        return Markup('<span class="tel none">{}</span>').format(view.text("no phone on file"))
    if contact.masked:
        return _masked(view, key, contact)
    digits = "".join(c for c in contact.phone if c.isascii() and (c.isdigit() or c in "+-"))
    return Markup('<a class="tel" href="tel:{}" title="{}">☎ {}</a>').format(
        digits, contact.name, contact.phone
    )


def _masked(view: View, key: Key, contact: Contact) -> Markup:
    """Return the hidden number; a press on it asks for it, where the viewer may have it."""
    if not contact.may_unmask:
        return Markup('<span class="tel masked" title="{}">☎ {}</span>').format(
            view.text("Not shown to your role"), contact.phone
        )
    return Markup(
        '<button type="button" class="tel masked" data-unmask="{}" data-of="{}" title="{}">☎ {}'
        "</button>"
    ).format(key[1], key[0], view.text("Show the number; it is logged"), contact.phone)
