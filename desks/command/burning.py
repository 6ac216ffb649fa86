"""A toxic cloud that can burn: there a house does not protect, and no spark may be made."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import shapely

from desks.onemap import OneMap
from geodata.faults import UserError
from language import Sentence, say
from risk import SUBSTANCES
from risk.release import Zone, ZoneSet
from risk.rule_files import read_rules, rule_fault

from .population import inhabited
from .rule_checks import cited_faults

TABLE = Path(__file__).parent / "indoors.toml"
LINES = ("lfl", "half_lfl")
"""The lines of a cloud that can burn: the lower flammable limit, and half of it."""


@dataclass(frozen=True)
class BurnRule:
    """The line within which a house does not protect from what burns, and where that stands."""

    line: str
    source: str
    verified: bool


def load_burn_rule(path: Path) -> BurnRule:
    """Return the rule of the file.

    Raises:
        UserError: with every fault of the table at once, naming the line.

    """
    row = read_rules(path).get("burning")
    faults = cited_faults(path, "burning", row)
    line = row.get("line") if isinstance(row, dict) else None
    if line not in LINES:
        faults.append(rule_fault(path, "burning, line", f"none of {', '.join(LINES)}"))
    if faults or not isinstance(row, dict):
        raise UserError(faults)
    return BurnRule(str(line), row["source"], row["verified"])


RULE = load_burn_rule(TABLE)


def can_burn(substance: str) -> bool:
    """Return whether the vapours of the substance (a key of ``SUBSTANCES``) can burn."""
    held = SUBSTANCES.get(substance)
    return held is not None and held.flammable


def burning_zone(zones: ZoneSet, substance: str) -> Zone | None:
    """Return the line within which the cloud of the substance can burn, ``None`` where unknown."""
    if not can_burn(substance):
        return None
    return next((zone for zone in zones.zones if zone.level == RULE.line), None)


def who_burns(onemap: OneMap, zone: Zone | None) -> frozenset[tuple[str, str]]:
    """Return the communities that the line meets, by the codes of subdistrict and community."""
    if zone is None:
        return frozenset()
    units = inhabited(onemap)
    met = shapely.intersects(units.shapes, zone.shape)
    keys = zip(units.subdistrict_codes, units.community_codes, strict=True)
    return frozenset(key for key, meets in zip(keys, met.tolist(), strict=True) if meets)


def burns_said(zones: ZoneSet, substance: str) -> Iterator[Sentence]:
    """Yield how far the cloud can burn, what that asks for, and what staying indoors is worth.

    In-place protection may not be the best where the vapours are flammable (ERG, "Protective
    actions").
    """
    if not can_burn(substance):
        return
    zone = burning_zone(zones, substance)
    if zone is None:
        yield say(
            "The vapours can burn; how far is not known. No flame, no switch, no engine; who is"
            " nearest is fetched first, across the wind."
        )
    else:
        yield say(
            "The cloud can burn up to {burn_m} m: no house protects there. No flame, no switch, no"
            " engine; who is there is fetched first, across the wind.",
            burn_m=round(zone.reach_m),
        )
    if not RULE.verified:
        yield say(
            "Where vapours can burn the guidebook does not hold staying indoors for the best"
            " (ERG, protective actions; unverified): a commander decides."
        )
