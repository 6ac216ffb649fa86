"""The report of coverage, district or chosen subdistricts, as a paper (rows S1-2, S1-4, S3-2)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from desks.onemap import OneMap
from desks.planning.answers import DEFINITIONS, Coverage, Mend, Reason, RuleAnswer
from desks.planning.packs import Pack
from desks.register.counts import units_of
from language import Sentence, say
from language.shortening import short_name
from layers import layer

from .coverage_figures import figures_of
from .coverage_maps import coverage_maps
from .coverage_tables import (
    changed_places,
    community_table,
    difference_table,
    limit_said,
    method_of,
    service_title,
    subdistrict_table,
)
from .edition import Edition, closing, day_of, district_said, facts_of, paper_of
from .edition import require_subdistricts as require
from .paper import Block, Cell, Column, Heading, Paper, Paragraph, Table
from .plan_chapter import Proposed, With, plan_blocks, plan_method
from .public import public_rule
from .rule_tables import rule_blocks
from .wording import clean, percent_text

SHARE_SAID = {
    "day": say("people by day"),
    "night": say("people by night"),
    "elderly": say("people of 60 and over"),
}


@dataclass(frozen=True, eq=False)
class Planned:
    """What the planning desk answered: the first coverage is the headline and is drawn.

    ``reasons`` are by key of the service, ``mends`` by code of the unit that they turn green;
    ``lists`` are further tables (siting, variants, fragility); ``before`` are the coverages of an
    earlier day, ``before_day``, of the same services. With a plan ``proposed`` is it, and all
    else is of the district with it.
    """

    coverages: tuple[Coverage, ...]
    answers: tuple[RuleAnswer, ...] = ()
    packs: tuple[Pack, ...] = ()
    reasons: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    mends: Mapping[str, tuple[Mend, ...]] = field(default_factory=dict)
    lists: tuple[Table, ...] = ()
    before: tuple[Coverage, ...] = ()
    before_day: str = ""
    proposed: Proposed | None = None

    def __post_init__(self) -> None:
        """Freeze the mappings."""
        object.__setattr__(self, "reasons", MappingProxyType(dict(self.reasons)))
        object.__setattr__(self, "mends", MappingProxyType(dict(self.mends)))


def coverage_paper(onemap: OneMap, planned: Planned, edition: Edition) -> Paper:
    """Return the report of coverage; the gate has not looked at it yet.

    Raises:
        UserError: for a subdistrict that the district does not have.

    """
    require(onemap, edition)
    facts = facts_of(onemap, edition)
    cautions = [one for c in planned.coverages for one in (*c.cautions, *c.places.cautions)]
    if edition.is_public:
        cautions.insert(0, public_rule())
    blocks = (
        *_opening(onemap, planned, edition),
        *_planned(onemap, planned, edition),
        *_coverage(planned, edition, supplies=False),
        *_coverage(planned, edition, supplies=True),
        *rule_blocks(onemap, planned.answers, planned.packs, edition),
        *_mending(onemap, planned, edition),
        *_differences(planned, edition),
        *_maps(onemap, planned, edition),
        *_how(planned, edition),
        *closing(facts, cautions),
        *_annex(onemap, planned, edition),
    )
    paper = paper_of(
        onemap, edition, "coverage", _title(onemap, planned, edition), blocks, _facts(planned)
    )
    return replace(paper, plan=None if planned.proposed is None else planned.proposed.plan)


def _title(onemap: OneMap, planned: Planned, edition: Edition) -> Sentence:
    district = district_said(onemap, edition)
    if planned.proposed is None:
        return say("Report on the coverage of {district}", district=district)
    return say(
        "Report on the coverage of {district} with the plan {plan} (not built yet)",
        district=district, plan=short_name(clean(planned.proposed.plan.name)),
    )  # fmt: skip


def _planned(onemap: OneMap, planned: Planned, edition: Edition) -> Iterator[Block]:
    """Yield the chapter of what a plan changes, nothing without one."""
    if planned.proposed is not None and planned.coverages:
        held = With(planned.coverages, planned.answers, planned.packs)
        yield from plan_blocks(onemap, planned.proposed, held, edition)


def _maps(onemap: OneMap, planned: Planned, edition: Edition) -> Iterator[Block]:
    if planned.coverages:
        yield from coverage_maps(onemap, planned.coverages[0], edition, planned.proposed)


def _facts(planned: Planned) -> Mapping[str, str]:
    rules = sorted({f"{one.id} {one.clause}" for one in planned.answers})
    return {
        "services": " ".join(one.service.key for one in planned.coverages),
        "method": " ".join(
            dict.fromkeys(str(said) for one in planned.coverages for said in one.method)
        ),
        "rules": "; ".join(rules),
        "rule_packs": "; ".join(f"{one.key} {one.edition} ({one.source})" for one in planned.packs),
        "before": planned.before_day,
        **_plan_facts(planned.proposed),
    }


def _plan_facts(proposed: Proposed | None) -> Mapping[str, str]:
    if proposed is None:
        return {}
    plan = proposed.plan
    return {"plan": plan.name, "plan_sha256": plan.sha256, "plan_stamp": plan.stamp}


def _opening(onemap: OneMap, planned: Planned, edition: Edition) -> Iterator[Block]:
    codes = [code for code, _ in units_of(onemap) if edition.holds(code)]
    communities = sum(edition.holds(str(code or "")) for code in _community_parents(onemap))
    held = [figures_of(one, edition) for one in planned.coverages[:1]]
    people = f"{held[0].total.people:,}" if held else "—"
    share = SHARE_SAID[planned.coverages[0].demand.share] if planned.coverages else say("people")
    yield Paragraph((
        say("As of {day}, {district} has {subdistricts} subdistricts and {communities} communities "
            "with {people} ({share}).", day=day_of(onemap, edition) or "—",
            district=district_said(onemap, edition), subdistricts=len(codes),
            communities=communities, people=people, share=share.template),
        say("Four definitions of coverage differ and must be read side by side."),
    ))  # fmt: skip


def _community_parents(onemap: OneMap) -> Sequence[object]:
    records = onemap.records.get("community")
    return records.columns.get("subdistrict_code", ()) if records is not None else ()


def is_supply(coverage: Coverage) -> bool:
    """Return whether the service is of stores or of transport, which have a chapter of their own.

    Transport is a team by its layer and told by its filter, so that the key of the service counts.
    """
    service = coverage.service
    if service.key.startswith("transport"):
        return True
    return bool(service.layer) and layer(service.layer).purpose == "supply"


def _coverage(planned: Planned, edition: Edition, *, supplies: bool) -> Iterator[Block]:
    """Yield the chapter of coverage by services, or that of depots and their transport (S3-2)."""
    chosen = [one for one in planned.coverages if is_supply(one) is supplies]
    if supplies:
        yield Heading(1, say("Depots and transport"))
    else:
        yield Heading(1, say("Coverage"))
    if not chosen:
        yield Paragraph((say("No such service was asked about: not assessable."),))
    for one in chosen:
        title = service_title(one.service, edition)
        yield Heading(2, say("{service}", service=title))
        yield Paragraph((_summary(one, edition),))
        yield subdistrict_table(one, edition)


def _summary(coverage: Coverage, edition: Edition) -> Sentence:
    """Return the four shares of the whole in one sentence, with what is near enough."""
    total = figures_of(coverage, edition).total
    shares = (total.share(d) for d in DEFINITIONS)
    said = [
        edition.words.word(say("not applicable")) if s is None else percent_text(s, edition.words)
        for s in shares
    ]
    limit = edition.words.word(limit_said(coverage.service))
    return say(
        "{limit}: by straight line {circle}; by ways {network}; with room {capacity}; safe in the "
        "chosen incident {safe}.",
        limit=limit, circle=said[0], network=said[1], capacity=said[2], safe=said[3],
    )  # fmt: skip


def _mending(onemap: OneMap, planned: Planned, edition: Edition) -> Iterator[Block]:
    """Yield why units are red, what mends them, and the further lists."""
    if edition.is_public or not (planned.reasons or planned.mends or planned.lists):
        return
    yield Heading(1, say("Reasons and mends"))
    names = _names(onemap)
    for coverage in planned.coverages:
        found = [r for r in planned.reasons.get(coverage.service.key, ()) if r.kind != "covered"]
        rows = [
            (names.get(one.unit, (one.unit, ""))[0], names.get(one.unit, ("", ""))[1],
             one.people, one.text)
            for one in sorted(found, key=lambda r: (-r.people, r.unit, r.kind))
            if _is_held(onemap, one.unit, edition)
        ]  # fmt: skip
        if rows:
            yield _reason_table(coverage, tuple(rows), edition)
    if planned.mends:
        yield _mend_table(onemap, planned, edition)
    yield from planned.lists


def _reason_table(
    coverage: Coverage, rows: tuple[tuple[Cell, ...], ...], edition: Edition
) -> Table:
    title = service_title(coverage.service, edition)
    columns = (
        Column("unit", say("Community"), is_name=True),
        Column("subdistrict", say("Subdistrict"), is_name=True),
        Column("people", say("People"), is_figure=True),
        Column("reason", say("Why not covered")),
    )
    total = sum(row[2] for row in rows if isinstance(row[2], int))
    return Table(
        key=f"reasons_{coverage.service.key}",
        title=say("{service}: why people are not covered", service=title),
        columns=columns,
        rows=rows,
        total=(say("Total"), "", total, ""),
        sums=("people",),
        method=method_of(coverage, figures_of(coverage, edition), edition),
    )


def _mend_table(onemap: OneMap, planned: Planned, edition: Edition) -> Table:
    names = _names(onemap)
    rows = tuple(
        (names.get(code, (code, ""))[0], one.title, one.cost_cny, one.covered_before,
         one.covered_after, one.proof)
        for code, mends in sorted(planned.mends.items())
        for one in mends
        if _is_held(onemap, code, edition)
    )  # fmt: skip
    columns = (
        Column("unit", say("Unit"), is_name=True),
        Column("mend", say("What is done")),
        Column("cost_cny", say("Cost, CNY"), is_figure=True),
        Column("before", say("Covered before"), is_figure=True),
        Column("after", say("Covered after"), is_figure=True),
        Column("proof", say("How it is proved")),
    )
    method = (say("The cheapest change that turns the unit green comes first; — is not known."),)
    return Table("mends", say("What mends it"), columns, rows, method=method)


def _names(onemap: OneMap) -> Mapping[str, tuple[str, str]]:
    """Return the names of unit and subdistrict by the unit's code."""
    subdistricts = dict(units_of(onemap))
    named = {code: (name, name) for code, name in subdistricts.items()}
    records = onemap.records.get("community")
    if records is not None:
        for row, code in enumerate(records.ids):
            parent = subdistricts.get(records.text("subdistrict_code", row), "")
            named[code] = (records.names[row], parent)
    return named


