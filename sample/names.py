"""Invented names: roads, people and places; plain words put together, none meant to be real."""

from collections.abc import Iterator
from itertools import chain

import numpy as np

_FIRST = (
    "云清青永安和新东文明春秋华兴平康宁福祥瑞泰丰嘉惠德仁义智信诚翠碧金银玉锦松柏桃梅兰竹荷莲枫桐榕"
)
_SECOND = "溪林山园泉湖岭塘桥坊亭台苑庭阳月星云风霞光景和安乐宁康盛昌隆荣达通顺利丰茂秀芳馨雅贤才学"
_SUFFIX = {
    "primary": ("大道", "路", "大道"),
    "secondary": ("路", "路", "大街"),
    "tertiary": ("路", "街"),
    "residential": ("街", "路", "横街", "里"),
    "unclassified": ("路", "街"),
    "living_street": ("巷", "里", "胡同"),
    "service": ("巷", "弄", "里"),
    "track": ("山径", "林道"),
}
BRIDGES = ("云溪大桥", "石桥大桥", "渡口大桥", "望江大桥", "东湾大桥")
EXPRESSWAY = "云环高速"
BANKS = ("滨江大道", "江南大道")
LAKE_RING = "环湖路"

_FAMILY = "林陈周吴郑王冯褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
_GIVEN = "晏澜舟岚朗安宁远清和明越嘉诺言书墨青禾川行知微然"

SUBDISTRICTS = (
    "老城街道", "石桥街道", "渡口街道", "滨江街道", "民权街道", "中兴街道", "花园街道", "柳林街道",
    "学府街道", "长宁街道", "桂园街道", "红山街道", "北苑街道", "青石街道", "望江街道", "东湾街道",
    "新塘街道", "高新街道", "西河街道", "南屏街道", "湖滨街道", "渡头镇",
)  # fmt: skip
_QUARTERS = (
    "前进", "和平", "团结", "建设", "朝阳", "向荣", "新民", "同心", "幸福", "光明", "友谊", "胜景",
    "东门", "西门", "南门", "北门", "书院", "塔前", "桥头", "井边", "榕树", "荷塘", "竹园", "梅岭",
    "松岗", "柳荫", "桃源", "杏坛", "稻香", "麦田", "渔湾", "船坞", "水车", "磨坊", "石牌", "牌楼",
    "鼓楼", "钟楼", "祠堂", "义学", "仓前", "盐步", "茶亭", "陶坊", "织里", "铁铺", "米市", "花市",
)  # fmt: skip


def road_names(rng: np.random.Generator) -> Iterator[str]:
    """Yield two-character stems in a shuffled order, then the same with a number before them."""
    stems = [a + b for a in _FIRST for b in _SECOND if a != b]
    order = rng.permutation(len(stems))
    for round_number in range(1, 10_000):
        for at in order:
            yield stems[at] if round_number == 1 else f"{stems[at]}{_chinese(round_number)}"


def _chinese(number: int) -> str:
    """Return the number in Chinese digits."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


def suffix(road_class: str, rng: np.random.Generator) -> str:
    """Return what a road of that class is called: 大道, 路, 街, 巷."""
    choices = _SUFFIX.get(road_class, ("路",))
    return choices[int(rng.integers(len(choices)))]


def person(rng: np.random.Generator) -> str:
    """Return an invented name that says it is one: ``示范·`` and two or three characters."""
    given = "".join(_GIVEN[int(at)] for at in rng.integers(0, len(_GIVEN), rng.integers(1, 3)))
    return f"示范·{_FAMILY[int(rng.integers(len(_FAMILY)))]}{given}"


def phone(number: int) -> str:
    """Return the number-th fictional telephone number; 555 is nobody's area code."""
    head, tail = divmod(number, 10_000)
    return f"555-{tail:04d}" if head == 0 else f"555-{head:02d}-{tail:04d}"


def subdistrict_names(count: int) -> list[str]:
    """Return that many names of subdistricts, the known ones first."""
    more = (f"云溪{_chinese(number)}街道" for number in range(1, count + 1))
    return [*SUBDISTRICTS, *more][:count]


def community_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return that many names of communities, all different."""
    more = (stem for stem in road_names(rng) if stem not in _QUARTERS)
    stems = [stem for stem, _ in zip(chain(_QUARTERS, more), range(count), strict=False)]
    return [f"{stems[at]}社区" for at in rng.permutation(count)]
