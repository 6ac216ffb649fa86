"""Panels alone, on a brief made by hand: what stands where, in which words, nothing as markup."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desks.command.situation import Caution, Change
from geodata.faults import Fault
from language import Catalogue, say
from tests.ui import fakes
from ui.panels import sums
from ui.panels.band import band
from ui.panels.calm import Ready, Trust, calm
from ui.panels.cautions import cautions, changes_line
from ui.panels.counts import Breakdown, Counts, breakdown_line, counts_table, lacking, step
from ui.panels.faults import faults_page
from ui.panels.markup import Contact, View, distance, duration, phone, signed
from ui.panels.rail import axis, nearer_unfit, rail
from ui.panels.tiles import tiles
from ui.panels.topbar import brand, status

ENGLISH = View(Catalogue.load("en"), kind="Chlorine leak")
CHINESE = View(Catalogue.load("zh"), kind="液氯泄漏")
BAD_TAGS = {"script", "img", "iframe", "object", "svg", "style", "link", "base", "form"}


class Tags(HTMLParser):
    """Collects the tags and attributes that a browser would see."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag and the names of its attributes."""
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup))


@pytest.mark.parametrize(
    ("seconds", "read"),
    [
        (0, "0′00″"),
        (5, "0′05″"),
        (440, "7′20″"),
        (5999, "99′59″"),
        (6000, "1 h 40′"),
        (7500, "2 h 05′"),
        (-88, "−1′28″"),
    ],
)
def test_duration_is_read_as_on_the_radio(seconds: int, read: str) -> None:
    assert duration(seconds) == read


def test_difference_always_carries_its_sign() -> None:
    assert signed(88) == "＋1′28″"
    assert signed(-5) == "−0′05″"


@pytest.mark.parametrize(
    ("metres", "read"),
    [(0, "0 m"), (999.4, "999 m"), (999.6, "1.0 km"), (2300, "2.3 km"), (12_345, "12.3 km")],
)
def test_distance_carries_its_unit(metres: float, read: str) -> None:
    assert distance(metres) == read


def test_band_answers_six_questions_in_order() -> None:
    drawn = str(band(fakes.brief(), ENGLISH))
    assert drawn.count('class="cell') == 6
    words = text(drawn)
    order = [
        words.index(question)
        for question in (
            "Incident 14:22:20",
            "First fit team",
            "There within 10 min",
            "Nearest depot with stock",
            "To protect within 1.0 km",
            "Where people go",
        )
    ]
    assert order == sorted(order)
    assert "Chlorine leak" in words
    assert "7′20″" in words
    assert "P90 9′40″" in words
    assert "ETA 14:29:40" in words


def test_band_counts_teams_depots_people_and_shelters() -> None:
    # Etas 440, 723, 669, 411 (unfit), 828 s and one that cannot come: within 600 s are two.
    words = text(str(band(fakes.brief(), ENGLISH)))
    assert "There within 10 min 2 of 6 teams" in words
    assert "1 of them fit · 5 can come · 1 cannot come" in words
    assert "2′30″ by road" in words
    assert "depot 第1 · 2 items" in words
    assert "3 places · hazards 3" in words
    assert "2,870 in the community by day" in words
    assert "6,400 in 2 shelters" in words


def test_residents_follow_the_hour() -> None:
    night = fakes.TIME.replace(hour=19)
    brief = fakes.brief()
    at_night = replace(brief, incident=replace(brief.incident, time=night))
    assert sums.residents_now(brief) == (2870, True)
    assert sums.residents_now(at_night) == (4310, False)
    unknown = fakes.brief(place=fakes.place(residents_day=None))
    assert "residents of the community not on file" in text(str(band(unknown, ENGLISH)))


def test_incident_outside_says_how_far_and_from_where() -> None:
    outside = fakes.brief(place=fakes.place(inside=False, outside_m=1400, community=""))
    assert "outside the district, 1.4 km from 民权街道" in text(str(band(outside, ENGLISH)))


