"""A public warning as CAP 1.2, the exchange format of alerts (OASIS CAP v1.2, 2010)."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import shapely

from desks.stock import CHINA
from geodata.faults import Fault, UserError
from language import Sentence, say
from risk.release import Shape

from .bands import guide_zone, harm_of
from .bulletins import all_leave, bulletin
from .case import Case
from .compass import FULL_DEG, compass_point
from .guide import warned
from .paper import text_plain
from .rule_checks import cited_numbers

TABLE = Path(__file__).parent / "cap.toml"
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
DIGITS = 5
"""1e-5 degrees is about a metre."""

TOLERANCE_M = 5.0
WHERE_CHARS = 120
"""Characters of a place in the description, so that what follows it is never cut off."""

FORBIDDEN = frozenset(" ,<&")
"""Signs that an identifier or sender must not have (CAP 1.2, 3.2.1)."""

LONGEST_SENDER = 254
"""Signs of an address (RFC 5321, 4.5.3.1.3: 256 with its two brackets)."""

CATEGORIES = {
    "fire": "Fire",
    "hazmat_leak": "CBRNE",
    "gas_leak": "CBRNE",
    "road_traffic": "Transport",
}
"""Category of a kind of incident; every other is Safety."""


@dataclass(frozen=True)
class TextRule:
    """How many characters headline and description may have."""

    headline_chars: int
    description_chars: int
    verified: bool


def load_text_rule(path: Path) -> TextRule:
    """Return the rule of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    ranges = {"headline_chars": (40.0, 1e4), "description_chars": (200.0, 1e5)}
    row = cited_numbers(path, "texts", ranges)
    return TextRule(int(row["headline_chars"]), int(row["description_chars"]), row["verified"])


RULE = load_text_rule(TABLE)


def cap_alert(case: Case, colour: str, sender: str, *, earlier: str = "") -> str:
    """Return the warning of that colour as CAP 1.2 XML, in the language of the case.

    The area is the ground whose people are counted, the first isolation and what was drawn
    included, in WGS 84; the place alone where there is no zone. ``sender``
    is an address such as ``yjj@yunxi.example``; ``earlier`` is the reference (sender, identifier,
    sent) of the alert that this one updates.

    Raises:
        UserError: for a sender that CAP does not allow, and for a colour the rules do not have.

    """
    signs = FORBIDDEN & set(sender) or any(sign.isspace() for sign in sender)
    if signs or not 0 < len(sender) <= LONGEST_SENDER or not sender.isprintable():
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
        ("responseType", "Evacuate" if all_leave(case) else "Shelter" if weather else "Avoid"),
        ("urgency", said.colour.urgency),
        ("severity", said.colour.severity),
        ("certainty", "Observed" if case.incident is not None else "Likely"),
        ("effective", stamp(said.effective)),
        ("expires", stamp(said.expires)),
        ("senderName", case.district),
        ("headline", clipped(said.headline, RULE.headline_chars)),
        ("description", clipped(plain(case), RULE.description_chars)),
        ("instruction", said.instruction),
    ):
        _add(info, key, value)
    _parameters(info, case, said.description)
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


def clipped(said: str, most: int) -> str:
    """Return the text, cut with an ellipsis where it has more than so many characters."""
    return said if len(said) <= most else f"{said[: most - 1].rstrip()}…"


def plain(case: Case) -> str:
    """Return what happened in plain words: what, how far and whereto, how many people."""
    where = clipped(case.where or case.district, WHERE_CHARS)
    said = [say("{title} at {where}.", title=case.title, where=where), *_danger(case)]
    return " ".join(case.word(one) for one in said)


def _danger(case: Case) -> Iterator[Sentence]:
    zones = case.brief.zones
    zone = zones.protective
    if zone is None:
        yield say("How far harm reaches is not known.")
        return
    reach_m = round(zone.reach_m)
    if zones.weather is not None and zone.spread is not None:
        side = compass_point(zones.weather.wind_from_deg + FULL_DEG / 2)
        yield say(
            "Danger up to {reach_m} m away to the {side}.", reach_m=reach_m, side=case.word(side)
        )
    else:
        yield say("Danger up to {reach_m} m around.", reach_m=reach_m)
    guide = guide_zone(zones)
    if guide is not None:
        yield say("Keep {guide_m} m away.", guide_m=round(guide.reach_m))
    exposure = case.brief.exposure
    if exposure is not None and exposure.people_now is not None:
        people = exposure.people_now if exposure.guide is None else exposure.guide.people_now
        yield say("About {people:,} people are in the area.", people=people)


def _parameters(info: ET.Element, case: Case, basis: str) -> None:
    """Add what the area rests on: model, level, threshold, whether verified, sources in words."""
    zone = case.brief.zones.protective
    if zone is None:
        return
    limit = "" if zone.threshold is None else f" {zone.threshold:g} {zone.unit}"
    for name, value in (
        ("model", zone.model),
        ("level", f"{zone.level}{limit}"),
        ("source", zone.source),
        ("verified", str(zone.verified).lower()),
        ("basis", basis),
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
    ground = warned(case.brief.zones, harm_of(case.brief.zones))
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
