"""The arithmetic of the draw: no place is favoured, and what each kind of player can gain."""

import hashlib
import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from desks.exercise.drawing import commit_of, counted, drawn, joined, pick
from desks.exercise.standing import VOIDS_ALLOWED

POOL, TARGET, CHANCE = 10, 3, 0.1
TRIALS = 4_000


def test_every_scenario_is_hit_equally_often_over_all_digests_of_16_bits() -> None:
    """Every pool of 2 to 307, every one of the 2^16 values of a shortened digest."""
    digests = np.arange(1 << 16)
    for pool in range(2, 308):
        kept = digests[digests < counted(16, pool)]
        hits = np.bincount(kept % pool, minlength=pool)
        assert len(hits) == pool
        assert set(hits.tolist()) == {(1 << 16) // pool}
        assert len(digests) - len(kept) == (1 << 16) % pool


def test_one_digest_is_judged_as_all_of_them_are_above() -> None:
    """All values for some pools; for every pool those about the end of what counts, and chance."""
    some = {2, 3, 7, 255, 256, 257, 306, 307}
    chance = np.random.default_rng(5).integers(1 << 16, size=100).tolist()
    for pool in range(2, 308):
        end = counted(16, pool)
        near = [*range(end - 5, min(end + 5, 1 << 16)), 0, (1 << 16) - 1, *chance]
        for digest in range(1 << 16) if pool in some else near:
            assert pick(digest, 16, pool) == (digest % pool if digest < end else None)


def test_without_rejection_the_first_scenarios_would_be_favoured() -> None:
    """What the rule above is for: 65536 mod 307 = 145 places would be hit once more."""
    plain = Counter(digest % 307 for digest in range(1 << 16))
    assert sorted(Counter(plain.values()).items()) == [(213, 162), (214, 145)]


def test_the_last_digest_of_all_is_passed_over_and_the_one_before_its_end_is_not() -> None:
    top = (1 << 256) // 307 * 307
    assert pick(top, 256, 307) is None
    assert pick(top - 1, 256, 307) == 306
    assert pick((1 << 256) - 1, 256, 256) == 255
    assert pick(0, 256, 1) == 0


@pytest.mark.parametrize("pool", [0, -1, 257])
def test_a_pool_that_is_none_is_refused(pool: int) -> None:
    with pytest.raises(ValueError, match=str(pool)):
        pick(1, 8, pool)


def test_the_draw_is_the_formula_on_paper() -> None:
    """The bytes of the contract, put together by hand."""
    seed, values = bytes(range(32)), ("红", "a", "")
    told = b"\0\0\0\3" + "红".encode() + b"\0\0\0\1a" + b"\0\0\0\0"
    whole = b"shouwang draw 1\n" + seed + b"\0\0\0\0" + told
    number = int.from_bytes(hashlib.sha256(whole).digest(), "big")
    assert drawn(seed, values, 307) == (number % 307, 0)
    assert joined(values) == told
    nonce = b"\7" * 32
    made = hashlib.sha256(b"shouwang commit 1\n" + nonce + "红".encode()).hexdigest()
    assert commit_of(nonce, "红") == made


def test_a_digest_that_was_passed_over_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: Iterator[int | None] = iter([None, None, 4])
    monkeypatch.setattr("desks.exercise.drawing.pick", lambda *_: next(tried))
    assert drawn(bytes(32), ["x"], 7) == (4, 2)


def test_no_two_lists_of_values_are_drawn_alike() -> None:
    lists = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("c", "ab")]
    assert len({joined(one) for one in lists}) == len(lists)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_short_nonce_or_seed_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=str(length)):
        commit_of(bytes(length), "x")
    with pytest.raises(ValueError, match=str(length)):
        drawn(bytes(length), ["x"], 3)


def seed_of(rng: np.random.Generator) -> bytes:
    return bytes(rng.bytes(32))


def value_of(rng: np.random.Generator) -> str:
    return str(rng.integers(1 << 40))


def best_of(seed: bytes, others: list[str], choices: int) -> str:
    """Return the value that leads to the target where one of so many does."""
    for choice in range(choices):
        if drawn(seed, [*others, str(choice)], POOL)[0] == TARGET:
            return str(choice)
    return "0"


def share(play: Callable[[np.random.Generator], bool], seed: int) -> float:
    rng = np.random.default_rng(seed)
    return sum(play(rng) for _ in range(TRIALS)) / TRIALS


def about(expected: float) -> object:
    """Return what a share of TRIALS lies within: four standard deviations."""
    return pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / TRIALS))


def test_who_sees_all_other_values_but_not_the_seed_gains_nothing() -> None:
    """The best it can do is to search under a seed it made up: the sealed one is another."""

    def play(rng: np.random.Generator) -> bool:
        seed, others = seed_of(rng), [value_of(rng), value_of(rng)]
        mine = best_of(seed_of(rng), others, 30)
        return drawn(seed, [*others, mine], POOL)[0] == TARGET

    assert share(play, 1) == about(CHANCE)


def test_who_knows_the_seed_but_committed_before_the_others_showed_gains_nothing() -> None:
    def play(rng: np.random.Generator) -> bool:
        seed, others = seed_of(rng), [value_of(rng), value_of(rng)]
        mine = best_of(seed, [value_of(rng), value_of(rng)], 30)
        return drawn(seed, [*others, mine], POOL)[0] == TARGET

    assert share(play, 2) == about(CHANCE)


