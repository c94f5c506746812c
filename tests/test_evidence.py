"""Certificates, notices and scans at records: added, listed, handed out, removed."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from rd_centers.models import Recognition
from tests import factories as make
from tests.admin_forms import add_url, change_url, errors_of, opened, post_change
from tests.test_details import panel
from tests.test_kinds_of_files import DOCX, JPG, PDF, PNG, packed
from zonetrack import writing
from zonetrack.access import roles
from zonetrack.evidence import keeping
from zonetrack.evidence.models import OWNERS, Attachment, owner_column
from zonetrack.files import models as files
from zonetrack.files.models import StoredFile
from zonetrack.years.closing import ClosedYear

pytestmark = pytest.mark.django_db
AT = datetime(2015, 2, 3, 4, 5, tzinfo=UTC)


def make_owner(kind, park):
    if kind == "recognition":
        return make.make_center(park).recognitions.get()
    if kind == "title":
        return make.make_title(park)
    if kind == "project":
        return make.make_project(park)
    if kind == "filing":
        return make.make_return(park=park)
    return make.make_published(park)


def make_attachment(owner, name="certificate.pdf", content=PDF, **more):
    return keeping.attach(owner, name, content, at=AT, **more)[0]


def upload(name="certificate.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="text/html")


def form_of(owner):
    """Address of the form in which the owner's files are, and the prefix of its fields there."""
    if owner_column(owner) == "recognition":
        return change_url(owner.center), "recognitions-0-"
    return change_url(owner), ""


def add(client, owner, *uploads, **typed):
    url, prefix = form_of(owner)
    return post_change(client, url, **{f"{prefix}evidence_files": list(uploads)}, **typed)


def signed_in(role, **place):
    client = Client()
    client.force_login(make.make_user(role, **place))
    return client


def manager_of(park):
    return signed_in(roles.MANAGER, zone=park.home_zone)


# Adding


@pytest.mark.parametrize("kind", OWNERS)
def test_a_file_added_in_the_form_stands_at_its_record(park, kind):
    owner, client = make_owner(kind, park), manager_of(park)
    url, prefix = form_of(owner)
    answer = add(client, owner, upload("证书.pdf"), **{f"{prefix}evidence_label": "Certificate"})
    assert answer.status_code == 302, errors_of(answer)
    row = Attachment.objects.get()
    assert (row.owner, row.label, row.file.name) == (owner, "Certificate", "证书.pdf")
    assert (row.file.kind, row.file.size, bytes(row.file.content)) == ("pdf", len(PDF), PDF)
    entry = row.history.get()
    assert entry.history_user_id == row.file.added_by_id == int(client.session["_auth_user_id"])
    assert entry.channel == "admin"
    assert "证书.pdf" in client.get(url).content.decode()


@pytest.mark.parametrize("kind", OWNERS)
def test_the_page_of_a_record_lists_its_files_and_the_history_tells_of_them(park, kind):
    owner = make_owner(kind, park)
    row = make_attachment(owner, label="Notice", by=make.make_user(first_name="Li"))
    reader = signed_in(roles.READER, zone=park.home_zone)
    shown = panel(reader.get(owner.get_absolute_url()), "evidence").table.rows[0]
    assert shown[0].text == "certificate.pdf"
    assert shown[0].url == reverse("evidence", args=[row.pk])
    assert "PDF · 73\xa0bytes · Li" in shown[0].sub
    assert shown[-1].text == "Notice"
    changes = panel(manager_of(park).get(owner.get_absolute_url()), "changes").items
    assert any("certificate.pdf" in cell.text for cell in changes)
    url, _prefix = form_of(owner)
    history = manager_of(park).get(url.replace("/change/", "/history/")).content.decode()
    assert "certificate.pdf" in history


def test_several_files_come_at_once_and_with_a_new_record(park):
    kind = make.make_title_kind()
    client, enterprise = manager_of(park), make.make_enterprise(park)
    typed = opened(client, add_url(make.Title)) | {
        "kind": kind.pk,
        "enterprise": enterprise.pk,
        "park": park.pk,
        "awarded_year": "2014",
        "evidence_files": [upload("a.pdf"), upload("b.png", PNG)],
    }
    assert client.post(add_url(make.Title), typed).status_code == 302
    title = make.Title.objects.get()
    assert [row.file.name for row in title.attachments.all()] == ["a.pdf", "b.png"]


