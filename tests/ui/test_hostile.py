"""Names from a file in every panel, the feed, the popup and the tables: text, never markup."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desks.command.situation import Answerable, Caution, Change, SituationBrief
from desks.onemap import OneMap, load_onemap
from geodata.faults import Fault
from language import Catalogue, say
from layers import CATALOG, layer
from tests.payloads import PAYLOADS
from tests.ui import answers, fakes
from tests.ui.script import run
from ui import feed, records
from ui.frame import _button_icons
from ui.map import MapState, Marked, PickedDetail, RouteLine
from ui.pages import command_zones, lists
from ui.panels.band import band
from ui.panels.calls import calls_tile
from ui.panels.calm import Ready, Trust, calm
from ui.panels.cautions import cautions, changes_line
from ui.panels.counts import Breakdown, Counts, breakdown_line, counts_table, lacking
from ui.panels.faults import faults_page
from ui.panels.levels import LEVELS
from ui.panels.log import Log, board_table, log_tile
from ui.panels.markup import Contact, View, phone
from ui.panels.rail import rail
from ui.panels.tiles import tiles
from ui.panels.topbar import brand, loading, status

NAMES = [
    fakes.HOSTILE,
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "{0} {name} {} %s {brief.place}",
    "javascript:alert(1)",
    "&lt;b&gt; & &amp;",
    "云溪\u202e\u0000\u200b水厂",
]
EVERY = [*NAMES, *(text for text in PAYLOADS.values() if len(text) < 1000)]
HARMLESS = {
    "main", "ul", "button", "u",
    "a", "article", "aside", "b", "br", "details", "div", "header", "h1", "h2", "h3", "i", "li",
    "ol", "p", "pre", "section", "small", "span", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "code",
}  # fmt: skip
HARMLESS_ATTRIBUTES = {
    "class", "title", "href", "style", "tabindex", "role", "aria-label", "aria-hidden", "data-fly",
    "data-route", "data-since", "data-clock", "data-state", "data-lang", "start", "type",
    "data-withdraw", "data-of", "data-name", "data-act", "data-value",
}  # fmt: skip

Panel = Callable[[str, View], str]


class Seen(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag and its attributes."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def seen(markup: str) -> Seen:
    parser = Seen()
    parser.feed(markup)
    return parser


def brief_of(name: str) -> SituationBrief:
    """Return a brief in which every text that a user's file can fill is this name."""
    teams = (
        fakes.responder(1, name=name, kind=name, order=name, last_verified=name, stale=True,
                        fit=False, fit_reason=say("{x}", x=name), equipment_missing=(name,)),
        fakes.responder(2, name=name, kind=name),
        replace(fakes.unreachable(3), name=name, reason=say("{x}", x=name)),
        replace(fakes.unreachable(4), name=name, reason=say("{x}", x=name)),
    )  # fmt: skip
    facts = (("kind", name), ("grade", name), ("specialty", name), ("capacity_people", name))
    near = {
        spec.key: tuple(
            fakes.nearby(spec.key, n, name=name, facts=facts, stock=((name, name),),
                         travel_s=None if n > 2 else 60, reason=say("{x}", x=name))
            for n in range(1, 5)
        )
        for spec in CATALOG
        if spec.purpose != "unit" and not spec.ranked
    }  # fmt: skip
    return fakes.brief(
        responders=teams,
        nearby=near,
        place=fakes.place(subdistrict=name, community=name, road=name),
        escalation=tuple(
            Answerable(level, "department", f"{level}{n}", name, say("{x}", x=name) if n else None)
            for level in LEVELS
            for n in range(3)
        ),
        cautions=(Caution(0, say("{x}", x=name)),),
        why_first=say("{x}", x=name),
        stamp=name,
        speed_model=name,
    )


def unstated(name: str) -> SituationBrief:
    made = brief_of(name)
    return replace(made, incident=replace(made.incident, kind="unspecified"))


