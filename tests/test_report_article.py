"""The report of the article's zone and year says, from the records, what the article says."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from enterprises.places import zone_place
from zonetrack.access.scope import Scope
from zonetrack.reports.annual import annual_report
from zonetrack.reports.document import Items, Paragraph, Table
from zonetrack.sample.real import ARTICLE_ZONE, load_samples, rows_of

from .once import stored_once

pytestmark = pytest.mark.django_db
FACTS = {row["fact"]: row for row in rows_of("article_facts")}
AT = datetime(2026, 1, 5, tzinfo=UTC)
YEAR = 2012

# In which section a fact stands, and the names by which it is told in English and in Chinese.
NAMES = {
    "F2": (
        "plan",
        ["New technology centers", "enterprise technology centers a year", "3 in each park"],
        ["新增技术中心", "每年新建工程技术研究中心或企业技术中心", "每个园区3家"],
    ),
    "F3": (
        "achievements",
        ["lithium iron phosphate cathode", "aluminum alloys", "biological enzymes",
         "drug development"],
        ["磷酸铁锂正极材料", "铝合金", "生物酶", "药物研发"],
    ),
    "F4": (
        "bodies",
        ["laboratory for Tibetan medicine", "Cordyceps cultivation",
         "plateau sea-buckthorn development"],
        ["藏药国家地方联合工程实验室", "冬虫夏草培育国家地方联合工程实验室",
         "高原沙棘资源开发国家地方联合工程实验室"],
    ),
    "F5": ("bodies", ["Photovoltaic testing center"], ["光伏检测中心"]),
    "F6": (
        "bodies",
        ["Waste-heat utilization research center of the Chinese Academy of Sciences"],
        ["中国科学院余热利用研发中心"],
    ),
    "F7": ("bodies", ["Salt chemical industry test base"], ["盐化工试验基地"]),
    "F8": (
        "titles",
        ["Jinhe Tibetan Medicine", "Everest Cordyceps", "Sangong Magnesium",
         "City science and technology innovation demonstration base"],
        ["金诃藏药", "珠峰冬虫夏草", "三工镁业", "市科技创新示范基地"],
    ),
    "F9": (
        "titles",
        ["National new-type industrialization industry demonstration base",
         "Ministry of Industry and Information Technology", "Dongchuan Industrial Park"],
        ["东川工业园区获评“国家新型工业化产业示范基地”（工业和信息化部）", "新材料"],
    ),
    "F10": (
        "titles",
        ["National SME public service demonstration platform", "batch 2",
         "Qinghai Biotechnology Industrial Park", "2015-12-31"],
        ["青海生物科技产业园区获评“国家中小企业公共服务示范平台”（工业和信息化部，第2批）",
         "2015-12-31"],
    ),
    "F11a": ("patents", ["enterprises filed"], ["企业申请专利"]),
    "F11b": ("patents", ["in total", "ambiguous"], ["累计拥有专利技术"]),
    "F12": (
        "plan",
        ["Everest Cordyceps", "Taifeng Pulead", "Jinhe Tibetan Medicine", "Asia Silicon"],
        ["珠峰冬虫夏草", "泰丰先行", "金诃藏药", "亚洲硅业"],
    ),
    "F13": (
        "plan",
        ["electronic copper foil", "lithium batteries", "photovoltaic manufacturing",
         "light metal alloys", "Chinese and Tibetan medicine", "wolfberry",
         "deep processing of Cordyceps"],
        ["电子铜箔", "锂电池", "光伏制造", "轻金属合金", "中藏药", "枸杞", "冬虫夏草精深加工"],
    ),
    "F14": (
        "plan",
        ["“123” science and technology support program", "Import, absorb and re-innovate (10)",
         "Joint research (20)", "Independent innovation (30)"],
        ["“123”科技支撑工程", "引进消化吸收再创新项目10项", "联合攻关项目20项",
         "自主创新项目30项"],
    ),
    "F15": ("plan", ["Key industrial projects planned for 2013"], ["重大产业技术项目"]),
    "F16": (
        "plan",
        ["Support research cooperation of enterprises with universities and institutes"],
        ["支持企业与高校、科研院所开展产学研合作"],
    ),
    "F17": (
        "plan",
        ["R&D expenditure", "Investment growth together with own innovation"],
        ["研发经费", "坚持抓投资增长与提高自主创新能力并重"],
    ),
}  # fmt: skip
# How the number of a fact is told; None where the names are as many.
NUMBERS = {
    "F2": ("at least {n}", "{n}家以上"),
    "F3": ("{n} known R&D achievements", "科技成果{n}项"),
    "F4": None,
    "F5": None,
    "F6": None,
    "F7": None,
    "F8": ("{n} city titles (published; 3 of {n} itemized)", "新获市级荣誉称号{n}项"),
    "F9": ("demonstration base (Ministry of Industry and Information Technology): Dongchuan",
           "东川工业园区获评"),
    "F10": ("batch 2): Qinghai Biotechnology Industrial Park.", "青海生物科技产业园区获评"),
    "F11a": ("enterprises filed {n} patents (published)", "企业申请专利{n}件"),
    "F11b": ("enterprises had {n} patents in total", "累计拥有专利技术{n}件"),
    "F12": ("{n} enterprises", "重点支持企业{n}家"),
    "F13": ("({n})", "计划建设研发机构{n}个"),
    "F15": ("Key industrial projects planned for 2013: {n}", "推进重大产业技术项目{n}项"),
}  # fmt: skip


@pytest.fixture(scope="module")
def texts(django_db_setup, django_db_blocker):
    """All that the report says, by language and section."""
    with stored_once(django_db_blocker):
        load_samples(at=AT)
        place = zone_place(Scope(user=None, everything=True), ARTICLE_ZONE)
        found = {}
        for language in ("en", "zh-hans"):
            with translation.override(language):
                report = annual_report(place, YEAR, today=date(2026, 11, 22))
                for section in report.sections:
                    found[language, section.key] = text_of(section)
                found[language, "titles of sections"] = " ".join(
                    each.title for each in report.sections
                )
        yield found


def text_of(section):
    """Everything a reader sees of a section: sentences, cells and notes."""
    parts = []
    for block in section.blocks:
        if isinstance(block, Paragraph):
            parts.append(block.text)
        elif isinstance(block, Items):
            parts += block.texts
        elif isinstance(block, Table):
            parts += [cell.text for row in block.rows for cell in row.cells]
            parts += block.notes
    return "\n".join(parts)


def test_every_fact_of_the_article_is_looked_for():
    assert set(NAMES) == set(FACTS)
    assert set(NUMBERS) == {fact for fact, row in FACTS.items() if row["number"]}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("fact", FACTS)
def test_the_report_names_what_the_fact_names(fact, language, texts):
    section, english, chinese = NAMES[fact]
    for words in english if language == "en" else chinese:
        assert words.lower() in texts[language, section].lower()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("fact", NUMBERS)
def test_the_report_says_the_number_of_the_fact(fact, language, texts):
    section, english, chinese = NAMES[fact]
    n = FACTS[fact]["number"]
    if NUMBERS[fact] is None:
        assert len(english) == len(chinese) == int(n)
        return
    words = NUMBERS[fact][0 if language == "en" else 1]
    assert words.format(n=n) in texts[language, section]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_six_bodies_are_under_construction(language, texts):
    """Three laboratories, the testing center, the research center and the test base."""
    words = {"en": "6 under construction", "zh-hans": "在建研发机构6个"}
    assert words[language] in texts[language, "bodies"]


def test_the_plan_is_for_the_year_after(texts):
    assert "Plan for 2013" in texts["en", "titles of sections"]
