"""Codes with a shape: credit codes with their check digit, telephone numbers, item codes."""

import random

import pytest

from layers.codes import check_digit, credit_code_fault, item_code_fault, phones_of

REAL = ("91350100M000100Y43", "9144030071526726XG", "914403001922038216")
"""The example of GB 32100-2015, and two large firms everybody can look up."""


@pytest.mark.parametrize("code", REAL)
def test_published_codes_are_right(code: str) -> None:
    assert credit_code_fault(code) is None
    assert check_digit(code[:-1]) == code[-1]


def test_a_village_collective_has_a_code_too() -> None:
    body = "N2440608MF0000001"
    assert credit_code_fault(body + check_digit(body)) is None


def test_every_slip_of_one_sign_is_found() -> None:
    """The check digit of GB 32100 finds each single wrong sign and each swap of neighbours."""
    for code in REAL:
        for at in range(8, 18):
            for sign in "0123456789ABCDEFGHJKLMNPQRTUWXY":
                slipped = code[:at] + sign + code[at + 1 :]
                assert (credit_code_fault(slipped) is None) == (slipped == code)
        for at in range(8, 17):
            swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
            assert (credit_code_fault(swapped) is None) == (swapped == code)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("91350100M000100Y44", "should be 3"),
        ("440681000012345", "has 15"),
        ("91350100M00O100Y43", "no such sign"),
        ("9135O100M000100Y43", "no such sign"),
        ("B1350100M000100Y43", "organ"),
        ("", "has 0"),
    ],
)
def test_what_is_wrong_is_said(code: str, words: str) -> None:
    assert words in str(credit_code_fault(code))


def test_width_space_and_case_are_no_fault() -> None:
    assert credit_code_fault("９１３５０１００ M000100y43") is None


def test_a_body_of_another_length_has_no_check_digit() -> None:
    with pytest.raises(ValueError, match="17"):
        check_digit("9135")


@pytest.mark.parametrize(
    "number",
    ["13800000000", "138 0000 0000", "138-0000-0000", "+86 13800000000", "0757-88880000",
     "（0757）88880000", "020-88880000", "88880000", "8888-0000", "400-123-4567", "110", "12345",
     "95598", "555-0101", "555-01-0101", "0757-88880000转801", "88880000-12", "5550117",
     "１３８０００００００0"],
)  # fmt: skip
def test_numbers_as_people_write_them(number: str) -> None:
    found = phones_of(number)
    assert len(found.numbers) == 1
    assert found.odd == ()


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("5550117/555-0218", ("5550117", "555-0218")),
        ("13800000000、0757-88880000", ("13800000000", "0757-88880000")),
        ("13800000000 13900000000", ("13800000000", "13900000000")),
        ("88880000；88880001，88880002", ("88880000", "88880001", "88880002")),
        ("88880000或88880001", ("88880000", "88880001")),
        ("88880000/88880000", ("88880000",)),
    ],
)
def test_several_numbers_of_a_cell_are_parted(cell: str, numbers: tuple[str, ...]) -> None:
    found = phones_of(cell)
    assert (found.numbers, found.odd) == (numbers, ())


@pytest.mark.parametrize("cell", ["=555", "1380000000", "138000000000", "机密", "12", "-", "00"])
def test_what_is_no_number_is_odd(cell: str) -> None:
    assert phones_of(cell).odd


def test_numbers_made_by_chance_are_parted_as_they_were_joined() -> None:
    draw = random.Random(3)  # noqa: S311 -- a test's dice
    for _ in range(300):
        numbers = tuple(dict.fromkeys(f"13{draw.randrange(10**9):09d}" for _ in range(3)))
        cell = draw.choice(["/", "、", " ", ";", "，"]).join(numbers)
        assert phones_of(cell).numbers == numbers


@pytest.mark.parametrize(("code", "good"), [("1020304", True), ("１０２０３０４", True),
                                            ("102030", False), ("10203045", False),
                                            ("A020304", False), ("0020304", False)])  # fmt: skip
def test_item_codes(code: str, *, good: bool) -> None:
    assert (item_code_fault(code) is None) == good
