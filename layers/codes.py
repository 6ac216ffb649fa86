"""Codes with a shape of their own: credit codes, telephone numbers, item codes."""

import re
import unicodedata
from dataclasses import dataclass

from language import Sentence, say

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015, table 2: digits and capital letters without I, O, S, V, Z."""

_ORGANS = frozenset("123456789ANY")
"""Registration organs of GB 32100-2015: 9 market, 5 civil affairs, N village collectives, …"""

_WEIGHTS = tuple(pow(3, at, 31) for at in range(17))
_USCC = re.compile(rf"[{_ALPHABET}]{{2}}\d{{6}}[{_ALPHABET}]{{10}}")
_ITEM_CODE = re.compile(r"[1-9]\d{6}")
_PHONE = re.compile(
    r"(?:\+?86-?)?(?:1[3-9]\d-?\d{4}-?\d{4}"
    r"|(?:\(?0\d{2,3}\)?-?)?[2-8]\d{2,3}-?\d{4}"
    r"|[48]00-?\d{3}-?\d{4}|1[012]\d{1,3}|9[56]\d{3,4}"
    r"|555(?:-\d{2})?-\d{4})"
    r"(?:-?(?:转|x|ext\.?|分机)-?\d{1,6}|-\d{1,4})?",
    re.IGNORECASE,
)
"""Mobile, landline with and without area code, 400 and 800, short numbers; 555 is nobody's."""

_BETWEEN_PHONES = re.compile(r"[;,、/|\\]+|\s{1,9}(?=[+(\d])|或|和")
_LEAST_PHONE_DIGITS = 7


@dataclass(frozen=True)
class Phones:
    """The telephone numbers of one cell, and those among them that have no number's shape."""

    numbers: tuple[str, ...]
    odd: tuple[str, ...]


def plain_code(text: str) -> str:
    """Return the code in plain width without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def check_digit(body: str) -> str:
    """Return the 18th sign of a unified social credit code by its first 17 (GB 32100-2015, 5.6).

    Raises:
        ValueError: if the body is not 17 signs of the standard's alphabet.

    """
    if len(body) != len(_WEIGHTS) or any(sign not in _ALPHABET for sign in body):
        msg = "a body has 17 signs of the alphabet"
        raise ValueError(msg)
    pairs = zip(body, _WEIGHTS, strict=True)
    total = sum(_ALPHABET.index(sign) * weight for sign, weight in pairs)
    return _ALPHABET[(31 - total % 31) % 31]


def credit_code_fault(text: str) -> Sentence | None:
    """Return why the text is no unified social credit code, None where it is one.

    Codes of every registration organ are taken, those of village collectives (N) among them.
    """
    code = plain_code(text).upper()
    if len(code) != len(_WEIGHTS) + 1:
        return say("A credit code has 18 signs; this one has {count}.", count=len(code))
    if _USCC.fullmatch(code) is None:
        return say("A credit code has no such sign: I, O, S, V, Z, or letters in the district.")
    if code[0] not in _ORGANS:
        return say("No registration organ has the sign {sign}.", sign=code[0])
    right = check_digit(code[:-1])
    if code[-1] != right:
        return say("The check digit of the credit code should be {sign}.", sign=right)
    return None


def item_code_fault(text: str) -> Sentence | None:
    """Return why the text is no item code of GB/T 38565 (1+2+2+2 digits), None where it is."""
    if _ITEM_CODE.fullmatch(plain_code(text)) is None:
        return say("An item code has seven digits: 1+2+2+2.")
    return None


def phones_of(text: str) -> Phones:
    """Return the telephone numbers of a cell in plain width.

    A white space parts two numbers only where both sides are long enough to be numbers.
    """
    plain = re.sub(r"[－—–−]", "-", unicodedata.normalize("NFKC", text)).strip()
    whole = _compact(plain)
    if _PHONE.fullmatch(whole):
        return Phones((whole,), ())
    numbers = tuple(dict.fromkeys(_compact(p) for p in _BETWEEN_PHONES.split(plain) if p.strip()))
    if len(numbers) > 1 and any(sum(map(str.isdigit, n)) < _LEAST_PHONE_DIGITS for n in numbers):
        numbers = (plain,)
    return Phones(numbers, tuple(n for n in numbers if _PHONE.fullmatch(n) is None))


def _compact(text: str) -> str:
    return re.sub(r"\s+", "", text)
