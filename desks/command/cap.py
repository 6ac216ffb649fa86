"""A public warning as CAP 1.2, the exchange format of alerts (OASIS CAP v1.2, 2010)."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime, timedelta

import shapely

from desks.stock import CHINA
from geodata.faults import Fault, UserError
from language import say
from risk.release import Shape

from .bands import harm_of
from .bulletins import bulletin
from .case import Case
from .paper import text_plain

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
DIGITS = 5
"""1e-5 degrees is about a metre."""

TOLERANCE_M = 5.0
FORBIDDEN = frozenset(" ,<&")
"""Signs that an identifier or sender must not have (CAP 1.2, 3.2.1)."""

CATEGORIES = {
    "fire": "Fire",
    "hazmat_leak": "CBRNE",
    "gas_leak": "CBRNE",
    "road_traffic": "Transport",
}
"""Category of a kind of incident; every other is Safety."""


def cap_alert(case: Case, colour: str, sender: str, *, earlier: str = "") -> str:
    """Return the warning of that colour as CAP 1.2 XML, in the language of the case.

    The area is the ground whose people are counted, the first isolation and what was drawn
    included, in WGS 84; the place alone where there is no zone. ``sender``
    is an address such as ``yjj@yunxi.example``; ``earlier`` is the reference (sender, identifier,
    sent) of the alert that this one updates.

    Raises:
        UserError: for a sender that CAP does not allow, and for a colour the rules do not have.

    """
    if not sender or FORBIDDEN & set(sender):
        problem = say("The sender must be an address without blanks, commas, < and &.")
        mend = say("Write it like duty@office.example.")
        raise UserError([Fault("--sender", problem, mend, value=sender[:60])])
    said = bulletin(case, colour)
    alert = ET.Element("alert", {"xmlns": NAMESPACE})
    for key, value in (
        ("identifier", identifier(case)),
        ("sender", sender),
        ("sent", stamp(case.at)),
        ("status", "Exercise" if case.is_drill else "Actual"),
        ("msgType", "Update" if earlier else "Alert"),
        ("scope", "Public"),
    ):
        _add(alert, key, value)
    if case.is_drill:
        _add(alert, "note", case.word(say("Exercise: nothing has happened.")))
    if earlier:
        _add(alert, "references", earlier)
    info = ET.SubElement(alert, "info")
    weather = case.brief.zones.weather is not None
    for key, value in (
        ("language", "zh-CN" if case.chinese else "en-US"),
        ("category", CATEGORIES.get(case.kind.key, "Safety")),
        ("event", case.title),
        ("responseType", "Shelter" if weather else "Avoid"),
        ("urgency", said.colour.urgency),
        ("severity", said.colour.severity),
        ("certainty", "Observed" if case.incident is not None else "Likely"),
        ("effective", stamp(said.effective)),
        ("expires", stamp(said.expires)),
        ("senderName", case.district),
        ("headline", said.headline),
        ("description", said.description),
        ("instruction", said.instruction),
    ):
        _add(info, key, value)
    _parameters(info, case)
    _area(info, case)
    ET.indent(alert, " ")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(alert, encoding="unicode") + "\n"
    )


def identifier(case: Case) -> str:
    """Return an identifier that no other alert has: the incident's, the moment, the answer's."""
    name = case.incident.id if case.incident is not None else "SJ"
    plain = "".join(sign for sign in name if sign not in FORBIDDEN)
    moment = case.at.astimezone(CHINA)
    return f"{plain}-{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03d}-{case.brief.stamp}"


def reference(case: Case, sender: str) -> str:
    """Return what a later alert names this one by: sender, identifier, sent."""
    return f"{sender},{identifier(case)},{stamp(case.at)}"


def stamp(at: datetime) -> str:
    """Return the time to the second with its offset; CAP forbids the Z."""
    local = at.astimezone(CHINA)
    return (local - timedelta(microseconds=local.microsecond)).isoformat()


def _add(parent: ET.Element, key: str, value: str) -> None:
    ET.SubElement(parent, key).text = text_plain(value)


def _parameters(info: ET.Element, case: Case) -> None:
    """Add what the area rests on: model, level, threshold, and whether it was verified."""
    zone = case.brief.zones.protective
    if zone is None:
        return
    limit = "" if zone.threshold is None else f" {zone.threshold:g} {zone.unit}"
    for name, value in (
        ("model", zone.model),
        ("level", f"{zone.level}{limit}"),
        ("source", zone.source),
        ("verified", str(zone.verified).lower()),
    ):
        parameter = ET.SubElement(info, "parameter")
        _add(parameter, "valueName", name)
        _add(parameter, "value", value)


def _area(info: ET.Element, case: Case) -> None:
    area = ET.SubElement(info, "area")
    zone = case.brief.zones.protective
    exposure = case.brief.exposure
    units = exposure.units if exposure is not None and zone is not None else ()
    inside = [unit.community for unit in units if zone is not None and unit.level == zone.level]
    where = "、".join(dict.fromkeys(inside)) or case.where or case.district
    _add(area, "areaDesc", where)
    if zone is None:
        lon_deg, lat_deg = case.onemap.to_degrees(*case.brief.incident.at)
        _add(area, "circle", f"{lat_deg:.{DIGITS}f},{lon_deg:.{DIGITS}f} 0")
        return
    ground = harm_of(case.brief.zones).protected
    for polygon in polygons(case, zone.shape if ground is None else ground):
        _add(area, "polygon", polygon)


def polygons(case: Case, shape: Shape) -> Iterator[str]:
    """Yield each part as CAP writes it: latitude,longitude pairs, the last one the first.

    The outline is simplified by at most 5 m outwards; holes count as inside, on the safe side.
    """
    grown = shapely.simplify(shapely.buffer(shape, TOLERANCE_M), TOLERANCE_M)
    for part in shapely.get_parts(grown):
        places = [
            case.onemap.to_degrees(float(x), float(y))
            for x, y in shapely.get_coordinates(part.exterior)
        ]
        pairs = [f"{lat:.{DIGITS}f},{lon:.{DIGITS}f}" for lon, lat in places]
        yield " ".join([*pairs[:-1], pairs[0]])
