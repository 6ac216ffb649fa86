"""Where new places go: fewest to cover everyone, or most people for a number or a budget."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from desks.onemap import OneMap
from geodata.faults import Fault, UserError
from language import Sentence, say

from .answers import NO_WAY, Coverage, Covered, LongArray, Reach, Service, Share
from .best_places import fewest, most_people
from .candidates import Candidate, Candidates, LeftOut, total_cny, with_sites
from .coverage import coverage
from .covering import Sites, covered_people, shortage
from .searching import Picked, percent_up

Ask = Literal["fewest", "count", "budget"]
BlockingKind = Literal["none_within", "no_way", "full"]

_MOST = 1_000_000_000_000
_PER_METRE = 1000
_PER_MINUTE = 60_000


@dataclass(frozen=True)
class Chosen:
    """A candidate to open, and how many people it gets in the assignment with all of them."""

    site: Candidate
    people: int


@dataclass(frozen=True)
class Blocking:
    """Whom no choice of candidates can cover: a community, its people, by which limit, in words."""

    unit: str
    name: str
    subdistrict: str
    kind: BlockingKind
    people: int
    text: Sentence


@dataclass(frozen=True, eq=False)
class Siting:
    """The answer: what to open, who is covered before and after, and how far that is proven.

    ``value`` is what was asked for, places or people; ``bound`` what no choice can better, and
    ``gap`` their distance as a share of the value: 0 is proven best. ``most`` are the people
    covered if every candidate were opened; ``blocking`` is empty where that is everyone, else the
    community with most people that nothing covers stands first. ``cost_cny`` is ``None`` where a
    chosen site has no cost on file. ``after`` is the coverage worked out again with the chosen.
    ``is_cut_off`` is true where time ran out: asked again, there may be a better answer.
    """

    ask: Ask
    amount: int | None
    chosen: tuple[Chosen, ...]
    people: int
    covered_before: int
    covered_after: int
    most: int
    value: int
    bound: int
    gap: float
    cost_cny: int | None
    proof: Sentence
    blocking: tuple[Blocking, ...]
    candidates: Candidates
    before: Coverage
    after: Coverage
    method: tuple[Sentence, ...]
    is_cut_off: bool = False

    @property
    def is_feasible(self) -> bool:
        """Return whether the candidates can cover everyone."""
        return self.most == self.people


def site(
    onemap: OneMap,
    service: Service,
    candidates: Candidates,
    *,
    share: Share = "night",
    count: int | None = None,
    budget_cny: int | None = None,
) -> Siting:
    """Return which candidates to open: fewest to 100 %, or most people for a count or a budget.

    Places on file stay open with their room. Where not everyone can be covered, the fewest are
    those that cover as many as all candidates would, and who is left stands in ``blocking``. Of
    equal answers the one with fewest places, then the cheapest, then the one with the candidate
    of the lowest id in which they differ. The answer is checked by `coverage` itself.

    Raises:
        UserError: for a count or a budget that cannot be meant, or both at once.

    """
    ask, amount = asked_for(count, budget_cny)
    usable = priced(candidates) if ask == "budget" else candidates
    before = coverage(onemap, service, share=share)
    wide = coverage(onemap, service, share=share, places=with_sites(before.places, usable.sites))
    sites = sites_of(wide, usable)
    picked = _picked(question_of(sites, wide), ask, amount)
    is_cut_off = picked.gap > 0
    first = len(before.places.ids)
    opened = tuple(usable.sites[place - first] for place in picked.chosen)
    after = coverage(onemap, service, share=share, places=with_sites(before.places, opened))
    by_unit = covered_of(after.totals) < picked.covered and wide.unit_reach is not None
    if by_unit and ask != "fewest":
        covered = covered_of(after.totals)
        picked = replace(picked, covered=covered, value=covered, is_unique=False)
    _require_equal(after, picked)
    return Siting(
        ask=ask,
        amount=amount,
        chosen=_chosen(after, opened),
        people=before.totals.people,
        covered_before=covered_of(before.totals),
        covered_after=covered_of(after.totals),
        most=covered_people(sites),
        value=picked.value,
        bound=picked.bound,
        gap=picked.gap,
        cost_cny=total_cny(opened),
        proof=_of_communities(picked) if by_unit and not is_cut_off else _proof(ask, picked),
        blocking=_blocking(wide, sites),
        candidates=usable,
        before=before,
        after=after,
        method=(*before.method, *_method(ask), *usable.rules),
        is_cut_off=is_cut_off,
    )


def sites_of(wide: Coverage, candidates: Candidates) -> Sites:
    """Return the question of a coverage whose last places are the candidates.

    People are on the points that the coverage fills from: beyond its declared reach on communities,
    of which only those count whom a place or candidate is in reach of.
    """
    reach = pairs_of(wide)
    people = wide.demand.point_people
    if wide.unit_reach is not None:
        near = np.where(np.diff(wide.reach.first) > 0, people, 0)
        people = np.zeros(len(wide.demand.units), np.int64)
        np.add.at(people, wide.demand.unit, near)
    places = len(wide.places.ids)
    first = places - len(candidates.sites)
    cost = np.zeros(places, np.int64)
    cost[first:] = [site.cost_cny or 0 for site in candidates.sites]
    return Sites(
        people=people,
        first=reach.first,
        place=reach.place,
        capacity=wide.places.capacity,
        is_candidate=np.arange(places) >= first,
        cost=cost,
    )


def question_of(sites: Sites, wide: Coverage) -> Sites:
    """Return the question of a coverage with the points behind its communities added.

    Each of them is to reach an open place: only then do its people count among those whom their
    community sends.
    """
    if wide.unit_reach is None:
        return sites
    near, units = wide.reach, len(sites.people)
    lived = (np.diff(near.first) > 0) & (wide.demand.point_people > 0)
    return replace(
        sites,
        people=np.concatenate([sites.people, np.zeros(len(lived), np.int64)]),
        first=np.concatenate([sites.first, sites.first[-1] + near.first[1:]]),
        place=np.concatenate([sites.place, near.place]),
        must=np.concatenate([np.zeros(units, np.bool_), lived]),
    )


def pairs_of(found: Coverage) -> Reach:
    """Return the table that places are filled by: of points, or of communities if far."""
    return found.reach if found.unit_reach is None else found.unit_reach


def unit_of_rows(found: Coverage) -> LongArray:
    """Return the community of each row of that table."""
    if found.unit_reach is None:
        return found.demand.unit
    return np.arange(len(found.demand.units), dtype=np.int64)


def covered_of(row: Covered) -> int:
    """Return the people covered: with room where places can be full, else by ways."""
    room = row.counts["capacity"].people_covered
    network = row.counts["network"].people_covered
    return (network or 0) if room is None else room


def asked_for(count: int | None, budget_cny: int | None) -> tuple[Ask, int | None]:
    """Return what is asked for, and how many places or CNY of it.

    Raises:
        UserError: for a count or a budget that cannot be meant, or both at once.

    """
    if count is not None and budget_cny is not None:
        problem = say("A number of places and a budget cannot be asked for at once.")
        raise UserError([Fault("--count", problem, say("Give one of them."))])
    amount = budget_cny if count is None else count
    if amount is None:
        return "fewest", None
    option = "--budget" if count is None else "--count"
    if not 0 < amount <= _MOST:
        problem = say("This is no whole number above 0.")
        raise UserError([Fault(option, problem, say("Give another number."), value=str(amount))])
    return ("budget" if count is None else "count"), amount


def priced(candidates: Candidates) -> Candidates:
    """Return the candidates with a cost; the others cannot be held against a budget."""
    why = say("Its cost is not on file, so that no budget can hold it.")
    out = tuple(LeftOut(s.id, s.name, why) for s in candidates.sites if s.cost_cny is None)
    return Candidates(
        tuple(site for site in candidates.sites if site.cost_cny is not None),
        (*candidates.left_out, *out),
        candidates.notices,
        candidates.rules,
    )


def _picked(sites: Sites, ask: Ask, amount: int | None) -> Picked:
    if ask == "fewest":
        return fewest(sites)
    if ask == "count":
        return most_people(sites, count=amount)
    return most_people(sites, budget=amount)


def _of_communities(picked: Picked) -> Sentence:
    return say(
        "Not proven best (gap {percent} %): people are placed by communities, and how many of them"
        " are in reach depends on the choice.",
        percent=percent_up(picked.gap),
    )


def _require_equal(after: Coverage, picked: Picked) -> None:
    """Refuse an answer whose people coverage does not count the same.

    Raises:
        ArithmeticError: where they differ, which they cannot unless this program is wrong.

    """
    counted = covered_of(after.totals)
    if counted != picked.covered:
        msg = f"siting covers {picked.covered} people, coverage counts {counted}"
        raise ArithmeticError(msg)


def _chosen(after: Coverage, opened: tuple[Candidate, ...]) -> tuple[Chosen, ...]:
    """Return the sites with their people: as assigned, or everyone in reach where none is full."""
    reach = pairs_of(after)
    people = after.assigned
    if people is None:
        row = np.repeat(np.arange(len(reach.first) - 1), np.diff(reach.first))
        people = after.demand.point_people[row]
    load = np.zeros(len(after.places.ids), np.int64)
    np.add.at(load, reach.place, people)
    first = len(after.places.ids) - len(opened)
    return tuple(Chosen(one, int(load[first + i])) for i, one in enumerate(opened))


def _proof(ask: Ask, picked: Picked) -> Sentence:
    percent = percent_up(picked.gap)
    if picked.gap > 0 and ask == "fewest":
        return say(
            "Not proven best: {value} places do, fewer than {bound} cannot (gap {percent} %);"
            " time ran out.",
            value=picked.value,
            bound=picked.bound,
            percent=percent,
        )
    if picked.gap > 0:
        return say(
            "Not proven best: {value} people are covered, more than {bound} cannot be"
            " (gap {percent} %); time ran out.",
            value=picked.value,
            bound=picked.bound,
            percent=percent,
        )
    if not picked.is_unique:
        return say(
            "Proven best by HiGHS (gap 0 %); that no other choice is as good was not settled in"
            " time."
        )
    return say("Proven best by HiGHS (gap 0 %) and, by the rule for equals, the only answer.")


def _method(ask: Ask) -> tuple[Sentence, ...]:
    rule = say(
        "Points that reach the same places count as one group, which changes no figure; whoever"
        " is covered is a flow in whole people. The choice is a mixed-integer program; its people"
        " are counted again by the coverage itself."
    )
    if ask == "fewest":
        aim = say(
            "Fewest new places for as many people as all candidates could cover; of equal choices"
            " the cheapest (a cost not on file counts as 0), then the lowest ids."
        )
    elif ask == "count":
        aim = say(
            "Most people for the number of new places; of equal choices the one with fewest"
            " places, then the cheapest (a cost not on file counts as 0), then the lowest ids."
        )
    else:
        aim = say(
            "Most people for the budget; of equal choices the one with fewest places, then the"
            " cheapest, then the lowest ids."
        )
    return rule, aim


def _blocking(wide: Coverage, sites: Sites) -> tuple[Blocking, ...]:
    """Return the communities with people whom no candidate helps, most people first."""
    found = shortage(sites)
    unit = unit_of_rows(wide)
    blocked: list[Blocking] = []
    lost = (np.diff(wide.reach.first) == 0) & (wide.demand.point_people > 0)
    for row in np.unique(wide.demand.unit[lost]).tolist():
        blocked.extend(_unreached(wide, row, lost & (wide.demand.unit == row)))
    short = found.is_short
    together = int(sites.people[short].sum())
    for row in np.unique(unit[short]).tolist():
        people = int(sites.people[short & (unit == row)].sum())
        text = say(
            "{people:,} people share room for {room:,} with others, {together:,} in all,"
            " whatever is opened.",
            people=people,
            room=found.room,
            together=together,
        )
        blocked.append(_block(wide, row, "full", people, text))
    order = {"none_within": 0, "no_way": 0, "full": 1}
    return tuple(sorted(blocked, key=lambda one: (order[one.kind], -one.people, one.unit)))


def _unreached(
    wide: Coverage, row: int, own: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> list[Blocking]:
    found = []
    lived, nearest = wide.demand.point_people, wide.reach.nearest_cost
    cut_off = own & (nearest == NO_WAY)
    far = own & (nearest != NO_WAY)
    if cut_off.any():
        people = int(lived[cut_off].sum())
        text = say("From {people:,} people no way leads to any place or candidate.", people=people)
        found.append(_block(wide, row, "no_way", people, text))
    if far.any():
        people = int(lived[far].sum())
        least, most = int(nearest[far].min()), int(nearest[far].max())
        found.append(_block(wide, row, "none_within", people, _far(wide, people, least, most)))
    return found


def _far(wide: Coverage, people: int, least: int, most: int) -> Sentence:
    reach = pairs_of(wide)
    if reach.is_time:
        return say(
            "For {people:,} people the nearest place or candidate is {least} to {most} min away;"
            " at most {limit} min count.",
            people=people,
            least=_tenths(least, _PER_MINUTE),
            most=_tenths(most, _PER_MINUTE),
            limit=f"{reach.limit / _PER_MINUTE:g}",
        )
    return say(
        "For {people:,} people the nearest place or candidate is {least} to {most} m away; at most"
        " {limit} m count.",
        people=people,
        least=_tenths(least, _PER_METRE),
        most=_tenths(most, _PER_METRE),
        limit=f"{reach.limit / _PER_METRE:g}",
    )


def _tenths(value: int, unit: int) -> float:
    """Return the value with one decimal, rounded up: what is beyond a limit never reads as it."""
    return -(-value * 10 // unit) / 10


def _block(wide: Coverage, row: int, kind: BlockingKind, people: int, text: Sentence) -> Blocking:
    unit = wide.demand.units[row]
    return Blocking(unit.code, unit.name, unit.subdistrict, kind, people, text)
