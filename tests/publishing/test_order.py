"""The order of pages and rows: equal positions keep the order in which they were made, what is new comes last."""

import pytest

from hospital_site.publishing.models import Edition
from hospital_site.publishing.reading import EditionReader
from tests import make
from tests.publishing.test_admin import desk, editor, form_of  # noqa: F401 (a fixture)
from tests.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def treatments():
    """Twelve live treatments of one clinic, all at the same position: their numbers have one digit and two."""
    clinic = make.published(make.clinic())
    last = make.treatment(clinic=clinic).pk
    pks = range(last + 9 - last % 10, last + 21 - last % 10)  # such as 9 to 20
    return [make.published(make.treatment(pk=pk, clinic=clinic, position=0)) for pk in pks]


def slugs(pages):
    return [page.slug for page in pages]


def test_pages_of_one_position_stand_in_the_order_in_which_they_were_made(treatments):
    clinic = treatments[0].clinic

    page = EditionReader().page(type(clinic), clinic.get_absolute_url())
    [hospital] = EditionReader().tree("centers.hospital", "centers.center", "centers.clinic", "centers.treatment")
    first = EditionReader().page(type(treatments[0]), treatments[0].get_absolute_url(), siblings=len(treatments))

    assert slugs(page.treatments) == slugs(treatments)
    assert slugs(hospital.centers[0].clinics[0].treatments) == slugs(treatments)
    assert slugs(first.siblings) == slugs(treatments[1:])


def test_editions_of_one_position_are_listed_in_the_order_of_their_pages(treatments):
    listed = Edition.objects.live().of("centers.treatment").in_page_order()

    assert [edition.page for edition in listed] == [page.key for page in treatments]


@pytest.mark.parametrize("build", [make.hospital, make.center, make.clinic, make.treatment, make.test])
def test_the_form_of_a_new_page_puts_it_after_all_others(editor, build):  # noqa: F811
    page = build(position=7)

    form = read(editor, desk(type(page), "add")).form(f"#{page._meta.model_name}_form")

    assert form["position"] == ["8"]


@pytest.mark.parametrize(
    ("positions", "expected"), [([], "1"), ([1, 2], "3"), ([5, 0], "6")], ids=["no row", "two rows", "a gap"]
)
def test_a_new_row_is_put_after_the_others(editor, positions, expected):  # noqa: F811
    hospital = make.hospital()
    for position in positions:
        make.part(hospital, "departments", position=position)

    form = read(editor, f"{desk(hospital, 'change')}?more=department").form("#hospital_form")

    assert form[f"departments-{len(positions)}-position"] == [expected]
    assert form["departments-__prefix__-position"] == [expected]


def test_a_new_row_that_nobody_filled_in_is_not_saved(editor):  # noqa: F811
    hospital = make.hospital()
    make.part(hospital, "departments", name_ko="병리과", position=4)
    sent = read(editor, f"{desk(hospital, 'change')}?more=department").form("#hospital_form")

    response = editor.post(desk(hospital, "change"), sent)

    assert (response.status_code, hospital.departments.count()) == (302, 1)


def test_a_new_row_that_nobody_moved_is_saved_as_the_last(editor):  # noqa: F811
    hospital = make.hospital()
    make.part(hospital, "departments", name_ko="병리과", position=4)
    sent = read(editor, f"{desk(hospital, 'change')}?more=department").form("#hospital_form")

    editor.post(desk(hospital, "change"), sent | {"departments-1-name_ko": "핵의학과"})

    assert [row.name_ko for row in hospital.departments.all()] == ["병리과", "핵의학과"]
