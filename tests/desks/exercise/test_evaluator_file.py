"""An evaluator's file is read as hostile: whole, or refused with every fault; its clock mended."""

import copy
import json
import random
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from desks.exercise import evaluator_file as read
from desks.exercise.evaluator_file import EvaluatorFile, moment, read_evaluator_file
from geodata.faults import UserError
from tests.desks.exercise.drills import later
from tests.desks.exercise.pages import JPEG, EvaluatorPage, ms
from tests.payloads import PAYLOADS


def whole() -> EvaluatorPage:
    """Return a page on which everything was done that can be done."""
    page = EvaluatorPage(behind_ms=4_000)
    page.clock(-60)
    page.stamp(62, "called")
    page.line(65, "change", node="called", to=ms(later(61)), why="按晚了")
    page.line(70, "line", text="警戒线过近")
    page.stamp(640, "arrived")
    page.photo(650)
    page.line(655, "line", text="写错了")
    page.line(656, "undo", of=8)
    page.line(657, "t0", to=ms(later(0)))
    page.clock(900, "in")
    page.line(901, "handed_in")
    return page


def refused(raw: bytes) -> list[str]:
    """Return why the file is refused, each fault with its line."""
    with pytest.raises(UserError) as caught:
        read_evaluator_file(raw)
    return [f"{fault.row}: {fault.problem}" for fault in caught.value.faults]


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = copy.deepcopy(whole().document())
    change(document)
    return json.dumps(document, ensure_ascii=False).encode()


def test_a_whole_file_is_read_with_what_counts() -> None:
    found = read_evaluator_file(whole().file())
    assert (found.drill, found.scenario, found.evaluator) == ("2026-1", 1, "评估员甲")
    stamps = [
        (one.node, moment(one.raw_ms + found.offset_of(one)), one.typed) for one in found.stamps
    ]
    assert stamps == [("called", later(61), True), ("arrived", later(640), False)]
    assert [(line.text, bool(line.photo)) for line in found.lines] == [
        ("警戒线过近", False),
        ("", True),
    ]
    assert list(found.photos.values()) == [JPEG]
    assert found.undone == (3,), "the press that was corrected counts no more"
    assert found.said == ()
    assert found.links[-1] == whole().chain[-1]["hash"]


