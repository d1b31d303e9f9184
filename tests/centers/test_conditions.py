"""The pages of illnesses, their links with tests and treatments, and what stands out on all three."""

import pytest
from django.utils.translation import gettext, override

from hospital_site.publishing.drafts import record_edit
from hospital_site.publishing.pipeline import withdraw
from tests import make
from tests.desk.people import Person
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

every_language = pytest.mark.parametrize("language", make.languages())
any_length = pytest.mark.parametrize("size", [1, 3], ids=["one row", "three rows"])


def address(page, language="ko"):
    with override(language):
        return page.get_absolute_url()


def illness(size=1, *, below="clinic", **fields):
    """A published illness below a new clinic or its center, with as many tests and treatments of the clinic."""
    clinic = make.clinic()
    place = {"clinic": clinic} if below == "clinic" else {"center": clinic.center}
    condition = make.condition(**place, **fields)
    for _row in range(size):
        condition.tests.add(make.published(make.test(clinic=clinic)))
        condition.treatments.add(make.published(make.treatment(clinic=clinic)))
    return make.published(condition)


def links(page, selector):
    return page.attributes(f"{selector} a", "href")


@any_length
def test_an_illness_asks_two_questions_however_long(client, size, django_assert_num_queries):
    condition = illness(size)

    with django_assert_num_queries(2):
        response = client.get(address(condition))

    assert [len(response.context[name]) for name in ("tests", "treatments")] == [size, size]


@pytest.mark.parametrize("below", ["clinic", "center"])
def test_an_illness_and_its_pages_link_to_each_other(client, below):
    condition = illness(below=below)
    test, treatment = condition.tests.get(), condition.treatments.get()

    there = read(client, address(condition))
    back = [read(client, address(page)) for page in (test, treatment)]

    assert links(there, "#tests") + links(there, "#treatments") == [address(test), address(treatment)]
    assert [links(page, "#conditions") for page in back] == [[address(condition)]] * 2


def test_what_patients_cannot_open_is_linked_from_neither_side(client):
    condition, other = illness(2), illness()
    withdraw(condition.tests.last(), by="the test", reason="Old.")
    withdraw(other, by="the test", reason="Old.")

    page, left = read(client, address(condition)), read(client, address(other.treatments.get()))

    assert links(page, "#tests") == [address(condition.tests.first())]
    assert links(left, "#conditions") == []


@every_language
def test_an_illness_stands_on_the_page_of_its_clinic(client, language):
    condition = illness(name_ko="식도암", name_en="Esophageal cancer")

    page = read(client, address(condition.clinic, language))

    assert page.texts("#areas .card .name") == [{"ko": "식도암", "en": "Esophageal cancer"}[language]]


def test_an_illness_offers_tests_and_treatments_of_its_own_center_only():
    condition, stranger = illness(), make.test()

    form = Person("editor").open(condition, "change")

    offered = form.attributes("input[name=tests]", "value")
    assert (str(condition.tests.get().pk) in offered, str(stranger.pk) in offered) == (True, False)


def test_a_changed_list_of_tests_is_a_change_of_the_illness_and_leaves_its_signature():
    condition = make.signed(make.in_sync(illness()))
    before = condition.editions().get()
    condition.tests.add(make.test(clinic=condition.clinic))

    record_edit(condition, by="the test", before=condition.draft_digest)
    make.show(condition)

    after = condition.editions().get(number=2)
    assert (after.digest == before.digest, after.language_digests == before.language_digests) == (False, True)


@every_language
def test_the_emergency_number_stands_out_and_can_be_called(client, language):
    texts = {
        "when_to_call_ko": "병원에 연락하세요.\n\n- 열이 날 때\n\n다음과 같으면 119에 전화하세요.\n\n- 피를 토함",
        "when_to_call_en": "Call the hospital:\n\n- with a fever\n\nCall 119 if:\n\n- you vomit blood",
    }
    page = read(client, address(make.published(make.treatment(**texts)), language))

    with override(language):
        assert page.texts("#when-to-call .care h3") == [gettext("Emergency")]
    assert page.attributes(".care p a", "href") == ["tel:119"]
    assert page.texts(".care li") == [{"ko": "피를 토함", "en": "you vomit blood"}[language]]
    assert len(page.all("#when-to-call .added .prose > ul")) == 1


@every_language
def test_a_number_that_only_holds_119_is_no_emergency(client, language):
    texts = {f"when_to_call_{code}": "02-1190-3119" for code in make.languages()}

    page = read(client, address(make.published(make.test(**texts)), language))

    assert page.all(".care") == []


@every_language
def test_medicines_stand_under_the_methods_that_use_them_with_their_number(client, language):
    clinic = make.clinic()
    for name, kind in [("A", "medicine"), ("B", "chemotherapy"), ("C", "injection")]:
        texts = dict.fromkeys(["name_ko", "name_en"], name) | dict.fromkeys(["indication_ko", "indication_en"], "Then")
        make.published(make.treatment(clinic=clinic, kind=kind, **texts))

    page = read(client, address(clinic, language))

    assert page.texts("#treatments .card .name") == ["B", "A", "C"]
    assert page.texts("#treatments h4") == [
        {"ko": "이 치료에 쓰는 약 2가지", "en": "2 medicines used in these treatments"}[language]
    ]


@every_language
def test_what_it_is_comes_first_and_the_others_are_a_short_list_with_a_way_to_all(client, language):
    clinic = make.clinic()
    first, *_others = [
        make.published(make.treatment(clinic=clinic, explanation_ko="설명.", explanation_en="Text.")) for _ in range(8)
    ]

    page = read(client, address(first, language))

    assert page.attributes("#main section.section", "id")[0] == "explanation"
    assert page.html.index('id="explanation"') < page.html.index('class="contents"')
    assert (len(links(page, "#others")), links(page, "#others")[-1]) == (6, f"{address(clinic, language)}#treatments")


@pytest.mark.parametrize(
    ("make_page", "fields", "pictogram"),
    [
        pytest.param(make.treatment, {"kind": "medicine", "form": "tablet"}, "tablet", id="a tablet"),
        pytest.param(make.treatment, {"kind": "medicine"}, "medicine", id="a medicine"),
        pytest.param(make.test, {"kind": "imaging", "method": "mri"}, "mri", id="MRI"),
        pytest.param(make.test, {"kind": "imaging"}, "imaging", id="imaging"),
    ],
)
def test_the_form_of_a_medicine_and_the_method_of_a_test_choose_the_picture(client, make_page, fields, pictogram):
    page = read(client, address(make.published(make_page(**fields))))

    assert page.attributes(".facts use", "href")[0].endswith(f"#{pictogram}")


def test_reviewers_read_the_notes_and_patients_do_not(client):
    page = make.treatment(review_notes={"certainty": "high", "for_the_reviewer": ["The fever limit."]})
    make.published(make.in_sync(page))

    seen = [Person("reviewer").open(page, view).texts(".review-notes li") for view in ("change", "sign_off")]

    assert seen == [["The fever limit."]] * 2
    assert "The fever limit." not in client.get(address(page)).text