def test_a_new_recognition_takes_its_certificate_with_it(park):
    center, client = make.make_center(park), manager_of(park)
    new = {
        "recognitions-1-level": "national",
        "recognitions-1-year": "2015",
        "recognitions-1-evidence_files": [upload()],
    }
    assert post_change(client, change_url(center), **new).status_code == 302
    assert Attachment.objects.get().recognition == Recognition.objects.get(level="national")


def test_the_same_file_stands_at_a_record_once(park):
    title, client = make.make_title(park), manager_of(park)
    add(client, title, upload())
    answer = client.post(
        change_url(title),
        opened(client, change_url(title)) | {"evidence_files": [upload("again.pdf")]},
        follow=True,
    )
    assert "The record has this file already: certificate.pdf" in answer.content.decode()
    assert Attachment.objects.count() == StoredFile.objects.count() == 1
    make_attachment(make.make_title(park))
    assert Attachment.objects.count() == 2


def test_a_form_sent_twice_adds_a_file_once(park):
    title, client = make.make_title(park), manager_of(park)
    typed = opened(client, change_url(title))
    for _click in range(2):
        answer = client.post(change_url(title), typed | {"evidence_files": [upload()]})
        assert answer.status_code == 302
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("page.pdf", b"<!DOCTYPE html><script>alert(1)</script>", "this is none of them"),
        ("drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "this is none of them"),
        ("program.docx", b"MZ\x90\x00", "this is none of them"),
        ("macros.docx", packed(types="macroEnabled"), "holds macros"),
        ("both.jpg", JPG + DOCX, "two kinds of file"),
        ("empty.pdf", b"", "empty"),
    ],
)
def test_what_is_not_kept_comes_back_with_the_reason(park, name, content, sentence):
    answer = add(manager_of(park), make.make_title(park), upload(name, content))
    assert sentence in errors_of(answer)
    assert not StoredFile.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(park, monkeypatch):
    monkeypatch.setattr("zonetrack.evidence.fields.LARGEST", 50)
    answer = add(manager_of(park), make.make_title(park), upload())
    assert "certificate.pdf: a file may have 10 MB." in errors_of(answer)
    assert files.LARGEST == 10 * 1024 * 1024


def test_more_files_than_may_come_at_once_are_refused(park):
    uploads = [upload(f"{n}.pdf", PDF + b"%d" % n) for n in range(11)]
    assert "at most 10" in errors_of(add(manager_of(park), make.make_title(park), *uploads))


@pytest.mark.parametrize("kind", OWNERS[:4])
def test_a_closed_year_takes_no_files_and_loses_none(park, kind):
    owner, client = make_owner(kind, park), manager_of(park)
    row = make_attachment(owner)
    make.make_year(park.home_zone, 2014, closed=True)
    assert "2014 is closed" in errors_of(add(client, owner, upload("b.png", PNG)))
    with pytest.raises(ClosedYear):
        keeping.remove(row, reason="Wrong")
    assert Attachment.objects.get() == row
    assert StoredFile.objects.count() == 1


def test_the_notice_that_revokes_a_center_of_a_closed_year_can_be_added(park):
    make.make_year(park.home_zone, 2014, closed=True)
    recognition = make.make_center(park, recognized=2014).recognitions.get()
    recognition.ended_year, recognition.end_reason = 2016, "revoked"
    writing.save(recognition)
    assert make_attachment(recognition).recognition == recognition


# Removing


@pytest.mark.parametrize("kind", OWNERS)
def test_a_file_is_removed_with_a_reason_that_the_history_keeps(park, kind):
    owner, client = make_owner(kind, park), manager_of(park)
    row = make_attachment(owner)
    url, prefix = form_of(owner)
    typed = {f"{prefix}evidence_removed": row.pk}
    assert "why a file is removed" in errors_of(post_change(client, url, **typed))
    assert Attachment.objects.exists()
    assert post_change(client, url, **typed, reason="Another firm's").status_code == 302
    assert not Attachment.objects.exists()
    gone = Attachment.history.filter(id=row.pk).latest()
    assert (gone.history_type, gone.history_change_reason) == ("-", "Another firm's")
    assert client.get(reverse("evidence", args=[row.pk])).status_code == 404
    assert "certificate.pdf" in client.get(url.replace("/change/", "/history/")).content.decode()


def test_only_files_of_the_record_itself_can_be_removed_in_its_form(park):
    other = make_attachment(make.make_title(park))
    title = make.make_title(park)
    for forged in (other.pk, 10**30, "x", "1\0"):
        answer = post_change(
            manager_of(park), change_url(title), evidence_removed=forged, reason="x"
        )
        assert errors_of(answer)
    assert Attachment.objects.get() == other


