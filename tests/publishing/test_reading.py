"""From editions to what templates get: pages with the pages around them."""

import pytest
from django.http import Http404

from centers.models import Center, Clinic, Hospital, Treatment
from hospital_site.publishing.candidates import compose
from hospital_site.publishing.pipeline import publish, withdraw
from hospital_site.publishing.previews import preview_reader
from hospital_site.publishing.reading import EditionReader, Gone, in_order
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


def slugs(pages):
    return [page.slug for page in pages]


def address(page):
    return page.get_absolute_url()


# ── One page ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_knows_the_pages_above_it():
    center = make.center(slug="rare", hospital=make.hospital(slug="smc"))
    clinic = make.clinic(slug="net", center=center)
    treatment = make.published(make.treatment(clinic=clinic))

    page = EditionReader().page(Treatment, address(treatment))

    assert slugs(page.ancestors) == ["smc", "rare", "net"]
    assert slugs([page.hospital, page.center, page.clinic]) == ["smc", "rare", "net"]
    assert slugs(page.clinic.ancestors) == ["smc", "rare"]


@pytest.mark.depends_on_database
def test_a_page_knows_the_live_pages_below_it_by_kind_and_in_their_order():
    clinic = make.clinic()
    for position, slug in [(2, "second"), (1, "first")]:
        make.published(make.treatment(clinic=clinic, slug=slug, position=position))
    make.published(make.test(clinic=clinic, slug="gastrin"))
    make.treatment(clinic=clinic, slug="draft")
    withdraw(make.published(make.treatment(clinic=clinic, slug="gone")), by="the test", reason="It ended.")

    page = EditionReader().page(Clinic, address(clinic))

    assert slugs(page.treatments) == ["first", "second"]
    assert slugs(page.tests) == ["gastrin"]


def test_a_treatment_with_a_clinic_does_not_stand_under_its_center_too():
    clinic = make.clinic()
    make.published(make.treatment(clinic=clinic))
    make.published(make.treatment(center=clinic.center, slug="of-the-center"))

    page = EditionReader().page(Center, address(clinic.center))

    assert slugs(page.treatments) == ["of-the-center"]


def test_pages_beside_are_of_the_same_kind_and_under_the_same_page():
    clinic = make.clinic()
    surgery = make.published(make.treatment(clinic=clinic))
    make.published(make.treatment(clinic=clinic, slug="beside"))
    make.published(make.test(clinic=clinic))
    make.published(make.treatment(clinic=make.clinic(center=clinic.center)))

    page = EditionReader().page(Treatment, address(surgery), siblings=5)

    assert slugs(page.siblings) == ["beside"]


def test_no_more_pages_beside_are_listed_than_a_person_looks_through():
    clinic = make.clinic()
    surgery = make.published(make.treatment(clinic=clinic))
    for _number in range(3):
        make.published(make.treatment(clinic=clinic))

    assert len(EditionReader().page(Treatment, address(surgery), siblings=2).siblings) == 2


def test_what_was_never_published_is_not_there():
    with pytest.raises(Http404) as answer:
        EditionReader().page(Center, address(make.center()))

    assert not isinstance(answer.value, Gone)


def test_what_was_withdrawn_is_gone():
    center = make.published(make.center())
    withdraw(center, by="the test", reason="It closed.")

    with pytest.raises(Gone):
        EditionReader().page(Center, address(center))


def test_a_page_below_one_that_was_never_published_is_not_there():
    center = make.center()
    publish(center, by="the test")

    with pytest.raises(Http404) as answer:
        EditionReader().page(Center, address(center))

    assert not isinstance(answer.value, Gone)


@pytest.mark.parametrize("level", [0, 1, 2], ids=["hospital", "center", "clinic"])
def test_a_page_below_a_withdrawn_one_is_gone(level):
    treatment = make.published(make.treatment(clinic=make.clinic()))
    withdraw(treatment.ancestors()[level], by="the test", reason="It closed.")

    with pytest.raises(Gone):
        EditionReader().page(Treatment, address(treatment))


def test_a_page_is_not_found_at_the_address_of_another_kind():
    center = make.published(make.center())

    with pytest.raises(Http404):
        EditionReader().page(Hospital, address(center))


# ── Whole trees ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
def test_a_tree_lists_pages_in_their_order_each_before_those_below_it():
    smc, kcch = make.hospital(slug="smc", position=2), make.hospital(slug="kcch", position=1)
    make.published(make.clinic(slug="net", center=make.center(slug="rare", hospital=smc)))
    make.published(make.center(slug="esophageal", hospital=kcch))

    pages = EditionReader().tree(Hospital, Center, Clinic)

    assert slugs(in_order(pages)) == ["kcch", "esophageal", "smc", "rare", "net"]
    assert slugs(pages[1].centers[0].clinics) == ["net"]


@pytest.mark.depends_on_database
def test_a_tree_leaves_out_what_hangs_under_a_withdrawn_page():
    clinic = make.published(make.clinic(center=make.center(hospital=make.hospital(slug="smc"))))
    withdraw(clinic.center, by="the test", reason="It closed.")

    assert slugs(in_order(EditionReader().tree(Hospital, Center, Clinic))) == ["smc"]


def test_a_tree_of_an_empty_site_is_empty():
    assert EditionReader().tree(Hospital, Center) == []


# ── Previews ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_preview_shows_the_draft_among_what_patients_see():
    center = make.published(make.center(name_en="Old name"))
    make.published(make.clinic(center=center, slug="net"))
    center.name_en = "New name"
    center.save()

    page = preview_reader(compose(center)).page(Center, address(center))

    assert (page.name_en, page.is_draft, slugs(page.clinics)) == ("New name", True, ["net"])
    assert (page.hospital.is_draft, page.edition.live_from) == (False, None)


@pytest.mark.depends_on_database
def test_a_preview_shows_drafts_above_where_nothing_is_published_yet():
    clinic = make.clinic(center=make.center(slug="rare"))

    page = preview_reader(compose(clinic)).page(Clinic, address(clinic))

    assert page.center.slug == "rare"


def test_a_preview_of_one_draft_shows_no_other():
    center = make.published(make.center())
    clinic = make.published(make.clinic(center=center, name_en="Old name"))
    clinic.name_en = "New name"
    clinic.save()

    page = preview_reader(compose(center)).page(Center, address(center))

    assert [below.name_en for below in page.clinics] == ["Old name"]
