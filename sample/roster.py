"""Who is on duty: district, subdistricts, communities, firms, with the gaps that rosters have."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from .clerk import Clerk, day, in_town, in_works
from .land import Floats
from .made import Register
from .network import Ints
from .units import Units

_SHIFT = (-2, 4)
"""The present shift: from Monday to Sunday around the day of the registers."""

_PAST = (-9, -3)
_UNFILLED = 0.08
_OFFICE = 0.01


class _Shift(NamedTuple):
    """One line of the roster: where its office is looked for, and what it says."""

    weight: Floats
    name: str
    level: str
    unit: str
    post: str
    days: tuple[int, int]


def duty(clerk: Clerk, units: Units, firms: Sequence[str]) -> Register:
    """Return the roster of the week: the last subdistrict has none, the one before is out of date.

    About one community in twelve is not on it, nor is the last of the firms (rows S0-9, S2-19).
    """
    shifts = [*_district(clerk), *_subdistricts(clerk, units), *_communities(clerk, units)]
    shifts += _firms(clerk, firms[:-1])
    rows: Ints = np.array([int(clerk.chooser.take(1, s.weight)[0]) for s in shifts], dtype=np.int64)
    columns: dict[str, Sequence[object]] = {
        "level": [shift.level for shift in shifts],
        "duty_unit": [shift.unit for shift in shifts],
        "post": [shift.post for shift in shifts],
        "from_date": [day(shift.days[0]) for shift in shifts],
        "until_date": [day(shift.days[1]) for shift in shifts],
    }
    return clerk.register("ZB", rows, [shift.name for shift in shifts], columns)


def _district(clerk: Clerk) -> Iterator[_Shift]:
    unit, weight = "云溪区应急管理局", in_town(clerk.sites)
    yield _Shift(weight, "区应急指挥中心带班", "区", unit, "带班领导", _SHIFT)
    yield _Shift(weight, "区应急指挥中心值班", "区", unit, "值班员", _SHIFT)
    yield _Shift(weight, "区应急指挥中心带班（上周）", "区", unit, "带班领导", _PAST)


def _subdistricts(clerk: Clerk, units: Units) -> Iterator[_Shift]:
    sites = clerk.sites
    names = [str(name) for name in units.subdistricts["name"]]
    for at, name in enumerate(names[:-1]):
        weight = np.where(sites.subdistrict == name, in_town(sites) + _OFFICE, 0.0)
        days = _PAST if at == len(names) - 2 else _SHIFT
        unit = f"{name}应急管理办公室"
        yield _Shift(weight, f"{name}值班", "街道", unit, "带班领导", days)


def _communities(clerk: Clerk, units: Units) -> Iterator[_Shift]:
    sites = clerk.sites
    weight = in_town(sites) + _OFFICE
    for row, name in enumerate(units.communities["name"]):
        own = np.where((sites.community_row == row) & clerk.chooser.free, weight, 0.0)
        if clerk.aside.random() >= _UNFILLED and own.any():
            yield _Shift(own, f"{name}值班", "社区", f"{name}居委会", "网格长", _SHIFT)


def _firms(clerk: Clerk, firms: Sequence[str]) -> Iterator[_Shift]:
    for number, name in enumerate(firms):
        weight = in_works(clerk.sites) + _OFFICE
        told = f"{name}值班" if firms.index(name) == number else f"{name}值班（{number + 1}）"
        yield _Shift(weight, told, "企业", name, "值班长", _SHIFT)
