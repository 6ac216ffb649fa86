"""Layers for officials only: nobody learns of a row of theirs from what everybody reads."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from desks.onemap import OneMap
from desks.register import search_entries


def test_vulnerable_residents_are_in_no_map_and_no_search(district: OneMap) -> None:
    """Row S1-33: role-locked; the map, the counts and the search of everybody know none."""
    assert "vulnerable_resident" not in district.layers
    assert "vulnerable_resident" not in district.records
    assert "vulnerable_resident" not in {entry.layer for entry in search_entries(district)}


def test_their_file_holds_no_name_address_or_telephone(sample_district: Path) -> None:
    """Row S1-33: what is personal stands in the one file that is read at drawing."""
    columns = set(pq.read_schema(sample_district / "layers" / "vulnerable_resident.parquet").names)
    assert not {"contact", "phone", "home_address"} & columns
    assert columns >= {"has_contact", "has_phone", "has_home_address"}
    contacts = pd.read_parquet(sample_district / "contacts.parquet")
    own = contacts[contacts["layer"] == "vulnerable_resident"]
    assert len(own) == 970
    assert (own["home_address"] != "").all()


def test_a_source_says_whether_a_person_is_named_and_not_who(district: OneMap) -> None:
    """Row S0-4: who answers is personal; whether somebody does can be counted by everybody."""
    records = district.records["declared_risk"]
    assert "responsible_person" not in records.columns
    named = records.columns["has_responsible_person"]
    assert 0.85 < sum(map(bool, named)) / len(named) < 1.0
