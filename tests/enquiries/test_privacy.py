"""The privacy notice of each hospital, in versions."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.translation import override

from hospital_site.enquiries.models import DataController, PrivacyNotice
from hospital_site.enquiries.notices import changed_headings, issue_privacy_notice, load_source
from tests import make
from tests.enquiries.patients import both_languages, receiving_hospital, said
from tests.reading import read
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture
@recorded
def kcch():
    controller = receiving_hospital(
        "kcch", telephone="02-970-2114", officer_ko="개인정보보호팀", officer_en="Privacy team"
    )
    issue_privacy_notice(controller, by="test")
    return controller


@both_languages
def test_the_notice_tells_what_the_law_asks_for(kcch, code):
    page = read(Client(), f"/{code}/privacy/kcch/")

    told = page.text("main")
    assert len(page.all(".policy section:not(#contacts) h2")) == len(load_source()[code]["sections"]) == 16
    for fact in ("90", "180", "3", "02-970-2114", kcch.officer_ko if code == "ko" else kcch.officer_en):
        assert fact in told
    assert "{" not in told


def test_both_languages_have_the_same_sections_and_lines():
    shapes = [
        [
            [(line.get("needs"), line.get("without")) for line in section["lines"]]
            for section in load_source()[code]["sections"]
        ]
        for code in make.languages()
    ]
    assert shapes == [shapes[0]] * len(shapes)


@pytest.mark.depends_on_database
def test_earlier_versions_stay_readable(kcch):
    DataController.objects.update(appointment_days=30)
    call_command("issue_privacy_notices")
    call_command("issue_privacy_notices")

    now, before = read(Client(), "/ko/privacy/kcch/"), read(Client(), "/ko/privacy/kcch/1/")

    assert PrivacyNotice.objects.count() == 2
    assert ("30일" in now.text("main"), "90일" in now.text("main")) == (True, False)
    assert "90일" in before.text("main")
    assert now.texts(".page-header li")[-1:] == ["보유·이용 기간"]
    assert said("These sections differ from the version before:") not in before.text("main")
    assert before.attribute(".notice a", "href") == "/ko/privacy/kcch/"
    assert Client().get("/ko/privacy/kcch/3/").status_code == 404


def test_what_a_hospital_has_not_told_is_said_openly():
    controller = receiving_hospital("kcch")
    issue_privacy_notice(controller, by="test")

    told = read(Client(), "/en/privacy/kcch/").text("main")

    assert "The hospital has not named its privacy officer yet." in told
    assert "None" not in told


@pytest.mark.depends_on_database
@both_languages
def test_transfers_abroad_are_told_as_the_hospital_has_told_them(code):
    controller = receiving_hospital("kcch")
    issue_privacy_notice(controller, by="test")
    unknown = {"ko": "국외로 이전하는지는 아직 확인되지 않았습니다"}.get(code, "has not confirmed yet")

    def told():
        return read(Client(), f"/{code}/privacy/kcch/").text("main")

    assert unknown in told()

    DataController.objects.update(abroad_ko="보내는 곳: 아일랜드", abroad_en="To: Ireland")
    call_command("issue_privacy_notices")

    assert {"ko": "보내는 곳: 아일랜드"}.get(code, "To: Ireland") in told()
    assert unknown not in told()


@pytest.mark.parametrize(("basis", "item"), [("consent", "1"), ("contract", "4")])
def test_the_article_of_the_law_stands_beside_the_basis(basis, item):
    controller = receiving_hospital("kcch", basis=basis)
    issue_privacy_notice(controller, by="test")

    lines = read(Client(), "/en/privacy/kcch/").texts(".policy p")

    [of_appointments] = [line for line in lines if line.startswith("Basis of an appointment inquiry")]
    [of_requests] = [line for line in lines if line.startswith("Request for consultation") and "Basis" in line]
    assert f"article 15, paragraph 1, item {item}" in of_appointments
    assert "article 15, paragraph 1, item 1" in of_requests


def test_what_changed_is_told_by_the_headings():
    def notice(**lines):
        return {"sections": [{"heading": heading, "lines": [text]} for heading, text in lines.items()]}

    assert changed_headings(notice(a="1", b="1", c="1"), notice(a="1", b="2", d="1")) == ["b", "d", "c"]
    assert changed_headings(notice(a="1"), notice(a="1")) == []


def test_a_hospital_that_receives_nothing_holds_nothing():
    make.published(make.hospital(slug="smc"))

    assert read(Client(), "/en/privacy/smc/").status == 200


@pytest.mark.depends_on_database
@both_languages
@pytest.mark.parametrize("path", ["/", "/centers/", "/privacy/"])
def test_every_footer_leads_to_the_notices(kcch, code, path):
    page = read(Client(), f"/{code}{path}")

    assert f"/{code}/privacy/" in page.attributes("footer a", "href")


@pytest.mark.depends_on_database
@both_languages
def test_the_footer_of_a_hospitals_page_leads_straight_to_its_notice(kcch, code):
    center = kcch.hospital.centers.get()
    charter = make.published(make.charter(hospital=kcch.hospital))
    with override(code):
        paths = [page.get_absolute_url() for page in (kcch.hospital, center, center.clinics.get(), charter)]

    for path in [*paths, f"/{code}/enquiries/appointment/kcch/"]:
        footer = read(Client(), path).attributes("footer a", "href")
        assert [link for link in footer if "/privacy/" in link] == [f"/{code}/privacy/kcch/"]


@both_languages
def test_the_form_leads_to_the_notice_of_its_hospital(kcch, code):
    page = read(Client(), f"/{code}/enquiries/appointment/kcch/")

    assert f"/{code}/privacy/kcch/" in page.attributes("main a", "href")
