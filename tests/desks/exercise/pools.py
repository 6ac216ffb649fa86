"""A pool written by hand, for whoever needs one without a district."""

from dataclasses import replace

from desks.exercise.scenario import Inject, Item, Node, Pool, Scenario, Trigger


def scenario(number: int = 1, **changes: object) -> Scenario:
    """Return a small scenario; its people and roads are made up."""
    made = Scenario(
        number=number,
        title=f"演练想定 {number}",
        place="示例街道 示例化工厂",
        at_deg=(113.25, 23.12),
        hour=9,
        matter={"kind": "hazmat_leak", "substance": "ammonia", "quantity_t": 2.0},
        closed_roads=("示例一路",),
        injects=(
            Inject("I1", Trigger("clock"), "接到报警：示例化工厂有刺鼻气味。", "值班室", "called"),
            Inject("I2", Trigger("node", 120, "called"), "风向转变。\n请重新判断。", "指挥部"),
            Inject("I3", Trigger("hand"), "有记者到场。", "宣传组"),
        ),
        nodes=(
            Node("called", "出动指令发出", "speed", 60_000, 120_000, 180_000),
            Node("arrived", "首支力量到场", "speed", 600_000, 800_000, None, "team:T-1", "简报"),
        ),
        sheet=(
            Item("S1", "AQ/T 9009", "响应及时", "speed", "called"),
            Item("S2", "", "通信畅通", "support"),
        ),
        first_p50_ms=600_000,
        first_p90_ms=800_000,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def pool(scenarios: int = 3, drill: str = "2026-1") -> Pool:
    """Return a pool of so many scenarios with fixed seed and times."""
    return Pool(
        drill=drill,
        type="double_blind",
        t0="2026-11-23T09:00:00+08:00",
        seed="5a" * 32,
        map_stamp="0123456789abcdef",
        speed_model="1-00000000",
        asked={"class": ["hazmat"], "seed": 1, "band_min": [12, 15]},
        scenarios=tuple(scenario(number) for number in range(1, scenarios + 1)),
    )
