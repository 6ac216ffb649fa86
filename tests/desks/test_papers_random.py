"""Any incident at all has its papers: nothing raises, nothing is NaN, every tag closes."""

import re
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import xmlschema

from desks.command import Incident, situation_brief
from desks.command.bulletins import bulletin
from desks.command.cap import cap_alert
from desks.command.case import Case
from desks.command.journal import Entry
from desks.command.reporting import report_text, stage
from desks.command.reporting_rules import reporting_rules
from desks.command.sheet import situation_sheet
from desks.onemap import OneMap
from language import Catalogue
from risk import INCIDENT_KINDS
from risk.substances import SUBSTANCES
from tests.desks.casework import WHEN, full_case, opened
from tests.desks.making import town_place
from tests.desks.test_cap import SCHEMA, SENDER
from tests.desks.test_sheet import Reader

ROUNDS = 6
EACH = 5
NO_NUMBER = re.compile(r"(?<![A-Za-z])(nan|inf|None)(?![A-Za-z])")


def some_incident(random: np.random.Generator) -> Incident:
    """Return an incident anywhere in the town or well beyond it, with any of it unknown."""

    def maybe(value: float, share: float = 0.6) -> float | None:
        return float(value) if random.random() < share else None

    kinds, substances = list(INCIDENT_KINDS), list(SUBSTANCES)
    x_m, y_m = random.uniform(-1500, 3500, 2)
    cloud = maybe(random.integers(0, 9))
    return Incident(
        town_place(float(x_m), float(y_m)),
        WHEN + timedelta(minutes=int(random.integers(0, 1440))),
        kinds[int(random.integers(len(kinds)))],
        substance=substances[int(random.integers(len(substances)))]
        if random.random() < 0.7
        else "",
        quantity_t=maybe(10 ** random.uniform(-3, 3)),
        wind_from_deg=maybe(random.uniform(0, 360)),
        wind_ms=maybe(random.uniform(0.3, 15)),
        cloud_oktas=None if cloud is None else int(cloud),
    )


def some_case(onemap: OneMap, random: np.random.Generator) -> Case:
    incident = some_incident(random)
    log = tuple(
        Entry(str(k), "SJ-1", "decision", WHEN + timedelta(seconds=k), "林晏", "派队" * k)
        for k in range(1, int(random.integers(1, 9)))
    )
    return Case(
        onemap,
        situation_brief(onemap, incident),
        WHEN + timedelta(seconds=45),
        Catalogue.load("zh" if random.random() < 0.5 else "en"),
        opened() if random.random() < 0.5 else None,
        log,
        drill=bool(random.random() < 0.5),
    )


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_any_incident_has_its_papers(town: OneMap, seed: int) -> None:
    """Any kind, substance, quantity, wind and place: sheet, report, bulletin and alert."""
    random = np.random.default_rng(seed)
    for _ in range(EACH):
        case = some_case(town, random)
        told = Reader(situation_sheet(case)).shown
        assert not NO_NUMBER.search(told), (case.brief.incident, NO_NUMBER.search(told))
        assert case.brief.stamp in told
        for key in reporting_rules().stages:
            text = report_text(case, stage(key))
            assert not NO_NUMBER.search(text)
            assert len(text.splitlines()) >= 6
        for key in reporting_rules().colours:
            assert all(bulletin(case, key).lines)
        alert = cap_alert(case, "red", SENDER)
        SCHEMA.validate(alert)
        assert not NO_NUMBER.search(alert)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_chinese_paper_speaks_no_english_of_ours(town: OneMap, language: str) -> None:
    """Every sentence that the papers themselves say has its Chinese."""
    place = town_place(500, 500)
    told = Reader(situation_sheet(full_case(town, place, language))).shown
    ours = ("Teams", "Shelters", "Cautions", "more on the screen", "not known", "Harm reaches",
            "signed", "Situation sheet", "Telephone", "Decisions", "Receptors")  # fmt: skip
    found = [words for words in ours if words in told]
    assert found == ([] if language == "zh" else [w for w in ours if w in told])
    if language == "en":
        assert len(found) >= 8


def test_a_case_far_from_everything_still_has_a_sheet(town: OneMap) -> None:
    """A hundred kilometres off: no road, no team, no community; the sheet says so."""
    brief = situation_brief(town, Incident(town_place(100_000, 100_000), WHEN))
    case = Case(town, brief, WHEN, Catalogue.load("zh"))
    told = Reader(situation_sheet(case)).shown
    assert "均不能到达" in told
    assert not NO_NUMBER.search(told)
    SCHEMA.validate(cap_alert(case, "blue", SENDER))


def test_a_later_sheet_counts_its_edition(town: OneMap) -> None:
    case = full_case(town, town_place(500, 500))
    assert "第 7 版" in Reader(situation_sheet(replace(case, edition=7))).shown


def test_the_schema_is_the_one_of_the_standard() -> None:
    """A schema that somebody loosened would let anything pass."""
    assert SCHEMA.target_namespace == "urn:oasis:names:tc:emergency:cap:1.2"
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        SCHEMA.validate('<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>')
