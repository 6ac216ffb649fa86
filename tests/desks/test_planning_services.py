"""The declared services: what may be asked, and a table that a user edits told line by line."""

from pathlib import Path

import pytest

from desks.planning import services as module
from desks.planning.answers import Service
from desks.planning.method import reach_text
from desks.planning.services import RULES, Pace, load_planning_rules, service_of, services
from geodata.faults import UserError
from layers import CATALOG, layer

SHIPPED = module.TABLE.read_text(encoding="utf-8")


def test_what_the_plans_ask_for_is_declared() -> None:
    """S1-4, S2-12, S3-2: shelters by kind and grade, teams, mini stations, depots, hydrants."""
    assert list(services()) == [
        "shelter", "shelter_outdoor", "shelter_indoor", "shelter_joint", "shelter_urgent",
        "shelter_fixed", "shelter_central", "fire_station", "team", "mini_station", "depot",
        "transport", "hydrant",
    ]  # fmt: skip
    assert services()["shelter"].within_mm == 500_000
    assert services()["fire_station"].within_ms == 300_000
    assert services()["mini_station"].within_ms == 180_000
    assert services()["shelter_joint"].all_of == ("shelter_outdoor", "shelter_indoor")


def test_filters_name_choices_that_the_layers_have() -> None:
    """A filter with a slip of the pen would cover nobody, in silence."""
    for service in services().values():
        for column, values in service.filters:
            assert set(values) <= set(layer(service.layer).column(column).choices)
        assert service.source
        assert not service.layer or service.layer in {spec.key for spec in CATALOG}


@pytest.mark.parametrize(
    ("text", "mm", "ms"),
    [
        ("500m", 500_000, None),
        ("500 m", 500_000, None),
        ("0.5km", 500_000, None),
        ("５００米", 500_000, None),
        ("1.5公里", 1_500_000, None),
        ("0.001m", 1, None),
        ("100km", 100_000_000, None),
        ("10min", None, 600_000),
        ("10 分钟", None, 600_000),
        ("90s", None, 90_000),
        ("153.91s", None, 153_910),
        ("1440MIN", None, 86_400_000),
    ],
)
def test_reaches_as_people_write_them(text: str, mm: int | None, ms: int | None) -> None:
    found = service_of("shelter", text)
    assert (found.within_mm, found.within_ms) == (mm, ms)


@pytest.mark.parametrize(
    "text",
    ["", " ", "500", "m", "-5m", "0m", "0.0001m", "100.001km", "86401s", "5e3m", "nanm", "infkm",
     "500m; rm", "5 parsecs", "5.m", "1,5km", "٥٠٠m" * 30, "9" * 400 + "m", "5m\n6m"],
)  # fmt: skip
def test_reaches_that_cannot_be_meant(text: str) -> None:
    with pytest.raises(UserError) as caught:
        service_of("shelter", text)
    (fault,) = caught.value.faults
    assert fault.file == "--within"
    assert len(fault.value) <= 60


def test_an_unknown_service_names_those_there_are() -> None:
    with pytest.raises(UserError) as caught:
        service_of("避难所", "x")
    first, second = caught.value.faults
    assert "hydrant" in str(first.mend)
    assert second.file == "--within"


def test_another_reach_than_the_declared_one_has_no_source() -> None:
    assert service_of("shelter", "500m") is services()["shelter"]
    assert service_of("shelter") is services()["shelter"]
    own = service_of("shelter", "600m")
    assert (own.source, own.verified) == ("", False)
    assert reach_text(own) == "600 m"
    assert reach_text(service_of("depot", "90s")) == "1.5 min"


def test_500_m_are_10_min_in_whole_numbers() -> None:
    """The pace is a fraction, so that neither end of the rule is lost to rounding."""
    pace = RULES.pace("night")
    assert pace.ms(500_000) == 600_000
    assert pace.ms(500_001) == 600_002
    assert pace.within_mm(600_000) == 500_000
    assert pace.within_mm(599_999) == 499_999
    assert Pace(3, 7, verified=False).ms(1) == 3