def view_of(name: str, language: str) -> View:
    keys = [("team", f"T{n}") for n in range(1, 5)]
    keys += [(spec.key, f"{spec.key}{n}") for spec in CATALOG for n in range(1, 5)]
    return View(
        Catalogue.load(language),
        kind=name,
        label=name,
        contacts=dict.fromkeys(keys, Contact(name, name)),
        changes={("team", "T2"): Change("team", "T2", 1, 2, 60, lost=False, gained=False)},
        degrees={(0.0, 0.0): (113.0, 23.0)},
    )


def counts_of(name: str) -> Counts:
    return Counts(((name, name, 3), ("b", name, 0)), outside=1, unplaced=0, total=4)


PANELS: dict[str, Panel] = {
    "band": lambda name, view: band(brief_of(name), view),
    "band without kind": lambda name, view: band(unstated(name), view),
    "cautions": lambda name, view: cautions(brief_of(name), view),
    "changes": lambda name, view: changes_line(
        brief_of(name), tuple(view.changes.values()), view
    ),
    "band of harm": lambda name, view: band(answers.brief(name=name), view),
    "cautions of harm": lambda name, view: cautions(answers.brief(name=name), view),
    "tiles of harm": lambda name, view: tiles(answers.brief(name=name), view),
    "calls": lambda name, view: calls_tile(answers.brief(name=name), view, may_tell=True),
    "log": lambda name, view: log_tile(
        Log(answers.open_incident(place=name), answers.entries(name=name), head=name), view
    ),
    "board": lambda name, view: board_table(
        [answers.open_incident(id=name, place=name, opened_by=name, drill=True)],
        {"hazmat_leak": name},
        view,
    ),
    "rail": lambda name, view: rail(brief_of(name), view),
    "tiles": lambda name, view: tiles(brief_of(name), view),
    "calm": lambda name, view: calm(
        [Ready(name, 1, name, name)], [Trust(name, 3, 1, 1)], view
    ),
    "counts": lambda name, view: counts_table(counts_of(name), view),
    "breakdown": lambda name, view: breakdown_line([Breakdown(name, ((name, 2),))], view),
    "lacking": lambda name, _view: lacking(name, [name, name]),
    "brand": brand,
    "loading": loading,
    "status": lambda name, view: status(sample=True, as_of=name, view=view),
    "faults": lambda name, view: faults_page(
        [Fault(name, say("{x}", x=name), say("{x}", x=name))], name, view
    ),
    "phone": lambda name, view: phone(replace(view, contacts={("a", "b"): Contact(name, name)}),
                                      ("a", "b")),
}  # fmt: skip


@pytest.fixture(scope="module")
def onemap(town: Path) -> OneMap:
    return load_onemap(town)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("panel", PANELS)
def test_no_name_becomes_a_tag_or_an_attribute(panel: str, name: str, language: str) -> None:
    drawn = str(PANELS[panel](name, view_of(name, language)))
    parts = seen(drawn)
    assert set(parts.tags) <= HARMLESS
    assert {attribute for attribute, _ in parts.attributes} <= HARMLESS_ATTRIBUTES
    links = [value for attribute, value in parts.attributes if attribute == "href"]
    assert all(re.fullmatch(r"tel:[0-9+-]*", link) for link in links)
    styles = [value for attribute, value in parts.attributes if attribute == "style"]
    assert all(re.fullmatch(r"(width|height|left):[\d.]+%", style) for style in styles)


@pytest.mark.parametrize("panel", PANELS)
def test_the_name_itself_can_be_read(panel: str) -> None:
    """Escaped once and not twice: what is on file is what is on the screen."""
    name = "A&B <水厂>"
    drawn = str(PANELS[panel](name, view_of(name, "zh")))
    assert "A&amp;B &lt;水厂&gt;" in drawn
    assert "&amp;amp;" not in drawn


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.text(min_size=1, max_size=30))
def test_any_name_leaves_the_structure_of_every_panel(name: str) -> None:
    for panel in ("band", "tiles", "rail", "cautions"):
        parts = seen(str(PANELS[panel](name, view_of(name, "en"))))
        assert set(parts.tags) <= HARMLESS
        assert {attribute for attribute, _ in parts.attributes} <= HARMLESS_ATTRIBUTES


