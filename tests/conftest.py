import os
import shutil

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from tests.at_once import in_a_file
from tests.browsing import Visitor, running_demo
from tests.factories import make_park, make_user, make_zone
from zonetrack.access import roles
from zonetrack.keeping import pages as kept_pages

NO_POSTGRESQL = "needs PostgreSQL: set DATABASE_URL to a server where databases may be created"
NO_CHROMIUM = "needs a browser: install Chromium"
NO_PLAYWRIGHT = "needs a browser: install requirements-dev.txt"


NO_SERVERS = "starts servers of its own: ask for it with -m servers"


def pytest_collection_modifyitems(config, items):
    asked = "servers" in config.option.markexpr
    if connection.vendor != "sqlite":
        others = [item for item in items if item.get_closest_marker("sqlite")]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]
    for item in items:
        reason = reason_to_skip(item)
        if item.get_closest_marker("servers") and not asked:
            reason = NO_SERVERS
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


def reason_to_skip(item):
    if item.get_closest_marker("postgresql") and connection.vendor != "postgresql":
        return NO_POSTGRESQL
    if item.get_closest_marker("browser"):
        return reason_for_no_browser()
    return None


def reason_for_no_browser():
    if not chromium():
        return NO_CHROMIUM
    try:
        import playwright  # noqa: F401
    except ImportError:
        return NO_PLAYWRIGHT
    return None


def chromium():
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium of this machine; never one that is downloaded."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        # Root, as in a container, gets no sandbox.
        sandbox = not (hasattr(os, "geteuid") and os.geteuid() == 0)
        chrome = driver.chromium.launch(executable_path=chromium(), chromium_sandbox=sandbox)
        yield chrome
        chrome.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser, live_server):
    """A page of a browser nobody has used before; addresses are relative to the live server."""
    context = browser.new_context(base_url=live_server.url, locale="en-US")
    yield context.new_page()
    context.close()


@pytest.fixture(autouse=True)
def english():
    """Every test begins in English, whatever language the page before it was in."""
    translation.activate("en")
    yield
    translation.deactivate()


# What many files begin with; a file may say otherwise under the same name.


@pytest.fixture
def zone():
    return make_zone()


@pytest.fixture
def park(zone):
    return make_park(zone)


@pytest.fixture
def manager(client, park):
    """The manager of the park's zone, signed in."""
    user = make_user(roles.MANAGER, zone=park.home_zone)
    client.force_login(user)
    return user


@pytest.fixture
def staff(client, park):
    """Somebody who enters the data of the park, signed in."""
    user = make_user(roles.STAFF, park=park, first_name="Own")
    client.force_login(user)
    return user


@pytest.fixture
def colleague(park):
    return make_user(roles.STAFF, park=park, first_name="Li", last_name="Na")


@pytest.fixture
def without_history(settings):
    """For what never reads it: it doubles the rows to be written."""
    settings.SIMPLE_HISTORY_ENABLED = False


@pytest.fixture
def own_connections(transactional_db, tmp_path):
    """Each thread of a test works with a connection of its own, as each person at the site does."""
    if connection.vendor == "postgresql":
        yield
        return
    with in_a_file(tmp_path / "at-once.sqlite3"):
        yield


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The address of the demo with its sample zones, in a process and database of its own."""
    with running_demo(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture(scope="session")
def signed_in(browser, demo):
    """What a browser keeps of each account of the demo that has signed in, by name."""
    return {"": None}


@pytest.fixture
def visit(browser, demo, signed_in):
    """Opens a browser as an account of the demo ("" for nobody), in a language."""
    contexts = []

    def visit(name="", language="en", **options):
        locale = {"en": "en-US", "zh-hans": "zh-CN"}[language]
        options = {"viewport": {"width": 1440, "height": 900}, "locale": locale} | options
        options |= {"base_url": demo, "reduced_motion": "reduce", "timezone_id": "Asia/Shanghai"}
        if name not in signed_in:
            with browser.new_context(base_url=demo, locale="en-US") as context:
                Visitor(context, demo).sign_in(name)
                signed_in[name] = context.storage_state()
        contexts.append(browser.new_context(**options, storage_state=signed_in[name]))
        return Visitor(contexts[-1], demo)

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def keeping(settings):
    """Pages and their parts are kept, as they are on a server; nothing is left of it."""
    settings.KEEP_PARTS = True
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def made(monkeypatch):
    """The pages that were made anew."""
    calls, make_anew = [], kept_pages.made

    def note(response):
        calls.append(response)
        return make_anew(response)

    monkeypatch.setattr(kept_pages, "made", note)
    return calls
