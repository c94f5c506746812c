"""What stands in the sections and annexes of a report, and where it comes from."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from enterprises.models import Institution, KeyMark, TitleKind
from enterprises.places import park_place, zone_place
from rd_centers.models import CenterPartner, Recognition, StageEvent
from zonetrack import catalog
from zonetrack.access.scope import Scope
from zonetrack.projects.models import (
    Achievement,
    Application,
    Cooperation,
    CooperationPartner,
    Milestone,
    Program,
    ProgramCategory,
)
from zonetrack.published.models import PublishedFigure
from zonetrack.reports import records
from zonetrack.reports.annual import annual_report
from zonetrack.reports.document import Paragraph, Picture, Table, blocks_of, every_section
from zonetrack.reports.facts import Facts, Options
from zonetrack.targets import wording
from zonetrack.targets.scorecard import Scorecards

from .factories import (
    make_center,
    make_enterprise,
    make_field,
    make_park,
    make_project,
    make_published,
    make_return,
    make_target,
    make_title,
    make_title_kind,
    make_year,
    make_zone,
)

pytestmark = pytest.mark.django_db
YEAR, TODAY = 2014, date(2015, 6, 1)
EVERYTHING = Scope(user=None, everything=True)
REGISTERS = ("enterprises", "centers", "titles", "projects", "cooperation", "achievements")
COMPLETE = {f"{register}_complete_from": 2005 for register in REGISTERS}


def place_of(zone, park=None):
    if park:
        return park_place(EVERYTHING, zone.key, park.key)
    return zone_place(EVERYTHING, zone.key)


def report_of(zone, park=None, *, year=YEAR, today=TODAY, options=None):
    return annual_report(place_of(zone, park), year, today=today, options=options)


def section(report, key):
    return next((each for each in every_section(report) if each.key == key), None)


def keys(report):
    return [each.key for each in every_section(report)]


def text_of(section):
    return " ".join(block.text for block in section.blocks if isinstance(block, Paragraph))


def table(report, key):
    return next((each for each in blocks_of(report, Table) if each.key == key), None)


def cells(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def column(table, name):
    """The cells below one head."""
    at = [each.name for each in table.columns].index(name)
    return [row.cells[at].text for row in table.rows]


def make_body(park, stage=None, year=YEAR, **fields):
    """A body on its way to recognition."""
    body = make_center(park, recognized=None, **fields)
    StageEvent.objects.create(center=body, stage=stage or StageEvent.Stage.BUILDING, year=year)
    return body


def make_cooperation(park, partner="Academy", **fields):
    values = {"kind": "development", "name_en": "Agreement", "signed_year": YEAR}
    row = Cooperation.objects.create(park=park, **values | fields)
    institution = Institution.objects.get_or_create(
        name_en=partner, defaults={"kind": "institute"}
    )[0]
    CooperationPartner.objects.create(cooperation=row, institution=institution)
    return row


def make_achievement(park, **fields):
    values = {"name_en": "Breakthrough", "year": YEAR, "field": make_field()}
    return Achievement.objects.create(park=park, **values | fields)


def make_category(**fields):
    program = Program.objects.get_or_create(
        key="123", defaults={"name_en": "Support program", "level": "provincial"}
    )[0]
    values = {"key": f"c-{program.categories.count()}", "name_en": "Joint research", "quota": 20}
    return ProgramCategory.objects.create(program=program, **values | fields)


def make_full_zone(n=1, **fields):
    """A zone with `n` records of every kind in each of two parks."""
    zone = make_zone(**COMPLETE | fields)
    category = make_category()
    for _ in range(2):
        park = make_park(zone)
        for at in range(n):
            firm = make_enterprise(park)
            make_return(
                firm, YEAR, filed=10, filed_inventions=4, granted=5, in_force=30, employees=100,
                revenue=1000, rd_expenditure=50,
            )  # fmt: skip
            make_return(firm, YEAR - 1, filed=8, in_force=25, rd_expenditure=40, revenue=1000)
            make_center(park, host=firm, recognized=YEAR, field=make_field(f"field-{at}"))
            partner = Institution.objects.create(name_en=f"Institute {firm.pk}", kind="institute")
            CenterPartner.objects.create(center=make_body(park), institution=partner)
            make_title(park, enterprise=firm, awarded_year=YEAR)
            project = make_project(park, is_key=True, enterprise=firm, budget=100)
            Milestone.objects.create(
                project=project, name_en="Trial run", planned_on=date(YEAR, 10, 1)
            )
            Application.objects.create(
                category=category, park=park, enterprise=firm, applied_year=YEAR
            )
            make_cooperation(park, f"Partner {firm.pk}", enterprise=firm, amount=10)
            make_achievement(park, enterprise=firm, field=make_field(f"field-{at}"))
            for year in (YEAR, YEAR + 1):
                KeyMark.objects.create(enterprise=firm, park=park, year=year)
    make_target(zone, "patents-filed", YEAR, 15)
    make_target(zone, "patents-filed", YEAR + 1, 25)
    return zone


# The whole


def test_a_full_report_has_its_sections_in_order():
    assert keys(report_of(make_full_zone())) == [
        "summary", "indicators", "bodies", "titles", "patents", "input", "projects",
        "cooperation", "achievements", "enterprises", "parks", "plan", "notes",
        "annex-bodies", "annex-on-the-way", "annex-titles", "annex-projects",
        "annex-applications", "annex-cooperation", "annex-achievements",
    ]  # fmt: skip


def test_annexes_can_be_left_out():
    report = report_of(make_full_zone(), options=Options(annexes=False))
    assert report.annexes == ()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_keys_of_tables_and_pictures_are_unique(language):
    with override(language):
        report = report_of(make_full_zone())
    for kind in (Table, Picture):
        found = [block.key for block in blocks_of(report, kind)]
        assert len(found) == len(set(found))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_row_has_a_cell_for_every_column(language):
    with override(language):
        report = report_of(make_full_zone())
    for each in blocks_of(report, Table):
        for row in each.rows:
            assert len(row.cells) == (1 if row.kind == "group" else len(each.columns)), each.key


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_sentence_is_empty_or_told_twice_in_a_section(language):
    with override(language):
        report = report_of(make_full_zone())
    for each in every_section(report):
        texts = [block.text for block in each.blocks if isinstance(block, Paragraph)]
        assert len(texts) == len(set(texts)), each.key
        for text in texts:
            assert text.strip() == text != ""
            assert "None" not in text
            assert ".." not in text
            assert "  " not in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("of_park", [False, True])
def test_the_table_says_what_the_dashboard_says(language, of_park):
    """Value, target, result and share are those of the same lines."""
    zone = make_full_zone()
    park = zone.home_parks.filter(is_unstated=False).first() if of_park else None
    place = place_of(zone, park)
    with override(language):
        report = annual_report(place, YEAR, today=TODAY)
        cards = Scorecards(catalog.INDICATORS, place, YEAR, YEAR, today=TODAY)
        shown = [wording.shown(line) for line in cards.scorecard(YEAR) if line.has_anything]
        rows = [row for row in table(report, "indicators").rows if not row.kind]
        assert len(rows) == len(shown)
        for row, one in zip(rows, shown, strict=True):
            name, value, _previous, change, target, result, share = (c.text for c in row.cells)
            assert name.startswith(one.name)
            assert value == (one.value if one.line.value is not None else one.origin)
            assert change == one.change
            assert (target, result, share) == (one.target, one.status_text, one.percent)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_numbers_in_sentences_are_those_of_the_dashboard(language):
    zone = make_full_zone()
    place = place_of(zone)
    with override(language):
        report = annual_report(place, YEAR, today=TODAY)
        cards = Scorecards(catalog.INDICATORS, place, YEAR, YEAR, today=TODAY)
        said = {
            "patents": ("patents-filed", "patents-granted", "patents-in-force"),
            "input": ("rd-expenditure", "rd-intensity-revenue"),
            "bodies": ("rd-bodies-new", "rd-bodies-held"),
            "titles": ("titles-new", "titles-held"),
            "projects": ("key-industrial-projects",),
        }
        for key, indicators in said.items():
            text = text_of(section(report, key))
            for indicator in indicators:
                line = cards.line(catalog.BY_KEY[indicator], YEAR)
                assert wording.value_text(line.indicator, line.value) in text


def test_a_report_costs_the_same_queries_whatever_it_lists():
    counts = []
    for n in (1, 4):
        place = place_of(make_full_zone(n))
        with CaptureQueriesContext(connection) as queries:
            annual_report(place, YEAR, today=TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 60


def test_what_is_hidden_costs_one_query_more():
    place = place_of(make_full_zone())
    counts = []
    for options in (Options(), Options(hide_single_money=True)):
        with CaptureQueriesContext(connection) as queries:
            annual_report(place, YEAR, today=TODAY, options=options)
        counts.append(len(queries))
    assert counts[1] == counts[0] + 1


# Years and places of which little is known


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("year", [1949, YEAR, 2015, 2030, 2199])
def test_an_empty_year_has_what_can_be_said_of_it(year, language):
    zone = make_zone()
    make_park(zone)
    with override(language):
        report = report_of(zone, year=year)
    assert keys(report) == ["summary", "indicators", "notes"]
    assert table(report, "indicators").rows == ()
    assert table(report, "indicators").empty


def test_an_empty_register_that_is_complete_says_none():
    zone = make_zone(**COMPLETE)
    make_park(zone)
    report = report_of(zone)
    assert "gained no R&D bodies" in text_of(section(report, "bodies"))
    assert "were awarded no titles" in text_of(section(report, "titles"))
    assert "signed no research cooperation agreements" in text_of(section(report, "cooperation"))
    assert section(report, "patents") is None


def test_a_zone_without_targets_has_no_targets_to_tell():
    zone = make_zone(**COMPLETE)
    make_center(make_park(zone), recognized=YEAR)
    report = report_of(zone)
    assert "target" not in text_of(section(report, "bodies"))
    assert table(report, "plan-targets") is None


def test_a_park_is_told_of_as_a_park():
    zone = make_full_zone()
    park = zone.home_parks.filter(is_unstated=False).first()
    report = report_of(zone, park)
    assert section(report, "parks") is None
    assert "the park gained 1 R&D body" in text_of(section(report, "bodies"))
    assert len(table(report, "bodies-held").rows) == 1


def test_a_zone_of_one_park_is_compared_with_nothing():
    zone = make_zone(**COMPLETE)
    make_center(make_park(zone), recognized=YEAR)
    assert section(report_of(zone), "parks") is None


def test_the_year_that_runs_is_not_measured_by_a_whole_one():
    zone = make_full_zone()
    report = report_of(zone, today=date(YEAR, 11, 30))
    assert "up to 30 November" in text_of(section(report, "bodies"))
    assert "The year is not over" in text_of(section(report, "notes"))
    rows = [row for row in table(report, "indicators").rows if not row.kind]
    change = {row.cells[0].text: row.cells[3].text for row in rows}
    assert change["New R&D bodies (bodies)"] == "–"
    assert change["R&D bodies held (bodies)"] == "+2"


# Sections


def test_the_summary_follows_the_order_of_the_headlines():
    text = text_of(section(report_of(make_full_zone()), "summary"))
    told = ["technology centers", "R&D bodies", "titles", "filed", "in force", "on R&D",
            "on schedule", "agreements"]  # fmt: skip
    places = [text.index(words) for words in told]
    assert places == sorted(places)


def test_a_year_with_targets_alone_tells_of_them():
    zone = make_zone()
    make_park(zone)
    make_target(zone, "patents-filed", 2016, 15)
    text = text_of(section(report_of(zone, year=2016), "summary"))
    assert text.startswith("No figures are known for this year. The one target that is set")


def test_the_table_marks_what_is_only_known():
    zone = make_zone()
    for _ in range(3):
        make_center(make_park(zone), recognized=YEAR)
    report = report_of(zone)
    row = next(
        row
        for row in table(report, "indicators").rows
        if row.cells[0].text.startswith("New R&D bodies")
    )
    assert row.cells[1].text == "3 known"
    assert row.cells[1].value is None
    assert "behind=rd-bodies-new" in row.cells[1].url
    assert "“Known” counts" in text_of(section(report, "summary"))


def test_notes_on_figures_are_numbered_and_told_once():
    zone = make_zone()
    make_park(zone)
    for key in ("patents-filed", "patents-granted"):
        make_published(zone, key, YEAR, 100)
    found = table(report_of(zone), "indicators")
    assert found.notes == ("[1] published",)
    marked = [row.cells[0].text for row in found.rows if not row.kind]
    assert marked == ["Patents filed (patents) [1]", "Patents granted (patents) [1]"]


def test_bodies_are_named_with_host_and_authority():
    zone = make_zone(**COMPLETE)
    park = make_park(zone)
    firm = make_enterprise(park, name_en="Lithium Works Co., Ltd.")
    make_center(park, host=firm, recognized=YEAR, name_en="Lithium center")
    report = report_of(zone)
    assert text_of(section(report, "bodies")).endswith("Newly recognized: Lithium center.")
    found = table(report, "bodies-new")
    assert column(found, "Center or lab") == ["Lithium center"]
    assert column(found, "Level") == ["Provincial"]
    assert column(found, "Lead enterprise") == ["Lithium Works Co., Ltd."]
    assert "Recognized by" not in [each.name for each in found.columns]  # nothing is known of it


def test_the_level_is_that_of_the_reports_year():
    zone = make_zone(**COMPLETE)
    body = make_center(make_park(zone), recognized=YEAR, level="city")
    Recognition.objects.create(center=body, level="national", year=YEAR + 2)
    assert column(table(report_of(zone), "bodies-held"), "Level") == ["City"]
    later = report_of(zone, year=YEAR + 2, today=date(YEAR + 3, 6, 1))
    assert column(table(later, "bodies-held"), "Level") == ["National"]


def test_bodies_by_kind_add_up_to_the_indicators():
    zone = make_zone(**COMPLETE)
    park = make_park(zone)
    make_center(park, recognized=YEAR)
    make_center(park, recognized=YEAR - 1)
    make_center(park, recognized=YEAR, family="laboratory")
    found = table(report_of(zone), "bodies-by-kind")
    assert cells(found)[-1] == ["Total", "2", "3"]
    assert "kind=technology-center" in found.rows[1].cells[1].url


def test_the_pipeline_is_told_by_stage():
    zone = make_zone(**COMPLETE)
    park = make_park(zone)
    make_body(park, name_en="Salt base")
    make_body(park, StageEvent.Stage.PLANNED, name_en="Foil center")
    text = text_of(section(report_of(zone), "bodies"))
    assert "1 under construction (Salt base); 1 planned (Foil center)" in text


def test_titles_are_told_with_holders_batch_and_authority():
    zone = make_zone(**COMPLETE)
    park = make_park(zone)
    kind = make_title_kind(key="base", name_en="Innovation base", level="city")
    for name in ("One Ltd.", "Two Ltd."):
        firm = make_enterprise(park, name_en=name)
        make_title(park, enterprise=firm, kind=kind, awarded_year=YEAR, batch="1")
    text = text_of(section(report_of(zone), "titles"))
    assert "Innovation base (batch 1): One Ltd. and Two Ltd." in text


def test_titles_held_by_a_park_name_the_park():
    zone = make_zone(**COMPLETE)
    park = make_park(zone, name_en="East Park")
    kind = make_title_kind(key="area", name_en="Model area", held_by=TitleKind.Holder.PARK)
    make_title(park, kind=kind, awarded_year=YEAR, batch="")
    assert "Model area: East Park." in text_of(section(report_of(zone), "titles"))


def test_late_key_projects_are_told_with_their_milestone():
    zone = make_zone(**COMPLETE)
    project = make_project(make_park(zone), is_key=True, name_en="Salt plant")
    Milestone.objects.create(project=project, name_en="Trial", planned_on=date(YEAR, 12, 1))
    report = report_of(zone)
    text = text_of(section(report, "projects"))
    assert "Behind schedule: Salt plant (Trial, 30 days late)." in text
    assert cells(table(report, "projects-late"))[0][-1] == "30"


def test_programs_are_counted_by_category():
    zone = make_zone(**COMPLETE)
    park, category = make_park(zone), make_category()
    for status, won in (("won", YEAR), ("declined", None), ("in_review", None)):
        Application.objects.create(
            category=category, park=park, applied_year=YEAR, status=status, won_year=won
        )
    report = report_of(zone)
    assert cells(table(report, "programs")) == [
        ["Support program"],
        ["Joint research", "3", "1", "1", "1", "20"],
    ]
    text = text_of(section(report, "projects"))
    assert "made in 2014: 3 (1 won, 1 declined, 1 not yet decided)." in text


def test_cooperation_names_the_partners():
    zone = make_zone(**COMPLETE)
    make_cooperation(make_park(zone), "Qinghai University")
    report = report_of(zone)
    assert "Partners: Qinghai University." in text_of(section(report, "cooperation"))
    assert column(table(report, "cooperation-in-force"), "Partners") == ["Qinghai University"]


def test_achievements_name_their_fields():
    zone = make_zone(**COMPLETE)
    make_achievement(make_park(zone), field=make_field("aluminum-alloys"))
    assert "Fields: Aluminum alloys." in text_of(section(report_of(zone), "achievements"))


def test_parks_stand_side_by_side_with_the_total():
    report = report_of(make_full_zone())
    found = table(report, "parks")
    filed = [column.name for column in found.columns].index("Patents filed")
    assert [row.cells[filed].value for row in found.rows] == [10, 10, 20]
    assert found.rows[-1].kind == "total"
    assert {p.key for p in blocks_of(report, Picture)} >= {"places-patents-filed"}


def test_the_plan_has_targets_bodies_enterprises_and_projects():
    zone = make_zone()
    park = make_park(zone)
    make_target(zone, "tech-centers-new", YEAR + 1, 3, text_en="Three centers", note_en="At most.")
    make_target(zone, "rd-expenditure", YEAR + 1, None, text_en="Grow with innovation")
    make_body(park, StageEvent.Stage.PLANNED, YEAR + 1, name_en="Foil center")
    KeyMark.objects.create(
        enterprise=make_enterprise(park, name_en="Jinhe"), park=park, year=YEAR + 1
    )
    make_published(zone, "key-industrial-projects", YEAR + 1, 33, certainty="plan")
    report = report_of(zone)
    text = text_of(section(report, "plan"))
    assert "the zone has 1 target with a number and 1 objective in words" in text
    assert "To be built from 2015 on (1): Foil center." in text
    assert "Key support in 2015 goes to 1 enterprise: Jinhe." in text
    assert "Key industrial projects planned for 2015: 33 (published plan)." in text
    found = table(report, "plan-targets")
    assert [row[:3] for row in cells(found)] == [
        ["New technology centers (centers)", "at least 3", "Three centers"],
        ["R&D expenditure", "–", "Grow with innovation"],
    ]
    assert found.notes == ("New technology centers: At most.",)


def test_a_plan_does_not_tell_how_it_went():
    zone = make_zone(**COMPLETE)
    park = make_park(zone)
    make_target(zone, "tech-centers-new", YEAR + 1, 3)
    make_center(park, recognized=YEAR + 1)
    report = report_of(zone, today=date(YEAR + 2, 6, 1))
    assert column(table(report, "plan-targets"), "In 2014") == ["0"]


def test_published_figures_stand_beside_the_records():
    zone = make_zone(**COMPLETE)
    make_center(make_park(zone), recognized=YEAR)
    make_published(zone, "rd-bodies-new", YEAR, 3)
    row = cells(table(report_of(zone), "published-beside-records"))[0]
    assert row[:4] == ["New R&D bodies", "3", "1", "2"]


def test_returns_are_told_by_park():
    zone = make_zone()
    park = make_park(zone, name_en="East")
    make_return(make_enterprise(park), YEAR, filed=1)
    make_enterprise(park, name_en="Silent Ltd.")
    report = report_of(zone)
    assert cells(table(report, "returns")) == [
        ["East", "2", "1", "0", "0", "1"],
        ["Whole zone", "2", "1", "0", "0", "1"],
    ]
    assert cells(table(report, "returns-missing")) == [["Silent Ltd.", "East", "No return yet"]]


def test_no_return_is_missing_before_the_year_is_over():
    zone = make_zone()
    make_enterprise(make_park(zone))
    assert section(report_of(zone, today=date(YEAR, 12, 31)), "annex-returns") is None
    assert section(report_of(zone, today=date(YEAR + 1, 1, 1)), "annex-returns") is not None


def test_definitions_are_those_of_the_indicators_shown():
    report = report_of(make_full_zone())
    shown = {line["name"] for line in report.lines if line["value"] is not None}
    defined = {row[0] for row in cells(table(report, "definitions"))}
    assert shown <= defined


def test_lists_say_how_many_rows_they_leave_out(monkeypatch):
    monkeypatch.setattr(records, "MOST", 2)
    zone = make_zone(**COMPLETE)
    park = make_park(zone)
    for _ in range(5):
        make_center(park, recognized=YEAR)
    report = report_of(zone)
    found = table(report, "bodies-held")
    assert len(found.rows) == 2
    assert found.notes == ("3 more are not listed here.",)
    assert "3 more stand on the site" in text_of(section(report, "annex-bodies"))


def test_a_key_project_stands_as_at_the_years_end():
    zone = make_zone(**COMPLETE)
    park = make_park(zone)
    make_project(park, is_key=True, stage="completed", begun_year=YEAR, completed_year=YEAR + 1)
    then, later = (
        table(report_of(zone, year=year, today=date(2017, 6, 1)), "key-projects")
        for year in (YEAR, YEAR + 1)
    )
    assert column(then, "State") == ["On schedule"]
    assert column(later, "State") == ["Completed"]


# Links


def test_numbers_open_what_is_behind_them(admin_client):
    """Every address in a report leads somewhere."""
    report = report_of(make_full_zone())
    urls = {
        cell.url
        for each in blocks_of(report, Table)
        for row in each.rows
        for cell in row.cells
        if cell.url
    }
    assert len(urls) > 60
    for url in sorted(urls):
        assert admin_client.get(url).status_code == 200, url


def test_a_count_opens_as_many_rows(admin_client):
    report = report_of(make_full_zone(2))
    row = next(
        row for row in table(report, "indicators").rows if row.cells[0].text.startswith("New R&D")
    )
    answer = admin_client.get(row.cells[1].url)
    assert answer.context["page_obj"].total == row.cells[1].value == 4


# Names as they come


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "name",
    ["长" * 200, "喆堃镕𠮷" * 10, "=1+1", "<b>#panic('x') *x* {{x}} %(n)d {n}</b>", "A" * 200],
)
def test_names_stand_as_they_are(name, language):
    zone = make_full_zone(name_en=name, name_zh=name)
    park = zone.home_parks.filter(is_unstated=False).first()
    firm = make_enterprise(park, name_en=name, name_zh=name)
    make_center(park, host=firm, recognized=YEAR, name_en=name, name_zh=name)
    make_cooperation(park, name, enterprise=firm, name_en=name, name_zh=name)
    make_achievement(park, name_en=name, name_zh=name)
    make_body(park, name_en=name, name_zh=name)
    with override(language):
        report = report_of(zone)
    assert report.place_name == name
    assert name in text_of(section(report, "bodies"))
    for key in ("bodies-held", "bodies-on-the-way", "cooperation-in-force", "achievements"):
        assert name in [cell for row in cells(table(report, key)) for cell in row]


def test_a_title_of_300_characters_stands_as_it_is():
    zone = make_zone(**COMPLETE)
    title = "长" * 300
    Application.objects.create(
        category=make_category(), park=make_park(zone), applied_year=YEAR, title_zh=title
    )
    assert column(table(report_of(zone), "applications"), "Application") == [title]


def test_a_figure_of_an_indicator_that_is_gone_is_listed_by_its_key():
    zone = make_zone()
    make_park(zone)
    make_published(zone, "gone-indicator", YEAR, 5)
    assert PublishedFigure.objects.count() == 1
    found = table(report_of(zone), "published-figures")
    assert column(found, "Indicator") == ["gone-indicator"]
    assert column(found, "Value") == ["5"]


# Facts


def test_facts_know_the_day_and_what_is_complete():
    zone = make_zone(centers_complete_from=2013)
    place = place_of(zone)
    facts = Facts(place, YEAR, TODAY)
    assert facts.day == date(YEAR, 12, 31)
    assert facts.declared_complete("centers")
    assert not facts.declared_complete("titles")
    assert not Facts(place, 2012, TODAY).declared_complete("centers")
    assert Facts(place, 2015, TODAY).day == TODAY


def test_a_closed_year_says_so():
    zone = make_full_zone()
    make_year(zone, YEAR, closed=True)
    assert "The year is closed." in text_of(section(report_of(zone), "summary"))


def test_lines_of_the_report_are_exact():
    report = report_of(make_full_zone())
    found = {line["indicator"]: line["value"] for line in report.lines}
    assert found["patents-filed"] == 20
    assert found["rd-expenditure"] == 100
    assert isinstance(found["rd-intensity-revenue"], (int, Decimal))
