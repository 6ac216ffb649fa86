"""When each node of a scenario is due: from the same brief that commanders use, and from rules.

The times of a team are the brief's own whole seconds; a deadline is the rule's that the brief
names; what nobody can foretell stays unknown. The latest moment of a team's node is a multiple of
its P90, a house rule that says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from desks.command import Closures, Incident, Responder, SituationBrief
from desks.command.reporting_rules import reporting_rules
from desks.onemap import OneMap
from language import Catalogue, Sentence, say
from risk.rule_files import Row

from .compose_rules import RULES, applies
from .scenario import Node, Scenario

MOST_TOLD = 8
"""Of a long call tree the bodies with the nearest deadlines are timed."""

FIRST_REPORT = "first"
MINUTE_MS = 60_000
Number = int | None


@dataclass(frozen=True)
class Basis:
    """What nodes are made of: the map, the brief, type of drill, and the language of the texts."""

    onemap: OneMap
    brief: SituationBrief
    type: str
    catalogue: Catalogue

    @property
    def teams(self) -> tuple[Responder, ...]:
        """Return the teams that are timed: the first that can come and are fit, else helpful."""
        come = [team for team in self.brief.responders if team.reachable]
        fit = [team for team in come if team.fit] or come
        return tuple(fit[: RULES.types[self.type]["teams"]])

    def has(self, need: str) -> bool:
        """Return whether the brief has a zone, people in it, or supplies that suffice."""
        brief = self.brief
        if need == "zone":
            return brief.zones.protective is not None
        if need == "people":
            return bool(brief.exposure and brief.exposure.people_now)
        return bool(brief.supplies and brief.supplies.covered_s is not None)

    def title(self, row: Row, **values: str) -> str:
        """Return the row's title in the language of the texts."""
        chinese = self.catalogue.language == "zh"
        return str(row["title_zh" if chinese else "title_en"]).format_map(values)


def incident_of(onemap: OneMap, scenario: Scenario, day: datetime) -> Incident:
    """Return the incident of a scenario on a day, for the brief; ``day`` gives the date alone."""
    matter = scenario.matter
    quantity_t, wind_from_deg, wind_ms = (
        None if matter.get(key) is None else float(matter[key])
        for key in ("quantity_t", "wind_from_deg", "wind_ms")
    )
    return Incident(
        at=onemap.to_metres(*scenario.at_deg),
        time=datetime(day.year, day.month, day.day, scenario.hour),  # noqa: DTZ001 - its own clock
        kind=str(matter.get("kind", "unspecified")),
        closures=Closures((), scenario.closed_roads),
        substance=str(matter.get("substance", "")),
        quantity_t=quantity_t,
        wind_from_deg=wind_from_deg,
        wind_ms=wind_ms,
    )


def first_times_ms(basis: Basis) -> tuple[int | None, int | None]:
    """Return P50 and P90 of the first fit team's arrival, as the brief has them."""
    first = next(iter(basis.teams), None)
    if first is None or first.eta_s is None or first.p90_s is None:
        return None, None
    return first.eta_s * 1000, first.p90_s * 1000


def nodes_of(basis: Basis) -> tuple[Node, ...]:
    """Return every node of the scenario in the order of the table."""
    return tuple(
        node
        for row in RULES.nodes
        if applies(row, "types", basis.type) and all(basis.has(need) for need in row["needs"])
        for node in _of_row(basis, row)
    )


def _of_row(basis: Basis, row: Row) -> Iterator[Node]:
    times = row["times"]
    if times in ("turnout", "arrival"):
        for number, team in enumerate(basis.teams, start=1):
            yield _of_team(basis, row, number, team)
    elif times == "told":
        yield from _told(basis, row)
    else:
        yield _plain(basis, row)


