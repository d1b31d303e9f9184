"""What patients find, in which order, and what they never find."""

import re
from copy import copy
from datetime import timedelta
from itertools import combinations
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hospital_site.publishing.pipeline import issue_again, withdraw
from hospital_site.search.models import LOTS, Passage, all_but_one, all_of, any_of
from hospital_site.search.queries import Group, Phrase
from hospital_site.search.words import digest
from tests import make
from tests.reading import Page

pytestmark = pytest.mark.django_db


def search(client, query, language="ko"):
    return Page(client.get(f"/{language}/search/?q={quote(query)}"))


def found(client, query, language="ko"):
    return search(client, query, language).attributes(".results h2 a, .results h3 a", "href")


def medicine(**fields):
    names = {"name_ko": "수니티닙", "name_en": "Sunitinib", "slug": "sunitinib"}
    return make.treatment(kind="medicine", **{**names, **fields})


def word(**fields):
    return make.term(**{"definition_ko": "먹는 약입니다.", "definition_en": "A medicine to swallow.", **fields})


def generic(**fields):
    forms = {"aliases_ko": "수텐\n선니티닙", "aliases_en": "Sutent"}
    return word(slug="sunitinib-word", name_ko="수니티닙", name_en="sunitinib", **forms, **fields)


def test_a_long_question_is_read_from_the_index_on_a_small_site_too():
    make.published(medicine(explanation_ko="바나나와 함께 드시지 마세요."))
    passage = Passage.objects.first()
    Passage.objects.bulk_create(copy_of(passage) for _number in range(300))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    query = all_of(any_of(digest(f"{number}{letter}") for letter in "abc") for number in range(8))

    plan = Passage.objects.begun(timezone.now()).that_hold(query).order_by().up_to(60).explain()

    assert re.search("search_index|VIRTUAL TABLE INDEX", plan), plan
    assert "Seq Scan on search_passage" not in plan
    assert connection.vendor == "sqlite" or "search_index_of_lot" in plan


def copy_of(row, **changes):
    row = copy(row)
    row._state = copy(row._state)
    row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def test_no_synonym_is_looked_for_that_holds_all_of_a_shorter_one():
    group = Group("폐암", [Phrase.of(text) for text in ("폐암", "소세포 폐암", "lung cancer")])

    assert group.held() == any_of(sorted([digest("폐암"), all_of(sorted([digest("lung"), digest("cancer")]))]))


@pytest.mark.parametrize("words", ["ab", "abc", "abcde"])
def test_what_holds_all_but_one_of_some_words_is_found(words):
    make.published(medicine())
    passage = Passage.objects.first()
    some = ["".join(one) for number in range(len(words) + 1) for one in combinations(words, number)]
    copies = [copy_of(passage, anchor=one, tokens=" ".join(map(digest, one))) for one in some]
    Passage.objects.bulk_create(copies)

    found = Passage.objects.that_hold(all_but_one([digest(word) for word in words]))

    assert set(found.values_list("anchor", flat=True)) == {one for one in some if len(one) >= len(words) - 1}


@pytest.mark.parametrize("limit", [1, 5, 100])
def test_as_many_passages_are_read_as_are_wanted_or_all_there_are(limit):
    make.published(medicine())
    passage = Passage.objects.first()
    edition = passage.edition
    for number in range(LOTS + 1):
        another = copy_of(edition, page=f"{edition.page}{number}", address=f"/{number}/")
        another.save_base(raw=True, force_insert=True)
        copy_of(passage, edition=another, tokens=digest("a")).save()

    found = Passage.objects.that_hold(digest("a")).order_by().up_to(limit).values_list("pk", flat=True)

    assert len(found) == len(set(found)) == min(limit, LOTS + 1)


@pytest.mark.parametrize("typed", ["수니티닙", "수니티닙 바나나", "수니티닙 바나나 파인애플", "수니티닙 딸기", "수텐"])
def test_nothing_is_asked_twice(client, typed):
    make.published(medicine())
    make.published(generic())
    make.published(word(slug="strawberry", name_ko="딸기", name_en="strawberry"))
    search(client, typed)

    with CaptureQueriesContext(connection) as asked:
        search(client, typed)

    statements = [query["sql"] for query in asked]
    assert len(statements) == len(set(statements))


# ── What patients may see ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_is_found_from_its_publication_until_it_is_withdrawn(client):
    page = medicine(explanation_ko="바나나와 함께 드시지 마세요.")
    address = f"/ko{page.address}"

    as_draft = found(client, "바나나")
    make.published(page)
    published = found(client, "바나나")
    withdraw(page, by="the test", reason="Over")

    assert (as_draft, published, found(client, "바나나")) == ([], [address], [])


