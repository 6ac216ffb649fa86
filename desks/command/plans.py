"""Which emergency plans apply here, as cards, the most special first (row S1-10 of the plans)."""

from dataclasses import dataclass
from pathlib import Path

from desks.onemap import OneMap
from desks.records import Records
from geodata.faults import UserError
from language import Sentence, say
from layers import LayerSpec
from risk import INCIDENT_KINDS, demand
from risk.rule_files import read_rules, rule_fault

from .answers import PlanCard
from .rule_checks import cited_faults, texts
from .situation import Incident, Place, Point
from .surroundings import LISTED, distances_m

CARDS = 4
NEAR_M = 300.0
"""A hazard this near, the rim included, is the incident's own: its plan leads."""

TABLE = Path(__file__).parent / "plans.toml"
OWN, LOCAL, WIDE = 0, 1, 2
WIDE_WORDS = ("区", "市", "县")
HAZARD_KIND = "hazmat_leak"


def load_apart(path: Path) -> tuple[str, ...]:
    """Return the subjects of the file that are no matter of the word they hold.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    row = read_rules(path).get("subjects")
    faults = cited_faults(path, "subjects", row)
    apart = texts(row.get("apart")) if isinstance(row, dict) else None
    if apart is None or not all(apart):
        faults.append(rule_fault(path, "subjects, apart", "not a list of texts"))
    if faults or apart is None:
        raise UserError(faults)
    return tuple(sorted(apart, key=lambda subject: (-len(subject), subject)))


APART = load_apart(TABLE)


@dataclass(frozen=True)
class _Match:
    """A plan that applies: how near its place (own, local, wide) and its kind (0 the best) are."""

    spec: LayerSpec
    row: int
    place: int
    word: int
    text: str


@dataclass(frozen=True)
class HazardPlans:
    """One hazard and the ids of the plans that apply to it, none where it is without."""

    layer: str
    id: str
    name: str
    plans: tuple[str, ...]


def plan_cards(onemap: OneMap, incident: Incident, place: Place) -> tuple[PlanCard, ...]:
    """Return the plans that apply: own hazard, then kind, subdistrict before district.

    Plans in force come before those past their day, later ones before earlier ones; at most four.
    """
    asked = demand(incident.kind, incident.substance).kind.plan_words
    words = tuple(dict.fromkeys((*asked, *INCIDENT_KINDS["unspecified"].plan_words)))
    owners = _owners(onemap, incident.at)
    today = incident.time.date().isoformat()
    found = [
        match
        for spec in onemap.layers_for("place")
        if set(onemap.records[spec.key].columns) >= LISTED
        for match in _matches(onemap.records[spec.key], spec, words, owners, place)
    ]
    found.sort(key=lambda match: _order(onemap.records[match.spec.key], match, today))
    return tuple(_card(onemap.records[match.spec.key], match) for match in found[:CARDS])


def hazard_plans(onemap: OneMap, layer: str = "hazard") -> tuple[HazardPlans, ...]:
    """Return each hazard of the layer with the plans that apply to a leak there (row S1-10)."""
    records = onemap.records[layer]
    words = INCIDENT_KINDS[HAZARD_KIND].plan_words
    answers = []
    for row, record_id in enumerate(records.ids):
        own = _names(records, row)
        code, name = records.text("subdistrict_code", row), records.text("subdistrict", row)
        plans = tuple(
            onemap.records[spec.key].ids[match.row]
            for spec in onemap.layers_for("place")
            if set(onemap.records[spec.key].columns) >= LISTED
            for match in _matches_at(onemap.records[spec.key], spec, words, own, (name, code))
        )
        answers.append(HazardPlans(layer, record_id, records.names[row], plans))
    return tuple(answers)


def _owners(onemap: OneMap, at: Point) -> tuple[str, ...]:
    """Return the names of the hazards at the incident and of their firms."""
    return tuple(
        name
        for spec in onemap.layers_for("hazard")
        for row in (distances_m(onemap, spec, at) <= NEAR_M).nonzero()[0].tolist()
        for name in _names(onemap.records[spec.key], row)
    )


def _names(records: Records, row: int) -> tuple[str, ...]:
    return tuple(filter(None, (records.names[row], records.text("firm", row))))


def _matches(
    records: Records,
    spec: LayerSpec,
    words: tuple[str, ...],
    owners: tuple[str, ...],
    place: Place,
) -> list[_Match]:
    local = (place.subdistrict, place.subdistrict_code) if place.inside else ("", "")
    return _matches_at(records, spec, words, owners, local)


def _matches_at(
    records: Records,
    spec: LayerSpec,
    words: tuple[str, ...],
    owners: tuple[str, ...],
    local: tuple[str, str],
) -> list[_Match]:
    found = []
    for row, name in enumerate(records.names):
        word = _word(words, name, records.text("kind", row))
        owner = next((one for one in owners if one in name), "")
        near = OWN if owner else _nearness(records, row, local)
        if near is not None and (word is not None or owner):
            number = len(words) if word is None else word
            text = owner or words[number]
            found.append(_Match(spec, row, near, number, text))
    return found


def _word(words: tuple[str, ...], name: str, kind: str) -> int | None:
    """Return the place of the first word that the kind or name is about, ``None`` for none."""
    kind, name = _about(words, kind), _about(words, name)
    return next((i for i, word in enumerate(words) if word in kind or word in name), None)


def _about(words: tuple[str, ...], text: str) -> str:
    """Return the text without the subjects that only hold a word of another matter."""
    for subject in APART:
        if subject in text and not subject.startswith(words):
            text = text.replace(subject, "\n")
    return text


def _nearness(records: Records, row: int, local: tuple[str, str]) -> int | None:
    """Return LOCAL for the subdistrict's own plan, WIDE for the district's, None for others'."""
    issuer, stated = records.text("issuer", row), records.text("subdistrict", row)
    if any(word in records.text("level", row) for word in WIDE_WORDS):
        return WIDE
    name, code = local
    if name and (name in issuer or stated in local):
        return LOCAL
    if code and not issuer and not stated and records.text("subdistrict_code", row) == code:
        return LOCAL
    return None


def _order(records: Records, match: _Match, today: str) -> tuple[bool, int, bool, int, int, int]:
    expiry, issued = records.text("expiry", match.row), records.text("issued", match.row)
    lapsed = bool(expiry) and expiry < today
    digits = "".join(filter(str.isdigit, issued))
    later = -int(digits) if digits else 0
    own = match.place != OWN
    return own, match.word, lapsed, match.place, later, int(records.order[match.row])


def _card(records: Records, match: _Match) -> PlanCard:
    row = match.row
    return PlanCard(
        id=records.ids[row],
        name=records.names[row],
        kind=records.text("kind", row),
        level=records.text("level", row),
        issuer=records.text("issuer", row),
        filing=records.text("filing", row),
        expiry=records.text("expiry", row),
        why=_why(match),
    )


def _why(match: _Match) -> Sentence:
    if match.place == OWN:
        return say("It names {name}, at the incident.", name=match.text)
    if match.place == LOCAL:
        return say("The subdistrict's own plan; its kind holds “{word}”.", word=match.text)
    return say("The district's plan; its kind holds “{word}”.", word=match.text)
