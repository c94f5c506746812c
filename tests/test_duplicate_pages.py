"""Pages of enterprises entered twice: what they show, and to whom."""

import pytest
from django.test import Client
from django.urls import reverse

from enterprises.models import Enterprise, Merge, NotTheSame, Return
from tests import factories as make
from tests.admin_forms import fields_of, unnamed_inputs
from zonetrack import writing
from zonetrack.access import roles

pytestmark = pytest.mark.django_db
LIST = "/admin/duplicates/"


@pytest.fixture
def pair(park):
    """Two rows of one firm: (to be kept, to go)."""
    kept = make.make_enterprise(park, name_zh="示例材料有限公司", name_en="")
    gone = make.make_enterprise(park, name_zh="示例材料公司", name_en="", registered_year=2001)
    make.make_return(kept, 2014, revenue=1)
    make.make_return(gone, 2014, revenue=2)
    make.make_title(park, enterprise=gone)
    return kept, gone


def signed_in(role, **place):
    client = Client()
    client.force_login(make.make_user(role, **place))
    return client


@pytest.fixture
def manager(park):
    return signed_in(roles.MANAGER, zone=park.home_zone)


def url_of(pair):
    return reverse("merge", args=[one.pk for one in pair])


def send(client, pair, **typed):
    values = fields_of(client.get(url_of(pair))) | {"reason": "Entered twice"} | typed
    return client.post(url_of(pair), values)


def test_the_list_names_both_with_why_and_leads_to_the_preview(manager, pair):
    page = manager.get(LIST)
    text = page.content.decode()
    assert "示例材料公司" in text
    assert "Same name" in text
    assert url_of(pair) in text
    assert not unnamed_inputs(page)


def test_data_entry_sees_the_list_and_merges_nothing(park, pair):
    staff = signed_in(roles.STAFF, zone=park.home_zone)
    page = staff.get(LIST).content.decode()
    assert "示例材料公司" in page
    assert url_of(pair) not in page
    assert staff.get(url_of(pair)).status_code == 403
    assert staff.post(url_of(pair), {"reason": "x"}).status_code == 403
    both = {"first": pair[0].pk, "second": pair[1].pk}
    assert staff.post(f"{LIST}not-the-same/", both).status_code == 403
    assert Enterprise.objects.count() == 2


@pytest.mark.parametrize("path", [LIST, f"{LIST}1/2/", f"{LIST}done/1/"])
def test_without_a_role_for_entering_there_is_nothing(client, park, path):
    assert client.get(path).status_code == 302
    assert signed_in(roles.READER, zone=park.home_zone).get(path).status_code in (302, 403)


def test_another_zones_enterprises_are_not_found(park, pair):
    stranger = signed_in(roles.MANAGER, zone=make.make_park().home_zone)
    assert "示例材料" not in stranger.get(LIST).content.decode()
    assert stranger.get(url_of(pair)).status_code == 404
    assert stranger.post(url_of(pair), {"reason": "x"}).status_code == 404
    both = {"first": pair[0].pk, "second": pair[1].pk}
    assert stranger.post(f"{LIST}not-the-same/", both).status_code == 404
    assert Enterprise.objects.count() == 2


def test_the_preview_shows_values_clashes_and_what_moves(manager, pair):
    page = manager.get(url_of(pair))
    text = page.content.decode()
    assert [one.name for one in page.context["values"]] == ["take-name_zh", "take-registered"]
    assert [one.label for one in page.context["clashes"]] == ["Yearly return"]
    assert "Operating revenue: 2" in text
    assert [(label, n) for label, n, _names in page.context["moving"]] == [("Titles", 1)]
    assert not unnamed_inputs(page)


