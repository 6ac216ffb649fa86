"""What comes out of a printer: exactly one page, nothing cut off, nothing fetched."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from desks.command.card import CardCase, card_keys, record_card
from desks.command.case import Case
from desks.command.sheet import situation_sheet
from desks.onemap import OneMap, load_onemap
from language import Catalogue
from tests.browser.printing import WHEN, printed, sheet_at, sources
from tests.desks.casework import bare_case, full_case


@pytest.fixture(scope="module")
def onemap(sample_district: Path) -> OneMap:
    return load_onemap(sample_district)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page that may fetch nothing."""
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("number", range(6))
def test_a_situation_sheet_is_one_page(onemap: OneMap, page: Page, number: int) -> None:
    """Six sources of all; ``make print-papers`` prints every one."""
    keys = sources(onemap)
    key = keys[number * len(keys) // 6]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    found = printed(page, sheet_at(onemap, key, number))
    assert found.is_one("A4"), found
    assert not [url for url in asked if not url.startswith(("about:", "data:"))]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_fullest_and_the_emptiest_sheet_are_one_page(
    onemap: OneMap, page: Page, language: str
) -> None:
    x_m, y_m = onemap.records["hazard"].xy_m[0]
    at = (float(x_m), float(y_m))
    for case in (full_case(onemap, at, language, drill=True), bare_case(onemap, at, language)):
        found = printed(page, situation_sheet(case))
        assert found.is_one("A4"), found


def test_endless_names_do_not_make_a_second_page(onemap: OneMap, page: Page) -> None:
    """A hostile or careless register: names of two hundred signs, without a blank to break at."""
    x_m, y_m = onemap.records["hazard"].xy_m[0]
    case: Case = full_case(onemap, (float(x_m), float(y_m)))
    long = "危" * 200
    brief = case.brief
    assert brief.exposure is not None
    assert brief.evacuation is not None
    assert case.incident is not None
    named = replace(
        brief,
        responders=tuple(replace(one, name=long) for one in brief.responders),
        calls=tuple(replace(one, name="W" * 200) for one in brief.calls),
        exposure=replace(
            brief.exposure,
            receptors=tuple(replace(one, name=long) for one in brief.exposure.receptors),
        ),
        incident=replace(brief.incident, substance="W" * 200),
    )
    endless = replace(case, brief=named, incident=replace(case.incident, place=long))
    found = printed(page, situation_sheet(endless))
    assert (found.pages, found.is_one("A4")) == (1, True), found


@pytest.mark.parametrize("number", range(6))
def test_a_card_is_one_small_page(onemap: OneMap, page: Page, number: int) -> None:
    """Row S0-11: A5, offline; ``make print-papers`` prints the cards of all sources and plans."""
    keys = card_keys(onemap)
    key = keys[number * (len(keys) - 1) // 5]
    for language in ("zh", "en"):
        case = CardCase(onemap, Catalogue.load(language), WHEN, drill=number % 2 == 0)
        found = printed(page, record_card(case, *key))
        assert found.is_one("A5"), (key, found)
