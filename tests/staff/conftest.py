"""What the tests of sign-ins stand on."""

import pytest

from tests.desk.conftest import korean  # noqa: F401 - each test starts in Korean here too
from tests.staff.sign_in import staff


@pytest.fixture
def commits_at_once(monkeypatch):
    """What follows a commit happens, although the transaction of a test never ends."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda follow: follow())


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR = True


@pytest.fixture
def kim():
    return staff("kim")