def _is_held(onemap: OneMap, code: str, edition: Edition) -> bool:
    """Return whether the edition speaks of the unit, a community or a subdistrict."""
    records = onemap.records.get("community")
    if records is None or code not in records.ids:
        return edition.holds(code)
    return edition.holds(records.text("subdistrict_code", onemap.row_of("community", code)))


def _differences(planned: Planned, edition: Edition) -> Iterator[Block]:
    """Yield what differs from the earlier day, and which places came, went or changed."""
    if not planned.before:
        return
    yield Heading(1, say("What differs from {day}", day=planned.before_day or "—"))
    past = {one.service.key: one for one in planned.before}
    for now in planned.coverages:
        before = past.get(now.service.key)
        if before is None:
            continue
        yield difference_table(now, before, edition)
        changed = changed_places(now, before)
        if changed and not edition.is_public:
            rows = tuple((name, what) for name, what in changed)
            columns = (Column("place", say("Place"), is_name=True), Column("change", say("Change")))
            title = service_title(now.service, edition)
            yield Table(f"places_{now.service.key}", say("{service}: places that changed",
                        service=title), columns, rows)  # fmt: skip


def _how(planned: Planned, edition: Edition) -> Iterator[Block]:
    """Yield the method of every figure, one paragraph a sentence, and what is not verified."""
    yield Heading(1, say("Method"))
    said = [] if planned.proposed is None else [*plan_method(planned.proposed)]
    said += [one for coverage in planned.coverages for one in coverage.method]
    for coverage in planned.coverages:
        service = coverage.service
        title = service_title(service, edition)
        source = clean(service.source)
        if service.verified:
            said.append(say("{service}: by {source}.", service=title, source=source))
        else:
            said.append(say("{service}: by {source}; this figure is not verified against the "
                            "standard.", service=title, source=source))  # fmt: skip
    for one in dict.fromkeys(said):
        yield Paragraph((one,))


def _annex(onemap: OneMap, planned: Planned, edition: Edition) -> Iterator[Block]:
    if not planned.coverages:
        return
    yield Heading(1, say("Annex: communities"))
    names = dict(units_of(onemap))
    for one in planned.coverages:
        yield community_table(one, edition, names)
