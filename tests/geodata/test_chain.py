"""One hash chain: what it binds, what it refuses, what it names."""

import hashlib
from dataclasses import replace

import pytest

from geodata.chain import GENESIS, Link, breaks, canonical, link_hash


def chain(number: int) -> list[Link]:
    links: list[Link] = []
    previous = GENESIS
    for seq in range(1, number + 1):
        body: dict[str, object] = {"seq": seq, "名": f"事{seq}"}
        links.append(Link(seq, previous, body, link_hash(previous, body)))
        previous = links[-1].hash
    return links


def test_a_value_has_one_text() -> None:
    assert canonical({"b": 1, "a": ["乙", None, True]}) == '{"a":["乙",null,true],"b":1}'
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_does_not_have_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"not JSON compliant|Out of range"):
        canonical({"a": value})


def test_the_hash_is_sha256_over_the_one_before_and_the_body() -> None:
    """Anyone can compute it again without this program."""
    told = GENESIS + '\n{"a":"甲"}'
    assert link_hash(GENESIS, {"a": "甲"}) == hashlib.sha256(told.encode()).hexdigest()


def test_a_whole_chain_has_no_break() -> None:
    assert list(breaks(chain(5))) == []
    assert list(breaks([])) == []


def test_each_change_is_named_where_it_is() -> None:
    links = chain(6)
    assert list(breaks([*links[:2], replace(links[2], body={"seq": 3}), *links[3:]])) == [3]
    assert list(breaks([*links[:2], *links[3:]])) == [4]
    assert list(breaks([links[1], links[0], *links[2:]])) == [2, 1, 3]
    assert list(breaks(links[1:])) == [2]


def test_a_chain_goes_on_after_a_known_head() -> None:
    links = chain(4)
    assert list(breaks(links[2:], after=links[1].hash, number=3)) == []
    assert list(breaks(links[2:], after=links[0].hash, number=3)) == [3]
