"""Numbers as people write them: what each spelling means, and what is refused with which reason."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from enterprises.models import State
from tests.admin_forms import change_url, errors_of, opened, post_change, unnamed_inputs
from tests.factories import make_return, make_user
from zonetrack import typed_numbers
from zonetrack.typed_fields import TypedDecimalField, TypedIntegerField
from zonetrack.typed_numbers import (
    PATENTS,
    PERSON_YEARS,
    PERSONS,
    SENTENCES,
    TEN_THOUSAND_YUAN,
    Parsed,
    Unreadable,
    parse_number,
)

READ = [
    ("0", "0"),
    ("０", "0"),
    ("0.00", "0"),
    ("-0", "0"),
    ("7", "7"),
    ("007", "7"),
    ("1234.5", "1234.5"),
    ("1,234.5", "1234.5"),
    ("1,234,567", "1234567"),
    ("1，234", "1234"),
    ("１，２３４．５", "1234.5"),
    ("１２３", "123"),
    ("12 345", "12345"),
    ("12\u00a0345", "12345"),
    ("12\u202f345.6", "12345.6"),
    ("　123　", "123"),
    ("\ufeff123\u200b", "123"),
    ("\t123\r\n", "123"),
    ("1.234", "1.234"),
    ("1.50", "1.5"),
    (".5", "0.5"),
    ("+5", "5"),
    ("-5", "-5"),
    ("−5", "-5"),
    ("－5", "-5"),
    ("(12.5)", "-12.5"),
    ("（1,234）", "-1234"),
    ("¥100", "100"),
    ("￥1,234.50", "1234.5"),
    ("¥ 100", "100"),
    ("(¥100)", "-100"),
    ("¥(100)", "-100"),
    ("CNY 100", "100"),
    ("人民币100", "100"),
    (5, "5"),
    (2.5, "2.5"),
    (0.1, "0.1"),
    (Decimal("1E+5"), "100000"),
]


@pytest.mark.parametrize(("written", "value"), READ)
def test_a_plain_number_is_read(written, value):
    parsed = parse_number(written)
    assert (str(parsed.value), parsed.factor, parsed.thing) == (value, 1, "")


@pytest.mark.parametrize(
    "written",
    [
        *(None, "", " ", "　", "-", "--", "−", "–", "—", "——", "/", "／", "－", "无", "…", "……"),
        *("未填报", "未报", "not reported", "Not Reported", "N/A", " — ", "..."),
    ],
)  # fmt: skip
def test_a_dash_or_a_blank_is_not_reported(written):
    assert parse_number(written) == Parsed(None)
    assert parse_number(written).amount is None


@pytest.mark.parametrize(
    ("written", "value", "factor", "unit", "thing", "amount"),
    [
        ("1.2亿", "1.2", 10**8, "亿", "", "120000000"),
        ("1.2 亿元", "1.2", 10**8, "亿元", "元", "120000000"),
        ("１．２亿", "1.2", 10**8, "亿", "", "120000000"),
        ("500万", "500", 10**4, "万", "", "5000000"),
        ("¥500万元", "500", 10**4, "万元", "元", "5000000"),
        ("(1,234)万元", "-1234", 10**4, "万元", "元", "-12340000"),
        ("(1,234万元)", "-1234", 10**4, "万元", "元", "-12340000"),
        ("3千", "3", 1000, "千", "", "3000"),
        ("3千元", "3", 1000, "千元", "元", "3000"),
        ("3百万元", "3", 10**6, "百万元", "元", "3000000"),
        ("3千万", "3", 10**7, "千万", "", "30000000"),
        ("2万亿元", "2", 10**12, "万亿元", "元", "2000000000000"),
        ("100元", "100", 1, "元", "元", "100"),
        ("12件", "12", 1, "件", "件", "12"),
        ("30家", "30", 1, "家", "家", "30"),
        ("1.5万人", "1.5", 10**4, "万人", "人", "15000"),
        ("12.5人年", "12.5", 1, "人年", "人年", "12.5"),
        ("45%", "45", "0.01", "%", "", "0.45"),
        ("４５％", "45", "0.01", "%", "", "0.45"),
        ("0.3333333333333333333333亿", "0.3333333333333333333333", 10**8, "亿", "",
         "33333333.33333333333333"),
    ],
)  # fmt: skip
def test_a_unit_is_reported_apart_and_converts_exactly(written, value, factor, unit, thing, amount):
    parsed = parse_number(written)
    assert parsed == Parsed(Decimal(value), Decimal(factor), unit, thing)
    assert str(parsed.amount) == amount


def test_even_the_longest_number_keeps_every_digit():
    assert parse_number("9" * 25 + "万亿").amount == Decimal("9" * 25 + "0" * 12)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("abc", "not_a_number"),
        ("NaN", "not_a_number"),
        ("inf", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("万", "not_a_number"),
        ("一百二十", "not_a_number"),
        ("٣", "not_a_number"),
        ("1\t2", "not_a_number"),
        ("12\0", "not_a_number"),
        ("--5", "not_a_number"),
        ("5.", "not_a_number"),
        ("5)", "not_a_number"),
        ("(5", "not_a_number"),
        ("((5))", "not_a_number"),
        ("-(5)", "not_a_number"),
        ("–5", "not_a_number"),
        ("é" * 5000, "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (Decimal("sNaN"), "not_a_number"),
        ("9" * 26, "too_long"),
        ("9" * 5000, "too_long"),
        (10**30, "too_long"),
        (1e300, "too_long"),
        (Decimal("1E-999999"), "too_long"),
        ("1,23", "grouping"),
        ("1,2345", "grouping"),
        ("1,234,5", "grouping"),
        ("1 234,567", "grouping"),
        ("12 34", "grouping"),
        ("0,123", "grouping"),
        ("1,23万元", "grouping"),
        ("1.234,50", "decimal_comma"),
        ("1.000.000", "decimal_comma"),
        ("1.000.000,00", "decimal_comma"),
        ("1e300", "exponent"),
        ("1.2E+08", "exponent"),
        ("约100", "inexact"),
        ("100多", "inexact"),
        ("100+", "inexact"),
        (">5", "inexact"),
        ("10-20", "inexact"),
        ("10~20", "inexact"),
        ("10～20", "inexact"),
        ("2014-05-01", "date"),
        ("2014/5/1", "date"),
        ("2014.5.1", "date"),
        ("1/5/2014", "date"),
        ("2014年", "date"),
        ("2014年5月1日", "date"),
        ("5月1日", "date"),
        ("12:30", "date"),
        (date(2014, 5, 1), "date"),
        (datetime(2014, 5, 1, 12), "date"),
        (time(12), "date"),
        (True, "boolean"),
        (False, "boolean"),
        ("TRUE", "boolean"),
        ("是", "boolean"),
        ("=1+2", "formula"),
        ("#REF!", "formula"),
        ("#DIV/0!", "formula"),
        ("$100", "currency"),
        ("100美元", "currency"),
        ("100 EUR", "currency"),
        ("12²", "unit"),
        ("12 apples", "unit"),
        ("12只", "unit"),
        ("¥12人", "unit"),
        ("¥12%", "unit"),
        ("1亿2000万", "mixed_units"),
    ],
)
def test_what_could_mean_something_else_is_refused(written, reason):
    with pytest.raises(Unreadable) as refusal:
        parse_number(written)
    assert refusal.value.reason == reason
    assert refusal.value.sentence == str(SENTENCES[reason])


def test_every_reason_is_told_in_both_languages():
    for sentence in SENTENCES.values():
        with translation.override("en"):
            english = str(sentence)
        with translation.override("zh-hans"):
            assert str(sentence) != english


@pytest.mark.parametrize(
    ("written", "column", "figure"),
    [
        ("500", TEN_THOUSAND_YUAN, "500"),
        ("¥500", TEN_THOUSAND_YUAN, "500"),
        ("500万", TEN_THOUSAND_YUAN, "500"),
        ("500万元", TEN_THOUSAND_YUAN, "500"),
        ("1.2亿", TEN_THOUSAND_YUAN, "12000"),
        ("1.2亿元", TEN_THOUSAND_YUAN, "12000"),
        ("3千元", TEN_THOUSAND_YUAN, "0.3"),
        ("100元", TEN_THOUSAND_YUAN, "0.01"),
        ("1.2万人", PERSONS, "12000"),
        ("1.2万", PERSONS, "12000"),
        ("3千", PERSONS, "3000"),
        ("12件", PATENTS, "12"),
        ("12.5人年", PERSON_YEARS, "12.5"),
    ],
)
def test_a_figure_comes_in_the_unit_of_its_column(written, column, figure):
    assert str(typed_numbers.read(written, column)) == figure


@pytest.mark.parametrize(
    ("written", "column", "reason"),
    [
        ("45%", PERSONS, "percent"),
        ("45%", TEN_THOUSAND_YUAN, "percent"),
        ("12件", PERSONS, "unit"),
        ("12万元", PATENTS, "unit"),
        ("12人", TEN_THOUSAND_YUAN, "unit"),
        ("3千", TEN_THOUSAND_YUAN, "thousand"),
    ],
)
def test_a_unit_of_another_figure_is_refused(written, column, reason):
    with pytest.raises(Unreadable) as refusal:
        typed_numbers.read(written, column)
    assert refusal.value.reason == reason


# The fields

MONEY = {"column": TEN_THOUSAND_YUAN, "max_digits": 16, "decimal_places": 4, "required": False}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0.5元", "max_decimal_places"),
        ("1.23456", "max_decimal_places"),
        ("1234567890123", "max_whole_digits"),
        ("-1", "min_value"),
        ("abc", "not_a_number"),
    ],
)
def test_a_decimal_field_never_rounds(typed, code):
    with pytest.raises(ValidationError) as refusal:
        TypedDecimalField(min_value=0, **MONEY).clean(typed)
    assert refusal.value.error_list[0].code == code


@pytest.mark.parametrize(
    ("typed", "code"), [("1.5", "whole"), ("3,000,000,000", "max_value"), ("45%", "percent")]
)
def test_an_integer_field_takes_whole_numbers_only(typed, code):
    with pytest.raises(ValidationError) as refusal:
        TypedIntegerField(column=PERSONS).clean(typed)
    assert refusal.value.error_list[0].code == code


def test_a_field_shows_no_zeros_behind_the_point_and_sees_no_change_in_another_spelling():
    field = TypedDecimalField(**MONEY)
    assert field.prepare_value(Decimal("1234.5000")) == "1234.5"
    assert field.prepare_value(Decimal("100.0000")) == "100"
    assert field.prepare_value("1,234.5x") == "1,234.5x"
    assert not field.has_changed(Decimal("1234.5000"), "1,234.5")
    assert field.has_changed(Decimal("0.0000"), "—")
    assert not field.has_changed(None, "—")


# The form of a return


@pytest.fixture
def filing(client):
    client.force_login(make_user("administrator"))
    return make_return(state=State.DRAFT, revenue=Decimal("7.5000"), employees=5, filed=3)


@pytest.mark.django_db
def test_staff_type_numbers_as_they_are_used_to(client, filing):
    typed = {
        "figures-0-revenue": "1.2亿",
        "figures-0-rd_expenditure": "1,234.5",
        "figures-0-employees": "１２３",
        "figures-0-rd_fte": "12.5人年",
        "figures-0-rd_personnel": "0",
        "figures-0-contract_turnover": "—",
        "patents-0-filed": "—",
        "patents-0-granted": "1,200件",
    }
    assert post_change(client, change_url(filing), **typed).status_code == 302
    filing.refresh_from_db()
    figures, patents = filing.figures, filing.patents
    assert (figures.revenue, figures.rd_expenditure) == (12000, Decimal("1234.5"))
    assert (figures.employees, figures.rd_fte, figures.rd_personnel) == (123, Decimal("12.5"), 0)
    assert figures.contract_turnover is None
    assert (patents.filed, patents.granted) == (None, 1200)


@pytest.mark.django_db
def test_a_conversion_is_told(client, filing):
    typed = {"figures-0-revenue": "1.2亿", "figures-0-rd_expenditure": "1,234.5万元"}
    client.post(change_url(filing), opened(client, change_url(filing)) | typed)
    page = client.get("/admin/").content.decode()
    assert "Operating revenue: 1.2亿 was stored as 12,000." in page
    assert "1,234.5" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("figures-0-revenue", "abc", "This is not a number."),
        ("figures-0-revenue", "1.234,50", "Write decimals with a point"),
        ("figures-0-employees", "45%", "not a percentage"),
        ("figures-0-employees", "12.5", "Enter a whole number."),
        ("patents-0-filed", "12人", "The unit does not belong to this figure."),
        ("patents-0-filed", "-5", "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_read_comes_back_as_typed_with_the_reason(
    client, filing, name, typed, sentence
):
    answer = post_change(client, change_url(filing), **{name: typed})
    assert sentence in errors_of(answer)
    assert f'value="{typed}"' in answer.content.decode()
    filing.refresh_from_db()
    assert (filing.figures.revenue, filing.figures.employees, filing.patents.filed) == (7.5, 5, 3)


@pytest.mark.django_db
def test_the_form_shows_figures_as_they_are_written_and_names_its_inputs(client, filing):
    shown = opened(client, change_url(filing))
    assert shown["figures-0-revenue"] == "7.5"
    assert shown["figures-0-employees"] == "5"
    page = client.get(change_url(filing))
    assert not unnamed_inputs(page)
    assert 'type="number" name="figures-0-' not in page.content.decode()


@pytest.mark.django_db
def test_a_form_full_of_dashes_makes_no_part(client):
    client.force_login(make_user("administrator"))
    filing = make_return(state=State.DRAFT)
    names = [n for n in opened(client, change_url(filing)) if n.startswith("patents-0-")]
    typed = {name: "—" for name in names if name.split("-")[-1].startswith(("filed", "granted"))}
    assert len(typed) == 4
    assert post_change(client, change_url(filing), **typed).status_code == 302
    filing.refresh_from_db()
    assert not hasattr(filing, "patents")
