"""What tests stand on stands fast itself."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection


@pytest.mark.parametrize("turn", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_a_test_that_empties_the_database_leaves_what_migrations_wrote(turn):
    written = connection.creation.serialize_db_to_string()
    Group.objects.create(name="of this test alone")

    call_command("flush", interactive=False, verbosity=0)  # as at the end of every transactional test

    assert Group.objects.exists()
    assert connection.creation.serialize_db_to_string() == written
