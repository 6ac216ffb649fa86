"""From a wish to a pool of scenarios: the same seed on the same map gives the same pool.

One moment T0 is chosen for the whole pool, as all that was said before a drill holds for it; only
of a table-top exercise each scenario has an hour of its own. Places come by the dice; at each the
adversary looks for roads whose closing brings the first team's P90 into the wanted band.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desks.command import SituationBrief
from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from language import Catalogue, Sentence, say
from layers import CATALOG
from risk.incidents import incident_kind

from .adversary import Aim, Candidate, confirmed, dice_of, explore, hits, wheres
from .compose_rules import NOTHING, RULES
from .compose_spots import ROAD, NoGo, Spot, allowed, spots_in, spots_of
from .compose_wish import Wish, asked_document, moments, require_wish
from .expected import Basis, first_times_ms, nodes_of
from .injects import injects_of, substance_name
from .scenario import Item, Node, Pool, Scenario

ANY_S = 1 << 30
MOST_TRIED = 4_000
"""So much is tried before the composer gives up: closure sets, a new place counting as some."""

PLACE_COSTS = 3

ENOUGH = 3
"""Of so many hits at one place the dice choose one, so that the first is not always taken."""

HOUR_MINUTES = 60
TABLETOP = "tabletop"


@dataclass
class _Tried:
    """What the composer saw on its way: how much it tried, between which P90, how many hits."""

    work: int = 0
    low_s: int = ANY_S
    high_s: int = -1
    most_hits: int = 0


def compose(onemap: OneMap, wish: Wish, *, seed: int, now: datetime | None = None) -> Pool:
    """Return a pool of scenarios; ``now`` is when it is asked for, so that T0 lies after it.

    Raises:
        UserError: for a wish that cannot be, a register without such places, a no-go list that
            leaves none, a band that nobody can hit (what is reachable is said).

    """
    require_wish(onemap, wish, now)
    dice = dice_of("pool", seed)
    spots = _spots(onemap, wish, dice)
    found, t0 = _chosen(onemap, wish, spots, now, dice)
    catalogue = Catalogue.load(wish.language)
    scenarios = tuple(
        _scenario(onemap, wish, catalogue, number, candidate, dice)
        for number, candidate in enumerate(found, start=1)
    )
    return Pool(
        drill=wish.drill,
        type=wish.type,
        t0=t0.isoformat(),
        seed=hashlib.sha256(f"shouwang pool seed 1\n{seed:x}".encode()).hexdigest(),
        map_stamp=onemap.stamp,
        speed_model=onemap.speed_model.version,
        asked=asked_document(wish, seed),
        scenarios=scenarios,
    )


def _spots(onemap: OneMap, wish: Wish, dice: random.Random) -> tuple[Spot, ...]:
    """Return every place that the classes, or the type of drill, allow.

    Raises:
        UserError: where the register has none.

    """
    layers = RULES.types[wish.type]["layers"]
    spots = tuple(
        spot
        for hazard_class in dict.fromkeys(wish.classes)
        for spot in (
            spots_in(onemap, hazard_class, layers)
            if layers
            else spots_of(onemap, hazard_class, dice)
        )
    )
    if not spots:
        loads = [spec.key for spec in CATALOG if spec.purpose == "hazard"]
        wanted = [RULES.classes[one]["layers"] or loads for one in wish.classes]
        asked = layers or list(dict.fromkeys(layer for some in wanted for layer in some))
        problem = say("The register has no place for such a drill.")
        mend = say("Enter rows with position and substance: {layers}.", layers=", ".join(asked))
        raise UserError([_fault("--class", problem, mend, ", ".join(wish.classes))])
    return spots


def _chosen(
    onemap: OneMap,
    wish: Wish,
    spots: Sequence[Spot],
    now: datetime | None,
    dice: random.Random,
) -> tuple[list[Candidate], datetime]:
    """Return the candidates and T0: the first moment by the dice that fills the pool.

    Raises:
        UserError: where the no-go list leaves no place, or the band is hit too seldom.

    """
    no_go = NoGo(
        tuple(RULES.avoid[key] for key in wish.avoid), wish.areas, frozenset(wish.exam_days)
    )
    open_ = moments(onemap, wish, now)
    order = dice.sample(open_, len(open_))
    tried = _Tried()
    places_seen = False
    for moment in _spread(order):
        free = allowed(onemap, spots, moment, no_go)
        places_seen = places_seen or bool(free)
        if not free or tried.work >= MOST_TRIED:
            continue
        found = _fill(onemap, wish, free, _hours(wish, moment, open_), dice, tried)
        tried.most_hits = max(tried.most_hits, len(found))
        if len(found) >= wish.pool:
            minute = timedelta(minutes=dice.randrange(HOUR_MINUTES))
            return found, moment + minute
    if not places_seen:
        problem = say("The no-go list excludes every place of the window.")
        mend = say("Take a rule or an area off the list, or give other hours.")
        raise UserError([_fault("--avoid", problem, mend, ", ".join(wish.avoid))])
    raise UserError([_missed(wish, tried)])


def _spread(order: Sequence[datetime]) -> Iterator[datetime]:
    """Yield the moments in order, the first one of each hour of the clock before any second one."""
    seen: dict[int, int] = {}
    ranked = []
    for moment in order:
        seen[moment.hour] = seen.get(moment.hour, 0) + 1
        ranked.append((seen[moment.hour], moment))
    yield from (moment for _, moment in sorted(ranked, key=lambda pair: pair[0]))


def _hours(wish: Wish, moment: datetime, open_: Sequence[datetime]) -> list[datetime]:
    """Return T0's hour; of a table-top exercise every hour of its day that the window has."""
    if wish.type != TABLETOP:
        return [moment]
    return [one for one in open_ if one.date() == moment.date()]


