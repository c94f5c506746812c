"""Two rows for one enterprise become one, and two again."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from enterprises import merge_plans, merging, unmerging
from enterprises.merge_plans import GONE, KEPT
from enterprises.models import (
    Enterprise,
    EnterpriseName,
    KeyMark,
    Location,
    Merge,
    NotTheSame,
    Return,
    Title,
    YearlyFigures,
)
from patents.models import PatentHolder
from rd_centers.models import Center, CenterHost
from tests import factories as make
from tests.test_evidence import make_attachment
from tests.test_lists import make_achievement, make_application, make_cooperation
from zonetrack import writing
from zonetrack.evidence.models import Attachment
from zonetrack.years.closing import ClosedYear

pytestmark = pytest.mark.django_db
AT = datetime(2015, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def kept(park):
    return make.make_enterprise(park, name_zh="示例材料有限公司", name_en="Example Materials")


@pytest.fixture
def gone():
    return make.make_enterprise(False, name_zh="示例材料公司", name_en="")


def merge(kept, gone, **decided):
    kept, gone = (Enterprise.objects.get(pk=one.pk) for one in (kept, gone))
    values = {"taken": {}, "stays": {}, "reason": "Entered twice", "at": AT}
    token = merge_plans.plan_of(kept, gone).token
    return merging.merge(kept.pk, gone.pk, **{"token": token} | values | decided)


def undo(done, **values):
    return unmerging.undo(done.pk, **{"reason": "Two firms", "at": AT} | values)


def state():
    """All rows that a merge may touch, without versions."""
    models = {link.model for link in merge_plans.links_to_enterprises()}
    models |= {Enterprise, YearlyFigures, Attachment, NotTheSame}
    names = {model: [f.attname for f in model._meta.concrete_fields] for model in models}
    return {
        model: sorted(
            map(str, model._base_manager.values(*(n for n in names[model] if n != "version")))
        )
        for model in models
    }


def make_everything(enterprise, park):
    """One row of every kind that names an enterprise."""
    make.make_return(enterprise, 2014, park=park, revenue=5)
    make.make_title(park, enterprise=enterprise)
    make.make_center(park, host=enterprise)
    CenterHost.objects.create(center=make.make_center(park), enterprise=enterprise)
    make.make_patent(park, holder=enterprise)
    make.make_project(park, enterprise=enterprise)
    for maker in (make_application, make_cooperation, make_achievement):
        row = maker(park)
        type(row).objects.filter(pk=row.pk).update(enterprise=enterprise)
    KeyMark.objects.create(enterprise=enterprise, park=park, year=2013)
    EnterpriseName.objects.create(enterprise=enterprise, name="Old name")
    daughter = make.make_enterprise(park, parent=enterprise)
    make.make_return(daughter, 2014)
    daughter.successor = enterprise
    daughter.save()


def test_every_row_of_the_one_follows_the_other_with_history(park, kept, gone):
    make_everything(gone, park)
    by = make.make_user()
    done = merge(kept, gone, by=by)
    for link in merge_plans.links_to_enterprises():
        rows = link.model._base_manager
        assert not rows.filter(**{link.name: gone.pk}).exists(), link
        assert rows.filter(**{link.name: kept.pk}).exists(), link
        row = rows.filter(**{link.name: kept.pk}).latest("pk")
        entry = row.history.latest()
        if link.model not in (EnterpriseName, Location):
            assert (entry.history_type, entry.history_change_reason) == ("~", "Entered twice")
            assert entry.history_user == by
    assert not Enterprise.objects.filter(pk=gone.pk).exists()
    assert Enterprise.history.filter(id=gone.pk).latest().history_type == "-"
    assert (done.kept, done.gone_key, done.done_by, done.done_at) == (kept, gone.pk, by, AT)


def test_undoing_restores_every_row(park, kept, gone):
    make_everything(gone, park)
    make.make_title(park, enterprise=kept)
    first, second = sorted([kept, gone], key=lambda one: one.pk)
    NotTheSame.objects.create(first=first, second=second)
    before = state()
    done = merge(kept, gone, taken={"name_zh": GONE})
    assert state() != before
    by = make.make_user()
    done = undo(done, by=by)
    assert done.left == []
    assert state() == before
    assert (done.undone_by, done.undone_at, done.undone_reason) == (by, AT, "Two firms")
    entry = Enterprise.history.filter(id=gone.pk).latest()
    assert (entry.history_type, entry.history_change_reason) == ("+", "Two firms")


def test_the_name_that_goes_is_still_found(kept, gone):
    merge(kept, gone, kind=EnterpriseName.Kind.FORMER)
    name = kept.names.get()
    assert (name.name, name.kind) == ("示例材料公司", "former")


def test_a_daughter_merged_with_its_parent_is_its_daughter_again_afterwards(kept, gone):
    Enterprise.objects.filter(pk=kept.pk).update(parent=gone)
    before = state()
    assert undo(merge(kept, gone)).left == []
    assert state() == before


def test_values_are_taken_from_either_and_empty_ones_filled(kept, gone):
    Enterprise.objects.filter(pk=gone.pk).update(
        credit_code="91630000757444427N", registered_year=2001, note="Moved in 2001"
    )
    plan = merge_plans.plan_of(kept, Enterprise.objects.get(pk=gone.pk))
    proposed = {one.key: one.proposed for one in plan.differences}
    assert proposed == {
        "name_zh": KEPT, "credit_code": GONE, "registered": KEPT, "note": GONE,
    }  # fmt: skip
    merge(kept, gone, taken={"name_zh": GONE, "registered": GONE, "note": KEPT})
    kept.refresh_from_db()
    assert (kept.name_zh, kept.credit_code) == ("示例材料公司", "91630000757444427N")
    assert (kept.registered_year, kept.note) == (2001, "")
    assert [row.name for row in kept.names.all()] == ["示例材料有限公司"]


def test_the_daughter_of_the_one_that_goes_does_not_become_its_own(kept, gone):
    Enterprise.objects.filter(pk=kept.pk).update(parent=gone, successor=gone)
    merge(kept, gone)
    kept.refresh_from_db()
    assert (kept.parent, kept.successor) == (None, None)


# What can stand only once


def only_clash(kept, gone):
    [clash] = merge_plans.plan_of(kept, gone).clashes
    return clash


@pytest.mark.parametrize(("side", "revenue"), [(KEPT, 1), (GONE, 2)])
def test_of_two_returns_of_a_year_one_stays_by_choice(park, kept, gone, side, revenue):
    make.make_return(kept, 2014, revenue=1)
    other = make.make_return(gone, 2014, park=park, revenue=2)
    make_attachment(other)
    before = state()
    clash = only_clash(kept, gone)
    done = merge(kept, gone, stays={clash.key: side})
    filing = Return.objects.get()
    assert (filing.enterprise, filing.figures.revenue) == (kept, revenue)
    assert Attachment.objects.count() == (side == GONE)
    assert undo(done).left == []
    assert state() == before


def test_the_return_that_has_come_further_is_proposed(park, kept, gone):
    make.make_return(kept, 2014, state="draft")
    make.make_return(gone, 2014, park=park, state="approved")
    assert only_clash(kept, gone).proposed == GONE


@pytest.mark.parametrize("year", [2014, 2015])
def test_a_title_held_twice_at_once_is_a_choice(park, kept, gone, year):
    make.make_title(park, enterprise=kept, awarded_year=2014, batch="1")
    make.make_title(park, enterprise=gone, awarded_year=year, batch="1")
    clash = only_clash(kept, gone)
    merge(kept, gone, stays={clash.key: GONE})
    assert Title.objects.get().awarded_year == year


def test_titles_one_after_the_other_both_stay(park, kept, gone):
    make.make_title(park, enterprise=kept, awarded_year=2010, expires_year=2013)
    make.make_title(park, enterprise=gone, awarded_year=2013)
    merge(kept, gone)
    assert Title.objects.filter(enterprise=kept).count() == 2


def test_the_enterprise_stays_in_one_park_at_a_time(park, kept, gone):
    earlier = Location.objects.create(enterprise=gone, park=park, from_year=2001)
    clash = only_clash(kept, gone)
    assert clash.proposed == GONE
    merge(kept, gone)
    assert Location.objects.get() == earlier


def test_equal_rows_become_one_without_a_question(park, kept, gone):
    center = make.make_center(park)
    for one in (kept, gone):
        KeyMark.objects.create(enterprise=one, park=park, year=2013)
        CenterHost.objects.create(center=center, enterprise=one)
    assert all(clash.equal for clash in merge_plans.plan_of(kept, gone).clashes)
    merge(kept, gone)
    assert (KeyMark.objects.count(), CenterHost.objects.count()) == (1, 1)


def test_a_patent_of_both_keeps_its_first_holder(park, kept, gone):
    patent = make.make_patent(park, holder=gone)
    PatentHolder.objects.create(patent=patent, order=2, enterprise=kept)
    merge(kept, gone)
    holder = PatentHolder.objects.get()
    assert (holder.enterprise, holder.order) == (kept, 1)


def test_a_choice_that_is_none_is_refused(park, kept, gone):
    make.make_return(kept, 2014, revenue=1)
    make.make_return(gone, 2014, park=park)
    with pytest.raises(ValidationError, match="Choose whose"):
        merge(kept, gone, stays={only_clash(kept, gone).key: "both"})


# Refusals


def test_a_closed_year_refuses_the_merge_as_a_whole(park, kept, gone):
    make.make_title(park, enterprise=gone, awarded_year=2013)
    make.make_title(park, enterprise=gone, awarded_year=2014, kind=make.make_title_kind(key="x"))
    make.make_year(park.home_zone, 2013, closed=True)
    before = state()
    assert merge_plans.closed_years(merge_plans.plan_of(kept, gone)) == [
        (park.home_zone.name, 2013)
    ]
    with pytest.raises(ClosedYear, match="2013 is closed"):
        merge(kept, gone)
    assert state() == before
    assert not Merge.objects.exists()


def test_a_closed_year_refuses_the_undoing_as_a_whole(park, kept, gone):
    make.make_title(park, enterprise=gone, awarded_year=2013)
    done = merge(kept, gone)
    make.make_year(park.home_zone, 2013, closed=True)
    before = state()
    with pytest.raises(ClosedYear):
        undo(done)
    assert state() == before
    done.refresh_from_db()
    assert done.undone_at is None


@pytest.mark.parametrize("what", ["kept", "gone", "row", "figures", "new row"])
def test_a_preview_that_is_out_of_date_is_refused(park, kept, gone, what):
    filing = make.make_return(gone, 2014, park=park, revenue=1)
    token = merge_plans.plan_of(kept, gone).token
    if what == "new row":
        make.make_title(park, enterprise=gone)
    else:
        row = {"kept": kept, "gone": gone, "row": filing, "figures": filing.figures}[what]
        writing.save(type(row).objects.get(pk=row.pk))
    with pytest.raises(merging.Outdated):
        merge(kept, gone, token=token)


def test_the_same_merge_twice_is_refused(kept, gone):
    token = merge_plans.plan_of(kept, gone).token
    merge(kept, gone, token=token)
    with pytest.raises(merging.Outdated):
        merging.merge(kept.pk, gone.pk, token=token, taken={}, stays={}, reason="Again", at=AT)
    assert Merge.objects.count() == 1


def test_an_enterprise_is_not_merged_with_itself(kept):
    with pytest.raises(merging.Outdated):
        merging.merge(kept.pk, kept.pk, token="", taken={}, stays={}, reason="x", at=AT)


def test_a_reason_is_needed(kept, gone):
    with pytest.raises(ValidationError):
        merge(kept, gone, reason=" ")
    with pytest.raises(ValidationError):
        undo(merge(kept, gone), reason="")


def test_values_that_contradict_one_another_are_refused(kept, gone):
    Enterprise.objects.filter(pk=gone.pk).update(closed_year=1999, registered_year=1990)
    with pytest.raises(ValidationError):
        merge(kept, gone, taken={"closed": GONE})
    assert Enterprise.objects.filter(pk=gone.pk).exists()


# Undoing where somebody has edited since


def test_what_was_edited_since_is_left_and_named(park, kept, gone):
    edited = make.make_title(park, enterprise=gone)
    filing = make.make_return(gone, 2014, park=park, revenue=1)
    deleted = make.make_project(park, enterprise=gone)
    other = make.make_patent(park, holder=gone).holders.get()
    done = merge(kept, gone, taken={"name_zh": GONE})
    writing.save(change(edited, note="Seen"))
    writing.save(change(filing.figures, revenue=7))
    writing.delete(type(deleted).objects.get(pk=deleted.pk))
    writing.save(change(kept, name_zh="示例新材料公司"))
    done = undo(done)
    edited.refresh_from_db()
    filing.refresh_from_db()
    other.refresh_from_db()
    kept.refresh_from_db()
    assert (edited.enterprise, filing.enterprise, other.enterprise) == (kept, kept, gone)
    assert kept.name_zh == "示例新材料公司"
    assert len(done.left) == 4
    assert any("name in Chinese was changed since" in one for one in done.left)
    assert any(one.startswith("Title: ") for one in done.left)


def change(row, **values):
    row = type(row).objects.get(pk=row.pk)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def test_a_record_in_the_place_of_a_deleted_one_is_named(park, kept, gone):
    make.make_return(kept, 2014)
    make.make_return(gone, 2014, park=park, state="draft")
    done = merge(kept, gone)
    filing = Return.objects.get()
    writing.save(change(filing, comment="Seen"))
    assert undo(done).left == []
    assert Return.objects.count() == 2


def test_a_merge_is_undone_once(kept, gone):
    done = undo(merge(kept, gone))
    assert undo(done).undone_at == AT
    assert Enterprise.objects.count() == 2


def test_merges_one_after_the_other_are_undone_in_turn(park, kept, gone):
    third = make.make_enterprise(False, name_zh="第三")
    before = state()
    first = merge(kept, gone)
    second = merge(third, kept)
    with pytest.raises(ValidationError, match="no longer there"):
        undo(first)
    undo(second)
    assert undo(first).left == []
    assert state() == before


def test_a_code_that_somebody_else_has_by_now_refuses_the_undoing(kept, gone):
    Enterprise.objects.filter(pk=gone.pk).update(credit_code="91630000757444427N")
    done = merge(kept, gone)
    writing.save(change(kept, credit_code=None))
    make.make_enterprise(False, credit_code="91630000757444427N")
    with pytest.raises(ValidationError, match="cannot be made again"):
        undo(done)


def test_no_link_to_an_enterprise_is_forgotten(kept, gone):
    """Whatever names the one that goes is moved first; a link unknown to `links` would protect."""
    models = {link.model for link in merge_plans.links_to_enterprises()}
    assert {Return, Title, Center, CenterHost, PatentHolder, Location, KeyMark} <= models
    make.make_title(make.make_park(), enterprise=gone)
    with pytest.raises(ProtectedError):
        writing.delete(gone)
