"""The review as JSON (docs/schemas/drill-review.schema.json)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from language import LANGUAGES, Catalogue, Sentence

from .findings import Finding
from .review import Indicator, Review, finding_id
from .review_nodes import NodeTime
from .sheets import RATINGS, annex_of, headings, sheet

FORMAT = 1


def review_document(review: Review, catalogue: Catalogue) -> dict[str, Any]:
    """Return the review as plain JSON values, sentences in the catalogue's language."""
    return _document(review, catalogue.word)


def package_review(review: Review) -> dict[str, Any]:
    """Return the review for the package: the same whoever writes it, in whichever language.

    Each sentence is an object of its wording by language.
    """
    words = {language: Catalogue.load(language) for language in LANGUAGES}
    return _document(review, lambda one: {key: every.word(one) for key, every in words.items()})


def _document(review: Review, word: Callable[[Sentence], object]) -> dict[str, Any]:

    def said(one: Sentence | None) -> object:
        return None if one is None else word(one)

    return {
        "format": FORMAT,
        "exercise": True,
        "drill": review.drill,
        "type": review.type,
        "commitment": review.commitment,
        "scenario": {
            "number": review.scenario.number,
            "title": review.scenario.title,
            "place": review.scenario.place,
            "at_deg": list(review.scenario.at_deg),
        },
        "phase": review.phase,
        "sealed_t0": _iso(review.sealed_t0),
        "t0": _iso(review.t0),
        "over": _iso(review.over),
        "why": review.why,
        "ran_ms": review.ran_ms,
        "pauses": [[_iso(begun), _iso(end)] for begun, end in review.pauses],
        "nodes": [_node(one) | {"why": said(one.why)} for one in review.nodes],
        "indicators": [_indicator(one) | {"why": said(one.why)} for one in review.indicators],
        "injects": [{**vars(one)} for one in review.injects],
        "ranking": [{**vars(one)} for one in review.ranking],
        "assembled": None if review.assembled is None else {**vars(review.assembled)},
        "remarks": [{**vars(one), "at": _iso(one.at)} for one in review.remarks],
        "findings": finding_rows(review.findings),
        "proposed": [finding_id(one) for one in review.proposed],
        "sheet": _sheet(review),
        "unjudged": [word(one) for one in review.unjudged],
        "unverified": list(review.unverified),
        "printed": [{**vars(one), "at": _iso(one.at)} for one in review.printed],
        "officers": list(review.officers),
        "signer": review.signer,
        "voided": review.voided,
        "archived": review.archived,
    }


def finding_rows(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return findings as plain JSON values."""
    return [
        {**vars(one), "found": _iso(one.found), "closed": _iso(one.closed), "tracked": one.tracked}
        for one in found
    ]


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _node(one: NodeTime) -> dict[str, Any]:
    node = one.node
    names = ("key", "title", "indicator", "team", "p50_ms", "p90_ms", "latest_ms", "basis")
    return {
        **{name: getattr(node, name) for name in names},
        "at_ms": one.at_ms,
        "off_ms": one.off_ms,
        "result": one.result,
        "seen": [{**vars(seen)} for seen in one.seen],
    }


def _indicator(one: Indicator) -> dict[str, Any]:
    return {"key": one.key, "measures": [{**vars(measure)} for measure in one.measures] or None}


def _sheet(review: Review) -> dict[str, Any]:
    annex = annex_of(review.type)
    lines = [
        {
            "heading": part.heading.number if part.heading else "",
            "title": part.heading.title_zh if part.heading else "",
            "item": line.item.key if line.item else "",
            "text": line.item.text if line.item else "",
            "timed": line.timed.result if line.timed else None,
            "at_ms": line.timed.at_ms if line.timed else None,
            "rating": None,
        }
        for part in sheet(review.scenario.sheet, review.nodes, annex)
        for line in part.lines
    ]
    verified = all(one.verified for one in headings() if one.annex == annex)
    return {"annex": annex, "verified": verified, "ratings": list(RATINGS), "lines": lines}
