"""The demo in a process of its own, and what a browser finds on its pages."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent
AXE = Path(__file__).parent / "vendor/axe.min.js"
PASSWORD = "the-demo-in-a-browser-5"
LANGUAGES = ("en", "zh-hans")
WIDTHS = (390, 768, 1440, 1920)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]

# Preloading would add style elements of its own, which the content policy refuses. The slow check
# of contrast runs in one language: both have the same colors.
FIND_BARRIERS = """async (rules) => {
  const english = document.documentElement.lang.startsWith("en");
  const found = await axe.run({ runOnly: rules, rules: { "color-contrast": { enabled: english } },
    resultTypes: ["violations"], preload: false });
  return found.violations.flatMap((rule) => rule.nodes.map(
    (node) => `${rule.id}: ${node.target.join(" ")} ${node.any.map((check) => check.message)}`));
}"""

# Boxes that scroll on their own may be wider than they show; nothing else may.
FIND_CUT_OFF = """() => [...document.querySelectorAll(
    "th, td, .btn, .button, .kpi, .chip, .tag, .status, label, summary, h1, h2, h3")]
  .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 1
    && getComputedStyle(box).display !== "inline"
    && !["auto", "scroll"].includes(getComputedStyle(box).overflowX))
  .map((box) => `${box.localName}.${box.className} “${box.textContent.trim().slice(0, 40)}”`
    + ` ${box.scrollWidth} > ${box.clientWidth}`)"""

SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@contextmanager
def running_demo(folder):
    """The address of the demo, its data in the folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {key: value for key, value in os.environ.items() if not key.startswith("ZONETRACK_")}
    own.pop("PYTEST_VERSION", None)
    options = ["--port", str(port), "--password", PASSWORD, "--no-progress-bar"]
    with Path(folder, "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", *options],
            cwd=ROOT,
            env=own | {"ZONETRACK_DATA_DIR": str(folder)},
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(process, address)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def wait_until_ready(process, address):
    for _ in range(600):
        assert process.poll() is None, "the demo ended"
        try:
            urlopen(f"{address}/readyz").close()
        except URLError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the demo did not become ready")


class Visitor:
    """A page of a signed-in person, with what the browser complained about."""

    def __init__(self, context, base):
        self.base = base
        self.complaints = []
        self.requests = []  # addresses asked for since the page was opened
        self.page = context.new_page()
        self.page.on("console", self.note_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self.note_request)

    def note_console(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def note_request(self, request):
        self.requests.append(request.url)
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.complaints.append(f"asks another host: {request.url}")

    def open(self, address, status=200):
        self.requests.clear()
        answer = self.page.goto(address)
        assert answer.status == status, (address, answer.status)
        if status >= 400:
            # The browser itself reports the page as an error.
            self.complaints = [text for text in self.complaints if "Failed to load" not in text]
        return self.page

    def draw_all(self):
        """Scroll through the page, so that charts further down are drawn, too."""
        for plot in self.page.locator(".plot").all():
            plot.scroll_into_view_if_needed()
            self.page.wait_for_function(
                "plot => plot.classList.contains('drawn')", arg=plot.element_handle()
            )
        self.page.evaluate("scrollTo(0, 0)")

    def barriers(self):
        """Violations that axe finds, one line for each element."""
        self.page.evaluate(AXE.read_text())
        return self.page.evaluate(FIND_BARRIERS, RULES)

    def misfits(self, widths=WIDTHS):
        """Where the page scrolls sideways or cuts text off, by width."""
        found = []
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 900})
            if self.page.evaluate(SCROLLS_SIDEWAYS):
                found.append(f"{width}: scrolls sideways")
            found += [f"{width}: {text}" for text in self.page.evaluate(FIND_CUT_OFF)]
        self.page.set_viewport_size({"width": 1440, "height": 900})
        return found

    def faults(self):
        """Everything that is wrong with the open page, its charts drawn."""
        self.draw_all()
        chart_library = any("plotly-basic.min.js" in url for url in self.requests)
        if chart_library and not self.page.locator(".plot").count():
            self.complaints.append("loads the chart library without a chart")
        return [*self.complaints, *self.barriers(), *self.misfits()]

    def sign_in(self, name):
        self.open("/sign-in/")
        self.page.locator("[name=username]").fill(name)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.get_by_role("button", name="Sign in").wait_for(state="detached")

    def first_record(self):
        """The address of the first record of the list that is open."""
        hrefs = self.page.locator("main table a").evaluate_all(
            "links => links.map((link) => link.getAttribute('href'))"
        )
        path = re.escape(re.sub(r"^https?://[^/]+|\?.*$", "", self.page.url))
        return next(href for href in hrefs if re.fullmatch(rf"{path}\d+/(\?.*)?", href))
