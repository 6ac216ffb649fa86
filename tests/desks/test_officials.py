"""Layers for officials only: nobody learns of a row of theirs from what everybody reads."""

import re
from pathlib import Path

from desks.onemap import OneMap, load_onemap
from desks.register import search_entries
from desks.register.opening import open_register

PHONE = re.compile(rb"[0-9]{3}-[0-9]{4}")
"""The shape of every made-up telephone."""


def test_vulnerable_residents_are_in_no_map_and_no_search(district: OneMap) -> None:
    """Row S1-33: role-locked; the map, the counts and the search of everybody know none."""
    assert "vulnerable_resident" not in district.layers
    assert "vulnerable_resident" not in district.records
    assert "vulnerable_resident" not in {entry.layer for entry in search_entries(district)}


def test_the_register_holds_no_name_address_or_telephone_in_clear(sample_district: Path) -> None:
    """Row S1-33: what is personal can be read with the person's key only."""
    with open_register(sample_district) as store:
        features = store.read("vulnerable_resident")
        personal = store.personal("vulnerable_resident", [feature.id for feature in features])
    assert len(features) == len(personal) == 970
    assert all(feature.has_personal >= {"contact", "home_address"} for feature in features)
    raw = (sample_district / "register.sqlite").read_bytes()
    phones = {columns["phone"].encode() for columns in personal.values()}
    assert all(PHONE.fullmatch(phone) for phone in phones)
    assert phones.isdisjoint(PHONE.findall(raw))
    for feature in features:
        told = str(dict(feature.props))
        assert not any(text in told for text in personal[feature.id].values() if text)


def test_officials_have_a_map_of_their_own(sample_district: Path, district: OneMap) -> None:
    """Row S1-33: it shows them, without names, and its stamp is another one."""
    theirs = load_onemap(sample_district, officials=True, previous=district)
    assert len(theirs.records["vulnerable_resident"].ids) == 970
    assert theirs.stamp != district.stamp
    assert theirs.network is district.network
    assert not {"contact", "phone", "home_address"} & set(theirs.layers["vulnerable_resident"])


def test_a_source_says_whether_a_person_is_named_and_not_who(district: OneMap) -> None:
    """Row S0-4: who answers is personal; whether somebody does can be counted by everybody."""
    records = district.records["declared_risk"]
    assert "responsible_person" not in records.columns
    named = records.columns["has_responsible_person"]
    assert 0.85 < sum(map(bool, named)) / len(named) < 1.0