def test_band_without_teams_depots_and_shelters_says_so() -> None:
    words = text(str(band(fakes.brief(responders=(), nearby={}, within={}), ENGLISH)))
    assert "No team is registered" in words
    assert "No depot with stock can be reached by road" in words
    assert "No shelter can be reached on foot" in words
    assert "nan" not in words.lower()


def test_cautions_stand_worst_first_and_vanish_at_none() -> None:
    shuffled = fakes.brief(cautions=tuple(reversed(fakes.brief().cautions)))
    words = text(str(cautions(shuffled, ENGLISH)))
    assert words.index("bridge height unknown") < words.index("congestion is assumed")
    assert "Cautions 2" in words
    assert "Speed model v1" in words
    assert cautions(fakes.brief(cautions=()), ENGLISH) == ""


def test_rail_draws_three_cards_and_every_team_once() -> None:
    teams = tuple(fakes.responder(rank, name=f"第{rank}支") for rank in range(1, 22))
    drawn = str(rail(fakes.brief(responders=teams), ENGLISH))
    assert drawn.count("<article") == 3
    assert "The other 16 teams" in text(drawn)
    for rank in range(1, 22):
        assert drawn.count(f"第{rank}支<") == 1
        assert f'data-route="{rank}"' in drawn


def test_card_shows_parts_route_equipment_and_free_flow() -> None:
    words = text(str(rail(fakes.brief(), ENGLISH)))
    assert "call 1′00″ turnout 1′20″ drive 5′00″" in words
    assert "滨江大道 2.3 km" in words
    assert "12/12 ✓ enough" in words
    assert "10/12 lacks decontamination, transfer" in words
    assert "empty roads 6′40″" in words


def test_bar_lies_on_one_axis_for_all_cards() -> None:
    # The worst P90 of the three cards is 930 s, so the axis is 960 s: 60 s of call are 6.25 %.
    brief = fakes.brief()
    assert axis(brief.responders) == 960
    drawn = str(rail(brief, ENGLISH))
    assert drawn.count("width:6.25%") == 3
    # first card: 300 s of driving 31.25 %, whisker 580 - 440 = 140 s 14.58 %
    assert "width:31.25%" in drawn
    assert "width:14.58%" in drawn
    assert "0–16 min" in text(drawn)


def test_nearer_but_unfit_team_stays_in_sight_with_its_reason() -> None:
    brief = fakes.brief()
    assert [team.name for team in nearer_unfit(brief)] == ["更近微站"]
    words = text(str(rail(brief, ENGLISH)))
    assert "更近微站 nearer but not fit" in words
    assert "lacks plugging" in words
    assert "Why this order? the nearer one lacks plugging" in words


def test_unreachable_team_says_why_and_shows_no_figure() -> None:
    only = fakes.brief(responders=(fakes.unreachable(1),))
    words = text(str(rail(only, ENGLISH)))
    assert "cannot come" in words
    assert "all roads to it are closed" in words
    assert "′" not in words.split("渡口民兵分队")[1].split("Why")[0]
    assert "None" in text(str(band(only, ENGLISH)))


def test_stale_record_travels_with_its_date() -> None:
    words = text(str(rail(fakes.brief(), ENGLISH)))
    assert "▲ verified 2024-11-02" in words


def test_rail_without_teams_says_the_next_step() -> None:
    assert "build --layer team=FILE" in text(str(rail(fakes.brief(responders=()), ENGLISH)))


def test_change_is_framed_with_rank_and_difference() -> None:
    change = Change("team", "T2", 2, 3, 88, lost=False, gained=False)
    view = replace(ENGLISH, changes={("team", "T2"): change})
    drawn = str(rail(fakes.brief(), view))
    assert "framed" in drawn
    assert "＋1′28″" in text(drawn)
    assert "Δ 2 → 3" in text(drawn)
    lost = Change("team", "T6", 4, 6, None, lost=True, gained=False)
    words = text(str(changes_line(fakes.brief(), (change, lost), view)))
    assert "After the closures 2 teams change" in words
    assert "救援2队 rank 2 → 3 ＋1′28″" in words
    assert "渡口民兵分队 ✕ cannot come any more" in words


