"""The exercise's proof: the honest drill is confirmed, every cheat refuted by its own sentence."""


import pytest

from tests.desks.exercise.cheats import CHEATS, PAPER_CHEATS
from tests.desks.exercise.packages import Cheat, Played, play, said


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("drill"))


@pytest.mark.parametrize("name", CHEATS)
def test_each_cheat_is_refuted_by_its_own_sentence_even_without_paper(
    played: Played, name: str
) -> None:
    key, change = CHEATS[name]
    cheat = Cheat(played)
    change(cheat)
    good, output = cheat.verdict(heads=False)
    assert not good
    assert said(key, output), output


@pytest.mark.parametrize("name", PAPER_CHEATS)
def test_what_fits_in_itself_is_refuted_by_paper_and_unproven_without(
    played: Played, name: str
) -> None:
    key, change = PAPER_CHEATS[name]
    cheat = Cheat(played)
    change(cheat)
    good, output = cheat.verdict(heads=False)
    assert good, output
    assert said("no_start", output)
    good, output = cheat.verdict()
    assert not good
    assert said(key, output), output
