"""The capability score is the one that docs/capability.md publishes."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from desks.onemap import OneMap
from desks.register.capability import (
    WEIGHTS,
    capability,
    capability_document,
    capability_lines,
    stale,
)
from desks.register.needs import load_needs
from desks.register.response import Response, response_times
from language import Catalogue
from layers.catalog import HAZMAT_EQUIPMENT
from tests.desks.worlds import bare, put

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "capability.md"
SCHEMA = ROOT / "docs" / "schemas" / "capability.schema.json"
DAY = date(2026, 9, 16)
RESOURCES = ("team", "fire_station", "mini_station", "depot", "hydrant", "shelter")


def published() -> dict[str, float]:
    rows = re.findall(r"^\| (\w+) \| (0\.\d+) \|", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    return {term: float(weight) for term, weight in rows}


def test_the_page_publishes_the_weights_of_the_program() -> None:
    """Row S0-7: a published formula; the weights are one in all."""
    assert published() == dict(WEIGHTS)
    assert sum(published().values()) == pytest.approx(1.0)


def _stock(onemap: OneMap, code: str, residents: int) -> float:
    """Return the term of stock by the page, from the plain tables."""
    depots = onemap.layers["depot"]
    own = set(depots.index[depots["subdistrict_code"] == code])
    stock = onemap.children["depot.stock"]
    usable = stock[
        stock["depot_id"].isin(own)
        & (stock["quantity"] > 0)
        & ((stock["expiry"] == "") | (stock["expiry"] >= DAY.isoformat()))
    ]
    shares = []
    for need in load_needs().rows:
        if need.items:
            named = usable["item"].str.contains("|".join(need.items))
            have = usable[named & usable["unit"].isin(need.units)]["quantity"].sum()
            shares.append(min(1.0, have / (need.per_10k * residents / 10_000)))
    return 100 * sum(shares) / len(shares)


def _ratio(onemap: OneMap, keys: tuple[str, ...], column: str, code: str, asked: float) -> float:
    have = 0
    for key in keys:
        frame = onemap.layers[key]
        have += int(frame[frame["subdistrict_code"] == code][column].sum())
    return 100 * min(1.0, have / asked)


def _response(response: Response, code: str) -> float:
    own = [at for at, unit in enumerate(response.subdistricts) if unit == code]
    people = np.array([response.residents[at] or 0 for at in own], dtype=float)
    scores = 100 * np.clip((1200 - response.soonest_s[own]) / 900, 0, 1)
    return float((people * scores).sum() / people.sum())


def _equipment(onemap: OneMap, response: Response, code: str) -> float:
    own = [at for at, unit in enumerate(response.subdistricts) if unit == code]
    largest = max(own, key=lambda at: response.residents[at] or 0)
    brought: set[str] = set()
    for row, (key, record_id) in enumerate(response.teams):
        if response.times_s[row, largest] <= 1200:
            brought |= set(str(onemap.layers[key].loc[record_id, "equipment"]).split(";"))
    return 100 * len(brought & set(HAZMAT_EQUIPMENT)) / 12


def _readiness(onemap: OneMap, code: str) -> float:
    ages: list[int] = []
    for key in RESOURCES:
        frame = onemap.layers[key]
        dates = frame[frame["subdistrict_code"] == code]["last_verified"]
        ages += [(DAY - date.fromisoformat(told)).days for told in dates]
    return 100 * sum(age <= 365 for age in ages) / len(ages)


def test_the_score_recomputes_from_the_published_formula(district: OneMap) -> None:
    """Row S0-7: every subdistrict, from the plain tables and the page alone."""
    response = response_times(district)
    units = district.layers["subdistrict"]
    asked = {need.key: need.per_10k for need in load_needs().rows}
    found = capability(district, as_of=DAY)
    assert len(found) == 22
    for one in found:
        residents = int(units.loc[one.code, "residents_night"])
        scale = residents / 10_000
        force = ("team", "fire_station", "mini_station")
        terms = {
            "force": _ratio(district, force, "people", one.code, asked["rescuers"] * scale),
            "equipment": _equipment(district, response, one.code),
            "stock": _stock(district, one.code, residents),
            "shelter": _ratio(
                district, ("shelter",), "capacity_people", one.code,
                asked["shelter_places"] * scale,
            ),
            "response": _response(response, one.code),
            "readiness": _readiness(district, one.code),
        }  # fmt: skip
        assert dict(one.terms) == pytest.approx(terms), one.name
        weights = published()
        assert one.score == pytest.approx(sum(weights[key] * terms[key] for key in terms))


def test_a_term_without_data_is_left_out_and_never_zero(town: OneMap) -> None:
    """Row S0-7: the units alone: nothing to verify, no classes of equipment declared by a layer."""
    north, _ = capability(bare(town), as_of=DAY)
    assert north.terms["readiness"] is None
    assert north.terms["equipment"] is None
    judged = {key: term for key, term in north.terms.items() if term is not None}
    weights = {key: WEIGHTS[key] for key in judged}
    wanted = sum(weights[key] * judged[key] for key in judged) / sum(weights.values())
    assert north.score == pytest.approx(wanted)


@pytest.mark.parametrize(("days", "flagged"), [(29, True), (30, False), (31, False)])
def test_what_is_older_than_n_days_is_flagged(
    town: OneMap,
    days: int,
    flagged: bool,  # noqa: FBT001 - a table of cases
) -> None:
    """Row S0-7: stale after N days, the N-th day itself not yet; never verified always."""
    old = (DAY - timedelta(days=30)).isoformat()
    rows = [
        {"id": "B1", "name": "甲", "at": (0.0, 700.0), "last_verified": old},
        {"id": "B2", "name": "乙", "at": (0.0, 800.0), "last_verified": ""},
    ]
    found = stale(put(bare(town), "shelter", rows), days, as_of=DAY)
    assert [(one.id, one.days) for one in found] == ([("B1", 30)] if flagged else []) + [
        ("B2", None)
    ]


def test_stale_resources_are_listed_with_their_subdistrict(district: OneMap) -> None:
    """Row S0-7: what pulls readiness down is named, resource by resource."""
    for one in capability(district, as_of=DAY, stale_days=200):
        assert all(old.code == one.code for old in one.stale)
        assert {old.layer for old in one.stale} <= set(RESOURCES)
        assert all(old.days is not None and old.days > 200 for old in one.stale)
    strict, lax = (capability(district, as_of=DAY, stale_days=n) for n in (100, 365))
    for one, other in zip(strict, lax, strict=True):
        assert len(one.stale) >= len(other.stale)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_and_the_terminal_with_the_weakest_first(
    district: OneMap, language: str
) -> None:
    catalogue = Catalogue.load(language)
    found = capability(district, as_of=DAY)
    document = capability_document(district, found, catalogue, as_of=DAY)
    assert document["as_of"] == DAY.isoformat()
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    lines = list(capability_lines(found, catalogue))
    scores = [int(line.split()[0]) for line in lines[:-1]]
    assert scores == sorted(scores)
    assert {one["code"] for one in document["units"]} >= {one.code for one in found}