def test_the_offset_drifts_evenly_between_hand_out_and_hand_in() -> None:
    """At hand-out 4 s behind, 600 s later 10 s behind: after 200 s 6 s; outside as at the ends."""
    page = EvaluatorPage(behind_ms=4_000)
    page.clock(0)
    page.behind_ms = 10_000
    page.clock(600, "in")
    found = read_evaluator_file(page.file())
    first, last = ms(later(0)) - 4_000, ms(later(600)) - 10_000
    length = last - first
    assert [found.offset_ms(first + length * n // 3) for n in range(4)] == [
        4_000,
        6_000,
        8_000,
        10_000,
    ]
    assert found.offset_ms(first - 99_999) == 4_000
    assert found.offset_ms(last + 99_999) == 10_000
    assert [str(one) for one in found.said] == [
        "The device's clock was off by 6 s more at hand-in."
    ]


def test_the_offset_grows_steadily_and_the_correction_never_turns_two_presses_round() -> None:
    chance = random.Random(6)  # noqa: S311 - reproducible, not secret
    for _ in range(200):
        page = EvaluatorPage(behind_ms=chance.randrange(-9_000, 9_000))
        page.clock(chance.uniform(-99, 0), late_ms=chance.randrange(400))
        page.behind_ms += chance.randrange(-5_000, 5_000)
        page.clock(chance.uniform(600, 3_600), "in", late_ms=chance.randrange(400))
        found = read_evaluator_file(page.file())
        times = sorted(page.device(chance.uniform(-200, 4_000)) for _ in range(20))
        corrected = [found.corrected(at) for at in times]
        assert corrected == sorted(corrected)
        ends = sorted(one.offset_ms for one in (found.handed_out, found.handed_in) if one)
        assert all(ends[0] <= found.offset_ms(at) <= ends[1] for at in times)


@pytest.mark.parametrize(
    ("presses_ms", "median_ms"), [((0,), 0), ((0, 900), 450), ((0, 80, 9_000), 80)]
)
def test_several_presses_are_taken_by_their_median(
    presses_ms: tuple[int, ...], median_ms: int
) -> None:
    page = EvaluatorPage()
    for late_ms in presses_ms:
        page.clock(0, late_ms=late_ms)
    found = read_evaluator_file(page.file())
    assert found.handed_out is not None
    assert found.handed_out.offset_ms in {-median_ms, -median_ms + 1}


def test_what_was_never_compared_is_said_and_not_lost() -> None:
    page = EvaluatorPage()
    page.stamp(10, "called")
    page.behind_ms = 60_000
    page.stamp(20, "arrived")
    found = read_evaluator_file(page.file())
    assert [one.node for one in found.stamps] == ["called", "arrived"]
    assert [str(one).split(":")[0] for one in found.said] == [
        "The device's clock was never compared", "The device's clock was set back 1 times.",
    ]  # fmt: skip
    page.clock(30)
    once = read_evaluator_file(page.file())
    assert "compared only once" in str(once.said[0])
    assert once.offset_ms(0) == once.offset_ms(ms(later(10**6))) == 60_000


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (lambda d: d["chain"][3]["body"].update(text="另一句"), 4),
        (lambda d: d["chain"][2]["body"].update(at=d["chain"][2]["body"]["at"] - 60_000), 3),
        (lambda d: d["chain"].pop(4), 5),
        (lambda d: d["chain"].insert(1, d["chain"][1]), 3),
        (lambda d: d["chain"].reverse(), 1),
        (lambda d: d["chain"][0]["body"].update(evaluator="评估员乙"), 1),
        (lambda d: d["chain"][5].update(extra=1), 6),
        (lambda d: d["chain"].__setitem__(2, 7), 3),
        (lambda d: d["chain"][1].update(seq=True), 2),
    ],
    ids=[
        "edited",
        "backdated",
        "dropped",
        "doubled",
        "reordered",
        "renamed",
        "longer",
        "none",
        "number",
    ],
)
def test_a_line_that_was_changed_is_named(
    change: Callable[[dict[str, Any]], object], row: int
) -> None:
    """Edited, backdated, dropped, doubled, reordered, renamed: the first broken link is told."""
    assert refused(changed(change)) == [f"{row}: The chain is broken here: the file was changed."]


def test_every_fault_is_told_at_once() -> None:
    """A chain may be whole and its lines none: whoever made it anew learns all of it."""
    page = EvaluatorPage(evaluator="a:b")
    page.line(1, "clock", when="never", shown=1)
    page.line(2, "stamp", node="no node\u202e")
    page.line(3, "explode")
    page.line(4, "line", text="x" * 1_001)
    page.line(5, "begun")
    page.line(6, "photo", sha256="zz", bytes=10**9, more=1)
    page.chain[0]["body"]["at"] = True
    rows = {fault.partition(":")[0] for fault in refused(page.file())}
    assert rows == {"1"}, "an altered link stops the reading"
    page = EvaluatorPage(evaluator="a:b")
    page.line(1, "clock", when="never", shown=1)
    page.line(2, "stamp", node="no node\u202e")
    page.line(3, "explode")
    page.line(4, "line", text="x" * 1_001)
    assert [f.partition(":")[0] for f in refused(page.file())] == ["1", "2", "2", "3", "4", "5"]


