"""The district's risk report as one self-contained HTML file: same map, same bytes (row S1-7).

Nothing in it depends on the clock or on the register's keys; what people wrote is escaped.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from desks.command.paper import POLICY, text
from desks.onemap import OneMap
from language import Catalogue, Sentence, say
from language.shortening import MOST_TEXT, cut_to, short_name, short_said
from layers import layer
from risk.four_colours import COLOUR_SAID, COLOURS, default_pack
from risk.gb18218 import LEVEL_SAID, gravity, told
from risk.gb18218_tables import rules

from .chemical import sitings
from .choosing import by_class, by_subdistrict
from .distances import distances
from .domino_graph import domino_graph
from .dossiers import completeness, gaps
from .fixed_points import fixed_points, planned
from .parts import FIELD_TITLES, Graded, HazardGrade, UnitGrade
from .siting_rules import RULES

CUT_SAID = say("What is too long for paper ends in …; the register keeps it whole.")
STYLE = Path(__file__).with_name("report.css")
Cell = str | int | float | Sentence | None
_EDITION = {
    False: say("For internal use: it names who set a level by hand, and why."),
    True: say("Public edition: it does not name who set a level by hand, nor why."),
}


class Report:
    """Puts the report together: words in one language, every cell escaped."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Begin an empty report."""
        self._catalogue = catalogue
        self._parts: list[str] = []
        self.is_cut = False

    def word(self, cell: Cell, *, whole: bool = False) -> str:
        """Return a cell as escaped text; what is not known is a dash.

        A text is cut as a name is, a ``whole`` one and those of a sentence only at 4,000 signs.
        """
        if cell is None:
            return "—"
        short: Cell = cell
        if isinstance(cell, Sentence):
            short = short_said(cell)
        elif isinstance(cell, str):
            short = cut_to(cell, MOST_TEXT) if whole else short_name(cell)
        self.is_cut |= short != cell
        said = self._catalogue.word(short) if isinstance(short, Sentence) else str(short)
        return text(said) or "—"

    def title(self, key: str) -> str:
        """Return a layer's name in the report's language."""
        spec = layer(key)
        return spec.title_zh if self._catalogue.language == "zh" else spec.title_en

    def heading(self, said: Sentence, level: int = 2) -> None:
        """Add a heading."""
        self._parts.append(f"<h{level}>{self.word(said)}</h{level}>")

    def lines(self, said: Iterable[Sentence], mark: str = "") -> None:
        """Add paragraphs."""
        held = f' class="{mark}"' if mark else ""
        self._parts.extend(f"<p{held}>{self.word(one)}</p>" for one in said)

    def table(
        self,
        heads: Sequence[Cell],
        rows: Iterable[Sequence[Cell]],
        *,
        whole: frozenset[int] = frozenset(),
    ) -> None:
        """Add a table, or a word that there is nothing; columns of these numbers are no names."""
        body = [
            f"<tr>{''.join(self._cell(c, whole=at in whole) for at, c in enumerate(row))}</tr>"
            for row in rows
        ]
        if not body:
            self.lines([say("None.")], "none")
            return
        top = "".join(f"<th>{self.word(head)}</th>" for head in heads)
        self._parts.append(f"<table><tr>{top}</tr>\n" + "\n".join(body) + "</table>")

    def _cell(self, cell: Cell, *, whole: bool) -> str:
        mark = ' class="number"' if isinstance(cell, int | float) else ""
        return f"<td{mark}>{self.word(cell, whole=whole)}</td>"

    def html(self, title: str) -> str:
        """Return the whole document."""
        style = STYLE.read_text(encoding="utf-8")
        language = "zh-CN" if self._catalogue.language == "zh" else "en"
        head = (
            f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
            f"<title>{text(title)}</title><style>{style}</style></head><body>\n"
        )
        return head + "\n".join(self._parts) + "\n</body></html>\n"


