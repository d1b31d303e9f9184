"""A real Chromium in front of the real server. `make test-browser` runs these tests."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, sync_playwright

from tests.site.test_served import server  # noqa: F401 - the same server for all who ask it

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, NARROW, DESKTOP = {"width": 390, "height": 844}, {"width": 320, "height": 640}, {"width": 1280, "height": 900}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """`open_page(address, viewport=PHONE, color_scheme="dark")` → a page of a browser that has never been here."""
    contexts = []

    def open_page(address, **options):
        context = chromium.new_context(**{"viewport": DESKTOP, **options})
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe():
    """What axe finds on a page: lines that name the rule and the element."""
    axe = Axe()

    def found(page):
        options = {"runOnly": {"type": "tag", "values": RULES}}
        try:
            violations = axe.run(page, options=options).response["violations"]
        except Error:  # the page was just giving way to the one that a click had asked for
            page.wait_for_load_state()
            violations = axe.run(page, options=options).response["violations"]
        return [f"{violation['id']}: {node['html']}" for violation in violations for node in violation["nodes"]]

    return found
