"""A source of risk or a plan as one A5 card for the wall, the car or the pocket (row S0-11)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import shapely

from desks.onemap import OneMap
from desks.stock import CHINA
from geodata.faults import Fault, UserError
from language import Catalogue, Sentence, say
from layers import layer
from layers.spec import ColumnSpec, LayerSpec
from risk import incident_kind

from .escalation import LEVELS, escalation
from .paper import DASH, cell, cut, heading, metres, page, table, text
from .placing import place_of
from .sheet_frame import Frame, Labels, frame_around
from .sheet_map import INK, RECEPTOR, SAFE, ground, named, scale_bar, stroke, target
from .situation import Point

NEAR_M = (500.0, 1000.0)
"""Circles about a source within which receptors are counted; a house rule, not a standard's."""

NEAREST = 4
SUBSTANCES = 5
LEFT_OUT = frozenset({"id", "name", "source", "subdistrict", "community"})
FIELD_EMS = 34.0


@dataclass(frozen=True)
class CardCase:
    """What cards are drawn from; ``at`` is when they are printed.

    ``personal`` are the person and telephone of each record as the reader may have them.
    """

    onemap: OneMap
    catalogue: Catalogue
    at: datetime
    personal: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    drill: bool = False

    @property
    def chinese(self) -> bool:
        """Return whether the card is in Chinese."""
        return self.catalogue.language == "zh"

    def word(self, said: Sentence) -> str:
        """Return the sentence in the card's language."""
        return self.catalogue.word(said)

    def titled(self, titled: LayerSpec | ColumnSpec) -> str:
        """Return the title of a layer or column in the card's language."""
        return titled.title_zh if self.chinese else titled.title_en


def card_keys(onemap: OneMap) -> tuple[tuple[str, str], ...]:
    """Return (layer, id) of everything that has a card: all sources of risk, then all plans."""
    keys = [spec.key for spec in onemap.layers_for("hazard")]
    keys += ["plan"] if "plan" in onemap.records else []
    return tuple((key, record) for key in keys for record in onemap.records[key].ids)


def record_card(case: CardCase, key: str, record: str) -> str:
    """Return the card of a source or plan as a whole HTML document of one A5 page.

    Raises:
        UserError: for a record that the district does not have, or a layer without cards.

    """
    if (key not in case.onemap.records or record not in case.onemap.records[key].ids
            or not (layer(key).purpose == "hazard" or key == "plan")):  # fmt: skip
        problem = say("There is no such source of risk or plan.")
        mend = say("Give the layer and the id, such as hazard:ZDWX-001 or plan:PLAN-001.")
        raise UserError([Fault("--of", problem, mend, value=f"{key}:{record}"[:60])])
    row = case.onemap.row_of(key, record)
    records = case.onemap.records[key]
    body = [_head(case, key, row), _fields(case, key, row)]
    if layer(key).purpose == "hazard":
        body.append(_substances(case, key, record))
    if records.placed[row]:
        at = (float(records.xy_m[row][0]), float(records.xy_m[row][1]))
        if layer(key).purpose == "hazard":
            body += [_map(case, at), _around(case, at)]
        body.append(_answering(case, at))
    else:
        body.append(f"<p>{text(case.word(say('Its position is not on file.')))}</p>")
    body.append(_foot(case, key, row))
    drill = case.word(say("Exercise")) if case.drill else ""
    return page(records.names[row], body, chinese=case.chinese, drill=drill, card=True)


def _head(case: CardCase, key: str, row: int) -> str:
    records = case.onemap.records[key]
    district = case.onemap.name_zh if case.chinese else case.onemap.name_en
    sample = f" · {case.word(say('Sample data'))}" if case.onemap.sample else ""
    units = " ".join(
        part for part in (records.text("subdistrict", row), records.text("community", row)) if part
    )
    return (
        f'<header><div class="what"><h1>{text(records.names[row])}</h1>'
        f"<p>{text(case.titled(layer(key)))} · {text(records.ids[row])} · {text(units) or DASH}</p>"
        f"</div><p>{text(district)}{text(sample)}<br>"
        f"<b>{case.at.astimezone(CHINA):%Y-%m-%d %H:%M}</b></p></header>"
    )


def _fields(case: CardCase, key: str, row: int) -> str:
    """Return every declared column of the record; what is not on file is said so."""
    records, spec = case.onemap.records[key], layer(key)
    personal = case.personal.get((key, records.ids[row]), {})
    lines = []
    for column in spec.columns:
        if column.key in LEFT_OUT:
            continue
        if column.personal:
            hidden = case.word(say("on file, not shown here"))
            held = hidden if records.value(f"has_{column.key}", row) else ""
            value = personal.get(column.key, "") or held
        else:
            value = _shown(case, key, column, row)
        if column.optional and not value:
            continue
        lines.append(_field(case.titled(column), value, case.word(say("not on file"))))
    return f"<dl>{''.join(lines)}</dl>"


def _field(title: str, value: str, lacking: str) -> str:
    if value:
        return f"<dt>{text(title)}</dt><dd>{text(cut(value, FIELD_EMS))}</dd>"
    return f'<dt>{text(title)}</dt><dd class="none">{text(lacking)}</dd>'


def _shown(case: CardCase, key: str, column: ColumnSpec, row: int) -> str:
    value = case.onemap.records[key].value(column.key, row)
    if value is None or value == "":
        return ""
    if isinstance(value, tuple):
        return " ".join(case.catalogue.text(part) for part in value)
    if isinstance(value, str):
        return case.catalogue.text(value) if column.kind == "choice" else value
    return f"{value:,.10g} {column.unit}".strip()


