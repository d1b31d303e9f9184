"""What keeps a draft from being published, and what asks for a second look. Each rule is broken once."""

from datetime import timedelta

import pytest
from django.conf import settings as site
from django.db import models
from django.template.loader import render_to_string
from django.test.utils import isolate_apps
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from centers.models import Center, Clinic, Commitment, Contact, DiagnosticTest, Treatment
from hospital_site.publishing.actions import publish, withdraw
from hospital_site.publishing.gate import (
    ERRORS_OF_ROWS,
    WARNINGS_OF_ROWS,
    Finding,
    Row,
    blocks,
    different_numbers,
    findings,
    pictures_without_words,
    plain_language,
    unexplained_terms,
)
from hospital_site.publishing.models import Edition, page_models
from patients_rights.models import Charter
from tests import make
from tests.reading import JustHTML, Page

pytestmark = pytest.mark.django_db

NUMBERS = "The numbers are not the same as in the other text (Korean). Only here: {}. Only there: {}."


def told(found):
    """Findings as (level, field, language, sentence), in English."""
    with override("en"):
        return [(finding.level, finding.field, finding.language, str(finding.message)) for finding in found]


def about(page, field):
    """What is said about one field of `page`, without the name of the field."""
    return [(level, language, message) for level, at, language, message in told(findings(page)) if at == field]


def says(row_text, code="en", **columns):
    """The warnings about an added text in one language."""
    row = Row(DiagnosticTest, {f"explanation_{code}": row_text, **columns})
    return [message for rule in WARNINGS_OF_ROWS for _level, _field, _language, message in told(rule(row))]


@pytest.fixture
def declare(monkeypatch):
    """`declare(Center, headings={…})`: class constants for the time of one test."""

    def declare(model, **constants):
        for name, value in constants.items():
            monkeypatch.setattr(model, name, value, raising=False)

    return declare


def test_a_complete_draft_passes():
    assert findings(make.test(explanation_ko="피를 뽑습니다.", explanation_en="Blood is taken.")) == []


def test_only_errors_block():
    error, warning = (Finding(level, "", "name_ko", "ko", "Name") for level in ("error", "warning"))

    assert (blocks([warning]), blocks([warning, error]), blocks([])) == (False, True, False)


def test_errors_come_first():
    page = make.test(name_en="", explanation_ko="하나", overview_ko="국내 최초입니다.", overview_en="Korea’s first.")

    levels = [finding.level for finding in findings(page)]

    assert levels == sorted(levels)
    assert set(levels) == {"error", "warning"}


@pytest.mark.parametrize("model", [pytest.param(model, id=model.__name__) for model in page_models()])
def test_the_emptiest_draft_raises_nothing(model):
    assert blocks(findings(model()))


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


def test_a_text_that_no_language_has_is_nobody_s_loss():
    assert findings(make.center(introduction_ko="", introduction_en="")) == []


def test_a_site_may_require_less(settings):
    settings.REQUIRED_LANGUAGES = {"names": ["ko"]}

    assert not blocks(findings(make.center(name_en="")))


def test_what_a_page_copies_is_judged_where_it_is_chosen():
    clinic = make.clinic()
    clinic.departments.add(make.part(clinic.center.hospital, "departments", name_ko="영상의학과", name_en=""))

    [finding] = findings(clinic)

    with override("en"):
        assert (finding.level, finding.field, finding.language) == ("error", "departments", "en")
        assert str(finding.label) == "Departments that work together here “영상의학과” — name"


# ── Headings ──────────────────────────────────────────────────────────────────────────────────────────────────────────

NOTHING_BELOW = "Nothing stands below this heading. Write the text below it, or remove the heading."


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

    assert [field for level, field, _language, _message in told(findings(charter)) if level == "error"] == [
        "responsibilities_heading_ko"
    ]


def test_a_title_above_a_row_is_a_heading(declare):
    declare(Commitment, headings={"title": ["text"]})
    center = make.center()
    make.part(center, "commitments", title_ko="하나", title_en="One", text_ko="있음", text_en="Here")
    make.part(center, "commitments", title_ko="둘", title_en="Two")

    [finding] = findings(center)

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

    [finding] = findings(make.hospital(website="https://cancer.example.org/ko/nowhere/"))

    assert (finding.level, finding.field, finding.language) == ("error", "website", None)


