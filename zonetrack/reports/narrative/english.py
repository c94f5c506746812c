"""How a report says it in English."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from zonetrack import numbers
from zonetrack.indicators.declaration import Kind
from zonetrack.targets import wording
from zonetrack.targets.progress import Status
from zonetrack.targets.scorecard import PUBLISHED, Line

from .common import (
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


@dataclass(frozen=True)
class Words:
    """`text` follows the subject, with {n} for the amount; `one` and `many` are what is counted.

    `part`: one and many as they stand in "(40 of them inventions)".
    """

    text: str
    one: str = ""
    many: str = ""
    subject: str = ""
    part: tuple[str, str] = ()


PLACE, FIRMS = "place", "enterprises"


def of_place(verb: str, one: str, many: str = "", part=()) -> Words:
    return Words(f"{verb} {{n}}", one, many or f"{one}s", PLACE, part)


def of_firms(text: str, one: str = "", many: str = "", part=()) -> Words:
    return Words(text, one, many or (f"{one}s" if one else ""), FIRMS, part)


def invention(text: str) -> Words:
    return of_firms(text, "invention patent", part=("an invention", "inventions"))


def titles(verb: str, level: str) -> Words:
    name = "municipal" if level == "city" else level
    return of_place(verb, f"{level} title", part=(name, name))


TOGETHER = "and its enterprises "
AWARDED, HELD = f"{TOGETHER}were awarded", f"{TOGETHER}held"
RANK = "mofcom-rank"
WORDS = {
    "tech-centers-new": of_place(
        "gained", "technology center", part=("a technology center", "technology centers")
    ),
    "tech-centers-held": of_place(
        "had", "technology center", part=("a technology center", "technology centers")
    ),
    "rd-bodies-new": of_place("gained", "R&D body", "R&D bodies"),
    "rd-bodies-held": of_place("had", "R&D body", "R&D bodies"),
    "rd-bodies-provincial-held": of_place(
        "had",
        "R&D body at provincial level or above",
        "R&D bodies at provincial level or above",
        part=("at provincial level or above",) * 2,
    ),
    "rd-bodies-national-held": of_place(
        "had", "national R&D body", "national R&D bodies", part=("national", "national")
    ),
    "joint-labs-held": of_place(
        "had",
        "national-local joint engineering laboratory",
        "national-local joint engineering laboratories",
    ),
    "labs-held": of_place(
        "had", "laboratory", "laboratories", part=("a laboratory", "laboratories")
    ),
    "centers-planned": of_place("had", "planned R&D body", "planned R&D bodies"),
    "centers-applied": of_place("had", "R&D body applied for", "R&D bodies applied for"),
    "centers-building": of_place(
        "had", "R&D body under construction", "R&D bodies under construction"
    ),
    "enterprises-with-rd-body": Words("{n} of enterprises led an R&D body"),
    "titles-new": of_place(AWARDED, "title"),
    "titles-held": of_place(HELD, "title"),
    **{
        f"titles-{when}-{level}": titles(verb, level)
        for when, verb in (("new", AWARDED), ("held", HELD))
        for level in ("national", "provincial", "city")
    },
    "high-tech-enterprises-held": of_place("had", "high-tech enterprise"),
    "patents-filed": of_firms("filed {n}", "patent"),
    "patents-filed-inventions": invention("filed {n}"),
    "patents-granted": of_firms("were granted {n}", "patent"),
    "patents-granted-inventions": invention("were granted {n}"),
    "patents-in-force": of_firms("held {n} in force", "patent"),
    "patents-in-force-inventions": invention("held {n} in force"),
    "patents-in-force-per-10k-employees": of_firms(
        "held {n} for every 10,000 employees", "patent in force", "patents in force"
    ),
    "patents-granted-per-10k-employees": of_firms(
        "were granted {n} for every 10,000 employees", "patent"
    ),
    "patents-total": of_firms("had {n} in total", "patent"),
    "rd-expenditure": of_firms("spent {n} on R&D"),
    "rd-intensity-revenue": Words("R&D expenditure was {n} of operating revenue"),
    "rd-personnel": of_firms("had {n} in R&D", "person"),
    "new-product-share": Words("sales of new products made up {n} of operating revenue"),
    "contract-turnover": Words("technology contracts came to {n}"),
    "key-industrial-projects": of_place("worked on", "key industrial project"),
    "key-projects-on-schedule": Words("{n} of the key industrial projects were on schedule"),
    "projects-begun": of_place("began", "technology project"),
    "program-applications-won": of_firms("won {n} of science and technology programs", "project"),
    "cooperation-signed": of_firms("signed {n}", "research cooperation agreement"),
    "cooperation-in-force": of_firms("had {n} in force", "research cooperation agreement"),
    "achievements": of_firms("obtained {n}", "R&D achievement"),
    "enterprises-registered": of_place("had", "enterprise"),
    "tech-enterprises-held": of_place("had", "technology-type enterprise"),
    "industrial-enterprises": of_place("had", "industrial enterprise"),
    "above-scale-enterprises": of_place(
        "had", "industrial enterprise above scale", "industrial enterprises above scale"
    ),
    "above-scale-enterprises-new": of_place(
        "gained", "industrial enterprise above scale", "industrial enterprises above scale"
    ),
    "industrial-output": Words("industrial output was {n}"),
    "high-tech-output": Words("the output of high-tech enterprises was {n}"),
    "industrial-sales": Words("industrial sales were {n}"),
    "main-business-revenue": Words("main business revenue was {n}"),
    "gross-domestic-product": Words("gross domestic product was {n}"),
    RANK: Words("the zone stood at rank {n} among national zones"),
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


# Indicators


def told(lines: Iterable[Line], today: date, *, in_order: bool = False) -> list[str]:
    """One sentence each; only the first of a period names it."""
    sentences, period, subject, returns = [], None, None, None
    for each in gathered(lines, in_order=in_order):
        line = each.line
        words = WORDS.get(line.indicator.key)
        level = line.indicator.kind == Kind.STOCK
        who = subject_of(words)
        pronoun = bool(who) and who == subject and level == period
        # How far the returns are is said once, where the first sum of them stands.
        so_far = returns_so_far(line)
        text = clause(each, today, pronoun=pronoun, so_far=None if so_far == returns else so_far)
        returns = so_far or returns
        lead = "" if level == period else time_of(line, today, first=period is None)
        sentences.append(sentence(lead + text))
        period, subject = level, who
    return sentences


def subject_of(words: Words | None) -> str:
    """Of whom it is told; empty where the sentence has a subject of its own."""
    if words is None or not words.subject:
        return ""
    return TOGETHER if words.text.startswith(TOGETHER) else words.subject


def time_of(line: Line, today: date, *, first: bool) -> str:
    """When it was: the year or its end, named in full only by the first."""
    running = is_running(line, today)
    day = f"{today.day} {MONTHS[today.month - 1]}"
    if line.indicator.kind == Kind.STOCK:
        if running:
            return f"on {day} {line.year}, " if first else "by then, "
        return f"at the end of {line.year}, " if first else "at the year’s end, "
    if running:
        return f"in {line.year} up to {day}, " if first else "over the year so far, "
    return f"in {line.year}, " if first else "over the year, "


def sentence(text: str) -> str:
    """Names may end in a full stop of their own: Co., Ltd."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def clause(each: Told, today: date, *, pronoun: bool = False, so_far=None) -> str:
    line = each.line
    core = core_text(line, pronoun=pronoun) + in_brackets(each, so_far)
    return ", ".join(filter(None, [core, compared(line, today), aimed(line)]))


