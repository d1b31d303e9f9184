"""What a template makes of an edition is made once, and never shown for another one, another language or a draft."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from centers.models import Hospital, Treatment
from hospital_site.publishing import fragments
from hospital_site.publishing.snapshots import Snapshot


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(fragments, "fragments", {})
    with override("ko"):
        yield


def hospital(number, name):
    edition = SimpleNamespace(pk=number, address="/hospitals/a/", digest="", live_from=None)
    data = {"name_ko": f"{name} 병원", "name_en": f"{name} hospital"}
    return Snapshot(Hospital, data, edition=edition, get_absolute_url=edition.address)


def card(number, name, **context):
    page = hospital(number, name)
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


def cards(*conditions):
    return fragments.fragment("centers/condition_cards.html", conditions=list(conditions))


def test_that_of_a_list_is_made_once_of_the_same_pages_in_the_same_order():
    first, second = hospital(1, "First"), hospital(2, "Second")
    shown = cards(first, second)

    assert "First 병원" in shown
    assert "Second 병원" in shown
    assert cards(hospital(1, "Changed"), second) is shown
    assert "First 병원" not in cards(second)
    assert cards(second, first) not in (shown, cards(second))
    assert "Third 병원" in cards(first, hospital(3, "Third"))


def test_that_of_a_list_with_a_draft_in_it_is_made_each_time():
    assert "Before" in cards(hospital(1, "First"), hospital(None, "Before"))
    assert "After" in cards(hospital(1, "First"), hospital(None, "After"))


@pytest.mark.parametrize("kind", ["methods", "medicines"])
def test_that_of_groups_is_made_for_each_group(kind):
    def grouped(number, name):
        edition = hospital(number, name).edition
        data = {"name_ko": name, "kind": Treatment.Kind.SURGERY}
        treatment = Snapshot(Treatment, data, edition=edition, get_absolute_url="/")
        groups = [{"first": treatment, "methods": [], "medicines": [], kind: [treatment]}]
        return fragments.fragment("centers/treatment_cards.html", groups=groups)

    first = grouped(1, "먼저")

    assert "먼저" in first
    assert grouped(1, "나중") is first
    assert "나중" in grouped(2, "나중")
    assert "나중" in grouped(None, "나중")


def test_there_are_never_more_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(fragments, "ROOM", 3)

    for number in range(1, 6):
        card(number, f"Number {number}")

    assert len(fragments.fragments) <= 3
