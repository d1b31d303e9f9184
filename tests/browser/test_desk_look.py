"""Every kind of page of the editors' desk, as staff meet it in a real Chromium."""

import json
import os
import subprocess
import sys
from itertools import cycle

import pytest
from django.conf import settings

from tests import make
from tests.browser.conftest import DESKTOP, NARROW, PHONE, RULES, RULES_OF_THE_LOOK, fits_320_pixels
from tests.site.test_served import serving

# name: (who looks, where). Names in braces stand for the pages that `desk_states` puts into a state.
PAGES = {
    "sign-in": (None, "login/"),
    "desk of an editor": ("editor", ""),
    "desk of a translator": ("translator-en", ""),
    "desk of a reviewer": ("reviewer", ""),
    "desk of a publisher": ("publisher", ""),
    "desk of an auditor": ("auditor", ""),
    "list": ("editor", "centers/treatment/"),
    "list of what waits": ("editor", "centers/treatment/?task=waiting"),
    "list with nothing in it": ("editor", "centers/treatment/?task=overdue"),
    "search without a find": ("editor", "centers/treatment/?q=xyz"),
    "new page": ("editor", "centers/treatment/add/"),
    "form in sync": ("editor", "{untouched}change/"),
    "form with a stale text": ("translator-en", "{stale}change/"),
    "form with a missing text": ("editor", "{missing}change/"),
    "form of a clinic": ("editor", "{clinic}change/"),
    "form of a charter": ("editor", "{charter}change/"),
    "form of a hospital, to read": ("auditor", "{hospital}change/"),
    "form of a scheduled page": ("publisher", "{scheduled}change/"),
    "form of a withdrawn page": ("publisher", "{withdrawn}change/"),
    "publishing": ("publisher", "{submitted}publish/"),
    "publishing what has errors": ("publisher", "{blocked}publish/"),
    "publishing nothing new": ("publisher", "{untouched}publish/"),
    "publishing before a scheduled edition": ("publisher", "{scheduled}publish/"),
    "publishing, as its editor": ("editor", "{stale}publish/"),
    "submitting": ("editor", "{stale}submit/"),
    "returning": ("publisher", "{submitted}return/"),
    "withdrawing": ("publisher", "{untouched}withdraw/"),
    "cancelling": ("publisher", "{scheduled}cancel/2/"),
    "issuing again": ("publisher", "{withdrawn}editions/1/again/"),
    "copying into the draft": ("editor", "{withdrawn}editions/1/copy/"),
    "history": ("editor", "{signed}history/"),
    "history of a withdrawn page": ("auditor", "{withdrawn}history/"),
    "languages side by side": ("editor", "{stale}compare/"),
    "signing": ("reviewer", "{signed}sign-off/"),
    "links": ("editor", "{shown}links/"),
    "audit log": ("auditor", "staff/auditentry/"),
    "entry of the audit log": ("auditor", "staff/auditentry/1/change/"),
    "staff": ("administrator", "auth/user/"),
    "member of staff": ("administrator", "{staff}change/"),
    "new member of staff": ("administrator", "auth/user/add/"),
    "password of another": ("administrator", "{staff}password/"),
    "own password": ("editor", "password_change/"),
    "queue of a translator": ("translator-en", "translations/en/?state=all&kind=centers.treatment"),
    "queue of a language, to read": ("publisher", "translations/en/"),
    "queue": ("desk", "enquiries/enquiry/"),
    "queue of the office": ("office", "enquiries/enquiry/"),
    "queue of the privacy officer": ("officer", "enquiries/enquiry/"),
    "queue without a find": ("desk", "enquiries/enquiry/?q=A-0000-0000"),
    "record that is late": ("desk", "{enquiry-new}change/"),
    "record in progress": ("desk", "{enquiry-handled}change/"),
    "record that is stopped": ("officer", "{enquiry-stopped}change/"),
    "record that is destroyed": ("officer", "{enquiry-destroyed}change/"),
    "record of a request": ("office", "{enquiry-request}change/"),
    "record on paper": ("desk", "{enquiry-handled}print/"),
    "correcting": ("officer", "{enquiry-new}correct/"),
    "correcting a request": ("officer", "{enquiry-request}correct/"),
    "stopping": ("officer", "{enquiry-new}stop/"),
    "looking for a person": ("officer", "enquiries/enquiry/person/"),
    "exporting": ("officer", "enquiries/enquiry/export/"),
    "access log": ("officer", "enquiries/accessrecord/"),
    "checking the access log": ("officer", "enquiries/accessrecord/check/"),
    "what people asked about their data": ("officer", "enquiries/rightsrequest/"),
    "listing what somebody asks": ("officer", "enquiries/rightsrequest/add/"),
    "days off": ("desk", "enquiries/holiday/"),
    "a day off": ("desk", "enquiries/holiday/add/"),
    "receiving hospital": ("officer", "{controller}change/"),
    "mail to staff": ("officer", "enquiries/notification/"),
    "preview": ("editor", "{stale}preview/"),
    "earlier edition": ("editor", "{withdrawn}editions/1/"),
    "preview behind a link": (None, "{link}"),
    "preview link that is not ours": (None, "/preview/1:broken/"),
}
LANGUAGES = make.languages()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of this module's own, in whose site pages are in every state."""
    with serving(tmp_path_factory, workers=1) as served:
        yield served


