"""A page that shows the head of another one has not read that one."""

from types import SimpleNamespace

import pytest
from django.utils import timezone
from django.utils.translation import override

from centers.models import Hospital, Treatment
from hospital_site.publishing.fragments import fragment
from hospital_site.publishing.languages import localized
from hospital_site.publishing.reads import collect
from hospital_site.publishing.snapshots import Snapshot
from patients_rights.models import Charter

NUMBER = iter(range(10**6, 10**7))


def snapshot(model, **data):
    pk = next(NUMBER)
    edition = SimpleNamespace(page=f"a.page:{pk}", pk=pk, address="/", digest="", live_from=timezone.now(), stale=[])
    return Snapshot(model, data, edition=edition, get_absolute_url=lambda: "/")


def has_read(page, reading):
    with override("ko"), collect() as names:
        reading(page)
    return names == {f"page:{page.edition.page}"}


@pytest.mark.parametrize(
    ("reading", "is_whole"),
    [
        (str, False),
        (lambda page: (page.slug, page.kind, page.get_kind_display(), page.pictogram), False),
        (lambda page: localized(page, "indication"), False),
        (lambda page: localized(page, "explanation"), True),
        (lambda page: page.overview_en, True),
    ],
    ids=["name", "kind", "short text", "long text", "long text of one language"],
)
def test_long_texts_are_read_and_heads_are_shown(reading, is_whole):
    page = snapshot(Treatment, name_ko="수술", kind="surgery", slug="surgery", explanation_ko="길게 씁니다.")

    assert has_read(page, reading) == is_whole
    assert has_read(page, reading) == is_whole, "also of what the snapshot has kept from the first time"


def test_rows_of_a_page_belong_to_no_head():
    page = snapshot(Charter, title_ko="헌장", articles=[{"id": 1, "title_ko": "권리"}])

    assert has_read(page, lambda page: page.articles)
    assert has_read(page, lambda page: page.articles), "also of what the snapshot has kept from the first time"


def test_what_a_fragment_has_read_counts_for_whoever_shows_it():
    page = snapshot(Charter, title_ko="헌장", articles=[{"id": 1, "title_ko": "권리"}])
    hospital = snapshot(Hospital, name_ko="병원")
    assert page.articles, "read before, and for something else"

    def show(page):
        fragment("patients_rights/charter_tile.html", charter=page, hospital=hospital)

    shown = [has_read(page, show) for _ in range(2)]

    assert shown == [True, True]
