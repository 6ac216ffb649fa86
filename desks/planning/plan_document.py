"""Sitings, mends and plans side by side, as JSON and as lines for a terminal."""

from collections.abc import Iterator, Sequence
from typing import Any

from desks.onemap import OneMap
from geodata.faults import Fault
from language import Catalogue, Sentence, say

from .answers import DEFINITIONS, Coverage, Definition, Mend
from .costs import Spent, spent
from .document import TITLES, share_text
from .siting import Siting
from .variant_files import variant_document
from .variants import TODAY, Comparison, Difference, Variant

Document = dict[str, Any]
FORMAT = 1
DEGREES = 7
CENTIMETRES = 2
TODAYS = say("today's places")


def siting_document(onemap: OneMap, found: Siting, catalogue: Catalogue) -> Document:
    """Return the siting as docs/schemas/siting.schema.json states it."""
    return {
        "format": FORMAT,
        "stamp": found.after.stamp,
        "service": found.after.service.key,
        "within_mm": found.after.service.within_mm,
        "within_ms": found.after.service.within_ms,
        "share": found.after.demand.share,
        "ask": found.ask,
        "amount": found.amount,
        "feasible": found.is_feasible,
        "people": found.people,
        "covered_before": found.covered_before,
        "covered_after": found.covered_after,
        "covered_most": found.most,
        "value": found.value,
        "bound": found.bound,
        "gap": found.gap,
        "proof": catalogue.word(found.proof),
        "cost_cny": found.cost_cny,
        "chosen": [
            {
                "id": one.site.id,
                "name": one.site.name,
                **_degrees(onemap, one.site.at),
                "area_m2": None
                if one.site.area_m2 is None
                else round(one.site.area_m2, CENTIMETRES),
                "capacity_people": None if one.site.capacity < 0 else one.site.capacity,
                "cost_cny": one.site.cost_cny,
                "people": one.people,
            }
            for one in found.chosen
        ],
        "blocking": [
            {
                "community": one.unit,
                "name": one.name,
                "subdistrict": one.subdistrict,
                "kind": one.kind,
                "people": one.people,
                "reason": catalogue.word(one.text),
            }
            for one in found.blocking
        ],
        "candidates": len(found.candidates.sites),
        "left_out": [
            {"id": one.id, "name": one.name, "reason": catalogue.word(one.why)}
            for one in found.candidates.left_out
        ],
        "notices": [_notice(fault, catalogue) for fault in found.candidates.notices],
        "method": [catalogue.word(said) for said in found.method],
    }


def siting_lines(found: Siting, catalogue: Catalogue) -> Iterator[str]:
    """Yield the answer, its proof, the chosen, who is left, and what was not considered."""
    yield catalogue.word(
        say(
            "{chosen} new places: {before} → {after} of {people:,} people covered ({share} %).",
            chosen=len(found.chosen),
            before=found.covered_before,
            after=found.covered_after,
            people=found.people,
            share=share_text(found.covered_after, found.people) or "—",
        )
    )
    yield catalogue.word(found.proof)
    for one in found.chosen:
        cost = _cost(one.site.cost_cny, catalogue)
        yield f"  + {one.site.id} {one.site.name}: {one.people} · {cost}"
    for block in found.blocking:
        yield f"  ✕ {block.unit} {block.name}: {catalogue.word(block.text)}"
    for out in found.candidates.left_out:
        yield f"  – {out.id} {out.name}: {catalogue.word(out.why)}"
    yield from (f"  ! {_notice_line(f, catalogue)}" for f in found.candidates.notices)
    yield from (catalogue.word(said) for said in found.method)


def _cost(cny: int | None, catalogue: Catalogue) -> str:
    return "—" if cny is None else catalogue.word(say("{cost} CNY", cost=cny))


def mends_document(
    found: Coverage, unit: str, made: Sequence[Mend], catalogue: Catalogue
) -> Document:
    """Return the mends as docs/schemas/mends.schema.json states it; none where all is green."""
    return {
        "format": FORMAT,
        "stamp": found.stamp,
        "service": found.service.key,
        "within_mm": found.service.within_mm,
        "within_ms": found.service.within_ms,
        "share": found.demand.share,
        "unit": unit,
        "mends": [
            {
                "title": catalogue.word(one.title),
                "adds": list(one.adds),
                "verifies": list(one.verifies),
                "resizes": [{"id": key, "capacity_people": room} for key, room in one.resizes],
                "cost_cny": one.cost_cny,
                "covered_before": one.covered_before,
                "covered_after": one.covered_after,
                "gap": one.gap,
                "proof": catalogue.word(one.proof),
                "people": one.people,
                "green": one.is_green,
                "left": [
                    {
                        "community": left.unit,
                        "kind": left.kind,
                        "people": left.people,
                        "reason": catalogue.word(left.text),
                    }
                    for left in one.left
                ],
            }
            for one in made
        ],
        "method": [catalogue.word(said) for said in found.method],
    }