def risk_report(
    onemap: OneMap, found: Graded, catalogue: Catalogue, *, public: bool = False
) -> str:
    """Return the report of the map and its grades as HTML.

    The ``public`` edition leaves out who set a level by hand, and why.
    """
    report = Report(catalogue)
    name = onemap.name_zh if catalogue.language == "zh" else onemap.name_en
    title = say("Risk report of {district}", district=name)
    report.heading(title, 1)
    day = onemap.as_of.isoformat() if onemap.as_of else "—"
    report.lines([say("Registers as of {day}; {count} sources.", day=day,
                      count=len(found.hazards))])  # fmt: skip
    if onemap.sample:
        report.lines([say("Sample data")], "note")
    report.lines([_EDITION[public]], "note")
    _overview(report, onemap, found)
    _major(report, found, public=public)
    _fixed(report, onemap, found)
    _distances(report, onemap)
    _zones(report, onemap)
    _domino(report, onemap, found)
    _gaps(report, onemap, found)
    _basis(report, found)
    return report.html(catalogue.word(title))


def _overview(report: Report, onemap: OneMap, found: Graded) -> None:
    colours = [COLOUR_SAID[colour] for colour in COLOURS]
    report.heading(say("Classes and colours"))
    report.table(
        [say("Class"), *colours, say("no colour"), say("Total")],
        [
            [report.title(key), *(counts[colour] for colour in (*COLOURS, None)),
             sum(counts.values())]
            for key, counts in by_class(found).items()
        ],
    )  # fmt: skip
    report.heading(say("Subdistricts"))
    full = {row.code: row for row in completeness(onemap, found)}
    report.table(
        [say("Subdistrict"), *colours, say("no colour"), say("Total"), say("Dossiers full, %")],
        [
            [_unit(row.code, row.name), *(row.by_colour[colour] for colour in COLOURS),
             row.without, row.total, full[row.code].share if row.code in full else None]
            for row in by_subdistrict(onemap, found)
        ],
    )  # fmt: skip


def _unit(code: str, name: str) -> Cell:
    if code == "*":
        return say("Whole district")
    return name if code else say("in no subdistrict")


def _major(report: Report, found: Graded, *, public: bool) -> None:
    report.heading(say("Major hazard sources by GB 18218-2018 (computed)"))
    major = [hazard for hazard in found.hazards if hazard.level or hazard.override]
    major.sort(key=lambda h: (-gravity(h.level or 0), h.layer, h.id))
    report.table(
        [say("Risk source"), say("Class"), say("Level"), "S", "R", say("Residents, 500 m"),
         say("Declared"), say("Remark")],
        [_major_row(report, hazard, public=public) for hazard in major],
    )  # fmt: skip
    open_ones = [h for h in found.hazards if h.level is None]
    report.lines([say("{count} sources cannot be graded.", count=len(open_ones))], "note")


def _major_row(report: Report, hazard: HazardGrade, *, public: bool) -> list[Cell]:
    worst = hazard.worst
    grade = None if worst is None else worst.grade
    remark: Sentence | None = None
    if hazard.override is not None and public:
        remark = say("set by hand")
    elif hazard.override is not None:
        remark = say("set by {who}: {reason}", who=hazard.override.who,
                     reason=hazard.override.reason)  # fmt: skip
    elif worst is not None and _doubtful(worst):
        remark = say("α may be one step off: {low} to {high}", **_bounds(worst))
    elif grade is not None and grade.lift is not None and grade.lift.said:
        remark = grade.lift.said[0]
    return [
        hazard.name,
        report.title(hazard.layer),
        None if hazard.level is None else LEVEL_SAID[hazard.level],
        None if grade is None else told(grade.s),
        None if grade is None or grade.r is None else told(grade.r),
        hazard.residents.people,
        hazard.declared or None,
        remark,
    ]


