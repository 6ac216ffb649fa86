"""The Chinese catalogue is whole: every sentence of the code, with the same values."""

from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from language import Catalogue, say
from language import catalogue as module
from tests.language import templates

PO = Path(module.__file__).parent / "zh.po"


def test_every_template_of_the_code_has_its_chinese() -> None:
    entries = Catalogue.load("zh").entries
    lacking = [
        f"{file}: {template}"
        for template, file in templates.every_template().items()
        if template not in entries
    ]
    assert not lacking, "\n".join(lacking)


def test_chinese_asks_for_the_same_values() -> None:
    wrong = [
        template
        for template, chinese in Catalogue.load("zh").entries.items()
        if templates.placeholders(template) != templates.placeholders(chinese)
    ]
    assert not wrong


def test_no_entry_is_fuzzy_or_twice() -> None:
    with PO.open("rb") as stream:
        messages = [message for message in read_po(stream) if message.id]
    assert not [message.id for message in messages if message.fuzzy]
    text = PO.read_text(encoding="utf-8")
    assert text.count("\nmsgid ") == len(messages) + 1


def test_no_sentence_is_said_from_a_variable() -> None:
    """What the extraction cannot see would reach a Chinese reader in English."""
    hidden = [
        f"{path.relative_to(templates.ROOT)}:{line}"
        for path in templates.sources()
        for line in templates.hidden(path.read_text(encoding="utf-8"))
    ]
    assert not hidden, "\n".join(hidden)
    assert templates.hidden('say("A")\nsay(name)\nlanguage.say(f"{x}")') == [2, 3]


def test_extraction_reads_say_and_text_but_no_variable() -> None:
    source = 'say("A {x}", x=1); view.text("B" " C"); t("D"); say(name); other("E")'
    assert templates.templates(source) == {"A {x}", "B C", "D"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_formats_of_numbers_survive(language: str) -> None:
    worded = Catalogue.load(language).word(say("takes {people:,}", people=3200))
    assert "3,200" in worded


def test_placeholders_ignore_formats() -> None:
    assert templates.placeholders("{a:,} {b}") == {"a", "b"}
    assert not list(Formatter().parse(""))


def test_a_letter_among_the_values_is_no_point_of_the_compass() -> None:
    """Stability class E was said as 东 (east), because the dial's E is a sentence of its own."""
    chinese = Catalogue.load("zh")
    assert chinese.text("E") == "东"
    said = say("Stability {stability} (stated), wind {wind} m/s at 10 m, {air} °C.",
               stability="E", wind=2, air=20)  # fmt: skip
    assert "E" in chinese.word(said)
    assert "东" not in chinese.word(said)
