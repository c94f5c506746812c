"""Checks of yearly returns: what each finds, where it stays quiet, and who tells it."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enterprises.models import Return, State
from tests.factories import (
    make_enterprise,
    make_park,
    make_patent,
    make_return,
    make_user,
    make_zone,
)
from zonetrack.access import roles
from zonetrack.access.scope import scope_of
from zonetrack.checking import Facts, Level, usual
from zonetrack.lists.returned import MEASURES
from zonetrack.return_checks import CHECKS, facts_of_returns, findings

YEAR = 2014


def found(now, *before, register=None):
    """Keys of what is found; `before`: last year, the year before it, and so on."""
    earlier = {YEAR - n: figures for n, figures in enumerate(before, 1)}
    return {one.check.key for one in findings(Facts(YEAR, now, earlier, register))}


def sentence(key, now, *before, register=None):
    earlier = {YEAR - n: figures for n, figures in enumerate(before, 1)}
    [one] = [one for one in findings(Facts(YEAR, now, earlier, register)) if one.check.key == key]
    return one.sentence


def test_keys_are_unique_and_fields_are_figures_of_a_return():
    keys = [check.key for check in CHECKS]
    assert len(keys) == len(set(keys))
    known = {measure.name for measure in MEASURES}
    assert {name for check in CHECKS for name in check.fields} == known


def test_an_empty_return_has_no_findings():
    assert found({}) == set()
    assert found(dict.fromkeys(measure.name for measure in MEASURES)) == set()


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("rd_government", "rd_expenditure"),
        ("rd_fte", "rd_personnel"),
        ("filed_inventions", "filed"),
        ("granted_inventions", "granted"),
        ("in_force_inventions", "in_force"),
    ],
)
def test_a_part_above_its_whole_is_an_error(part, whole):
    key = f"{part}-above-{whole}"
    [one] = [f for f in findings(Facts(YEAR, {part: 6, whole: 5})) if f.check.key == key]
    assert (one.level, one.fields) == (Level.ERROR, (part, whole))
    assert one.values == {"part": 6, "whole": 5}
    for now in ({part: 5, whole: 5}, {part: 6, whole: None}, {part: None, whole: 5}, {part: 6}):
        assert key not in found(now)


def test_zero_is_a_whole_and_errors_come_first():
    now = {"rd_government": 6, "rd_expenditure": 0, "revenue": 10, "new_product_sales": 11}
    listed = findings(Facts(YEAR, now))
    assert [one.level for one in listed] == [Level.ERROR, Level.WARNING]


@pytest.mark.parametrize("name", ["rd_expenditure", "new_product_sales"])
def test_more_than_revenue_is_asked_about(name):
    key = f"{name}-above-revenue"
    assert key in found({name: 101, "revenue": 100})
    assert key not in found({name: 100, "revenue": 100})
    assert key not in found({name: 100})


def test_personnel_without_expenditure_and_the_reverse():
    one, other = "rd_personnel-without-rd_expenditure", "rd_expenditure-without-rd_personnel"
    assert one in found({"rd_personnel": 3})
    assert one in found({"rd_personnel": 3, "rd_expenditure": 0})
    assert other in found({"rd_personnel": 0, "rd_expenditure": 3})
    for quiet in ({"rd_personnel": 3, "rd_expenditure": 9}, {"rd_personnel": 0}, {}):
        assert not {one, other} & found(quiet)


# Against the enterprise's own earlier years


@pytest.mark.parametrize("times", [10, 100, 1_000, 10_000])
@pytest.mark.parametrize("name", [measure.name for measure in MEASURES])
def test_a_slip_of_the_unit_is_named_once(name, times):
    many, few = {name: 37 * times}, {name: 40}
    up = {key for key in found(many, few) if key.startswith(f"{name}-")}
    down = {key for key in found(few, many) if key.startswith(f"{name}-")}
    assert up - {f"{name}-without-rd_personnel", f"{name}-without-rd_expenditure"} == {
        f"{name}-times"
    }
    assert f"{name}-fraction" in down and f"{name}-range" not in down
    assert f"about {times:,} times last year's 40." in sentence(f"{name}-times", many, few)
    assert f"about 1/{times:,} of" in sentence(f"{name}-fraction", few, many)


@pytest.mark.parametrize(
    ("now", "last"), [(299, 40), (600, 40), (0, 400), (40, 40), (90, 9), (5, 0)]
)
def test_other_leaps_are_no_slips(now, last):
    assert not {"revenue-times", "revenue-fraction"} & found({"revenue": now}, {"revenue": last})


@pytest.mark.parametrize(("times", "kind"), [(10, "times"), (10_000, "times")])
def test_several_amounts_shifted_alike_are_told_together(times, kind):
    last = {"revenue": Decimal(5000), "rd_expenditure": Decimal(200), "contract_turnover": 50}
    now = {"revenue": 5100 * times, "rd_expenditure": 190 * times, "contract_turnover": 52}
    keys = found(now, last)
    assert f"money-{kind}" in keys
    assert not {"revenue-times", "rd_expenditure-times", "revenue-change"} & keys
    [one] = [
        f for f in findings(Facts(YEAR, now, {YEAR - 1: last})) if f.check.key == "money-times"
    ]
    assert one.fields == ("revenue", "rd_expenditure")
    assert one.sentence.startswith(f"2 figures are all about {times:,} times last year's.")
    assert "money-fraction" in found(last, now)


def test_one_amount_alone_is_no_other_unit():
    last = {"revenue": 5000, "rd_expenditure": 200}
    assert "money-times" not in found({"revenue": 50_000, "rd_expenditure": 20_000_000}, last)


@pytest.mark.parametrize(
    ("now", "strange"), [(39, True), (40, False), (150, False), (151, True), (None, False)]
)
def test_outside_the_last_five_years_widened_by_half(now, strange):
    years = [{"revenue": value} for value in (100, 80, None, 90, 95)]
    assert ("revenue-range" in found({"revenue": now}, *years)) is strange


def test_the_range_needs_two_years_of_the_last_five():
    assert "revenue-range" not in found({"revenue": 500}, {"revenue": 100})
    older = [{"revenue": 100}, {}, {}, {}, {}, {"revenue": 100}]
    assert "revenue-range" not in found({"revenue": 500}, *older)
    assert "revenue-range" in found({"revenue": 500}, *older[:4], {"revenue": 100})


def test_the_range_is_stated():
    years = [{"revenue": Decimal("1000.0000")}, {"revenue": Decimal(800)}]
    assert sentence("revenue-range", {"revenue": Decimal("1600.5")}, *years) == (
        "1,600.5 lies outside 400 to 1,500, the range of the last five years widened by half."
    )


def test_small_counts_may_move_a_little():
    years = [{"filed": 1}, {"filed": 2}]
    assert "filed-range" not in found({"filed": 7}, *years)
    assert "filed-range" in found({"filed": 8}, *years)


@pytest.mark.parametrize(
    ("now", "last", "asked"),
    [(151, 100, True), (150, 100, False), (50, 100, False), (49, 100, True), (31, 20, True),
     (100, 19, False), (None, 100, False), (100, None, False)],
)  # fmt: skip
def test_a_change_by_more_than_half_is_asked_about_from_twenty_on(now, last, asked):
    assert ("employees-change" in found({"employees": now}, {"employees": last})) is asked


def test_the_change_is_quiet_where_the_range_speaks():
    years = [{"employees": 100}, {"employees": 90}]
    keys = found({"employees": 400}, *years)
    assert "employees-range" in keys and "employees-change" not in keys


def test_zero_after_a_figure_that_was_not_small():
    assert found({"filed": 0}, {"filed": 20}) == {"filed-zero"}
    assert found({"filed": 0}, {"filed": 19}) == set()
    assert found({"filed": None}, {"filed": 20}) == set()
    assert found({"filed": 0}, {"filed": 0}) == set()
    assert "after 1,200 last year" in sentence("filed-zero", {"filed": 0}, {"filed": 1200})


# Patents


def test_patents_in_force_follow_from_last_year_and_grants():
    last = {"in_force": 100, "in_force_inventions": 10}
    more = {"in_force": 115, "granted": 10}
    assert "in_force-more" in found(more, last)
    assert sentence("in_force-more", more, last) == (
        "115 are in force; last year's 100 and 10 granted make 110. "
        "5 more: acquired, moved in or restored?"
    )
    fewer = {"in_force": 80, "granted": 10}
    assert "in_force-fewer" in found(fewer, last)
    assert "30 fewer" in sentence("in_force-fewer", fewer, last)
    assert "in_force_inventions-more" in found(
        {"in_force_inventions": 12, "granted_inventions": 1}, last
    )


@pytest.mark.parametrize(
    "now",
    [
        {"in_force": 110, "granted": 10},
        {"in_force": 90, "granted": 10},
        {"in_force": 130, "granted": None},
        {"in_force": None, "granted": 10},
    ],
)
def test_the_usual_loss_and_what_is_not_known_are_not_asked_about(now):
    assert not {"in_force-more", "in_force-fewer"} & found(now, {"in_force": 100})
    assert not {"in_force-more", "in_force-fewer"} & found(now)


def test_more_granted_than_filed_is_nothing_unusual():
    assert found({"filed": 1, "granted": 30}) == set()


def test_a_register_that_disagrees_is_told():
    register = {"filed": 12, "filed_inventions": 3, "granted": 0}
    now = {"filed": 20, "filed_inventions": 3, "granted": None}
    assert found(now, register=register) == {"filed-register"}
    assert found({"granted": 5}, register=register) == set()
    assert found({"filed": 0}, register=register) == {"filed-register"}
    assert found(now, register=None) == set()
    inventions = {"filed": 12, "filed_inventions": 4}
    assert found(inventions, register=register) == {"filed_inventions-register"}
    assert found(inventions | {"filed": 11}, register=register) == {"filed-register"}
    assert sentence("filed-register", now, register=register) == (
        "20 reported, but 12 in the register of single patents."
    )


# Against the park


def beside(values, enterprises=None):
    """A park in which revenue per employee had these values."""
    return {"revenue-per-employee": usual(values, enterprises or len(values))}


def park_keys(now, park, **last):
    facts = Facts(YEAR, now, {YEAR - 1: last}, park=park)
    return {one.check.key for one in findings(facts) if one.check.key.endswith("-park")}


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([100] * 5, "33", "300"),
        ([80, 90, 100, 110, 120], "30", "330"),
        ([10, 40, 90, 160, 1000], "5", "1300"),
        ([0, 0, 5, 8, 12], "0", "80"),
        ([1, 2, 3, 4], None, None),
        ([0] * 9, None, None),
    ],
)
def test_the_usual_range_is_the_middle_half_widened_and_rounded(values, low, high):
    found = usual(map(Decimal, values), len(values))
    assert (found and (found.low, found.high)) == (low and (Decimal(low), Decimal(high)))


def test_many_values_of_few_enterprises_make_no_range():
    assert usual(map(Decimal, range(10, 30)), 4) is None
    assert usual(map(Decimal, range(10, 30)), 5).enterprises == 5


@pytest.mark.parametrize(
    ("revenue", "asked"), [(3300, False), (3290, True), (30_000, False), (30_100, True)]
)
def test_far_from_the_park_is_asked_about(revenue, asked):
    now = {"employees": 100, "revenue": revenue}
    assert (park_keys(now, beside([Decimal(100)] * 5)) == {"revenue-per-employee-park"}) is asked


def test_the_range_of_the_park_is_stated_without_anybodys_figure():
    now = {"employees": 100, "revenue": 70_123}
    [one] = findings(Facts(YEAR, now, park=beside([Decimal(v) for v in (81, 93, 99, 108, 122)])))
    assert one.sentence == (
        "Revenue of 701.2 (10,000 yuan) per employee lies outside 31 to 330, what is usual among "
        "the 5 other enterprises of the park."
    )
    assert one.fields == ("revenue", "employees")


def test_the_park_is_quiet_about_slips_few_people_and_what_was_so_last_year():
    park = beside([Decimal(100)] * 5)
    assert park_keys({"employees": 100, "revenue": 70_000}, park)
    assert not park_keys({"employees": 19, "revenue": 70_000}, park)
    assert not park_keys({"employees": 100}, park)
    assert not park_keys({"employees": 100, "revenue": 70_000}, park, revenue=7_000)
    assert not park_keys({"employees": 100, "revenue": 70_000}, park, employees=90, revenue=60_000)
    assert park_keys({"employees": 100, "revenue": 70_000}, park, employees=90, revenue=20_000)
    assert not park_keys({"employees": 100, "revenue": 70_000}, {})


@pytest.mark.django_db
def test_the_park_is_read_from_its_approved_returns_of_three_years():
    park, other = make_park(), make_park()
    for n in range(6):
        enterprise = make_enterprise(park)
        make_return(enterprise, 2011 + n % 3, employees=100, revenue=9_000 + 500 * n)
        make_return(enterprise, 2010, employees=100, revenue=900_000)
        make_return(enterprise, 2014, employees=100, revenue=900_000)
        make_return(make_enterprise(other), 2013, employees=100, revenue=900_000)
        make_return(
            make_enterprise(park), 2013, state=State.SUBMITTED, employees=100, revenue=900_000
        )
    filing = make_return(make_enterprise(park), 2014, state="draft", employees=50, revenue=90_000)
    limit = scope_of(make_user(roles.STAFF, park=park)).limit
    facts = facts_of_returns(Return.objects.filter(pk=filing.pk), limit)[filing.pk]
    known = facts.park["revenue-per-employee"]
    assert (known.low, known.high, known.enterprises) == (32, 330, 6)
    assert "revenue-per-employee-park" in {one.check.key for one in findings(facts)}


@pytest.mark.django_db
def test_four_others_are_too_few_for_a_range():
    park = make_park()
    own = make_enterprise(park)
    for n, enterprise in enumerate([own, *(make_enterprise(park) for _n in range(4))]):
        make_return(enterprise, 2013, employees=100, revenue=9_000 + n)
    filing = make_return(own, 2014, employees=100, revenue=90)
    assert facts_of_returns(Return.objects.filter(pk=filing.pk))[filing.pk].park == {}


# The facts


@pytest.mark.django_db
def test_facts_hold_the_year_five_years_before_it_and_the_register():
    enterprise = make_enterprise()
    for year in range(2007, 2016):
        make_return(enterprise, year, revenue=year, filed=year - 2000)
    make_patent(holder=enterprise, filed_year=2013, granted_year=2014)
    make_patent(holder=enterprise, filed_year=2014, type="design")
    make_patent(holder=enterprise, filed_year=2010, granted_year=2012, ended_year=2014,
                end_reason="lapsed")  # fmt: skip
    make_patent(filed_year=2014)
    [facts] = facts_of_returns(Return.objects.filter(enterprise=enterprise, year=2014)).values()
    assert (facts.of("revenue"), facts.of("filed"), facts.of("employees")) == (2014, 14, None)
    assert facts.before("revenue") == [2009, 2010, 2011, 2012, 2013]
    assert facts.last("filed") == 13
    assert facts.register == {
        "filed": 1,
        "filed_inventions": 0,
        "granted": 1,
        "granted_inventions": 1,
        "in_force": 1,
        "in_force_inventions": 1,
    }


@pytest.mark.django_db
def test_without_a_single_patent_there_is_no_register_to_compare():
    filing = make_return(filed=3)
    assert facts_of_returns(Return.objects.filter(pk=filing.pk))[filing.pk].register is None
    assert facts_of_returns(Return.objects.none()) == {}


@pytest.mark.django_db
def test_facts_of_many_returns_need_as_many_queries_as_of_one():
    zone = make_zone()
    park = make_park(zone)

    def count():
        with CaptureQueriesContext(connection) as queries:
            found = facts_of_returns(Return.objects.filter(year=2014), scope_of(user).limit)
        return len(found), len(queries)

    user = make_user(roles.STAFF, zone=zone)
    for n in (1, 6):
        for _each in range(n):
            enterprise = make_enterprise(park)
            make_return(enterprise, 2013, revenue=1)
            make_return(enterprise, 2014, revenue=2, filed=1)
            make_patent(park, holder=enterprise)
        if n == 1:
            first = count()
    assert first[0] == 1 and count()[0] == 7
    assert count()[1] == first[1] <= 8


@pytest.mark.django_db
def test_what_lies_out_of_sight_is_not_told_by_a_comparison():
    here, there = make_park(), make_park()
    enterprise = make_enterprise(here)
    make_return(enterprise, 2013, park=there, revenue=9000)
    filing = make_return(enterprise, 2014, park=here, revenue=5, filed=3)
    make_patent(here, holder=enterprise)
    make_patent(there, holder=enterprise)
    returns = Return.objects.filter(pk=filing.pk)
    limit = scope_of(make_user(roles.STAFF, park=here)).limit
    facts = facts_of_returns(returns, limit)[filing.pk]
    assert facts.last("revenue") is None and facts.register is None
    assert facts_of_returns(returns)[filing.pk].register["filed"] == 2


# The page


@pytest.mark.django_db
def test_the_page_of_a_return_tells_its_findings(client):
    enterprise = make_enterprise()
    make_return(enterprise, 2013, revenue=500)
    filing = make_return(
        enterprise, 2014, state=State.DRAFT, revenue=5000, rd_government=6, rd_expenditure=5,
        rd_personnel=2,
    )  # fmt: skip
    client.force_login(make_user("administrator"))
    page = client.get(filing.get_absolute_url()).content.decode()
    assert 'id="h-checks"' in page
    assert "Must fix" in page and "Please confirm" in page
    assert "The government part cannot be more than R&amp;D expenditure." in page
    assert "5,000 is about 10 times last year&#x27;s 500." in page


@pytest.mark.django_db
def test_the_page_of_a_sound_return_says_nothing_of_checks(client):
    filing = make_return(revenue=5000)
    client.force_login(make_user("administrator"))
    assert 'id="h-checks"' not in client.get(filing.get_absolute_url()).content.decode()


# The command


def check_data(*arguments):
    out = StringIO()
    try:
        call_command("check_data", *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def places():
    north, south = make_zone(key="north"), make_zone(key="south")
    enterprise = make_enterprise(make_park(north), name_en="Salt Works")
    make_return(enterprise, 2013, revenue=500)
    make_return(enterprise, 2014, revenue=5000, employees=1)
    other = make_enterprise(make_park(south), name_en="Kiln")
    make_return(other, 2014, state=State.DRAFT, filed=1, filed_inventions=2)
    return north, south


@pytest.mark.django_db
def test_the_command_names_enterprise_year_figure_and_counts(places):
    code, out = check_data("north")
    assert code == 0
    assert "Salt Works, 2014" in out and "Kiln" not in out
    assert "Please confirm · Operating revenue (10,000 yuan): 5,000 is about 10 times" in out
    assert out.splitlines()[-1] == "returns=2 errors=0 warnings=1"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "code", "last"),
    [
        ([], 1, "returns=3 errors=1 warnings=1"),
        (["north", "--fail-level=warning"], 1, "returns=2 errors=0 warnings=1"),
        (["north", "--year=2013", "--fail-level=warning"], 0, "returns=1 errors=0 warnings=0"),
        (["south"], 1, "returns=1 errors=1 warnings=0"),
        (["--year=1999"], 0, "returns=0 errors=0 warnings=0"),
    ],
)
def test_the_command_fails_at_the_level(places, arguments, code, last):
    got, out = check_data(*arguments)
    assert (got, out.splitlines()[-1]) == (code, last)


@pytest.mark.django_db
def test_the_command_writes_json(places):
    code, out = check_data("--format=json", "--year=2014")
    told = json.loads(out)
    assert code == 1 and (told["returns"], told["errors"], told["warnings"]) == (2, 1, 1)
    by_check = {one["check"]: one for one in told["findings"]}
    one = by_check["filed_inventions-above-filed"]
    assert (one["enterprise"], one["year"], one["level"]) == ("Kiln", 2014, "error")
    assert one["fields"] == ["filed_inventions", "filed"]
    assert one["sentence"] == "Inventions cannot be more than all patents."


@pytest.mark.django_db
def test_the_command_refuses_an_unknown_zone():
    with pytest.raises(CommandError, match="no zone"):
        call_command("check_data", "nowhere", stdout=StringIO())
