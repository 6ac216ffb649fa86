"""The evaluator's page is one file: it asks nobody, runs one script, speaks one language."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desks.exercise.opened import scenario_digest
from desks.exercise.scenario import Node
from reports import evaluator_page as page
from reports.evaluator_page import evaluator_page
from tests.desks.exercise.pools import scenario
from tests.payloads import PAYLOADS

ROOT = Path(__file__).parents[2]
T0 = datetime(2026, 9, 16, 6, 22, 20, tzinfo=UTC)
HAN = re.compile(r"[\u4e00-\u9fff]")


def made(lang: str = "zh", **changes: object) -> str:
    return evaluator_page(scenario(1, **changes), "甲", lang, drill="2026-03", t0=T0)


def given(text: str) -> dict[str, object]:
    """Return what the page's script is given."""
    found = re.search(r'<script id="given" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    told: dict[str, object] = json.loads(found[1])
    return told


def test_the_page_names_its_drill_scenario_evaluator_and_start() -> None:
    told = given(made())
    assert (told["drill"], told["scenario"], told["evaluator"]) == ("2026-03", 1, "甲")
    assert told["digest"] == scenario_digest(scenario(1))
    assert told["t0"] == 1_789_539_740_000
    assert told["zone_min"] == 480
    assert [node["key"] for node in told["nodes"]] == ["called", "arrived"]  # type: ignore[attr-defined]
    assert given(evaluator_page(scenario(), "甲", "zh", drill="1"))["t0"] is None


def test_the_page_holds_nothing_of_the_scenario_but_its_title_and_nodes() -> None:
    """A phone is lost easily: injects, place and matter are not on it."""
    text = made()
    one = scenario(1)
    assert one.title in text
    for secret in (one.place, *(inject.text for inject in one.injects), "ammonia", "113.25"):
        assert secret not in text


def test_nothing_is_asked_of_any_network_and_one_script_runs() -> None:
    text = made()
    assert not re.search(
        r"""https?:|//[a-z]+\.|src=|@import|url\(|fetch\(|XMLHttp|WebSocket|\beval\(""", text
    )
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    assert "unsafe" not in policy[1]
    script = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    for kind, bodies in (("script", script), ("style", style)):
        assert len(bodies) == 1
        hashed = base64.b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{hashed}'" in policy[1]
    assert not re.search(r' (style|on[a-z]+)="', text), "a policy by hashes runs no attribute"


def test_the_same_hand_out_is_the_same_text() -> None:
    assert made() == made()
    assert made() != made("en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_word_is_of_the_scenarios_language(lang: str) -> None:
    words = given(made(lang))["words"]
    assert isinstance(words, dict)
    assert words.keys() == page.WORDS.keys()
    for text in words.values():
        assert bool(HAN.search(text)) == (lang == "zh"), text
    used = set(
        re.findall(r"words\.(\w+)", (ROOT / "reports/evaluator.js").read_text(encoding="utf-8"))
    )
    assert used == words.keys(), "every word is said, and none is missing"


def test_each_word_keeps_its_values_in_every_language() -> None:
    zh, en = (given(made(lang))["words"] for lang in ("zh", "en"))
    assert isinstance(zh, dict)
    assert isinstance(en, dict)
    for key in page.WORDS:
        assert set(re.findall(r"{\w+}", zh[key])) == set(re.findall(r"{\w+}", en[key])), key


def test_the_colours_are_those_of_the_program() -> None:
    table = json.loads((ROOT / "ui/tokens.json").read_text(encoding="utf-8"))["colour"]
    css = (ROOT / "reports/evaluator.css").read_text(encoding="utf-8")
    shades = re.findall(r":root \{([^}]*)\}", css)
    assert len(shades) == 2
    for shade, body in zip(("light", "dark"), shades, strict=True):
        found = dict(re.findall(r"--(\w+): (#[0-9A-F]{6})", body))
        assert len(found) > 12
        assert found == {key: table[key][shade] for key in found}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_names_stay_text(payload: str) -> None:
    node = Node("n", payload, "speed", None, None, None)
    one = replace(scenario(), title=payload, nodes=(node,))
    text = evaluator_page(one, payload, "zh", drill=payload)
    assert text.count("<script") == 2
    assert text.count("</script") == 2
    told = given(text)
    assert told["evaluator"] == payload
    assert told["nodes"][0]["title"] == payload  # type: ignore[index]
    bare = re.sub(r"<script.*?</script>|<style>.*?</style>", "", text, flags=re.DOTALL)
    tags = set(re.findall(r"<([a-zA-Z!]+)", bare))
    assert tags <= {
        "!doctype", "html", "head", "meta", "title", "body", "div", "span", "button", "ol",
        "input", "dialog", "noscript",
    }  # fmt: skip
