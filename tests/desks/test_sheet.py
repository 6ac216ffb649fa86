"""The situation sheet: whole, honest, escaped, fetched from nowhere."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import shapely

from desks.command.case import Case
from desks.command.compass import compass_point
from desks.command.paper import STYLE, cut, metres, text, text_plain, width
from desks.command.phones import phones, sheet_keys
from desks.command.sheet import situation_sheet
from desks.command.sheet_frame import CORE, HEIGHT, WIDTH, Labels, frame_around
from desks.command.sheet_map import entry, first_teams, frame_of
from desks.command.situation import Closures, Point
from desks.onemap import OneMap
from desks.register.roles import Viewer
from geodata.store import Author, Change, Store, create_store
from language import say
from tests.desks.casework import bare_case, full_case

TOKENS = Path(__file__).parents[2] / "ui" / "tokens.json"
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
OPEN = {"meta", "col", "br"}


class Reader(HTMLParser):
    """Every tag with its attributes, the texts, and whether the tags close as they open."""

    def __init__(self, document: str) -> None:
        """Read the whole document."""
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._stack: list[str] = []
        self._style = False
        self.feed(document)
        assert not self._stack

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag and that it is open."""
        self.tags.append((tag, dict(attrs)))
        if tag not in OPEN:
            self._stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag that closes itself."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Hold that the tag is the one that was opened last."""
        assert self._stack.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep what a reader sees."""
        if not (self._stack and self._stack[-1] == "style"):
            self.texts.append(data)

    @property
    def shown(self) -> str:
        """Return every text of the document."""
        return " ".join(self.texts)


def at(onemap: OneMap) -> Point:
    x_m, y_m = onemap.records["team"].xy_m[0]
    return float(x_m), float(y_m)


@pytest.fixture
def case(town: OneMap) -> Case:
    return full_case(town, at(town))


def shown(case: Case) -> str:
    return Reader(situation_sheet(case)).shown


def test_the_six_answers_stand_on_the_sheet(case: Case) -> None:
    """The figures that lives hang on: reach with its spread, people, team, way in, shelters."""
    first, *rest = case.brief.responders
    fit = replace(first, fit=True, eta_s=440)
    assert fit.reachable
    told = shown(replace(case, brief=replace(case.brief, responders=(fit, *rest))))
    for part in ("1.5 km", "P90 2.2 km", "西南偏西", "8,640", "5,120", first.name, "7′20″",
                 "382 m", "5 / 7", "510"):  # fmt: skip
        assert part in told, part
    unfit = tuple(replace(one, fit=False) for one in case.brief.responders)
    assert "均不能到达" in shown(replace(case, brief=replace(case.brief, responders=unfit)))


def test_figures_that_nobody_verified_say_so(case: Case) -> None:
    zone = case.brief.zones.protective
    assert zone is not None
    assert not zone.verified
    assert "▲未核" in shown(case)
    checked = tuple(replace(one, verified=True) for one in case.brief.zones.zones)
    zones = replace(case.brief.zones, zones=checked)
    assert "▲未核" not in shown(replace(case, brief=replace(case.brief, zones=zones)))


def test_what_is_not_known_is_said_and_never_zero(town: OneMap) -> None:
    told = shown(bare_case(town, at(town)))
    assert told.count("不详") >= 6
    assert "未能算出范围" in told
    assert "未画范围" in told
    assert "区内敏感目标 —" in told
    assert "通知 0 / —" in told
    for wrong in ("None", "nan", "inf", "0 / 0"):
        assert wrong not in told, wrong


def test_the_sheet_is_stamped_and_says_where_its_figures_come_from(case: Case) -> None:
    told = shown(case)
    for part in ("2026-09-16 14:23:05", "2026-09-16 14:22", case.brief.stamp,
                 case.brief.speed_model, "9f2c9f2c9f2c9f2c", "1 / 1", "第 1 版", "II"):  # fmt: skip
        assert part in told, part


def test_a_drill_is_written_over_every_sheet(town: OneMap) -> None:
    drill = shown(full_case(town, at(town), drill=True))
    assert "演练 演练 演练" in drill
    assert "演练" not in shown(full_case(town, at(town)))
    english = shown(full_case(town, at(town), "en", drill=True))
    assert "Exercise Exercise Exercise" in english


def test_calls_show_the_time_of_their_answer(case: Case) -> None:
    """Row S2-3: sent and answered times on paper too."""
    told = shown(case)
    assert "✓ 14:23:05" in told
    assert "○ 未通知" in told
    assert "通知 1 / 8" in told
    only_sent = replace(case, log=tuple(e for e in case.log if e.state != "acknowledged"))
    assert "◐ 14:22:20" in shown(only_sent)


def test_decisions_stand_with_time_and_name_above_lines_to_sign(case: Case) -> None:
    told = shown(case)
    assert "14:22:20" in told
    assert "派 1、2 号队" in told
    assert told.count("签：") == 3
    many = replace(case, log=tuple(replace(case.log[0], text=f"决定{k}") for k in range(7)))
    crowded = shown(many)
    assert crowded.count("签：") == 2
    assert "其余 4 项见屏幕" in crowded
    assert "决定6" in crowded
    assert "决定3" not in crowded


def test_rows_without_room_are_counted(case: Case) -> None:
    told = shown(case)
    assert "其余 3 项见屏幕" in told, "three of eight receptors and of eight calls"
    assert "其余 2 项见屏幕" in told, "two of seven shelters"
    assert "区内敏感目标 8" in told


def test_what_is_short_comes_first(case: Case) -> None:
    told = shown(case)
    assert told.index("氢氧化钠") < told.index("空气呼吸器")
    assert "缺 0.9" in told


def test_cautions_that_do_not_fit_are_counted(case: Case) -> None:
    caution = replace(case.brief.cautions[0], text=say("Widths are not on file."))
    many = replace(case.brief, cautions=(caution,) * 80)
    told = shown(replace(case, brief=many))
    number = re.search(r"其余 (\d+) 条见屏幕", told)
    assert number is not None
    listed = told.count("Widths are not on file.")
    zone = case.brief.zones.protective
    assert zone is not None
    assert listed + int(number[1]) == 80 + len(zone.assumptions)


def test_an_unsafe_shelter_stands_with_its_reason(case: Case) -> None:
    told = shown(case)
    assert "✕ 第2避难场所" in told
    assert "It lies within the zone" in told
    assert "✓ 第0避难场所" in told


def test_people_without_a_place_are_told(case: Case) -> None:
    evacuation = case.brief.evacuation
    assert evacuation is not None
    short = replace(evacuation, short=(("甲社区", "1", 70), ("乙社区", "2", 30)))
    assert "100 人没有去处" in shown(replace(case, brief=replace(case.brief, evacuation=short)))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_fetched_and_nothing_runs(town: OneMap, language: str) -> None:
    """One file that prints anywhere: no script, no link, no image, no font, no address."""
    document = situation_sheet(full_case(town, at(town), language))
    read = Reader(document)
    assert not {tag for tag, _ in read.tags} & {
        "script", "link", "img", "image", "iframe", "object", "embed", "a", "base", "use", "form",
    }  # fmt: skip
    for _, attributes in read.tags:
        assert not {key for key in attributes if key.startswith("on")}
        assert not {"src", "href", "xlink:href"} & set(attributes)
    assert "://" not in document
    assert "@import" not in document
    assert re.findall(r"url\(([^)]*)\)", document) == ["#hatch"]
    assert "default-src 'none'" in document


def test_hostile_names_stay_text(case: Case) -> None:
    brief, incident = case.brief, case.incident
    assert incident is not None
    assert brief.exposure is not None
    assert brief.evacuation is not None
    named = replace(
        brief,
        responders=tuple(replace(one, name=HOSTILE) for one in brief.responders),
        exposure=replace(
            brief.exposure,
            receptors=tuple(replace(one, name=HOSTILE) for one in brief.exposure.receptors),
        ),
        evacuation=replace(
            brief.evacuation,
            refuges=tuple(replace(one, name=HOSTILE) for one in brief.evacuation.refuges),
        ),
        calls=tuple(replace(one, name=HOSTILE) for one in brief.calls),
        incident=replace(brief.incident, substance=HOSTILE),
    )
    hostile = replace(
        case,
        brief=named,
        incident=replace(incident, place=HOSTILE),
        log=tuple(replace(entry, text=HOSTILE, who=HOSTILE) for entry in case.log),
        phones={(one.layer, one.id): HOSTILE for one in brief.responders},
        head=HOSTILE,
    )
    read = Reader(situation_sheet(hostile))
    assert not {"script", "img"} & {tag for tag, _ in read.tags}
    assert HOSTILE in read.shown


def test_signs_that_turn_or_end_a_line_are_blanks() -> None:
    assert text_plain("a\u202eb\x00c\ud800d\n") == "a b c d "
    assert text("<&\"'>") == "&lt;&amp;&quot;&#x27;&gt;"


def test_telephones_are_those_that_the_reader_may_have(case: Case) -> None:
    first = case.brief.responders[0]
    hidden = replace(case, phones={})
    assert "555-••••" in shown(case)
    assert "555-" not in shown(hidden)
    clear = replace(case, phones={(first.layer, first.id): "13800001234"})
    assert "13800001234" in shown(clear)


@pytest.fixture
def store(tmp_path: Path, case: Case) -> Iterator[Store]:
    with create_store(tmp_path / "register.sqlite") as made:
        changes = [
            Change("add", one.layer, one.id, props={"name": one.name}, shape=None,
                   personal={"phone": "13800001234", "contact": "张三"})
            for one in case.brief.responders
        ]  # fmt: skip
        made.edit(Author("x", "y"), changes)
        yield made


def test_a_sheet_is_masked_until_somebody_unmasks_it(case: Case, store: Store) -> None:
    keys = sheet_keys(case.brief)
    first = (case.brief.responders[0].layer, case.brief.responders[0].id)
    assert first in keys
    viewer = Viewer("x", "viewer")
    director = Viewer("d", "director")
    assert phones(store, case.onemap, director, keys)[first] == "138-••••"
    assert phones(store, case.onemap, viewer, keys, unmasked=keys)[first] == "138-••••"
    assert phones(store, case.onemap, director, keys, unmasked=keys)[first] == "13800001234"


def test_the_map_shows_zone_incident_team_and_stand_off_on_every_paper(case: Case) -> None:
    frame = frame_of(case)
    assert frame.holds(case.brief.incident.at)
    approach = case.brief.approach
    assert approach is not None
    assert approach.stand_off is not None
    assert frame.holds(approach.stand_off.at)
    for zone in case.brief.zones.lines:
        west, south, east, north = zone.shape.bounds
        assert frame.holds((west, south))
        assert frame.holds((east, north))


def test_a_team_beyond_the_map_is_marked_where_its_way_comes_in(case: Case) -> None:
    team = first_teams(case)[0]
    assert team.route is not None
    frame = frame_around([team.route.points[-1]])
    place = entry(team, frame)
    assert place is not None
    assert frame.holds(place)
    far = replace(team, at=None, route=None)
    assert entry(far, frame) is None


def test_the_scale_bar_is_as_long_as_it_says(case: Case) -> None:
    frame = frame_of(case)
    long = frame.bar_m * frame.scale
    assert str(frame.bar_m).strip("0") in {"1", "2", "5"}
    assert WIDTH / 20 < long <= WIDTH / 7
    said = metres(frame.bar_m)
    assert f"h{long:.0f}v-18" in situation_sheet(case)
    assert said in shown(case)
    x, y = case.brief.incident.at
    left, right = frame.at((x, y)), frame.at((x + frame.bar_m, y))
    assert right[0] - left[0] == pytest.approx(long)


def test_north_is_up_and_shapes_are_cut_at_the_paper(case: Case) -> None:
    frame = frame_of(case)
    x, y = case.brief.incident.at
    assert frame.at((x, y + 100))[1] < frame.at((x, y))[1]
    endless = shapely.Point(x, y).buffer(1e6)
    numbers = [int(n) for n in re.findall(r"-?\d+", frame.path(endless))]
    assert max(numbers) <= max(WIDTH, HEIGHT) + 50
    assert min(numbers) >= -50
    assert frame.path(shapely.Polygon()) == ""


def test_a_single_point_still_makes_a_map() -> None:
    frame = frame_around([(500_000.0, 2_500_000.0)])
    west, south, east, north = frame.box
    assert east - west == pytest.approx(1200 * WIDTH / WIDTH, rel=0.2)
    assert frame.at((500_000.0, 2_500_000.0)) == pytest.approx((WIDTH / 2, HEIGHT / 2))
    assert frame.holds((500_000.0, 2_500_000.0))
    assert north - south > CORE / frame.scale


def test_no_two_names_lie_on_each_other() -> None:
    labels = Labels()
    boxes = []
    for number in range(30):
        place = labels.place((900.0 + number, 900.0), "消防救援站", 30, 34)
        if place is not None:
            left, middle = place
            boxes.append(
                shapely.box(left, middle - 17, left + width("消防救援站") * 30, middle + 17)
            )
    assert len(boxes) == 4
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert labels.place((WIDTH / 2, 100.0), "长" * 100, 30, 0) is None


def test_closures_and_floods_are_drawn(case: Case) -> None:
    x, y = case.brief.incident.at
    area = shapely.box(x - 200, y - 200, x + 100, y + 100)
    plain = situation_sheet(case)
    closed = replace(case.brief.incident, closures=Closures((area,)), flooded=(area,))
    drawn = situation_sheet(replace(case, brief=replace(case.brief, incident=closed)))
    assert 'stroke-dasharray="4 8"' in drawn
    assert "#5B8DB8" in drawn
    assert "#5B8DB8" not in plain


@pytest.mark.parametrize(
    ("bearing", "said"), [(0, "北"), (11, "北"), (12, "东北偏北"), (90, "东"), (250, "西南偏西"),
                          (359.9, "北"), (-90, "西"), (720, "北")],
)  # fmt: skip
def test_bearings_in_words(case: Case, bearing: float, said: str) -> None:
    assert case.word(compass_point(bearing)) == said


def test_long_texts_are_cut_with_a_sign() -> None:
    assert cut("液氯泄漏", 10) == "液氯泄漏"
    short = cut("液氯泄漏" * 5, 6)
    assert short.endswith("…")
    assert width(short) <= 6.6


def test_the_paper_has_the_colours_of_the_screen() -> None:
    """One palette: a colour that the screen does not have is a slip."""
    tokens = TOKENS.read_text(encoding="utf-8").upper()
    for colour in re.findall(r"#[0-9A-Fa-f]{6}", STYLE.read_text(encoding="utf-8")):
        assert colour.upper() in tokens, colour


def test_equal_cases_give_equal_sheets(case: Case) -> None:
    assert situation_sheet(case) == situation_sheet(case)
