"""What the claim checker reads in a text: numbers, units, years, and the words around them."""

from decimal import Decimal

import pytest

from zonetrack.claims.qualifying import Sense
from zonetrack.claims.reading import MOST_CLAIMS, Counter, Unit, claims_of

THINGS, PERCENT, POINTS = Unit.THINGS, Unit.PERCENT, Unit.POINTS
MONEY, RANK, OTHER = Unit.MONEY, Unit.RANK, Unit.OTHER


def only(text):
    found, _more = claims_of(text)
    assert len(found) == 1, [one.written for one in found]
    return found[0]


NUMBERS = [
    # text, as written, value, unit
    ("申请专利100件", "100件", 100, THINGS),
    ("100 patents were filed", "100", 100, THINGS),
    ("employs 1,234 persons", "1,234", 1234, THINGS),
    ("从业人员1,234人", "1,234人", 1234, THINGS),
    ("申请专利１２３件", "１２３件", 123, THINGS),
    ("从业人员１，２３４人", "１，２３４人", 1234, THINGS),
    ("三家研究中心", "三家", 3, THINGS),
    ("十四家企业", "十四家", 14, THINGS),
    ("一百件专利", "一百件", 100, THINGS),
    ("两个园区", "两个园区", 2, THINGS),
    ("三百一十三项", "三百一十三项", 313, THINGS),
    ("一百零五件", "一百零五件", 105, THINGS),
    ("一万二千人", "一万二千人", 12_000, THINGS),
    ("3百余件", "3百余件", 300, THINGS),
    ("three centers", "three", 3, THINGS),
    ("fourteen enterprises", "fourteen", 14, THINGS),
    ("a hundred patents", "a hundred", 100, THINGS),
    ("three hundred and thirteen patents", "three hundred and thirteen", 313, THINGS),
    ("Thirty-three projects", "Thirty-three", 33, THINGS),
    ("two thousand persons", "two thousand", 2_000, THINGS),
    ("1.5 thousand persons", "1.5 thousand", 1_500, THINGS),
    ("增长12.5%", "12.5%", Decimal("12.5"), PERCENT),
    ("百分之十二", "百分之十二", 12, PERCENT),
    ("grew by 12.5 per cent", "12.5 per cent", Decimal("12.5"), PERCENT),
    ("提高1.5个百分点", "1.5个百分点", Decimal("1.5"), POINTS),
    ("rose by 1.5 percentage points", "1.5 percentage points", Decimal("1.5"), POINTS),
    ("研发经费1.2亿元", "1.2亿元", 12_000, MONEY),
    ("研发经费3000多万元", "3000多万元", 3_000, MONEY),
    ("研发经费两亿元", "两亿元", 20_000, MONEY),
    ("研发经费8500元", "8500元", Decimal("0.85"), MONEY),
    ("R&D took CNY 74.6 million", "CNY 74.6 million", 7_460, MONEY),
    ("74.6 million yuan of R&D", "74.6 million yuan", 7_460, MONEY),
    ("RMB 1.88 billion", "RMB 1.88 billion", 188_000, MONEY),
    ("综合考评位列第115位", "位列第115位", 115, RANK),
    ("the zone ranked 115th", "ranked 115th", 115, RANK),
    ("占地20平方公里", "20平方公里", 20, OTHER),
    ("出口3000万美元", "3000万美元", 30_000_000, OTHER),
    ("$5 million of exports", "$5 million", 5_000_000, OTHER),
    ("增长2.5倍", "2.5倍", Decimal("2.5"), OTHER),
]  # fmt: skip


@pytest.mark.parametrize(("text", "written", "value", "unit"), NUMBERS)
def test_numbers_are_read_with_their_unit(text, written, value, unit):
    claim = only(text)
    assert (claim.written, claim.value, claim.unit) == (written, value, unit)
    assert text[slice(*claim.place)] == written


@pytest.mark.parametrize(
    "text",
    [
        "2012年工作回顾", "二〇一二年全区工作", "In 2012 the zone grew", "2010-2012",
        "2012年12月5日", "12月底", "1—9月", "5 December", "December 5", "at 10:30",
        "“123”科技支撑项目", "the “123” program", "123科技支撑计划", "863计划",
        "首批示范基地", "第二批", "第3届", "the second batch", "the 2nd batch",
        "工信部企业〔2012〕566号", "第5号", "No. 5", "“十二五”规划", "十二五时期",
        "一、工作回顾", "2. Results", "(三)下一步", "3.1 Results", "Section 2.1",
        "GB/T 9704-2012", "ISO 9001", "电话0971-1234567", "13800138000", "A4", "5G",
        "三年行动计划", "three years",
        "一批重大项目", "进一步", "一定", "one of the parks", "十分重要", "千方百计", "万众创新",
        "三工镁业", "https://example.org/2012/33", "",
    ],
)  # fmt: skip
def test_what_claims_nothing_is_left_out(text):
    found, more = claims_of(text)
    assert [one.written for one in found if not one.weak] == []
    assert not more


