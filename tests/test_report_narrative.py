"""The sentences of a report in both languages."""

import inspect
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from enterprises.models import Park
from enterprises.places import Place
from zonetrack import catalog
from zonetrack.indicators.declaration import Indicator, Kind
from zonetrack.reports.narrative import chinese, english, say
from zonetrack.reports.narrative.common import PARTS
from zonetrack.targets.scorecard import PUBLISHED, RETURNS, Actual, Aim, Line

from .test_wording import ZONE, aim, figure, judge, make_line

AFTER, WITHIN = date(2015, 6, 1), date(2014, 9, 30)
PARK = Place(ZONE, (), Park(key="east", name_en="East", name_zh="东园"))


def told(language, *lines, today=AFTER, **options):
    with override(language):
        sentences = say().told(lines, today, **options)
        return ("" if language == "zh-hans" else " ").join(sentences)


def of_returns(value, reported, expected):
    """What approved returns come to."""
    return Actual(
        Decimal(value),
        RETURNS,
        complete=reported == expected,
        reported=reported,
        expected=expected,
    )


def published(value, known=None, **fields):
    return Actual(Decimal(value), PUBLISHED, known=known, published=(figure(value, **fields),))


CASES = {
    "a value": (
        {"key": "patents-filed", "value": 100},
        "In 2014, enterprises filed 100 patents.",
        "2014年，全区企业申请专利100件。",
    ),
    "one": (
        {"key": "patents-filed", "value": 1},
        "In 2014, enterprises filed 1 patent.",
        "2014年，全区企业申请专利1件。",
    ),
    "zero": (
        {"key": "patents-filed", "value": 0},
        "In 2014, enterprises filed no patents.",
        "2014年，全区企业未申请专利。",
    ),
    "zero twice": (
        {"key": "patents-filed", "value": 0, "previous": 0},
        "In 2014, enterprises filed no patents.",
        "2014年，全区企业未申请专利。",
    ),
    "down to zero": (
        {"key": "cooperation-signed", "value": 0, "previous": 5},
        "In 2014, enterprises signed no research cooperation agreements, 5 fewer than in 2013.",
        "2014年，全区企业未新签产学研合作协议，比上年减少5份。",
    ),
    "growth in percent and a target met": (
        {"key": "patents-filed", "value": 100, "previous": 80, "aim": aim(95)},
        "In 2014, enterprises filed 100 patents, 25% more than in 2013, 105% of the target of 95.",
        "2014年，全区企业申请专利100件，同比增长25%，完成年度目标（95件）的105%。",
    ),
    "a fall in percent and a target missed": (
        {"key": "patents-filed", "value": 87, "previous": 90, "aim": aim(100)},
        "In 2014, enterprises filed 87 patents, 3.3% fewer than in 2013, "
        "87% of the target of 100 and 13 short.",
        "2014年，全区企业申请专利87件，同比下降3.3%，完成年度目标（100件）的87%，差13件。",
    ),
    "small numbers": (
        {"key": "tech-centers-new", "value": 2, "previous": 1, "aim": aim(3)},
        "In 2014, the zone gained 2 technology centers, 1 more than in 2013, "
        "1 short of the target of 3.",
        "2014年，全区新增技术中心2个，比上年增加1个，距年度目标（3个）差1个。",
    ),
    "just met": (
        {"key": "tech-centers-new", "value": 3, "previous": 3, "aim": aim(3)},
        "In 2014, the zone gained 3 technology centers, as many as in 2013, "
        "meeting the target of 3.",
        "2014年，全区新增技术中心3个，与上年持平，完成年度目标（3个）。",
    ),
    "more than met": (
        {"key": "tech-centers-new", "value": 5, "aim": aim(3)},
        "In 2014, the zone gained 5 technology centers, 2 above the target of 3.",
        "2014年，全区新增技术中心5个，超额完成年度目标（3个），超出2个。",
    ),
    "a park": (
        {"key": "tech-centers-new", "value": 1, "place": PARK},
        "In 2014, the park gained 1 technology center.",
        "2014年，园区新增技术中心1个。",
    ),
    "a level": (
        {"key": "patents-in-force", "value": 313, "previous": 290},
        "At the end of 2014, enterprises held 313 patents in force, 7.9% more than a year before.",
        "截至2014年底，全区企业有效专利累计313件，比上年底增长7.9%。",
    ),
    "a net loss": (
        {"key": "high-tech-enterprises-held", "value": 12, "previous": 15},
        "At the end of 2014, the zone had 12 high-tech enterprises, 3 fewer than a year before.",
        "截至2014年底，全区拥有高新技术企业12家，比上年底净减3家。",
    ),
    "a level as before": (
        {"key": "rd-bodies-held", "value": 12, "previous": 12},
        "At the end of 2014, the zone had 12 R&D bodies, as many as a year before.",
        "截至2014年底，全区拥有各类研发机构12个，与上年底持平。",
    ),
    "money": (
        {"key": "rd-expenditure", "value": 7460, "previous": 6566, "aim": aim(7000)},
        "In 2014, enterprises spent CNY 74.6 million on R&D, 13.6% more than in 2013, "
        "106% of the target of CNY 70.0 million.",
        "2014年，全区企业研发经费内部支出7,460万元，同比增长13.6%，"
        "完成年度目标（7,000万元）的106%。",
    ),
    "percentage points": (
        {
            "key": "enterprises-with-rd-body",
            "value": "45.5",
            "previous": "44",
            "aim": aim(50),
        },
        "In 2014, 45.5% of enterprises led an R&D body, 1.5 percentage points more than in 2013, "
        "4.5 percentage points short of the target of 50%.",
        "2014年，全区建有研发机构的企业占45.5%，比上年提高1.5个百分点，"
        "距年度目标（50%）差4.5个百分点。",
    ),
    "fewer percentage points, above the target": (
        {"key": "rd-intensity-revenue", "value": "3.2", "previous": "3.5", "aim": aim(3)},
        "In 2014, R&D expenditure was 3.20% of operating revenue, "
        "0.30 percentage points less than in 2013, 0.20 percentage points above the target of 3%.",
        "2014年，全区企业研发经费投入强度为3.20%，比上年下降0.30个百分点，"
        "比年度目标（3%）高0.20个百分点。",
    ),
    "a ceiling kept": (
        {"key": "centers-building", "value": 4, "aim": aim(5, "down")},
        "At the end of 2014, the zone had 4 R&D bodies under construction, within the limit of 5.",
        "截至2014年底，全区在建研发机构4个，控制在年度目标（5个）以内。",
    ),
    "a ceiling broken": (
        {"key": "centers-building", "value": 7, "aim": aim(5, "down")},
        "At the end of 2014, the zone had 7 R&D bodies under construction, "
        "2 above the limit of 5.",
        "截至2014年底，全区在建研发机构7个，超出年度控制目标（5个）2个。",
    ),
    "kept off": (
        {"key": "labs-held", "value": 7, "aim": aim(5, "keep")},
        "At the end of 2014, the zone had 7 laboratories, 2 off the target of 5.",
        "截至2014年底，全区拥有实验室7个，与年度目标（5个）相差2个。",
    ),
    "an objective in words": (
        {"key": "patents-filed", "value": 100, "aim": aim(None)},
        "In 2014, enterprises filed 100 patents.",
        "2014年，全区企业申请专利100件。",
    ),
    "known rows only": (
        {"key": "centers-building", "actual": Actual(known=6, complete=False)},
        "At the end of 2014, the zone had 6 known R&D bodies under construction.",
        "截至2014年底，全区在建研发机构6个（已知）。",
    ),
    "one known row": (
        {"key": "cooperation-signed", "actual": Actual(known=1, complete=False)},
        "In 2014, enterprises signed 1 known research cooperation agreement.",
        "2014年，全区企业新签产学研合作协议1份（已知）。",
    ),
    "published": (
        {"key": "titles-new-city", "actual": published(14, known=3)},
        "In 2014, the zone and its enterprises were awarded 14 city titles "
        "(published; 3 of 14 itemized).",
        "2014年，全区新获市级荣誉称号14项（公布数；共14，其中已逐条登记3）。",
    ),
    "returns that are not all in are not measured": (
        {"key": "patents-filed", "actual": of_returns(80, 27, 31), "previous": 100,
         "aim": aim(95)},
        "In 2014, enterprises filed 80 patents (from 27 of 31 returns).",
        "2014年，全区企业申请专利80件（按已审定的27家统计，应报31家）。",
    ),
    "hundred millions": (
        {"key": "industrial-output", "value": "1026.8"},
        "In 2014, industrial output was 1,026.8 hundred million yuan.",
        "2014年，全区实现工业总产值1,026.8亿元。",
    ),
    "a better rank": (
        {"key": "mofcom-rank", "value": 115, "previous": 136},
        "At the end of 2014, the zone stood at rank 115 among national zones, "
        "21 places higher than a year before.",
        "截至2014年底，全区在国家级经开区综合考评中列第115位，比上年前移21位。",
    ),
    "a negative value": (
        {"key": "gross-domestic-product", "value": "-1.5", "previous": 2},
        "In 2014, gross domestic product was −1.5 hundred million yuan, 3.5 less than in 2013.",
        "2014年，全区实现生产总值−1.5亿元，比上年减少3.5亿元。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_line_is_told(case, language):
    fields, in_english, in_chinese = CASES[case]
    expected = in_english if language == "en" else in_chinese
    assert told(language, make_line(today=AFTER, **fields)) == expected


RUNNING = {
    "what is counted so far is not measured by a whole year": (
        {"key": "tech-centers-new", "value": 2, "previous": 4, "aim": aim(3)},
        "In 2014 up to 30 September, the zone gained 2 technology centers, against 4 in all of "
        "2013, 1 short of the target of 3, on pace.",
        "2014年（截至9月30日），全区新增技术中心2个，上年全年为4个，距年度目标（3个）差1个，"
        "符合序时进度。",
    ),
    "behind": (
        {"key": "patents-filed", "value": 40, "aim": aim(100)},
        "In 2014 up to 30 September, enterprises filed 40 patents, "
        "40% of the target of 100 and 60 short, behind pace.",
        "2014年（截至9月30日），全区企业申请专利40件，完成年度目标（100件）的40%，差60件，"
        "落后于序时进度。",
    ),
    "a level": (
        {"key": "rd-bodies-held", "value": 12, "previous": 10},
        "On 30 September 2014, the zone had 12 R&D bodies, 2 more than a year before.",
        "截至2014年9月30日，全区拥有各类研发机构12个，比上年底净增2个。",
    ),
}


@pytest.mark.parametrize("case", RUNNING)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_line_of_a_running_year_is_told(case, language):
    fields, in_english, in_chinese = RUNNING[case]
    expected = in_english if language == "en" else in_chinese
    assert told(language, make_line(today=WITHIN, **fields), today=WITHIN) == expected


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_not_reported_is_left_out(language):
    assert told(language, make_line("patents-filed"), make_line("patents-in-force")) == ""


# Several lines


def test_the_year_and_the_subject_are_named_once():
    lines = [
        make_line("patents-filed", 100, previous=80, aim=aim(95)),
        make_line("patents-in-force", 313),
        make_line("patents-granted", 60),
    ]
    assert told("en", *lines) == (
        "In 2014, enterprises filed 100 patents, 25% more than in 2013, 105% of the target of 95. "
        "They were granted 60 patents. "
        "At the year’s end, enterprises held 313 patents in force."
    )
    assert told("zh-hans", *lines) == (
        "2014年，全区企业申请专利100件，同比增长25%，完成年度目标（95件）的105%；"
        "获授权专利60件；截至年底，有效专利累计313件。"
    )


def test_lines_keep_their_order_where_it_is_asked_for():
    lines = [make_line("rd-bodies-held", 30), make_line("patents-filed", 100)]
    assert told("en", *lines, in_order=True) == (
        "At the end of 2014, the zone had 30 R&D bodies. "
        "Over the year, enterprises filed 100 patents."
    )
    assert told("zh-hans", *lines, in_order=True) == (
        "截至2014年底，全区拥有各类研发机构30个；全年，企业申请专利100件。"
    )


def test_a_part_is_told_with_its_whole():
    lines = [make_line("patents-filed", 100), make_line("patents-filed-inventions", 40)]
    assert told("en", *lines) == "In 2014, enterprises filed 100 patents (40 of them inventions)."
    assert told("zh-hans", *lines) == "2014年，全区企业申请专利100件（其中发明专利40件）。"


@pytest.mark.parametrize(
    ("n", "in_english", "in_chinese"),
    [
        (0, "none of them inventions", "其中发明专利0件"),
        (1, "1 of them an invention", "其中发明专利1件"),
        (5, "all of them inventions", "均为发明专利"),
    ],
)
def test_how_much_a_part_is_of_its_whole(n, in_english, in_chinese):
    lines = [make_line("patents-filed", 5), make_line("patents-filed-inventions", n)]
    assert f"5 patents ({in_english})" in told("en", *lines)
    assert f"专利5件（{in_chinese}）" in told("zh-hans", *lines)


def test_the_only_one_is_told_by_what_it_is():
    lines = [make_line("rd-bodies-new", 1), make_line("tech-centers-new", 1)]
    assert told("en", *lines) == "In 2014, the zone gained 1 R&D body (a technology center)."
    assert told("zh-hans", *lines) == "2014年，全区新增研发机构1个（为技术中心）。"


def test_nothing_has_no_parts():
    lines = [make_line("patents-filed", 0), make_line("patents-filed-inventions", 0)]
    assert told("en", *lines) == "In 2014, enterprises filed no patents."
    assert told("zh-hans", *lines) == "2014年，全区企业未申请专利。"


def test_levels_without_a_title_are_left_out_beside_others():
    lines = [
        make_line("titles-new", 5),
        make_line("titles-new-national", 0),
        make_line("titles-new-provincial", 2),
        make_line("titles-new-city", 3),
    ]
    assert "5 titles (2 of them provincial; 3 municipal)" in told("en", *lines)
    assert "荣誉称号5项（其中省级2项、市级3项）" in told("zh-hans", *lines)


def test_a_part_with_a_target_has_its_own_sentence():
    lines = [make_line("rd-bodies-new", 5), make_line("tech-centers-new", 3, aim=aim(3))]
    assert told("en", *lines) == (
        "In 2014, the zone gained 5 R&D bodies. "
        "It gained 3 technology centers, meeting the target of 3."
    )


def test_how_far_returns_are_is_said_once():
    lines = [
        make_line("patents-filed", actual=of_returns(80, 2, 3)),
        make_line("patents-granted", actual=of_returns(60, 2, 3)),
    ]
    assert told("en", *lines).count("from 2 of 3 returns") == 1
    assert told("zh-hans", *lines).count("应报3家") == 1


def test_a_new_indicator_needs_no_words_of_its_own():
    indicator = Indicator(
        "new-one", "Solar roofs", "roofs", Kind.FLOW, definition="", topic="economy"
    )
    line = make_line("patents-filed", 12, previous=10)
    line = Line(
        indicator,
        line.place,
        line.year,
        line.actual,
        judge(indicator, line.actual, None, 2014, AFTER, None),
        previous=line.previous,
    )
    assert told("en", line) == "In 2014, Solar roofs stood at 12 roofs, 2 more than in 2013."
    assert told("zh-hans", line) == "2014年，全区Solar roofs为12roofs，比上年增加2roofs。"


@pytest.mark.parametrize("rules", [english, chinese])
@pytest.mark.parametrize("indicator", catalog.INDICATORS, ids=lambda each: each.key)
def test_every_indicator_is_told_whatever_its_value(rules, indicator):
    language = "en" if rules is english else "zh-hans"
    for value in (None, 0, 1, Decimal("12.5"), 12_345):
        for previous in (None, 0, 7, 20_000):
            line = make_line(indicator.key, value, Aim(Decimal(9), "up"), previous=previous)
            text = told(language, line)
            assert bool(text) == (value is not None)
            assert "None" not in text
            assert "{" not in text
            assert "  " not in text
            if language == "zh-hans":
                assert not set(text) & set(";,()") - {","}


def test_parts_have_their_words_in_both_languages():
    for key in PARTS:
        assert all(english.WORDS[key].part), key
        assert chinese.WORDS[key].part, key


def test_both_languages_have_the_same_rules_for_the_same_indicators():
    keys = {indicator.key for indicator in catalog.INDICATORS}
    assert set(english.WORDS) == set(chinese.WORDS) == keys


def test_both_languages_have_the_same_functions():
    def functions(module):
        return {
            name: list(inspect.signature(each).parameters)
            for name, each in vars(module).items()
            if inspect.isfunction(each) and name in SENTENCES
        }

    assert functions(english) == functions(chinese)
    assert set(functions(english)) == set(SENTENCES)


# Records

NAMES = ["甲公司", "乙公司", "丙公司", "丁公司", "戊公司", "己公司", "庚公司"]
SENTENCES = {
    "told": None,
    "named": None,
    "recognized": (
        (["A", "B"], 2),
        "Newly recognized: A and B.",
        "新认定的研发机构为：A、B。",
    ),
    "on_the_way": (
        ([("building", ["A", "B"], 2), ("planned", ["C"], 1)], 2014, AFTER),
        "On the way to recognition at the end of 2014: 2 under construction (A and B); "
        "1 planned (C).",
        "截至2014年底，在建研发机构2个：A、B；拟建研发机构1个：C。",
    ),
    "awarded": (
        ("Base", "Ministry", "1", ["A Co., Ltd."], 1),
        "Base (Ministry, batch 1): A Co., Ltd.",
        "A Co., Ltd.获评“Base”（Ministry，第1批）。",
    ),
    "delayed": (
        ([("A", "Trial", 1), ("B", "", 30)], 2),
        "Behind schedule: A (Trial, 1 day late) and B (30 days late).",
        "进度滞后的项目为：A（“Trial”节点逾期1天）、B（逾期30天）。",
    ),
    "applied": (
        (4, 1, 0, 3, 2014),
        "Applications to programs made in 2014: 4 (1 won, 3 not yet decided).",
        "2014年申报科技计划项目4项，其中已立项1项、尚在评审3项。",
    ),
    "with_partners": ((["A"], 1), "Partners: A.", "合作单位为A。"),
    "in_fields": ((["A", "B"], 2), "Fields: A and B.", "涉及A、B等领域。"),
    "results": ((["A"], 1), "Achievements: A.", "主要成果：A。"),
    "key_firms": (
        (["A"], 1, 2014),
        "Key support in 2014 went to 1 enterprise: A.",
        "2014年重点支持企业1家：A。",
    ),
    "planned_bodies": (
        (NAMES, 7, 2015),
        "To be built from 2015 on (7): 甲公司, 乙公司, 丙公司, 丁公司, 戊公司, 己公司 and 1 other.",
        "2015年计划建设研发机构7个：甲公司、乙公司、丙公司、丁公司、戊公司、己公司等。",
    ),
    "planned_firms": (
        (["A", "B"], 2, 2015),
        "Key support in 2015 goes to 2 enterprises: A and B.",
        "2015年拟重点支持企业2家：A、B。",
    ),
    "planned_projects": (
        ("33", 2, 2015),
        "Key industrial projects planned for 2015: 33 (published plan, 2 of them in the register).",
        "2015年计划推进重大产业技术项目33项（公布的计划数，已登记2项）。",
    ),
    "going_on": (
        (1, 2015),
        "1 key industrial project goes on in 2015.",
        "2015年继续实施重大产业技术项目1项。",
    ),
    "planned_program": (
        ("“123”", [("Joint", 20)]),
        "“123”, projects supported: Joint (20).",
        "“123”支持Joint20项。",
    ),
}


@pytest.mark.parametrize("name", [name for name, case in SENTENCES.items() if case])
def test_records_are_told(name):
    given, in_english, in_chinese = SENTENCES[name]
    assert getattr(english, name)(*given) == in_english
    assert getattr(chinese, name)(*given) == in_chinese


@pytest.mark.parametrize(
    ("numbers", "in_english", "in_chinese"),
    [
        ((1, 0), "For 2015 the zone has 1 target with a number.", "2015年，全区设定量化目标1项。"),
        (
            (2, 1),
            "For 2015 the zone has 2 targets with a number and 1 objective in words.",
            "2015年，全区设定量化目标2项、定性目标1项。",
        ),
    ],
)
def test_targets_of_the_next_year_are_told(numbers, in_english, in_chinese):
    assert english.aims(*numbers, 2015, park=False) == in_english
    assert chinese.aims(*numbers, 2015, park=False) == in_chinese


@pytest.mark.parametrize(
    ("n", "in_english", "in_chinese"),
    [
        (0, "", ""),
        (1, "甲公司", "甲公司"),
        (2, "甲公司 and 乙公司", "甲公司、乙公司"),
        (3, "甲公司, 乙公司 and 丙公司", "甲公司、乙公司、丙公司"),
    ],
)
def test_a_few_names_are_joined(n, in_english, in_chinese):
    assert english.named(NAMES[:n]) == in_english
    assert chinese.named(NAMES[:n], counter="家") == in_chinese


def test_of_many_names_six_are_told():
    assert english.named(NAMES[:6], 11).endswith("己公司 and 5 others")
    assert english.named(NAMES).endswith("己公司 and 1 other")
    assert chinese.named(NAMES[:6], 11, "家").endswith("己公司等11家")
    assert chinese.named(NAMES[:6], 11, "").endswith("己公司等")


def test_names_keep_what_they_are_made_of():
    strange = ["<b>=1+1</b>", "喆堃镕𠮷", "*x* #panic {{x}}", "长" * 300]
    for rules in (english, chinese):
        text = rules.recognized(strange, 4)
        assert all(name in text for name in strange)
