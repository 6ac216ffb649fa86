"""The evaluator's tool: one HTML file that works on any phone without a network, and asks none.

Its policy runs the one script written here and forbids every request. What is timed, written and
photographed stays in the device's own storage, in a chain of hashes like the log's, until it is
handed in as a file that ``desks/exercise/evaluators.py`` reads.
"""

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from desks.exercise.opened import scenario_digest
from desks.exercise.scenario import Scenario
from desks.stock import CHINA
from language import Catalogue, Sentence, say

HERE = Path(__file__).parent
PARTS = ("evaluator_chain.js", "evaluator.js")

WORDS: Mapping[str, Sentence] = {
    "stamp": say("Time it"),
    "change": say("Correct"),
    "expected": say("due {time}"),
    "latest": say("latest {time}"),
    "late": say("late by {time}"),
    "kept": say("Offline · {count} kept"),
    "not_kept": say("✕ NOT kept on this device: hand in before closing"),
    "offset": say("clock {seconds} s"),
    "no_offset": say("▲ clock not compared"),
    "no_t0": say("T0 not known"),
    "head": say("End of the chain {head} · merged later, twice counts once"),
    "cancel": say("Cancel"),
    "keep": say("Keep"),
    "later": say("Later"),
    "undo": say("Undo last"),
    "undo_told": say("Take back: {what}. It stays in the chain as taken back."),
    "line": say("Write a line"),
    "line_told": say("It is kept with the time of now."),
    "photo": say("Photo"),
    "photo_kept": say("Photo kept, {size} kB"),
    "no_photo": say("This picture cannot be read."),
    "photos_full": say("There are {count} photos already; no more fit into the file."),
    "time": say("Time as control’s clock shows it"),
    "why": say("Why"),
    "change_told": say("What was pressed first stays in the chain."),
    "clock": say("Compare the clocks"),
    "clock_told": say("Type a time that control’s clock is about to show. Press when it shows it."),
    "shows": say("Control’s clock will show"),
    "now": say("NOW"),
    "t0": say("Start of the exercise (T0)"),
    "keep_t0": say("Keep T0"),
    "hand_in": say("Hand in"),
    "hand_in_told": say("Save the file and give it to control. More can follow in another one."),
    "save": say("Save the file"),
    "saved": say("Saved. Read to control: {head}"),
    "altered": say("✕ What is kept here was altered at line {number}: tell control."),
    "broken": say("✕ This browser computes hashes wrongly: use another device."),
}  # fmt: skip


def evaluator_page(
    scenario: Scenario, evaluator: str, lang: str, *, drill: str, t0: datetime | None = None
) -> str:
    """Return the whole page as HTML, for one evaluator of one opened scenario.

    ``lang`` is zh or en; ``t0`` the moment the drill began or shall begin, ``None`` unknown: the
    evaluator can then set it. Same input, same text.
    """
    words = Catalogue.load(lang)
    script = "\n".join((HERE / name).read_text(encoding="utf-8") for name in PARTS)
    style = (HERE / "evaluator.css").read_text(encoding="utf-8")
    exercise = words.word(say("Exercise"))
    texts = {key: words.text(sentence.template) for key, sentence in WORDS.items()}
    made = (HERE / "evaluator.html").read_text(encoding="utf-8")
    return _filled(
        made,
        {
            "lang": {"zh": "zh-CN"}.get(lang, lang),
            "policy": _policy(script, style),
            "title": html.escape(f"【{exercise}】{drill} {evaluator}"),
            "style": style,
            "drill_word": html.escape(f"{exercise} {exercise}"),
            "who": html.escape(f"{evaluator} · {drill} · {scenario.title}"),
            **{key: html.escape(texts[key]) for key in ("line", "photo", "undo", "hand_in")},
            "noscript": html.escape(words.word(say("This page needs a browser with scripts."))),
            "given": _given(scenario, evaluator, (drill, t0), texts),
            "script": script,
        },
    )  # fmt: skip


def _given(
    scenario: Scenario,
    evaluator: str,
    of: tuple[str, datetime | None],
    texts: Mapping[str, str],
) -> str:
    """Return what the script is given, as JSON in which no sign can end the element."""
    drill, t0 = of
    offset = CHINA.utcoffset(None)
    told = {
        "drill": drill,
        "scenario": scenario.number,
        "digest": scenario_digest(scenario),
        "evaluator": evaluator,
        "t0": None if t0 is None else round(t0.timestamp() * 1000),
        "zone_min": round(offset.total_seconds() / 60),
        "nodes": [
            {
                "key": node.key,
                "title": node.title,
                "p50_ms": node.p50_ms,
                "p90_ms": node.p90_ms,
                "latest_ms": node.latest_ms,
            }
            for node in scenario.nodes
        ],
        "words": dict(texts),
    }
    text = json.dumps(told, ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _policy(script: str, style: str) -> str:
    """Return a policy that runs this script, applies this style and lets nothing be asked for."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _filled(template: str, values: Mapping[str, str]) -> str:
    """Return the template with each ``{name}`` filled once; what is filled in is not looked at."""
    first, *rest = template.split("{")
    made = [first]
    for part in rest:
        name, _, after = part.partition("}")
        made += [values[name], after]
    return "".join(made)