@pytest.mark.parametrize("voids", range(VOIDS_ALLOWED + 1))
def test_who_knows_the_seed_and_reveals_last_gains_what_the_voids_allow(voids: int) -> None:
    """docs/drills.md: p becomes 1 - (1 - p)^(a + 1), no more: every void draws from a new seed."""

    def play(rng: np.random.Generator) -> bool:
        for _ in range(voids + 1):
            if drawn(seed_of(rng), [value_of(rng), value_of(rng)], POOL)[0] == TARGET:
                return True
        return False

    assert share(play, 3 + voids) == about(1 - (1 - CHANCE) ** (voids + 1))


def test_who_aborts_without_knowing_the_seed_gains_nothing() -> None:
    """It sees every value, takes a made-up seed for the sealed one, and aborts where that says."""

    def play(rng: np.random.Generator) -> bool:
        for _ in range(VOIDS_ALLOWED + 1):
            seed, values = seed_of(rng), [value_of(rng), value_of(rng)]
            index = drawn(seed, values, POOL)[0]
            if drawn(seed_of(rng), values, POOL)[0] == TARGET:
                return index == TARGET
        return index == TARGET

    assert share(play, 7) == about(CHANCE)


def test_a_die_typed_last_and_openly_is_steered_and_one_thrown_with_the_others_is_not() -> None:
    """Six faces and a known seed lift 10 % to 1 - 0.9^6 = 47 %; at once they lift nothing."""

    def last(rng: np.random.Generator) -> bool:
        seed, others = seed_of(rng), [str(rng.integers(6)) for _ in range(2)]
        return drawn(seed, [*others, best_of(seed, others, 6)], POOL)[0] == TARGET

    def at_once(rng: np.random.Generator) -> bool:
        dice = [str(rng.integers(6)) for _ in range(3)]
        return drawn(seed_of(rng), dice, POOL)[0] == TARGET

    assert share(last, 8) == about(1 - (1 - CHANCE) ** 6)
    assert share(at_once, 9) == about(CHANCE)


def test_one_honest_value_spreads_a_draw_whose_seed_everyone_knows() -> None:
    """All but one collude and know the seed; the one value they do not know decides."""
    seed, colluding = bytes(32), ["same", "same"]
    hits = Counter(drawn(seed, [*colluding, str(honest)], 7)[0] for honest in range(7_000))
    assert set(hits) == set(range(7))
    chi2 = sum((count - 1_000) ** 2 / 1_000 for count in hits.values())
    assert chi2 < 22.5, "0.1 % of chi-squared with 6 degrees of freedom"


def test_every_value_and_every_place_of_it_counts() -> None:
    seed = bytes(32)
    values = ["a", "b", "c"]
    base = [drawn(seed, values, 1 << 64)[0]]
    for at, other in itertools.product(range(3), "xyz"):
        changed = [other if place == at else value for place, value in enumerate(values)]
        base.append(drawn(seed, changed, 1 << 64)[0])
    base.append(drawn(seed, values[::-1], 1 << 64)[0])
    assert len(set(base)) == len(base)


def test_values_that_can_be_searched_are_steered_by_who_knows_the_seed() -> None:
    """Why ``draw make`` adds 128 bits to what is typed.

    Of 36 throws of the others a searched value of one's own leads a quarter or more to the target
    instead of a tenth; where another value is of chance it leads no more than a tenth.
    """
    seed = bytes(32)
    throws = list(itertools.product("123456", repeat=2))

    def reached(mine: str) -> int:
        return sum(drawn(seed, [*others, mine], POOL)[0] == TARGET for others in throws)

    best = max(map(str, range(1_500)), key=reached)
    assert reached(best) / len(throws) >= 0.25
    rng = np.random.default_rng(11)
    free = [drawn(seed, [rng.bytes(16).hex(), "1", best], POOL)[0] for _ in range(TRIALS)]
    assert free.count(TARGET) / TRIALS == about(CHANCE)


def test_a_seed_that_was_searched_steers_dice_and_no_value_of_chance() -> None:
    """Why docs/drills.md asks for six dice: who makes the seed need not take part to gain.

    Of 36 throws of two dice a searched seed leads a quarter or more to the target instead of a
    tenth. Over n throws the best of B seeds gains sqrt(ln(B) / 2n) at most (Hoeffding).
    """
    throws = list(itertools.product("123456", repeat=2))

    def reached(seed: bytes) -> int:
        return sum(drawn(seed, others, POOL)[0] == TARGET for others in throws)

    seeds = [number.to_bytes(32, "big") for number in range(1_500)]
    best = max(seeds, key=reached)
    gained = reached(best) / len(throws)
    assert 0.25 <= gained <= CHANCE + math.sqrt(math.log(len(seeds)) / 2 / len(throws))
    rng = np.random.default_rng(12)
    free = [drawn(best, ["1", rng.bytes(16).hex()], POOL)[0] for _ in range(TRIALS)]
    assert free.count(TARGET) / TRIALS == about(CHANCE)
    assert math.sqrt(math.log(2**40) / 2 / 6**6) < 0.0173
