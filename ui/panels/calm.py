"""The right column while nothing happens: what is on file, and how far it can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .markup import View, joined

WORST = 10
LOW_SHARE = 0.7


@dataclass(frozen=True)
class Ready:
    """One figure of the district: how many there are, the unit and what stands below."""

    title: str
    figure: int
    unit: str
    basis: str


@dataclass(frozen=True)
class Trust:
    """How well one subdistrict's registers are kept: records, share verified within a year."""

    subdistrict: str
    records: int
    verified: int
    phones_missing: int

    @property
    def share(self) -> float:
        """Return the share verified within a year, 0 to 1; 1 where there is no record."""
        return self.verified / self.records if self.records else 1.0


def calm(ready: Sequence[Ready], trust: Sequence[Trust], view: View) -> Markup:
    """Return the column: figures, then the ten subdistricts whose records are the oldest."""
    return Markup('<aside class="calm">{}{}</aside>').format(
        _ready(ready, view), _trust(trust, view)
    )


def _ready(ready: Sequence[Ready], view: View) -> Markup:
    cells = joined(
        Markup(
            '<div class="stt"><div class="k2">{}</div><div class="v2">{:,}<small>{}</small></div>'
            '<div class="d2">{}</div></div>',
        ).format(item.title, item.figure, item.unit, item.basis)
        for item in ready
    )
    return Markup('<h2>{}</h2><div class="sg">{}</div>').format(view.text("On the register"), cells)


def _trust(trust: Sequence[Trust], view: View) -> Markup:
    records = sum(row.records for row in trust)
    if not records:
        return Markup('<h2>{}</h2><p class="empty">{}</p>').format(
            view.text("Trust in the registers"),
            view.text("No register has a record yet. Add layers when the district is built."),
        )
    verified = sum(row.verified for row in trust)
    worst = sorted(trust, key=lambda row: (row.share, -row.phones_missing, row.subdistrict))
    shown = [row for row in worst if row.records][:WORST]
    rows = joined(
        Markup(
            '<tr><td>{}</td><td><span class="meter{}"><i style="width:{:.1f}%"></i></span></td>'
            '<td class="num">{} %</td><td class="num">{}</td></tr>',
        ).format(
            row.subdistrict,
            " low" if row.share < LOW_SHARE else "",
            100 * row.share,
            int(100 * row.share),
            row.phones_missing,
        )
        for row in shown
    )
    return Markup(
        '<h2>{}<span class="n">{}</span></h2><table><thead><tr><th>{}</th><th>{}</th><th></th>'
        '<th class="num">{}</th></tr></thead><tbody>{}</tbody></table>',
    ).format(
        view.text("Trust in the registers"),
        view.text(
            "the lowest {count} · whole district {share} %",
            count=len(shown),
            share=int(100 * verified / records),
        ),
        view.text("Subdistrict"),
        view.text("Verified within a year"),
        view.text("No phone"),
        rows,
    )