def _plain(basis: Basis, row: Row) -> Node:
    """Return a node that stands alone."""
    times: tuple[Number, Number, Number] = (None, None, None)
    said = say("No expected time is on file.")
    if row["times"] == "call":
        p50_ms, p90_ms = (round(value * 1000) for value in basis.onemap.speed_model.call_s)
        times, said = (p50_ms, p90_ms, latest_ms(p90_ms)), _of_model(basis)
    elif row["times"] == "report":
        stage = reporting_rules().stages[FIRST_REPORT]
        times = (None, None, stage.within_min * MINUTE_MS)
        said = _ruled(stage.source, verified=stage.verified)
    elif row["times"] == "supplies" and basis.brief.supplies is not None:
        covered_s = basis.brief.supplies.covered_s
        times = (None if covered_s is None else covered_s * 1000, None, None)
        said = say("The brief: when the last depot is there; no P90 is known.")
    elif row["times"] == "cloud":
        times, said = _cloud(basis)
    return _node(basis, row["key"], row, basis.title(row), times, said)


def _cloud(basis: Basis) -> tuple[tuple[Number, Number, Number], Sentence]:
    """Return when the wind has carried the cloud to the first community, as the latest moment."""
    moved = basis.brief.evacuation
    orders = [] if moved is None else [order for order in moved.orders if order.cloud_s is not None]
    if not orders:
        return (None, None, None), say("No expected time is on file.")
    first = min(orders, key=lambda order: (order.cloud_s or 0, order.community_code))
    said = say("The brief: the wind has carried the cloud to {unit}.", unit=first.community)
    return (None, None, (first.cloud_s or 0) * 1000), said


def _told(basis: Basis, row: Row) -> Iterator[Node]:
    """Yield the bodies of the call tree that are on file, the nearest deadlines first."""
    calls = [call for call in basis.brief.calls if call.missing is None]
    calls.sort(key=lambda call: (call.within_min is None, call.within_min or 0, call.order))
    for number, call in enumerate(calls[:MOST_TOLD], start=1):
        limit = None if call.within_min is None else call.within_min * MINUTE_MS
        said = say("The call tree's deadline; a house rule where its source does not state one.")
        title = basis.title(row, body=call.name)
        yield _node(basis, f"{row['key']}-{number}", row, title, (None, None, limit), said)


def _of_team(basis: Basis, row: Row, number: int, team: Responder) -> Node:
    model = basis.onemap.speed_model
    call_s, turnout_s = model.call_s, model.turnout_s(team.kind)
    if row["times"] == "arrival":
        p50_ms, p90_ms = (team.eta_s or 0) * 1000, (team.p90_s or 0) * 1000
    else:
        p50_ms = ((team.call_s or 0) + (team.turnout_s or 0)) * 1000
        p90_ms = max(p50_ms, round((call_s[1] + turnout_s[1]) * 1000))
    times = (p50_ms, p90_ms, latest_ms(p90_ms))
    title = basis.title(row, team=team.name)
    node = _node(basis, f"{row['key']}-{number}", row, title, times, _of_model(basis))
    return replace(node, team=f"{team.layer}:{team.id}")


def latest_ms(p90_ms: int) -> int:
    """Return the latest moment of a node that no rule limits: a multiple of its P90."""
    return round(p90_ms * RULES.figures.latest)


def _of_model(basis: Basis) -> Sentence:
    """Return which speed model the times rest on, and that its figures are not all verified."""
    version = basis.onemap.speed_model.version
    times = f"{RULES.figures.latest:g}"
    if basis.onemap.speed_model.unverified:
        return say(
            "The brief of this place and hour, speed model {version} (figures not all verified);"
            " latest: {times} times the P90, a house rule.",
            version=version,
            times=times,
        )
    return say(
        "The brief of this place and hour, speed model {version}; latest: {times} times the P90, a"
        " house rule.",
        version=version,
        times=times,
    )


def _ruled(source: str, *, verified: bool) -> Sentence:
    if verified:
        return say("Deadline: {source}.", source=source)
    return say("Deadline: {source} (not verified).", source=source)


def _node(
    basis: Basis,
    key: str,
    row: Row,
    title: str,
    times: tuple[Number, Number, Number],
    said: Sentence,
) -> Node:
    return Node(key, title, row["indicator"], *times, basis=basis.catalogue.word(said))
