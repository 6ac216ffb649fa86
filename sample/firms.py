"""Who works here: firms with size, trade and a made-up credit code whose check digits are right."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .clerk import Clerk, in_town, in_works, named, people_about
from .made import Register
from .vocabulary import FIRM_SIZES, INDUSTRIES

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PLACE = "91555010"
"""A company (91) registered at 555010, which is no division of China."""

_KEY_SHARE = 0.05
_HELPERS = ("综合消防", "危险化学品")
_SIGNED, _EXPIRED, _VALID = "2025-03-01", "2026-02-28", "2028-02-29"


def firms(clerk: Clerk, count: int) -> Register:
    """Return the firms: one in twenty a key firm, and every large one (rows S0-10, S0-13)."""
    sites, rng = clerk.sites, clerk.aside
    weight = in_works(sites) + 0.25 * in_town(sites) + 0.001
    rows = clerk.chooser.take(count, weight)
    shares = [share for _, share, _ in FIRM_SIZES]
    sizes = rng.choice(len(FIRM_SIZES), count, p=shares)
    trades = rng.integers(0, len(INDUSTRIES), count)
    usual = np.array([FIRM_SIZES[int(at)][2] for at in sizes], dtype=float)
    columns: dict[str, Sequence[object]] = {
        "uscc": [credit_code(number) for number in range(1, count + 1)],
        "size": [FIRM_SIZES[int(at)][0] for at in sizes],
        "industry": [INDUSTRIES[int(at)][0] for at in trades],
        "key_firm": [
            "是" if at == 0 or dice < _KEY_SHARE else "否"
            for at, dice in zip(sizes.tolist(), rng.random(count), strict=True)
        ],
        "people": list(people_about(clerk, usual, count)),
    }
    stems = named(sites, rows, "")
    names = [
        f"云溪{stem}{INDUSTRIES[int(at)][1]}有限公司"
        for stem, at in zip(stems, trades, strict=True)
    ]
    return clerk.register("QY", rows, names, columns)


def with_help(register: Register, teams: Register) -> Register:
    """Return the firms with own teams and agreements: of three large ones the last has neither.

    Of the agreements one in four has run out (row S1-14).
    """
    rows = register.rows.copy()
    large = [row for row, key in enumerate(rows["key_firm"]) if key == "是"]
    rows["own_team"] = ["是" if row in large[::3] else "否" for row in range(len(rows))]
    helpers = teams.rows.loc[teams.rows["kind"].isin(_HELPERS), "name"].tolist()
    agreed = large[1::3]
    agreements = {
        "firm_id": [rows["id"].iloc[row] for row in agreed],
        "team": [helpers[at % len(helpers)] for at in range(len(agreed))],
        "signed": [_SIGNED] * len(agreed),
        "expiry": [_EXPIRED if at % 4 == 0 else _VALID for at in range(1, len(agreed) + 1)],
    }
    drills = _drills([str(rows["id"].iloc[row]) for row in large])
    return Register(rows, {"agreement": pd.DataFrame(agreements), "drill": drills})


def _drills(firms: Sequence[str]) -> pd.DataFrame:
    """Return the drills of the key firms: of ten seven this year, two last, one never (S0-12)."""
    kept = [(firm, at) for at, firm in enumerate(firms) if at % 10 != 0]
    return pd.DataFrame(
        {
            "firm_id": [firm for firm, _ in kept],
            "subject": [("危险化学品泄漏", "火灾", "机械伤害")[at % 3] for _, at in kept],
            "form": ["桌面" if at % 4 == 1 else "实战" for _, at in kept],
            "held": [
                f"{2025 if at % 10 in (1, 2) else 2026}-{at % 8 + 1:02d}-{at % 27 + 1:02d}"
                for _, at in kept
            ],
            "plan_issued": ["2024-05-20"] * len(kept),
        }
    )


def credit_code(number: int) -> str:
    """Return the number-th made-up unified social credit code, 18 signs (GB 32100-2015)."""
    body = f"MA{number:06X}"
    code = _PLACE + body + _body_check(body)
    total = sum(_SIGNS.index(sign) * pow(3, at, 31) for at, sign in enumerate(code))
    return code + _SIGNS[-total % 31]


def _body_check(body: str) -> str:
    """Return the check sign of the eight signs of the body (GB 11714-1997)."""
    total = sum(int(sign, 36) * by for sign, by in zip(body, _CODE_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]