# ── Pictures ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pictured():
    """Two models with pictures: one described in each language, one in a single field."""
    with isolate_apps("tests"):

        class Ward(models.Model):
            photograph = models.ImageField("photograph")
            photograph_alt_ko = models.CharField("description", max_length=200)
            photograph_alt_en = models.CharField("description", max_length=200)

            class Meta:
                app_label = "tests"

        class Plan(models.Model):
            drawing = models.ImageField("drawing")
            drawing_alt = models.CharField("description", max_length=200)

            class Meta:
                app_label = "tests"

        yield {"ward": Ward, "plan": Plan}


@pytest.mark.parametrize(
    ("model", "data", "found"),
    [
        pytest.param("ward", {"photograph": ""}, [], id="no_picture"),
        pytest.param(
            "ward",
            {"photograph": "a.jpg", "photograph_alt_ko": "병동", "photograph_alt_en": " "},
            [("photograph_alt_en", "en")],
            id="one_language_missing",
        ),
        pytest.param(
            "ward",
            {"photograph": "a.jpg", "photograph_alt_ko": "병동", "photograph_alt_en": "A ward"},
            [],
            id="described",
        ),
        pytest.param("plan", {"drawing": "a.png", "drawing_alt": ""}, [("drawing_alt", None)], id="not_described"),
        pytest.param("plan", {"drawing": "a.png", "drawing_alt": "1–2"}, [], id="described_for_all_languages"),
        pytest.param("plan", {"drawing": "a.png"}, [("drawing", None)], id="no_place_to_describe_it"),
    ],
)
def test_a_picture_is_described_in_words(pictured, model, data, found):
    rows = pictures_without_words(Row(pictured[model], data))

    assert [(finding.field, finding.language) for finding in rows] == found


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


# ── Numbers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def differing(korean, english):
    row = Row(DiagnosticTest, {"explanation_ko": korean, "explanation_en": english})
    return [message for _level, _field, _language, message in told(different_numbers(row))]


@pytest.mark.parametrize(
    ("korean", "english", "here", "there"),
    [
        pytest.param("환자의 60%입니다.", "It is 65% of patients.", "65%", "60%", id="percentages"),
        pytest.param("60%입니다.", "It is 60.", "60", "60%", id="a_lost_percent_sign"),
        pytest.param("전화 1670-2545", "Call 1670-2546", "+8216702546", "+8216702545", id="telephone_numbers"),
        pytest.param("48시간", "24 hours", "24", "48", id="hours"),
        pytest.param("09:00~18:00", "09:00–17:00", "17", "18", id="opening_hours"),
        pytest.param("1,000명", "100 people", "100", "1000", id="a_lost_zero"),
        pytest.param("30분 뒤 30분", "30 minutes", "–", "30", id="said_once_instead_of_twice"),
        pytest.param("2026년 11월 22일", "21 November 2026", "21", "22", id="days"),
        pytest.param("1.5 mg", "1.6 mg", "1.6", "1.5", id="decimals"),
    ],
)
def test_numbers_that_differ_between_languages_are_an_error(korean, english, here, there):
    assert differing(korean, english) == [NUMBERS.format(here, there)]


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        pytest.param("24시간 모은 소변", "24-hour urine", id="hours"),
        pytest.param("１００명 가운데 60 %", "60% of 100 people", id="full_width_and_spaces"),
        pytest.param("60퍼센트", "60 percent", id="percent_in_words"),
        pytest.param("5~10%", "5%–10%", id="a_range_of_percentages"),
        pytest.param("1,000명", "1000 people", id="thousands"),
        pytest.param("1만 2천 명", "12,000 people", id="thousands_in_words"),
        pytest.param("3백만 원", "3 million won", id="millions_in_words"),
        pytest.param("평일 09:00~18:00", "Weekdays 09:00–18:00", id="opening_hours"),
        pytest.param("오후 6시 30분", "18:30", id="after_noon"),
        pytest.param("오전 9시부터 오후 6시", "9 a.m. to 6 p.m.", id="after_noon_in_both"),
        pytest.param("오후 12시", "12:00", id="at_noon"),
        pytest.param("2026년 11월 22일", "22 November 2026", id="days"),
        pytest.param("2026년 11월 22일", "Nov. 22, 2026", id="days_with_a_short_month"),
        pytest.param("첫째, 진료받을 권리", "First, the right to care", id="ordinals_in_words"),
        pytest.param("검사는 2가지입니다.", "There are two tests.", id="small_numbers_in_letters"),
        pytest.param("세 번 검사합니다.", "The test is done 3 times.", id="small_numbers_in_korean_letters"),
        pytest.param("전화 02-6210-0080", "Call +82-2-6210-0080", id="a_number_called_from_abroad"),
        pytest.param("소변 5-HIAA 검사", "Urine 5-HIAA test", id="digits_in_a_name"),
        pytest.param("검사합니다.", "", id="not_translated_yet"),
    ],
)
def test_numbers_that_are_only_written_differently_pass(korean, english):
    assert differing(korean, english) == []


