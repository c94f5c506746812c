"""Pages of editions and of officials' own texts: what they show, and to whom."""

from dataclasses import replace
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from django.utils.timezone import localdate, now

from zonetrack import writing
from zonetrack.access import roles
from zonetrack.reports import formats, publishing
from zonetrack.reports.models import Edition, OwnText
from zonetrack.reports.publishing import publish

from .factories import make_center, make_user
from .test_editions import make_place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_files(monkeypatch):
    quick = {key: formats.FORMATS[key] for key in ("csv", "json")}
    monkeypatch.setattr(publishing, "FORMATS", quick)


def sign_in(client, role, **place):
    user = make_user(role, **place)
    client.force_login(user)
    return user


def address(place, page, **query):
    park = {"park": place.park.key} if place.park else {}
    return f"/reports/{place.zone.key}/{page}/?{urlencode({'year': 2014} | park | query)}"


def make_edition(place):
    return publish(place, 2014, by=make_user("administrator"), at=now())


@pytest.mark.parametrize("role", [roles.OFFICER, roles.MANAGER])
def test_who_issues_reports_publishes_an_edition(client, role):
    place = make_place()
    user = sign_in(client, role, zone=place.zone)
    url = address(place, "publish")
    assert client.get(url).status_code == 200
    response = client.post(url, {"note": "after the audit", "hide": "on"})
    edition = Edition.objects.get()
    assert response.url == edition.get_absolute_url()
    assert (edition.number, edition.note, edition.published_by) == (1, "after the audit", user)
    page = client.get(response.url).content.decode()
    assert "after the audit" in page and edition.checksum in page
    assert "This will be edition 2" in client.get(url).content.decode()


@pytest.mark.parametrize("role", [roles.READER, roles.STAFF])
@pytest.mark.parametrize("page", ["publish", "texts"])
def test_others_neither_publish_nor_write(client, role, page):
    place = make_place()
    sign_in(client, role, zone=place.zone)
    url = address(place, page)
    assert client.get(url).status_code == 403
    assert client.post(url, {"note": "x", "summary-text_en": "x"}).status_code == 403
    assert not Edition.objects.exists() and not OwnText.objects.exists()


@pytest.mark.parametrize("page", ["publish", "texts"])
def test_another_zone_is_not_found(client, page):
    place, own = make_place(), make_place()
    sign_in(client, roles.MANAGER, zone=own.zone)
    assert client.get(address(place, page)).status_code == 404


def test_an_edition_is_read_in_its_own_scope_only(client):
    place, own = make_place(), make_place()
    edition = make_edition(place)
    urls = [
        edition.get_absolute_url(),
        f"{edition.get_absolute_url()}differences/",
        f"{edition.get_absolute_url()}files/en/csv/",
        f"{edition.get_absolute_url()}files/all/kept/",
    ]
    sign_in(client, roles.MANAGER, zone=own.zone)
    assert {client.get(url).status_code for url in urls} == {404}
    sign_in(client, roles.STAFF, park=place.parks(2014)[0])
    assert {client.get(url).status_code for url in urls} == {404}
    sign_in(client, roles.READER, zone=place.zone)
    assert [client.get(url).status_code for url in urls] == [200, 200, 200, 403]
    sign_in(client, roles.OFFICER, zone=place.zone)
    assert client.get(urls[-1]).status_code == 200


def test_a_file_of_an_edition_is_the_same_byte_for_byte(client):
    place = make_place(centers_complete_from=2010)
    center = make_center(place.parks(2014)[0], recognized=2014)
    edition = make_edition(place)
    file = edition.files.get(language="en", format="csv").file
    writing.delete(center, reason="entered twice")
    sign_in(client, roles.READER, zone=place.zone)
    response = client.get(f"{edition.get_absolute_url()}files/en/csv/")
    assert sha256(response.content).hexdigest() == file.checksum
    assert response["Content-Disposition"].startswith("attachment")
    for missing in ("en/pdf", "fr/csv", "all/csv"):
        url = f"{edition.get_absolute_url()}files/{missing}/"
        assert client.get(url).status_code == 404


def test_an_edition_shows_what_it_said_and_the_differences_what_is_said_now(client):
    place = make_place(centers_complete_from=2010)
    center = make_center(place.parks(2014)[0], recognized=2014, name_en="Salt laboratory")
    edition = make_edition(place)
    writing.delete(center, reason="entered twice")
    url = f"{edition.get_absolute_url()}differences/"
    sign_in(client, roles.OFFICER, zone=place.zone)
    page = client.get(f"{edition.get_absolute_url()}?lang=en").content.decode()
    assert "Edition 1, published on" in page
    page = client.get(url).content.decode()
    assert "Salt laboratory" in page and "entered twice" in page
    # Readers learn what differs, but not who changed what.
    sign_in(client, roles.READER, zone=place.zone)
    page = client.get(url).content.decode()
    assert "R&amp;D bodies held" in page and "entered twice" not in page


@pytest.mark.parametrize("query", ["?lang=fr", "?lang=", "?lang=%00", "?format=nonsense"])
def test_odd_addresses_show_the_edition(client, query):
    place = make_place()
    edition = make_edition(place)
    sign_in(client, roles.READER, zone=place.zone)
    for url in (edition.get_absolute_url(), f"{edition.get_absolute_url()}differences/"):
        assert client.get(url + query).status_code == 200


