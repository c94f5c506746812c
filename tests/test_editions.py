"""An edition stays as it was; what the records say later is told beside it, with the reasons."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.timezone import now

from enterprises.models import State
from enterprises.places import Place, zone_links
from rd_centers.models import Recognition
from zonetrack import catalog, writing
from zonetrack.files.models import StoredFile
from zonetrack.indicators.declaration import Facts as Counted
from zonetrack.projects.models import Milestone
from zonetrack.reports import formats, publishing
from zonetrack.reports.changes_told import differences_report
from zonetrack.reports.differences import differences_today, why
from zonetrack.reports.document import Paragraph, Table, blocks_of
from zonetrack.reports.editions import content_of, draft, editions_of, report_of
from zonetrack.reports.facts import Options
from zonetrack.reports.keeping import plain
from zonetrack.reports.models import Edition, OwnText
from zonetrack.reports.publishing import Moved, publish

from .factories import (
    make_center,
    make_enterprise,
    make_park,
    make_project,
    make_published,
    make_return,
    make_target,
    make_title,
    make_user,
)

pytestmark = pytest.mark.django_db
AT = datetime(2015, 4, 1, 8, tzinfo=UTC)
TODAY = date(2016, 3, 1)
QUICK = ("csv", "json")


@pytest.fixture(autouse=True)
def quick_files(monkeypatch):
    """The formats that are made in no time stand for all; one test makes every one."""
    quick = {key: formats.FORMATS[key] for key in QUICK}
    monkeypatch.setattr(publishing, "FORMATS", quick)


def make_place(**completeness):
    park = make_park()
    zone = park.home_zone
    for name, year in completeness.items():
        assert hasattr(zone, name)
        setattr(zone, name, year)
    writing.save(zone)
    return Place(zone, tuple(zone_links(zone.key)))


def make_edition(place, year=2014, **options):
    user = make_user("administrator")
    return publish(place, year, by=user, at=now(), options=Options(annexes=False, **options))


def figure_of(edition, key, place=None):
    found = [
        figure
        for figure in content_of(edition)["figures"]
        if figure["indicator"] == key and figure["place"] == (place or content_of(edition)["place"])
    ]
    return found[0]


def found_in(edition, place, key):
    found = differences_today(edition, today=TODAY, place=place)
    return [each for each in found if each.key == key and each.place == place.name]


def count_twice(monkeypatch, key):
    """As if a new version of the product counted each record of an indicator twice."""
    part = catalog.BY_KEY[key].counts
    doubled = Counted(
        part.facts.source,
        lambda rows, ask: {at: 2 * n for at, n in part.facts.read(rows, ask).items()},
    )
    changed = replace(catalog.BY_KEY[key], counts=replace(part, facts=doubled))
    indicators = [changed if each.key == key else each for each in catalog.INDICATORS]
    monkeypatch.setattr(catalog, "INDICATORS", tuple(indicators))
    monkeypatch.setitem(catalog.BY_KEY, key, changed)


# Frozen


def test_an_edition_keeps_every_language_with_its_number_author_time_and_checksum():
    place = make_place(centers_complete_from=2010)
    make_center(place.parks(2014)[0], recognized=2014)
    edition = make_edition(place)
    content = content_of(edition)
    assert edition.number == content["edition"] == 1
    assert content["published_by"] == str(edition.published_by)
    assert content["published_at"] == edition.published_at.isoformat()
    assert edition.checksum == sha256(bytes(edition.kept.content)).hexdigest()
    assert set(content["reports"]) == {code for code, _name in settings.LANGUAGES}
    for code in content["reports"]:
        report = report_of(edition, code)
        assert report.language == code
        assert report.edition == 1
        assert "1" in report.state


def test_a_figure_is_kept_with_its_parts_and_the_keys_of_its_records():
    place = make_place(centers_complete_from=2010)
    park = place.parks(2014)[0]
    centers = [make_center(park, recognized=2014) for _n in range(2)]
    filing = make_return(make_enterprise(park), 2014, rd_expenditure=700, revenue=10_000)
    edition = make_edition(place)
    counted = figure_of(edition, "rd-bodies-held")
    assert counted["value"] == 2
    assert counted["records"][""]["rows"] == [[center.pk] for center in centers]
    added = figure_of(edition, "rd-expenditure")
    [[key, amount]] = added["records"][""]["rows"]
    assert (key, amount) == (filing.figures.pk, {"is": "Decimal", "as": "700.0000"})
    ratio = figure_of(edition, "rd-intensity-revenue")
    assert set(ratio["records"]) == {"numerator", "denominator"}


def test_later_corrections_never_change_an_edition():
    place = make_place(centers_complete_from=2010)
    center = make_center(place.parks(2014)[0], recognized=2014)
    edition = make_edition(place)
    before = {row.pk: bytes(row.file.content) for row in edition.files.all()}
    kept = bytes(edition.kept.content)
    writing.delete(center, by=None, reason="entered twice")
    again = Edition.objects.get(pk=edition.pk)
    assert bytes(again.kept.content) == kept
    assert {row.pk: bytes(row.file.content) for row in again.files.all()} == before
    assert report_of(again, "en").lines == report_of(edition, "en").lines


def test_each_format_is_kept_in_each_language():
    place = make_place()
    edition = make_edition(place)
    kept = {(row.language, row.format) for row in edition.files.all()}
    assert kept == {(code, key) for code, _name in settings.LANGUAGES for key in QUICK}


def test_every_format_can_be_kept(monkeypatch):
    monkeypatch.setattr(publishing, "FORMATS", formats.FORMATS)
    edition = make_edition(make_place())
    assert {row.format for row in edition.files.all()} == set(formats.FORMATS)
    assert all(row.file.size for row in edition.files.select_related("file"))


def test_editions_are_counted_by_place_and_year():
    place, other = make_place(), make_place()
    numbers = [make_edition(place).number, make_edition(place).number]
    assert numbers == [1, 2]
    assert make_edition(place, 2013).number == 1
    assert make_edition(other).number == 1
    park = replace(place, park=place.parks(2014)[0])
    assert make_edition(park).number == 1
    assert [edition.number for edition in editions_of(place, 2014)] == [2, 1]


def test_figures_that_move_while_the_report_is_made_are_never_published(monkeypatch):
    place = make_place(centers_complete_from=2010)
    park = place.parks(2014)[0]
    made = publishing.draft

    def draft_and_enter(*args, **options):
        report = made(*args, **options)
        make_center(park, recognized=2014)
        return report

    monkeypatch.setattr(publishing, "draft", draft_and_enter)
    with pytest.raises(Moved):
        make_edition(place)
    assert not Edition.objects.exists()


# What differs


def test_nothing_differs_where_nothing_was_changed():
    place = make_place(centers_complete_from=2010, titles_complete_from=2010)
    park = place.parks(2014)[0]
    make_center(park, recognized=2014)
    make_title(park)
    make_return(make_enterprise(park), 2014, rd_expenditure=700)
    edition = make_edition(place)
    assert differences_today(edition, today=TODAY, place=place) == []


def test_a_revoked_center_is_named_with_who_when_and_why():
    place = make_place(centers_complete_from=2010)
    park = place.parks(2014)[0]
    stays, goes = (make_center(park, recognized=2014) for _n in range(2))
    edition = make_edition(place)
    recognition = Recognition.objects.get(center=goes)
    recognition.ended_year, recognition.end_reason = 2014, Recognition.EndReason.REVOKED
    by = make_user("administrator", last_name="Li", first_name="Na")
    writing.save(recognition, by=by, reason="revoked by the ministry")
    [found] = found_in(edition, place, "rd-bodies-held")
    assert (found.then, found.now) == ("2", "1")
    [reason] = found.reasons
    assert reason.about == goes.name
    text = why(found)
    assert "2014" in text and "revoked by the ministry" in text and str(by) in text
    assert stays.name not in text


def test_a_deleted_record_is_named_by_its_last_name():
    place = make_place(centers_complete_from=2010)
    center = make_center(place.parks(2014)[0], recognized=2014, name_en="Salt laboratory")
    edition = make_edition(place)
    writing.delete(center, reason="entered twice")
    [found] = found_in(edition, place, "rd-bodies-new")
    assert found.reasons[0].about == "Salt laboratory"
    assert "entered twice" in why(found)


def test_a_corrected_return_is_the_reason_of_a_changed_sum():
    place = make_place()
    filing = make_return(make_enterprise(place.parks(2014)[0]), 2014, rd_expenditure=700)
    edition = make_edition(place)
    filing.figures.rd_expenditure = 900
    writing.save(filing.figures, reason="slip of the pen")
    [found] = found_in(edition, place, "rd-expenditure")
    assert found.explained
    assert "700" in why(found) and "900" in why(found) and "slip of the pen" in why(found)


def test_a_return_sent_back_is_the_reason_of_a_missing_sum():
    place = make_place()
    filing = make_return(make_enterprise(place.parks(2014)[0]), 2014, rd_expenditure=700)
    edition = make_edition(place)
    filing.state = State.RETURNED
    writing.save(filing, reason="stamp missing")
    filing.figures.approved = False
    writing.save(filing.figures)
    [found] = found_in(edition, place, "rd-expenditure")
    assert "stamp missing" in why(found)


@pytest.mark.parametrize("change", ["target", "published"])
def test_targets_and_published_figures_have_their_reasons(change):
    place = make_place()
    target = make_target(place.zone, "patents-filed", 2014, 90)
    figure = make_published(place.zone, "patents-filed", 2014, 100)
    edition = make_edition(place)
    row = target if change == "target" else figure
    row.value = 120
    writing.save(row, reason="new decision")
    [found] = found_in(edition, place, "patents-filed")
    assert "120" in found.now
    assert "new decision" in why(found)


def test_a_year_that_went_on_needs_no_other_reason():
    place = make_place(projects_complete_from=2010)
    project = make_project(place.parks(2015)[0], is_key=True, begun_year=2015)
    Milestone.objects.create(project=project, name_en="Roof", planned_on=date(2015, 6, 1))
    edition = publish(place, 2015, by=make_user("administrator"), at=AT)
    [found] = found_in(edition, place, "key-projects-on-schedule")
    assert found.went_on and found.explained


def test_a_figure_that_was_not_known_then_differs():
    place = make_place()
    edition = make_edition(place)
    filing = make_return(make_enterprise(place.parks(2014)[0]), 2014, rd_expenditure=700)
    [found] = found_in(edition, place, "rd-expenditure")
    assert (found.then, found.now) == ("–", "CNY 7.0 million")
    assert found.explained and found.reasons[0].about == str(filing.figures)


def test_of_the_next_year_only_targets_are_compared():
    place = make_place(centers_complete_from=2010)
    target = make_target(place.zone, "rd-bodies-new", 2015, 3)
    edition = make_edition(place)
    make_center(place.parks(2015)[0], recognized=2015)
    assert found_in(edition, place, "rd-bodies-new") == []
    target.value = 4
    writing.save(target, reason="new decision")
    [found] = found_in(edition, place, "rd-bodies-new")
    assert found.year == 2015 and "new decision" in why(found)
    assert (found.then, found.now) == ("target 3", "target 4")


def test_an_objective_in_words_is_the_same_in_every_language():
    place = make_place()
    words = {"text_en": "Open the park", "text_zh": "建成园区"}
    target = make_target(place.zone, "patents-filed", 2014, None, **words)
    edition = make_edition(place)
    with translation.override("zh-hans"):
        assert differences_today(edition, today=TODAY, place=place) == []
        target.text_zh = "扩建园区"
        writing.save(target)
        [found] = found_in(edition, place, "patents-filed")
        assert "建成园区" in found.then and "扩建园区" in found.now


def test_amounts_that_are_left_out_are_told_in_no_list_of_changes():
    place = make_place()
    filing = make_return(make_enterprise(place.parks(2014)[0]), 2014, rd_expenditure=700)
    first = make_edition(place)
    filing.figures.rd_expenditure = 900
    writing.save(filing.figures, reason="slip of the pen")
    second = make_edition(place, hide_single_money=True)
    [section] = [each for each in report_of(second, "en").sections if each.key == "changes"]
    text = json.dumps(plain(section))
    assert "slip of the pen" in text
    for amount in ("700", "900", "7.0 million", "9.0 million"):
        assert amount not in text
    assert "7.0 million" in json.dumps(plain(report_of(first, "en")))


def test_another_way_of_counting_is_found_out(monkeypatch):
    place = make_place(centers_complete_from=2010)
    make_center(place.parks(2014)[0], recognized=2014)
    edition = make_edition(place)
    key = "rd-bodies-held"
    count_twice(monkeypatch, key)
    [found] = found_in(edition, place, key)
    assert (found.then, found.now) == ("1", "2")
    assert not found.explained


def test_a_new_edition_lists_its_changes():
    place = make_place(centers_complete_from=2010)
    park = place.parks(2014)[0]
    make_center(park, recognized=2014)
    first = make_edition(place)
    assert "changes" not in {section.key for section in report_of(first, "en").sections}
    make_center(park, recognized=2014, name_en="Late laboratory")
    second = make_edition(place)
    [section] = [each for each in report_of(second, "en").sections if each.key == "changes"]
    [table] = [block for block in section.blocks if isinstance(block, Table)]
    text = json.dumps([[cell.text for cell in row.cells] for row in table.rows])
    assert "Late laboratory" in text


def test_the_differences_are_a_document_of_their_own():
    place = make_place(centers_complete_from=2010)
    center = make_center(place.parks(2014)[0], recognized=2014)
    edition = make_edition(place)
    writing.delete(center)
    found = differences_today(edition, today=TODAY, place=place)
    report = differences_report(edition, place, found, today=TODAY)
    assert any(
        center.name in cell.text
        for table in blocks_of(report, Table)
        for row in table.rows
        for cell in row.cells
    )


# Officials' own texts


def make_text(place, section, **fields):
    of_place = {"park": place.park} if place.park else {"zone": place.zone}
    return writing.save(OwnText(year=2014, section=section, **of_place, **fields))


def test_an_own_text_stands_in_its_section_of_the_draft_and_of_the_edition():
    place = make_place()
    make_text(place, "summary", text_en="Two plants\r\n\nmoved.", text_zh="两家企业搬迁。")
    for code, expected in (("en", ["Two plants\nmoved."]), ("zh-hans", ["两家企业搬迁。"])):
        with translation.override(code):
            report = draft(place, 2014, today=TODAY)
        own = [
            block.text
            for block in report.sections[0].blocks
            if isinstance(block, Paragraph) and block.author
        ]
        assert own == expected
    edition = make_edition(place)
    assert "Two plants" in bytes(edition.kept.content).decode()


def test_a_text_whose_section_is_gone_is_told_as_a_remark():
    place = make_place()
    make_text(place, "long-gone", text_en="Still true.")
    report = draft(place, 2014, today=TODAY)
    last = report.sections[-1]
    assert (last.key, last.blocks[0].text) == ("remarks", "Still true.")


def test_texts_belong_to_one_place_and_year():
    place, other = make_place(), make_place()
    make_text(place, "summary", text_en="Here only.")
    for elsewhere in (other, replace(place, park=place.parks(2014)[0])):
        report = draft(elsewhere, 2014, today=TODAY)
        assert not [each for each in blocks_of(report, Paragraph) if each.author]
    assert not [e for e in blocks_of(draft(place, 2013, today=TODAY), Paragraph) if e.author]


# Verified again


def verify(**options):
    out = StringIO()
    try:
        call_command("verify_editions", stdout=out, **options)
    except CommandError as error:
        out.write(f"failed: {error}")
    return out.getvalue()


def test_unharmed_editions_are_verified():
    place = make_place(centers_complete_from=2010)
    make_center(place.parks(2014)[0], recognized=2014)
    make_edition(place)
    assert verify() == "editions=1 harmed=0 corrected=0 counted_otherwise=0\n"


def test_corrections_are_told_and_are_no_failure():
    place = make_place(centers_complete_from=2010)
    center = make_center(place.parks(2014)[0], recognized=2014)
    make_edition(place)
    writing.delete(center, reason="entered twice")
    told = verify()
    assert "entered twice" in told and "counted_otherwise=0" in told
    assert "failed" not in told


def test_a_harmed_file_fails():
    place = make_place()
    edition = make_edition(place)
    file = edition.files.first().file
    StoredFile.objects.filter(pk=file.pk).update(content=b"other")
    told = verify(year=2014)
    assert file.name in told and "harmed=1" in told and "failed" in told
    assert "harmed=0" in verify(year=2013)


def test_a_changed_way_of_counting_fails(monkeypatch):
    place = make_place(centers_complete_from=2010)
    make_center(place.parks(2014)[0], recognized=2014)
    make_edition(place)
    count_twice(monkeypatch, "rd-bodies-held")
    told = verify()
    assert "failed" in told
    assert "counted_otherwise=0" not in told


def test_a_park_that_left_the_zone_is_named():
    place = make_place(centers_complete_from=2010)
    park = make_park(place.zone)
    whole = Place(place.zone, tuple(zone_links(place.zone.key)))
    make_center(park, recognized=2014)
    edition = make_edition(whole)
    park.links.update(to_year=2013)
    found = differences_today(edition, today=TODAY)
    assert park.name in {each.place for each in found}
    assert not [each for each in found if each.place.startswith("park:")]
