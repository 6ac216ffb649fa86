"""New places of several kinds at once: whoever counts needs one of each within reach, with room.

Each kind is filled by itself (`joint.py`), so that covering everyone falls apart into its kinds and
each is solved exactly. Where not everyone can be covered, or places are counted or paid for, one
mixed-integer program over all kinds says what no choice can better; the people of its choice are
counted again by the coverage itself.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from desks.onemap import OneMap
from language import Sentence, say

from .answers import Coverage, Places, Reason, Service, Share
from .candidates import Candidate, Candidates, for_part, total_cny, with_sites
from .coverage import coverage
from .covering import Sites, covered_people
from .joint import parts_of
from .joint_program import Best, BothKinds, best_jointly
from .places import joined, places_of
from .reasons import reasons
from .searching import percent_up
from .siting import (
    Ask,
    Blocking,
    BlockingKind,
    Chosen,
    Siting,
    asked_for,
    covered_of,
    pairs_of,
    priced,
    site,
    sites_of,
)


def sited(
    onemap: OneMap,
    service: Service,
    candidates: Candidates,
    *,
    share: Share = "night",
    count: int | None = None,
    budget_cny: int | None = None,
) -> Siting:
    """Return which candidates to open, for one service or several joined; `site` says the rest.

    Raises:
        UserError: for a count or a budget that cannot be meant, or both at once.

    """
    if not service.all_of:
        return site(onemap, service, candidates, share=share, count=count, budget_cny=budget_cny)
    ask, amount = asked_for(count, budget_cny)
    usable = priced(candidates) if ask == "budget" else candidates
    return _sited(_Joint(onemap, service, usable, share), ask, amount)


@dataclass(frozen=True, eq=False)
class _Joint:
    """What is asked: candidates that each state which of the services they would count for."""

    onemap: OneMap
    service: Service
    candidates: Candidates
    share: Share

    def coverage(self, sites: Sequence[Candidate]) -> Coverage:
        """Return who has all kinds, with these sites opened."""
        return coverage(
            self.onemap, self.service, share=self.share,
            places=joined(tuple(self.places(one, sites) for one in parts_of(self.service))),
        )  # fmt: skip

    def places(self, part: Service, sites: Sequence[Candidate]) -> Places:
        """Return the places of one kind, and behind them those of the sites that are of it."""
        mine = [one for one in sites if part.key in one.serves]
        return with_sites(places_of(self.onemap, part), mine)

    def of_part(self, part: Service, sites: Sequence[Candidate]) -> Coverage:
        """Return who has one of the kinds."""
        return coverage(self.onemap, part, share=self.share, places=self.places(part, sites))

    def question(self, part: Service) -> Sites:
        """Return the question of one kind, its last places the candidates of it."""
        own = for_part(self.candidates, part.key)
        return sites_of(self.of_part(part, self.candidates.sites), own)


def _sited(asked: _Joint, ask: Ask, amount: int | None) -> Siting:
    sites = asked.candidates.sites
    before, wide = asked.coverage(()), asked.coverage(sites)
    questions = {part.key: asked.question(part) for part in parts_of(asked.service)}
    whole = before.totals.people
    apart = ask == "fewest" and all(covered_people(one) == whole for one in questions.values())
    best = _apart(asked) if apart else best_jointly(_both(asked, questions), ask, amount)
    opened, after = _opened(asked, best)
    most = covered_of(wide.totals)
    if ask == "fewest" and covered_of(after.totals) < most:
        opened, after = _enough(asked, opened, wide)
    value = len(opened) if ask == "fewest" else covered_of(after.totals)
    gap = abs(value - best.bound) / max(value, 1)
    return Siting(
        ask=ask,
        amount=amount,
        chosen=_chosen(asked, opened),
        people=whole,
        covered_before=covered_of(before.totals),
        covered_after=covered_of(after.totals),
        most=max(most, covered_of(after.totals)),
        value=value,
        bound=best.bound,
        gap=gap,
        cost_cny=total_cny(opened),
        proof=_proof(gap, apart=apart, is_cut_off=best.is_cut_off),
        blocking=_blocking(asked.onemap, wide),
        candidates=asked.candidates,
        before=before,
        after=after,
        method=(*before.method, _rule(), *asked.candidates.rules),
        is_cut_off=best.is_cut_off,
    )


def _opened(asked: _Joint, best: Best) -> tuple[tuple[Candidate, ...], Coverage]:
    """Return the sites chosen; where time ran out, those chosen one by one if they cover more."""
    choices = (best.chosen, *best.in_turn)
    sites = [tuple(asked.candidates.sites[i] for i in one) for one in choices]
    found = [(one, asked.coverage(one)) for one in sites]
    return max(found, key=lambda one: covered_of(one[1].totals))


def _enough(
    asked: _Joint, opened: tuple[Candidate, ...], wide: Coverage
) -> tuple[tuple[Candidate, ...], Coverage]:
    """Return the chosen and as many others, most used first, as cover whom all of them cover.

    The number is sought by halving; where a place more covers fewer it may be larger than need be.
    """
    used = {one.site.id: one.people for one in _chosen(asked, asked.candidates.sites)}
    others = sorted(
        (one for one in asked.candidates.sites if one not in opened),
        key=lambda one: (-used[one.id], one.id),
    )

    def counted(many: int) -> Coverage:
        return asked.coverage(tuple(sorted((*opened, *others[:many]), key=lambda one: one.id)))

    target = covered_of(wide.totals)
    many = bisect_left(range(len(others)), target, key=lambda n: covered_of(counted(n).totals))
    chosen = tuple(sorted((*opened, *others[:many]), key=lambda one: one.id))
    return chosen, counted(many)


def _apart(asked: _Joint) -> Best:
    """Return the fewest of each kind to cover everyone, which together are the fewest of all.

    A site that counts for several kinds may spare one, so that then only the largest kind bounds.
    """
    sites = asked.candidates.sites
    rank = {one.id: i for i, one in enumerate(sites)}
    parts = [
        site(asked.onemap, part, for_part(asked.candidates, part.key), share=asked.share)
        for part in parts_of(asked.service)
    ]
    chosen = sorted({rank[one.site.id] for part in parts for one in part.chosen})
    bounds = [part.bound for part in parts]
    several = any(len(one.serves) > 1 for one in sites)
    bound = max(bounds) if several else sum(bounds)
    return Best(tuple(chosen), bound, is_cut_off=any(part.is_cut_off for part in parts))


def _both(asked: _Joint, questions: dict[str, Sites]) -> BothKinds:
    sites = asked.candidates.sites
    ranks = tuple(tuple(i for i, one in enumerate(sites) if key in one.serves) for key in questions)
    costs = tuple(one.cost_cny or 0 for one in sites)
    return BothKinds(tuple(questions.values()), ranks, costs)


def _chosen(asked: _Joint, opened: Sequence[Candidate]) -> tuple[Chosen, ...]:
    """Return the sites with the people of the kind they count for; the larger number of several."""
    people = dict.fromkeys((one.id for one in opened), 0)
    for part in parts_of(asked.service):
        found = asked.of_part(part, opened)
        reach, placed = pairs_of(found), found.assigned
        loads = dict.fromkeys(found.places.ids, 0)
        many = reach.first[1:] - reach.first[:-1]
        if placed is None:
            placed = found.demand.point_people.repeat(many)
        for place, count in zip(reach.place.tolist(), placed.tolist(), strict=True):
            loads[found.places.ids[place]] += count
        people |= {key: max(people[key], loads[key]) for key in people if key in loads}
    return tuple(Chosen(one, people[one.id]) for one in opened)


_KINDS: dict[str, BlockingKind] = {"no_road": "no_way", "full": "full"}


def _blocking(onemap: OneMap, wide: Coverage) -> tuple[Blocking, ...]:
    """Return whom all candidates together leave without one of the kinds, most people first."""
    units = {one.code: one for one in wide.demand.units}
    found = [one for one in reasons(onemap, wide, "capacity") if _counts(one)]
    order = {"none_within": 0, "no_way": 0, "full": 1}
    blocked = [
        Blocking(
            one.unit, units[one.unit].name, units[one.unit].subdistrict,
            _KINDS.get(one.kind, "none_within"), one.people, one.text,
        )
        for one in found
    ]  # fmt: skip
    return tuple(sorted(blocked, key=lambda one: (order[one.kind], -one.people, one.unit)))


def _counts(one: Reason) -> bool:
    return one.people > 0 and one.kind != "covered"


def _rule() -> Sentence:
    return say(
        "New places of all kinds are chosen together: each counts for the kind it states, and"
        " people count who have one of each kind. Each kind is filled by itself."
    )


def _proof(gap: float, *, apart: bool, is_cut_off: bool) -> Sentence:
    if gap > 0 and is_cut_off:
        return say("Not proven best (gap {percent} %); time ran out.", percent=percent_up(gap))
    if gap > 0:
        return say(
            "Not proven best (gap {percent} %): each kind of place is filled by itself, and who has"
            " all kinds follows from that.",
            percent=percent_up(gap),
        )
    if apart:
        return say(
            "Proven best by HiGHS (gap 0 %): the fewest of each kind, which share no place, are the"
            " fewest of all."
        )
    return say("Proven best by HiGHS (gap 0 %) over all kinds together; others may be as good.")
