"""Conventions of pages are checked at every start."""

from django.core import checks
from django.db import models
from django.test.utils import isolate_apps

from hospital_site.publishing.checks import problems_of
from hospital_site.publishing.models import Editable, page_models


def ids(model):
    return [problem.id for problem in problems_of(model)]


def test_every_kind_of_page_keeps_its_promises():
    assert [problem for problem in checks.run_checks() if problem.id.startswith("publishing.")] == []
    assert len(page_models()) > 0


@isolate_apps("tests")
def test_a_page_without_an_address_is_reported():
    class Nowhere(Editable):
        class Meta:
            app_label = "tests"

    assert ids(Nowhere) == ["publishing.E001", "publishing.E003"]


@isolate_apps("tests")
def test_a_row_without_words_for_itself_is_reported():
    class Page(Editable):
        inline_relations = ["lines"]

        class Meta:
            app_label = "tests"

        def get_absolute_url(self):
            return "/"

    class Line(models.Model):
        page = models.ForeignKey(Page, models.CASCADE, related_name="lines")

        class Meta:
            app_label = "tests"

    assert ids(Page) == ["publishing.E003", "publishing.E002", "publishing.E003"]
