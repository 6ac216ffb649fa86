"""A verification and its contradictions in words and in JSON: what is kept on paper is there."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from desks.register.proof import (
    conflict_lines,
    conflicts_document,
    proof_document,
    proof_lines,
)
from geodata.store import Conflict, Event, Head, create_store
from geodata.store import Verdict as Proof
from language import LANGUAGES, Catalogue, say
from tests.geodata.store.making import WHO, make_counters

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "verify.schema.json"
AT = datetime(2026, 9, 16, 4, tzinfo=UTC)
OWN, OTHER = Head("aaaa", 7, "1" * 64, AT), Head("bbbb", 3, "2" * 64, AT)
ENGLISH = Catalogue.load("en")


def event(post: str, seq: int, who: str, **after: object) -> Event:
    return Event(post, seq, seq, AT, AT, who, "核对", "set", "team", "T1", seq, {}, after, "", post)


ONE = event("aaaa", 7, "周与安", props={"beds": 12}, personal={"person": "p", "phone": "密文"})
TWO = event("bbbb", 3, "李四", props={"beds": 8})
CHANGED = Conflict("team", "T1", ("beds", "name"), ONE, TWO)
REMOVED = Conflict("team", "T2", (), ONE, TWO)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Proof, Head]:
    """Return the verdict on a small register, and its head."""
    place = tmp_path_factory.mktemp("proof") / "r.sqlite"
    make_counters(place, 3)
    with create_store(place.with_name("other.sqlite")) as store:
        store.note(WHO, "drill", {})
        return store.verify(), store.head()


def test_a_sound_register_says_so_and_ends_with_the_head(sound: tuple[Proof, Head]) -> None:
    verdict, head = sound
    lines = list(proof_lines(verdict, head, ENGLISH))
    assert "The chain is whole" in lines[0]
    assert f"{verdict.events} events" in lines[0]
    assert lines[-1] == f"Keep on paper: post {head.post}, event {head.seq}, head {head.hash}"
    assert len(lines) == 2


def test_every_break_has_a_line_of_its_own() -> None:
    said = say("{events} events copied; head {head}", events=1, head="x")
    broken = Proof((said, said), (said,), (OWN, OTHER), 10)
    lines = list(proof_lines(broken, OWN, ENGLISH))
    assert "behind the program's back" in lines[0]
    assert [line[0] for line in lines[1:4]] == ["✕"] * 3
    assert [line for line in lines if "is known until" in line] == [
        f"Post bbbb is known until event 3: {'2' * 64}"
    ]
    assert OWN.hash in lines[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_verdict_keeps_its_schema(sound: tuple[Proof, Head], language: str) -> None:
    verdict, head = sound
    catalogue = Catalogue.load(language)
    document = json.loads(json.dumps(proof_document(verdict, head, catalogue)))
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.validate({**document, "head_found": True}, schema)
    assert document["intact"] is True
    assert document["head"]["hash"] == head.hash
    assert document["breaks"] == document["differences"] == []


def test_a_register_without_any_event_has_a_head_without_a_time() -> None:
    empty = Head("aaaa", 0, "0" * 64, None)
    document = proof_document(Proof((), (), (empty,), 0), empty, ENGLISH)
    assert document["head"] == {"post": "aaaa", "seq": 0, "hash": "0" * 64, "at": None}


def test_a_contradiction_names_record_columns_and_both_hands() -> None:
    """Row S2-2: whoever settles it must know whom to ring up."""
    (line,) = conflict_lines([CHANGED], ENGLISH)
    assert line == "team T1: beds, name changed differently by aaaa/7 周与安 and bbbb/3 李四"


def test_a_removal_against_a_change_is_said_as_such() -> None:
    (line,) = conflict_lines([REMOVED], ENGLISH)
    assert line.startswith("team T2: removed by one and changed by the other")
    assert "周与安" in line
    assert "李四" in line


def test_agreement_is_said_too() -> None:
    """An empty answer could be a command that failed."""
    assert list(conflict_lines([], ENGLISH)) == ["The posts contradict one another in nothing."]


def test_contradictions_in_json_hold_both_sides_and_nobodys_telephone() -> None:
    document = conflicts_document([CHANGED, REMOVED])
    assert json.loads(json.dumps(document)) == document
    first, second = document["conflicts"]
    assert (first["layer"], first["id"], first["columns"]) == ("team", "T1", ["beds", "name"])
    assert [e["after"] for e in first["events"]] == [{"beds": 12}, {"beds": 8}]
    assert [(e["post"], e["seq"], e["who"], e["at"]) for e in first["events"]] == [
        ("aaaa", 7, "周与安", "2026-09-16T04:00:00+00:00"),
        ("bbbb", 3, "李四", "2026-09-16T04:00:00+00:00"),
    ]
    assert second["columns"] == []
    assert "密文" not in json.dumps(document, ensure_ascii=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_say_the_same_figures(language: str) -> None:
    """A head read out on the telephone must be the same in both."""
    catalogue = Catalogue.load(language)
    verdict = Proof((), (), (OWN, OTHER), 10)
    text = "\n".join([*proof_lines(verdict, OWN, catalogue), *conflict_lines([CHANGED], catalogue)])
    for figure in (OWN.hash, OTHER.hash, "bbbb", "10", "beds", "T1"):
        assert figure in text
