"""What tests stand on stands fast itself."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from tests.conftest import empty_the_database


@pytest.mark.parametrize("turn", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_a_test_that_empties_the_database_leaves_what_migrations_wrote(turn):
    written = connection.creation.serialize_db_to_string()
    Group.objects.create(name="of this test alone")

    empty_the_database()

    assert Group.objects.exists()
    assert connection.creation.serialize_db_to_string() == written
