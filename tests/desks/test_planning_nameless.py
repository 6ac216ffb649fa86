"""A piece of road without a name is told by the roads around it and its community."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from desks.onemap import OneMap
from desks.planning.fragility import fragility
from desks.planning.nameless import loss_names, where_of
from desks.planning.services import service_of
from language import Catalogue
from tests.desks.planning_town import build_town

ZH, EN = Catalogue.load("zh"), Catalogue.load("en")


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return build_town(tmp_path_factory.mktemp("nameless"))


def without(river: OneMap, gone: Collection[str], **other: str) -> OneMap:
    """Return the town with these names taken off its roads, or others put there."""
    network = river.network
    names = tuple("" if one in gone else other.get(one, one) for one in network.names)
    return replace(river, ground=replace(river.ground, network=replace(network, names=names)))


def piece_of(river: OneMap, name: str) -> int:
    network = river.network
    return next(row for row, at in enumerate(network.road_name.tolist())
                if network.names[at] == name)  # fmt: skip


def told(river: OneMap, gone: Collection[str], name: str, **other: str) -> str:
    return ZH.word(where_of(without(river, gone, **other), piece_of(river, name)))


def test_it_lies_between_the_roads_that_meet_its_ends(river: OneMap) -> None:
    assert told(river, ["bc路"], "bc路") == "无名路（ab路—cd路之间，K1）"


def test_of_several_roads_the_lowest_name_is_taken_whatever_their_order(river: OneMap) -> None:
    assert "cd路" in told(river, ["bc路"], "bc路")
    assert "aa路" in told(river, ["bc路"], "bc路", cg路="aa路;又名")
    assert "又名" not in told(river, ["bc路"], "bc路", cg路="aa路;又名")


def test_one_named_end_is_enough_and_one_name_at_both_ends_is_one(river: OneMap) -> None:
    assert "（接cd路，" in told(river, ["dh路"], "dh路")
    assert "（接cd路，" in told(river, ["bc路", "ab路", "cg路"], "bc路")
    same = told(river, ["bc路", "cd路"], "bc路", cg路="ab路")
    assert "（接ab路，" in same


def test_without_a_named_end_the_nearest_named_road_is_told(river: OneMap) -> None:
    assert told(river, ["ab路", "bc路", "cg路"], "ab路") == "无名路（ef路附近，K1）"


def test_where_nothing_has_a_name_the_place_remains(river: OneMap) -> None:
    names = [name for name in river.network.names if name]
    said = where_of(without(river, names), piece_of(river, "ab路"))
    assert ZH.word(said) == f"无名路（{river.records['community'].names[0]}）"
    assert EN.word(said).startswith("nameless road, ")


def test_losses_have_their_own_names_where_they_have_one(river: OneMap) -> None:
    """S2-18: no list of losses calls a road by a number alone."""
    town = without(river, ["bc路"])
    losses = fragility(town, service_of("fire_station", "10min")).losses
    names = dict(zip([one.name for one in losses], loss_names(town, losses), strict=True))
    assert ZH.word(names["cg路"]) == "cg路"
    assert ZH.word(names[""]).startswith("无名路（")
    assert not any(ZH.word(name).isdecimal() for name in names.values())
