"""A real Chromium in front of the real server. `make test-browser` runs these tests."""

import shutil
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, sync_playwright

from tests.browser.patients import Site
from tests.site.test_served import serving

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-smooth-scrolling",  # a click on a link within the page would wait a second for its place
]
PHONE, NARROW, DESKTOP = {"width": 390, "height": 844}, {"width": 320, "height": 640}, {"width": 1280, "height": 900}
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
RULES_OF_THE_LOOK = {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}
# What a page of another language can break, though its elements are the same.
NAMES = {"document-title", "empty-heading", "html-has-lang", "html-lang-valid", "valid-lang", "image-alt"}
NAMES |= {"svg-img-alt", "link-name", "button-name", "input-button-name", "label", "select-name", "summary-name"}
RULES_OF_LOOK_AND_WORDS = {"type": "rule", "values": [*RULES_OF_THE_LOOK["values"], *sorted(NAMES)]}
# Only what axe objects to comes back from the page: its report of everything else is long, and slow to carry over.
ASK_AXE = """async rules => {
    const options = {runOnly: rules, resultTypes: ["violations"]};
    const {violations} = await axe.run(document, options);
    return violations.flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html}`));
}"""


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The server of `make run`, with one worker: there is one reader at a time."""
    with serving(tmp_path_factory, workers=1) as served:
        yield served


@pytest.fixture(scope="session")
def opened_site(tmp_path_factory):
    """A site whose hospitals receive what patients send."""
    with serving(tmp_path_factory, workers=1) as served:
        site = Site(served)
        site.run("manage.py", "demonstration_recipients")
        yield site


@pytest.fixture
def site(opened_site):
    """The site, with limits that start from nothing and hospitals as they were."""
    opened_site.count_from_nothing()
    yield opened_site
    opened_site.database(
        "UPDATE enquiries_controller SET receives_appointments = 1, receives_requests = 1, appointment_days = 90, "
        "request_years = 3, telephone = ''"
    )


@pytest.fixture(scope="session")
def old_token(opened_site):
    """The token of each form of a hospital, opened a while ago, so that no test has to wait. By hospital too."""
    code = """
import django, time; django.setup()
from centers.models import Hospital; from hospital_site.enquiries.forms import FORMS, create_token
for hospital in Hospital.objects.all():
    for kind in FORMS:
        token = create_token(kind, hospital.pk, time.time() - 60)
        print(f"{kind}/{hospital.slug}", token)
        if hospital.slug == "kcch":
            print(kind, token)
"""
    return dict(zip(*[iter(opened_site.run("-c", code).split())] * 2, strict=True))


@pytest.fixture(scope="session")
def telephones():
    """A number for each person, so that nobody is stopped for another's sake."""
    return (f"010-{number:04}-5678" for number in range(2000, 9000))


@pytest.fixture(scope="session")
def chromium():
    """Without its windows if it is there so: the same engine, and a new page costs a third."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


class Traffic:
    """The hosts that a page asks, and what the browser complains about on its console, such as a broken policy."""

    def __init__(self):
        self.hosts, self.complaints = set(), []

    def listen(self, page, address):
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname))
        page.on("console", lambda message: self.note(message, address) if message.type == "error" else None)

    def note(self, message, address):
        if message.location["url"] != address or "status of 404" not in message.text:  # a page that is not there
            self.complaints.append(message.text)


@pytest.fixture
def open_page(chromium):
    """`open_page(address, viewport=PHONE, color_scheme="dark")` → a page of a browser that has never been here."""
    contexts = []

    def open_page(address, traffic=None, **options):
        contexts.append(chromium.new_context(**{"viewport": DESKTOP, **options}))
        return page_in(contexts[-1], address, traffic)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def known_browsers(chromium):
    """The browsers of a module by what they are set to: style sheets and scripts come to each only once."""
    contexts = {}
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture
def look_at(chromium, known_browsers):
    """The same as `open_page` in a browser that has been here before, for tests that leave nothing in it."""
    pages = []

    def look_at(address, traffic=None, **options):
        if repr(options) not in known_browsers:
            known_browsers[repr(options)] = chromium.new_context(**{"viewport": DESKTOP, **options})
        pages.append(page_in(known_browsers[repr(options)], address, traffic))
        return pages[-1]

    yield look_at
    for page in pages:
        page.close()


def page_in(context, address, traffic):
    page = context.new_page()
    if traffic:
        traffic.listen(page, address)
    page.goto(address)
    return page


# What a reader may ask of every text (WCAG 1.4.12), and the elements whose words then run out of the screen.
TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }"""
SET_STYLE = """css => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
}"""
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter(it => {
    const words = [...it.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const range = document.createRange();
    range.selectNodeContents(it);
    return words && !it.closest(".hidden, .skip, svg") && !it.querySelector(".hidden")
        && it.getClientRects().length && range.getBoundingClientRect().right > innerWidth + 0.5;
}).map(it => it.outerHTML)"""


def cut_off_when_spaced(page):
    """The elements that run out of the narrowest screen when a reader sets wide letters, words and lines."""
    page.set_viewport_size(NARROW)
    page.evaluate(SET_STYLE, TEXT_SPACING)
    return page.evaluate(CUT_OFF)


@pytest.fixture(scope="session")
def axe():
    """What axe finds on a page: lines that name the rule and the element."""
    script = Axe().axe_script

    def ask(page, rules):
        if page.evaluate("!window.axe"):
            page.evaluate(script)
        return page.evaluate(ASK_AXE, rules)

    def found(page, rules=RULES):
        try:
            return ask(page, rules)
        except Error:  # the page was just giving way to the one that a click had asked for
            page.wait_for_load_state()
            return ask(page, rules)

    return found


def fits_320_pixels(page):
    """Whether nothing runs out to the side of the narrowest screen (WCAG 1.4.10)."""
    page.set_viewport_size(NARROW)
    return page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


def fits_with_large_type(page):
    """Whether nothing runs out to the side of a phone whose type is set twice as large."""
    page.set_viewport_size(PHONE)
    sizes = {"fontSizes": {"standard": 32, "fixed": 26}}
    page.context.new_cdp_session(page).send("Page.setFontSizes", sizes)
    page.reload()  # widths in em are measured anew only then
    return page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