def core_text(line: Line, *, pronoun: bool) -> str:
    words = WORDS.get(line.indicator.key)
    if words is None:
        return f"{line.indicator.name} stood at {amount(line)}"
    text = words.text.format(n=amount(line))
    if not words.subject:
        return text
    if words.subject == FIRMS:
        return f"{'they' if pronoun else 'enterprises'} {text}"
    if pronoun:
        # The zone and its enterprises are they, the zone alone is it.
        return f"they {text.removeprefix(TOGETHER)}" if text.startswith(TOGETHER) else f"it {text}"
    return f"{'the park' if line.place.park else 'the zone'} {text}"


def amount(line: Line) -> str:
    """`100 patents`, `no patents`, `3 known patents`, `CNY 74.6 million`."""
    indicator, words = line.indicator, WORDS.get(line.indicator.key)
    value = counted_in(line)
    if words is None or not words.one:
        if indicator.key == RANK:
            return numbers.number(value, indicator.decimals)
        return with_unit(indicator, value)
    known = "known " if line.value is None else ""
    if value == 0:
        return f"no {words.many}"
    noun = words.one if value == 1 else words.many
    return f"{numbers.number(value, indicator.decimals)} {known}{noun}"


def with_unit(indicator, value) -> str:
    if not wording.unit_text(indicator):
        return wording.value_text(indicator, value)
    unit = wording.unit_text(indicator)
    unit = "hundred million yuan" if unit == "100 million yuan" else unit
    return f"{numbers.number(value, indicator.decimals)} {unit}"


