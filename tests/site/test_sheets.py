"""The sheets that patients take along: a page in all languages side by side, ready to print."""

import pytest
import segno
from django.conf import settings
from django.utils.translation import override

from hospital_site.publishing.pipeline import withdraw
from hospital_site.sheets import PARTS
from hospital_site.templatetags.sheets import code_of
from tests import make
from tests.page_store.worker import Worker
from tests.reading import read
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


def address(page, language="ko"):
    with override(language):
        return f"{page.get_absolute_url()}sheet/"


def sheet(client, page, query="", language="ko"):
    return read(client, f"{address(page, language)}{query}")


def lines(page, section):
    """What each line of a section says, by language."""
    return [
        {cell.attrs["lang"]: " ".join(cell.to_text().split()) for cell in row.query("td")}
        for row in page.all(f"#{section} tr.line")
    ]


@pytest.fixture
@recorded
def treatment():
    treatment = make.treatment(
        explanation_ko="종양을 잘라 냅니다.\n\n- 하나\n- 둘",
        explanation_en="The tumor is cut out.\n\n- One\n- Two",
        questions_ko="- 얼마나 걸립니까?\n- 누가 합니까?",
        questions_en="- How long does it take?\n- Who does it?",
        when_to_call_ko="열이 나면 전화하십시오.",
    )
    return make.published(make.in_sync(treatment))


def test_every_kind_of_page_has_a_sheet_with_all_its_parts_in_every_language(client):
    pages = make.every_kind()
    for page in pages.values():
        make.published(page)

    for model, parts in PARTS.items():
        page = pages[model.page_kind()]
        shown = sheet(client, page)
        there = {tbody.attrs["id"]: tbody.to_text() for tbody in shown.all(".sheet tbody")}
        assert list(there) == [*(part.anchor for part in parts), "contacts", "notes"]
        for anchor, text in list(there.items())[:-2]:
            assert all(words in text or "1" in text for words in make.WORDS.values()), (model, anchor)
        assert read(client, address(page).removesuffix("sheet/")).all(f'a[href="{address(page)}"]')


def test_each_line_says_the_same_in_every_language(client, treatment):
    assert lines(sheet(client, treatment), "explanation") == [
        {"ko": "종양을 잘라 냅니다.", "en": "The tumor is cut out."},
        {"ko": "하나", "en": "One"},
        {"ko": "둘", "en": "Two"},
    ]


def test_the_readers_language_stands_first(client, treatment):
    first = [sheet(client, treatment, language=code).attributes(".sheet thead th", "lang")[0] for code in ("ko", "en")]

    assert first == ["ko", "en"]


def test_texts_that_are_cut_differently_stand_in_one_line(client):
    treatment = make.treatment(explanation_ko="하나.\n\n둘.", explanation_en="One. Two.")
    make.published(make.in_sync(treatment))

    assert lines(sheet(client, treatment), "explanation") == [{"ko": "하나. 둘.", "en": "One. Two."}]


def test_a_missing_translation_is_named_in_its_own_language(client, treatment):
    assert lines(sheet(client, treatment), "when-to-call") == [
        {"ko": "열이 나면 전화하십시오.", "en": "This text is not yet available in this language."}
    ]


def test_an_article_of_a_charter_never_mixes_languages(client):
    charter = make.charter()
    make.article(charter, 1, title_ko="진료받을 권리", text_ko="진료를 받습니다.", text_en="")
    make.published(make.in_sync(charter))

    [line] = lines(sheet(client, charter), "rights")

    assert line["en"] == "This text is not yet available in this language."
    assert line["ko"].startswith("진료받을 권리 진료를 받습니다.")


