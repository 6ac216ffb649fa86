"""From typed texts to a release: hostile texts end in sentences, all at once."""

import random
import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from geodata.faults import Fault, UserError
from risk.stated import BOUNDS, Placed, Stated, release_of
from risk.zones import zones

NOW = datetime(2026, 9, 16, 20, 30, tzinfo=UTC)
CHLORINE = Stated(
    at="113.0,23.0", substance="液氯", quantity_t="1", wind_from="90", wind_ms="2", cloud="3"
)


def placed(stated: Stated) -> Placed:
    return release_of(stated, NOW)


def faults(stated: Stated) -> tuple[Fault, ...]:
    with pytest.raises(UserError) as caught:
        placed(stated)
    return caught.value.faults


def test_what_was_typed_is_what_is_computed() -> None:
    release = placed(CHLORINE).release
    assert release.substance == "chlorine"
    assert (release.quantity_t, release.wind_from_deg, release.wind_ms) == (1.0, 90.0, 2.0)
    assert release.cloud_oktas == 3
    assert release.is_urban
    assert not placed(replace(CHLORINE, rural=True)).release.is_urban
    assert placed(CHLORINE).crs == "EPSG:4547"


def test_full_width_figures_and_signs_are_read() -> None:
    stated = replace(
        CHLORINE, at="１１３．０，２３．０", quantity_t=" １．５ ", stability="ｄ", hour="７"
    )
    release = placed(stated).release
    assert (release.quantity_t, release.stability) == (1.5, "D")


def test_what_is_not_typed_is_not_known() -> None:
    release = placed(Stated(at="113,23")).release
    assert release.substance == ""
    assert (release.quantity_t, release.wind_ms, release.cloud_oktas) == (None, None, None)
    assert release.time.astimezone(UTC) == NOW


def test_an_hour_is_of_the_place_s_own_day() -> None:
    """20:30 UTC is the next morning in China, the afternoon in Chile."""
    china = placed(replace(CHLORINE, hour="7")).release.time
    assert (china.day, china.hour, china.utcoffset()) == (17, 7, timedelta(hours=8))
    chile = placed(replace(CHLORINE, at="-71.3,-29.9", hour="7")).release.time
    assert (chile.day, chile.hour) == (16, 7)


def test_a_stated_time_is_taken_as_it_is() -> None:
    found = placed(replace(CHLORINE, time="2026-01-02T03:04+08:00")).release.time
    assert found == datetime(2026, 1, 1, 19, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("", "no position"),
        ("113", "no position"),
        ("113,23,5", "no position"),
        ("nan,nan", "no position"),
        ("23.0,113.0", "each other's place"),
        ("200,10", "off the globe"),
        ("x" * 10_000, "no position"),
        ("113.0,23.0; rm -rf /", "no position"),
    ],
)
def test_a_place_that_cannot_be_meant(at: str, said: str) -> None:
    found = faults(replace(CHLORINE, at=at))
    assert [fault.file for fault in found] == ["--at"]
    assert said in str(found[0].problem)
    assert len(found[0].value) <= 60


FIELDS = {option: option[2:].replace("-", "_") for option in BOUNDS}


@pytest.mark.parametrize("option", BOUNDS)
@pytest.mark.parametrize(
    "text",
    ["nan", "inf", "-inf", "1e999", "-1e9", "0x10", "1_000", "1,5", "--", "10 t", "٣", "1" * 5000],
)
def test_a_number_that_cannot_be_meant(option: str, text: str) -> None:
    found = faults(replace(CHLORINE, **{FIELDS[option]: text}))
    assert [fault.file for fault in found] == [option]


@pytest.mark.parametrize("option", BOUNDS)
def test_the_bounds_are_inclusive(option: str) -> None:
    low, high, _ = BOUNDS[option]
    for value in (low, high):
        placed(replace(CHLORINE, **{FIELDS[option]: repr(value)}))
    for value in (low - 1.0, high * 1.001 + 1.0):
        faults(replace(CHLORINE, **{FIELDS[option]: repr(value)}))


@pytest.mark.parametrize(
    ("field", "text", "option"),
    [
        ("substance", "氪石", "--substance"),
        ("substance", "'; DROP TABLE x; --", "--substance"),
        ("cloud", "9", "--cloud"),
        ("cloud", "-1", "--cloud"),
        ("stability", "G", "--stability"),
        ("stability", "AB", "--stability"),
        ("container", "bucket", "--container"),
        ("hour", "24", "--hour"),
        ("hour", "7.5", "--hour"),
        ("time", "yesterday", "--time"),
        ("kind", "alien", "incident_kinds.toml"),
    ],
)
def test_a_word_that_cannot_be_meant(field: str, text: str, option: str) -> None:
    found = faults(replace(CHLORINE, **{field: text}))
    assert [fault.file for fault in found] == [option]
    assert str(found[0].mend)


def test_hour_and_time_together_are_one_fault() -> None:
    assert len(faults(replace(CHLORINE, hour="3", time="2026-01-01T00:00"))) == 1


def test_all_faults_come_at_once() -> None:
    wrong = Stated(
        at="x", substance="x", quantity_t="x", kind="x", container="x", hole_mm="x",
        wind_from="x", wind_ms="x", cloud="x", stability="x", air_c="x", hour="x",
    )  # fmt: skip
    assert len(faults(wrong)) == 12


def test_a_container_may_be_named_in_chinese() -> None:
    assert placed(replace(CHLORINE, container="公路罐车")).release.container == "highway_tank"


@pytest.mark.parametrize("at", ["0,90", "0,-90", "180,0", "-180,0", "179.999,-0.001", "73,3"])
def test_the_ends_of_the_globe_have_zones_too(at: str) -> None:
    assert zones(placed(replace(CHLORINE, at=at)).release).zones


def test_any_texts_end_in_a_release_or_in_sentences() -> None:
    """2,000 random texts, no exception but the faults."""
    rng = random.Random(9)  # noqa: S311 - seeded
    signs = string.printable + "氯氨１２，。°−\u202e\u0000"
    told = read = 0
    for _ in range(2000):
        texts = {
            field: "".join(rng.choices(signs, k=rng.randrange(6)))
            for field in ("substance", "quantity_t", "wind_from", "wind_ms", "cloud", "hour")
            if rng.random() < 0.5
        }
        try:
            release = placed(replace(CHLORINE, **texts)).release
        except UserError:
            told += 1
        else:
            read += 1
            assert release.wind_ms is None or 0.0 <= release.wind_ms <= 60.0
    assert told > 100
    assert read > 50