def _doubtful(unit: UnitGrade) -> bool:
    """Return whether one step of α, without a boundary on file, gives another level."""
    if unit.milder is None or unit.graver is None:
        return False
    return unit.milder.level != unit.graver.level


def _bounds(unit: UnitGrade) -> dict[str, str]:
    low = 0 if unit.milder is None else unit.milder.level or 0
    high = 0 if unit.graver is None else unit.graver.level or 0
    return {"low": LEVEL_SAID[low].template, "high": LEVEL_SAID[high].template}


def _fixed(report: Report, onemap: OneMap, found: Graded) -> None:
    report.heading(say("Fixed hazard points"))
    points = fixed_points(onemap, found)
    for key, count in planned().items():
        here = sum(point.layer == key for point in points)
        report.lines([say("{layer}: {count} on file, {planned} by the plan",
                          layer=report.title(key), count=here, planned=count)])  # fmt: skip
    report.table(
        [say("Point"), say("Class"), say("Reach of harm")],
        [[point.name, report.title(point.layer), point.zone_said] for point in points],
    )


def _distances(report: Report, onemap: OneMap) -> None:
    report.heading(say("Distances to places with people"))
    found = distances(onemap)
    report.lines(found.notes, "note")
    report.table(
        [say("Risk source"), say("Place with people"), say("Distance, m"), say("Asked, m"),
         say("People"), say("Rule")],
        [
            [one.name, one.receptor_name, one.distance_m, one.required_m, one.people, one.source]
            for relocation in found.relocations
            for one in relocation.receptors
        ],
        whole=frozenset({5}),
    )  # fmt: skip


def _zones(report: Report, onemap: OneMap) -> None:
    report.heading(say("Chemicals outside the chemical zones"))
    report.table(
        [say("Risk source"), say("Subdistrict"), say("Nearest zone"), say("Outside, m")],
        [
            [one.name, one.subdistrict or None, one.zone or None, one.outside_m]
            for one in sitings(onemap)
            if one.where in {"outside", "partly", "unknown"}
        ],
    )


def _domino(report: Report, onemap: OneMap, found: Graded) -> None:
    report.heading(say("Domino: sources that fire or blast joins"))
    graph = domino_graph(onemap, found)
    names = {(node.layer, node.id): node.name for node in graph.nodes}
    report.lines(graph.notes, "note")
    report.table(
        [say("Group"), say("Sources"), say("Names")],
        [
            [number, len(group), "、".join(names[key] for key in group)]
            for number, group in enumerate(graph.groups, 1)
        ],
    )


def _gaps(report: Report, onemap: OneMap, found: Graded) -> None:
    report.heading(say("Dossiers with gaps"))
    chinese = report.title("hazard") == layer("hazard").title_zh
    rows: list[list[Cell]] = []
    for hazard in found.hazards:
        missing = gaps(onemap, hazard)
        if missing:
            names = [FIELD_TITLES[key] if chinese else key for key in missing]
            rows.append([hazard.name, hazard.subdistrict or None, "、".join(names)])
    report.table([say("Risk source"), say("Subdistrict"), say("Missing")], rows)


def _basis(report: Report, found: Graded) -> None:
    report.heading(say("Basis"))
    pack = default_pack()
    colours: list[list[Cell]] = [
        [rule, pack.sources[rule], _yes(sure=pack.verified[rule])] for rule in pack.order
    ]
    distant: list[list[Cell]] = [
        [rule.title_zh, rule.source, _yes(sure=rule.verified)] for rule in RULES.distances
    ]
    report.table(
        [say("Rule"), say("Source of the rule"), say("Verified")],
        [
            [rules().version, "GB 18218-2018", say("figures yes, clause numbers no")],
            *colours,
            *distant,
        ],
        whole=frozenset({0, 1}),
    )
    report.lines(found.notes, "note")
    if report.is_cut:
        report.lines([CUT_SAID], "note")


def _yes(*, sure: bool) -> Sentence:
    return say("yes") if sure else say("no")
