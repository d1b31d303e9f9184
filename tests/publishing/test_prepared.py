"""Queries of the reader whose SQL is written once."""

import pytest
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from centers.models import Center
from hospital_site.publishing.models import Edition
from hospital_site.publishing.models.prepared import prepared
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
