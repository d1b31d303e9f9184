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
# Axe takes longest for the contrast of texts: it measures those that are marked. Its report says what it objects to and
# which looks it has found right.
PREPARE_AXE = """() => {
    axe.configure({rules: [{id: "color-contrast", selector: "[data-measured]"}]});
    axe.addReporter("short", (results, options, answer) => answer({
        faults: results.flatMap(({id, violations}) => violations.map(({node}) => `${id}: ${node.source}`)),
        right: results.filter(({id}) => id === "color-contrast")
            .flatMap(({passes}) => passes.map(({node}) => looks.get(node.element))),
    }));
}"""
ASK_AXE = """([rules, fresh]) => {
    const left = new Map(fresh.map(look => [look, 5]));
    for (const [element, look] of looks) {
        element.toggleAttribute("data-measured", left.get(look) > 0);
        left.set(look, left.get(look) - 1);
    }
    return axe.run(document, {runOnly: rules, reporter: "short", preload: false});
}"""
# How each text looks, in all that its contrast hangs on: its colour and size, and what is painted behind it.
NOTE_LOOKS = """() => {
    const grounds = new Map([[null, ""]]);
    const ground = element => {
        if (!grounds.has(element)) {
            const style = getComputedStyle(element);
            const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode];
            const shows = own.join() !== "rgba(0, 0, 0, 0),none,1,none,normal";
            grounds.set(element, ground(element.parentElement) + (shows ? `/${own}` : ""));
        }
        return grounds.get(element);
    };
    const hasWords = element => element.matches("input, select, textarea")
        || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const look = element => {
        const {color, fontSize, fontWeight, textShadow} = getComputedStyle(element);
        return [color, fontSize, fontWeight, textShadow, ground(element)].join("|");
    };
    const texts = [...document.body.querySelectorAll("*")].filter(it => hasWords(it) && it.checkVisibility());
    window.looks = new Map(texts.map(element => [element, look(element)]));
    return [...new Set(looks.values())];
}"""


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The server of `make run`, with one worker: there is one reader at a time. What is published in it stays."""
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
    """The token of each form of a hospital, opened a while ago, so that no test has to wait. By hospital too.

    Also that of the page with the number, as another browser got it just now and an hour ago.
    """
    code = """
import django, time; django.setup()
from django.core import signing
from centers.models import Hospital; from hospital_site.enquiries.forms import FORMS, create_token
from hospital_site.enquiries.views import SENT
now = time.time()
for hospital in Hospital.objects.all():
    for kind in FORMS:
        token = create_token(kind, hospital.pk, now - 60)
        print(f"{kind}/{hospital.slug}", token)
        if hospital.slug == "kcch":
            print(kind, token)
for age in (0, 3_600):
    time.time = lambda: now - age
    print(f"sent/{age}", signing.dumps(["A-0000-0000", "x"], salt=SENT))
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

    def __init__(self, page):
        self.start(None)
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname))
        page.on("console", lambda message: self.note(message) if message.type == "error" else None)

    def start(self, address):
        self.address, self.hosts, self.complaints = address, set(), []

    def note(self, message):
        if message.location["url"] != self.address or "status of 404" not in message.text:  # a page that is not there
            self.complaints.append(message.text)


@pytest.fixture
def open_page(chromium):
    """`open_page(address, viewport=PHONE, color_scheme="dark")` → a page of a browser that has never been here."""
    contexts = []

    def open_page(address, **options):
        contexts.append(chromium.new_context(**{"viewport": DESKTOP, **options}))
        page = contexts[-1].new_page()
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def tabs(chromium):
    """The one tab of each browser of a module, by whether it runs scripts, and its traffic."""
    tabs = {}
    yield tabs
    for page, _traffic in tabs.values():
        page.context.close()


@pytest.fixture
def look_at(chromium, tabs):
    """`look_at(address, viewport=PHONE, color_scheme="dark", cookies=[…])` → a page and its traffic, in a tab that goes
    from page to page. For tests that leave nothing in it."""

    def look_at(address, viewport=DESKTOP, color_scheme="light", cookies=(), *, with_scripts=True):
        if with_scripts not in tabs:
            new = chromium.new_context(java_script_enabled=with_scripts).new_page()
            tabs[with_scripts] = new, Traffic(new)
        page, traffic = tabs[with_scripts]
        page.context.clear_cookies()
        page.context.add_cookies(list(cookies))
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme)
        traffic.start(address)
        page.goto(address)
        return page, traffic

    return look_at


# What a reader may ask of every text (WCAG 1.4.12), and the elements whose words then run out of the screen.
TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }"""
CUT_OFF = """css => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
    const cutOff = [...document.querySelectorAll("body *")].filter(it => {
        const words = [...it.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        const range = document.createRange();
        range.selectNodeContents(it);
        return words && !it.closest(".hidden, .skip, svg") && !it.querySelector(".hidden")
            && it.getClientRects().length && range.getBoundingClientRect().right > innerWidth + 0.5;
    });
    document.adoptedStyleSheets = [];
    return cutOff.map(it => it.outerHTML);
}"""


def cut_off_when_spaced(page):
    """The elements that run out of the narrowest screen when a reader sets wide letters, words and lines."""
    page.set_viewport_size(NARROW)
    return page.evaluate(CUT_OFF, TEXT_SPACING)


@pytest.fixture(scope="session")
def axe():
    """What axe finds on a page: lines that name the rule and the element.

    A text that looks like one whose contrast axe has found right, on this page or another, is not measured again.
    """
    script, right = Axe().axe_script, set()

    def ask(page, rules):
        if page.evaluate("!window.axe"):
            page.evaluate(script)
            page.evaluate(PREPARE_AXE)
        fresh = [look for look in page.evaluate(NOTE_LOOKS) if look not in right]
        said = page.evaluate(ASK_AXE, [rules, fresh])
        right.update(said["right"])
        return said["faults"]

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
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.set_viewport_size(PHONE)  # after it: only then are widths in em measured anew
    width = page.evaluate("document.documentElement.scrollWidth")
    session.detach()  # which sets the type back
    return width == PHONE["width"]