def _fill(
    onemap: OneMap,
    wish: Wish,
    spots: Sequence[Spot],
    hours: Sequence[datetime],
    dice: random.Random,
    tried: _Tried,
) -> list[Candidate]:
    """Return as many candidates as the pool asks for, one of each place first, or fewer."""
    low_s, high_s = wish.band_s or (0, ANY_S)
    aim = Aim("band", low_s, high_s)
    found: list[Candidate] = []
    spare: list[Candidate] = []
    for where in wheres(spots, hours, dice):
        candidates = explore(onemap, where, aim, wish.closures)
        tried.work += len(candidates) + PLACE_COSTS
        times = [one.p90_s for one in candidates if one.p90_s is not None]
        tried.low_s = min([tried.low_s, *times])
        tried.high_s = max([tried.high_s, *times])
        good = [one for one in candidates if hits(one, aim)]
        if good:
            first = dice.sample(good, len(good))[:ENOUGH]
            found.append(first[0])
            spare += first[1:]
        if len(found) >= wish.pool or tried.work >= MOST_TRIED:
            break
    return [*found, *spare][: wish.pool]


def _missed(wish: Wish, tried: _Tried) -> Fault:
    """Return what is said where too few scenarios were found."""
    if tried.high_s < 0:
        problem = say("Nobody can come to any of these places.")
        return _fault("--band", problem, say("Look at roads and teams in the register."))
    low, high = (f"{value / 60:.1f}" for value in (tried.low_s, tried.high_s))
    if wish.band_s is None or tried.most_hits:
        problem = say(
            "Only {found} scenarios can be had; arrivals of nine in ten reach from {low} to {high}"
            " minutes.",
            found=tried.most_hits,
            low=low,
            high=high,
        )
        mend = say("Ask for fewer with --pool, for another band, or for more classes.")
        return _fault("--pool", problem, mend, str(wish.pool))
    problem = say(
        "No place and hour hits this band: arrivals of nine in ten reach from {low} to {high}"
        " minutes.",
        low=low,
        high=high,
    )
    told = "-".join(f"{value / 60:g}" for value in wish.band_s)
    return _fault("--band", problem, say("Give a band within these limits."), told)


def _scenario(
    onemap: OneMap,
    wish: Wish,
    catalogue: Catalogue,
    number: int,
    candidate: Candidate,
    dice: random.Random,
) -> Scenario:
    """Return the scenario of a candidate, every time from its whole brief."""
    finding = confirmed(onemap, candidate)
    basis = Basis(onemap, finding.brief, wish.type, catalogue)
    nodes = nodes_of(basis)
    where = candidate.where
    place = place_said(where.spot, finding.brief, catalogue)
    p50_ms, p90_ms = first_times_ms(basis)
    matter = where.matter
    told: dict[str, str | float] = {
        "kind": matter.kind,
        "wind_from_deg": matter.wind_from_deg,
        "wind_ms": matter.wind_ms,
    }
    if matter.substance:
        told["substance"] = matter.substance
    if matter.quantity_t is not None:
        told["quantity_t"] = matter.quantity_t
    return Scenario(
        number=number,
        title=_title(candidate, place, catalogue),
        place=place,
        at_deg=where.spot.at_deg,
        hour=where.moment.hour,
        matter=told,
        closed_roads=candidate.closed_roads,
        injects=injects_of(basis, candidate, nodes, place, dice),
        nodes=nodes,
        sheet=sheet_of(wish, nodes),
        first_p50_ms=p50_ms,
        first_p90_ms=p90_ms,
    )


def place_said(spot: Spot, brief: SituationBrief, catalogue: Catalogue) -> str:
    """Return the place in words: its units and its name."""
    units = [unit for unit in (brief.place.subdistrict, brief.place.community) if unit]
    if spot.layer == ROAD:
        units.append(catalogue.word(say("on {road}", road=spot.name)))
    else:
        units.append(spot.name)
    return " ".join(units)[:300]


def _title(candidate: Candidate, place: str, catalogue: Catalogue) -> str:
    chinese = catalogue.language == "zh"
    kind = incident_kind(candidate.where.matter.kind)
    title = kind.title_zh if chinese else kind.title_en
    substance = substance_name(candidate.where.matter.substance, chinese=chinese)
    return " · ".join(part for part in (place, substance, title) if part)[:200]


def sheet_of(wish: Wish, nodes: Sequence[Node]) -> tuple[Item, ...]:
    """Return the lines that the evaluator judges: those of the form whose node there is."""
    known = {node.key for node in nodes}
    form = RULES.types[wish.type]["form"]
    text = "text_zh" if wish.language == "zh" else "text_en"
    return tuple(
        Item(
            key=row["key"],
            clause=row["clause"],
            text=row[text],
            indicator=row["indicator"],
            node="" if row["node"] == NOTHING else row["node"],
        )
        for row in RULES.sheet
        if form in row["form"] and (row["node"] == NOTHING or row["node"] in known)
    )


def _fault(option: str, problem: Sentence, mend: Sentence, value: str = "") -> Fault:
    return Fault(option, problem, mend, value=value[:60])
