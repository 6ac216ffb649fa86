"""What one uses: depots with stock, hydrants, drill sites."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from .clerk import Clerk, in_town, in_works, main_road, named
from .made import AS_OF, Register
from .vocabulary import ITEMS, Item

SHORT_DEPOTS = (7, 23)
"""Rows of the depots whose stock lies far below the usual amounts."""

_ITEMS_PER_DEPOT, _DISTRICT_DEPOTS = 10, 4
_FEW_DAYS = 30


def depots(clerk: Clerk, count: int) -> Register:
    """Return the depots and their stock: about ten items each, some past their day."""
    sites = clerk.sites
    weight = np.where(sites.on("secondary", "tertiary", "unclassified"), in_town(sites) + 0.05, 0.0)
    rows = clerk.chooser.take(count, weight + in_works(sites) * 0.2, apart_m=700.0)
    kinds = [
        "区级" if at < _DISTRICT_DEPOTS else "企业" if at % 5 == 0 else "街道级"
        for at in range(count)
    ]
    names = [
        f"{stem}{what}"
        for stem, what in zip(
            named(sites, rows, "", by="community"),
            (
                {"区级": "区级应急物资库", "街道级": "应急物资库", "企业": "企业物资库"}[kind]
                for kind in kinds
            ),
            strict=True,
        )
    ]
    columns: dict[str, Sequence[object]] = {"kind": list(kinds)}
    register = clerk.register("KU", rows, names, columns)
    return Register(register.rows, {"stock": _stock(clerk, register.rows["id"].tolist())})


def _stock(clerk: Clerk, depots_held: list[str]) -> pd.DataFrame:
    """Return the stock rows of every depot, in the order of the depots and item codes."""
    rng = clerk.rng
    held: list[dict[str, object]] = []
    for at, depot in enumerate(depots_held):
        count = _ITEMS_PER_DEPOT + int(rng.integers(-2, 3))
        for number in sorted(rng.choice(len(ITEMS), count, replace=False).tolist()):
            item = ITEMS[number]
            usual = item.usual * float(rng.uniform(0.4, 1.6))
            amount = int(usual * 0.05) if at in SHORT_DEPOTS else max(1, round(usual))
            held.append(
                {
                    "depot_id": depot, "item_code": item.code, "item": item.name,
                    "quantity": amount, "unit": item.unit, "expiry": _expiry(item, rng),
                },
            )  # fmt: skip
    return pd.DataFrame(held)


def _expiry(item: Item, rng: np.random.Generator) -> str:
    """Return the day the item keeps to, "" for what does not age; about one in twelve is past."""
    if item.keeps_years == 0:
        return ""
    taken_days = int(rng.uniform(0.0, 1.09) * item.keeps_years * 365)
    keeps = timedelta(days=item.keeps_years * 365 - taken_days + _FEW_DAYS // 2)
    return (date.fromisoformat(AS_OF) + keeps).isoformat()


def hydrants(clerk: Clerk, count: int) -> Register:
    """Return the hydrants, along streets of the town."""
    sites = clerk.sites
    weight = np.where(
        sites.on("primary", "secondary", "tertiary", "residential"), sites.density, 0.0
    )
    rows = clerk.chooser.take(count, weight, apart_m=150.0)
    columns: dict[str, Sequence[object]] = {
        "flow_l_s": [float(flow) for flow in clerk.rng.choice((10.0, 15.0, 20.0, 30.0), count)]
    }
    return clerk.register("XHS", rows, named(sites, rows, "消火栓"), columns)


def drill_sites(clerk: Clerk, count: int) -> Register:
    """Return the drill sites, by main roads and apart from each other."""
    rows = clerk.chooser.take(count, main_road(clerk.sites), apart_m=1800.0)
    kinds = (
        "综合训练基地",
        "消防训练场",
        "危化演练场",
        "水上训练点",
        "疏散演练广场",
        "矿山训练巷道",
    )
    own = [kinds[at % len(kinds)] for at in range(count)]
    names = [f"{stem}{kind}" for stem, kind in zip(named(clerk.sites, rows, ""), own, strict=True)]
    columns: dict[str, Sequence[object]] = {
        "kind": list(own),
        "area_m2": [float(area) for area in clerk.rng.integers(8, 60, count) * 500],
    }
    return clerk.register("YL", rows, names, columns)