def test_closure_that_changes_nothing_says_so() -> None:
    same = Change("team", "T1", 1, 1, 0, lost=False, gained=False)
    assert "The closures change no team" in text(str(changes_line(fakes.brief(), (same,), ENGLISH)))
    assert changes_line(fakes.brief(), (), ENGLISH) == ""


def test_tiles_hold_stock_capacity_distance_and_who_answers() -> None:
    """Row S2-4: the levels of the escalation stand with who is missing; row S2-17: receptors."""
    words = text(str(tiles(fakes.brief(), ENGLISH)))
    assert "nearest 2 with stock" in words
    assert "空气呼吸器 52 套 · 堵漏工具 4 套" in words
    assert "takes 3,200" in words
    assert "nursing_home 第1" in words
    assert "Firm 云溪水厂" in words
    assert "no department on file" in words
    assert "1 not on file" in words


def test_empty_tiles_say_why() -> None:
    words = text(str(tiles(fakes.brief(nearby={}, within={}, escalation=()), ENGLISH)))
    for sentence in (
        "No depot is registered in this district",
        "No shelter is registered in this district",
        "No expert is registered in this district",
        "None is registered in this district",
        "No department is registered in this district",
    ):
        assert sentence in words


def test_rows_without_time_say_the_reason() -> None:
    lost = fakes.nearby("depot", 1, travel_s=None, reason=say("off the network"))
    closed = fakes.nearby("shelter", 1, travel_s=None, reason=None, facts=())
    words = text(str(tiles(fakes.brief(nearby={"depot": (lost,), "shelter": (closed,)}), ENGLISH)))
    assert "off the network" in words
    assert "400 m" in words
    assert "capacity unknown" in words


def test_phone_is_a_link_or_a_sentence() -> None:
    key = ("team", "T1")
    view = replace(ENGLISH, contacts={key: Contact("林 晏", '555-0119" onclick="x')})
    assert 'href="tel:555-0119"' in str(phone(view, key))
    assert tags_of(str(phone(view, key))).attributes == ["class", "href", "title"]
    assert "no phone on file" in str(phone(ENGLISH, key))


def tags_of(markup: str) -> Tags:
    parser = Tags()
    parser.feed(markup)
    return parser


def hostile_brief() -> object:
    name = fakes.HOSTILE
    teams = (
        fakes.responder(1, name=name, kind=name, order=name, last_verified=name, stale=True,
                        fit=False, fit_reason=say("{x}", x=name), equipment_missing=(name,)),
        replace(fakes.unreachable(2), name=name, reason=say("{x}", x=name)),
    )  # fmt: skip
    rows = tuple(
        fakes.nearby(key, 1, name=name, facts=(("kind", name),), stock=((name, name),))
        for key in ("depot", "shelter", "school", "hazard", "expert")
    )
    return fakes.brief(
        responders=teams,
        nearby={row.layer: (row,) for row in rows},
        place=fakes.place(subdistrict=name, community=name, road=name),
        cautions=(Caution(0, say("{x}", x=name)),),
        why_first=say("{x}", x=name),
        stamp=name,
        speed_model=name,
    )


@pytest.mark.parametrize("panel", [band, cautions, rail, tiles])
def test_hostile_names_are_inert(panel: Callable[..., str]) -> None:
    view = replace(
        ENGLISH, kind=fakes.HOSTILE, label=fakes.HOSTILE,
        contacts={("team", "T1"): Contact(fakes.HOSTILE, fakes.HOSTILE)},
    )  # fmt: skip
    drawn = str(panel(hostile_brief(), view))
    assert "&lt;script&gt;" in drawn
    seen = tags_of(drawn)
    assert BAD_TAGS.isdisjoint(seen.tags)
    assert not [name for name in seen.attributes if name.startswith("on")]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.text(max_size=40))
