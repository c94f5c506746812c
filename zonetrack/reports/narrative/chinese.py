"""How a report says it in Chinese."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from zonetrack import numbers
from zonetrack.indicators.declaration import Kind
from zonetrack.targets import wording
from zonetrack.targets.progress import Status
from zonetrack.targets.scorecard import PUBLISHED, Line

from .common import (
    MOST_NAMES,
    Told,
    by_gap,
    change_of,
    counted_in,
    first_of,
    gathered,
    has_aim,
    in_things,
    is_all,
    is_comparable,
    is_running,
    returns_so_far,
    rounded_share,
)

MOST_CLAUSES = 3  # in one sentence


@dataclass(frozen=True)
class Words:
    """`text` with {n} for the amount, `none` where that is zero; `who` does it.

    `part`: what stands in 「其中发明专利40件」.
    """

    text: str
    none: str = ""
    who: str = ""
    part: str = ""


FIRMS = "企业"


def of_firms(text: str, none: str = "", part: str = "") -> Words:
    return Words(text, none, FIRMS, part)


LEVELS = {"national": "国家级", "provincial": "省级", "city": "市级"}
WORDS = {
    "tech-centers-new": Words("新增技术中心{n}", "未新增技术中心", part="技术中心"),
    "tech-centers-held": Words("拥有技术中心{n}", "尚无技术中心", part="技术中心"),
    "rd-bodies-new": Words("新增研发机构{n}", "未新增研发机构"),
    "rd-bodies-held": Words("拥有各类研发机构{n}", "尚无研发机构"),
    "rd-bodies-provincial-held": Words(
        "拥有省级及以上研发机构{n}", "尚无省级及以上研发机构", part="省级及以上"
    ),
    "rd-bodies-national-held": Words("拥有国家级研发机构{n}", "尚无国家级研发机构", part="国家级"),
    "joint-labs-held": Words("拥有国家地方联合工程实验室{n}", "尚无国家地方联合工程实验室"),
    "labs-held": Words("拥有实验室{n}", "尚无实验室", part="实验室"),
    "centers-planned": Words("拟建研发机构{n}", "无拟建研发机构"),
    "centers-applied": Words("申报中研发机构{n}", "无申报中研发机构"),
    "centers-building": Words("在建研发机构{n}", "无在建研发机构"),
    "enterprises-with-rd-body": Words("建有研发机构的企业占{n}"),
    "titles-new": Words("新获荣誉称号{n}", "未新获荣誉称号"),
    "titles-held": Words("拥有有效荣誉称号{n}", "无有效荣誉称号"),
    **{
        f"titles-new-{level}": Words(f"新获{name}荣誉称号{{n}}", f"未新获{name}荣誉称号", part=name)
        for level, name in LEVELS.items()
    },
    **{
        f"titles-held-{level}": Words(
            f"拥有有效{name}荣誉称号{{n}}", f"无有效{name}荣誉称号", part=name
        )
        for level, name in LEVELS.items()
    },
    "high-tech-enterprises-held": Words("拥有高新技术企业{n}", "尚无高新技术企业"),
    "patents-filed": of_firms("申请专利{n}", "未申请专利"),
    "patents-filed-inventions": of_firms("申请发明专利{n}", "未申请发明专利", "发明专利"),
    "patents-granted": of_firms("获授权专利{n}", "未获专利授权"),
    "patents-granted-inventions": of_firms("获授权发明专利{n}", "未获发明专利授权", "发明专利"),
    "patents-in-force": of_firms("有效专利累计{n}", "尚无有效专利"),
    "patents-in-force-inventions": of_firms("有效发明专利累计{n}", "尚无有效发明专利", "发明专利"),
    "patents-in-force-per-10k-employees": of_firms("每万名从业人员拥有有效专利{n}"),
    "patents-granted-per-10k-employees": of_firms("每万名从业人员获授权专利{n}"),
    "patents-total": of_firms("累计拥有专利技术{n}"),
    "rd-expenditure": of_firms("研发经费内部支出{n}", "无研发经费内部支出"),
    "rd-intensity-revenue": of_firms("研发经费投入强度为{n}"),
    "rd-personnel": of_firms("拥有研发人员{n}", "无研发人员"),
    "new-product-share": of_firms("新产品销售收入占营业收入的{n}"),
    "contract-turnover": of_firms("技术合同成交额{n}", "无技术合同成交"),
    "key-industrial-projects": Words("实施重大产业技术项目{n}", "未实施重大产业技术项目"),
    "key-projects-on-schedule": Words("重大产业技术项目按期推进率为{n}"),
    "projects-begun": Words("新开工科技项目{n}", "无新开工科技项目"),
    "program-applications-won": Words("科技计划项目立项{n}", "无科技计划项目立项"),
    "cooperation-signed": of_firms("新签产学研合作协议{n}", "未新签产学研合作协议"),
    "cooperation-in-force": of_firms("执行中的产学研合作协议{n}", "无执行中的产学研合作协议"),
    "achievements": Words("取得科技成果{n}", "未登记科技成果"),
    "enterprises-registered": Words("拥有企业{n}", "尚无企业"),
    "tech-enterprises-held": Words("拥有科技型企业{n}", "尚无科技型企业"),
    "industrial-enterprises": Words("拥有工业企业{n}", "尚无工业企业"),
    "above-scale-enterprises": Words("拥有规模以上工业企业{n}", "尚无规模以上工业企业"),
    "above-scale-enterprises-new": Words("新增规模以上工业企业{n}", "未新增规模以上工业企业"),
    "industrial-output": Words("实现工业总产值{n}"),
    "high-tech-output": Words("高新技术企业实现产值{n}"),
    "industrial-sales": Words("实现工业销售收入{n}"),
    "main-business-revenue": Words("规模以上工业企业实现主营业务收入{n}"),
    "gross-domestic-product": Words("实现生产总值{n}"),
    "mofcom-rank": Words("在国家级经开区综合考评中列第{n}"),
}


# Indicators


def told(lines: Iterable[Line], today: date, *, in_order: bool = False) -> list[str]:
    """Clauses of one to three lines to a sentence; only what changes is named again."""
    texts, period, who, returns = [], None, None, None
    for each in gathered(lines, in_order=in_order):
        line = each.line
        words = WORDS.get(line.indicator.key, Words(""))
        here = Period(line.indicator.kind == Kind.STOCK, is_running(line, today))
        lead = "" if here == period else here.lead(line, today, first=period is None)
        subject = "" if words.who == who else subject_of(line, words, who)
        # How far the returns are is said once, where the first sum of them stands.
        so_far = returns_so_far(line)
        text = clause(each, today, so_far=None if so_far == returns else so_far)
        texts.append(lead + subject + text)
        period, who, returns = here, words.who, so_far or returns
    return [
        "；".join(texts[at : at + MOST_CLAUSES]) + "。" for at in range(0, len(texts), MOST_CLAUSES)
    ]


@dataclass(frozen=True)
class Period:
    """The time a clause is about: the year, or its end."""

    level: bool
    running: bool

    def lead(self, line: Line, today: date, *, first: bool) -> str:
        day = f"{today.month}月{today.day}日"
        if self.level:
            if self.running:
                return f"截至{line.year}年{day}，" if first else "目前，"
            return f"截至{line.year}年底，" if first else "截至年底，"
        if not first:
            return "年内，" if self.running else "全年，"
        return f"{line.year}年（截至{day}），" if self.running else f"{line.year}年，"


def subject_of(line: Line, words: Words, before: str | None) -> str:
    """What a clause is about is named where it is another than before."""
    place = "园区" if line.place.park else "全区"
    return words.who if before == "" else place + words.who


def clause(each: Told, today: date, *, so_far=None) -> str:
    line = each.line
    core = core_text(line) + in_brackets(each, so_far)
    return "，".join(filter(None, [core, compared(line, today), aimed(line)]))


def core_text(line: Line) -> str:
    words = WORDS.get(line.indicator.key)
    if words is None:
        return f"{line.indicator.name}为{amount(line)}"
    if line.value == 0 and words.none:
        return words.none
    return words.text.format(n=amount(line))


def amount(line: Line) -> str:
    """`100件`, `45.5%`, `7,460万元`."""
    return with_unit(line, counted_in(line))


def with_unit(line: Line, value) -> str:
    indicator = line.indicator
    unit = wording.unit_text(indicator)
    if not unit:
        return wording.value_text(indicator, value)
    # 每万名从业人员拥有专利3.5件, not 3.5件/万人.
    unit = unit.split("/")[0] if indicator.scale == 10_000 or "10k" in indicator.key else unit
    return numbers.number(value, indicator.decimals) + unit


def in_brackets(each: Told, so_far: tuple[int, int] | None) -> str:
    """What belongs to the amount: its parts, and where it comes from."""
    parts = "、".join(part_text(part) for part in each.parts)
    parts = f"其中{parts}" if parts else ""
    if is_all(each):
        are = "为" if counted_in(each.line) == 1 else "均为"
        parts = are + WORDS[each.parts[0].indicator.key].part
    inside = ["已知" if each.line.value is None else "", parts]
    if so_far:
        inside.append(f"按已审定的{so_far[0]}家统计，应报{so_far[1]}家")
    if each.line.actual.origin == PUBLISHED:
        inside.append(wording.origin_text(each.line))
    return f"（{'，'.join(filter(None, inside))}）" if any(inside) else ""


def part_text(part: Line) -> str:
    value = counted_in(part)
    return WORDS[part.indicator.key].part + with_unit(part, value)


def compared(line: Line, today: date) -> str:
    """Against the year before; empty where either year is not known."""
    if not is_comparable(line):
        return ""
    change = change_of(line)
    if line.indicator.kind == Kind.FLOW and is_running(line, today):
        return f"上年全年为{with_unit(line, line.previous.value)}"
    if line.indicator.key == "mofcom-rank":
        return ranked(line, change.difference)
    level = line.indicator.kind == Kind.STOCK
    up, size = change.difference > 0, abs(change.difference)
    if not change.difference:
        same = "与上年底持平" if level else "与上年持平"
        return same if line.value else ""
    if change.points:
        points = f"{numbers.number(size, line.indicator.decimals)}个百分点"
        return f"比上年{'提高' if up else '下降'}{points}"
    if change.share is not None:
        share = rounded_share(change)
        return f"{'比上年底' if level else '同比'}{'增长' if up else '下降'}{share}"
    if level:
        return f"比上年底净{'增' if up else '减'}{gap(line, size)}"
    return f"比上年{'增加' if up else '减少'}{gap(line, size)}"


def ranked(line: Line, difference) -> str:
    if not difference:
        return "位次与上年持平"
    return f"比上年{'后移' if difference > 0 else '前移'}{gap(line, abs(difference))}"


def gap(line: Line, n) -> str:
    """A difference between two values of the line, with its unit."""
    indicator = line.indicator
    if indicator.is_percent:
        return f"{numbers.number(n, indicator.decimals)}个百分点"
    if not indicator.whole:
        return with_unit(line, n)
    return wording.exact_text(indicator, n) + wording.unit_text(indicator)


def aimed(line: Line) -> str:
    """How the value stands against its target; empty without one."""
    if not has_aim(line):
        return ""
    aim = wording.exact_text(line.indicator, line.aim.value) + wording.unit_text(line.indicator)
    pace = {Status.ON_PACE: "符合序时进度", Status.BEHIND: "落后于序时进度"}
    return "，".join(filter(None, [against(line, aim), pace.get(line.judgement.status, "")]))


def against(line: Line, aim: str) -> str:
    left, percent = line.judgement.remaining, line.judgement.percent
    if line.aim.direction == "down":
        over = f"超出年度控制目标（{aim}）{gap(line, left)}"
        return over if left else f"控制在年度目标（{aim}）以内"
    if line.aim.direction == "keep":
        off = f"与年度目标（{aim}）相差{gap(line, left)}"
        return off if left else f"保持在年度目标（{aim}）水平"
    if left:
        if by_gap(line) or in_things(line):
            return f"距年度目标（{aim}）差{gap(line, left)}"
        return f"完成年度目标（{aim}）的{percent}，差{gap(line, left)}"
    above = line.value - line.aim.value
    if not above:
        return f"达到年度目标（{aim}）" if by_gap(line) else f"完成年度目标（{aim}）"
    if by_gap(line):
        return f"比年度目标（{aim}）高{gap(line, above)}"
    if in_things(line):
        return f"超额完成年度目标（{aim}），超出{gap(line, above)}"
    return f"完成年度目标（{aim}）的{percent}"


# Records


def named(names: Sequence[str], n: int | None = None, counter: str = "个") -> str:
    """`甲、乙、丙`; from the seventh on `等11个`, or `等` where the number is told already."""
    names = list(names)
    n = len(names) if n is None else n
    shown = first_of(names)
    others = f"等{numbers.number(n)}{counter}" if counter else "等"
    return "、".join(shown) + (others if n > len(shown) else "")


def recognized(names: Sequence[str], n: int) -> str:
    return f"新认定的研发机构为：{named(names, n)}。"


def on_the_way(stages: Sequence[tuple[str, Sequence[str], int]], year: int, today: date) -> str:
    """`stages`: one of planned, applied and building, with names and number of bodies."""
    what = {"planned": "拟建", "applied": "申报中", "building": "在建"}
    when = f"截至{year}年{today.month}月{today.day}日" if year == today.year else f"截至{year}年底"
    told = [
        f"{what[stage]}研发机构{numbers.number(n)}个：{named(names, n, '')}"
        for stage, names, n in stages
    ]
    return f"{when}，{'；'.join(told)}。"


def awarded(title: str, authority: str, batch: str, holders: Sequence[str], n: int) -> str:
    if batch.isdigit():
        # Many batches are named by their year.
        batch = f"{batch}年" if len(batch) == 4 else f"第{batch}批"
    title = title.replace("“", "‘").replace("”", "’")
    about = "，".join(filter(None, [authority, batch]))
    brackets = f"（{about}）" if about else ""
    return f"{named(holders, n, '家')}获评“{title}”{brackets}。"


def delayed(projects: Sequence[tuple[str, str, int]], n: int) -> str:
    """`projects`: name, overdue milestone, days late."""
    names = [
        f"{name}（{f'“{milestone}”节点' if milestone else ''}逾期{numbers.number(days)}天）"
        for name, milestone, days in projects
    ]
    return f"进度滞后的项目为：{named(names, n, '项')}。"


def applied(n: int, won: int, declined: int, waiting: int, year: int) -> str:
    told = ((won, "已立项"), (declined, "未获立项"), (waiting, "尚在评审"))
    parts = "、".join(f"{words}{numbers.number(count)}项" for count, words in told if count)
    return f"{year}年申报科技计划项目{numbers.number(n)}项，其中{parts}。"


def with_partners(names: Sequence[str], n: int) -> str:
    return f"合作单位为{named(names, n, '家')}。"


def in_fields(names: Sequence[str], n: int) -> str:
    some = named(names, n)
    return f"涉及{some}等领域。" if 1 < n <= MOST_NAMES else f"涉及{some}领域。"


def results(names: Sequence[str], n: int) -> str:
    return f"主要成果：{named(names, n, '项')}。"


def key_firms(names: Sequence[str], n: int, year: int) -> str:
    return f"{year}年重点支持企业{numbers.number(n)}家：{named(names, n, '')}。"


# The plan for the next year


def aims(with_number: int, in_words: int, year: int, *, park: bool) -> str:
    parts = []
    if with_number:
        parts.append(f"量化目标{with_number}项")
    if in_words:
        parts.append(f"定性目标{in_words}项")
    return f"{year}年，{'园区' if park else '全区'}设定{'、'.join(parts)}。"


def planned_bodies(names: Sequence[str], n: int, year: int) -> str:
    return f"{year}年计划建设研发机构{numbers.number(n)}个：{named(names, n, '')}。"


def planned_firms(names: Sequence[str], n: int, year: int) -> str:
    return f"{year}年拟重点支持企业{numbers.number(n)}家：{named(names, n, '')}。"


def planned_projects(n: str, known: int | None, year: int) -> str:
    listed = f"，已登记{numbers.number(known)}项" if known else ""
    return f"{year}年计划推进重大产业技术项目{n}项（公布的计划数{listed}）。"


def going_on(n: int, year: int) -> str:
    return f"{year}年继续实施重大产业技术项目{numbers.number(n)}项。"


def planned_program(program: str, categories: Sequence[tuple[str, int]]) -> str:
    """`categories`: name and how many projects the program supports in it."""
    names = [f"{name}{numbers.number(quota)}项" for name, quota in categories]
    return f"{program}支持{named(names, counter='类')}。"
