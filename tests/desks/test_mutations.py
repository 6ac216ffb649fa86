"""Spoiled import files: no crash, no raw traceback, none over five seconds (10,000 by make)."""

from collections import Counter
from pathlib import Path

from desks.register.current import Register
from desks.register.rehearsal import rehearse
from layers import layer
from tests.desks.mutating import BASES, mutate, write_bases
from tests.desks.mutations import run


def test_a_hundred_and_twenty_spoiled_files_are_read_or_refused_in_words(tmp_path: Path) -> None:
    """S0-15: whatever is given is read or refused with a sentence, within limits of memory."""
    outcomes = run(tmp_path, 120)
    assert [outcome for outcome in outcomes if outcome.bad] == []
    kinds = Counter(outcome.kind for outcome in outcomes)
    assert min(kinds["read"], kinds["refused"]) > 20


def test_the_same_numbers_spoil_alike_and_every_format_is_spoiled(tmp_path: Path) -> None:
    bases = write_bases(tmp_path / "bases")
    for path in bases.values():
        found = rehearse(Register(), layer("shelter"), path)
        assert (found.rows_read, found.rows_good) == (12, 12)
    clean = {path.read_bytes() for path in bases.values()}
    for number in range(len(BASES) * 4):
        texts = []
        for name in ("a", "b"):
            folder = tmp_path / f"{number}{name}"
            folder.mkdir()
            mutate(bases, folder, 1, number)
            texts.append([path.read_bytes() for path in sorted(folder.iterdir())])
        assert texts[0] == texts[1]
        assert number % len(BASES) == BASES.index("shp") or texts[0][0] not in clean
