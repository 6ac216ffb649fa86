"""Movements of stock for tests, and random sequences of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from desks.stock import CHINA, Lot, Movement, Portion, moving

BLANKET = Lot("4010201", "棉被", "床")
WATER = Lot("4020101", "饮用水", "箱", "2026-12-31", "A1")
OLD_WATER = Lot("4020101", "饮用水", "箱", "2026-03-31")
FOAM = Lot("", "泡沫液", "千克")
LOTS = (BLANKET, WATER, OLD_WATER, FOAM)
START = datetime(2026, 7, 1, 8, 0, tzinfo=CHINA)

ROUTES = (
    ("opening", "source", "depot:D1"),
    ("receipt", "source", "depot:D2"),
    ("count", "depot:D1", "loss"),
    ("count", "source", "depot:D2"),
    ("issue", "depot:D1", "use:渡口"),
    ("issue", "depot:D2", "use:石桥"),
    ("return", "use:渡口", "depot:D1"),
    ("return", "use:石桥", "depot:D1"),
    ("transfer", "depot:D1", "depot:D2"),
    ("transfer", "depot:D2", "depot:D1"),
    ("loss", "use:渡口", "loss"),
    ("requisition_out", "owner:第一粮油店", "use:渡口"),
    ("requisition_out", "owner:第一粮油店", "depot:D2"),
    ("requisition_in", "use:渡口", "owner:第一粮油店"),
    ("requisition_in", "depot:D2", "owner:第一粮油店"),
)


def moved(
    kind: str, source: str, target: str, quantity: str, lot: Lot = BLANKET, *, hours: int = 0
) -> Movement:
    """Return a movement so many hours after the first of July; requisitions are order 征1."""
    portion = Portion(lot, Decimal(quantity))
    movement = moving(kind, portion, source, target, at=START + timedelta(hours=hours))
    return replace(movement, requisition="征1" if kind.startswith("requisition") else "")


@st.composite
def sequences(draw: st.DrawFn, most: int = 25) -> list[Movement]:
    """Draw movements of good form in any order: many take more than is there."""
    steps = st.tuples(
        st.sampled_from(ROUTES), st.integers(1, 60_000), st.sampled_from(LOTS), st.integers(0, 90)
    )
    return [
        replace(
            moved(*route, str(Decimal(thousandths) / 1000), lot, hours=number + 24 * days),
            id=f"m{number}",
        )
        for number, (route, thousandths, lot, days) in enumerate(
            draw(st.lists(steps, max_size=most))
        )
    ]