def test_any_name_leaves_the_structure_as_it_is(name: str) -> None:
    plain = fakes.brief(responders=(fakes.responder(1, name="x", last_verified="x"),))
    named = fakes.brief(responders=(fakes.responder(1, name=name, last_verified="x"),))
    assert tags_of(str(rail(named, ENGLISH))).tags == tags_of(str(rail(plain, ENGLISH))).tags


def test_calm_column_shows_the_ten_worst_subdistricts() -> None:
    rows = [Trust(f"街道{n:02d}", 100, 40 + 5 * n, n) for n in range(12)]
    drawn = str(calm([Ready("Teams", 21, "", "118 people")], rows, ENGLISH))
    words = text(drawn)
    assert "21" in words
    assert "街道00" in words
    assert "街道10" not in words
    assert "40 %" in words
    # verified 12 × 40 + 5 × 66 = 810 of 1200: cut, not rounded
    assert "whole district 67 %" in words
    assert drawn.count('class="meter low"') == 6


def test_calm_column_without_records_says_so() -> None:
    assert "No register has a record yet" in text(str(calm([], [], ENGLISH)))


def test_counts_add_up_or_say_that_they_do_not() -> None:
    """Row S0-2: the counts per subdistrict make the whole."""
    good = Counts((("a", "甲", 3), ("b", "乙", 0)), outside=2, unplaced=1, total=6)
    words = text(str(counts_table(good, ENGLISH)))
    assert "甲" in words
    assert "outside every subdistrict 2" in words
    assert "without position 1" in words
    assert "✓ adds up" in words
    assert "✕ does not add up" in text(str(counts_table(replace(good, total=7), ENGLISH)))


def test_breakdown_names_values_not_on_file() -> None:
    words = text(str(breakdown_line([Breakdown("Grade", (("重点", 116), ("", 2)))], ENGLISH)))
    assert "Grade Major 116 not on file 2 = 118" in words


def test_lacking_lists_names_and_is_silent_at_none() -> None:
    assert "甲、乙" in lacking("without position", ["甲", "乙"])
    assert lacking("without position", []) == ""


@pytest.mark.parametrize(("count", "shade"), [(0, 0), (1, 1), (25, 1), (26, 2), (100, 4)])
def test_step_is_in_equal_parts_of_the_most(count: int, shade: int) -> None:
    assert step(count, 100) == shade


def test_top_bar_marks_sample_data_only_where_it_is() -> None:
    assert "Sample data" in status(sample=True, as_of="2026-09-16", view=ENGLISH)
    real = status(sample=False, as_of="2026-09-16", view=ENGLISH)
    assert "Sample data" not in real
    assert "Data as of 2026-09-16" in real
    assert "&lt;" in brand("<b>", ENGLISH)


def test_fault_page_names_file_mend_and_command() -> None:
    fault = Fault("network.npz", say("The file is missing."), say("Build the district again."))
    words = text(str(faults_page([fault], "districts/yunxi", ENGLISH)))
    assert "network.npz The file is missing. Build the district again." in words
    assert "python cli.py sample districts/yunxi" in words
    assert "cli.py sample" not in str(faults_page([fault], "", ENGLISH))


def test_chinese_panels_hold_no_english_words() -> None:
    drawn = [band(fakes.brief(), CHINESE), rail(fakes.brief(), CHINESE)]
    names = {"fit", "lacks", "plugging", "the", "nearer", "one", "all", "roads", "to", "it", "are"}
    words = set(re.findall(r"[A-Za-z]{2,}", text(" ".join(map(str, drawn)))))
    allowed = {"km", "min", "depot", "shelter", "closed", *names}
    assert words - allowed == set()
