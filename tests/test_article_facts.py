"""Every fact of the article, found in the sample zone as the table says it is stored."""

import html
import re
from datetime import UTC, datetime

import pytest
from django.utils import translation

from enterprises.models import KeyMark, Level, Park, Title, Zone
from rd_centers.models import Center, StageEvent
from zonetrack.access import roles
from zonetrack.projects.models import Achievement, Cooperation, Program
from zonetrack.published.models import PublishedFigure
from zonetrack.sample.real import ARTICLE_ZONE, load_samples, rows_of
from zonetrack.targets.models import Target

from .factories import make_user
from .once import stored_once

pytestmark = pytest.mark.django_db
FACTS = {row["fact"]: row for row in rows_of("article_facts")}
AT = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def zone(django_db_setup, django_db_blocker):
    with stored_once(django_db_blocker):
        load_samples(at=AT)
        yield Zone.objects.get(key=ARTICLE_ZONE)


def number(fact):
    return int(FACTS[fact]["number"])


def year(fact):
    return int(FACTS[fact]["year"])


def unstated(zone):
    return Park.objects.get(home_zone=zone, is_unstated=True)


def target(zone, indicator, fact):
    return Target.objects.get(zone=zone, indicator=indicator, year=year(fact))


def published(zone, indicator, fact):
    return PublishedFigure.objects.get(zone=zone, indicator=indicator, year=year(fact))


def in_pipeline(zone, kind, stage, fact):
    """Centers of a kind that reached the stage in the fact's year and are not recognized."""
    return Center.objects.filter(
        park=unstated(zone),
        kind=kind,
        stages__stage=stage,
        stages__year=year(fact),
        recognitions__isnull=True,
    )


def has_both_names(rows):
    return all(row.name_en and row.name_zh for row in rows)


def f2(zone):
    """A standing target whose note says that it can be read in two ways."""
    standing = Target.objects.filter(zone=zone, indicator="tech-centers-new").order_by("year")
    years = [row.year for row in standing]
    assert years == list(range(year("F2"), years[-1] + 1))
    assert years[-1] >= 2024
    assert {(row.value, row.direction) for row in standing} == {(number("F2"), "up")}
    first = standing[0]
    assert "3 in each park" in first.note_en
    assert "每个园区3家" in first.note_zh


def f3(zone):
    found = Achievement.objects.filter(park=unstated(zone), year=year("F3"))
    assert len(found) == number("F3")
    assert has_both_names(found)
    assert all(row.field_id and row.enterprise_id is None for row in found)
    assert {row.field_id for row in found} == {
        "lithium-cathodes", "aluminum-alloys", "enzymes", "drug-development",
    }  # fmt: skip


def f4(zone):
    found = in_pipeline(zone, "joint-engineering-laboratory", StageEvent.Stage.BUILDING, "F4")
    assert len(found) == number("F4")
    assert has_both_names(found)
    assert {row.field_id for row in found} == {"tibetan-medicine", "cordyceps", "sea-buckthorn"}


def f5(zone):
    found = in_pipeline(zone, "testing-center", StageEvent.Stage.BUILDING, "F5").get()
    assert found.name_en == "Photovoltaic testing center"
    assert found.name_zh == "光伏检测中心"


def f6(zone):
    found = in_pipeline(zone, "joint-research-center", StageEvent.Stage.BUILDING, "F6").get()
    assert found.partners.get().name_en == "Chinese Academy of Sciences"
    assert found.partners.get().name_zh == "中国科学院"
    assert "Waste-heat" in found.name_en
    assert "余热利用" in found.name_zh


def f7(zone):
    found = in_pipeline(zone, "test-base", StageEvent.Stage.BUILDING, "F7").get()
    assert found.field_id == "salt-chemistry"
    assert has_both_names([found])


def f8(zone):
    """Fourteen published, three of them itemized."""
    titles = Title.objects.filter(kind="city-innovation-base", awarded_year=year("F8"), batch="1")
    assert {title.kind.level for title in titles} == {Level.CITY}
    named = {title.enterprise.name_zh for title in titles}
    assert named == {
        "金诃藏药股份有限公司", "青海珠峰冬虫夏草药业有限公司", "青海三工镁业有限公司",
    }  # fmt: skip
    assert published(zone, "titles-new-city", "F8").value == number("F8")
    assert {title.park for title in titles} == {unstated(zone)}


def f9(zone):
    title = Title.objects.get(kind="national-industry-base", awarded_year=year("F9"))
    assert title.park.key == "dongchuan"
    assert title.enterprise is None
    assert title.kind.level == Level.NATIONAL
    assert title.kind.authority_id == "miit"
    assert "新材料" in title.subject


def f10(zone):
    title = Title.objects.get(kind="national-sme-platform", awarded_year=year("F10"))
    assert title.park.key == "biotech"
    assert title.enterprise is None
    assert title.kind.level == Level.NATIONAL
    assert title.batch == "2"
    assert title.document_no == "工信部企业〔2012〕566号"
    assert title.review_due_on.year == year("F10") + 3
    assert "Health Science Park" in title.note


def f11a(zone):
    assert published(zone, "patents-filed", "F11a").value == number("F11a")


def f11b(zone):
    figure = published(zone, "patents-total", "F11b")
    assert figure.value == number("F11b")
    assert figure.certainty == "ambiguous"
    assert figure.period == "year_end"


def f12(zone):
    marks = KeyMark.objects.filter(year=year("F12"))
    assert len(marks) == number("F12")
    assert {mark.enterprise.name_zh for mark in marks} == {
        "青海珠峰冬虫夏草药业有限公司",
        "青海泰丰先行锂能科技有限公司",
        "金诃藏药股份有限公司",
        "亚洲硅业(青海)股份有限公司",
    }


