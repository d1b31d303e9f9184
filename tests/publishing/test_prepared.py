"""Queries of the reader whose SQL is written once."""

from datetime import timedelta

import pytest
from django.db.models import Count, Q
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from centers.models import Center
from hospital_site.publishing.models import Edition
from hospital_site.publishing.models.prepared import prepared, prepared_counts
from hospital_site.publishing.reading import EditionReader
from tests import make

pytestmark = pytest.mark.django_db


@prepared
def editions_of_pages(*, kind, pages, as_of):
    return Edition.objects.live(as_of).filter(kind=kind, page__in=pages)


def test_a_page_is_read_again_without_writing_sql(monkeypatch):
    center = make.published(make.center())
    make.published(make.clinic(center=center))
    EditionReader().page(Center, center.get_absolute_url())
    monkeypatch.delattr(SQLCompiler, "as_sql")

    page = EditionReader().page(Center, center.get_absolute_url())

    assert len(page.clinics) == 1


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_query_finds_as_many_rows_as_it_is_given_keys(number):
    keys = [make.published(make.center()).key for _ in range(2)][:number]

    found = editions_of_pages(kind="centers.center", pages=keys, as_of=timezone.now())

    assert {edition.page for edition in found} == set(keys)


def test_a_value_that_reads_like_a_blank_is_a_value():
    make.published(make.center())

    assert editions_of_pages(kind="{as_of}", pages=["{kind}", "{pages 0}"], as_of=timezone.now()) == []


@prepared_counts
def counts_of_editions(*kinds, early, late, day):
    editions = Edition.objects.filter(kind__in=kinds)
    between = Q(live_from__gt=early, live_from__lte=late)
    return editions, {"between": Count("pk", filter=between), "since": Count("pk", filter=Q(live_from__date__gte=day))}


def test_numbers_are_counted_again_without_writing_sql(monkeypatch, django_assert_num_queries):
    make.published(make.center())
    now, day = timezone.now(), timedelta(days=1)
    with django_assert_num_queries(1):
        counts_of_editions("centers.center", early=now, late=now, day=timezone.localdate())
    monkeypatch.delattr(SQLCompiler, "as_sql")

    found = [
        counts_of_editions(
            "centers.center", early=now - before, late=now - before + day, day=timezone.localdate() + before
        )
        for before in (day, 3 * day)
    ]

    assert found == [{"between": 1, "since": 0}, {"between": 0, "since": 0}]


def test_nothing_is_counted_where_nothing_can_be_found():
    now = timezone.now()

    assert counts_of_editions(early=now, late=now, day=now.date()) == {"between": 0, "since": 0}
