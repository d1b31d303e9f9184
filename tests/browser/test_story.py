"""Four people bring one correction to patients, each at their own desk, in a real browser."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from tests import make
from tests.desk.people import ROLES, in_seoul, said

PASSWORD = "a long and secret sentence"
OLD = {"ko": "종양을 잘라 내는 수술입니다.", "en": "An operation that cuts out the tumor."}
NEW = {"ko": "종양을 남김없이 잘라 내는 수술입니다.", "en": "An operation that cuts out the whole tumor."}
REVIEWED = {
    "ko": said(
        "Clinically reviewed on %(day)s by %(name)s (%(role)s). Next review: %(due)s.",
        day="2026년 12월 2일",
        name="이보람",
        role="종양내과 전문의",
        due="2027년 12월 1일",
    ),
    "en": said(
        "Clinically reviewed on %(day)s by %(name)s (%(role)s). Next review: %(due)s.",
        "en",
        day="2 December 2026",
        name="이보람",
        role="종양내과 전문의",
        due="1 December 2027",
    ),
}


@pytest.fixture(scope="module", autouse=True)
def database_beside_the_browser():
    """Playwright keeps a loop running in this thread, beside which Django asks the database nothing unless told to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def staff(transactional_db):
    """One person for each role."""
    for role, group in ROLES.items():
        user = get_user_model().objects.create_user(role, password=PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name=group))


@pytest.fixture
def treatment(staff, clock):
    clock.now = in_seoul(2026, 12, 1, 9)
    words = {f"explanation_{code}": text for code, text in OLD.items()}
    page = make.treatment(clinic=make.clinic(), name_ko="절제술", name_en="Resection", **words)
    for one in [*page.ancestors(), page]:
        make.in_sync(one)
    return make.published(page)


class Desk:
    """One person at the desk: what they click and write, by what stands there."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        self.sign_in()

    def sign_in(self):
        self.page.fill("#id_username", self.name)
        self.page.fill("#id_password", PASSWORD)
        self.page.press("#id_password", "Enter")

    def follow(self, *names):
        for name in names:
            self.page.get_by_role("link", name=name, exact=True).last.click()

    def task(self, title, name="treatments"):
        """Open the list `name` under `title` on the front page."""
        tasks = self.page.locator(".task", has=self.page.get_by_role("heading", name=title))
        tasks.get_by_role("link").filter(has_text=said(name).capitalize()).click()

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def says(self, sentence):
        self.page.get_by_text(sentence).first.wait_for()


@pytest.fixture
def sign_in(live_server, open_page):
    return lambda name: Desk(open_page(f"{live_server.url}/ko/admin/"), name)


@pytest.fixture
def seen_by_patients(live_server, open_page, treatment):
    def seen():
        """The explanation and its review, in each language."""
        found = {}
        for code in make.languages():
            page = open_page(f"{live_server.url}/{code}{treatment.address}")
            texts = {name: words[code] for name, words in {"old": OLD, "new": NEW, "reviewed": REVIEWED}.items()}
            text = " ".join(page.locator("main").inner_text().split())
            found[code] = [name for name, words in texts.items() if words in text]
        return found

    return seen


def test_a_correction_goes_from_editor_to_patient_through_four_hands(treatment, sign_in, seen_by_patients, clock):
    # Given a treatment that patients read in two languages,
    assert seen_by_patients() == {"ko": ["old"], "en": ["old"]}

    # when an editor corrects the Korean words, is called away, and saves when the session is long over,
    editor = sign_in("editor")
    editor.follow(said("treatments").capitalize(), "절제술")
    editor.page.fill("#id_explanation_ko", NEW["ko"])
    clock.forward(hours=9)
    editor.press(said("Save"))
    editor.page.locator("#id_username").wait_for()
    assert not treatment.editions().filter(number=2).exists()
    editor.sign_in()
    expect(editor.page.locator("#id_explanation_ko")).to_have_value(NEW["ko"])
    editor.press(said("Save"))
    editor.page.locator(".messagelist .success").wait_for()
    clock.forward(minutes=1)

    # a translator, told by the desk, brings the English up to date and hands the draft in,
    translator = sign_in("translator-en")
    translator.task(said("translations: {language}").format(language=said("English")), "source changed")
    translator.page.locator(".unit ins", has_text="남김없이").wait_for()
    translator.page.fill(".unit textarea", NEW["en"])
    translator.press(said("Save"))
    translator.page.locator(".messagelist .success").wait_for()
    translator.follow(said("Staff site"), said("treatments").capitalize(), "절제술")
    translator.follow(said("Submit for publishing"), said("Submit for publishing"))
    translator.page.fill("#id_reason", "영어를 맞추었습니다.")
    translator.press(said("Submit for publishing"))
    clock.forward(minutes=1)

    # a clinician, whose session ends too, signs the words in both languages,
    reviewer = sign_in("reviewer")
    reviewer.task(said("text without clinical review"))
    reviewer.follow("절제술", said("Clinical review"))
    reviewer.page.fill("#id_name", "이보람")
    reviewer.page.fill("#id_role", "종양내과 전문의")
    for box in reviewer.page.locator("input[name=languages]").all():
        box.check()
    clock.forward(hours=9)
    reviewer.press(said("Sign the review"))
    reviewer.page.locator("#id_username").wait_for()
    reviewer.sign_in()
    expect(reviewer.page.locator("#id_name")).to_have_value("이보람")
    reviewer.press(said("Sign the review"))
    reviewer.page.locator(".messagelist .success").wait_for()
    clock.forward(minutes=1)

    # and a publisher reads the difference and schedules it for the next morning,
    publisher = sign_in("publisher")
    publisher.task(said("submitted for publishing"))
    publisher.follow("절제술", said("Publish"))
    publisher.page.locator("ins", has_text="남김없이").wait_for()
    publisher.page.fill("#id_reason", "의료진이 바로잡았습니다.")
    publisher.page.check("#id_warnings_read")
    publisher.page.fill("#id_hour", "2026-12-02T09:00")
    publisher.press(said("Publish"))
    publisher.says(said("Scheduled. Patients will see it at the time you have set."))

    # then patients read the old words until that hour, and the new ones with their review from then on.
    assert seen_by_patients() == {"ko": ["old"], "en": ["old"]}
    clock.now = in_seoul(2026, 12, 2, 8, 59, 59)
    assert seen_by_patients() == {"ko": ["old"], "en": ["old"]}
    clock.now = in_seoul(2026, 12, 2, 9)
    assert seen_by_patients() == {"ko": ["new", "reviewed"], "en": ["new", "reviewed"]}