def test_one_article_is_printed_alone(client):
    charter = make.charter()
    for number in (1, 2):
        make.article(
            charter, number, title_ko=f"{number}조", title_en=f"Article {number}", text_ko="본문", text_en="Text"
        )
    make.published(make.in_sync(charter))

    leads = read(client, charter.get_absolute_url()).attributes("#right-2 a[href*=sheet]", "href")
    page = read(client, leads[0])

    articles = page.texts(".sheet tbody .is-article td")
    assert articles == ["2조 본문 병원이 정한 조항", "Article 2 Text The hospital’s own"]
    assert page.attributes("input[checked]", "value") == ["rights"]


def test_each_question_has_lines_to_write_on(client, treatment):
    kinds = [row.attrs["class"].split() for row in sheet(client, treatment).all("#questions tr")]

    assert ["is-question" in kind for kind in kinds[2:]] == [True, False, False] * 2
    assert ["blank" in kind for kind in kinds[2:]] == [False, True, True] * 2


def test_whose_words_they_are_stands_above_them_in_every_language(client):
    test = make.test(preparation_ko="굶으십시오.", preparation_en="Do not eat.")
    test.site_preparation_ko, test.site_preparation_en = "물은 됩니다.", "Water is fine."
    make.signed(make.in_sync(test), "en", name="Dr. Kim", role="Surgeon")
    make.published(test)

    voices = sheet(client, test).texts("#preparation tr.voice td")

    assert voices[:2] == [
        f"{test.center.hospital.name_ko}에서 전하는 말",
        f"In the words of {test.center.hospital.name_en}",
    ]
    assert voices[2] == "이 누리집이 덧붙인 설명입니다. 아직 의료진의 검토를 받지 않았습니다."
    assert voices[3].startswith("Explanation added by this site. Clinically reviewed on")


def test_only_the_ticked_parts_are_shown_and_unknown_ones_are_ignored(client, treatment):
    def parts(query):
        page = sheet(client, treatment, query)
        return page.attributes(".sheet tbody", "id"), page.attributes("input[checked]", "value")

    every = ["explanation", "when-to-call", "questions", "notes"]
    assert parts("?section=questions&section=<b>&section=rights") == (["questions"], ["questions"])
    assert parts("?section=nothing") == (every, every)
    assert parts("") == (every, every)


def test_the_code_leads_to_the_page_in_the_readers_language(client, treatment):
    for language in make.languages():
        page = f"{settings.SITE_ADDRESS}{address(treatment, language).removesuffix('sheet/')}"
        shown = sheet(client, treatment, language=language)

        assert code_of(page) == segno.make(page, error="m", boost_error=False, micro=False, mask=3)
        drawn = shown.all(".sheet .qr-code path")[-1].attrs["d"]
        assert drawn in code_of(page).svg_inline(omitsize=True, light="#fff")
        assert shown.text(".sheet .on-paper .address") == page


def test_no_search_engine_lists_a_sheet(client, treatment):
    shown = sheet(client, treatment)

    assert shown.response["X-Robots-Tag"] == shown.attribute('meta[name="robots"]', "content") == "noindex"
    assert address(treatment) not in client.get("/sitemap.xml").content.decode()


def test_the_sheet_of_a_withdrawn_page_is_gone(client, treatment):
    withdraw(treatment, by="the test", reason="It closed.")

    assert client.get(address(treatment)).status_code == 410
    assert client.get(address(make.treatment())).status_code == 404


def test_a_sheet_asks_at_most_three_questions_and_sets_no_cookie(client, treatment, django_assert_num_queries):
    charter = make.published(make.charter())

    for page, questions in ((treatment, 2), (charter, 3)):
        with django_assert_num_queries(questions):
            response = client.get(address(page))
        assert not response.cookies


def test_a_kept_sheet_is_not_shown_to_somebody_who_ticked_parts_of_it(treatment, tmp_path):
    worker = Worker(tmp_path)
    worker.get(address(treatment))
    asked = worker.asked

    some = worker.get(address(treatment), query="section=questions")[2].decode()
    whole = worker.get(address(treatment), query="utm_source=letter")[2].decode()

    assert ('id="explanation"' in some, 'id="explanation"' in whole) == (False, True)
    assert worker.asked == asked + 1
