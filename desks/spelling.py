"""How a name is typed without Chinese input: pinyin and initials."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from pypinyin import lazy_pinyin

READINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "单县": ("shan", "xian"),
        "番禺": ("pan", "yu"),
        "六安": ("lu", "an"),
        "蚌埠": ("beng", "bu"),
        "乐清": ("yue", "qing"),
        "荥阳": ("xing", "yang"),
        "尉犁": ("yu", "li"),
        "浚县": ("xun", "xian"),
        "洪洞": ("hong", "tong"),
        "大埔": ("da", "bu"),
        "黄埔": ("huang", "pu"),
        "台州": ("tai", "zhou"),
        "丽水": ("li", "shui"),
        "铅山": ("yan", "shan"),
        "枞阳": ("zong", "yang"),
        "东阿": ("dong", "e"),
        "莘县": ("shen", "xian"),
        "盱眙": ("xu", "yi"),
        "长垣": ("chang", "yuan"),
        "厦门": ("xia", "men"),
        "重庆": ("chong", "qing"),
        "渑池": ("mian", "chi"),
        "中牟": ("zhong", "mu"),
    }
)
"""Place names that the common readings of their characters get wrong; add a line where one does."""

_NAMED = re.compile("|".join(sorted(READINGS, key=len, reverse=True)))


def spell(name: str) -> tuple[str, str]:
    """Return the pinyin without spaces and tones, and the initials, both in small letters.

    Other letters and digits stay in both; full-width ones become plain.
    """
    syllables = tuple(_syllables(unicodedata.normalize("NFKC", name).lower()))
    return "".join(syllables), "".join(_initial(syllable) for syllable in syllables)


def _syllables(text: str) -> Iterator[str]:
    at = 0
    for match in _NAMED.finditer(text):
        yield from _read(text[at : match.start()])
        yield from READINGS[match.group()]
        at = match.end()
    yield from _read(text[at:])


def _read(text: str) -> Iterator[str]:
    for syllable in lazy_pinyin(text):
        plain = "".join(character for character in syllable if character.isalnum())
        if plain:
            yield plain


def _initial(syllable: str) -> str:
    """Return the first letter of a syllable; digits such as a house number stay whole."""
    return syllable if syllable[0].isdecimal() else syllable[0]
