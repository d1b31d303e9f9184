"""What this site adds for patients reaches the pages of a site in use as drafts, and never over an editor's words."""

import pytest
from django.core.management import call_command

from centers.models import Condition, ContactPage, Treatment
from hospital_site.first_content import add_contacts, add_patient_information, content
from hospital_site.glossary.management.commands.load_glossary import new_terms
from hospital_site.glossary.models import Term
from hospital_site.publishing.candidates import compose
from hospital_site.publishing.models import Edition
from hospital_site.publishing.snapshots import dump
from hospital_site.publishing.staleness import page_gaps
from tests import make
from tests.desk.people import Person, address

pytestmark = pytest.mark.django_db

CENTER, SLUG = "uncommon-cancer-center", "pasireotide"
INFORMATION = content("centers", "patient_information")
[RECORD] = [page for page in INFORMATION["pages"] if page["address"].endswith(f"/{SLUG}/")]
EARLIER = {f"explanation_{code}": RECORD[f"earlier_explanations_{code}"][0] for code in make.languages()}
NOW = {column: RECORD[column] for column in EARLIER}


def treatment(**fields):
    """A medicine as a site in use has it, published."""
    fields = {"center": fields.get("center") or make.center(slug=CENTER), **EARLIER, **fields}
    page = make.treatment(slug=SLUG, kind="injection", **fields)
    return make.published(make.in_sync(page))


def explanation(page):
    page.refresh_from_db()
    return {column: getattr(page, column) for column in EARLIER}


def test_a_page_in_use_is_given_what_it_lacks_as_a_draft():
    page = treatment()

    add_patient_information()

    page.refresh_from_db()
    assert {name: getattr(page, name) for name in ("form", "questions_ko")} == {
        "form": RECORD["form"],
        "questions_ko": RECORD["questions_ko"],
    }
    assert page.editions().count() == 1
    assert page.draft_digest == compose(page).digest != page.editions().get().digest
    assert page_gaps(page) == []


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        pytest.param({}, NOW, id="the words that this site wrote"),
        pytest.param({"explanation_ko": f"  {EARLIER['explanation_ko']} "}, NOW, id="the same with other white space"),
        pytest.param({"explanation_ko": "우리 설명."}, None, id="one language edited"),
        pytest.param(dict.fromkeys(EARLIER, ""), NOW, id="none"),
    ],
)
def test_only_an_explanation_that_nobody_edited_is_replaced(fields, left):
    page = treatment(**fields)

    add_patient_information()

    assert explanation(page) == (left or EARLIER | fields)


def test_a_text_that_an_editor_has_begun_in_one_language_stays():
    page = treatment(questions_ko="- 우리 질문?")

    add_patient_information()

    page.refresh_from_db()
    assert (page.questions_ko, page.questions_en or "") == ("- 우리 질문?", "")


def test_adding_twice_changes_nothing_and_gives_nothing_back_that_an_editor_took_out():
    page = treatment()
    add_patient_information()
    Treatment.objects.filter(pk=page.pk).update(questions_ko="", questions_en="")
    page.refresh_from_db()
    before = dump(page)

    assert (add_patient_information(), dump(page)) == ([], before)


def test_the_notes_for_the_reviewer_reach_no_edition():
    page = treatment()

    add_patient_information()

    page.refresh_from_db()
    assert page.review_notes == RECORD["review_notes"]
    assert RECORD["review_notes"]["certainty"] not in str(compose(page).data)


def test_an_illness_is_made_below_its_clinic_with_the_pages_that_are_there():
    clinic = make.clinic(center=make.center(slug=CENTER), slug="net-clinic")
    page = treatment(clinic=clinic, center=clinic.center)

    made = add_patient_information()

    [condition] = Condition.objects.all()
    assert condition.key in {one.key for one in made}
    assert (condition.clinic, list(condition.treatments.all())) == (page.clinic, [page])
    assert not condition.editions().exists()


def delete(page):
    Person("editor").client.post(address(page, "delete"), {"post": "yes"})


def test_what_an_editor_has_deleted_does_not_come_back():
    make.clinic(center=make.center(slug=CENTER), slug="net-clinic")
    hospital = make.in_sync(make.hospital(slug="kcch"))
    made = [*add_patient_information(), *add_contacts(), *new_terms()]
    deleted = [next(page for page in made if isinstance(page, kind)) for kind in (Condition, ContactPage, Term)]
    for page in deleted:
        delete(page)
    hospital.contacts.all().delete()

    assert [*add_patient_information(), *add_contacts(), *new_terms()] == []
    assert [type(page).objects.filter(slug=page.slug).exists() for page in deleted] == [False] * 3
    assert not hospital.contacts.exists()


@pytest.mark.parametrize("production", [True, False], ids=["production", "demonstration"])
def test_in_production_somebody_else_publishes(settings, production):
    settings.PRODUCTION = production
    page, waiting = treatment(), make.treatment(slug="lanreotide")
    Treatment.objects.filter(pk=waiting.pk).update(center=page.center)

    call_command("load_first_content", verbosity=0)

    assert page.editions().count() == (1 if production else 2)
    assert not waiting.editions().exists()


def test_an_empty_site_in_production_gets_drafts_only_whether_it_has_its_glossary_or_not(settings):
    settings.PRODUCTION = True
    make.term()

    call_command("load_first_content", verbosity=0)

    assert (Treatment.objects.count(), Condition.objects.count(), Edition.objects.count()) == (12, 2, 0)