def mends_lines(
    found: Coverage, unit: str, made: Sequence[Mend], catalogue: Catalogue
) -> Iterator[str]:
    """Yield each mend with people before and after, its cost, its proof, and who is left and why.

    Where nothing turns the unit green the first line says so.
    """
    names = {one.code: one.name for one in found.communities}
    if not made:
        yield catalogue.word(say("Everyone in {unit} is covered.", unit=unit))
    elif not made[0].is_green:
        yield catalogue.word(say("Nothing on file turns {unit} green.", unit=unit))
    for one in made:
        cost = _cost(one.cost_cny, catalogue)
        title = catalogue.word(one.title)
        yield f"{title} {one.covered_before} → {one.covered_after} · {cost}"
        if not one.is_green and one.covered_after > one.covered_before:
            yield f"  {catalogue.word(raised_said(one))}"
        yield f"  {catalogue.word(one.proof)}"
        for left in one.left:
            name = names.get(left.unit, left.unit)
            yield f"  ✕ {left.unit} {name}: {left.people} · {catalogue.word(left.text)}"


def raised_said(one: Mend) -> Sentence:
    """Return from which share to which a change raises units that it does not turn green."""
    return say(
        "Not green: from {before} % to {after} %, {left:,} people stay without.",
        before=share_text(one.covered_before, one.people) or "—",
        after=share_text(one.covered_after, one.people) or "—",
        left=one.people - one.covered_after,
    )


def variants_document(
    found: Sequence[Variant], faults: Sequence[Fault], catalogue: Catalogue
) -> Document:
    """Return the plans of a district, and the files that are none."""
    return {
        "format": FORMAT,
        "variants": [variant_document(one) for one in found],
        "faults": [_notice(fault, catalogue) for fault in faults],
    }


Two = tuple[Variant | None, Variant]
"""The plans that are compared, ``None`` for today's places."""


def comparison_document(found: Comparison, plans: Two, catalogue: Catalogue) -> Document:
    """Return two plans side by side as docs/schemas/comparison.schema.json states it."""
    names = _called(plans)
    before, after = _costs(plans)
    return {
        "format": FORMAT,
        "stamp": found.after.stamp,
        "rest": found.rest,
        "before": names[0],
        "after": names[1],
        "cost": {"before": before, "after": after},
        "service": found.after.service.key,
        "within_mm": found.after.service.within_mm,
        "within_ms": found.after.service.within_ms,
        "share": found.after.demand.share,
        "totals": _rows([{key: found.totals[key] for key in DEFINITIONS}])[0],
        "subdistricts": _rows(
            [
                {key: found.subdistricts[key][row] for key in DEFINITIONS}
                for row in range(len(found.after.subdistricts))
            ]
        ),
        "method": [catalogue.word(said) for said in found.after.method],
        "cautions": [
            catalogue.word(said) for said in dict.fromkeys((*found.cautions, *found.after.cautions))
        ],
    }


def _called(plans: Two) -> tuple[str, str]:
    return (TODAY if plans[0] is None else plans[0].name, plans[1].name)


def _spent(plans: Two) -> tuple[Spent, Spent]:
    first, second = (spent(() if one is None else one.changes) for one in plans)
    return first, second


def _costs(plans: Two) -> list[Document]:
    return [{"stated_cny": one.stated_cny, "unstated": one.unstated} for one in _spent(plans)]


def _cost_said(plans: Two) -> Sentence:
    before, after = _spent(plans)
    return say(
        "Cost: {before} → {after} CNY as far as stated; new places without a stated cost:"
        " {before_unstated} → {after_unstated}.",
        before=f"{before.stated_cny:,}", after=f"{after.stated_cny:,}",
        before_unstated=before.unstated, after_unstated=after.unstated,
    )  # fmt: skip


def comparison_lines(found: Comparison, plans: Two, catalogue: Catalogue) -> Iterator[str]:
    """Yield the district, each subdistrict, by the fullest definition that applies, then costs."""
    names = _called(plans)
    key: Definition = "capacity" if found.totals["capacity"].after is not None else "network"
    before, after = (catalogue.word(TODAYS) if one == TODAY else one for one in names)
    yield f"{before} → {after} ({catalogue.word(TITLES[key])})"
    for row in (found.totals, *_by_unit(found)):
        one = row[key]
        sign = "" if one.gained is None else f"{one.gained:+d}"
        yield f"  {one.code} {one.name}: {one.before} → {one.after} / {one.people}  {sign}"
    said: tuple[Sentence, ...] = (_cost_said(plans), *found.cautions, *found.after.method)
    yield from (catalogue.word(one) for one in said)


def _by_unit(found: Comparison) -> Iterator[dict[Definition, Difference]]:
    for row in range(len(found.after.subdistricts)):
        yield {key: found.subdistricts[key][row] for key in DEFINITIONS}


def _rows(rows: Sequence[dict[Definition, Difference]]) -> list[Document]:
    return [
        {
            "code": row["network"].code,
            "name": row["network"].name,
            "people": row["network"].people,
            "people_covered": {
                key: {"before": one.before, "after": one.after, "gained": one.gained}
                for key, one in row.items()
            },
        }
        for row in rows
    ]


def _degrees(onemap: OneMap, at: tuple[float, float]) -> Document:
    lon_deg, lat_deg = onemap.to_degrees(*at)
    return {"lon_deg": round(lon_deg, DEGREES), "lat_deg": round(lat_deg, DEGREES)}


def _notice(fault: Fault, catalogue: Catalogue) -> Document:
    return {
        "file": fault.file,
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "problem": catalogue.word(fault.problem),
        "mend": catalogue.word(fault.mend),
        "weight": fault.weight,
    }


def _notice_line(fault: Fault, catalogue: Catalogue) -> str:
    row = "" if fault.row is None else f" {fault.row}"
    return f"{fault.file}{row}: {catalogue.word(fault.problem)}"
