"""What the tests of the desk stand on."""

import pytest
from django.contrib import admin
from django.template.backends.django import Template
from django.utils import translation


@pytest.fixture(autouse=True)
def korean():
    """Each test starts in Korean, whatever language the last request was answered in."""
    with translation.override("ko"):
        yield


@pytest.fixture
def unrendered(monkeypatch):
    """What stands on the pages is not looked at here: call it once everything is made."""

    def use():
        monkeypatch.setattr(Template, "render", lambda *args, **kwargs: "<style></style>")
        monkeypatch.setattr(admin.site, "each_context", lambda request: {})

    return use