def in_brackets(each: Told, so_far: tuple[int, int] | None) -> str:
    """What belongs to the amount: its parts, and where it comes from."""
    inside = [part_text(part, at) for at, part in enumerate(each.parts)]
    if is_all(each):
        one, many = WORDS[each.parts[0].indicator.key].part
        inside = [one if counted_in(each.line) == 1 else f"all of them {many}"]
    if so_far:
        inside.append(f"from {so_far[0]} of {so_far[1]} returns")
    if each.line.actual.origin == PUBLISHED:
        inside.append(wording.origin_text(each.line))
    return f" ({'; '.join(filter(None, inside))})" if any(inside) else ""


def part_text(part: Line, at: int) -> str:
    one, many = WORDS[part.indicator.key].part
    value = counted_in(part)
    them = " of them" if at == 0 else ""
    if value == 0:
        return f"none{them} {many}"
    return f"{numbers.number(value, 0)}{them} {one if value == 1 else many}"


def compared(line: Line, today: date) -> str:
    """Against the year before; empty where either year is not known."""
    if not is_comparable(line):
        return ""
    change = change_of(line)
    flow, before = line.indicator.kind == Kind.FLOW, line.year - 1
    if flow and is_running(line, today):
        return (
            f"against {wording.value_text(line.indicator, line.previous.value)} in all of {before}"
        )
    when = "a year before" if line.indicator.kind == Kind.STOCK else f"in {before}"
    words = WORDS.get(line.indicator.key)
    things = bool(words and words.one)
    if change.points and not change.difference:
        return f"as {when}"
    if not change.difference:
        return f"as {'many' if things else 'much'} as {when}" if line.value else ""
    up = change.difference > 0
    if line.indicator.key == RANK:
        places = counted(int(abs(change.difference)), "place", "places")
        return f"{places} {'lower' if up else 'higher'} than {when}"
    more = "more" if up else "fewer" if things else "less"
    if change.share is not None:
        return f"{rounded_share(change)} {more} than {when}"
    return f"{gap(line, abs(change.difference))} {more} than {when}"


def gap(line: Line, n) -> str:
    """A difference between two values of the line."""
    indicator = line.indicator
    if indicator.is_percent:
        points = numbers.number(n, indicator.decimals)
        return f"{points} percentage {'point' if points == '1' else 'points'}"
    if indicator.whole:
        return wording.exact_text(indicator, n)
    return wording.value_text(indicator, n)


def aimed(line: Line) -> str:
    """How the value stands against its target; empty without one."""
    if not has_aim(line):
        return ""
    aim = wording.exact_text(line.indicator, line.aim.value)
    text = against(line, aim)
    pace = {Status.ON_PACE: "on pace", Status.BEHIND: "behind pace"}
    return ", ".join(filter(None, [text, pace.get(line.judgement.status, "")]))


def against(line: Line, aim: str) -> str:
    left, percent = line.judgement.remaining, line.judgement.percent
    if line.aim.direction == "down":
        return (
            f"{gap(line, left)} above the limit of {aim}" if left else f"within the limit of {aim}"
        )
    if line.aim.direction == "keep":
        return f"{gap(line, left)} off the target of {aim}" if left else f"as aimed at: {aim}"
    if left:
        if by_gap(line) or in_things(line):
            return f"{gap(line, left)} short of the target of {aim}"
        return f"{percent} of the target of {aim} and {gap(line, left)} short"
    above = line.value - line.aim.value
    if above and (by_gap(line) or in_things(line)):
        return f"{gap(line, above)} above the target of {aim}"
    return f"{percent} of the target of {aim}" if above else f"meeting the target of {aim}"


