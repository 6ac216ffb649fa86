"""The review of a drill: expected against real, the four indicators, what cannot be judged.

It rests on the log and the opened scenario alone: the same entries give the same review. A rating
(P, S, M, U as in HSEEP) is a person's and stands in no document of ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from geodata.faults import Fault, UserError
from language import Sentence, say

from . import json_checks as must
from .acting import LOG
from .course import OVER, Course, Pause, Phase, Printed, course_of, moment_of, time_of
from .evaluators import counting
from .findings import Finding, findings_of, write_archived
from .folder import Control
from .indicators import Judging, judging
from .log import Entry, entries, open_log, write
from .opened import read_opened, require_logged
from .review_nodes import (
    JUDGED,
    MISSED,
    InjectTime,
    NodeTime,
    by_team,
    inject_times,
    node_times,
    since,
)
from .scenario import Scenario
from .standing import current, voids

LATE_START = timedelta(minutes=15)
"""What begins later than this after its sealed T0 is said (a rule of this program)."""

MOST_PEOPLE = 1_000_000
PEOPLE = "清点人数："
"""How the log words a count of people."""


@dataclass(frozen=True)
class Measure:
    """So many of so many; ``what`` is "nodes" (in the band) or "answers" (in time)."""

    what: str
    good: int
    whole: int


@dataclass(frozen=True)
class Indicator:
    """One of the four: its measures, () and ``why`` where nothing can be judged."""

    key: str
    measures: tuple[Measure, ...]
    why: Sentence | None = None


@dataclass(frozen=True)
class Rank:
    """A team of a contest: nodes stamped of its nodes, running time of the last, its place."""

    place: int
    team: str
    reached: int
    nodes: int
    last_ms: int | None


@dataclass(frozen=True)
class Assembled:
    """What an assembly was for: people counted, and after how long the last node was reached."""

    people: int | None
    counted_by: str
    after_ms: int | None


@dataclass(frozen=True)
class Remark:
    """What somebody noted during the drill."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True)
class Review:
    """The whole review; ``unjudged`` says what could not be judged and why.

    ``sealed_t0`` is when it was to begin, ``None`` where the log does not say; ``t0`` when it did.
    ``ran_ms`` is how long it ran, ``None`` where it never began or is not over. ``ranking`` is ()
    but for a contest, ``assembled`` ``None`` but for an assembly.
    """

    drill: str
    type: str
    commitment: str
    scenario: Scenario
    phase: Phase
    sealed_t0: datetime | None
    t0: datetime | None
    over: datetime | None
    why: str
    ran_ms: int | None
    pauses: tuple[Pause, ...]
    nodes: tuple[NodeTime, ...]
    indicators: tuple[Indicator, ...]
    injects: tuple[InjectTime, ...]
    ranking: tuple[Rank, ...]
    assembled: Assembled | None
    remarks: tuple[Remark, ...]
    findings: tuple[Finding, ...]
    unjudged: tuple[Sentence, ...]
    unverified: tuple[str, ...]
    printed: tuple[Printed, ...]
    officers: tuple[str, ...]
    voided: int
    signer: str
    archived: bool

    @property
    def missed(self) -> tuple[NodeTime, ...]:
        """Return the nodes that came late or were not stamped: each asks for a finding."""
        return tuple(one for one in self.nodes if one.result in MISSED)

    @property
    def proposed(self) -> tuple[NodeTime, ...]:
        """Return those of which nobody has said yet whether they are a finding."""
        decided = {one.id for one in self.findings}
        return tuple(one for one in self.missed if finding_id(one) not in decided)


def finding_id(one: NodeTime) -> str:
    """Return by what a finding is known that a node gives rise to."""
    return f"node:{one.node.key}"