def test_a_row_is_named_when_its_numbers_differ():
    hospital = make.hospital()
    make.part(hospital, "contacts", name_ko="예약", name_en="Booking", telephone="1", hours_ko="9시", hours_en="10:00")

    [finding] = findings(hospital)

    with override("en"):
        assert str(finding.label) == "Contact 1 “Booking” — hours"
    assert finding.field == "contacts-0-hours_en"


# ── How texts read ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_long_sentence_is_quoted():
    sentence = " ".join(["word"] * 31) + "."

    assert says(sentence) == [
        "This sentence has 31 words; 30 are easy to read. Make two of it: "
        "“word word word word word word word word word word word word…”"
    ]


def test_korean_sentences_are_measured_in_letters():
    assert says("가" * 89 + " 니다.", "ko")[0].startswith("This sentence has 92 letters; 90 are easy to read.")


def test_many_middling_sentences_are_too_long_together():
    sentence = " ".join(["Word"] * 25) + ". "

    assert says(sentence * 2) == [
        "The sentences have 25 words on average; 20 are easy to read. Make some of them shorter."
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(" ".join(["Word"] * 15) + ". " + " ".join(["Word"] * 20) + ".", id="two_sentences"),
        pytest.param("- " + " ".join(["word"] * 20) + "\n- " + " ".join(["word"] * 18), id="a_list"),
        pytest.param("Dr. Kim sees you. " * 3, id="a_title_ends_no_sentence"),
    ],
)
def test_easy_sentences_pass(text):
    assert says(text) == []


def test_the_hospital_s_own_sentences_may_be_long(declare):
    declare(DiagnosticTest, source_words=["explanation"])

    assert says(" ".join(["word"] * 31) + ".") == []


@pytest.mark.parametrize("sentence", ["검사를 한다.", "검사를 해요.", "검사함.", "기다리세요. 주사를 맞아요!"])
def test_another_style_of_speech_is_noticed(sentence):
    [message] = says(sentence, "ko")

    assert message.startswith("This sentence does not end in the formal style of the site: “")


@pytest.mark.parametrize(
    "sentence", ["검사를 합니다.", "물어보세요.", "가능합니까?", "눌러 주십시오.", "검사합니다(예: 혈액).", "검사 결과"]
)
def test_formal_speech_passes(sentence):
    assert says(sentence, "ko") == []


@pytest.mark.parametrize(
    ("code", "text", "instead"),
    [
        pytest.param("ko", "국립암센터입니다.", "국가 암 전문 기관", id="another_hospital_s_name"),
        pytest.param("ko", "생검을 합니다.", "조직 검사", id="jargon"),
        pytest.param("ko", "예후가 좋습니다.", "경과(예후)", id="prognosis_alone"),
        pytest.param("ko", "객담 검사", "가래", id="phlegm"),
        pytest.param("ko", "경구투여합니다.", "먹는 약", id="by_mouth"),
        pytest.param("ko", "임상실험입니다.", "임상시험", id="experiments"),
        pytest.param("ko", "진단방사선과", "영상의학과", id="an_old_name"),
        pytest.param("ko", "신경내분비암", "신경내분비종양", id="a_wrong_illness"),
        pytest.param("ko", "투병 의지", "암 치료를 받는", id="words_of_war"),
        pytest.param("en", "Fruit, e.g. bananas.", "for example", id="latin"),
        pytest.param("en", "Blood, urine, etc.", "and other …", id="and_so_on"),
        pytest.param("en", "That is, i.e. surgery.", "that is", id="more_latin"),
        pytest.param("en", "Battling cancer together.", "living with cancer", id="battles"),
    ],
)
def test_words_to_avoid_come_with_better_ones(code, text, instead):
    [message] = says(text, code)

    assert message.startswith(f"Write “{instead}” rather than “")


@pytest.mark.parametrize(
    "text", ["경과(예후)가 다릅니다.", "조직 검사를 합니다.", "원자력병원 식도암센터", "국가 암 전문 기관"]
)
def test_the_better_words_pass(text):
    assert says(text, "ko") == []


