"""What a verification found, and what two posts contradict one another in, for paper and JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from geodata.store import Conflict, Event, Head, Verdict
from language import Catalogue, say


def proof_document(verdict: Verdict, head: Head, catalogue: Catalogue) -> dict[str, Any]:
    """Return the verdict as docs/schemas/verify.schema.json states it."""
    return {
        "format": 1,
        "intact": verdict.intact,
        "events": verdict.events,
        "head": _head(head),
        "heads": [_head(one) for one in verdict.heads],
        "breaks": [catalogue.word(said) for said in verdict.breaks],
        "differences": [catalogue.word(said) for said in verdict.differences],
    }


def proof_lines(verdict: Verdict, head: Head, catalogue: Catalogue) -> Iterator[str]:
    """Yield the verdict in words; the head last, to be kept on paper."""
    good = say("The chain is whole and the tables are what it says: {events} events.",
               events=verdict.events)  # fmt: skip
    bad = say("The register was changed behind the program's back.")
    yield catalogue.word(good if verdict.intact else bad)
    for said in (*verdict.breaks, *verdict.differences):
        yield f"✕ {catalogue.word(said)}"
    for one in verdict.heads:
        if one.post != head.post:
            yield catalogue.word(
                say("Post {post} is known until event {seq}: {hash}",
                    post=one.post, seq=one.seq, hash=one.hash)
            )  # fmt: skip
    yield catalogue.word(
        say("Keep on paper: post {post}, event {seq}, head {hash}",
            post=head.post, seq=head.seq, hash=head.hash)
    )  # fmt: skip


def conflicts_document(found: Sequence[Conflict]) -> dict[str, Any]:
    """Return the conflicts as JSON: which record, which columns, both events."""
    return {
        "conflicts": [
            {
                "layer": conflict.layer,
                "id": conflict.id,
                "columns": list(conflict.columns),
                "events": [_event(conflict.one), _event(conflict.other)],
            }
            for conflict in found
        ]
    }


def conflict_lines(found: Sequence[Conflict], catalogue: Catalogue) -> Iterator[str]:
    """Yield what the posts contradict one another in, a line each."""
    if not found:
        yield catalogue.word(say("The posts contradict one another in nothing."))
    for conflict in found:
        columns = ", ".join(conflict.columns)
        said = (
            say("{layer} {id}: {columns} changed differently by {one} and {other}",
                layer=conflict.layer, id=conflict.id, columns=columns,
                one=_by(conflict.one), other=_by(conflict.other))
            if columns
            else say("{layer} {id}: removed by one and changed by the other of {one} and {other}",
                     layer=conflict.layer, id=conflict.id,
                     one=_by(conflict.one), other=_by(conflict.other))
        )  # fmt: skip
        yield catalogue.word(said)


def _by(event: Event) -> str:
    return f"{event.post}/{event.seq} {event.who}"


def _event(event: Event) -> dict[str, Any]:
    return {
        "post": event.post,
        "seq": event.seq,
        "at": event.at.isoformat(),
        "who": event.who,
        "why": event.why,
        "kind": event.kind,
        "after": dict(event.after.get("props", {})),
    }


def _head(head: Head) -> dict[str, Any]:
    at = None if head.at is None else head.at.isoformat()
    return {"post": head.post, "seq": head.seq, "hash": head.hash, "at": at}
