from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import formats, translation

from zonetrack.numbers import change, money, number, percent, signed, with_unit, year_range

BOTH = pytest.mark.parametrize("language", ["en", "zh-hans"])


@BOTH
@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (None, None, "–"),
        (0, None, "0"),
        (1234567, None, "1,234,567"),
        (Decimal("1234.50"), None, "1,234.5"),
        (Decimal("100"), None, "100"),
        (Decimal("1E+3"), None, "1,000"),
        (Decimal("-1234"), None, "−1,234"),
        (Decimal("0.125"), 2, "0.13"),
        (Decimal("-0.04"), 1, "0.0"),
        (12, 1, "12.0"),
        (0.1, None, "0.1"),
    ],
)
def test_numbers(language, value, decimals, text):
    with translation.override(language):
        assert number(value, decimals) == text


@BOTH
def test_percent_and_signs(language):
    with translation.override(language):
        assert percent(Decimal("45.46")) == "45.5%"
        assert percent(Decimal("45.46"), 0) == "45%"
        assert percent(None) == signed(None) == "–"
        assert [signed(n) for n in (5, 0, -5, 1200)] == ["+5", "0", "−5", "+1,200"]
        assert signed(Decimal("0.04"), 1) == "0.0"


def test_a_unit_stands_apart_in_english_and_close_in_chinese():
    with translation.override("en"):
        assert with_unit(1100, "patents") == "1,100 patents"
        assert with_unit(45, "%") == "45%"
        assert with_unit(None, "patents") == "–"
        assert with_unit(7, "") == "7"
    with translation.override("zh-hans"):
        assert with_unit(1100, "件") == "1,100件"
        assert with_unit(45, "%") == "45%"


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (None, "–", "–"),
        (0, "CNY 0", "0万元"),
        (Decimal("0.3"), "CNY 3,000", "0.3万元"),
        (1, "CNY 0.01 million", "1万元"),
        (Decimal("39.2"), "CNY 0.39 million", "39.2万元"),
        (7460, "CNY 74.6 million", "7,460万元"),
        (-7460, "CNY −74.6 million", "−7,460万元"),
        (10_000, "CNY 100 million", "1.00亿元"),
        (12_345, "CNY 123 million", "1.23亿元"),
        (123_456_789, "CNY 1,234,568 million", "12,345.68亿元"),
    ],
)
def test_money_is_converted_and_not_only_translated(value, english, chinese):
    with translation.override("en"):
        assert money(value) == english
    with translation.override("zh-hans"):
        assert money(value) == chinese


def test_years_are_never_grouped():
    with translation.override("en"):
        assert (year_range(2013, 2015), year_range(2013)) == ("2013–2015", "2013")
    with translation.override("zh-hans"):
        assert (year_range(2013, 2015), year_range(2013, 2013)) == ("2013—2015年", "2013年")


def test_a_change_is_in_percent_only_from_twenty_on():
    with translation.override("en"):
        assert str(change(30, 20)) == "+10 (+50.0%)"
        assert str(change(2, 1)) == "+1"
        assert str(change(19, 20)) == "−1 (−5.0%)"
        assert str(change(20, 20)) == "0 (0.0%)"
        assert str(change(3, 0)) == "+3"
    with translation.override("zh-hans"):
        assert str(change(30, 20)) == "+10（+50.0%）"


def test_a_change_from_or_to_nothing_is_nothing():
    assert str(change(3, None)) == str(change(None, 3)) == "–"
    assert change(None, None).difference is None


def test_percentages_differ_by_percentage_points():
    found = change(Decimal("45.5"), Decimal("44"), points=True)
    assert (found.difference, found.share) == (Decimal("1.5"), None)
    with translation.override("en"):
        assert str(found) == "+1.5 percentage points"


def test_the_filters_write_as_the_functions_do():
    lines = "{{ n|number }} {{ n|number:1 }} {{ p|percent }} {{ p|percent:0 }} {{ d|signed }}"
    lines += (
        " {{ n|with_unit:'patents' }} {{ none|number }} {{ first|year_range:last }} {{ n|money }}"
    )
    given = {"n": 1234, "p": Decimal("45.46"), "d": -3, "none": None, "first": 2013, "last": 2014}
    with translation.override("en"):
        text = Template("{% load numbers %}" + lines).render(Context(given))
    assert text == ("1,234 1,234.0 45.5% 45% −3 1,234 patents – 2013–2014 CNY 12.3 million")


def test_the_filters_leave_alone_what_is_no_number():
    template = "{% load numbers %}[{{ missing|number }}{{ text|percent }}{{ missing|year_range }}]"
    assert Template(template).render(Context({"text": "<b>"})) == "[&lt;b&gt;]"


@BOTH
def test_django_groups_by_thousands_in_both_languages(language):
    with translation.override(language):
        assert formats.number_format(1234567, use_l10n=True, force_grouping=True) == "1,234,567"


@pytest.mark.parametrize(("language", "text"), [("en", "5 Sep 2016"), ("zh-hans", "2016年9月5日")])
def test_dates_are_written_as_each_language_does(language, text):
    with translation.override(language):
        assert formats.date_format(date(2016, 9, 5)) == text
        assert formats.date_format(date(2016, 9, 5), "SHORT_DATE_FORMAT") == "2016-09-05"


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "2016-09-05",
        "2016/9/5",
        "2016.9.5",
        "2016年9月5日",
        "2016年09月05日",
        "20160905",
        "5 Sep 2016",
    ],
)
def test_dates_are_read_as_people_write_them(language, text):
    with translation.override(language):
        assert forms.DateField().clean(text) == date(2016, 9, 5)


@BOTH
def test_date_pickers_get_iso_dates(language):
    with translation.override(language):
        assert 'value="2016-09-05"' in forms.DateInput().render("day", date(2016, 9, 5))