SENSES = [
    ("新建3家以上", Sense.AT_LEAST),
    ("不少于3家", Sense.AT_LEAST),
    ("至少3家", Sense.AT_LEAST),
    ("at least 3 centers", Sense.AT_LEAST),
    ("no fewer than 3 centers", Sense.AT_LEAST),
    ("3 or more centers", Sense.AT_LEAST),
    ("3 centers and above", Sense.AT_LEAST),
    ("超过3家", Sense.MORE),
    ("more than 3 centers", Sense.MORE),
    ("300余件", Sense.AND_SOME),
    ("300多件", Sense.AND_SOME),
    ("约300件", Sense.ABOUT),
    ("300件左右", Sense.ABOUT),
    ("about 300 patents", Sense.ABOUT),
    ("近300件", Sense.NEARLY),
    ("nearly 300 patents", Sense.NEARLY),
    ("不超过300件", Sense.AT_MOST),
    ("at most 300 patents", Sense.AT_MOST),
    ("不足300件", Sense.LESS),
    ("fewer than 300 patents", Sense.LESS),
    ("300件", Sense.EXACT),
    ("省级以上平台3个", Sense.EXACT),
    ("3个省级以上平台", Sense.EXACT),
]


@pytest.mark.parametrize(("text", "sense"), SENSES)
def test_words_around_a_number_say_how_it_is_meant(text, sense):
    assert only(text).sense == sense


@pytest.mark.parametrize(
    ("text", "turn"),
    [
        ("同比增长12.5%", 1),
        ("比上年增加12件", 1),
        ("下降3.2%", -1),
        ("增加到100件", 0),
        ("提高至45%", 0),
        ("up 12.5% on the year", 1),
        ("a rise of 12 patents", 1),
        ("12 more than the year before", 1),
        ("12% growth", 1),
        ("fell by 3.2%", -1),
        ("increased to 100 patents", 0),
        ("set up 3 centers", 0),
        ("speed up 33 projects", 0),
        ("新增3家", 0),
    ],
)
def test_rises_and_falls(text, turn):
    assert only(text).turn == turn


@pytest.mark.parametrize(
    "text", ["完成年度目标的66.7%", "66.7% of the annual target", "占全年任务的66.7%"]
)
def test_shares_of_a_target(text):
    assert only(text).of_target


@pytest.mark.parametrize(
    ("text", "year", "off"),
    [
        ("2012年，申请专利100件。", 2012, None),
        ("二〇一二年申请专利100件", 2012, None),
        ("去年申请专利100件", None, -1),
        ("今年计划申请专利100件", None, 0),
        ("明年申请专利100件", None, 1),
        ("100 patents were filed in 2012", 2012, None),
        ("Last year 100 patents were filed", None, -1),
        ("Next year brings 100 patents", None, 1),
        ("In 2012 enterprises filed 100 patents", 2012, None),
        ("2012 was good. 100 patents were filed", 2012, None),
        ("2012年申请专利比上年增加12件", 2012, None),
        ("In 2012, 12 more than the year before", 2012, None),
        ("申请专利100件", None, None),
    ],
)
def test_the_year_of_a_number(text, year, off):
    claim = only(text)
    assert (claim.year, claim.years_off) == (year, off)


@pytest.mark.parametrize(
    ("text", "counter"),
    [
        ("14家企业", Counter.ENTERPRISES),
        ("14 enterprises", Counter.ENTERPRISES),
        ("100件专利", Counter.PATENTS),
        ("100 invention patents", Counter.PATENTS),
        ("200名", Counter.PERSONS),
        ("200 employees", Counter.PERSONS),
        ("2个园区", Counter.PARKS),
        ("two parks", Counter.PARKS),
        ("33项", Counter.ANY),
    ],
)
def test_counters_say_what_is_counted(text, counter):
    assert only(text).counter == counter


def test_ranges_are_one_claim():
    claim = only("拟建3-5个研发中心")
    assert (claim.value, claim.upto) == (3, 5)


def test_the_word_one_is_weak():
    assert only("新建一个研发中心").weak
    assert not only("新建1个研发中心").weak


def test_wrapped_lines_go_on_and_short_ones_end():
    wrapped = "The zone has set up three engineering technology\nresearch centers this year"
    claim = only(wrapped)
    assert claim.sentence[1] > wrapped.index("research")
    listed, _more = claims_of("专利申请100件\n专利授权60件")
    assert listed[0].sentence != listed[1].sentence
    assert [one.written for one in listed] == ["100件", "60件"]


def test_huge_numbers_and_many_numbers_are_bounded():
    assert claims_of("9" * 5_000)[0] == []
    assert claims_of("申请专利" + "9" * 40 + "件")[0] == []
    found, more = claims_of("100件，" * (MOST_CLAIMS + 1))
    assert len(found) == MOST_CLAIMS
    assert more
