"""Hazards by class and grade, high grade first (row S4-3), and by colour per subdistrict."""

from collections import Counter
from collections.abc import Collection, Mapping
from types import MappingProxyType

from desks.onemap import OneMap
from desks.register.counts import units_of
from risk.four_colours import COLOURS, Colour

from .parts import ColourCounts, Graded, HazardGrade


def chosen(
    found: Graded,
    *,
    layers: Collection[str] = (),
    colours: Collection[Colour] = (),
    levels: Collection[int] = (),
    declared: Collection[str] = (),
    subdistricts: Collection[str] = (),
) -> tuple[HazardGrade, ...]:
    """Return the hazards that fit every filter given, the gravest first; no filter lets all by."""
    return tuple(
        hazard
        for hazard in found.hazards
        if (not layers or hazard.layer in layers)
        and (not colours or hazard.colour in colours)
        and (not levels or hazard.level in levels)
        and (not declared or hazard.declared in declared)
        and (not subdistricts or hazard.subdistrict_code in subdistricts)
    )


def by_class(found: Graded) -> Mapping[str, Mapping[Colour | None, int]]:
    """Return the counts of each layer by colour, ``None`` for those without; they add up to all."""
    counted = Counter((hazard.layer, hazard.colour) for hazard in found.hazards)
    layers = dict.fromkeys(hazard.layer for hazard in found.hazards)
    return MappingProxyType(
        {
            layer: MappingProxyType({c: counted[layer, c] for c in (*COLOURS, None)})
            for layer in sorted(layers)
        }
    )


def by_subdistrict(onemap: OneMap, found: Graded) -> tuple[ColourCounts, ...]:
    """Return the counts of each subdistrict by colour, of those in none under "", then all."""
    units = [*units_of(onemap), ("", "")]
    known = {code for code, _ in units}
    rows = [
        _counts(code, name, [h for h in found.hazards if _code(h, known) == code])
        for code, name in units
    ]
    return (*(row for row in rows if row.code or row.total), _counts("*", "*", found.hazards))


def _code(hazard: HazardGrade, known: Collection[str]) -> str:
    return hazard.subdistrict_code if hazard.subdistrict_code in known else ""


def _counts(code: str, name: str, hazards: Collection[HazardGrade]) -> ColourCounts:
    counted = Counter(hazard.colour for hazard in hazards)
    by_colour: dict[Colour, int] = {colour: counted[colour] for colour in COLOURS}
    return ColourCounts(code, name, MappingProxyType(by_colour), counted[None], len(hazards))
