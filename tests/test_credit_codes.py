import pytest
from django.core.exceptions import ValidationError

from enterprises.credit_codes import (
    SENTENCES,
    FormatError,
    Problems,
    check_digit,
    check_format,
    has_valid_check_digit,
    normalize,
    organization_code_ok,
    problems,
    validate,
)

VALID = [
    "91630199MAXT00011Q",
    "12630199MB0T00277G",
    "11330208591592676Q",
    "91630199MAXT0002XG",
    "9163019999900011XU",
]


@pytest.mark.parametrize("code", VALID)
def test_valid_codes_have_no_problems(code):
    assert check_digit(code[:17]) == code[17]
    assert organization_code_ok(code)
    assert problems(code) == Problems()


@pytest.mark.parametrize("code", VALID)
def test_every_single_wrong_sign_at_the_end_is_noticed(code):
    others = set("0123456789ABCDEFGHJKLMNPQRTUWXY") - {code[17]}
    assert not any(has_valid_check_digit(code[:17] + sign) for sign in others)


@pytest.mark.parametrize("code", ["91350211M0000XUF46", "91350100M0001TGQXM"])
def test_registrations_reported_as_genuine_are_warned_about_but_not_refused(code):
    assert problems(code).errors == ()
    assert "check_digit" in problems(code).warnings


def test_a_wrong_inner_check_is_a_warning_of_its_own():
    first17 = "91630199MAXT00012"
    assert problems(first17 + check_digit(first17)) == Problems(warnings=("organization_code",))


@pytest.mark.parametrize("code", ["MAXT00011", "MB0T00277", "591592676"])
def test_an_organization_code_alone_is_checked(code):
    assert organization_code_ok(code)
    assert not organization_code_ok(code[:8] + ("3" if code[8] != "3" else "4"))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "length"),
        ("91630199MAXT00011", "length"),
        ("91630199MAXT00011QQ", "length"),
        ("630100100012345", "old_number"),
        ("91630199MAXT0001IQ", "signs"),
        ("91630199MAXTO0011Q", "signs"),
        ("91630199MAXT0001中Q", "signs"),
        ("91630199MAXT00011\0", "signs"),
        ("9163A199MAXT00011Q", "division"),
    ],
)
def test_what_cannot_be_a_code_is_refused(code, reason):
    with pytest.raises(FormatError) as caught:
        check_format(code)
    assert caught.value.reason == reason
    with pytest.raises(ValidationError) as told:
        validate(code)
    assert told.value.message_dict == {"credit_code": [SENTENCES[reason]]}
    assert problems(code) == Problems(errors=(reason,))


@pytest.mark.parametrize(
    "typed", ["91630199maxt00011q", " 91630199 MAXT 00011Q\u3000", "９１６３０１９９-MAXT00011-Q"]
)
def test_codes_are_stored_in_one_way(typed):
    assert normalize(typed) == "91630199MAXT00011Q"
    assert problems(typed) == Problems()
