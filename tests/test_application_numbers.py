import pytest
from django.core.exceptions import ValidationError

from patents.application_numbers import (
    SENTENCES,
    FormatError,
    check_character,
    normalize,
    parse,
    validate,
)

EXAMPLES = [
    ("201710601862", "3", 2017, "invention"),
    ("200710308494", "X", 2007, "invention"),
    ("201110123456", "3", 2011, "invention"),
    ("201220000001", "2", 2012, "utility_model"),
    ("95115608", "X", 1995, "invention"),
]


@pytest.mark.parametrize(("digits", "check", "year", "kind"), EXAMPLES)
def test_published_examples(digits, check, year, kind):
    assert check_character(digits) == check
    number = parse(digits + check)
    assert str(number) == f"{digits}.{check}"
    assert (number.year, number.type, number.by_pct) == (year, kind, False)
    assert number.has_valid_check


@pytest.mark.parametrize(("digits", "check", "year", "kind"), EXAMPLES)
def test_any_other_check_character_is_noticed(digits, check, year, kind):
    for other in set("0123456789X") - {check}:
        assert not parse(f"{digits}.{other}").has_valid_check


@pytest.mark.parametrize(
    "typed",
    [
        "ZL201710601862.3",
        "ZL 2017 1 0601862.3",
        "CN201710601862.3",
        "zl2017106018623",
        "ＺＬ２０１７１０６０１８６２．３",
        " 201710601862。3\u3000",
        "CN ZL 201710601862.3",
    ],
)
def test_numbers_are_stored_in_one_way(typed):
    assert normalize(typed) == "201710601862.3"


def test_a_small_x_is_the_same_check_character():
    assert normalize("95115608x") == "95115608.X"


@pytest.mark.parametrize(
    ("sign", "kind", "by_pct"),
    [
        ("1", "invention", False),
        ("2", "utility_model", False),
        ("3", "design", False),
        ("8", "invention", True),
        ("9", "utility_model", True),
    ],
)
def test_the_type_is_in_the_number(sign, kind, by_pct):
    new, old = parse(f"2014{sign}0000001.0"), parse(f"02{sign}00001.0")
    assert (new.type, new.by_pct, new.year) == (kind, by_pct, 2014)
    assert (old.type, old.by_pct, old.year) == (kind, by_pct, 2002)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("201710601862", "check_missing"),
        ("95115608", "check_missing"),
        ("CN107123456A", "publication_number"),
        ("CN 204123456 U", "publication_number"),
        ("CN107123456", "form"),
        ("", "form"),
        ("201740601862.3", "form"),
        ("211710601862.3", "form"),
        ("50115608.X", "form"),
        ("20171060186.23", "form"),
        ("201710601862.Y", "form"),
        ("201710601862.3\0", "form"),
        ("PCT/CN2014/070001", "form"),
    ],
)
def test_what_cannot_be_an_application_number_is_refused(text, reason):
    with pytest.raises(FormatError) as caught:
        parse(text)
    assert caught.value.reason == reason
    with pytest.raises(ValidationError) as told:
        validate(text)
    assert told.value.message_dict == {"application_no": [SENTENCES[reason]]}