def test_a_scheduled_page_is_found_from_its_hour_on_by_its_new_words_only(client, clock):
    page = make.published(medicine(explanation_ko="오래된 바나나"))
    type(page).objects.update(explanation_ko="새로운 파인애플")
    page.refresh_from_db()
    make.show(page, live_from=clock.now + timedelta(hours=1))

    before = found(client, "바나나"), found(client, "파인애플")
    clock.forward(hours=1)

    assert before == ([f"/ko{page.address}"], [])
    assert (found(client, "바나나"), found(client, "파인애플")) == ([], [f"/ko{page.address}"])


def test_a_page_is_hidden_with_a_page_above_it_and_comes_back_with_it(client):
    page = make.published(medicine(explanation_ko="바나나"))
    address = f"/ko{page.address}"

    withdraw(page.center, by="the test", reason="Over")
    hidden = found(client, "바나나")
    make.show(page.center)

    assert (hidden, found(client, "바나나")) == ([], [address])


def test_words_of_earlier_versions_are_not_found_until_one_is_issued_again(client):
    charter = make.charter()
    make.article(charter, 1, text_ko="바나나를 받을 권리")
    make.published(charter)
    charter.articles.update(text_ko="사과를 받을 권리")
    make.show(charter)

    over = found(client, "바나나")
    issue_again(charter, 1, by="the test", reason="Better", confirmed=None)

    assert (over, found(client, "바나나")) == ([], [f"/ko{charter.address}#right-1"])


def test_contacts_that_patients_do_not_see_are_not_found(client):
    hospital = make.hospital()
    make.part(hospital, "contacts", kind="main", name_ko="대표 전화", telephone="02-970-2114", certainty="C")
    make.published(hospital)

    assert found(client, "970-2114") == []


def test_migrating_writes_what_was_published_before_there_was_a_search(client):
    page = make.published(medicine(explanation_ko="바나나"))
    Passage.objects.all().delete()

    call_command("migrate", verbosity=0)

    assert found(client, "바나나") == [f"/ko{page.address}"]


def test_only_passages_that_patients_may_see_again_are_kept():
    page = make.published(medicine())
    first = Passage.objects.count()
    for number in range(3):
        type(page).objects.update(position=number)
        page.refresh_from_db()
        make.show(page)

    assert Passage.objects.count() == first


# ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("query", ["심장", "심장은", "심 장", "심장병", "Heart", "hearts"])
def test_a_page_is_found_by_its_words_in_all_their_forms_and_both_languages(client, query):
    page = make.published(
        medicine(explanation_ko="심장병이 있으면 말씀하세요.", explanation_en="Tell us of heart disease.")
    )

    assert found(client, query) == [f"/ko{page.address}"]


def test_an_address_leads_to_the_section_and_found_words_are_marked(client):
    page = make.published(medicine(side_effects_ko="머리카락이 빠질 수 있습니다."))

    shown = search(client, "머리카락")

    assert shown.attributes(".hit h3 a", "href") == [f"/ko{page.address}#side-effects"]
    assert (shown.texts(".hit mark"), shown.texts(".hit .lines")) == (["머리카락"], ["부작용과 위험"])


def test_words_that_only_ask_are_not_marked_where_a_synonym_has_them(client):
    make.published(medicine(side_effects_en="Changes in the color of the hair."))

    assert search(client, "white hair", "en").texts(".hit mark") == ["color", "hair"]


def test_the_name_of_a_page_comes_before_its_heading_and_that_before_its_text(client):
    text = make.published(medicine(slug="text", name_ko="가", explanation_ko="색전술을 함께 합니다."))
    title = make.published(medicine(slug="title", name_ko="화학 색전술", center=text.center))
    clinic = make.published(make.clinic(center=text.center, areas_heading_ko="색전술 분야"))
    make.part(clinic, "areas", name_ko="간암")
    make.show(clinic)

    addresses = [address.partition("#")[0] for address in found(client, "색전술")]

    assert addresses == [f"/ko{page.address}" for page in (title, text, clinic)]


def test_a_hit_in_the_other_language_only_says_so(client):
    page = make.published(medicine(explanation_en="Do not eat bananas."))

    shown = search(client, "bananas")

    assert shown.attributes(".hit h3 a", "href") == [f"/ko{page.address}"]
    assert [text.split() for text in shown.texts(".hit [lang=en]")] == [["Do", "not", "eat", "bananas", "."]]
    assert "영어" in shown.text(".hit")