@pytest.mark.parametrize("kind", OWNERS)
def test_deleting_a_record_deletes_its_files_and_leaves_their_history(park, kind):
    row = make_attachment(make_owner(kind, park))
    writing.delete(row.owner, reason="Entered twice")
    gone = Attachment.history.filter(id=row.pk).latest()
    assert (gone.history_type, gone.history_change_reason) == ("-", "Entered twice")
    assert not Attachment.objects.exists()


def test_a_reason_is_asked_for_below_the_form_too(park):
    with pytest.raises(ValidationError):
        keeping.remove(make_attachment(make.make_title(park)), reason=" ")


# Handing out


@pytest.mark.parametrize("kind", OWNERS)
def test_whoever_sees_the_record_gets_the_file_and_nobody_else(client, park, kind):
    row = make_attachment(make_owner(kind, park))
    url = reverse("evidence", args=[row.pk])
    assert client.get(url).status_code == 302
    assert signed_in(roles.READER, park=park).get(url).content == PDF
    assert signed_in("administrator").get(url).content == PDF
    stranger = signed_in(roles.MANAGER, zone=make.make_park().home_zone)
    assert stranger.get(url).status_code == 404
    assert stranger.get(row.owner.get_absolute_url()).status_code == 404
    assert stranger.get(reverse("evidence", args=[row.pk + 1])).status_code == 404


def test_a_file_of_a_zones_figure_is_for_readers_of_the_whole_zone(park):
    row = make_attachment(make.make_published(park.home_zone))
    url = reverse("evidence", args=[row.pk])
    assert signed_in(roles.READER, zone=park.home_zone).get(url).status_code == 200
    assert signed_in(roles.READER, park=park).get(url).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "media"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.jpg", JPG, "image/jpeg"),
        ("a.png", PNG, "image/png"),
        ("a.html", DOCX, "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_a_file_is_saved_never_shown(park, name, content, media):
    row = make_attachment(make.make_title(park), name, content)
    answer = signed_in(roles.READER, park=park).get(reverse("evidence", args=[row.pk]))
    assert media in answer["Content-Type"]
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store, private"


def test_the_name_under_which_a_file_is_saved_cannot_break_the_answer(park):
    name = '证书\r\nSet-Cookie: a=b"; filename=x.exe.pdf'
    row = make_attachment(make.make_title(park), name)
    answer = signed_in(roles.READER, park=park).get(reverse("evidence", args=[row.pk]))
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%AF%81")
    assert "Set-Cookie" not in answer


def test_a_file_is_only_read_not_sent_to(park):
    row = make_attachment(make.make_title(park))
    url = reverse("evidence", args=[row.pk])
    assert signed_in(roles.READER, park=park).post(url).status_code == 405


# Rights and rules


def test_data_entry_adds_files_in_its_own_park_only(park):
    staff = signed_in(roles.STAFF, park=park)
    assert add(staff, make.make_title(park), upload()).status_code == 302
    other = make.make_title(make.make_park(park.home_zone))
    typed = {"evidence_files": [upload()]}
    assert staff.post(change_url(other), typed).status_code in (302, 403, 404)
    assert Attachment.objects.count() == 1


def test_a_reader_adds_nothing(park):
    title = make.make_title(park)
    answer = signed_in(roles.READER, park=park).post(
        change_url(title), {"evidence_files": [upload()]}
    )
    assert answer.status_code in (302, 403)
    assert not Attachment.objects.exists()


def test_an_approved_return_takes_files_from_the_manager_only(park):
    filing, staff = make.make_return(park=park), signed_in(roles.STAFF, park=park)
    form = staff.get(change_url(filing))
    assert form.status_code == 200
    assert b"evidence_files" not in form.content
    answer = staff.post(change_url(filing), {"evidence_files": [upload()], "version": "1"})
    assert answer.status_code == 403
    assert add(manager_of(park), filing, upload()).status_code == 302


def test_a_file_belongs_to_exactly_one_record(park):
    row = make_attachment(make.make_title(park))
    for values in ({"title": None}, {"project": make.make_project(park)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attachment.objects.filter(pk=row.pk).update(**values)


def test_pages_do_not_load_the_bytes_of_files(park, django_assert_max_num_queries):
    title = make.make_title(park)
    for n in range(5):
        make_attachment(title, content=PDF + b"%d" % n)
    client = manager_of(park)
    client.get(title.get_absolute_url())
    with django_assert_max_num_queries(40) as asked:
        client.get(title.get_absolute_url())
    assert not [one for one in asked.captured_queries if '_storedfile"."content"' in one["sql"]]