@pytest.fixture(scope="module")
def desk(server):
    """The sessions of the staff and the addresses of pages in every state."""
    folder = server.log.parent
    environment = os.environ | {
        "MODE": "demonstration",
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "tests.site.served",
        "STATIC_ROOT": str(folder / "static"),
    }
    command = [sys.executable, "-m", "tests.browser.desk_states"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


@pytest.fixture
def found_at(server, desk):
    """`found_at("editor", "{stale}change/", "ko")` → the address there, and the cookies of the editor."""

    def found_at(role, path, language):
        place = path.format(**desk["places"])
        place = place if place.startswith("/") else f"/admin/{place}"
        cookie = {"name": "sessionid", "domain": "127.0.0.1", "path": "/", "value": desk["sessions"].get(role, "")}
        return f"http://127.0.0.1:{server.port}/{language}{place}", [cookie] if role else []

    return found_at


@pytest.fixture
def at_the_desk(found_at, open_page):
    """`at_the_desk("editor", "{stale}change/", "ko")` → the page that the editor gets there."""

    def at_the_desk(role, path, language, **options):
        address, cookies = found_at(role, path, language)
        return open_page(address, storage_state={"cookies": cookies, "origins": []}, **options)

    return at_the_desk


# Pages that another one has the template of: who looks, or in which state the page is, makes the difference.
LIKE_ANOTHER = {
    "desk of a translator",
    "desk of a reviewer",
    "desk of a publisher",
    "list of what waits",
    "form in sync",
    "form with a missing text",
    "form of a scheduled page",
    "publishing nothing new",
    "publishing before a scheduled edition",
    "publishing, as its editor",
    "history of a withdrawn page",
    "new member of staff",
    "queue of the office",
    "queue of the privacy officer",
    "queue without a find",
    "record in progress",
    "record of a request",
    "correcting a request",
    "earlier edition",
}
# Every page in one language, the pages in turn in all: first light and wide, then dark on the narrowest phone. Of pages
# with one template the first is looked at twice, the others at once.
VISITS = [
    (*page, language, name in LIKE_ANOTHER)
    for (name, page), language in zip(PAGES.items(), cycle(LANGUAGES), strict=False)
]


@pytest.mark.parametrize(("role", "path", "language", "is_like_another"), VISITS, ids=PAGES)
def test_a_page_is_for_everybody_and_asks_nobody_else(found_at, look_at, axe, role, path, language, is_like_another):
    address, cookies = found_at(role, path, language)
    page, traffic = look_at(address, cookies=cookies)

    assert (traffic.hosts, traffic.complaints) == ({"127.0.0.1"}, [])
    assert page.locator("html").get_attribute("lang") == language
    assert is_like_another or axe(page) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(NARROW)
    page.evaluate("() => document.getAnimations().forEach(change => change.finish())")
    assert axe(page, RULES if is_like_another else RULES_OF_THE_LOOK) == []
    assert fits_320_pixels(page)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_on_the_keyboard_nothing_is_covered_by_the_row_of_buttons(at_the_desk, viewport):
    page = at_the_desk("editor", "{clinic}change/", "ko", viewport=viewport)

    covered = []
    for _step in range(80):
        page.keyboard.press("Tab")
        place = page.evaluate(
            """() => {
                const focused = document.activeElement, row = document.querySelector(".submit-row");
                if (row.contains(focused) || focused === document.body) return null;
                const [top, bottom] = [focused.getBoundingClientRect().top, row.getBoundingClientRect().top];
                return top >= bottom ? focused.outerHTML.slice(0, 120) : null;
            }"""
        )
        covered += [place] if place else []

    assert covered == []


def test_without_javascript_an_editor_adds_a_row(at_the_desk):
    page = at_the_desk("editor", "{clinic}change/", "ko", java_script_enabled=False)
    rows = page.locator("#areas-group .inline-related:visible")
    before = rows.count()

    page.locator("#areas-group .more a").click()
    page.locator(f"#id_areas-{before}-name_ko").fill("새 분야")
    page.locator(f"#id_areas-{before}-name_en").fill("A new area")
    page.locator("#content [name=_continue]").click()

    assert page.locator(".messagelist .success").count() == 1
    assert page.locator("#areas-group .inline-related:visible").count() == before + 1


def test_the_enter_key_saves_and_confirms_no_translation(at_the_desk):
    page = at_the_desk("translator-en", "{stale}change/", "ko")

    page.locator("#id_name_en").press("Enter")
    page.wait_for_load_state()
    page.go_back()
    page.reload()

    assert page.locator("button[name=_still_correct]").count() == 1


def test_what_a_translator_may_not_write_stands_beside_as_plain_text(at_the_desk):
    page = at_the_desk("translator-en", "{stale}change/", "ko")

    beside = page.locator("#id_explanation_ko")

    assert beside.evaluate("element => element.tagName") == "DIV"
    assert beside.inner_text() == "새로 쓴 설명입니다. 부작용이 있을 수 있습니다."
    assert beside.get_attribute("lang") == "ko"


def test_languages_stand_side_by_side_on_a_wide_screen_and_one_below_the_other_on_a_phone(at_the_desk):
    def places(viewport):
        page = at_the_desk("editor", "{untouched}change/", "ko", viewport=viewport)
        return [page.locator(f"#id_explanation_{code}").bounding_box() for code in ("ko", "en")]

    korean, english = places(DESKTOP)
    assert (korean["y"], korean["x"] < english["x"]) == (english["y"], True)
    korean, english = places(PHONE)
    assert (korean["x"], korean["y"] < english["y"]) == (english["x"], True)
