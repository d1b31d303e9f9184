"""The glossary as patients read it."""

import pytest

from hospital_site.publishing.pipeline import withdraw
from tests import make
from tests.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

GLOSSARY = "/en/glossary/"


def read(client, path):
    return Page(client.get(path))


def main(client, path):
    return read(client, path).text("main")


def term(**fields):
    names = {"name_en": "contrast medium", "name_ko": "조영제"}
    texts = {"definition_en": "A fluid that shows vessels.", "definition_ko": "혈관이 보이게 하는 액체입니다."}
    return make.term(**{"slug": "contrast-medium", **names, **texts, **fields})


def test_a_draft_is_neither_listed_nor_open(client):
    term()

    assert "contrast medium" not in main(client, GLOSSARY)
    assert client.get(f"{GLOSSARY}contrast-medium/").status_code == 404


def test_a_published_term_is_listed_under_its_letter_in_each_language(client):
    make.published(term())

    for path, letter, name in [(GLOSSARY, "C", "contrast medium"), ("/ko/glossary/", "자", "조영제")]:
        page = read(client, path)
        assert page.texts("main h2") == [letter]
        assert page.texts("main section a") == [name]


def test_a_term_says_what_it_means_its_name_in_the_other_language_and_that_nobody_has_reviewed_it(client):
    make.published(term())

    text = main(client, f"{GLOSSARY}contrast-medium/")

    assert "A fluid that shows vessels." in text
    assert "조영제" in text
    assert "No clinician has reviewed it yet." in text


def test_a_signed_term_says_who_reviewed_it(client):
    make.signed(make.published(term()))

    assert "Clinically reviewed on" in main(client, f"{GLOSSARY}contrast-medium/")


def test_a_withdrawn_term_is_gone(client):
    page = make.published(term())
    withdraw(page, by="the test", reason="wrong")

    assert client.get(f"{GLOSSARY}contrast-medium/").status_code == 410
    assert "contrast medium" not in main(client, GLOSSARY)


def test_nobody_sees_aliases_forbidden_forms_or_notes(client):
    hidden = {
        "aliases_en": "Brandium",
        "forbidden_en": "dye stuff",
        "aliases_ko": "브랜디움",
        "notes": "ask the pharmacist",
    }
    make.published(term(**hidden))

    for path in ["/en/glossary/", "/ko/glossary/", "/en/glossary/contrast-medium/", "/ko/glossary/contrast-medium/"]:
        html = client.get(path).content.decode()
        assert [words for words in hidden.values() if words in html] == []


def test_machines_are_told_of_the_set_and_of_each_term(client):
    make.published(term())

    [named_set] = read(client, GLOSSARY).structured_data
    [defined, _breadcrumbs] = read(client, f"{GLOSSARY}contrast-medium/").structured_data

    assert (named_set["@type"], named_set["hasDefinedTerm"][0]["@id"]) == ("DefinedTermSet", defined["@id"])
    assert (defined["@type"], defined["inDefinedTermSet"]["@id"]) == ("DefinedTerm", named_set["@id"])
    assert defined["description"] == "A fluid that shows vessels."


@pytest.mark.parametrize("size", [1, 3])
def test_the_glossary_and_a_term_ask_one_question(client, size, django_assert_num_queries):
    pages = [make.published(make.term()) for _ in range(size)]

    with django_assert_num_queries(1):
        client.get(GLOSSARY)
    with django_assert_num_queries(1):
        client.get(f"{GLOSSARY}{pages[0].slug}/")


def test_the_foot_of_a_term_leads_to_a_page_that_is_there(client):
    make.published(term())

    page = read(client, f"{GLOSSARY}contrast-medium/")

    assert {client.get(link.path).status_code for link in page.links_inside() if link.path} == {200}