# ---- buttons, styles ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["[x](http://a)", ":red[x]", "`x`", "$x$", "~~x~~", "![x](y)"])
def test_closure_on_a_button_reads_no_markdown(name: str) -> None:
    plain = command_zones.plain(name)
    signs = set("\\`*_{}[]()#+-.!|<>~:$")
    assert plain.replace("\\", "") == name.replace("\\", "")
    bare = re.sub(r"\\.", "", plain)
    assert not set(bare) & signs


def test_styles_of_buttons_hold_our_icons_only() -> None:
    css = _button_icons()
    assert css.count("data:image/svg+xml,") == 2 * len(CATALOG)
    assert css.count("prefers-color-scheme:dark") == len(CATALOG)
    assert "</" not in css
    assert not re.search(r"url\(\"(?!data:)", css)


# ---- the feed, the map's state, the popup ---------------------------------------------------


def renamed(onemap: OneMap, name: str) -> OneMap:
    """Return the map with this name in every record, unit and choice."""
    made = {
        key: replace(
            rows,
            names=tuple(name for _ in rows.names),
        )
        for key, rows in onemap.records.items()
    }
    return replace(onemap, records=made, name_zh=name, name_en=name)


@pytest.mark.parametrize("name", NAMES)
def test_the_feed_carries_names_as_they_are(onemap: OneMap, name: str) -> None:
    made = feed.made(renamed(onemap, name), "s", Catalogue.load("zh"))
    payload = json.loads(json.dumps(made.payload()))
    assert payload["district"] == name
    for drawn in payload["layers"]:
        assert set(drawn["name"]) <= {name}
        assert len(drawn["name"]) == len(drawn["id"])


@pytest.mark.parametrize("name", NAMES)
def test_routes_and_popups_carry_names_as_they_are(name: str) -> None:
    state = MapState(
        seq=1,
        incident=Marked(113.0, 23.0, name),
        routes=[RouteLine(1, "team", "t1", name, (113.0, 23.0), [(113.0, 23.0), (113.1, 23.1)])],
        closed_roads=(name,),
        detail=PickedDetail("team", "t1", [(name, name)]),
    )
    payload = json.loads(json.dumps(state.payload()))
    assert payload["incident"]["label"] == name
    assert payload["routes"][0]["label"] == name
    assert payload["closed_roads"] == [name]
    assert payload["detail"]["rows"] == [[name, name]]


@pytest.mark.parametrize("name", NAMES[:4])
def test_the_script_makes_text_of_a_name(name: str) -> None:
    """`make` appends strings as text: a fake document shows that no markup is parsed."""
    made = run(
        "const nodes = []; globalThis.document = { createElement: (tag) => ({ tag, className: '',"
        " set: {}, parts: [], setAttribute(k, v) { this.set[k] = v; },"
        " addEventListener() {}, append(...p) { this.parts.push(...p); } }) };"
        f"const made = make('span', {{ class: 'sw-name', title: {json.dumps(name)} }},"
        f" {json.dumps(name)}); show({{ parts: made.parts, set: made.set, tag: made.tag }});"
    )
    assert made == {"parts": [name], "set": {"title": name}, "tag": "span"}


def test_popup_shows_hostile_facts_as_text(onemap: OneMap) -> None:
    view = View(Catalogue.load("zh"))
    for key in onemap.records:
        if not onemap.records[key].ids:
            continue
        detail = records.detail(onemap, (key, onemap.records[key].ids[0]), view)
        assert detail is not None
        assert all(isinstance(part, str) for pair in detail.rows for part in pair)
        assert all(value for _, value in detail.rows)


@pytest.mark.parametrize("name", NAMES)
def test_a_filter_of_any_text_is_no_pattern(onemap: OneMap, name: str) -> None:
    shown = lists.opened(onemap, "team", name, Catalogue.load("zh"))
    assert isinstance(shown.table, pd.DataFrame)
    assert shown.table.empty
    assert shown.counts.total == len(onemap.records["team"].ids)


def test_no_register_keeps_its_personal_columns_beside_the_public_ones(onemap: OneMap) -> None:
    assert len(onemap.records) > 3
    for key, rows in onemap.records.items():
        personal = {column.key for column in layer(key).columns if column.personal}
        assert not personal & set(rows.columns), key