def test_merging_with_choices_and_undoing(manager, pair):
    kept, gone = pair
    clash = next(
        one.name for one in manager.get(url_of(pair)).context["clashes"] if "return" in one.name
    )
    answer = send(manager, pair, **{clash: "gone", "take-registered": "gone", "kind": "former"})
    done = Merge.objects.get()
    assert answer.url == done.get_absolute_url()
    kept.refresh_from_db()
    assert (kept.registered_year, kept.names.get().kind) == (2001, "former")
    assert Return.objects.get().figures.revenue == 2
    assert done.done_by.pk == int(manager.session["_auth_user_id"])
    page = manager.get(answer.url)
    assert "Titles: 1" in page.content.decode()
    assert "Undo the merge" in page.content.decode()
    undone = manager.post(f"{answer.url}undo/", {"reason": "Two firms"}, follow=True)
    assert "Everything is as it was before." in undone.content.decode()
    assert Enterprise.objects.get(pk=gone.pk).name_zh == "示例材料公司"
    assert Return.objects.count() == 2


def test_a_double_click_merges_once_and_leads_to_the_same_page(manager, pair):
    values = fields_of(manager.get(url_of(pair))) | {"reason": "Entered twice"}
    first, second = (manager.post(url_of(pair), values) for _click in range(2))
    assert first.url == second.url
    assert Merge.objects.count() == 1
    again = [manager.post(f"{first.url}undo/", {"reason": "No"}) for _click in range(2)]
    assert [answer.status_code for answer in again] == [302, 302]
    assert Enterprise.objects.count() == 2


def test_a_preview_that_is_out_of_date_comes_again(manager, pair):
    values = fields_of(manager.get(url_of(pair))) | {"reason": "Entered twice"}
    writing.save(Enterprise.objects.get(pk=pair[1].pk))
    page = manager.post(url_of(pair), values)
    assert "Something has been changed since this page was opened" in page.content.decode()
    assert 'value="Entered twice"' in page.content.decode()
    assert Enterprise.objects.count() == 2
    values["token"] = fields_of(page)["token"]
    assert manager.post(url_of(pair), values).status_code == 302


def test_without_a_reason_nothing_is_merged_or_undone(manager, pair):
    assert "Say why the two are one" in send(manager, pair, reason=" \0").content.decode()
    done = send(manager, pair).url
    assert "Say why the merge is undone" in manager.post(f"{done}undo/").content.decode()
    assert Merge.objects.get().undone_at is None


def test_a_closed_year_is_named_before_and_refused_after(manager, park, pair):
    values = fields_of(manager.get(url_of(pair))) | {"reason": "Entered twice"}
    make.make_year(park.home_zone, 2014, closed=True)
    page = manager.get(url_of(pair)).content.decode()
    assert f"2014 · {park.home_zone.name}" in page
    assert "Merge them" not in page
    assert "2014 is closed" in manager.post(url_of(pair), values).content.decode()
    assert Enterprise.objects.count() == 2


def test_records_outside_the_zones_managed_are_counted_not_named(manager, pair):
    elsewhere = make.make_park()
    make.make_project(elsewhere, enterprise=pair[1], name_en="Hidden project")
    page = manager.get(url_of(pair)).content.decode()
    assert "1 record of the two lies outside" in page
    assert "Hidden project" not in page
    assert manager.post(url_of(pair), {"reason": "x"}).status_code == 403
    assert send(signed_in("administrator"), pair).status_code == 302


def test_a_pair_that_is_not_the_same_is_remembered_and_can_be_listed_again(manager, pair):
    both = {"first": pair[1].pk, "second": pair[0].pk, "note": "Two firms"}
    for _click in range(2):
        assert manager.post(f"{LIST}not-the-same/", both).status_code == 302
    row = NotTheSame.objects.get()
    assert (row.first, row.second, row.history.get().history_change_reason) == (*pair, "Two firms")
    assert url_of(pair) not in manager.get(LIST).content.decode()
    assert manager.post(f"{LIST}not-the-same/{row.pk}/").status_code == 302
    assert url_of(pair) in manager.get(LIST).content.decode()


