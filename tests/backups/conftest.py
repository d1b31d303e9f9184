"""Sites to back up, and something to find in them again."""

import pytest
from django.contrib.auth import get_user_model

from hospital_site.backups import sealing
from hospital_site.enquiries.models import Enquiry
from tests.backups.sites import CANARY, Site, new_databases, numbers
from tests.enquiries.patients import Patient, receiving_hospital


@pytest.fixture
def sites(transactional_db, tmp_path):
    """`sites()`: a site that holds what the test has stored so far. `sites(filled=False)`: a new machine."""
    key = tmp_path / "key"
    sealing.generate_key(key)
    with new_databases(tmp_path) as new_database:
        yield lambda filled=True: Site(new_database(filled), tmp_path / f"machine-{next(numbers)}", key)


@pytest.fixture(scope="package")
def quiet_site(django_db_setup, django_db_blocker, tmp_path_factory):
    """A site for tests that change nothing, with one backup of its own."""
    place = tmp_path_factory.mktemp("quiet")
    key = place / "key"
    sealing.generate_key(key)
    with django_db_blocker.unblock(), new_databases(place) as new_database:
        site = Site(new_database(True), place / "machine", key)
        site.grows(megabytes=1)
        site.back_up()
        yield site


@pytest.fixture
def enquiries(transactional_db):
    """Two enquiries at one hospital, and an account."""
    receiving_hospital("elsewhere")
    for number in (1, 2):
        Patient("appointment", "elsewhere").send(phone=f"010-1234-000{number}", message=f"words of patient {number}")
    get_user_model().objects.create(username=CANARY)
    return list(Enquiry.objects.order_by("pk"))