def test_the_elderly_walk_no_faster_than_all() -> None:
    """S1-25: the old town's elderly are slower, never faster, than the rule's own pace."""
    everyone, elderly = RULES.pace("night"), RULES.pace("elderly")
    assert elderly.metres * everyone.seconds <= everyone.metres * elderly.seconds
    assert RULES.pace("day") == everyone
    assert not elderly.verified
    assert 0 < RULES.elderly_per_thousand < 1000
    assert RULES.hour("day") != RULES.hour("night") == RULES.hour("elderly")


def broken(folder: Path, old: str, new: str) -> list[str]:
    """Return what is told of the shipped table with one text replaced."""
    assert old in SHIPPED
    path = folder / "services.toml"
    path.write_text(SHIPPED.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_planning_rules(path)
    return [f"{fault.column}: {fault.problem}" for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('travel = "road"', 'travel = "boat"', "travel"),
        ('layer = "depot"', 'layer = "community"', "layer"),
        ('layer = "depot"', 'layer = "nothing"', "layer"),
        ("within_min = 30", "within_min = 30\nwithin_m = 4", "within_m"),
        ("within_m = 150", "", "within_m"),
        ("within_m = 150", 'within_m = "150"', "within_m"),
        ("within_m = 150", "within_m = 0", "within_m"),
        ("within_m = 150", "within_m = nan", "within_m"),
        ('{ space = ["室外"] }', '{ spaces = ["室外"] }', "filters"),
        ('{ space = ["室外"] }', '{ space = "室外" }', "filters"),
        ('["shelter_outdoor", "shelter_indoor"]', '["hydrant"]', "all_of"),
        ('key = "hydrant"', 'key = "depot"', "key"),
        ("turnout = true", 'turnout = "yes"', "turnout"),
        ("siren = true", "sirens = true", "sirens"),
        ("metres = 480", "metres = 0", "walking.elderly, metres"),
        ("metres = 480", "metres = 480.5", "walking.elderly, metres"),
        ("per_thousand = 187", "per_thousand = 1001", "elderly, per_thousand"),
        ("[elderly.by_subdistrict]", "[elderly.by_subdistrict]\nX = 2000", "by_subdistrict"),
        ("day_hour = 8", "day_hour = 24", "road, day_hour"),
        ("points_up_to_m = 2500", "points_up_to_m = true", "assignment"),
        ('title_zh = "消火栓"', 'title_zh = ""', "title_zh"),
    ],
)
def test_every_slip_of_the_table_is_named(tmp_path: Path, old: str, new: str, where: str) -> None:
    told = broken(tmp_path, old, new)
    assert any(where in line for line in told), told


def test_all_faults_at_once_and_no_table_at_all(tmp_path: Path) -> None:
    path = tmp_path / "services.toml"
    path.write_text('version = "x"\n[[service]]\nkey = "a"\n', encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_planning_rules(path)
    assert len(caught.value.faults) > 8
    path.write_text("version = [", encoding="utf-8")
    with pytest.raises(UserError):
        load_planning_rules(path)
    path.write_text('version = "x"\nwalking = 3\nservice = 4\n', encoding="utf-8")
    with pytest.raises(UserError):
        load_planning_rules(path)


def test_a_table_of_the_users_own(tmp_path: Path) -> None:
    """The old town states its own share of elderly, and a reach of its own."""
    path = tmp_path / "services.toml"
    text = SHIPPED.replace("[elderly.by_subdistrict]", '[elderly.by_subdistrict]\n"440103" = 260')
    path.write_text(text.replace("within_m = 150", "within_m = 120.5"), encoding="utf-8")
    own = load_planning_rules(path)
    assert own.elderly_by_subdistrict == {"440103": 260}
    hydrant: Service = own.services["hydrant"]
    assert hydrant.within_mm == 120_500
