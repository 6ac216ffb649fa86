"""The news of a scenario: what is told to whom and when, from the table and the brief.

What belongs to every drill of the type comes first; the dice choose among the rest until the
number that they rolled. An inject that needs what the scenario does not have is left out.
"""

import random
from collections.abc import Mapping, Sequence

from desks.command.compass import compass_point
from risk.incidents import incident_kind
from risk.rule_files import Row
from risk.substances import SUBSTANCES

from .adversary import Candidate
from .compose_rules import NOTHING, RULES
from .expected import Basis
from .scenario import Inject, Node, Trigger

ITEMS = 3
KG_PER_T = 1000
KINDS = ("clock", "node", "hand")


def injects_of(
    basis: Basis, candidate: Candidate, nodes: Sequence[Node], place: str, dice: random.Random
) -> tuple[Inject, ...]:
    """Return the injects in the order in which they can fall due: clock, node, hand."""
    known = {node.key for node in nodes}
    values = _values(basis, candidate, place)
    rows = [row for row in RULES.injects if _fits(basis, row, values, known)]
    always = [row for row in rows if row["always"]]
    rest = [row for row in rows if not row["always"]]
    rule = RULES.types[basis.type]
    wanted = dice.randint(rule["injects_least"], rule["injects_most"])
    more = dice.sample(rest, min(max(wanted - len(always), 0), len(rest)))
    chosen = [row for row in rows if row in always or row in more][: rule["injects_most"]]
    made = [_inject(basis, row, values, known, dice) for row in chosen]
    made.sort(
        key=lambda one: (KINDS.index(one.trigger.kind), one.trigger.node, one.trigger.after_s)
    )
    return tuple(made)


def _fits(basis: Basis, row: Row, values: Mapping[str, str], known: set[str]) -> bool:
    if basis.type not in row["types"]:
        return False
    if row["node"] != NOTHING and row["node"] not in known:
        return False
    return all(values.get(f"has_{need}") for need in row["needs"])


def _inject(
    basis: Basis, row: Row, values: Mapping[str, str], known: set[str], dice: random.Random
) -> Inject:
    language = basis.catalogue.language
    after_s = dice.randint(row["after_least_s"], row["after_most_s"])
    node = "" if row["node"] == NOTHING else row["node"]
    leads_to = row["leads_to"] if row["leads_to"] in known else ""
    return Inject(
        key=row["key"],
        trigger=Trigger(row["trigger"], after_s, node),
        text=row[f"text_{language}"].format_map(values),
        to=row[f"to_{language}"].format_map(values),
        leads_to=leads_to,
    )


def _values(basis: Basis, candidate: Candidate, place: str) -> Mapping[str, str]:
    """Return what the texts name; ``has_…`` are not empty where the scenario has it."""
    brief, matter = basis.brief, candidate.where.matter
    chinese = basis.catalogue.language == "zh"
    kind = incident_kind(matter.kind)
    orders = () if brief.evacuation is None else brief.evacuation.orders
    most = max(orders, key=lambda order: (order.people, order.community_code), default=None)
    exposed = brief.exposure
    domino = exposed.domino[0].name if exposed and exposed.domino else ""
    receptor = exposed.receptors[0].name if exposed and exposed.receptors else ""
    teams = [team.name for team in basis.teams]
    refuge = _refuge(basis)
    items = "、".join(
        line.item for line in (brief.supplies.needs if brief.supplies else ())[:ITEMS]
    )
    road = "、".join(candidate.closed_roads)
    yes = "1"
    return {
        "place": place,
        "subject": kind.title_zh if chinese else kind.title_en,
        "substance": substance_name(matter.substance, chinese=chinese),
        "quantity": mass_said(matter.quantity_t, chinese=chinese),
        "wind_from": basis.catalogue.word(compass_point(matter.wind_from_deg)),
        "wind_ms": f"{matter.wind_ms:g}",
        "road": road,
        "community": "" if most is None else most.community,
        "people": "" if most is None else str(most.people),
        "unit": brief.place.subdistrict,
        "domino": domino,
        "receptor": receptor,
        "refuge": refuge,
        "items": items,
        "team": teams[-1] if teams else "",
        "has_matter": yes if matter.substance and matter.quantity_t else "",
        "has_plain": "" if matter.substance and matter.quantity_t else yes,
        "has_zone": yes if basis.has("zone") else "",
        "has_closure": road,
        "has_people": yes if most is not None and most.people else "",
        "has_domino": domino,
        "has_receptor": receptor,
        "has_second": yes if len(teams) > 1 else "",
        "has_supplies": items,
        "has_refuge": refuge,
    }


def _refuge(basis: Basis) -> str:
    """Return the nearest safe shelter on foot, "" where none is known."""
    moved = basis.brief.evacuation
    unsafe = {one.id for one in moved.refuges if not one.safe} if moved else set()
    near = basis.brief.nearby.get("shelter", ())
    return next((one.name for one in near if one.id not in unsafe), "")


def substance_name(key: str, *, chinese: bool) -> str:
    """Return the name of a substance of the table, "" for none."""
    found = SUBSTANCES.get(key)
    if found is None:
        return ""
    return found.name_zh if chinese else found.name_en


def mass_said(mass_t: float | None, *, chinese: bool) -> str:
    """Return tonnes as people say them: below one tonne in kilograms, "?" for none."""
    if mass_t is None:
        return "?"
    if mass_t < 1:
        return f"{float(f'{mass_t * KG_PER_T:.3g}'):g}{'千克' if chinese else ' kg'}"
    return f"{mass_t:g}{'吨' if chinese else ' t'}"