def f13(zone):
    found = in_pipeline(zone, "rd-center", StageEvent.Stage.PLANNED, "F13")
    assert len(found) == number("F13")
    assert has_both_names(found)
    assert {row.field_id for row in found} == {
        "electronic-copper-foil", "lithium-batteries", "photovoltaics", "light-alloys",
        "chinese-tibetan-medicine", "wolfberry", "cordyceps",
    }  # fmt: skip


def f14(zone):
    quotas = Program.objects.get(key="123").categories.values_list("quota", flat=True)
    assert sorted(quotas) == [10, 20, 30]
    goal = target(zone, "program-applications-won", "F14")
    assert goal.value is None
    assert "123" in goal.text_en
    assert "123" in goal.text_zh


def f15(zone):
    figure = published(zone, "key-industrial-projects", "F15")
    assert figure.value == number("F15")
    assert figure.certainty == "plan"


def f16(zone):
    goal = target(zone, "cooperation-signed", "F16")
    assert goal.value is None
    assert "universities" in goal.text_en
    assert "产学研" in goal.text_zh
    found = Cooperation.objects.get(park=unstated(zone))
    assert found.partners.get().name_zh == "中国科学院"


def f17(zone):
    goal = target(zone, "rd-expenditure", "F17")
    assert goal.value is None
    assert "own innovation" in goal.text_en
    assert "自主创新" in goal.text_zh


CHECKS = {
    "F2": f2, "F3": f3, "F4": f4, "F5": f5, "F6": f6, "F7": f7, "F8": f8, "F9": f9, "F10": f10,
    "F11a": f11a, "F11b": f11b, "F12": f12, "F13": f13, "F14": f14, "F15": f15, "F16": f16,
    "F17": f17,
}  # fmt: skip


@pytest.mark.parametrize("fact", FACTS)
def test_fact_is_stored_as_the_table_says(fact, zone):
    CHECKS[fact](zone)


DASHBOARD_2012, DASHBOARD_2013 = (f"/zones/{ARTICLE_ZONE}/{each}/" for each in (2012, 2013))
FIGURES, CENTERS = "/published-figures/", "/rd-centers/"
# Where each fact is found, and what stands there in English and in Chinese.
PAGES = {
    "F2": (DASHBOARD_2013, ["New technology centers", "at least 3"], ["新增技术中心", "3"]),
    "F3": (
        "/achievements/",
        ["lithium iron phosphate", "aluminum alloys", "biological enzymes", "drug development"],
        ["磷酸铁锂", "铝合金", "生物酶", "药物研发"],
    ),
    "F4": (
        CENTERS,
        ["laboratory for Tibetan medicine", "Cordyceps cultivation", "plateau sea-buckthorn"],
        ["藏药国家地方联合工程实验室", "冬虫夏草培育", "高原沙棘资源开发"],
    ),
    "F5": (CENTERS, ["Photovoltaic testing center"], ["光伏检测中心"]),
    "F6": (
        CENTERS,
        ["Waste-heat utilization research center of the Chinese Academy of Sciences"],
        ["中国科学院余热利用研发中心"],
    ),
    "F7": (CENTERS, ["Salt chemical industry test base"], ["盐化工试验基地"]),
    "F8": (DASHBOARD_2012, ["City titles awarded", "3 of 14"], ["新获市级荣誉称号", "14", "3"]),
    "F9": (
        "/titles/",
        ["National new-type industrialization industry demonstration base", "Dongchuan"],
        ["国家新型工业化产业示范基地", "东川工业园区"],
    ),
    "F10": (
        "/titles/",
        ["National SME public service demonstration platform", "Qinghai Biotechnology"],
        ["国家中小企业公共服务示范平台", "青海生物科技产业园区"],
    ),
    "F11a": (DASHBOARD_2012, ["Patents filed: 100 (published)"], ["100"]),
    "F11b": (DASHBOARD_2012, ["313", "ambiguous"], ["专利总数", "313"]),
    "F12": (
        DASHBOARD_2013,
        ["Everest Cordyceps", "Taifeng Pulead", "Jinhe Tibetan Medicine", "Asia Silicon"],
        ["珠峰冬虫夏草", "泰丰先行", "金诃藏药", "亚洲硅业"],
    ),
    "F13": (
        CENTERS,
        ["copper foil", "lithium batteries", "photovoltaic manufacturing", "light metal alloys",
         "Chinese and Tibetan medicine", "wolfberry", "deep processing of Cordyceps"],
        ["电子铜箔", "锂电池", "光伏制造", "轻金属合金", "中藏药", "枸杞", "冬虫夏草精深加工"],
    ),
    "F14": (
        "/programs/",
        ["“123” science and technology support program"],
        ["“123”科技支撑工程"],
    ),
    "F15": (FIGURES, ["Key industrial projects", "33", "Plan"], ["重大产业技术项目", "33"]),
    "F16": (
        DASHBOARD_2013,
        ["Support research cooperation of enterprises with universities and institutes"],
        ["支持企业与高校、科研院所开展产学研合作"],
    ),
    "F17": (
        DASHBOARD_2013,
        ["R&D expenditure", "Investment growth together with own innovation"],
        ["坚持抓投资增长与提高自主创新能力并重"],
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_language():
    """A page leaves its language behind, which must not reach the next test."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def reader(zone):
    return make_user(roles.READER, zone=zone)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("fact", FACTS)
def test_fact_stands_on_its_page(fact, language, zone, reader, client):
    address, english, chinese = PAGES[fact]
    client.force_login(reader)
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    text = without_markup(answer.content.decode())
    for words in english if language == "en" else chinese:
        assert words in text


def without_markup(page):
    """What a reader sees of the page's content, without choices of filters and such."""
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub(r"<(script|svg|select)\b.*?</\1>", " ", main, flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))