def test_who_did_not_see_the_last_edition_is_told_of_it_first(client):
    place = make_place()
    sign_in(client, roles.OFFICER, zone=place.zone)
    make_edition(place)
    page = client.post(address(place, "publish"), {"number": "1", "note": "mine"}).content.decode()
    assert "published meanwhile" in page and "mine" in page
    assert Edition.objects.count() == 1
    client.post(address(place, "publish"), {"number": "2"})
    assert Edition.objects.count() == 2


def test_a_year_to_come_is_not_published(client):
    place = make_place()
    sign_in(client, roles.OFFICER, zone=place.zone)
    url = address(place, "publish", year=localdate().year + 1)
    assert "has not begun" in client.post(url, {}).content.decode()
    assert not Edition.objects.exists()


def test_a_note_that_is_too_long_is_refused_and_kept_in_the_form(client):
    place = make_place()
    sign_in(client, roles.OFFICER, zone=place.zone)
    page = client.post(address(place, "publish"), {"note": "a" * 301}).content.decode()
    assert "300" in page and "a" * 301 in page
    assert not Edition.objects.exists()


def test_the_choice_to_leave_amounts_out_goes_from_the_report_to_the_form(client):
    place = make_place()
    sign_in(client, roles.OFFICER, zone=place.zone)
    page = client.get(address(place, "", hide_single_money=1).replace("//?", "/?"))
    assert "publish/?year=2014&amp;hide=1" in page.content.decode()
    url, box = address(place, "publish", hide=1), 'name="hide" checked'
    assert box in client.get(url).content.decode()
    assert box not in client.post(url, {"note": "a" * 301}).content.decode()


# Own texts


def texts(**fields):
    return {f"summary-{name}": value for name, value in fields.items()}


def test_an_official_writes_and_changes_a_text(client):
    place = make_place()
    user = sign_in(client, roles.OFFICER, zone=place.zone)
    url = address(place, "texts")
    client.post(url, texts(text_en="Two plants moved.", text_zh="搬迁", version="0"))
    text = OwnText.objects.get()
    assert (text.text_en, text.text_zh, text.section, text.year) == (
        "Two plants moved.", "搬迁", "summary", 2014,
    )  # fmt: skip
    client.post(url, texts(text_en="Three plants moved.", text_zh="搬迁", version=text.version))
    text.refresh_from_db()
    assert text.text_en == "Three plants moved."
    assert [row.history_user for row in text.history.all()] == [user, user]


def test_an_outdated_form_shows_both_texts_and_saves_knowingly(client):
    place = make_place()
    sign_in(client, roles.OFFICER, zone=place.zone)
    url = address(place, "texts")
    client.post(url, texts(text_en="Theirs.", version="0"))
    page = client.post(url, texts(text_en="Mine.", version="0")).content.decode()
    assert "Theirs." in page and "Mine." in page
    assert OwnText.objects.get().text_en == "Theirs."
    client.post(url, texts(text_en="Mine.", version="1"))
    assert OwnText.objects.get().text_en == "Mine."


def test_a_text_that_was_not_touched_never_hinders_or_overwrites(client):
    place = make_place()
    sign_in(client, roles.OFFICER, zone=place.zone)
    url = address(place, "texts")
    client.post(url, texts(text_en="First.", version="0"))
    client.post(url, texts(text_en="Theirs.", version="1"))
    other = {"remarks-text_en": "Mine.", "remarks-version": "0"}
    for summary in (texts(text_en="First.", version="1"), texts(text_en="", version="0")):
        assert client.post(url, summary | other).status_code == 302
    stored = {text.section: text.text_en for text in OwnText.objects.all()}
    assert stored == {"summary": "Theirs.", "remarks": "Mine."}


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40, "\0", "²"])
def test_a_forged_version_never_overwrites(client, version):
    place = make_place()
    sign_in(client, roles.OFFICER, zone=place.zone)
    url = address(place, "texts")
    client.post(url, texts(text_en="Theirs.", version="0"))
    assert client.post(url, texts(text_en="Mine.", version=version)).status_code == 200
    assert OwnText.objects.get().text_en == "Theirs."


def test_the_same_text_twice_is_one_entry_of_the_history(client):
    place = make_place()
    sign_in(client, roles.OFFICER, zone=place.zone)
    for _n in range(2):
        client.post(address(place, "texts"), texts(text_en="Once.", version="0"))
    assert OwnText.objects.get().history.count() == 1


def test_a_text_that_is_too_long_stays_in_the_form(client):
    place = make_place()
    sign_in(client, roles.OFFICER, zone=place.zone)
    long = "长" * 5001
    page = client.post(address(place, "texts"), texts(text_zh=long, version="0")).content.decode()
    assert long in page
    assert not OwnText.objects.exists()


def test_markup_in_a_text_is_text(client):
    place = make_place()
    sign_in(client, roles.OFFICER, zone=place.zone)
    client.post(address(place, "texts"), texts(text_en="<script>alert(1)</script>", version="0"))
    page = client.get(f"/reports/{place.zone.key}/?year=2014&lang=en").content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_a_file_that_cannot_be_made_keeps_nothing(client, monkeypatch):
    def fail(_report, _facts):
        raise RuntimeError("no room")

    broken = {"csv": replace(formats.FORMATS["csv"], make=fail)}
    monkeypatch.setattr(publishing, "FORMATS", broken)
    monkeypatch.setitem(formats.FORMATS, "csv", broken["csv"])
    place = make_place()
    sign_in(client, roles.OFFICER, zone=place.zone)
    page = client.post(address(place, "publish"), {"note": "kept"}).content.decode()
    assert "could not be made" in page and "kept" in page
    assert not Edition.objects.exists()
