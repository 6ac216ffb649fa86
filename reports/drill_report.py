"""The after-action report of an exercise (row S3-4), every page of it marked as one.

It says what the log proves and what it does not; ratings stay boxes for a pen.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from desks.exercise.clock import DAY, TIME, clock_text
from desks.exercise.findings import Finding
from desks.exercise.review import INDICATOR_SAID, Indicator, Measure, Review
from desks.exercise.review_nodes import InjectResult, InjectTime, NodeResult, NodeTime
from desks.exercise.sheets import PARTS, RATINGS, SheetPart, annex_of, headings, sheet
from desks.folder import CODE_VERSION
from language import Sentence, say

from .drill_track import minutes, track
from .drill_words import PHASE_SAID, TYPE_SAID, WHAT_SAID
from .edition import Edition
from .paper import Block, Cell, Column, Heading, Paper, Paragraph, Table
from .signing import grouped
from .wording import clean

RESULT_SAID: Mapping[NodeResult, Sentence] = {
    "in_band": say("✓ in band"),
    "late": say("✕ late"),
    "too_late": say("✕ beyond the latest"),
    "missed": say("✕ not stamped"),
    "open": say("? not judged"),
    "no_limit": say("? no expected time"),
}
INJECT_SAID: Mapping[InjectResult, Sentence] = {
    "answered": say("✓ acknowledged in time"),
    "answered_late": say("✕ acknowledged late"),
    "unanswered": say("✕ not acknowledged"),
    "never_released": say("— never released"),
}
PART_SAID: Mapping[str, Sentence] = {
    "preparation": say("Preparation"),
    "conduct": say("Conduct"),
}
BOXES = ("□",) * len(RATINGS)
ROOM = "　" * 9
"""Keeps a column wide enough for a pen."""
LATE_MS = 2_000


def drill_paper(
    review: Review, edition: Edition, *, district: tuple[str, str], sample: bool = False
) -> Paper:
    """Return the after-action report; ``district`` is its Chinese and its English name.

    It is a draft until the drill is over, every finding has an owner and a day, and every late or
    missed node was accepted as a finding or dismissed.
    """
    blocks = (
        Paragraph((_opening(review),)),
        _kind(review),
        *_indicators(review),
        *_nodes(review, edition),
        *_injects(review),
        *_type(review),
        *_findings(review),
        *_unjudged(review),
        *_proof(review),
        *_sheet(review, edition),
        *_signatures(),
    )
    over = review.over or review.t0
    return Paper(
        key=f"drill-{review.drill}",
        title=say("After-action report of exercise {number}", number=review.drill),
        district_zh=clean(district[0]),
        district_en=clean(district[1]),
        issuer=clean(edition.issuer),
        day=edition.day or ("" if over is None else clock_text(over, DAY)[:10]),
        audience=edition.audience,
        words=edition.words,
        blocks=blocks,
        crs="EPSG:4326",
        stamp=review.commitment,
        sample=sample,
        facts={
            "drill": review.drill,
            "commitment": review.commitment,
            "code_version": CODE_VERSION,
            "rules": "; ".join(review.unverified),
        },
        secrecy=clean(edition.secrecy),
        defects=tuple(_defects(review)),
        exercise=True,
    )


def _defects(review: Review) -> Iterator[Sentence]:
    if review.over is None:
        yield say("The drill is not over.")
    count = len(review.proposed)
    if count:
        yield say("{count} proposed findings nobody has decided on.", count=count)
    loose = sum(not one.tracked for one in review.findings)
    if loose:
        yield say("{count} findings without owner or day.", count=loose)


def _opening(review: Review) -> Sentence:
    words = {"number": review.drill, "title": review.scenario.title, "place": review.scenario.place}
    if review.t0 is None:
        return say("Exercise {number}, “{title}”, at {place}: it never began.", **words)
    return say(
        "Exercise {number}, “{title}”, at {place}: begun {begun}, over {over}, {ran} of running "
        "time, {pauses} pauses.",
        **words, begun=_clock(review.t0, day=True), over=_clock(review.over),
        ran=minutes(review.ran_ms), pauses=len(review.pauses),
    )  # fmt: skip


def _kind(review: Review) -> Table:
    columns = (Column("what", say("Exercise")), Column("value", say("As it was")))
    sealed = None if review.sealed_t0 is None else _clock(review.sealed_t0, day=True)
    rows: tuple[tuple[Cell, ...], ...] = (
        (say("Type"), TYPE_SAID.get(review.type, review.type)),
        (say("State"), PHASE_SAID[review.phase]),
        (say("Scenario drawn"), str(review.scenario.number)),
        (say("Sealed T0"), sealed),
    )
    return Table("about", say("The exercise"), columns, rows)


def _clock(at: datetime | None, *, day: bool = False) -> str:
    if at is None:
        return "—"
    return clock_text(at, DAY if day else TIME)


def measured(one: Measure) -> Sentence:
    """Return a measure in words, such as 5 of 5 in band."""
    if one.what == "answers":
        return say("{good} of {whole} acknowledged in time", good=one.good, whole=one.whole)
    return say("{good} of {whole} in band", good=one.good, whole=one.whole)


def _indicators(review: Review) -> Iterator[Block]:
    yield Heading(1, say("The four indicators"))
    columns = (Column("indicator", say("Indicator")), Column("result", say("Result")))
    rows = tuple(row for one in review.indicators for row in _indicator(one))
    yield Table("indicators", say("Indicators"), columns, rows)
    said = [
        say("In band: not later than the expected P90. What nobody stamped though the drill ran "
            "past the band counts as not shown in time; what cannot be judged is not counted."),
    ]  # fmt: skip
    if review.unverified:
        said.append(
            say("How the four are counted, and the two minutes for an answer, are rules of this "
                "program (indicators.toml), not of a standard.")
        )  # fmt: skip
    yield Paragraph(tuple(said))


def _indicator(one: Indicator) -> Iterator[tuple[Cell, ...]]:
    said = INDICATOR_SAID[one.key]
    if not one.measures:
        yield said, None
    for at, measure in enumerate(one.measures):
        yield "" if at else said, measured(measure)


def _nodes(review: Review, edition: Edition) -> Iterator[Block]:
    yield Heading(1, say("Expected and real times"))
    yield track(review.nodes, edition.words)
    columns = (
        Column("node", say("Node")),
        *(
            Column(key, title, is_figure=True)
            for key, title in (
                ("p50", say("P50")), ("p90", say("P90")), ("latest", say("Latest")),
                ("real", say("Real")), ("off", say("to P50")),
            )
        ),
        Column("result", say("Result")),
    )  # fmt: skip
    method = (
        say("Minutes and seconds of running time since T0. Of several stamps the earliest counts, "
            "corrected by the offset of its device."),
    )  # fmt: skip
    rows = tuple(_node(one) for one in review.nodes)
    yield Table("nodes", say("Nodes"), columns, rows, method=method)
    seen = tuple(row for one in review.nodes for row in _stamps(one))
    if seen:
        columns = (
            Column("node", say("Node")),
            Column("evaluator", say("Evaluator"), is_name=True),
            Column("real", say("Stamped"), is_figure=True),
            Column("offset", say("Offset, ms"), is_figure=True),
            Column("counts", say("Counts")),
        )
        yield Table("stamps", say("All stamps"), columns, seen)


def result_said(one: NodeTime) -> Sentence:
    """Return in words how a node came out; a median alone is no limit."""
    if one.result == "no_limit" and one.node.p50_ms is not None:
        return say("? no limit")
    return RESULT_SAID[one.result]


def _node(one: NodeTime) -> tuple[Cell, ...]:
    node = one.node
    expected = (minutes(ms) for ms in (node.p50_ms, node.p90_ms, node.latest_ms))
    off = None if one.off_ms is None else minutes(one.off_ms, signed=True)
    return (node.title, *expected, minutes(one.at_ms), off, result_said(one))


def _stamps(one: NodeTime) -> Iterator[tuple[Cell, ...]]:
    for at, seen in enumerate(one.seen):
        counts = "" if at else say("yes")
        yield one.node.title, seen.evaluator, minutes(seen.at_ms), seen.offset_ms, counts


def _injects(review: Review) -> Iterator[Block]:
    yield Heading(1, say("Injects"))
    columns = (
        Column("at", say("Released"), is_figure=True),
        Column("text", say("What was told")),
        Column("to", say("To whom"), is_name=True),
        Column("late", say("Late, s"), is_figure=True),
        Column("answer", say("Acknowledged after"), is_figure=True),
        Column("result", say("Result")),
    )
    rows = tuple(_inject(one) for one in review.injects)
    yield Table("injects", say("Injects"), columns, rows)


def _inject(one: InjectTime) -> tuple[Cell, ...]:
    late = one.late_ms // 1000 if one.late_ms > LATE_MS else ""
    took = None if one.answer_ms is None else minutes(one.answer_ms)
    return (minutes(one.at_ms), one.text, one.to, late, took, INJECT_SAID[one.result])


def _type(review: Review) -> Iterator[Block]:
    """Yield what only this type of drill has: people led out, the ranking, no roads."""
    held = review.assembled
    if held is not None:
        yield Heading(1, say("Assembly and evacuation"))
        people = say("Nobody wrote down how many people were assembled.")
        if held.people is not None:
            people = say("{people} people, counted by {who}.", people=held.people,
                         who=held.counted_by)  # fmt: skip
        after = say("When all were assembled was not stamped.")
        if held.after_ms is not None:
            after = say("Complete after {after}.", after=minutes(held.after_ms))
        yield Paragraph((people, after))
    if review.ranking:
        yield Heading(1, say("Ranking"))
        columns = (
            Column("place", say("Place"), is_figure=True),
            Column("team", say("Team"), is_name=True),
            Column("reached", say("Nodes reached"), is_figure=True),
            Column("nodes", say("of nodes"), is_figure=True),
            Column("last", say("Last after"), is_figure=True),
        )
        rows = tuple((r.place, r.team, r.reached, r.nodes, minutes(r.last_ms))
                     for r in review.ranking)  # fmt: skip
        method = (say("Most nodes first, then the earliest last node; equals share a place."),)
        yield Table("ranking", say("Ranking"), columns, rows, method=method)
    if review.type == "tabletop":
        yield Paragraph((say("A table-top: nobody drove, so that times on the road say nothing."),))


def _findings(review: Review) -> Iterator[Block]:
    yield Heading(1, say("Findings"))
    if review.findings:
        columns = (
            Column("text", say("Finding")),
            Column("owner", say("Who mends it"), is_name=True),
            Column("due", say("Mend by")),
            Column("state", say("State")),
        )
        rows = tuple((one.text, one.owner or None, one.due or None, _state(one))
                     for one in review.findings)  # fmt: skip
        yield Table("findings", say("Findings"), columns, rows)
    else:
        yield Paragraph((say("No finding was accepted."),))
    if review.proposed:
        yield _proposed(review)
    if review.remarks:
        yield _remarks(review)


def _proposed(review: Review) -> Table:
    columns = (Column("node", say("Node")), Column("result", say("Result")))
    rows = tuple((one.node.title, RESULT_SAID[one.result]) for one in review.proposed)
    return Table("proposed", say("Proposed findings that nobody decided on"), columns, rows)


def _remarks(review: Review) -> Table:
    """Return what was noted, with the day where it is not the day of the drill."""
    columns = (
        Column("at", say("Noted at")),
        Column("who", say("By whom"), is_name=True),
        Column("text", say("Remark")),
    )
    begun = "" if review.t0 is None else _clock(review.t0, day=True)[:10]
    rows = tuple(
        (_clock(one.at, day=_clock(one.at, day=True)[:10] != begun), one.who, one.text)
        for one in review.remarks
    )
    return Table("remarks", say("Remarks"), columns, rows)


def _state(one: Finding) -> Cell:
    if one.is_none:
        return say("no finding: {how} ({by})", how=one.how, by=one.by)
    if one.closed is not None:
        return say("closed: {how} ({by})", how=one.how, by=one.by)
    return say("open")


def _unjudged(review: Review) -> Iterator[Block]:
    yield Heading(1, say("What could not be judged"))
    for one in review.unjudged or (say("None."),):
        yield Paragraph((one,))


def _proof(review: Review) -> Iterator[Block]:
    yield Heading(1, say("What is proven and what is not"))
    columns = (Column("what", say("Head")), Column("at", say("Written")),
               Column("head", say("64 digits")))  # fmt: skip
    rows = tuple(
        (WHAT_SAID.get(one.what, say("other")), _clock(one.at, day=True), grouped(one.head))
        for one in review.printed
    )
    yield Table("heads", say("Heads of the log for paper"), columns, rows)
    yield Paragraph((
        say("Commitment {commitment}; opened by {officers}; draws voided: {voided}.",
            commitment=grouped(review.commitment) or "—",
            officers="、".join(review.officers) or "—", voided=review.voided),
    ))  # fmt: skip
    for one in (
        say("The package proves, to whoever holds the printed heads and the fingerprint: the pool "
            "was fixed before T0, the draw follows the rule, the log is unbroken up to each "
            "head."),
        say("It does not prove that nobody who composed or holds two keys told what he knew, that "
            "a stamp was pressed at the right moment, or what happened after the last printed "
            "head."),
        say("Check it with: python verify_drill.py package.zip --key FINGERPRINT --head HEAD"),
    ):  # fmt: skip
        yield Paragraph((one,))


def _sheet(review: Review, edition: Edition) -> Iterator[Block]:
    """Yield the sheet of AQ/T 9009-2015: a table each for preparation, conduct and the rest."""
    annex = annex_of(review.type)
    parts = sheet(review.scenario.sheet, review.nodes, annex)
    yield Heading(1, say("Evaluation sheet, AQ/T 9009-2015, annex {annex}", annex=annex))
    columns = (
        Column("heading", say("Heading")),
        Column("text", say("What is judged")),
        Column("timed", say("Timed")),
        *(Column(rating, say("{rating}", rating=rating)) for rating in RATINGS),
        Column("remark", say("Remark")),
    )
    for name in PARTS:
        rows = _lines([p for p in parts if p.heading and p.heading.part == name], edition)
        yield Table(f"sheet_{name}", PART_SAID[name], columns, rows)
    rest = _lines([part for part in parts if part.heading is None], edition)
    if rest:
        yield Table("sheet_other", say("Under no heading of the annex"), columns, rest)
    said = [
        say("P without challenges, S with some, M with major challenges, U unable (after HSEEP); "
            "a person ticks."),
    ]  # fmt: skip
    open_ones = dict.fromkeys(h.source for h in headings() if h.annex == annex and not h.verified)
    said += [say("Not verified against a standard: {source}.", source=one) for one in open_ones]
    yield Paragraph(tuple(said))


def _lines(parts: Sequence[SheetPart], edition: Edition) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    for part in parts:
        title = ""
        if part.heading is not None:
            title = f"{part.heading.number} " + edition.name(
                part.heading.title_zh, part.heading.title_en
            )
        for at, line in enumerate(part.lines):
            text = line.item.text if line.item else ""
            head = "" if at else title
            rows.append((head, text, _timed(line.timed), *BOXES, ROOM))
    return tuple(rows)


def _timed(one: NodeTime | None) -> Cell:
    if one is None:
        return ""
    if one.at_ms is None:
        return result_said(one)
    texts = {"at": minutes(one.at_ms), "limit": minutes(one.limit_ms)}
    if one.result == "in_band":
        return say("✓ {at}, expected {limit}", **texts)
    if one.result in ("late", "too_late"):
        return say("✕ {at}, expected {limit}", **texts)
    return say("{at}, not judged", at=texts["at"])


def _signatures() -> Iterator[Block]:
    yield Heading(1, say("Signatures"))
    yield Paragraph((say("Head of the exercise:                Date:"),))
    yield Paragraph((say("Director:                Date:"),))
    yield Paragraph((say("Evaluators:                Date:"),))
    yield Paragraph((say("Supervision:                Date:"),))