def _substances(case: CardCase, key: str, record: str) -> str:
    child = f"{key}.substance"
    rows = case.onemap.child_rows.get(child, {}).get(record, ())
    values = case.onemap.child_values.get(child, {})
    held = [(str(values["substance"][row] or ""), values["quantity_t"][row]) for row in rows]
    title = case.word(say("Substances"))
    if not held:
        return heading(title, case.word(say("none on file")))
    unknown = case.word(say("not known"))
    cells = [
        (
            cell(name, "b"),
            cell(f"{amount:g} t" if isinstance(amount, int | float) else unknown, "n"),
        )
        for name, amount in held[:SUBSTANCES]
    ]
    head = heading(title, _more(case, len(held), SUBSTANCES))
    return f'<section class="full">{head}{table((8, 3), cells)}</section>'


def _receptors(case: CardCase, at: Point) -> list[tuple[float, str, str, Point]]:
    """Return distance, layer, name and place of every receptor that everybody may know of."""
    found = []
    for spec in case.onemap.layers_for("receptor"):
        if spec.officials:
            continue
        records = case.onemap.records[spec.key]
        far = np.hypot(records.xy_m[:, 0] - at[0], records.xy_m[:, 1] - at[1])
        for row in np.flatnonzero(far <= NEAR_M[-1]):
            place = (float(records.xy_m[row][0]), float(records.xy_m[row][1]))
            found.append((float(far[row]), spec.key, records.names[row], place))
    return sorted(found)


def _map(case: CardCase, at: Point) -> str:
    frame = frame_around([(at[0] - 620, at[1] - 520), (at[0] + 620, at[1] + 520)])
    labels = Labels()
    labels.keep(*frame.at(at), 34)
    north = case.word(say("N"))
    parts = [*ground(case.onemap, frame)]
    circle = shapely.Point(at).buffer(NEAR_M[0])
    parts.append(stroke(frame.path(shapely.boundary(circle)), INK, 3, "10 8"))
    parts += list(_signs(case, frame, at, labels))
    parts += list(target(frame.at(at)))
    return (
        f'<div class="map"><svg viewBox="0 0 1880 1800" preserveAspectRatio="xMidYMid slice">'
        f"{''.join(parts)}</svg>{scale_bar(frame, north)}</div>"
    )


def _signs(case: CardCase, frame: Frame, at: Point, labels: Labels) -> Iterator[str]:
    for _, _, name, place in _receptors(case, at):
        if frame.holds(place):
            x, y = frame.at(place)
            yield (
                f'<circle cx="{x:.0f}" cy="{y:.0f}" r="15" fill="{RECEPTOR}" stroke="#FFFFFF"'
                ' stroke-width="4"/>'
            )
            labels.keep(x, y, 16)
            yield named(labels, (x, y), name, INK, 34)
    for spec in case.onemap.layers_for("refuge"):
        records = case.onemap.records[spec.key]
        for row in np.flatnonzero(records.placed):
            place = (float(records.xy_m[row][0]), float(records.xy_m[row][1]))
            if frame.holds(place):
                x, y = frame.at(place)
                yield (
                    f'<rect x="{x - 15:.0f}" y="{y - 15:.0f}" width="30" height="30"'
                    f' fill="{SAFE}" stroke="#FFFFFF" stroke-width="4"/>'
                )
                labels.keep(x, y, 16)
                yield named(labels, (x, y), records.names[row], SAFE, 34)


def _around(case: CardCase, at: Point) -> str:
    found = _receptors(case, at)
    inner = sum(far <= NEAR_M[0] for far, *_ in found)
    remark = say(
        "{inner} within {near_m} m, {all} within {far_m} m (straight)",
        inner=inner,
        near_m=round(NEAR_M[0]),
        all=len(found),
        far_m=round(NEAR_M[1]),
    )
    left = heading(case.word(say("Receptors")), case.word(remark))
    rows = [
        (cell(name, "b"), cell(case.titled(layer(key))), cell(metres(far), "n"))
        for far, key, name, _ in found[:NEAREST]
    ] or [(cell(case.word(say("none")), "m"), cell(""), cell(""))]
    return f'<section class="full">{left}{table((9, 5, 3), rows)}</section>'


def _answering(case: CardCase, at: Point) -> str:
    place = place_of(case.onemap, at, road="", road_m=0)
    chain = escalation(case.onemap, at, place, incident_kind("unspecified"))
    rows: list[Sequence[str]] = []
    for level, said in LEVELS.items():
        own = [one for one in chain if one.level == level]
        one = own[0]
        more = f" (+{len(own) - 1})" if len(own) > 1 else ""
        name = case.word(one.missing) if one.missing else f"{one.name}{more}"
        phone = case.personal.get((one.layer, one.id), {}).get("phone", DASH)
        rows.append(
            (
                cell(case.word(said), "m"),
                cell(name, "" if one.missing else "b"),
                cell(phone, "n"),
            )
        )
    title = heading(case.word(say("Who answers")))
    return f'<section class="full">{title}{table((4, 12, 5), rows)}</section>'


def _more(case: CardCase, count: int, shown: int) -> str:
    if count <= shown:
        return ""
    return case.word(say("{count} more on the screen", count=count - shown))


def _foot(case: CardCase, key: str, row: int) -> str:
    source = case.onemap.records[key].text("source", row) or DASH
    said = say("Source: {source} · stamp {stamp}", source=source, stamp=case.onemap.stamp)
    return f"<footer><span>{text(case.word(said))}</span><span>1 / 1</span></footer>"
