"""Which words of a text speak of which indicator or kind of record: the one table of synonyms.

A subject is spoken of where each of its groups of words is found; each group holds the words of
both languages. The full name of an indicator, in either language, stands for all of its groups.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils import translation

from zonetrack import catalog
from zonetrack.claims.reading import Counter
from zonetrack.indicators.declaration import Indicator

PATENT = r"专利|\bpatent"
INVENTION = r"发明|\binvention"
FILED = r"申请|申报|提交|受理|\bfil(?:ed|ing)|\bappl(?:y|ied|ications?)|\bdeclar"
GRANTED = r"授权|获得|获批|\bgrant|\bobtain"
IN_FORCE = r"有效|拥有|持有|\bin force\b|\bvalid|\bheld\b|\bholds?\b|\bown"
TOTAL = r"累计|总数|总量|共有|共计|总计|合计|\btotal|\bcumulativ|\baccumulat|\baltogether"
NEW = (
    r"新建|新增|新设|新认定|新获|建成|创建|组建|\bset(?:ting)? up|\bnew\b|\bnewly|\bestablish|"
    r"\bcreat|\brecogni[sz]ed|\bgain"
)
HELD = (
    r"拥有|现有|共有|累计|持有|建有|达到?|(?<!上)年[底末]|"
    r"\bheld\b|\bholds?\b|\bha[sd]\b|\bhave\b|\btotal"
)
TECHNOLOGY = (
    r"工程技术(?:研究)?中心|(?:企业)?技术中心|\btechnology (?:research )?cent(?:er|re)|"
    r"\btechnological (?:research )?cent(?:er|re)"
)
LAB = r"实验室|\blaborator|\blabs?\b"
BODY = (
    r"研发机构|研发平台|创新平台|科研机构|研发中心|科研平台|"
    r"\b(?:R&D|research|innovation) (?:and development )?(?:bod|cent|institut|platform|facilit)"
)
ANY_BODY = rf"{BODY}|{LAB}|中心|基地|平台|\bcent(?:er|re)s?\b|\bbod(?:y|ies)\b|\bbases?\b"
PLANNED = (
    r"拟建|筹建|规划建设|计划建设|将建|待建|加快[^，。；]{0,60}建设|计划|推进[^，。；]{0,60}建设|"
    r"\bplan(?:s|ned|ning)?\b|\bto be (?:built|set up|established)|\bwill be (?:built|set up)|"
    r"\bspeed(?:ing)? up|\baccelerat|\bto build\b|\bprepar"
)
APPLIED = r"申报|申请认定|待认定|\bapplied for\b|\bapplications?\b"
BUILDING = (
    r"在建|正在建|建设中|建设顺利|建设进展|推进|顺利|\bunder construction|\bbeing built|"
    r"\bconstruction\b|\bproceed|\bprogress"
)
TITLE = (
    r"称号|荣誉|命名|授予|认定|评为|示范基地|示范平台|\btitles?\b|\bnamed\b|\baward|\bhonou?r|"
    r"\bdemonstration (?:base|platform)"
)
WON = (
    r"新获|获得|荣获|获[^，。；]{0,12}称号|被|授予|命名|"
    r"\baward|\bnamed\b|\bwon\b|\bnew\b|\bobtain|\breceiv"
)
NATIONAL, PROVINCIAL = r"国家|\bnational", r"省级|省[^，。；]{0,4}认定|\bprovinc"
CITY = r"市级|市(?=首批|第|科技)|\bcity\b|\bmunicipal"
PROJECT = r"项目|\bprojects?\b"
KEY_PROJECT = (
    r"重[大点](?:产业)?(?:技术|科技|化)?(?:攻关)?项目|"
    r"\b(?:key|major|important) (?:\w+ ){0,3}projects?\b"
)
COOPERATION = r"产学研|合作协议|合作项目|\bcooperat|\bcollaborat|\bagreements?\b"
ENTERPRISE = r"企业|\benterprises?\b|\bcompan(?:y|ies)\b|\bfirms?\b"
ABOVE_SCALE = r"规模以上|规上|\babove(?: the)?[- ](?:designated[- ])?(?:scale|size|limit)"
PER_10K = r"每万(?:名|人)|万人|\b(?:per|every) (?:10[ ,]?000|ten thousand)"

# Which kinds of things a subject is counted in. 家 counts centers and titles, too.
THINGS = frozenset({Counter.ANY, Counter.ENTERPRISES})
FIRMS = THINGS
TITLES = frozenset({Counter.ANY, Counter.ENTERPRISES, Counter.PARKS})
PATENTS = frozenset({Counter.ANY, Counter.PATENTS})
PERSONS = frozenset({Counter.ANY, Counter.PERSONS})
OTHERS = frozenset({Counter.ANY})
AGREEMENTS = frozenset({Counter.ANY, Counter.PATENTS})  # 件 counts documents, too
PARKS = frozenset({Counter.PARKS})

# By indicator: the groups of words, and what it is counted in.
INDICATOR_WORDS: dict[str, tuple[tuple[str, ...], frozenset[Counter]]] = {
    "tech-centers-new": ((TECHNOLOGY, NEW), THINGS),
    "tech-centers-held": ((TECHNOLOGY, HELD), THINGS),
    "rd-bodies-new": ((BODY, NEW), THINGS),
    "rd-bodies-held": ((BODY, HELD), THINGS),
    "rd-bodies-provincial-held": ((BODY, PROVINCIAL), THINGS),
    "rd-bodies-national-held": ((BODY, NATIONAL), THINGS),
    "joint-labs-held": ((r"联合工程实验室|\bjoint engineering lab", HELD), THINGS),
    "labs-held": ((LAB, HELD), THINGS),
    "centers-planned": ((ANY_BODY, PLANNED), THINGS),
    "centers-applied": ((ANY_BODY, APPLIED), THINGS),
    "centers-building": ((ANY_BODY, BUILDING), THINGS),
    "enterprises-with-rd-body": ((ENTERPRISE, BODY), OTHERS),
    "titles-new": ((TITLE, WON), TITLES),
    "titles-held": ((TITLE, rf"有效|{HELD}"), TITLES),
    "titles-new-national": ((TITLE, NATIONAL, WON), TITLES),
    "titles-new-provincial": ((TITLE, PROVINCIAL, WON), TITLES),
    "titles-new-city": ((TITLE, CITY, WON), TITLES),
    "titles-held-national": ((TITLE, NATIONAL, rf"有效|{HELD}"), TITLES),
    "titles-held-provincial": ((TITLE, PROVINCIAL, rf"有效|{HELD}"), TITLES),
    "titles-held-city": ((TITLE, CITY, rf"有效|{HELD}"), TITLES),
    "high-tech-enterprises-held": (
        (r"高新技术企业(?!产值)|高企|\bhigh[- ]tech(?:nology)? (?:enterprise|compan|firm)",),
        FIRMS,
    ),
    "patents-filed": ((PATENT, FILED), PATENTS),
    "patents-filed-inventions": ((INVENTION, FILED), PATENTS),
    "patents-granted": ((PATENT, GRANTED), PATENTS),
    "patents-granted-inventions": ((INVENTION, GRANTED), PATENTS),
    "patents-in-force": ((PATENT, IN_FORCE), PATENTS),
    "patents-in-force-inventions": ((INVENTION, IN_FORCE), PATENTS),
    "patents-in-force-per-10k-employees": ((PER_10K, PATENT, rf"{IN_FORCE}|{PER_10K}"), PATENTS),
    "patents-total": ((PATENT, TOTAL), PATENTS),
    "patents-granted-per-10k-employees": ((PER_10K, PATENT, GRANTED), PATENTS),
    "rd-expenditure": (
        (
            r"(?:研发|科研|研究与试验发展|科技)(?:经费)?(?:内部)?(?:投入|支出|费用|经费)(?!强度)|"
            r"\bR&D (?:expenditure|spending|investment|input|funds?|outlay)|"
            r"\b(?:spen[dt]\w*|invest\w*) (?:\w+ ){0,3}(?:on|in) R&D",
        ),
        OTHERS,
    ),
    "rd-intensity-revenue": (
        (
            r"(?:研发|R&D)[^，。；]{0,8}(?:强度|占)|\bR&D intensity|"
            r"\bR&D[^;\n]{0,60}(?:share|percent\w*|%) of[^.;]{0,30}(?:revenue|sales)",
        ),
        OTHERS,
    ),
    "rd-personnel": (
        (
            r"研发人员|科研人员|科技活动人员|"
            r"\bR&D (?:personnel|staff|people)|\bpersons in R&D|\bresearchers\b",
        ),
        PERSONS,
    ),
    "new-product-share": (
        (r"新产品|\bnew[- ]products?", r"占|比重|\bshare|\bmade up|\bof (?:operating )?revenue"),
        OTHERS,
    ),
    "contract-turnover": ((r"技术合同|\btechnology contracts?",), OTHERS),
    "key-industrial-projects": ((KEY_PROJECT,), OTHERS),
    "key-projects-on-schedule": (
        (KEY_PROJECT, r"按期|按计划|如期|\bon schedule|\bon time|\bas planned"),
        OTHERS,
    ),
    "projects-begun": (
        (PROJECT, r"开工|启动|新开|\bbegun\b|\bbegan\b|\bstarted|\blaunched"),
        OTHERS,
    ),
    "program-applications-won": (
        (
            PROJECT,
            r"立项|获批|中标|争取到|\bwon\b|\bwins?\b|\bapproved",
            r"科技|计划|支撑|\bprogram|\bscience",
        ),
        OTHERS,
    ),
    "cooperation-signed": ((COOPERATION, r"签|新增|\bsign|\bnew\b|\bconclud"), AGREEMENTS),
    "cooperation-in-force": ((COOPERATION, rf"执行|履行|有效|\bin force|{HELD}"), AGREEMENTS),
    "achievements": (
        (
            r"突破|科技成果|科研成果|\bbreakthroughs?|\bachievements?\b|"
            r"\b(?:research|scientific|technological|R&D) results",
        ),
        OTHERS,
    ),
    "enterprises-registered": (
        (
            ENTERPRISE,
            r"入驻|注册|入园|落户|全区(?:共有|拥有|现有)|"
            r"\b(?:zone|parks?) (?:ha[sd]|have)\b|园区(?:共有|现有|企业)|"
            r"\bregistered|\blocated|\bsettled|"
            r"\bin the (?:parks?|zone)\b",
        ),
        FIRMS,
    ),
    "tech-enterprises-held": (
        (r"科技型企业|\btechnology-(?:type|based) (?:enterprise|compan|firm)",),
        FIRMS,
    ),
    "industrial-enterprises": ((r"工业企业|\bindustrial (?:enterprise|compan|firm)",), FIRMS),
    "above-scale-enterprises": ((ABOVE_SCALE, ENTERPRISE), FIRMS),
    "above-scale-enterprises-new": ((ABOVE_SCALE, ENTERPRISE, NEW), FIRMS),
    "industrial-output": ((r"工业(?:总)?产值|\bindustrial output",), OTHERS),
    "high-tech-output": (
        (r"高新技术(?:企业|产业)产值|\bhigh[- ]tech\w* (?:\w+ ){0,2}output",),
        OTHERS,
    ),
    "industrial-sales": ((r"(?:工业)?销售(?:收入|产值)|\b(?:industrial )?sales\b",), OTHERS),
    "main-business-revenue": ((r"主营业务收入|\bmain[- ]business revenue",), OTHERS),
    "gross-domestic-product": ((r"生产总值|GDP|\bgross domestic product",), OTHERS),
    "mofcom-rank": ((r"综合(?:考评|评价)|排名|位次|位[列居]|\brank",), frozenset(Counter)),
}
# Of several subjects in the same words, the narrower one is meant.
NARROWER = {"patents-filed-inventions", "patents-granted-inventions", "patents-in-force-inventions"}

# Records that no indicator counts by themselves.
KEY_MARKS, PARK_COUNT = "key-enterprises", "parks"
RECORD_WORDS: dict[str, tuple[tuple[str, ...], frozenset[Counter]]] = {
    KEY_MARKS: (
        (
            r"重点(?:支持|扶持|培育|骨干)?(?:的)?企业|重点(?:支持|扶持|培育)|"
            r"\bkey (?:supported )?enterprises|\bkey support|\bfocus enterprises|"
            r"\bsupport\w* (?:\w+ ){0,3}enterprises",
        ),
        FIRMS,
    ),
    PARK_COUNT: ((r"园区|\bparks\b",), PARKS),
}

# More words for kinds of bodies and titles and categories of programs, by their keys.
KIND_WORDS = {
    "joint-engineering-laboratory": (
        r"国家(?:与|和|[-—])?地方联合(?:共建)?工程实验室|"
        r"(?:national[-–— ](?:and )?local )?joint engineering lab(?:orator(?:y|ies)|s?\b)"
    ),
    "engineering-technology-center": r"engineering technolog(?:y|ical) (?:research )?cent(?:er|re)",
    "city-innovation-base": (
        r"科技创新示范基地|(?:science|scientific) and technolog(?:y|ical) innovation "
        r"demonstration base"
    ),
    "national-industry-base": r"新型工业化(?:产业)?示范基地|new[- ]type industriali[sz]ation",
    "national-sme-platform": r"中小企业公共服务(?:示范)?平台|SME public service",
    "absorb": r"消化吸收|\babsorb",
    "joint": r"联合攻关|\bjoint[- ]research",
    "independent": r"自主创新项目|\bindependent[- ]innovation",
}

# How far a body has come: words, and the indicators whose rows are then counted by kind.
STAGES = (
    (BUILDING, "centers-building"),
    (PLANNED, "centers-planned"),
    (APPLIED, "centers-applied"),
    (NEW, "rd-bodies-new"),
)
STAGES = tuple((re.compile(words, re.IGNORECASE), key) for words, key in STAGES)


@dataclass(frozen=True)
class Subject:
    """What a number may be about. `ref` is the record's key where it is a kind of record."""

    key: str
    groups: tuple[re.Pattern, ...] = field(compare=False)
    names: re.Pattern | None = field(default=None, compare=False)
    counters: frozenset[Counter] = field(default=THINGS, compare=False)
    indicator: Indicator | None = field(default=None, compare=False)
    ref: Any = field(default=None, compare=False)
    extra: float = field(default=0, compare=False)