@pytest.mark.parametrize("of", [1, 2, 9, 4])
def test_what_was_not_there_is_not_taken_back(of: int) -> None:
    page = EvaluatorPage()
    page.clock(0)
    page.stamp(1, "called")
    page.line(2, "undo", of=3)
    page.line(3, "undo", of=of)
    assert refused(page.file()) == ["5: It takes back what was not there."]
    page.chain.pop()
    page.line(3, "change", node="arrived", to=page.device(1), why="")
    assert refused(page.file()) == ["5: It corrects what was not timed."]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"null", b"[]", b"{}", b"\xff\xfe", b'{"a":1,"a":2}', b"[" * 100_000, b"1" * 9_999,
        b'{"format":1,"kind":"shouwang evaluator","chain":{},"photos":{}}',
        b'{"format":NaN,"kind":"shouwang evaluator","chain":[],"photos":{}}',
        b'{"format":1.5,"kind":"shouwang evaluator","chain":[],"photos":{}}',
        b'{"format":true,"kind":"shouwang evaluator","chain":[1],"photos":{}}',
        b'{"format":1,"kind":"shouwang evaluator","chain":[],"photos":{}}',
        b'{"format":2,"kind":"shouwang evaluator","chain":[1],"photos":{}}',
        b'{"format":1,"kind":"shouwang evaluator","chain":[[]],"photos":{},"x":1}',
    ],
)  # fmt: skip
def test_what_is_no_file_of_ours_is_refused_in_a_sentence(raw: bytes) -> None:
    assert len(refused(raw)) == 1


def test_a_file_cut_off_anywhere_is_refused() -> None:
    raw = whole().file()
    for at in range(0, len(raw), 97):
        assert refused(raw[:at])


def test_one_byte_changed_anywhere_is_refused_or_changes_nothing() -> None:
    """Row S0-5: what an evaluator handed in cannot be edited unseen; 400 seeded changes."""
    raw, chance = whole().file(), random.Random(5)  # noqa: S311 - reproducible, not secret
    good = read_evaluator_file(raw)
    for _ in range(400):
        at = chance.randrange(len(raw))
        other = raw[:at] + bytes([raw[at] ^ (1 << chance.randrange(8))]) + raw[at + 1 :]
        try:
            found = read_evaluator_file(other)
        except UserError:
            continue
        assert (found.stamps, found.lines, found.links, found.photos) == (
            good.stamps, good.lines, good.links, good.photos,
        )  # fmt: skip


def test_photographs_are_the_ones_that_the_chain_names() -> None:
    page = EvaluatorPage()
    page.photo(1)
    page.photo(2, b"GIF89a" + b"x" * 40)
    name = next(iter(page.photos))
    assert refused(page.file()) == ["None: A photo is not the one that the chain names."]
    page = EvaluatorPage()
    page.photo(1)
    page.photos[name] += "AAAA"
    assert len(refused(page.file())) == 1
    page.photos[name] = "no base64 at all"
    assert len(refused(page.file())) == 1
    page.photos = {"f" * 64: page.photos[name]}
    assert len(refused(page.file())) == 1
    page.photos = {}
    assert [str(one) for one in read_evaluator_file(page.file()).said][-1].startswith(
        "1 photos are"
    )


def test_too_much_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_BYTES", 100)
    assert refused(whole().file()) == ["None: The file is larger than 100 bytes."]
    monkeypatch.undo()
    monkeypatch.setattr(read, "MOST_LINKS", 5)
    assert "more than 5" in refused(whole().file())[0]


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_lines_are_kept_as_text_or_refused(payload: str) -> None:
    page = EvaluatorPage()
    page.line(1, "line", text=payload)
    hidden = any(unicodedata.category(sign) in {"Cc", "Cf", "Cs"} for sign in payload)
    if hidden or len(payload) > read.MOST_SIGNS:
        assert len(refused(page.file())) == 1
    else:
        assert read_evaluator_file(page.file()).lines[0].text == payload


def test_a_sign_newer_than_this_machine_loses_no_stamp() -> None:
    """A phone may know signs that our table of them does not: U+1FAE8 came with Unicode 15."""
    page = EvaluatorPage()
    page.stamp(1, "called")
    page.line(2, "line", text="晃 \U0001fae8 \U0001fadc")
    found: EvaluatorFile = read_evaluator_file(page.file())
    assert len(found.stamps) == 1
