"""The pages of hospitals, centers, clinics, treatments, tests and departments, as a patient finds them."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext, override

from centers.models import DiagnosticTest, Treatment
from tests import make
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

every_language = pytest.mark.parametrize("language", make.languages())
any_length = pytest.mark.parametrize("size", [1, 3], ids=["one row", "three rows"])


def address(page, language="ko"):
    with override(language):
        return page.get_absolute_url()


def list_address(name, language="ko"):
    with override(language):
        return reverse(name)


# ── Questions to the database ─────────────────────────────────────────────────────────────────────────────────────────


@any_length
def test_a_hospital_asks_two_questions_however_long(client, size, django_assert_num_queries):
    hospital = make.published(make.hospital())
    for _row in range(size):
        make.part(hospital, "departments")
        make.published(make.center(hospital=hospital))

    with django_assert_num_queries(2):
        response = client.get(address(hospital))

    assert len(response.context["centers"]) == size


@any_length
def test_the_list_of_centers_asks_two_questions_however_long(client, size, django_assert_num_queries):
    for _row in range(size):
        make.published(make.clinic())

    with django_assert_num_queries(2):
        response = client.get(list_address("centers:centers"))

    assert len(response.context["hospitals"]) == size


@any_length
def test_a_center_asks_two_questions_however_long(client, size, django_assert_num_queries):
    center = make.published(make.center())
    for _row in range(size):
        make.published(make.clinic(center=center))
        make.published(make.treatment(center=center))
        make.published(make.test(center=center))

    with django_assert_num_queries(2):
        response = client.get(address(center))

    assert [len(response.context[name]) for name in ("clinics", "tests")] == [size, size]
    assert sum(len(group["methods"]) for group in response.context["treatment_groups"]) == size


@any_length
def test_a_clinic_asks_two_questions_however_long(client, size, django_assert_num_queries):
    clinic = make.published(make.clinic())
    for _row in range(size):
        make.part(clinic, "areas", name_ko="질환")
        make.published(make.treatment(clinic=clinic))
        make.published(make.test(clinic=clinic))
    make.published(clinic)

    with django_assert_num_queries(2):
        response = client.get(address(clinic))

    assert [len(response.context[name]) for name in ("treatments", "tests")] == [size, size]


@any_length
def test_a_treatment_asks_two_questions_however_many_stand_beside_it(client, size, django_assert_num_queries):
    clinic = make.clinic()
    treatment = make.published(make.treatment(clinic=clinic))
    for _row in range(size):
        make.published(make.treatment(clinic=clinic))

    with django_assert_num_queries(2):
        response = client.get(address(treatment))

    assert len(response.context["others"]) == size


@any_length
def test_a_test_asks_two_questions_however_many_stand_beside_it(client, size, django_assert_num_queries):
    clinic = make.clinic()
    test = make.published(make.test(clinic=clinic))
    for _row in range(size):
        make.published(make.test(clinic=clinic))

    with django_assert_num_queries(2):
        response = client.get(address(test))

    assert len(response.context["others"]) == size


@any_length
def test_the_list_of_departments_asks_two_questions_however_long(client, size, django_assert_num_queries):
    for _row in range(size):
        clinic = make.clinic()
        clinic.departments.add(make.part(clinic.center.hospital, "departments", name_ko="병리과"))
        make.published(clinic)

    with django_assert_num_queries(2):
        response = client.get(list_address("centers:departments"))

    assert len(response.context["hospitals"]) == size


# ── Orders ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@every_language
def test_centers_stand_in_the_order_that_staff_chose(client, language):
    hospital = make.hospital()
    for position, name in [(2, "가"), (3, "나"), (1, "다")]:
        make.published(make.center(hospital=hospital, position=position, name_ko=name, name_en=name))

    page = read(client, list_address("centers:centers", language))

    assert page.texts(".tile h3") == ["다", "가", "나"]


@every_language
def test_treatments_stand_together_by_when_they_are_used(client, language):
    clinic = make.clinic()
    for position, (name, indication) in enumerate([("A", "Primary"), ("B", "Primary"), ("C", "Metastases")], start=1):
        texts = {"name_ko": name, "name_en": name, "indication_ko": indication, "indication_en": indication}
        make.published(make.treatment(clinic=clinic, position=position, **texts))

    page = read(client, address(clinic, language))

    assert page.texts("#treatments h3") == ["Primary", "Metastases"]
    assert page.texts("#treatments .card .name") == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("ko", ["내분비내과", "방사선종양학과", "영상의학과"]),
        ("en", ["Endocrinology", "Radiation Oncology", "Radiology"]),
    ],
)
def test_departments_stand_in_the_alphabet_of_the_language(client, language, names):
    hospital = make.hospital()
    for ko, en in [
        ("영상의학과", "Radiology"),
        ("내분비내과", "Endocrinology"),
        ("방사선종양학과", "Radiation Oncology"),
    ]:
        make.part(hospital, "departments", name_ko=ko, name_en=en)
    make.published(hospital)

    page = read(client, list_address("centers:departments", language))

    assert page.texts("#main h3") == names


def test_a_department_names_the_clinics_it_works_in(client):
    clinic = make.clinic(name_ko="신경내분비종양 클리닉")
    clinic.departments.add(make.part(clinic.center.hospital, "departments", name_ko="핵의학과"))
    make.part(clinic.center.hospital, "departments", name_ko="병리과")
    make.published(clinic)

    page = read(client, list_address("centers:departments"))

    assert page.attributes("#main .entry a", "href") == [address(clinic)]


def test_a_department_of_one_hospital_does_not_work_in_a_clinic_of_another(client):
    clinic = make.clinic()
    clinic.departments.add(make.part(clinic.center.hospital, "departments", name_ko="병리과"))
    make.published(clinic)
    other = make.hospital()
    make.part(other, "departments", name_ko="병리과")
    make.published(other)

    response = client.get(list_address("centers:departments"))

    hospitals = response.context["hospitals"]
    assert [len(d.clinics) for h in hospitals for d in h.departments] == [1, 0]


# ── What is missing is left out, with its heading and its link ────────────────────────────────────────────────────────


def linked_sections(page):
    return [href.removeprefix("#") for href in page.attributes("nav.contents > ul > li:not(.within) > a", "href")]


def sections(page):
    return page.attributes("#main section.section", "id")


def test_a_clinic_of_which_nothing_is_said_only_says_how_to_reach_its_hospital(client):
    clinic = make.published(make.clinic())

    page = read(client, address(clinic))

    assert (sections(page), linked_sections(page)) == (["contacts"], [])


@every_language
def test_a_clinic_links_exactly_the_sections_that_it_has(client, language):
    clinic = make.clinic(tests_overview_en="Overview.")
    make.part(clinic, "areas", name_ko="간암")
    make.part(clinic, "research_topics", text_en="We study it.")
    make.published(clinic)

    page = read(client, address(clinic, language))

    assert sections(page) == ["areas", "tests", "research", "contacts"]
    assert linked_sections(page) == sections(page)


@pytest.mark.parametrize("texts", [{}, {"explanation_ko": " ", "explanation_en": "\n"}], ids=["empty", "spaces"])
def test_an_explanation_that_both_languages_lack_leaves_no_heading_and_no_link(client, texts):
    treatment = make.treatment(overview_ko="개요.", **texts)
    make.published(make.treatment(center=treatment.center))

    page = read(client, address(make.published(treatment)))

    assert sections(page) == ["overview", "contacts", "others"]
    assert linked_sections(page) == sections(page)


# ── A text that one language lacks ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("reader", "other"), [("ko", "en"), ("en", "ko")], ids=["Korean", "English"])
def test_a_page_without_its_translation_shows_the_other_language_and_says_so(client, reader, other):
    texts = {"overview": "Overview", "explanation": "Explanation"}
    missing = {f"{name}_{reader}": "" for name in ["name", *texts]}
    there = {f"{name}_{other}": text for name, text in {"name": "Name", **texts}.items()}
    treatment = make.published(make.treatment(**missing, **there))

    page = read(client, address(treatment, reader))

    assert page.attribute("html", "lang") == reader
    assert page.texts(f'h1 [lang="{other}"]') == ["Name"]
    assert len(page.all("h1 .other-language")) == 1
    for section, text in texts.items():
        assert page.text(f'#{section} [lang="{other}"]') == text
        assert len(page.all(f"#{section} .other-language .note")) == 1


@every_language
def test_a_page_with_both_languages_has_no_note(client, language):
    texts = {f"{name}_{code}": "Text" for name in ["overview", "explanation"] for code in make.languages()}
    treatment = make.published(make.treatment(**texts))

    page = read(client, address(treatment, language))

    assert page.all(".other-language") == []


# ── Whose words these are ─────────────────────────────────────────────────────────────────────────────────────────────


@every_language
def test_the_words_of_a_center_are_attributed_to_its_hospital(client, language):
    hospital = make.hospital(name_ko="원자력병원", name_en="Korea Cancer Center Hospital")
    center = make.center(hospital=hospital, introduction_ko="소개", introduction_en="Introduction")
    make.published(make.in_sync(center))

    page = read(client, address(center, language))

    [quoted] = page.all("figure.quoted")
    name = {"ko": "원자력병원", "en": "Korea Cancer Center Hospital"}[language]
    assert name in quoted.query_one("figcaption").to_text()
    assert quoted.query_one("blockquote").to_text() == {"ko": "소개", "en": "Introduction"}[language]


@every_language
def test_each_promise_and_each_topic_is_attributed_beside_its_words(client, language):
    clinic = make.clinic()
    for _row in range(2):
        make.part(clinic.center, "commitments", text_ko="약속.", text_en="A promise.")
        make.part(clinic, "research_topics", text_ko="연구.", text_en="A topic.")
    make.published(clinic)

    pages = [read(client, address(page, language)) for page in (clinic.center, clinic)]

    with override(language):
        whose = gettext("In the words of %(hospital)s") % {"hospital": clinic.center.hospital}
    assert [page.texts(".sections figure.quoted figcaption") for page in pages] == [[whose, whose]] * 2


@every_language
def test_a_clinic_counts_medicines_apart_from_methods(client, language):
    clinic = make.clinic()
    make.published(make.test(clinic=clinic))
    for kind in ["surgery", "radiation", "medicine", "injection", "injection"]:
        make.published(make.treatment(clinic=clinic, kind=kind))

    page = read(client, address(make.published(clinic), language))

    counted = {"ko": "치료 방법 2가지, 약 3가지", "en": "2 methods of treatment, 3 medicines"}
    assert counted[language] in page.texts("#way .what")


@every_language
def test_what_this_site_added_says_that_no_clinician_has_reviewed_it(client, language):
    treatment = make.published(make.treatment(explanation_ko="설명", explanation_en="Explanation"))

    page = read(client, address(treatment, language))

    with override(language):
        whose, reviewed = gettext("Explanation added by this site."), gettext("No clinician has reviewed it yet.")
    assert page.texts(".added .why") == [f"{whose} {reviewed}"]


@every_language
def test_a_page_names_the_pages_above_it(client, language):
    center = make.center(
        name_ko="희귀암센터",
        name_en="Uncommon Cancer Center",
        hospital=make.hospital(name_ko="삼성서울병원", name_en="SMC"),
    )
    clinic = make.clinic(name_ko="클리닉", name_en="NET Clinic", center=center)
    treatment = make.published(make.treatment(name_ko="절제술", name_en="Resection", clinic=clinic))

    page = read(client, address(treatment, language))

    names = {"ko": ["삼성서울병원", "희귀암센터", "클리닉"], "en": ["SMC", "Uncommon Cancer Center", "NET Clinic"]}
    assert page.texts(".breadcrumbs a")[1:] == names[language]
    assert page.attributes(".breadcrumbs a", "href")[1:] == [
        address(above, language) for above in treatment.ancestors()
    ]


# ── Everything can be shown ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", Treatment.Kind.values)
def test_a_treatment_of_every_kind_can_be_shown(client, kind):
    treatment = make.published(make.treatment(kind=kind))

    assert client.get(address(treatment)).status_code == 200


@pytest.mark.parametrize("kind", DiagnosticTest.Kind.values)
def test_a_test_of_every_kind_can_be_shown(client, kind):
    test = make.published(make.test(kind=kind))

    assert client.get(address(test)).status_code == 200


@every_language
def test_a_page_with_every_field_filled_shows_every_text(client, language):
    pages = make.every_kind()
    del pages["glossary.term"]  # it has texts for the search and for staff
    for page in pages.values():
        make.published(page)

    for page in pages.values():
        if page.independent_texts:  # a term, whose other forms are for the search only
            continue
        text = read(client, address(page, language)).document.to_text()

        unsaid = [words for words in texts_of(page, language) if words not in " ".join(text.split())]
        assert unsaid == []


def texts_of(page, language):
    """Every text of the newest edition of `page` in `language`.

    Without short names, which stand where space is short, and without where something was found: it is verified here.
    """
    left_out = ("short_name", "evidence")
    data = page.editions().latest("number").data
    rows = [data, *(row for value in data.values() if isinstance(value, list) for row in value)]
    return [
        row[key]
        for row in rows
        for key in row
        if key.endswith(f"_{language}") and not any(name in key for name in left_out)
    ]


@pytest.mark.parametrize(
    "kind",
    [
        "centers.hospital",
        "centers.center",
        "centers.clinic",
        "centers.treatment",
        "centers.diagnostictest",
        "centers.condition",
    ],
)
def test_words_with_markup_are_words(client, kind):
    page = make.every_kind()[kind]
    hostile = "\"><script>alert('1')</script>&amp;"
    for row in [page, *page.ancestors()]:
        row.name_ko = hostile
        row.save()
    for name in page.inline_relations:
        for row in getattr(page, name).all():
            row.name_ko = row.text_ko = hostile
            row.save()
    make.published(page)

    shown = read(client, address(page))

    assert shown.text("h1") == hostile
    assert hostile in shown.text("title")
    assert [node["name"] for node in shown.structured_data if "name" in node] == [hostile]
    assert shown.errors == []


# ── From A to Z ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_index_names_what_is_published_once_under_its_letter_with_its_hospital(client):
    hospital = make.hospital(name_en="General Hospital", name_ko="종합병원")
    clinic = make.clinic(center=make.center(hospital=hospital))
    make.part(clinic, "areas", name_en="Liver cancer", name_ko="간암")
    make.part(clinic, "areas", name_en="Lung cancer", name_ko="폐암")
    make.published(make.condition(clinic=clinic, name_en="Lung cancer", name_ko="폐암"))
    make.published(make.treatment(clinic=clinic, name_en="Resection", name_ko="절제술"))
    make.published(make.test(clinic=clinic, name_en="biopsy", name_ko="조직 검사"))
    make.treatment(clinic=clinic, name_en="Draft", name_ko="초안")

    page = read(client, "/en/a-z/")

    assert page.texts("main h2") == ["B", "L", "R"]
    assert page.texts("main section li") == [
        "biopsy Hormone test · General Hospital",
        "Liver cancer Area of treatment · General Hospital",
        "Lung cancer Illness · General Hospital",
        "Resection Surgery · General Hospital",
    ]
    assert {client.get(link.path).status_code for link in page.links_inside() if link.path} == {200}


@pytest.mark.parametrize(
    ("kind", "named"), {"illnesses": ["암", "폐암"], "tests": ["조직 검사"], "treatments": ["절제술"]}.items()
)
def test_an_index_of_one_kind_names_nothing_else(client, kind, named):
    clinic = make.clinic()
    make.part(clinic, "areas", name_ko="암")
    make.published(make.condition(clinic=clinic, name_ko="폐암"))
    make.published(make.treatment(clinic=clinic, name_ko="절제술"))
    make.published(make.test(clinic=clinic, name_ko="조직 검사"))

    page = read(client, list_address(f"centers:{kind}"))

    assert page.texts("main section li a") == named


@every_language
@pytest.mark.parametrize("kind", ["hospital", "center", "clinic", "condition", "treatment", "test"])
def test_a_page_leads_to_the_form_for_an_appointment_at_its_hospital(client, kind, language):
    page = make.published(getattr(make, kind)())
    hospital = page if kind == "hospital" else getattr(page, "center", page).hospital

    links = read(client, address(page, language)).attributes("#main a", "href")

    with override(language):
        assert reverse("enquiries:form", args=["appointment", hospital.slug]) in links


@any_length
def test_the_index_asks_whether_it_has_changed_and_else_once_for_all_however_long(
    client, size, django_assert_num_queries
):
    clinic = make.clinic()
    for _row in range(size):
        make.published(make.treatment(clinic=clinic))

    with django_assert_num_queries(2):
        client.get("/en/a-z/")
    with django_assert_num_queries(1):
        client.get("/en/a-z/treatments/")
