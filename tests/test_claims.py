"""The claim checker: numbers of a text against the records and figures of the sample zone.

The paragraphs state the facts of one article in words of our own.
"""

import html
import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import translation

from enterprises.models import Park, Zone
from enterprises.places import Place
from zonetrack.access import roles
from zonetrack.claims.matching import Verdict, check
from zonetrack.sample.real import ARTICLE_ZONE, load_samples

from .factories import make_published, make_target, make_user, make_zone
from .once import stored_once

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, tzinfo=UTC)
TODAY = date(2026, 1, 5)
CONFIRMED, DIFFERENT, UNKNOWN = Verdict.CONFIRMED, Verdict.DIFFERENT, Verdict.UNKNOWN

ENGLISH = """Last year enterprises of the zone filed 100 patents, and the cumulative total of their
patented technologies reached 313. Fourteen enterprises, among them Jinhe Tibetan Medicine and
Everest Cordyceps, were named the first batch of city science and technology innovation
demonstration bases. Two parks won national titles. New breakthroughs were made in four fields,
from cathode materials to drug development. The construction of three national-local joint
engineering laboratories is going smoothly.

This year each park supports its enterprises in setting up 3 or more new engineering technology
research centers or enterprise technology centers. The zone will speed up 33 major industrial
technology projects and the building of 7 R&D centers, from copper foil to wolfberry, and give key
support to 4 enterprises. The province's “123” program supports 10 projects that import, absorb
and re-innovate, 20 of joint research and 30 of independent innovation."""
CHINESE = """去年，园区企业申报专利技术100项，累计拥有专利技术313项。金诃藏药、珠峰虫草、三工镁业等\
14家企业被命名为西宁市首批科技创新示范基地，两个园区获得国家级称号。正极材料、铝合金、生物酶、药物研发等4个领域取得新突破。藏药、冬虫夏草、高原沙棘3个国家地方\
联合工程实验室建设进展顺利。

今年，每个园区支持企业新建工程技术研究中心或企业技术中心3家以上，加快推进33项重大产业技术项目，拟建7个研发中心，重点支持4家企业。\
“123”科技支撑工程共支持引进消化吸收再创新项目10项、联合攻关项目20项、自主创新项目30项。"""
TEXTS = {"en": ENGLISH, "zh": CHINESE}
# In the order of the text: the value of each number, and the year it is known for.
FACTS = [
    (100, 2012), (313, 2012), (14, 2012), (2, 2012), (4, 2012), (3, 2012),
    (3, 2013), (33, 2013), (7, 2013), (4, 2013), (10, None), (20, None), (30, None),
]  # fmt: skip


@pytest.fixture(scope="module")
def zone(django_db_setup, django_db_blocker):
    with stored_once(django_db_blocker):
        load_samples(at=AT)
        yield Zone.objects.get(key=ARTICLE_ZONE)


@pytest.fixture
def place(zone):
    return Place(zone, tuple(zone.links.select_related("zone", "park")))


def findings(text, place, year=2013):
    return check(text, place, year, TODAY)[0]


def only(text, place, year=2013):
    [found] = findings(text, place, year)
    return found


