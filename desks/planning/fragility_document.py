"""A fragility as JSON and as lines for a terminal."""

from collections.abc import Iterator
from typing import Any

from desks.onemap import OneMap
from language import Catalogue, Sentence, say

from .fragility import Fragility, Loss
from .nameless import loss_names

Document = dict[str, Any]

_DEGREES = 7
_MM_PER_KM = 1_000_000
_MS_PER_H = 3_600_000
_TENTHS = 10


def fragility_document(
    onemap: OneMap, found: Fragility, losses: tuple[Loss, ...], catalogue: Catalogue
) -> Document:
    """Return the losses in their order as docs/schemas/fragility.schema.json states it.

    Lines are longitudes and latitudes in WGS 84 of seven decimals.
    """
    service = found.service
    return {
        "format": 1,
        "stamp": found.stamp,
        "service": {
            "key": service.key,
            "title": service.title_en if catalogue.language == "en" else service.title_zh,
            "within_mm": service.within_mm,
            "within_ms": service.within_ms,
            "source": service.source,
            "verified": service.verified,
        },
        "share": found.share,
        "people": found.people,
        "people_covered": found.people_covered,
        "unit": _unit(found),
        "p90": found.p90,
        "roads": found.roads,
        "roads_on_ways": found.roads_on_ways,
        "losses_in_all": len(found.losses),
        "losses": [
            {**_loss(onemap, loss), "called": catalogue.word(name)}
            for loss, name in zip(losses, loss_names(onemap, losses), strict=True)
        ],
        "method": [catalogue.word(said) for said in found.method],
        "cautions": [catalogue.word(said) for said in found.cautions],
    }


def _unit(found: Fragility) -> str:
    return "mm" if found.service.within_ms is None else "ms"


def _loss(onemap: OneMap, loss: Loss) -> Document:
    at = [onemap.to_degrees(float(x_m), float(y_m)) for x_m, y_m in loss.line_m]
    return {
        "kind": loss.kind,
        "id": loss.id,
        "name": loss.name,
        "people_lost": loss.people_lost,
        "people_cut_off": loss.people_cut_off,
        "room_lost": loss.room_lost,
        "extra": loss.extra,
        "p90": loss.p90,
        "line_deg": [[round(lon, _DEGREES), round(lat, _DEGREES)] for lon, lat in at],
    }


def fragility_lines(
    onemap: OneMap, found: Fragility, losses: tuple[Loss, ...], catalogue: Catalogue
) -> Iterator[str]:
    """Yield the answer as text: what stands, the losses in their order, how they were found."""
    service = found.service
    yield service.title_en if catalogue.language == "en" else service.title_zh
    yield catalogue.word(
        say(
            "{covered:,} of {people:,} people are within reach along ways; {count} single losses"
            " cost something.",
            covered=found.people_covered,
            people=found.people,
            count=len(found.losses),
        )
    )
    names = loss_names(onemap, losses)
    for rank, (loss, name) in enumerate(zip(losses, names, strict=True), start=1):
        yield f"{rank:>4}  {catalogue.word(_said(found, loss, catalogue.word(name)))}"
    for said in (*found.method, *found.cautions):
        yield catalogue.word(said)


def _said(found: Fragility, loss: Loss, name: str) -> Sentence:
    """Return what one loss costs, in words."""
    values: dict[str, str | int] = {
        "name": name,
        "lost": loss.people_lost,
        "cut": loss.people_cut_off,
        "farther": _farther(found, loss.extra),
    }
    if loss.kind == "place":
        if loss.room_lost is None:
            return say(
                "Place {name}: {lost} people lost, {cut} cut off, {farther} farther all together.",
                **values,
            )
        return say(
            "Place {name}: {lost} people lost, {cut} cut off, {room:,} fewer find room, {farther}"
            " farther all together.",
            room=loss.room_lost,
            **values,
        )
    if loss.kind == "bridge":
        return say(
            "Bridge {name}: {lost} people lost, {cut} cut off, {farther} farther all together.",
            **values,
        )
    if not loss.name:
        return say("{name}: {lost} people lost, {cut} cut off, {farther} farther all together.",
                   **values)  # fmt: skip
    return say(
        "Road {name}: {lost} people lost, {cut} cut off, {farther} farther all together.", **values
    )


def _farther(found: Fragility, extra: int) -> str:
    """Return the sum of all people in kilometres or hours with one decimal, cut."""
    is_length = _unit(found) == "mm"
    tenths = extra * _TENTHS // (_MM_PER_KM if is_length else _MS_PER_H)
    return f"{tenths // _TENTHS}.{tenths % _TENTHS} {'km' if is_length else 'h'}"