def proposal_said(one: NodeTime) -> Sentence:
    """Return the text of the finding that a late or missed node proposes."""
    if one.at_ms is None or one.limit_ms is None:
        return say("{node}: was not stamped.", node=one.node.title)
    late_s = -((one.limit_ms - one.at_ms) // 1000)
    return say("{node}: {seconds} s after its band.", node=one.node.title, seconds=late_s)


def review_of(control: Control, number: str) -> Review:
    """Return the review of an opened drill.

    Raises:
        UserError: where it was not opened, or its log or scenario cannot be read or believed.

    """
    opened = read_opened(control, number)
    with open_log(control.drill(number) / LOG) as log:
        found = entries(log)
    require_logged(opened, found)
    return review(found, opened.scenario, drill=number, type_=opened.type)


def archive(control: Control, number: str, by: str) -> Entry:
    """Return the entry that archives a drill: everything found is somebody's by a day.

    Raises:
        UserError: naming each finding without owner or day, each late or missed node of which
            nobody said whether it is a finding; where the drill is not over or archived already.

    """
    mend = say("Accept it with owner and day, or say why it is no finding.")
    open_ones = [
        Fault(finding_id(one), say("{finding}: proposed, not decided.",
              finding=one.node.title[:80]), mend)
        for one in review_of(control, number).proposed
    ]  # fmt: skip
    return write_archived(control, number, by, open_ones)


def count_people(control: Control, number: str, people: int, by: str) -> Entry:
    """Return the entry that says how many people were assembled or led out.

    Raises:
        UserError: for no whole number, or a drill that has not begun or is archived.

    """
    problems = {"--people": must.whole(0, MOST_PEOPLE)(people), "--by": must.text(80)(by)}
    faults = [Fault(k, told, say("Type it anew.")) for k, told in problems.items() if told]
    with open_log(control.drill(number) / LOG) as log:
        kinds = {entry.kind for entry in entries(log)}
        if "started" not in kinds or "archived" in kinds:
            problem = say("The drill has not begun, or is archived.")
            faults.append(Fault(number, problem, say("Give another drill.")))
        if faults:
            raise UserError(faults)
        text = f"{PEOPLE}{people}"
        return write(log, by, "noted", {"text": text, "people": people})


def review(
    found: Sequence[Entry],
    scenario: Scenario,
    *,
    drill: str,
    type_: str,
    rules: Judging | None = None,
) -> Review:
    """Return what the entries say of the scenario."""
    rules = rules or judging()
    course = course_of(found)
    over = next((moment_of(entry) for entry in found if entry.kind in OVER), None)
    ran_ms = None if over is None else since(course, over)
    nodes = node_times(scenario, course, counting(found), ran_ms, rules.apart_ms)
    nodes = tuple(map(_off_road, nodes)) if type_ == "tabletop" else nodes
    injects = inject_times(scenario, course, rules.answer_ms)
    four = tuple(_indicator(rule.key, rule.counts, nodes, injects) for rule in rules.rules)
    told = {entry.kind: entry.told for entry in current(found)}
    sealed_t0 = time_of(told.get("opened", {}).get("t0"))
    return Review(
        drill=drill,
        type=type_,
        commitment=str(told.get("sealed", {}).get("commitment") or ""),
        scenario=scenario,
        phase=course.phase,
        sealed_t0=sealed_t0,
        t0=course.t0,
        over=over,
        why=course.why,
        ran_ms=ran_ms,
        pauses=course.pauses,
        nodes=nodes,
        indicators=four,
        injects=injects,
        ranking=_ranking(nodes) if type_ == "contest" else (),
        assembled=_assembled(found, nodes) if type_ == "assembly" else None,
        remarks=tuple(_remarks(found)),
        findings=findings_of(found, drill),
        unjudged=(*_begun_late(sealed_t0, course.t0), *_unjudged(course, over, nodes, four)),
        unverified=rules.unverified,
        printed=course.printed,
        officers=_names(told.get("opened", {}).get("officers")),
        voided=len(voids(found)),
        signer=str(told.get("sealed", {}).get("signer") or ""),
        archived=any(entry.kind == "archived" for entry in found),
    )


def _names(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def _off_road(one: NodeTime) -> NodeTime:
    """Return a team's node of a table-top: nobody drove, so that its time says nothing."""
    if not one.node.team:
        return one
    why = say("{node}: nobody drives at a table-top.", node=one.node.title)
    return NodeTime(one.node, one.at_ms, None, "no_limit", one.seen, why)


def _indicator(
    key: str, counts: Sequence[str], nodes: Sequence[NodeTime], injects: Sequence[InjectTime]
) -> Indicator:
    made = []
    for what in counts:
        if what == "answers":
            good = [one.result == "answered" for one in injects if one.at_ms is not None]
        else:
            mine = [one for one in nodes if one.node.indicator == key and one.result in JUDGED]
            good = [one.result == "in_band" for one in mine]
        if good:
            made.append(Measure(what, sum(good), len(good)))
    why = None if made else UNJUDGED_SAID[key]
    return Indicator(key, tuple(made), why)


def _ranking(nodes: Sequence[NodeTime]) -> tuple[Rank, ...]:
    """Return the teams: most nodes first, then the earliest last node; equals share a place."""
    rows = []
    for team, own in by_team(nodes).items():
        times = [one.at_ms for one in own if one.at_ms is not None]
        rows.append((-len(times), max(times, default=0), team, len(own)))
    rows.sort()
    made: list[Rank] = []
    for at, (reached, last, team, whole) in enumerate(rows, 1):
        same = bool(made) and (made[-1].reached, made[-1].last_ms or 0) == (-reached, last)
        place = made[-1].place if same else at
        made.append(Rank(place, team, -reached, whole, last if reached else None))
    return tuple(made)


def _assembled(found: Sequence[Entry], nodes: Sequence[NodeTime]) -> Assembled:
    counted: tuple[int | None, str] = (None, "")
    for entry in found:
        people = entry.told.get("people")
        if entry.kind == "noted" and isinstance(people, int) and not isinstance(people, bool):
            counted = (people, entry.who)
    times = [one.at_ms for one in nodes if not one.node.team and one.node.indicator == "handling"]
    whole = times and all(at is not None for at in times)
    return Assembled(*counted, max(at or 0 for at in times) if whole else None)


def _remarks(found: Sequence[Entry]) -> Iterator[Remark]:
    for entry in found:
        text = entry.told.get("text")
        if entry.kind == "noted" and isinstance(text, str) and not _OWN & entry.told.keys():
            yield Remark(moment_of(entry), str(entry.told.get("evaluator") or entry.who), text)


_OWN = frozenset({"release", "added", "put_back", "undone", "stands", "people"})
"""What a note also holds that the program made and no evaluator wrote."""


def _begun_late(sealed_t0: datetime | None, t0: datetime | None) -> Iterator[Sentence]:
    """Yield that it began so long after the sealed T0 that roads and air may be others."""
    if sealed_t0 is not None and t0 is not None and t0 - sealed_t0 > LATE_START:
        yield say(
            "The drill began {minutes} min after the sealed T0: the expected times are those of"
            " the sealed hour.",
            minutes=(t0 - sealed_t0) // timedelta(minutes=1),
        )


def _unjudged(
    course: Course, over: datetime | None, nodes: Sequence[NodeTime], four: Sequence[Indicator]
) -> Iterator[Sentence]:
    if course.t0 is None:
        yield say("The drill never began: no time can be judged.")
    elif over is None:
        yield say("The drill is not over: what has not come yet is not judged.")
    if course.phase == "aborted":
        yield say("The drill was aborted: {why}", why=course.why or "—")
    yield from (one.why for one in nodes if one.why is not None)
    for one in four:
        if one.why is not None:
            yield one.why


INDICATOR_SAID: Mapping[str, Sentence] = {
    "speed": say("Quick response"),
    "teamwork": say("Close cooperation"),
    "handling": say("Effective handling"),
    "support": say("Strong support"),
}
UNJUDGED_SAID: Mapping[str, Sentence] = {
    "speed": say("Quick response: nothing could be judged."),
    "teamwork": say("Close cooperation: nothing could be judged."),
    "handling": say("Effective handling: nothing could be judged."),
    "support": say("Strong support: nothing could be judged."),
}
