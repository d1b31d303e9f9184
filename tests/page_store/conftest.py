"""What the tests of kept pages stand on."""

import pytest

from hospital_site.page_store import kept


@pytest.fixture(autouse=True)
def compressed_quickly(monkeypatch):
    """How small a kept page is matters here to nobody."""
    monkeypatch.setattr(kept, "EFFORT", 1)
