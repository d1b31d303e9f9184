"""Two hospitals that receive both forms, for tests that ask for them by name."""

import pytest

from tests.enquiries.patients import receiving_hospital
from tests.enquiries.staff import sent


@pytest.fixture
def kcch():
    return receiving_hospital("kcch").hospital


@pytest.fixture
def smc():
    return receiving_hospital("smc").hospital


@pytest.fixture
def here(kcch):
    return sent("appointment", "kcch")


@pytest.fixture
def request_here(kcch):
    return sent("mediation", "kcch")