@cache
def indicator_subjects() -> tuple[Subject, ...]:
    return tuple(
        Subject(
            indicator.key,
            compiled(groups),
            compiled(["|".join(map(re.escape, names_of(indicator)))])[0],
            counters,
            indicator,
            extra=0.7 if indicator.key in NARROWER else 0,
        )
        for indicator in catalog.INDICATORS
        for groups, counters in [INDICATOR_WORDS.get(indicator.key, ((), OTHERS))]
    )


def record_subject(key: str) -> Subject:
    groups, counters = RECORD_WORDS[key]
    return Subject(key, compiled(groups), counters=counters, extra=0.5)


def names_of(indicator: Indicator) -> list[str]:
    """The indicator's own name in both languages."""
    found = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            found.append(str(indicator.name))
    return found


def kind_words(key: str, name_en: str, name_zh: str) -> str:
    """The words for a kind of record: its names, in singular and plural, and its synonyms."""
    english = re.escape(name_en.strip().lower())
    if english.endswith("y"):
        english = english[:-1] + "(?:y|ies)"
    words = [KIND_WORDS.get(key, ""), re.escape(name_zh.strip()), english and rf"\b{english}"]
    return "|".join(filter(None, words))


def compiled(groups) -> tuple[re.Pattern, ...]:
    return tuple(re.compile(words, re.IGNORECASE) for words in groups)
