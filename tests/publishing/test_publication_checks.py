"""What keeps a draft from being published, and what asks for a second look. Each check is broken once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from centers.models import Center, Clinic, Commitment
from hospital_site.publishing import publication_checks, registries
from hospital_site.publishing.models import Edition, page_models
from hospital_site.publishing.pipeline import publish, withdraw
from hospital_site.publishing.publication_checks import (
    WARNING,
    Finding,
    check_page,
    has_errors,
)
from hospital_site.publishing.publication_checks.links import different_links
from hospital_site.publishing.snapshots import as_json, columns
from patients_rights.models import Charter
from tests import make
from tests.publishing.checking import about, check_draft, compose_in_sync, in_english, levels_and_messages
from tests.reading import Page, parsed

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture
def declare(monkeypatch):
    """`declare(Center, headings={…})`: class constants for the time of one test."""

    def declare(model, **constants):
        for name, value in constants.items():
            monkeypatch.setattr(model, name, value, raising=False)

    return declare


def test_a_complete_draft_passes():
    assert check_draft(make.test(explanation_ko="피를 뽑습니다.", explanation_en="Blood is taken.")) == []


def test_only_errors_keep_a_page_from_being_published():
    error, warning = (Finding(level, "", "name_ko", "ko", "Name") for level in ("error", "warning"))

    assert (has_errors([warning]), has_errors([warning, error]), has_errors([])) == (False, True, False)


def test_errors_come_first():
    page = make.test(name_en="", explanation_ko="하나", overview_ko="국내 최초입니다.", overview_en="Korea’s first.")

    levels = [finding.level for finding in check_draft(page)]

    assert levels == sorted(levels)
    assert set(levels) == {"error", "warning"}


@pytest.mark.parametrize("blank", [True, False], ids=["blank_columns", "no_columns"])
@pytest.mark.parametrize("model", [pytest.param(model, id=model.__name__) for model in page_models()])
def test_the_emptiest_page_makes_no_check_raise(model, blank):
    candidate = replace(
        compose_in_sync(make.center()), kind=model.page_kind(), data=as_json(columns(model())) if blank else {}
    )

    assert has_errors(check_page(candidate)) == blank


def test_data_of_an_older_schema_is_judged_by_what_it_holds():
    candidate = replace(compose_in_sync(make.hospital()), data={"name_ko": "하나", "name_en": "One", "gone": 1})

    assert check_page(candidate) == []


def test_a_withdrawal_has_nothing_to_check():
    assert check_page(replace(compose_in_sync(make.center(name_en="")), data=None)) == []


def test_the_candidate_is_checked_and_not_the_draft_of_the_moment():
    clinic = make.clinic(tests_heading_ko="검사", tests_heading_en="Tests")
    test = make.test(clinic=clinic)
    candidate = compose_in_sync(clinic)

    test.delete()
    Clinic.objects.update(name_en="")

    assert check_page(candidate) == []


# ── Checks of other apps ──────────────────────────────────────────────────────────────────────────────────────────────


def few_commitments(candidate, rows):
    if candidate.model is Center and len(rows) < 3:
        yield rows[0].finding(WARNING, "Too few.", "introduction", "en")


def test_an_app_adds_a_check_of_whole_pages(monkeypatch):
    monkeypatch.setattr(publication_checks, "PAGE_CHECKS", [])
    monkeypatch.setattr(publication_checks, "ROW_CHECKS", [])
    monkeypatch.setattr(registries, "PAGE_CHECKS", [f"{__name__}.few_commitments"])
    center = make.center()
    make.part(center, "commitments")

    assert in_english(check_draft(center)) == [("warning", "introduction_en", "en", "Too few.")]
    assert check_draft(make.hospital()) == []


# ── Languages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        pytest.param(lambda: make.center(name_en=" "), "name_en", id="a_name"),
        pytest.param(lambda: make.charter(title_en=""), "title_en", id="a_title"),
    ],
)
def test_a_page_needs_its_name_in_every_language(draft, field):
    assert about(draft(), field) == [
        ("error", "en", "This name is missing (English). Write it: patients look for the page by its name.")
    ]


def test_what_has_a_name_in_a_row_needs_it_too():
    hospital = make.hospital()
    make.part(hospital, "departments", name_ko="영상의학과", name_en="")

    assert [(level, language) for level, language, _message in about(hospital, "departments-0-name_en")] == [
        ("error", "en")
    ]


def test_a_text_that_only_the_second_language_has_is_an_error():
    assert about(make.center(introduction_en="We care."), "introduction_ko") == [
        (
            "error",
            "ko",
            "This text exists in another language only. Write it (Korean), or remove it from every language.",
        )
    ]


def test_a_text_that_is_not_translated_yet_is_a_warning():
    assert about(make.center(introduction_ko="돌봅니다."), "introduction_en") == [
        ("warning", "en", "This text is missing (English). Patients see it in another language, with a note.")
    ]


def test_a_page_that_is_not_translated_at_all_is_named_once(settings):
    settings.REQUIRED_LANGUAGES = {"names": ["ko"], "texts": ["ko"]}
    center = make.center(name_en="", introduction_ko="돌봅니다.", closing_ko="다시 뵙겠습니다.")

    assert in_english(check_draft(center)) == [
        (
            "warning",
            "name_en",
            "en",
            "This page is not translated (English). Its readers see it in another language, with notes.",
        )
    ]


def test_a_text_that_no_language_has_is_nobody_s_loss():
    assert check_draft(make.center(introduction_ko="", introduction_en="")) == []


def test_a_site_may_require_less(settings):
    settings.REQUIRED_LANGUAGES = {"names": ["ko"], "texts": []}

    assert not has_errors(check_draft(make.center(name_en="")))


def test_what_a_page_copies_is_judged_where_it_is_chosen():
    clinic = make.clinic()
    clinic.departments.add(make.part(clinic.center.hospital, "departments", name_ko="영상의학과", name_en=""))

    [finding] = check_draft(clinic)

    with override("en"):
        assert (finding.level, finding.field, finding.language) == ("error", "departments", "en")
        assert str(finding.label) == "Departments that work together here “영상의학과” — name"


# ── Headings ──────────────────────────────────────────────────────────────────────────────────────────────────────────

NOTHING_BELOW = "There is no text below this heading. Write the text, or remove the heading."


def test_a_heading_needs_something_below_it(declare):
    declare(Clinic, headings={"tests_heading": ["tests_overview", "tests"]})
    clinic = make.clinic(tests_heading_ko="검사", tests_heading_en="Tests")

    assert about(clinic, "tests_heading_ko") == [("error", "ko", NOTHING_BELOW)]


@pytest.mark.parametrize(
    "fill",
    [
        pytest.param(lambda clinic: setattr(clinic, "tests_overview_ko", "검사합니다."), id="a_text"),
        pytest.param(lambda clinic: make.test(clinic=clinic), id="a_page"),
        pytest.param(lambda clinic: make.part(clinic, "areas", name_ko="간암", name_en="Liver cancer"), id="a_row"),
        pytest.param(lambda clinic: setattr(clinic, "tests_heading_ko", ""), id="no_heading_after_all"),
    ],
)
def test_a_heading_with_anything_below_it_passes(declare, fill):
    declare(Clinic, headings={"tests_heading": ["tests_overview", "tests", "areas"]})
    clinic = make.clinic(tests_heading_ko="검사")

    fill(clinic)

    assert about(clinic, "tests_heading_ko") == []


def test_a_heading_may_wait_for_rows_of_one_kind(declare):
    declare(
        Charter,
        headings={
            "rights_heading": [("articles", {"kind": "right"})],
            "responsibilities_heading": [("articles", {"kind": "responsibility"})],
        },
    )
    charter = make.charter(
        rights_heading_ko="권리",
        rights_heading_en="Rights",
        responsibilities_heading_ko="의무",
        responsibilities_heading_en="Duties",
    )
    make.article(charter, 1, kind="right")

    assert [field for level, field, _language, _message in in_english(check_draft(charter)) if level == "error"] == [
        "responsibilities_heading_ko"
    ]


def test_a_title_above_a_row_is_a_heading(declare):
    declare(Commitment, headings={"title": ["text"]})
    center = make.center()
    make.part(center, "commitments", title_ko="하나", title_en="One", text_ko="있음", text_en="Here")
    make.part(center, "commitments", title_ko="둘", title_en="Two")

    [finding] = check_draft(center)

    assert finding.field == "commitments-1-title_ko"


# ── Links ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def live_center():
    return make.published(make.center(slug="live"))


def withdrawn_center():
    withdraw(make.published(make.center(slug="gone")), by="the test", reason="Closed.")


def orphan_clinic():
    clinic = make.published(make.clinic(slug="orphan", center=make.center(slug="above")))
    withdraw(clinic.center, by="the test", reason="Closed.")


def nothing():
    pass


@pytest.mark.parametrize(
    ("given", "link"),
    [
        pytest.param(nothing, "/ko/centers/nowhere/", id="no_such_page"),
        pytest.param(nothing, "/en/no/such/address", id="no_such_address"),
        pytest.param(lambda: make.center(slug="draft"), "/en/centers/draft/", id="never_published"),
        pytest.param(withdrawn_center, "/ko/centers/gone/", id="withdrawn"),
        pytest.param(orphan_clinic, "/ko/centers/above/orphan/", id="below_a_withdrawn_page"),
        pytest.param(nothing, "/ko/admin/", id="the_desk"),
        pytest.param(nothing, "https://cancer.example.org/ko/centers/nowhere/", id="whole_address"),
        pytest.param(nothing, "http://cancer.example.org/centers/nowhere/", id="whole_address_without_language"),
    ],
)
def test_a_link_that_leads_nowhere_is_an_error(settings, given, link):
    settings.ALLOWED_HOSTS = ["cancer.example.org"]
    given()
    page = make.test(explanation_ko=f"자세한 내용은 {link}에서 봅니다.", explanation_en=f"Read more: {link}.")

    assert about(page, "explanation_ko") == [
        ("error", "ko", f"Patients find no page at {link}. Correct the address, or publish that page first.")
    ]
    assert len(about(page, "explanation_en")) == 1


@pytest.mark.parametrize(
    ("given", "link"),
    [
        pytest.param(live_center, "/ko/centers/live/", id="live"),
        pytest.param(live_center, "/en/centers/live", id="without_the_last_slash"),
        pytest.param(live_center, "/en/centers/live/?print=1#commitments", id="with_anchor"),
        pytest.param(live_center, "https://cancer.example.org/ko/centers/live/", id="whole_address"),
        pytest.param(live_center, "https://cancer.example.org/centers/live/", id="whole_address_without_language"),
        pytest.param(nothing, "https://cancer.example.org", id="front_page"),
        pytest.param(nothing, "/ko/departments/", id="a_page_of_the_site_itself"),
        pytest.param(nothing, "/static/icons/card.png", id="a_file"),
        pytest.param(nothing, "https://www.example.com/ko/centers/nowhere/", id="another_site"),
        pytest.param(nothing, "and/or", id="no_link_at_all"),
    ],
)
def test_a_link_that_patients_can_follow_passes(settings, given, link):
    settings.ALLOWED_HOSTS = ["cancer.example.org"]
    given()

    assert about(make.test(explanation_ko=f"{link}을 봅니다."), "explanation_ko") == []


def test_a_page_may_link_to_itself_before_it_is_published():
    center = make.center(slug="new", introduction_ko="주소는 /ko/centers/new/ 입니다.")

    assert about(center, "introduction_ko") == []


def test_addresses_in_other_fields_are_followed_too(settings):
    settings.ALLOWED_HOSTS = ["cancer.example.org"]

    [finding] = check_draft(make.hospital(website="https://cancer.example.org/ko/nowhere/"))

    assert (finding.level, finding.field, finding.language) == ("error", "website", None)


LINKS_DIFFER = "The links are not the same as in the other text (Korean). Only here: {}. Only there: {}."


def compare_links(korean, english):
    return levels_and_messages(different_links, explanation_ko=korean, explanation_en=english)


@pytest.mark.parametrize(
    ("korean", "english", "here", "there"),
    [
        pytest.param(
            "/ko/centers/net/", "/en/centers/esophagus/", "/en/centers/esophagus/", "/ko/centers/net/", id="pages"
        ),
        pytest.param("/ko/centers/net/", "the center", "–", "/ko/centers/net/", id="a_lost_link"),
        pytest.param("/ko/a/#one", "/en/a/#two", "/en/a/#two", "/ko/a/#one", id="anchors"),
        pytest.param(
            "https://example.org/1",
            "https://example.org/2",
            "https://example.org/2",
            "https://example.org/1",
            id="paths",
        ),
        pytest.param("www.example.org", "www.example.com", "www.example.com", "www.example.org", id="hosts"),
    ],
)
def test_links_that_differ_between_languages_are_an_error(korean, english, here, there):
    assert compare_links(korean, english) == [("error", LINKS_DIFFER.format(here, there))]


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        pytest.param("/ko/centers/net/을 봅니다.", "See /en/centers/net/.", id="a_page_in_its_language"),
        pytest.param("https://example.org", "http://www.example.org/", id="spellings_of_an_address"),
        pytest.param("https://example.org/kor/7", "https://example.org/eng/7", id="another_site_in_its_language"),
        pytest.param("https://example.org/7", "https://english.example.org/7", id="another_site_translated"),
        pytest.param("/ko/a/ /ko/a/", "/en/a/", id="said_twice"),
        pytest.param("/ko/a/", "", id="not_translated_yet"),
    ],
)
def test_links_to_the_same_place_pass(korean, english):
    assert compare_links(korean, english) == []


# ── Addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def readdressed(center, slug):
    """Let `center`, already published, have been published under the address that `slug` gives."""
    Center.objects.filter(pk=center.pk).update(slug=slug)


def scheduled(center):
    make.published(center.hospital)
    publish(center, by="the test", live_from=timezone.now() + timedelta(days=1))
    return center


@pytest.mark.parametrize("rival", [pytest.param(make.published, id="live"), pytest.param(scheduled, id="scheduled")])
def test_an_address_that_another_page_has_or_will_have_is_taken(rival):
    readdressed(rival(make.center(slug="esophagus")), "other")

    assert about(make.center(slug="esophagus"), "slug") == [
        ("error", None, "Another page has the address /centers/esophagus/ or will have it soon. Choose another one.")
    ]


@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda center: withdraw(center, by="the test", reason="Closed."), id="withdrawn"),
        pytest.param(lambda center: None, id="its_own"),
    ],
)
def test_a_page_may_have_its_own_address_and_one_that_is_free(leave):
    center = make.published(make.center(slug="esophagus"))

    leave(center)

    assert about(center, "slug") == []


def test_a_page_that_was_scheduled_and_cancelled_takes_no_address():
    center = scheduled(make.center(slug="esophagus"))
    Edition.objects.scheduled().update(cancelled_at=timezone.now())
    readdressed(center, "other")

    assert about(make.center(slug="esophagus"), "slug") == []


# ── For the editor ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_fields_that_findings_name_stand_on_the_form(admin_client):
    center = make.center(introduction_en="One.")
    make.part(center, "commitments", text_ko="1", text_en="1")
    make.part(center, "commitments", text_ko="1", text_en="2")

    form = Page(admin_client.get(f"/en/admin/centers/center/{center.pk}/change/"))

    fields = {finding.field for finding in check_draft(center)}
    assert fields == {"introduction_ko", "commitments-1-text_en"}
    assert [len(form.all(f"[id='id_{field}']")) for field in fields] == [1, 1]


def test_the_page_links_each_finding_to_its_field():
    found = check_draft(make.center(introduction_en="One.", closing_ko="하나"))

    with override("en"):
        page = parsed(render_to_string("admin/publishing/findings.html", {"findings": found, "form_url": "../change/"}))

    assert [(link.attrs["href"], " ".join(link.to_text().split())) for link in page.query("a")] == [
        ("../change/#id_introduction_ko", "Introduction (Korean)"),
        ("../change/#id_closing_en", "Closing words (English)"),
    ]
    assert [heading.to_text() for heading in page.query("h3")] == [
        "This must be put right before publishing",
        "Please look at this once more",
    ]


def test_without_findings_the_page_says_so():
    with override("en"):
        html = render_to_string("admin/publishing/findings.html", {"findings": []})

    assert "No problem was found that would stop this page from being published." in html


# ── The first content passes ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_content_has_no_errors(first_content):
    pages = [page for model in page_models() for page in model.objects.all()]

    assert len(pages) > 20
    assert [finding for page in pages for finding in check_draft(page) if finding.level == "error"] == []


@pytest.mark.parametrize("size", [1, 3])
def test_a_page_asks_the_same_questions_however_many_rows_it_has(size, django_assert_num_queries):
    hospital = make.hospital()
    for _ in range(size):
        make.part(hospital, "departments", name_ko="과", name_en="Department")
    candidate = compose_in_sync(hospital)

    with django_assert_num_queries(3):
        check_page(candidate)