def test_what_is_merged_is_seen_and_undone_only_by_who_manages_it(park, manager, pair):
    done = send(manager, pair).url
    stranger = signed_in(roles.MANAGER, zone=make.make_park().home_zone)
    staff = signed_in(roles.STAFF, park=park)
    assert stranger.get(done).status_code == 404
    assert stranger.post(f"{done}undo/", {"reason": "x"}).status_code == 404
    assert staff.get(done).status_code == 200
    assert staff.post(f"{done}undo/", {"reason": "x"}).status_code == 403
    assert Enterprise.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"token": ""},
        {"token": "\0" * 10},
        {"kind": "forged", "token": "x"},
        {"stays-enterprises.return-1": "both", "token": "9" * 400},
    ],
)
def test_forged_forms_are_refused_with_a_page(manager, pair, typed):
    assert send(manager, pair, **typed).status_code == 200
    assert Enterprise.objects.count() == 2


@pytest.mark.parametrize(
    "keys", [("", ""), ("1", "1"), ("x", "2"), ("9" * 18, "1"), ("9" * 400, "1"), ("１", "٣")]
)
def test_forged_keys_are_not_found(manager, pair, keys):
    values = dict(zip(("first", "second"), keys, strict=True))
    assert manager.post(f"{LIST}not-the-same/", values).status_code in (403, 404)
    assert manager.get(f"{LIST}{'9' * 30}/1/").status_code == 404
    assert manager.get(f"{LIST}{pair[0].pk}/{pair[0].pk}/").status_code == 403
    assert manager.get(f"{LIST}?reason=x&page=9999999999999999999999").status_code == 200
    assert manager.get(f"{LIST}done/{'9' * 30}/").status_code == 404


def test_a_second_click_at_the_same_moment_decides_once(manager, pair, monkeypatch):
    save, delete = writing.save, writing.delete
    first, second = pair
    monkeypatch.setattr(
        writing,
        "save",
        lambda row, **more: [save(NotTheSame(first=first, second=second)), save(row, **more)],
    )
    sent = manager.post(reverse("not-the-same"), {"first": first.pk, "second": second.pk})
    assert (sent.status_code, NotTheSame.objects.count()) == (302, 1)

    monkeypatch.setattr(writing, "delete", lambda row, **more: [delete(row), delete(row, **more)])
    row = NotTheSame.objects.get()
    sent = manager.post(reverse("maybe-the-same", args=[row.pk]))
    assert (sent.status_code, NotTheSame.objects.count()) == (302, 0)


def test_a_merge_that_deleted_something_in_another_park_is_not_undone_by_its_manager(manager, park):
    kept, gone = make.make_enterprise(park), make.make_enterprise(park)
    make.make_return(kept, 2014, park=park)
    make.make_return(gone, 2014, park=make.make_park(), state="draft")
    administrator = signed_in(None, is_superuser=True, is_staff=True)
    done = send(administrator, (kept, gone)).url
    assert Return.objects.count() == 1
    assert manager.get(done).status_code == 200
    assert manager.post(f"{done}undo/", {"reason": "Back"}).status_code == 403
    assert Return.objects.count() == 1
    administrator.post(f"{done}undo/", {"reason": "Back"})
    assert Return.objects.count() == 2


def test_what_an_undone_merge_left_elsewhere_is_counted_and_not_named(park):
    elsewhere = make.make_park()
    kept = make.make_enterprise(park)
    gone = make.make_enterprise(elsewhere, name_zh="远方公司", name_en="Far works")
    project = make.make_project(elsewhere, enterprise=gone, name_en="Far project")
    administrator = signed_in("administrator")
    done = send(administrator, (kept, gone)).url
    project.refresh_from_db()
    project.name_en = "Far project, named anew"
    writing.save(project)
    administrator.post(f"{done}undo/", {"reason": "Back"})
    assert "Far project" in administrator.get(done).content.decode()
    text = signed_in(roles.MANAGER, zone=park.home_zone).get(done).content.decode()
    assert "enterprise outside your parks" in text and "Far" not in text
    assert "1 record was edited since" in text
