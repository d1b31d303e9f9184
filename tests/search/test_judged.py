"""The judged list holds what it must."""

from collections import Counter

from django.conf import settings
from django.urls import resolve
from django.utils import translation

from hospital_site.search.judged import KINDS_OF_TEN, LISTS, judged_list


def test_the_list_has_eighty_queries_and_ten_of_each_important_kind():
    judged = judged_list()
    of_kind = Counter(each.kind for each in judged)

    assert len(judged) >= 80
    assert {kind: of_kind[kind] for kind in KINDS_OF_TEN if of_kind[kind] < 10} == {}
    assert {each.language for each in judged} == set(dict(settings.LANGUAGES))


def test_every_address_of_the_list_is_one_of_the_site():
    for each in [judged for name in LISTS for judged in judged_list(name)]:
        with translation.override(each.language):
            assert all(resolve(f"/{each.language}{address}") for address in each.addresses)
