"""Pages of the staff site that ask the same questions of the database however much there is."""

import pytest

from tests import make
from tests.desk.people import Person, address

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


def a_page_with(editions):
    page = make.in_sync(make.treatment(clinic=make.clinic()))
    for number in range(editions):
        type(page).objects.filter(pk=page.pk).update(position=number)
        page.refresh_from_db()
        make.published(page)
    return page


def editions_shown(shown):
    return [int(text.partition("번")[0]) for text in shown.texts(".edition > h3")]


@pytest.mark.parametrize("size", [1, 3, 7])
def test_a_history_asks_the_same_questions_however_long(django_assert_num_queries, size):
    page, auditor = a_page_with(size), Person("auditor")

    with django_assert_num_queries(20):
        shown = auditor.open(page, "history")

    assert editions_shown(shown) == list(range(size, 0, -1))


def test_a_long_history_comes_in_pages_of_twenty_each_compared_with_the_edition_before():
    page, auditor = a_page_with(23), Person("auditor")

    first, second = auditor.open(page, "history"), auditor.read(f"{address(page, 'history')}?p=2")

    assert (editions_shown(first), editions_shown(second)) == (list(range(23, 3, -1)), [3, 2, 1])
    assert [len(one.all(".edition:last-of-type ins")) for one in (first, second)] == [1, 7]
    assert first.attributes(".paginator a", "href") == ["?p=1", "?p=2"]


@pytest.mark.parametrize("clinics", [1, 3])
def test_saving_a_hospital_asks_the_same_questions_however_many_clinics_others_have(django_assert_num_queries, clinics):
    hospital, editor = make.hospital(), Person("editor")
    make.part(hospital, "departments", name_ko="내과", name_en="Medicine")
    for _ in range(clinics):
        clinic = make.clinic()
        clinic.departments.add(make.part(clinic.center.hospital, "departments", name_ko="외과", name_en="Surgery"))
    form = editor.form(hospital)

    with django_assert_num_queries(38):
        form.send(**{"departments-0-name_ko": "내분비내과"})
