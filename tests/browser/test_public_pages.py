"""Every kind of public page as a patient meets it, in a real Chromium."""

import json
import re
import subprocess
from itertools import product

import pytest
from django.conf import settings

from tests import make
from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    RULES,
    RULES_OF_LOOK_AND_WORDS,
    cut_off_when_spaced,
    fits_320_pixels,
    fits_with_large_type,
)

LANGUAGES = make.languages()
CENTER = "/centers/uncommon-cancer-center/"
PAGES = {
    "home": "/",
    "hospital": "/hospitals/smc/",
    "centers": "/centers/",
    "center with commitments": "/centers/esophageal-cancer-center/",
    "center with a clinic": CENTER,
    "clinic": f"{CENTER}net-clinic/",
    "treatment": f"{CENTER}treatments/tace/",
    "tests from A to Z": "/a-z/tests/",
    "illness": f"{CENTER}conditions/neuroendocrine-tumors/",
    "departments": "/departments/",
    "charter": "/patients-rights/smc/",
    "sources": "/about/sources/",
    "contact": "/contact/",
    "sheet": f"{CENTER}treatments/lanreotide/sheet/",
    "what was found": "/search/?q=CT",
    "nothing found": "/search/?q=qwertyuiop",
    "not found": "/nothing-here/",
}

