"""The web map: one file that asks for nothing, whose data is never run as code."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import branca.element
import pytest
import shapely

from geodata.faults import UserError
from language import Sentence, say
from reports import web_map as written
from reports.paper import MapFigure, MapLayer
from reports.web_layers import bounds_deg, web_layers
from reports.web_map import encode, web_map, write_web_map
from tests.payloads import PAYLOADS, SIGN

from .drawn import EXTENT, figure_of, paper_of

ATTACK = "{{cycler.__init__.__globals__.os.popen('touch " + SIGN + "').read()}}"


class _Elements(HTMLParser):
    """Collects the tags, attributes and visible text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(key, value or "") for key, value in attrs]
        self.inside = tag

    def handle_data(self, data: str) -> None:
        if self.inside not in {"script", "style"}:
            self.said.append(data)


def _read(page: str) -> _Elements:
    parser = _Elements()
    parser.feed(page)
    return parser


def test_the_page_holds_all_it_needs_and_no_address() -> None:
    page = web_map(paper_of(figure_of(9)))
    read = _read(page)
    assert not [value for key, value in read.attributes if key in {"src", "href", "srcset", "data"}]
    assert not re.search(r"cdn|jsdelivr|unpkg|googleapis|bootstrap|jquery", page, re.IGNORECASE)
    styles = "".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    assert "url(" not in styles
    assert "@import" not in styles
    assert "sourceMappingURL" not in page
    assert 'lang="zh-CN"' in page
    assert page.count("Vladimir Agafonkin") >= 1, "Leaflet's licence goes with it"


def test_the_policy_names_every_script_and_forbids_requests() -> None:
    page = web_map(paper_of(figure_of(5)))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    script_part = policy.split("; ")[1]
    assert "unsafe" not in script_part
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)
    sums = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    assert len(sums) >= 3
    assert all(f"'sha256-{one}'" in script_part for one in sums)
    assert page.index("Content-Security-Policy") < page.index("<style")


def test_a_name_that_is_a_jinja_template_is_never_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library compiles what it rendered a second time; this name then ran a command."""
    monkeypatch.chdir(tmp_path)
    figure = figure_of(8, [ATTACK, "{{7*7}}", "{% for x in y %}"])
    renamed = MapFigure("x", Sentence("{said}", {"said": ATTACK}), figure.extent_m, figure.layers)
    page = web_map(paper_of(renamed, title=Sentence("{said}", {"said": ATTACK}), issuer=ATTACK))
    assert not (tmp_path / SIGN).exists()
    assert "cycler.__init__.__globals__" in page, "the name is there, as text"
    assert "{{7*7}}" in page
    assert branca.element.Element("{{7*7}}").render() == "{{7*7}}"


def test_the_attack_works_without_the_guard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without this the test above could not fail: the guard is what holds it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(written, "_guard", lambda: None)
    monkeypatch.setattr(branca.element, "Template", branca.element.Environment().from_string)
    # A quote would stand as \u0027 in the data and be no template; this spelling needs none.
    name = "{{cycler.__init__.__globals__.os.makedirs(dict(PWNED=1)|join,511,true)}}"
    web_map(paper_of(figure_of(4, [name])))
    assert (tmp_path / SIGN).exists()


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_no_payload_becomes_an_element(payload: str) -> None:
    said = Sentence("{said}", {"said": payload})
    figure = MapFigure("x", said, EXTENT, (
        *figure_of(7, [payload]).layers,
        MapLayer("zone", said, (shapely.box(*EXTENT),), (payload,)),
        MapLayer("zone2", said, (shapely.box(*EXTENT),), (payload,), legend=((said, "#123456"),),
                 classes=(0,)),
    ))  # fmt: skip
    hostile = paper_of(figure, title=said, issuer=payload, day=payload, secrecy=payload,
                       review_no=payload, defects=(said,), district_zh=payload)  # fmt: skip
    calm = paper_of(figure_of(7), secrecy="x", defects=(say("x"),))
    read, plain = _read(web_map(hostile)), _read(web_map(calm))
    assert set(read.tags) <= set(plain.tags)
    assert read.tags.count("script") == plain.tags.count("script")
    assert not [key for key, _ in read.attributes if key.startswith("on")]


@pytest.mark.parametrize("text", ["`${1}`", "\\u0041", "{{x}}", "<b>&'\"", "石桥"])
def test_encoded_text_is_safe_in_html_and_template_literals_and_reads_the_same(text: str) -> None:
    encoded = encode(text)
    assert not set("`$\\{}<>\"'") & set(encoded)
    parser = _Elements()
    parser.feed(f"<p>{encoded}</p>")
    assert "".join(parser.said) == text


def test_the_same_paper_gives_the_same_page() -> None:
    assert web_map(paper_of(figure_of(9))) == web_map(paper_of(figure_of(9)))
    assert not re.search(
        r"[0-9a-f]{32}", re.sub(r"sha256-\S+", "", web_map(paper_of(figure_of(9))))
    )


def test_marks_defects_datum_and_review_are_on_the_page() -> None:
    paper = paper_of(figure_of(4), defects=(say("No secrecy marking is stated."),))
    text = " ".join(_read(web_map(paper)).said)
    for part in (
        "草稿 DRAFT",
        "未写明密级标识",
        "示范数据",
        "WGS 84",
        "审图号：未填",
        "2026-09-16",
    ):
        assert part in text, part


def test_shapes_on_two_maps_stand_once_and_at_their_place() -> None:
    layers = web_layers(paper_of(figure_of(4), figure_of(4, key="again")))
    (areas,) = [layer for layer in layers if layer.mark == "area"]
    assert len(areas.features["features"]) == 4
    assert [layer.mark for layer in layers] == ["area", "line", "line", "point"]
    bounds = bounds_deg(layers)
    assert bounds is not None
    west, south, east, north = bounds
    assert 112.9 < west < east < 113.1
    assert 22.9 < south < north < 23.1
    assert (north - south) * 111_000 == pytest.approx(3000, rel=0.02)


def test_layers_of_one_title_keep_a_switch_each() -> None:
    box = shapely.box(*EXTENT)
    layers = tuple(MapLayer(key, say("Zone"), (box,), ("",)) for key in ("a", "b", "c"))
    names = [one.name for one in web_layers(paper_of(MapFigure("x", say("Map"), EXTENT, layers)))]
    assert len(set(names)) == 3


def test_a_paper_without_maps_is_a_page_all_the_same() -> None:
    assert bounds_deg(web_layers(paper_of())) is None
    assert "云溪区" in web_map(paper_of())


def test_a_missing_library_and_a_blocked_place_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    with pytest.raises(UserError):
        write_web_map(paper_of(), blocked / "a.html")
    monkeypatch.setattr(written, "VENDOR", tmp_path)
    with pytest.raises(UserError, match="not installed"):
        web_map(paper_of())
