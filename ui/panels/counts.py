"""The columns beside a register: how many per subdistrict and per kind, adding up to the whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .markup import View, joined, tag

STEPS = 5


@dataclass(frozen=True)
class Counts:
    """How many rows of a register lie where; the parts add up to ``total``.

    ``units`` are (code, name, count) in the order of the district; ``outside`` lie in no unit,
    ``unplaced`` have no position.
    """

    units: tuple[tuple[str, str, int], ...]
    outside: int
    unplaced: int
    total: int

    @property
    def sums_up(self) -> bool:
        """Return whether the parts make the whole."""
        parts = sum(count for _, _, count in self.units) + self.outside + self.unplaced
        return parts == self.total


@dataclass(frozen=True)
class Breakdown:
    """How many rows carry each value of a column; "" is no value on file."""

    title: str
    parts: tuple[tuple[str, int], ...]


def step(count: int, most: int) -> int:
    """Return the shade of a count: 0 (none) to 4 (the most), in equal parts of the most."""
    if count <= 0 or most <= 0:
        return 0
    return max(1, -(-count * (STEPS - 1) // most))


def counts_table(counts: Counts, view: View) -> Markup:
    """Return the table per subdistrict with bars, the rest rows and the sum."""
    most = max((count for _, _, count in counts.units), default=0)
    rows = joined(
        Markup(
            '<tr><td>{}</td><td><span class="meter"><i style="width:{:.1f}%"></i></span></td>'
            '<td class="num">{:,}</td></tr>',
        ).format(name, 100 * count / most if most else 0, count)
        for _, name, count in counts.units
    )
    rest = joined(
        Markup('<tr class="rest"><td>{}</td><td></td><td class="num">{:,}</td></tr>').format(
            title, count
        )
        for title, count in (
            (view.text("outside every subdistrict"), counts.outside),
            (view.text("without position"), counts.unplaced),
        )
    )
    proof = (
        tag("✓ " + view.text("adds up"), "ok")
        if counts.sums_up
        else tag("✕ " + view.text("does not add up"), "bad")
    )
    return Markup(
        '<section class="counts"><h2>{}</h2><table><tbody>{}{}</tbody><tfoot><tr><td><b>{}</b></td>'
        '<td>{}</td><td class="num"><b>{:,}</b></td></tr></tfoot></table></section>',
    ).format(view.text("Per subdistrict"), rows, rest, view.text("Sum"), proof, counts.total)


def breakdown_line(breakdowns: Sequence[Breakdown], view: View) -> Markup:
    """Return one line per column: its values with their counts, and their sum."""
    return joined(
        Markup('<p class="breakdown"><b>{}</b> {} <span class="mut">= {:,}</span></p>').format(
            item.title,
            joined(
                Markup('<span class="part">{} <b>{:,}</b></span>').format(
                    view.choice(value) if value else view.text("not on file"), count
                )
                for value, count in item.parts
            ),
            sum(count for _, count in item.parts),
        )
        for item in breakdowns
    )


def lacking(title: str, names: Sequence[str]) -> Markup:
    """Return the records that lack something, by name, folded; empty where none does."""
    if not names:
        return Markup("")
    return Markup(
        '<details class="lacking"><summary>▲ {} {}</summary><p>{}</p></details>',
    ).format(title, len(names), "、".join(names))
