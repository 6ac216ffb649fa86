"""Zones that a person drew or another program computed: taken as they are, told as theirs."""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from language import Sentence, say

from .release import Point, Shape, Zone

Told = tuple[tuple[str, str], ...]
"""What a file says of a zone: pairs of a key of ``TOLD`` and its text, in that order."""

TOLD: Mapping[str, tuple[Sentence, Sentence | None]] = {
    "maker": (say("Made by, as its file says: {text}."),
              say("Its file does not say who made it.")),
    "level": (say("Level, as its file says: {text}."), say("Its file does not say its level.")),
    "unit": (say("Unit, as its file says: {text}."), say("Its file does not say its unit.")),
    "when": (say("Time, as its file says: {text}."),
             say("Its file does not say when it was made.")),
    "note": (say("Note in its file: {text}."), None),
}  # fmt: skip
"""What a zone file may tell: the sentence with its text, and that where it is silent."""

MODEL = "drawn"
"""The key of the model of every zone made here."""
FOREIGN = "foreign"
LEVELS_BY_HAND = ("drawn", "flooded", "burning")
"""Free-drawn, water-logging, wildfire."""
LONGEST_NAME = 80
AREA = 2
"""Dimensions of an area, as shapely counts them."""
COLOURS: Mapping[str, int] = {"red": 0, "红": 0, "orange": 1, "橙": 1, "yellow": 2, "黄": 2}
"""Words in the names of ALOHA's threat zones, and how bad each is."""
WORD = re.compile(r"[a-z]+")


def drawn_zones(
    shapes: Sequence[shapely.Geometry], level: str, source: str, *, at: Point | None = None
) -> tuple[Zone, ...]:
    """Return the one zone that all shapes of a level make together, none where none has an area.

    ``shapes`` are in metres; what of them overlaps counts once; the reach is from ``at``, else
    from the middle of the shapes.
    """
    joined = _joined(shapes)
    if joined is None:
        return ()
    return (_zone(joined, level, 0, source, _said(level, source), at),)


def imported_zones(
    named: Sequence[tuple[str, shapely.Geometry]],
    source: str,
    *,
    at: Point | None = None,
    told: Sequence[Told] = (),
) -> tuple[Zone, ...]:
    """Return the zones of another program by name and shape in metres, the worst first.

    ``told`` is what the file says of each of them, in the same order; nothing where it is left out.


    Red, orange and yellow in every name give the order, as ALOHA's threat zones are named; else
    the smallest comes first. Zones of one name are one. Names stay as given, as text.
    """
    groups: dict[str, list[shapely.Geometry]] = {}
    facts: dict[str, list[Told]] = {}
    for place, (name, shape) in enumerate(named):
        groups.setdefault(plain_name(name), []).append(shape)
        facts.setdefault(plain_name(name), []).append(told[place] if told else ())
    joined = [
        (name, whole) for name, parts in groups.items() if (whole := _joined(parts)) is not None
    ]
    ranks = [_rank(name) for name, _ in joined]
    known = all(rank is not None for rank in ranks)
    order = sorted(
        range(len(joined)), key=lambda i: ((ranks[i] or 0) if known else 0, joined[i][1].area)
    )
    return tuple(
        _zone(
            joined[i][1],
            FOREIGN,
            rank,
            source,
            _named(joined[i][0], source, facts[joined[i][0]]),
            at,
        )
        for rank, i in enumerate(order)
    )


def plain_name(name: str) -> str:
    """Return a foreign name as one line of text of at most ``LONGEST_NAME`` signs.

    Signs that steer (control, direction, private) are left out; markup stays as the text it is.
    """
    signs = [sign if unicodedata.category(sign)[0] not in "CZ" else " " for sign in name]
    text = " ".join("".join(signs).split())
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"


def _rank(name: str) -> int | None:
    words = {*WORD.findall(name.casefold()), *name}
    found = {rank for word, rank in COLOURS.items() if word in words}
    return found.pop() if len(found) == 1 else None


def _joined(shapes: Sequence[shapely.Geometry]) -> Shape | None:
    """Return the area that the shapes cover together, ``None`` where they have none."""
    parts = shapely.get_parts(shapely.get_parts(np.array(list(shapes), dtype=object)))
    finite = parts[(shapely.get_dimensions(parts) == AREA) & _finite(parts)]
    mended = shapely.get_parts(shapely.get_parts(shapely.make_valid(finite)))
    whole = shapely.union_all(mended[shapely.get_dimensions(mended) == AREA])
    if isinstance(whole, shapely.Polygon | shapely.MultiPolygon) and whole.area > 0:
        return whole
    return None


def _finite(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    return np.asarray(np.isfinite(bounds).all(axis=1))


def _zone(
    shape: Shape,
    level: str,
    rank: int,
    source: str,
    said: tuple[Sentence, ...],
    at: Point | None,
) -> Zone:
    middle = (shape.centroid.x, shape.centroid.y) if at is None else at
    away = shapely.get_coordinates(shape) - np.array(middle)
    reach = float(max(math.hypot(x, y) for x, y in away.tolist()))
    return Zone(
        model=MODEL,
        level=level,
        rank=rank,
        threshold=None,
        unit="",
        reach_m=reach,
        shape=shape,
        spread_m=None,
        spread=None,
        source=plain_name(source),
        verified=False,
        assumptions=said,
    )


def _said(level: str, source: str) -> tuple[Sentence, ...]:
    texts = {
        "flooded": say("Water stands here as somebody drew it, not as computed."),
        "burning": say("It burns here as somebody drew it, not as computed."),
    }
    said = texts.get(level, say("Drawn by hand, not computed."))
    return (said, *_from(source))


def _from(source: str) -> tuple[Sentence, ...]:
    """Return where it comes from, nothing where nobody said."""
    name = plain_name(source)
    return (say("Source: {source}.", source=name),) if name else ()


def facts_of(told: Sequence[Told]) -> Told:
    """Return what files or areas of one name say, each text once, joined where they differ."""
    made = []
    for key in TOLD:
        texts = dict.fromkeys(plain_name(text) for one in told for k, text in one if k == key)
        texts.pop("", None)
        if texts:
            made.append((key, plain_name("; ".join(texts))))
    return tuple(made)


def _facts_said(told: Told) -> Iterator[Sentence]:
    """Yield what the file says, and what it leaves open of who, level, unit and time."""
    texts = dict(told)
    for key, (known, unknown) in TOLD.items():
        if key in texts:
            yield Sentence(known.template, {"text": texts[key]})
        elif unknown is not None:
            yield unknown


def _named(name: str, source: str, told: Sequence[Told]) -> tuple[Sentence, ...]:
    called = say("Its name there: {name}.", name=name) if name else say("It has no name there.")
    return (
        say("Computed elsewhere; model, weather and limits are those of its maker."),
        called,
        *_from(source),
        *_facts_said(facts_of(told)),
    )
