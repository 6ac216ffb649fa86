"""Which heading of a user's table is which declared column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from geodata.tables import bare_heading_key, heading_key

from .spec import ColumnSpec

_LEAST_CUT_BYTES = 9


@dataclass(frozen=True)
class Matched:
    """The heading of each column found, by column key, and the headings that none took."""

    headings: Mapping[str, str]
    unread: tuple[str, ...]


def column_names(column: ColumnSpec) -> tuple[str, ...]:
    """Return every name of the column in compared form, the surest first."""
    names = (column.title_zh, column.key, column.title_en, *column.aliases)
    return tuple(dict.fromkeys(heading_key(name) for name in names))


def known_names(columns: Iterable[ColumnSpec]) -> frozenset[str]:
    """Return every name of every column in compared form."""
    return frozenset(name for column in columns for name in column_names(column))


def match_headings(
    columns: Sequence[ColumnSpec], headings: Sequence[str], *, cut: bool = False
) -> Matched:
    """Return which heading holds which column, each heading and column taken once.

    Whole headings go before those whose brackets are left out, titles before aliases, then the
    order of the columns and of the headings. ``cut`` also takes names cut to ten bytes, as
    shapefiles cut them.
    """
    ranked = sorted(_fits(columns, headings, cut=cut))
    taken: dict[str, str] = {}
    for _, at_column, at_heading in ranked:
        key, heading = columns[at_column].key, headings[at_heading]
        if key not in taken and heading not in taken.values():
            taken[key] = heading
    unread = tuple(heading for heading in headings if heading not in taken.values())
    return Matched({c.key: taken[c.key] for c in columns if c.key in taken}, unread)


def _fits(
    columns: Sequence[ColumnSpec], headings: Sequence[str], *, cut: bool
) -> Iterable[tuple[int, int, int]]:
    """Yield (rank, column, heading) for each fit; a lower rank is surer."""
    for at_heading, heading in enumerate(headings):
        whole, bare = heading_key(heading), bare_heading_key(heading)
        for at_column, column in enumerate(columns):
            names = column_names(column)
            for form, penalty in ((whole, 0), (bare, 100)):
                if form in names:
                    yield names.index(form) + penalty, at_column, at_heading
            if cut and len(whole.encode("gb18030")) >= _LEAST_CUT_BYTES:
                fitting = [i for i, name in enumerate(names) if name.startswith(whole)]
                if fitting:
                    yield fitting[0] + 200, at_column, at_heading
