"""What a template makes of an edition is made once, and never shown for another one, another language or a draft."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from centers.models import Hospital
from hospital_site.publishing import fragments
from hospital_site.publishing.snapshots import Snapshot


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(fragments, "fragments", {})
    with override("ko"):
        yield


def card(number, name, **context):
    edition = SimpleNamespace(pk=number, address="/hospitals/a/", digest="", live_from=None)
    data = {"name_ko": f"{name} 병원", "name_en": f"{name} hospital"}
    page = Snapshot(Hospital, data, edition=edition, get_absolute_url=edition.address)
    context = {"pictogram": "hospital", "content": "", "label": ""} | context
    return fragments.fragment("components/card.html", page=page, **context)


def test_it_is_made_once_of_each_edition():
    first, again, of_the_next = card(1, "First"), card(1, "Changed"), card(2, "Second")

    assert "First 병원" in first
    assert again is first
    assert "Second 병원" in of_the_next


def test_it_is_made_for_each_language_and_each_value_beside_the_edition():
    with override("en"):
        assert "First hospital" in card(1, "First")
        assert "Clinic" in card(1, "First", label="Clinic")
    assert "First 병원" in card(1, "First")


def test_that_of_a_draft_is_made_each_time():
    assert "Before" in card(None, "Before")
    assert "After" in card(None, "After")


def test_there_are_never_more_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(fragments, "ROOM", 3)

    for number in range(1, 6):
        card(number, f"Number {number}")

    assert len(fragments.fragments) <= 3
