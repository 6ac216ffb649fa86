"""What the reading of a road file found: counted, named, and said in sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from language import Sentence, say

FIRST_NAMED = 20


@dataclass(frozen=True)
class Refused:
    """Lines that were left out for one reason: how many, and the first 20 by id or row.

    The reason carries no values, so that it can stand inside another sentence.
    """

    reason: Sentence
    count: int
    first: tuple[str, ...]

    @classmethod
    def of(cls, reason: Sentence, ids: Iterable[str]) -> "Refused":
        """Return the refusal of the lines with these ids."""
        named = tuple(ids)
        return cls(reason, len(named), named[:FIRST_NAMED])


@dataclass(frozen=True)
class Shares:
    """Which part (0..1) of the pieces is one-way, has a speed, a width and a name."""

    oneway: float
    speed: float
    width: float
    name: float


@dataclass(frozen=True)
class RoadsReport:
    """What was read, mended, guessed and refused of one road file.

    ``lines_read`` counts the file's rows, ways or edges, ``pieces`` the roads that came of them.
    ``unread`` counts cells that make no sense, as column -> number.
    """

    file: str
    format: str
    layer: str
    lines_read: int
    pieces: int
    shares: Shares
    refused: tuple[Refused, ...] = ()
    guessed: tuple[Sentence, ...] = ()
    notes: tuple[Sentence, ...] = ()
    ways_cut: int = 0
    absent_nodes: int = 0
    unknown_classes: Mapping[str, int] = field(default_factory=dict)
    unread: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Freeze the counts."""
        for name in ("unknown_classes", "unread"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @property
    def lines_refused(self) -> int:
        """Return how many of the lines read were left out."""
        return sum(item.count for item in self.refused)

    def sentences(self) -> tuple[Sentence, ...]:
        """Return everything worth reading, the plain count first, refusals last."""
        return (
            say(
                "{file}: {read} lines read as {format}, {pieces} pieces of road kept.",
                file=self.file,
                read=self.lines_read,
                format=self.format,
                pieces=self.pieces,
            ),
            say(
                "Of the pieces {oneway} % are one-way, {speed} % have a speed, {width} % a width, "
                "{name} % a name.",
                oneway=round(100 * self.shares.oneway),
                speed=round(100 * self.shares.speed),
                width=round(100 * self.shares.width),
                name=round(100 * self.shares.name),
            ),
            *self.guessed,
            *self._mended(),
            *self.notes,
            *self._gaps(),
        )

    def _mended(self) -> tuple[Sentence, ...]:
        if not self.ways_cut and not self.absent_nodes:
            return ()
        return (
            say(
                "The extract is clipped: {absent} nodes are absent, {cut} ways were cut there.",
                absent=self.absent_nodes,
                cut=self.ways_cut,
            ),
        )

    def _gaps(self) -> tuple[Sentence, ...]:
        unknown = sum(self.unknown_classes.values())
        found = []
        if unknown:
            found.append(
                say(
                    "{count} lines have a class that is not known here, such as {classes}: "
                    "they are kept as 'unknown'.",
                    count=unknown,
                    classes=", ".join(list(self.unknown_classes)[:5]),
                )
            )
        found += [
            say("{count} cells of '{column}' make no sense and count as empty.", count=count,
                column=column)
            for column, count in self.unread.items()
        ]  # fmt: skip
        found += [
            say("{count} lines left out: {reason} First: {first}.", count=item.count,
                reason=item.reason.template, first=", ".join(item.first[:5]))
            for item in self.refused
        ]  # fmt: skip
        return tuple(found)
