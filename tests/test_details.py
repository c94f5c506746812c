"""The pages of single records: what they tell, and to whom."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from enterprises.models import EnterpriseName, KeyMark
from patents.models import PatentHolder
from rd_centers.models import Center, CenterHost, Recognition, StageEvent
from rd_centers.standing import standing
from tests import factories as make
from tests.test_lists import (
    ROWS,
    keys,
    make_achievement,
    make_application,
    make_cooperation,
    make_program,
    reader_of,
)
from zonetrack import catalog, numbers, writing
from zonetrack.access import roles
from zonetrack.projects.models import Milestone
from zonetrack.projects.views import projects
from zonetrack.targets.models import TargetRevision

pytestmark = pytest.mark.django_db


@pytest.fixture
def park():
    return make.make_park(make.make_zone())


def page_of(record, park, client=None):
    answer = (client or reader_of(park.home_zone)).get(record.get_absolute_url())
    assert answer.status_code == 200
    return answer


def panel(answer, key):
    """The panel of the page with this key; None if it is not there."""
    panels = [*answer.context["main_panels"], *answer.context["side_panels"]]
    return next((one for one in panels if one.key == key), None)


def lines(answer, key) -> list[list[str]]:
    return [[cell.text for cell in row] for row in panel(answer, key).table.rows]


def facts(answer, key="facts") -> dict[str, str]:
    return {str(label): cell.text for label, cell in panel(answer, key).facts}


def test_an_enterprise_shows_its_names_marks_and_ties(park):
    parent = make.make_enterprise(park, name_en="Parent group")
    made = make.make_enterprise(
        park, name_en="Taifeng Pulead", name_zh="泰丰先行", parent=parent, uncertain_name=True
    )
    EnterpriseName.objects.create(enterprise=made, name="Old Battery", until_year=2009)
    KeyMark.objects.create(enterprise=made, park=park, year=2013)
    answer = page_of(made, park)
    assert facts(answer)["Parent company"] == "Parent group"
    assert ("Key enterprise 2013", True) in answer.context["page"].tags
    assert [cell.sub for cell in panel(answer, "names").items] == ["Former name · until 2009"]
    text = answer.content.decode()
    assert '<p class="sub" lang="zh-Hans">泰丰先行</p>' in text
    assert "The name is uncertain" in text


def test_figures_by_year_carry_units_and_tell_zero_from_not_reported(park):
    made = make.make_enterprise(park)
    make.make_return(made, 2013, revenue=Decimal("1200.5"), filed=0)
    make.make_return(made, 2014, revenue=None, filed=3)
    table = lines(page_of(made, park), "figures")
    assert ["Operating revenue (10,000 yuan)", "1,200.5", "–"] in table
    assert ["Patents filed", "0", "3"] in table


def test_patents_reported_stand_beside_the_register_with_the_difference(park):
    made = make.make_enterprise(park)
    make.make_return(made, 2014, filed=3, granted=1, in_force=1)
    make.make_patent(park, holder=made, filed_year=2014)
    make.make_patent(park, holder=made, filed_year=2012, granted_year=2014)
    second = make.make_patent(park, filed_year=2014)
    PatentHolder.objects.create(patent=second, order=2, enterprise=made)
    assert lines(page_of(made, park), "reconciled") == [
        ["2014", "Patents filed", "3", "1", "−2"],
        ["2014", "Patents granted", "1", "1", "Equal"],
        ["2014", "Patents in force", "1", "1", "Equal"],
    ]


def test_without_a_register_nothing_is_compared(park):
    made = make.make_enterprise(park)
    make.make_return(made, 2014, filed=3)
    assert panel(page_of(made, park), "reconciled") is None


def test_an_enterprise_tells_which_centers_it_leads_and_shares(park):
    made = make.make_enterprise(park)
    make.make_center(park, name_en="Own lab", host=made)
    shared = make.make_center(park, name_en="Shared lab")
    CenterHost.objects.create(center=shared, enterprise=made)
    items = panel(page_of(made, park), "centers").items
    assert [(cell.text, cell.sub.split(" · ")[1]) for cell in items] == [
        ("Own lab", "leads"),
        ("Shared lab", "takes part"),
    ]


def test_a_center_tells_its_life_in_order(park):
    center = make.make_center(park, recognized=None)
    stages = StageEvent.Stage
    for stage, year in ((stages.BUILDING, 2012), (stages.PLANNED, 2010)):
        StageEvent.objects.create(center=center, stage=stage, year=year)
    Recognition.objects.create(
        center=center,
        level="city",
        year=2013,
        batch="2",
        ended_year=2015,
        end_reason="upgraded",
    )
    Recognition.objects.create(center=center, level="provincial", year=2015)
    answer = page_of(center, park)
    assert [cell.text for cell in panel(answer, "life").items] == [
        "Planned",
        "Under construction",
        "Recognized: City",
        "Recognized: Provincial",
    ]
    assert facts(answer)["Highest level"] == "Provincial"
    assert facts(answer)["First recognized"] == "2013"
    assert lines(answer, "recognitions")[0][-1] == "Replaced by a higher level 2015"


def test_a_merged_center_names_its_successor_and_this_one_what_it_took_in(park):
    whole = make.make_center(park, name_en="Whole")
    part = make.make_center(park, name_en="Part", merged_into=whole, merged_year=2016)
    assert facts(page_of(part, park))["Merged into"] == "Whole"
    assert facts(page_of(whole, park))["Absorbed"] == "Part"


@pytest.mark.parametrize(
    ("events", "day", "expected"),
    [
        ([(3, 2013)], date(2014, 5, 1), ("draft", "Under construction 2013")),
        ([(1, 2013)], date(2015, 12, 31), ("not_started", "Planned 2013")),
        ([(1, 2013)], date(2016, 1, 1), ("not_reported", "Last known: Planned 2013")),
        ([(1, 2013), (5, 2014)], date(2016, 1, 1), ("ended", "Abandoned 2014")),
        ([(1, 2020)], date(2016, 1, 1), ("not_started", "No stage known")),
        ([], date(2016, 1, 1), ("not_started", "No stage known")),
    ],
)
def test_a_body_without_recognition_stands_at_its_last_stage(park, events, day, expected):
    center = make.make_center(park, recognized=None)
    for stage, year in events:
        StageEvent.objects.create(center=center, stage=stage, year=year)
    assert standing(Center.objects.get(pk=center.pk), day) == expected


def test_a_title_tells_validity_state_and_who_gave_it(park):
    kind = make.make_title_kind(key="gem", name_en="Little giant", level="national")
    made = make.make_title(
        park, kind=kind, awarded_on=date(2014, 3, 1), expires_year=2017, batch="second"
    )
    answer = page_of(made, park)
    shown = facts(answer)
    assert (shown["Awarded"], shown["Valid until"]) == ("2014-03-01", "2017")
    assert shown["State"] == "Expired 2017"
    assert facts(answer, "kind")["Level"] == "National"


@pytest.mark.parametrize(
    ("number", "warned"),
    [("201710601862.3", False), ("201710601862.4", True), ("anything", True)],
)
def test_a_number_whose_check_character_does_not_match_is_marked(park, number, warned):
    made = make.make_patent(park, application_no=number, filed_year=2017)
    answer = page_of(made, park)
    assert bool(answer.context["page"].warnings) is warned


def test_the_holders_of_a_patent_stand_in_their_order(park):
    made = make.make_patent(park, holder=make.make_enterprise(park, name_en="First"))
    PatentHolder.objects.create(patent=made, order=3, outside_name="Third university")
    second = make.make_enterprise(park, name_en="Second")
    PatentHolder.objects.create(patent=made, order=2, enterprise=second)
    items = panel(page_of(made, park), "holders").items
    assert [cell.text for cell in items] == ["First", "Second", "Third university"]


def test_milestones_are_told_as_planned_and_as_done(park, monkeypatch):
    monkeypatch.setattr(projects, "localdate", lambda: date(2014, 7, 1))
    made = make.make_project(park, budget=1000, spent=250)
    for planned, done in (
        (date(2014, 1, 31), date(2014, 1, 31)),
        (date(2014, 2, 28), date(2014, 3, 2)),
        (date(2014, 6, 30), None),
        (date(2014, 7, 2), None),
    ):
        Milestone.objects.create(project=made, name_en="Step", planned_on=planned, done_on=done)
    answer = page_of(made, park)
    table = panel(answer, "milestones").table.rows
    assert [(row[-1].status, row[-1].text) for row in table] == [
        ("done", "Done on time"),
        ("done", "Done, 2 days late"),
        ("late", "1 day late"),
        ("not_due", "Not due yet"),
    ]
    assert facts(answer)["State"] == "1 day late"
    assert facts(answer)["Budget"] == "CNY 10.0 million"


def test_a_program_counts_the_applications_the_reader_may_see(park):
    program = make_program()
    category = program.categories.get()
    for where in (park, make.make_park()):
        application = make_application(where)
        application.category = category
        application.save()
    assert lines(page_of(program, park), "categories") == [["Category one", "10", "1", "–"]]


def test_a_target_shows_original_and_revisions_side_by_side(park):
    made = make.make_target(park, value=4, note_en="Read as one for each park.")
    author = make.make_user(username="ma.jun")
    for number, value, reason in ((0, 5, ""), (1, 4, "Two centers were postponed")):
        TargetRevision.objects.create(
            target=made,
            number=number,
            value=value,
            reason=reason,
            author=author,
            at="2014-05-01T08:00:00+08:00",
        )
    answer = page_of(made, park)
    assert [row[:2] + row[3:5] for row in lines(answer, "revisions")] == [
        ["Original", "5 centers", "–", "ma.jun"],
        ["Revision 1, in force", "4 centers", "Two centers were postponed", "ma.jun"],
    ]
    assert facts(answer)["Target"] == "At least 4 centers"
    assert "Read as one for each park." in answer.content.decode()


def test_a_published_figure_tells_its_source_and_what_itemizes_it(park):
    zone = park.home_zone
    kind = make.make_title_kind()
    for _n in range(3):
        make.make_title(park, kind=kind, awarded_year=2014)
    source = make.make_source(title_en="Article", address="https://example.org/a?b=1")
    made = make.make_published(zone, indicator="titles-new", value=14, source=source)
    answer = page_of(made, park)
    text = answer.content.decode()
    assert "The records itemize 3 of 14" in text
    assert '<a href="https://example.org/a?b=1" rel="noreferrer">' in text
    more = panel(answer, "itemized").more[1]
    assert len(keys(reader_of(zone).get(more))) == 3


def test_a_derived_figure_is_said_never_to_stand_as_an_actual(park):
    made = make.make_published(park.home_zone, certainty="derived")
    assert "Never shown as an actual value." in page_of(made, park).content.decode()


def test_a_return_stands_beside_that_of_the_year_before(park):
    made = make.make_enterprise(park)
    make.make_return(made, 2013, rd_expenditure=100)
    now = make.make_return(made, 2014, rd_expenditure=150, state="submitted")
    answer = page_of(now, park)
    assert ["R&D expenditure (10,000 yuan)", "150", "100", "+50 (+50.0%)"] in lines(
        answer, "figures"
    )
    assert facts(answer)["State"] == "Submitted"


def test_an_agreement_and_an_achievement_have_pages(park):
    agreement, achievement = make_cooperation(park, amount=80), make_achievement(park)
    assert facts(page_of(agreement, park))["Contract amount"] == "CNY 0.80 million"
    assert facts(page_of(achievement, park))["Year"] == "2014"


@pytest.mark.parametrize(
    ("role", "own", "offered"),
    [
        (roles.READER, True, False),
        (roles.OFFICER, True, False),
        (roles.STAFF, True, True),
        (roles.STAFF, False, False),
        (roles.MANAGER, True, True),
    ],
)
def test_only_those_who_may_write_are_offered_to_edit(park, role, own, offered):
    """Who reads a park and writes in another one is not offered to edit the first."""
    made = make.make_center(park)
    if role == roles.MANAGER:
        user = make.make_user(role, zone=park.home_zone)
    else:
        user = make.make_user(role, park=park if own else make.make_park(park.home_zone))
    if not own:
        make.grant(user, roles.READER, park=park)
    client = Client()
    client.force_login(user)
    answer = page_of(made, park, client)
    address = reverse("admin:rd_centers_center_change", args=[made.pk])
    assert (address in answer.content.decode()) is offered
    assert bool(panel(answer, "changes")) is (offered or role == roles.OFFICER)


def test_changes_say_who_what_and_when(park):
    manager = make.make_user(roles.MANAGER, zone=park.home_zone, username="li.na")
    made = writing.save(
        make.Center(park=park, kind=make.make_center_kind(), name_en="Lab"), by=manager
    )
    made.name_en = "New lab"
    writing.save(made, by=manager, reason="Renamed by decree")
    client = Client()
    client.force_login(manager)
    first, second = panel(page_of(made, park, client), "changes").items
    assert "Lab → New lab" in first.text
    assert first.sub.startswith("li.na · ") and first.sub.endswith(" · Renamed by decree")
    assert second.text == "Entered"


@pytest.mark.parametrize("key", [k for k, one in catalog.BY_KEY.items() if one.parts])
def test_every_number_opens_a_list_without_a_remark(park, key):
    for fill in ROWS.values():
        fill(park, 1)
    client = reader_of(park.home_zone)
    for name, part in catalog.BY_KEY[key].parts.items():
        query = {"behind": key, "place": f"park:{park.key}", "year": "2014"}
        answer = client.get(reverse(part.page), query | ({"part": name} if name else {}))
        assert answer.context["question"].remarks == []
        [chip] = answer.context["chips"]
        assert chip["label"].startswith("Behind the number: ")
        behind = answer.context["question"].behind
        if part.column is None:
            assert answer.context["page_obj"].total == behind.amount(behind.rows)
        elif answer.context["rows"]:
            total = numbers.number(behind.amount(behind.rows))
            assert [cell.text for cell in answer.context["foot"] if cell.num] == [total]


def test_the_list_behind_a_sum_adds_up_over_all_pages(park):
    for n in range(60):
        make.make_return(make.make_enterprise(park), 2014, rd_expenditure=n)
    make.make_return(make.make_enterprise(park), 2014, rd_expenditure=7, state="draft")
    query = {"behind": "rd-expenditure", "place": f"park:{park.key}", "year": "2014", "size": 25}
    answer = reader_of(park.home_zone).get("/returns/", query)
    assert answer.context["page_obj"].total == 60
    assert [cell.text for cell in answer.context["foot"] if cell.num] == ["1,770"]