# Records


def named(names: Sequence[str], n: int | None = None, counter: str = "") -> str:
    """`A, B and C`; from the seventh on `and 5 others`."""
    names = list(names)
    shown = first_of(names)
    others = (len(names) if n is None else n) - len(shown)
    if others > 0:
        return f"{', '.join(shown)} and {others} {'other' if others == 1 else 'others'}"
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def counted(n: int, one: str, many: str) -> str:
    return f"{numbers.number(n)} {one if n == 1 else many}"


def recognized(names: Sequence[str], n: int) -> str:
    return sentence(f"Newly recognized: {named(names, n)}")


def on_the_way(stages: Sequence[tuple[str, Sequence[str], int]], year: int, today: date) -> str:
    """`stages`: one of planned, applied and building, with names and number of bodies."""
    what = {"planned": "planned", "applied": "applied for", "building": "under construction"}
    day = f"on {today.day} {MONTHS[today.month - 1]} {year}"
    when = day if year == today.year else f"at the end of {year}"
    told = [f"{numbers.number(n)} {what[stage]} ({named(names, n)})" for stage, names, n in stages]
    return sentence(f"On the way to recognition {when}: {'; '.join(told)}")


def awarded(title: str, authority: str, batch: str, holders: Sequence[str], n: int) -> str:
    about = ", ".join(filter(None, [authority, f"batch {batch}" if batch else ""]))
    brackets = f" ({about})" if about else ""
    return sentence(f"{title}{brackets}: {named(holders, n)}")


def delayed(projects: Sequence[tuple[str, str, int]], n: int) -> str:
    """`projects`: name, overdue milestone, days late."""
    names = [
        f"{name} ({milestone + ', ' if milestone else ''}{counted(days, 'day', 'days')} late)"
        for name, milestone, days in projects
    ]
    return sentence(f"Behind schedule: {named(names, n)}")


def applied(n: int, won: int, declined: int, waiting: int, year: int) -> str:
    told = ((won, "won"), (declined, "declined"), (waiting, "not yet decided"))
    parts = ", ".join(f"{numbers.number(count)} {words}" for count, words in told if count)
    return sentence(f"Applications to programs made in {year}: {numbers.number(n)} ({parts})")


def with_partners(names: Sequence[str], n: int) -> str:
    return sentence(f"Partners: {named(names, n)}")


def in_fields(names: Sequence[str], n: int) -> str:
    return sentence(f"Fields: {named(names, n)}")


def results(names: Sequence[str], n: int) -> str:
    return sentence(f"Achievements: {named(names, n)}")


def key_firms(names: Sequence[str], n: int, year: int) -> str:
    them = counted(n, "enterprise", "enterprises")
    return sentence(f"Key support in {year} went to {them}: {named(names, n)}")


# The plan for the next year


def aims(with_number: int, in_words: int, year: int, *, park: bool) -> str:
    parts = []
    if with_number:
        parts.append(counted(with_number, "target with a number", "targets with a number"))
    if in_words:
        parts.append(counted(in_words, "objective in words", "objectives in words"))
    return sentence(f"For {year} the {'park' if park else 'zone'} has {' and '.join(parts)}")


def planned_bodies(names: Sequence[str], n: int, year: int) -> str:
    return sentence(f"To be built from {year} on ({numbers.number(n)}): {named(names, n)}")


def planned_firms(names: Sequence[str], n: int, year: int) -> str:
    them = counted(n, "enterprise", "enterprises")
    return sentence(f"Key support in {year} goes to {them}: {named(names, n)}")


def planned_projects(n: str, known: int | None, year: int) -> str:
    listed = f", {numbers.number(known)} of them in the register" if known else ""
    return sentence(f"Key industrial projects planned for {year}: {n} (published plan{listed})")


def going_on(n: int, year: int) -> str:
    verb = "goes" if n == 1 else "go"
    what = counted(n, "key industrial project", "key industrial projects")
    return sentence(f"{what} {verb} on in {year}")


def planned_program(program: str, categories: Sequence[tuple[str, int]]) -> str:
    """`categories`: name and how many projects the program supports in it."""
    names = [f"{name} ({numbers.number(quota)})" for name, quota in categories]
    return sentence(f"{program}, projects supported: {named(names)}")
