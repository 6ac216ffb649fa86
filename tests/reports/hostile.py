"""A paper with a payload in every field that takes text."""

from dataclasses import replace

from language import Catalogue, say
from reports.paper import Column, Heading, Paper, Paragraph, Percent, Plan, Table, Verdict
from tests.payloads import PAYLOADS

TEXTS = (*PAYLOADS.values(), "长" * 10_000, "\x00\x01\x1f\x7f", "\ud800", "</w:t></w:r>&amp;&#0;")


def hostile_paper(language: str = "zh") -> Paper:
    """Return a paper whose title, cells, paragraphs, defects and facts are all payloads."""
    columns = (
        Column("name", say("{layer}", layer=TEXTS[3])),
        Column("people", say("People"), is_figure=True),
        Column("share", say("{definition}, %", definition="=1+1"), is_figure=True,
               share_of=("people", "people")),
        Column("met", say("Result")),
    )  # fmt: skip
    rows = tuple(
        (text, at, Percent(at, len(TEXTS)), Verdict("pass")) for at, text in enumerate(TEXTS)
    )
    people = sum(range(len(TEXTS)))
    total = (TEXTS[0], people, Percent(1, 2), None)
    table = Table("t", say("{layer}", layer="[a]:*?/\\'" + TEXTS[1]), columns, rows, total,
                  ("people",), tuple(say("{layer}", layer=text) for text in TEXTS[:5]))  # fmt: skip
    said = tuple(say("{layer}", layer=text) for text in TEXTS)
    return Paper(
        key="hostile",
        title=say("Report on the coverage of {district}", district=TEXTS[4]),
        district_zh=TEXTS[5], district_en=TEXTS[6], issuer="=cmd|' /C calc'!A0", day="2026-09-16",
        audience="internal", words=Catalogue.load(language),
        blocks=(Heading(1, said[0]), *(Paragraph((one,)) for one in said), table,
                replace(table, key="t2")),
        crs="EPSG:4547", stamp="<&>", sample=True,
        facts={f"fact{at}": text for at, text in enumerate(TEXTS)},
        review_no="{{7*7}}", secrecy="<b>", defects=said,
        plan=Plan("&C\u202e=1+1<b>#eval[`${1}`]{{7*7}}\\x00" + TEXTS[0], "0" * 64, TEXTS[1]),
    )  # fmt: skip