@pytest.mark.parametrize("page_language", ["en", "zh-hans"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_number_of_the_facts_is_confirmed(text, page_language, place):
    with translation.override(page_language):
        found = findings(text, place)
    assert [one.claim.value for one in found] == [value for value, _year in FACTS]
    assert {one.verdict for one in found} == {CONFIRMED}
    assert [one.known.year for one in found] == [year for _value, year in FACTS]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_year_off_by_one_finds_them_as_well(text, place):
    found = findings(text, place, year=2012)
    assert {one.verdict for one in found} == {CONFIRMED}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_links_show_the_records_or_the_figure(text, place, zone, client):
    client.force_login(make_user(roles.READER, zone=zone))
    for one in findings(text, place):
        for _label, url in one.known.links:
            answer = client.get(url)
            assert answer.status_code == 200, url
        shown = one.known.links[0][1]
        main = client.get(shown).content.decode().partition("<main")[2].partition("</main>")[0]
        words = html.unescape(re.sub(r"<[^>]+>", " ", main))
        rows = len(re.findall(r"<tr\b", main.partition("<tbody")[2].partition("</tbody>")[0]))
        assert re.search(rf"\b{one.claim.value}\b", words) or rows == one.claim.value, shown


CHANGED = [
    # text, verdict, our value
    ("去年，园区企业申请专利120件。", DIFFERENT, 100),
    ("Last year enterprises filed 120 patents.", DIFFERENT, 100),
    ("2012年，申请专利100件。", CONFIRMED, 100),
    ("In 2012, 99 patents were filed.", DIFFERENT, 100),
    ("申请专利一百二十件。", DIFFERENT, 100),
    ("2012年，15家企业被命名为西宁市首批科技创新示范基地。", DIFFERENT, 14),
    ("累计拥有专利技术331项", DIFFERENT, 313),
    ("2012年，累计拥有专利200余项", DIFFERENT, 313),
    ("2012年，累计拥有专利310余项", CONFIRMED, 313),
    ("2012年，累计拥有专利超过300项", CONFIRMED, 313),
    ("In 2012 the patents totaled about 310.", CONFIRMED, 313),
    ("今年计划新建技术中心3家以上", CONFIRMED, 3),
    ("今年计划新建技术中心5家以上", DIFFERENT, 3),
    ("This year more than 3 new technology centers are to be set up.", CONFIRMED, 3),
    ("今年加快35项重大产业技术项目", DIFFERENT, 33),
    ("2014年，工业总产值1026.8亿元", CONFIRMED, 10_268_000),
    ("In 2014 industrial output was 102.7 billion yuan.", CONFIRMED, 10_268_000),
    ("2014年，高新技术企业46家", DIFFERENT, 36),
    ("2014 brought 160 granted patents.", CONFIRMED, 160),
    ("2022年综合考评位列第115位", CONFIRMED, 115),
    ("In 2022 the zone ranked 117th.", DIFFERENT, 115),
]


@pytest.mark.parametrize(("text", "verdict", "ours"), CHANGED)
def test_one_number_against_ours(text, verdict, ours, place):
    found = only(text, place)
    assert (found.verdict, found.known.value) == (verdict, ours)


@pytest.mark.parametrize(
    "text",
    [
        "The canteen served 57 guests.",
        "全年接待游客57人次。",
        "In 2012 enterprises filed patents and the canteen served 57 guests.",
        "57",
        "占地57平方公里",
        "2003年申请专利57件",
        "1950年申请专利57件",
        "青海某某科技有限公司申请专利57件",
        "青海高新技术产业开发区申请专利100件",
    ],
)
def test_what_nothing_is_known_of_is_unknown(text, place):
    elsewhere = ["青海高新技术产业开发区"]
    [found] = check(text, place, 2013, TODAY, elsewhere)[0]
    assert found.verdict == UNKNOWN
    assert found.reason


def test_rows_of_an_incomplete_register_do_not_prove_a_larger_number_wrong(place):
    larger = only("去年，5个领域取得新突破", place)
    assert (larger.verdict, larger.known.value) == (UNKNOWN, 4)
    smaller = only("去年，3个领域取得新突破", place)
    assert (smaller.verdict, smaller.known.value) == (DIFFERENT, 4)


def test_a_named_park_is_checked_by_itself(place, zone):
    dongchuan = Park.objects.get(key="dongchuan")
    make_published(dongchuan, indicator="patents-filed", year=2012, value=40)
    found = only("2012年，东川工业园区申请专利40件", place)
    assert (found.verdict, found.known.place) == (CONFIRMED, dongchuan.name)
    found = only("In 2012 Dongchuan Industrial Park filed 100 patents.", place)
    assert (found.verdict, found.known.value) == (DIFFERENT, 40)
    assert only("2012年，全区申请专利100件", place).verdict == CONFIRMED


CHANGES = [
    ("2014年，申请专利117件，同比增长17%，完成年度目标（120件）的97%，差3件。", [CONFIRMED] * 5),
    ("2014年，申请专利117件，同比增长20%，完成年度目标的90%。", [CONFIRMED, DIFFERENT, DIFFERENT]),
    ("2014年，申请专利117件，接待游客57个团。", [CONFIRMED, UNKNOWN]),
    (
        "In 2014 enterprises filed 117 patents, 17% more than in 2013, 97% of the target of 120 "
        "and 3 short.",
        [CONFIRMED] * 5,
    ),
    ("2014年，申请专利比上年增加17件", [CONFIRMED]),
    ("2014年，申请专利比上年增加18件", [DIFFERENT]),
    ("2014年，申请专利同比增长20%", [DIFFERENT]),
    ("2014年，申请专利同比下降17%", [DIFFERENT]),
    ("2014年，申请专利完成年度目标的90%", [DIFFERENT]),
    ("2014年，研发投入强度为2.8%，提高0.3个百分点", [CONFIRMED] * 2),
    ("In 2014 R&D intensity was 2.8%, 0.5 percentage points more than in 2013.",
     [CONFIRMED, DIFFERENT]),
    ("2014年，研发经费投入1.23亿元", [CONFIRMED]),
    ("In 2014 CNY 123 million was spent on R&D.", [CONFIRMED]),
    ("2014年，研发经费投入1.3亿元", [DIFFERENT]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdicts"), CHANGES)
def test_changes_shares_and_money(text, verdicts):
    zone = make_zone()
    for indicator, before, now in (
        ("patents-filed", 100, 117),
        ("rd-intensity-revenue", "2.5", "2.8"),
        ("rd-expenditure", 10_000, "12345.67"),
    ):
        make_published(zone, indicator=indicator, year=2013, value=before)
        make_published(zone, indicator=indicator, year=2014, value=now)
    make_target(zone, indicator="patents-filed", year=2014, value=120)
    here = Place(zone, tuple(zone.links.select_related("zone", "park")))
    assert [one.verdict for one in findings(text, here, year=2014)] == verdicts


# Pages


def post(client, text, place=f"zone:{ARTICLE_ZONE}", year="2013", language="en"):
    return client.post(
        reverse("check-text"),
        {"text": text, "place": place, "year": year},
        headers={"accept-language": language},
    )


@pytest.fixture
def reader(zone, client):
    user = make_user(roles.READER, zone=zone)
    client.force_login(user)
    return user


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_page_marks_every_number(text, language, reader, client):
    answer = post(client, text, language=language)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert page.count('<mark class="claims-confirmed">') == len(FACTS)
    assert page.count('<tr id="number-') == len(FACTS)
    assert "/published-figures/" in page
    assert "behind=centers-planned" in page


def test_the_form_offers_the_places_in_scope(reader, client):
    page = client.get(reverse("check-text")).content.decode()
    assert f'value="zone:{ARTICLE_ZONE}"' in page
    assert "qinghai-htz" not in page


def test_the_page_needs_an_account(zone, client):
    assert client.get(reverse("check-text")).status_code == 302
    assert post(client, "100").status_code == 302


def test_another_zone_knows_nothing_of_these_figures(zone, client):
    other = Zone.objects.get(key="qinghai-htz")
    client.force_login(make_user(roles.READER, zone=other))
    answer = post(client, "去年，园区企业申请专利100件。", place="zone:qinghai-htz")
    page = answer.content.decode()
    assert 'class="claims-unknown"' in page
    assert "claims-confirmed" not in page
    assert "Xining" not in page
    refused = post(client, "去年，园区企业申请专利100件。").content.decode()
    assert 'class="claims-' not in refused.partition('<form class="form')[0]
    assert "There is no such zone or park, or your role does not include it." in refused


def test_staff_of_a_park_check_against_this_park_only(zone, client):
    parks = {key: Park.objects.get(key=key) for key in ("dongchuan", "nanchuan")}
    for key, value in (("dongchuan", 40), ("nanchuan", 60)):
        make_published(parks[key], indicator="patents-filed", year=2012, value=value)
    client.force_login(make_user(roles.STAFF, park=parks["dongchuan"]))
    form = client.get(reverse("check-text")).content.decode()
    assert 'value="park:dongchuan"' in form
    assert "nanchuan" not in form
    assert "zone:" not in form
    text = "2012年，申请专利40件。2012年，申请专利60件。2012年，申请专利100件。"
    page = post(client, text, place="park:dongchuan").content.decode()
    assert page.count('class="claims-confirmed"') == 1
    assert page.count('class="claims-different"') == 2
    assert "Nanchuan" not in page
    for refused in (f"zone:{ARTICLE_ZONE}", "park:nanchuan"):
        assert b"your role does not include it" in post(client, text, place=refused).content


REFUSED = [
    ("", "Paste the text whose numbers are to be checked."),
    ("   \n ", "Paste the text whose numbers are to be checked."),
    ("字" * 20_001, "The text is 1 character too long."),
    ("字" * 20_500, "The text is 500 characters too long."),
    ("申请专利100件\0", "The text has signs in it that are no writing."),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_unusable_texts_get_a_sentence(text, sentence, reader, client):
    answer = post(client, text)
    assert answer.status_code == 200
    assert sentence in html.unescape(answer.content.decode())


@pytest.mark.parametrize(
    "year", ["", "x", "12", "99999999999999999999", "-5", "2012\0", "２０１３"]
)
def test_unusable_years_never_fail(year, reader, client):
    assert post(client, "申请专利100件", year=year).status_code == 200


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("100 313 14", 3),
        ("9" * 20_000, 0),
        ("申请专利" + "9" * 24 + "件", 0),
        ("No number here.", 0),
        ("\ud83d\ude00 100".encode("utf-16", "surrogatepass").decode("utf-16"), 1),
        ("1 " * 10_000, 300),
    ],
)
def test_odd_texts_are_answered(text, marks, reader, client):
    answer = post(client, text)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert page.count('<mark class="claims-') == marks
    if not marks:
        assert "There is no number in this text that could be checked." in page
    assert ("Only the first 300 numbers were checked." in page) == (marks == 300)


def test_markup_is_shown_as_text(reader, client):
    page = post(client, "<script>alert(100)</script> & <b>100</b> patents filed").content.decode()
    assert "<script>alert(" not in page
    assert "&lt;script&gt;alert(" in page


def test_exactly_20_000_characters_are_read(reader, client):
    text = "去年，园区企业申请专利100件。".ljust(20_000, "字")
    assert 'class="claims-confirmed"' in post(client, text).content.decode()
