"""Two hospitals that receive both forms, for tests that ask for them by name; keys of what is sealed."""

from base64 import urlsafe_b64encode
from hashlib import sha256

import pytest
import secured_fields.fernet
from django.db import transaction

from tests.enquiries.patients import receiving_hospital
from tests.enquiries.staff import sent
from tests.recorded import recorded


@pytest.fixture(scope="module")
def kcch_of_all(django_db_setup, django_db_blocker):
    """A hospital that receives both forms, made once for a module; what its tests do to it is undone after each."""
    everything = transaction.atomic()
    with django_db_blocker.unblock():
        everything.__enter__()
        receiving_hospital("kcch", telephone="02-970-2114")
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        everything.__exit__(None, None, None)


@pytest.fixture
@recorded
def kcch():
    return receiving_hospital("kcch").hospital


@pytest.fixture
@recorded
def smc():
    return receiving_hospital("smc").hospital


@pytest.fixture
@recorded
def here(kcch):
    return sent("appointment", "kcch")


@pytest.fixture
@recorded
def request_here(kcch):
    return sent("mediation", "kcch")


@pytest.fixture
def keys(settings):
    """`keys("new", "old")`: go on with these keys, as after a restart."""

    def use(*chosen):
        settings.ENQUIRY_KEYS = list(chosen)
        settings.SECURED_FIELDS_KEY = [urlsafe_b64encode(sha256(key.encode()).digest()).decode() for key in chosen]
        secured_fields.fernet.fernet_client = None

    yield use
    secured_fields.fernet.fernet_client = None
