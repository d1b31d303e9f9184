"""What the tests of the desk stand on."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def korean():
    """Each test starts in Korean, whatever language the last request was answered in."""
    with translation.override("ko"):
        yield