def test_the_hospital_s_own_words_may_have_abbreviations(declare):
    declare(DiagnosticTest, source_words=["explanation"])

    assert says("Imaging (e.g. CT, MRI, etc.).") == []


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        pytest.param("국내 최초의 식도암 클리닉", "Korea’s first clinic", id="first"),
        pytest.param("식도암 환자의 60% 이상", "over 60% of esophageal cancer patients", id="percentage"),
        pytest.param("완치하고 극복할 수 있음", "can be completely cured and overcome", id="cure"),
        pytest.param("가장 낮은 가격으로", "at the lowest prices", id="prices"),
        pytest.param("예약할 때 우선하여 배려합니다", "preferential options for re-hospitalization", id="preference"),
        pytest.param(
            "대형 민간 병원에서는 할 수 없는", "not possible for large-scale private hospitals", id="comparison"
        ),
        pytest.param("최고 수준의 전문가", "top-tier experts", id="superlative"),
        pytest.param("가장 알맞은 의료서비스", "optimal healthcare service", id="optimal"),
        pytest.param("웃음을 찾아 드릴 것을 약속합니다", "promises to bring back the smiles", id="promise"),
        pytest.param("정확한 진단과 신속한 치료", "accurate diagnoses and quick treatment", id="accuracy"),
        pytest.param("더 오래 삶을 누릴 수 있습니다", "can enjoy a longer life", id="longer_life"),
        pytest.param("최신 치료 방법", "latest treatment methods", id="newness"),
        pytest.param("국내 유일의 기관", "the only institute in Korea", id="only"),
        pytest.param("가장 좋은 치료", "the best treatment for each patient", id="best"),
        pytest.param("전문 의료기관", "a specialized medical institution", id="titles"),
        pytest.param("치료 결과를 보장합니다", "We guarantee results", id="guarantee"),
        pytest.param("부작용이 없는 치료", "a treatment without side effects", id="no_side_effects"),
        pytest.param("환자 후기", "patient stories", id="stories"),
        pytest.param("1위 병원", "award-winning", id="awards"),
    ],
)
def test_superlatives_and_promises_are_noticed_in_both_languages(korean, english):
    for code, text in (("ko", korean), ("en", english)):
        assert any("may count as forbidden advertising" in message for message in says(text, code)), text


def test_a_claim_is_quoted_with_its_reason_and_the_law():
    assert says("This is Korea’s first clinic.") == [
        "“Korea’s first” may count as forbidden advertising. Being the first needs dated evidence. "
        "(Medical Service Act, Article 56(2)3 and 8)"
    ]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param("ko", "첫째, 환자는 진료받을 권리가 있습니다.", id="an_ordinal"),
        pytest.param("ko", "다른 병원에서 받은 의뢰서를 가져오세요.", id="a_letter_from_another_hospital"),
        pytest.param("ko", "비밀을 보장합니다.", id="confidentiality"),
        pytest.param("ko", "다른 사람의 명의로 진료받을 수 없습니다.", id="another_person_s_name"),
        pytest.param("en", "First, take off your coat.", id="a_first_step"),
        pytest.param("en", "The best time to come is the morning.", id="the_best_time"),
        pytest.param("en", "This is the only test you need today.", id="the_only_test"),
        pytest.param("en", "Treatment aims to slow the tumor.", id="an_aim"),
    ],
)
def test_ordinary_words_are_no_claims(code, text):
    assert says(text, code) == []


def unexplained(text, code="en", *more):
    rows = [Row(DiagnosticTest, {f"explanation_{code}": text}), *more]
    return [message for _level, _field, _language, message in told(unexplained_terms(rows))]


@pytest.mark.parametrize(
    ("code", "text", "message"),
    [
        pytest.param(
            "en",
            "You may need a contrast medium.",
            "The page does not explain “contrast medium”. Say it in plain words where it first stands: "
            "“a dye that makes the pictures clearer”",
            id="english",
        ),
        pytest.param(
            "ko",
            "조영제를 맞을 수 있습니다.",
            "The page does not explain “조영제”. Say it in plain words where it first stands: "
            "“사진이 잘 보이게 하는 약”",
            id="korean",
        ),
    ],
)
def test_a_term_that_the_page_does_not_explain_is_noticed(code, text, message):
    assert unexplained(text, code) == [message]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param("en", "A contrast medium makes the pictures clearer.", id="explained_in_a_sentence"),
        pytest.param("en", "A catheter (a thin pipe) is used.", id="explained_in_brackets"),
        pytest.param("ko", "사진이 잘 보이도록 조영제를 맞습니다.", id="explained_in_korean"),
        pytest.param("ko", "통증이 호전이 됩니다.", id="a_part_of_another_word"),
    ],
)
def test_a_term_that_the_page_explains_passes(code, text):
    assert unexplained(text, code) == []


