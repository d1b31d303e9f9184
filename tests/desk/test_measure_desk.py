"""The command that measures the desk with many pages."""

import io

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from centers.models import Treatment
from hospital_site.publishing.models import Edition
from hospital_site.staff.models import AuditEntry
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


def test_measuring_tells_queries_and_times_and_takes_back_what_it_added():
    center = make.center()
    for _ in range(2):
        make.published(make.in_sync(make.treatment(center=center)))
    models = [Treatment, Edition, AuditEntry, get_user_model()]
    before, out = [model.objects.count() for model in models], io.StringIO()

    call_command("measure_desk", pages=2, stdout=out)

    _title, _head, *lines = [line.split() for line in out.getvalue().splitlines()]
    assert [(path, queries) for path, queries, _milliseconds in lines] == [
        ("/ko/admin/", "17"),
        ("/ko/admin/centers/treatment/", "11"),
        ("/ko/admin/centers/treatment/?task=waiting", "10"),
        ("/ko/admin/centers/treatment/?task=unsigned", "11"),
    ]
    assert [model.objects.count() for model in models] == before


def test_measuring_an_empty_site_says_what_to_do():
    with pytest.raises(CommandError, match="load_first_content"):
        call_command("measure_desk")