# What depends on the language, on the colours and on the width depends on each alone: two looks meet all of them. The
# elements are the same in both, so that what axe says of them is asked once.
LOOKS = {
    "Korean, light, phone": ("ko", "light", PHONE, RULES),
    "English, dark, wide": ("en", "dark", DESKTOP, RULES_OF_LOOK_AND_WORDS),
}
# At least 24 pixels high and wide; links inside a sentence are as high as their line (WCAG 2.5.8).
SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button')].filter(it => {
    const box = it.getBoundingClientRect();
    const inSentence = it.parentElement.matches('p, li, dd') && it.parentElement.innerText !== it.innerText;
    return box.width && !inSentence && Math.min(box.width, box.height) < 24;
}).map(it => it.outerHTML)"""

# On the narrowest screen: the masthead is one line, and the page begins within 300 pixels.
HEAD_IS_SHORT = """() => {
    const masthead = document.querySelector('.masthead');
    return !masthead || (masthead.offsetHeight <= 100 && document.querySelector('h1').offsetTop <= 300);
}"""

# Notes in `steps`, of each element that gets the focus, its number and whether it shows that it has it.
NOTE_STEPS = """() => {
    window.steps = [];
    const ring = style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    document.addEventListener('focusin', ({target}) => {
        target.dataset.order ??= document.querySelectorAll('[data-order]').length;
        const drawn = [target, target.closest('.card')].filter(Boolean).map(element => getComputedStyle(element));
        steps.push([target.dataset.order, drawn.some(ring)]);
    });
}"""

every_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
# Pages of one template are built the same: its keys and its scripts are tried on one of them.
LIKE_ANOTHER = {"center with a clinic", "test", "illness", "translations", "nothing found"}
TEMPLATES = {name: path for name, path in PAGES.items() if name not in LIKE_ANOTHER}
every_template = pytest.mark.parametrize("path", TEMPLATES.values(), ids=TEMPLATES)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def address(server):
    """The whole address of a path in a language."""
    return lambda path, language: f"http://127.0.0.1:{server.port}/{language}{path}"


@every_page
@pytest.mark.parametrize(("language", "color_scheme", "viewport", "rules"), LOOKS.values(), ids=LOOKS)
def test_a_page_is_for_everybody_and_asks_nobody_else(
    address, look_at, axe, path, language, color_scheme, viewport, rules
):
    page, traffic = look_at(address(path, language), viewport, color_scheme)

    assert (traffic.hosts, traffic.complaints, page.context.cookies()) == ({"127.0.0.1"}, [], [])
    assert axe(page, rules) == []
    assert fits_320_pixels(page)
    assert page.evaluate(HEAD_IS_SHORT)
    assert page.evaluate(SMALL_TARGETS) == []
    assert cut_off_when_spaced(page) == []
    assert fits_with_large_type(page)


def test_a_form_fits_with_large_type(address, open_page):
    page = open_page(address("/enquiries/appointment/smc/", "en"), viewport=PHONE)

    assert fits_with_large_type(page)


def test_the_menu_of_a_phone_opens_and_closes_without_javascript(address, open_page):
    page = open_page(address("/departments/", LANGUAGES[0]), viewport=PHONE, java_script_enabled=False)

    before = page.is_visible("#menu")
    page.click("header [popovertarget]")
    opened = page.is_visible("#menu a >> nth=0")
    page.keyboard.press("Escape")

    assert (before, opened, page.is_visible("#menu")) == (False, True, False)


def test_a_search_needs_a_keyboard_and_no_javascript(address, open_page):
    page = open_page(address("/", LANGUAGES[0]), viewport=PHONE, java_script_enabled=False)

    for _key in range(20):
        page.keyboard.press("Tab")
        if page.locator("main input[type=search]:focus").count():
            break
    page.keyboard.type("CT")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=CT")
    page.focus("main [type=search]")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    first = page.get_attribute(":focus", "href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{first}")

    assert first == f"/{LANGUAGES[0]}{CENTER}tests/ct/"


@every_template
def test_everything_is_readable_without_javascript(address, look_at, path):
    with_scripts, without = (look_at(address(path, LANGUAGES[0]), with_scripts=it)[0] for it in (True, False))

    assert without.inner_text("body") == with_scripts.inner_text("body")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_switch_keeps_the_page_and_the_article(address, open_page, language):
    other = next(code for code in LANGUAGES if code != language)
    page = open_page(address("/patients-rights/", language) + "#right-4")

    page.click(f"header a[hreflang={other}]")

    assert page.url == address("/patients-rights/", other) + "#right-4"


def test_without_javascript_the_language_switch_keeps_the_page(address, open_page):
    first, other = LANGUAGES[:2]
    page = open_page(address("/departments/", first), java_script_enabled=False)

    page.click(f"header a[hreflang={other}]")

    assert page.url == address("/departments/", other)


@every_language
def test_the_first_key_offers_the_way_past_the_menu(address, open_page, language):
    page = open_page(address(f"{CENTER}net-clinic/", language))

    page.keyboard.press("Tab")
    is_visible = page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert is_visible
    assert page.evaluate("document.activeElement.closest('main') !== null")


@every_template
def test_the_keyboard_reaches_every_link_in_order_and_shows_where_it_is(address, look_at, path):
    page, _traffic = look_at(address(path, LANGUAGES[0]))
    links = page.evaluate(
        "[...document.querySelectorAll('a[href], button, input, summary')].filter(it => it.checkVisibility()).length"
    )

    page.evaluate(NOTE_STEPS)
    for _step in range(links):
        page.keyboard.press("Tab")
    steps = page.evaluate("steps")

    assert steps == [[str(number), True] for number in range(links)]


@every_language
def test_the_charter_prints_on_a_few_sheets_without_menus(address, open_page, language, tmp_path):
    page = open_page(address("/patients-rights/smc/", language))

    printed = page.pdf(format="A4", path=tmp_path / "charter.pdf")
    page.emulate_media(media="print")

    sheets = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert sheets in (4, 5)
    assert not page.is_visible("header nav")
    assert page.is_visible("#right-1")


def test_words_stay_readable_where_the_reader_chose_the_colours(address, open_page, axe):
    page = open_page(address(f"{CENTER}net-clinic/", LANGUAGES[0]), forced_colors="active")

    assert axe(page) == []


def test_the_nu_html_checker_finds_nothing(server, tmp_path):
    for language, (name, path) in product(LANGUAGES, PAGES.items()):
        file = tmp_path / f"{language}-{name.replace(' ', '-')}.html"
        file.write_bytes(server.get(f"/{language}{path}").content)

    java = ["java", "-XX:TieredStopAtLevel=1", "-Xss2m"]  # compiles little, as it ends soon
    checker = [*java, "-jar", settings.VAR_DIR / "nu/vnu.jar", "--format", "json", *tmp_path.glob("*.html")]
    report = subprocess.run(checker, capture_output=True, text=True, check=False).stderr

    assert json.loads(report)["messages"] == []