def test_a_term_may_be_explained_in_another_field():
    elsewhere = Row(DiagnosticTest, {"preparation_en": "It makes the pictures clearer."})

    assert unexplained("You may need a contrast medium.", "en", elsewhere) == []


def test_terms_in_the_hospital_s_own_words_are_left_to_the_hospital(declare):
    declare(DiagnosticTest, source_words=["explanation"])

    assert unexplained("You may need a contrast medium.") == []


def test_a_treatment_without_words_about_side_effects_is_noticed_in_each_language(declare):
    declare(Treatment, must_mention={"side_effects": "explanation"})
    page = make.treatment(explanation_ko="부작용이 생길 수 있습니다.", explanation_en="It is an operation.")

    assert about(page, "explanation_en") == [
        (
            "warning",
            "en",
            "Say which side effects this treatment can have. Advertising that leaves out serious side effects is "
            "forbidden. (Medical Service Act, Article 56(2)7)",
        )
    ]
    assert about(page, "explanation_ko") == []


# ── For the editor ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reasons_are_given_in_the_language_of_the_interface():
    [finding] = findings(make.test(overview_ko="국내 최초입니다.", overview_en="It is good."))

    with override("ko"):
        assert "최초라는 말에는 날짜가 있는 근거가 필요합니다." in str(finding.message)
        assert "의료법 제56조제2항제3호·제8호" in str(finding.message)


def test_every_rule_gives_its_reason_in_every_language_and_better_words_in_the_language_of_the_text():
    rules = plain_language()

    for rule in [*rules["claims"], *rules["avoid"]]:
        assert set(rule["reason"]) == set(dict(site.LANGUAGES))
        assert set(rule.get("law", rule["reason"])) == set(dict(site.LANGUAGES))
        assert set(rule.get("instead", rule["find"])) == set(rule["find"])


def test_the_fields_that_findings_name_stand_on_the_form(admin_client):
    center = make.center(introduction_en="One.")
    make.part(center, "commitments", text_ko="1", text_en="1")
    make.part(center, "commitments", text_ko="1", text_en="2")

    form = Page(admin_client.get(f"/en/admin/centers/center/{center.pk}/change/"))

    fields = {finding.field for finding in findings(center)}
    assert fields == {"introduction_ko", "commitments-1-text_en"}
    assert [len(form.all(f"[id='id_{field}']")) for field in fields] == [1, 1]


def test_the_page_links_each_finding_to_its_field():
    found = findings(make.center(introduction_en="One.", closing_ko="하나"))

    with override("en"):
        page = JustHTML(
            render_to_string("admin/publishing/findings.html", {"findings": found, "form_url": "../change/"}),
            sanitize=False,
        )

    assert [(link.attrs["href"], link.to_text()) for link in page.query("a")] == [
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

    assert "Nothing was found that would keep this page from being published." in html


# ── Nothing raises, and the first content passes ──────────────────────────────────────────────────────────────────────

ANY_TEXT = st.text(alphabet=st.sampled_from("09 ,.:-–~%％만천억일월오후pm()[]“”/koen\n１½٣²"), max_size=40)


@given(korean=ANY_TEXT, english=ANY_TEXT)
def test_no_text_makes_the_rules_raise(korean, english):
    columns = {"name_ko": korean, "name_en": english, "explanation_ko": korean, "explanation_en": english}
    row = Row(DiagnosticTest, columns)

    for rule in [*ERRORS_OF_ROWS, *WARNINGS_OF_ROWS]:
        told(rule(row))
    told(unexplained_terms([row]))


@given(text=ANY_TEXT)
def test_a_text_never_differs_from_itself_in_numbers(text):
    row = Row(Contact, {"hours_ko": text, "hours_en": text})
    with_words = any(letter in text for letter in "만천억월오후pm")

    assert with_words or list(different_numbers(row)) == []


def test_data_of_an_older_schema_is_judged_by_what_it_holds():
    hospital = make.hospital()

    assert findings(hospital, {"name_ko": "하나", "name_en": "One", "gone": 1}) == []


def test_the_first_content_has_no_errors(first_content):
    pages = [page for model in page_models() for page in model.objects.all()]

    assert len(pages) > 20
    assert [finding for page in pages for finding in findings(page) if finding.level == "error"] == []


@pytest.mark.parametrize("size", [1, 3])
def test_a_page_asks_the_same_questions_however_many_rows_it_has(size, django_assert_num_queries):
    hospital = make.hospital()
    for _ in range(size):
        make.part(hospital, "departments", name_ko="과", name_en="Department")

    with django_assert_num_queries(4):
        findings(hospital)