# ── Terms of the glossary ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "language"), [("수텐", "ko"), ("선니티닙", "ko"), ("Sutent", "en"), ("Sutent", "ko")]
)
def test_brand_names_and_slips_lead_to_the_page_of_the_medicine_and_stand_nowhere(client, query, language):
    page = make.published(medicine(explanation_ko="먹는 약", explanation_en="A capsule"))
    make.published(generic())

    shown = search(client, query, language)

    assert shown.attributes(".answer h2 a", "href") == [f"/{language}{page.address}"]
    assert not any(name in shown.text(".results") for name in ("수텐", "선니티닙", "Sutent"))
    answer = client.get(f"/{language}{page.address}").content.decode()
    assert not any(name in answer for name in ("수텐", "선니티닙", "Sutent"))


def test_a_term_that_is_asked_for_is_answered_first(client):
    make.published(medicine(explanation_ko="수니티닙은 먹습니다."))
    term = make.published(generic())

    shown = search(client, "수니티닙이란?")

    assert "수니티닙: 먹는 약입니다." in " ".join(shown.text(".answer").split())
    assert f"/ko{term.address}" in shown.attributes(".answer a", "href")


def test_a_term_of_several_meanings_matches_as_a_whole_word_only(client):
    make.published(word(slug="net", name_ko="신경내분비종양", name_en="neuroendocrine tumor (NET)", aliases_ko="넷"))

    assert found(client, "넷이") == ["/ko/glossary/net/"]
    assert found(client, "넷째") == []


def test_what_nobody_knows_is_a_link_to_what_may_have_been_meant_and_no_result(client):
    make.published(medicine())
    make.published(generic())

    shown = search(client, "수니티닢")

    assert shown.attributes(".suggestion a", "href") == [f"/ko/search/?q={quote('수니티닙')}"]
    assert shown.texts(".results h3") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("esopahgeal", "Esophageal", id="a word of a title"),
        pytest.param("esophageels", "Esophageal", id="its ending"),
        pytest.param("oesophagael", "Esophageal", id="in the other spelling"),
        pytest.param("esopahgeal cancer", "Esophageal cancer", id="beside a word that is known"),
        pytest.param("dizzyness", "dizziness", id="an everyday word"),
        pytest.param("appointmnet", "Appointment", id="a fixed page"),
    ],
)
def test_a_slip_in_one_word_of_what_stands_on_pages_is_noticed(client, typed, meant):
    make.published(medicine(name_en="Esophageal cancer"))
    make.published(word(slug="cancer", name_ko="암", name_en="cancer"))

    assert search(client, typed, "en").texts(".suggestion a") == [meant]


def test_everyday_words_find_the_words_of_the_page_in_either_language(client):
    page = make.published(
        medicine(explanation_ko="좁은 곳이 불안하면", explanation_en="If small spaces make you anxious")
    )

    for query, language in [("폐쇄공포증이 있어요", "ko"), ("claustrophobia", "en"), ("claustrophobic", "ko")]:
        assert found(client, query, language) == [f"/{language}{page.address}"]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("기저", "정신을 잃음"),
        ("항함치료", "불만"),
        ("I don't live here", "suicide"),
        ("took too little", "overdose"),
        ("HIV", "hives"),
        ("minor", "under age"),
    ],
)
def test_no_word_is_taken_for_an_everyday_word_that_only_looks_like_it(client, typed, text):
    make.published(medicine(explanation_ko=text, explanation_en=text))

    assert found(client, typed) == []


@pytest.mark.parametrize(
    "typed",
    ["죽고 싶어요", "죽고싶다", "우울해서 죽고 싶은 생각", "I want to die", "suicidal thoughts", "자살 생각이 나요"],
)
def test_who_wants_to_die_finds_the_telephone_that_helps(client, typed):
    line = {"name_ko": "자살예방 상담전화", "name_en": "Suicide prevention line", "telephone": "109"}
    page = make.contact_page()
    make.part(page, "helplines", kind="emergency", **line)
    make.published(page)

    assert found(client, typed) == ["/ko/contact/#numbers"]


def test_the_page_about_a_term_comes_before_the_term_and_a_page_that_holds_every_other_word(client):
    page = make.published(medicine(name_ko="최신 약물 임상시험", name_en="Trials with the latest drugs"))
    other = make.published(
        medicine(slug="other", center=page.center, explanation_ko="임상시험에 참여하고 싶은 분은 물어보세요.")
    )
    term = make.published(word(slug="trial", name_ko="임상시험", name_en="clinical trial"))

    for query in ("임상시험에", "임상시험에 참여하고 싶어요"):
        addresses = [address.partition("#")[0] for address in found(client, query)]
        assert addresses[:1] == [f"/ko{page.address}"], addresses
    assert f"/ko{other.address}" in addresses
    assert f"/ko{term.address}" in addresses


def test_a_word_that_stands_everywhere_counts_less_than_one_that_tells(client):
    page = make.published(medicine(name_ko="희귀암 안내", explanation_ko="드문 암입니다."))
    others = [
        make.published(
            medicine(slug=f"{number}", name_ko=f"병원 {number}", explanation_ko="희귀암도.", center=page.center)
        )
        for number in range(3)
    ]

    addresses = [address.partition("#")[0] for address in found(client, "희귀암 병원")]

    assert addresses[0] == f"/ko{page.address}"
    assert {f"/ko{other.address}" for other in others} <= set(addresses)


def test_a_question_finds_the_page_whose_title_holds_all_but_one_of_its_words(client):
    page = make.published(medicine(name_en="Urine markers", explanation_en="Collect it."))
    for number in range(3):
        text = "Bananas before urine markers."
        make.published(medicine(slug=f"{number}", center=page.center, explanation_en=text))

    assert f"/en{page.address}" in found(client, "bananas urine markers", "en")


@pytest.mark.parametrize(
    "typed",
    [
        "식도암초기증상",
        "식도암내시경",
        "초기식도암",
        "식도암이래요",
        "식도암이면 어떻게 하나요",
        "식도암은 무엇을 하나요",
    ],
)
def test_a_term_is_found_whatever_is_said_or_written_together_with_it(client, typed):
    condition = make.published(make.condition(name_ko="식도암", name_en="Esophageal cancer"))
    make.published(word(slug="esophageal-cancer-word", name_ko="식도암", name_en="esophageal cancer"))

    assert found(client, typed)[0].partition("#")[0] == f"/ko{condition.address}"


def test_the_page_that_a_whole_word_names_comes_before_a_term_in_the_word(client):
    make.published(word(slug="cancer", name_ko="식도암", name_en="esophageal cancer"))
    center = make.published(make.center(name_ko="식도암센터", name_en="Esophageal Cancer Center"))

    assert found(client, "식도암센터")[0].partition("#")[0] == f"/ko{center.address}"


def test_a_word_that_tells_is_looked_for_in_texts_though_a_general_one_stands_in_many_names(client):
    for number in range(4):
        make.published(make.hospital(name_ko=f"제{number}병원", name_en=f"Hospital {number}"))
    page = make.published(medicine(explanation_ko="바나나와 함께 드시지 마세요."))

    assert found(client, "병원 바나나")[0].partition("#")[0] == f"/ko{page.address}"


def test_terms_that_are_compared_are_all_found(client):
    names = {"mediation": "조정", "arbitration": "중재"}
    terms = [make.published(word(slug=slug, name_ko=name, name_en=slug)) for slug, name in names.items()]
    for number in range(4):
        make.published(medicine(slug=f"medicine-{number}", name_ko=f"약 {number}", explanation_ko="조정과 중재."))

    addresses = [address.partition("#")[0] for address in found(client, "조정이랑 중재는 뭐가 달라요")]

    assert {f"/ko{term.address}" for term in terms} == set(addresses[:2])


def test_whoever_is_hospitalized_does_not_ask_for_a_hospital(client):
    make.published(medicine(name_en="Hospital"))
    page = make.published(medicine(slug="stay", explanation_en="You are hospitalised for a day."))

    assert found(client, "hospitalized", "en") == [f"/en{page.address}"]


@pytest.mark.parametrize("typed", ["kill", "paint", "crash", "위액", "탈진", "좌해", "맥박이 빠른데"])
def test_no_short_everyday_word_and_no_part_of_a_sentence_is_suggested(client, typed):
    assert not search(client, typed).texts(".suggestion a")


def test_nothing_is_suggested_for_a_word_that_pages_hold_or_that_has_one_syllable(client):
    make.published(medicine(explanation_ko="의뢰서를 가져오세요."))
    make.published(word(slug="lump", name_ko="종양", aliases_ko="혹"))

    assert search(client, "의뢰서 꽁 나무").all(".suggestion") == []


@pytest.mark.parametrize("query", ["란레오타이드", "파시레오타이드", "신경내분비암", "Lanreotide"])
def test_no_suggestion_leads_from_a_known_term_or_from_one_that_means_something_else(client, query):
    make.published(word(slug="l", name_ko="란레오타이드", name_en="lanreotide"))
    make.published(word(slug="p", name_ko="파시레오타이드", name_en="pasireotide"))
    make.published(
        word(slug="n", name_ko="신경내분비종양", name_en="neuroendocrine tumor", forbidden_ko="신경내분비암")
    )

    shown = search(client, query)

    assert shown.all(".suggestion") == []
    assert "신경내분비종양" not in shown.text("main")


def test_a_suggestion_for_a_misspelt_brand_name_is_the_name_of_the_substance(client):
    make.published(generic(notes=""))

    assert search(client, "Sutentt", "en").texts(".suggestion a") == ["sunitinib"]
