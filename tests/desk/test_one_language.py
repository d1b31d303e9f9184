"""An urgent correction in one language: what goes out, what stays, and what counts as out of date then."""

import pytest
from django.test import Client

from hospital_site.publishing.candidates import compose
from hospital_site.publishing.pipeline import publish
from hospital_site.publishing.policy import Refused
from tests import make
from tests.desk.people import Person, address, in_seoul, public, said
from tests.reading import Page
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

TEXTS = {"explanation_ko": "설명", "explanation_en": "Words", "side_effects_ko": "멍", "side_effects_en": "Bruises"}


@pytest.fixture
@recorded
def treatment():
    """Published and signed; then Korean is corrected, and English half rewritten by somebody else."""
    page = make.in_sync(make.treatment(**TEXTS))
    make.published(make.signed(page))
    Person("editor").edit(page, explanation_ko="고친 설명")
    page.refresh_from_db()
    return page


def half_rewritten(page):
    writer = Person("translator-en")
    writer.edit(page, explanation_en="Half rewr", side_effects_en="Half")
    page.refresh_from_db()
    return writer


def in_korean(page, by=None, **words):
    publisher = by or Person("publisher")
    form = publisher.form(page, "publish")
    form.path += "?only=ko"
    shown = publisher.read(form.path)
    return form.send(
        **{"reason": "Urgent.", "warnings_read": "on", "seen": shown.attribute("[name=seen]", "value")} | words
    )


def live(page):
    return page.editions().live().get()


def stale(edition):
    return [text[1:4] for text in edition.stale]


@pytest.mark.depends_on_database
def test_the_other_languages_keep_their_words_and_count_as_out_of_date(treatment):
    half_rewritten(treatment)

    answer = in_korean(treatment)

    edition, data = live(treatment), live(treatment).data
    treatment.refresh_from_db()
    assert answer.status == 302
    assert [data[name] for name in TEXTS] == ["고친 설명", "Words", "멍", "Bruises"]
    assert (stale(edition), edition.only_in) == ([["explanation", "en", "ko"]], ["ko"])
    assert (treatment.explanation_en, treatment.draft_digest) == ("Half rewr", compose(treatment).digest)


def test_the_signature_of_a_language_whose_words_stay_holds_and_no_other(treatment):
    half_rewritten(treatment)
    signed = live(treatment).language_digests

    in_korean(treatment)

    now = live(treatment).language_digests
    assert {code: now[code] == signed[code] for code in now} == {"ko": False, "en": True}


def test_whoever_wrote_what_was_not_published_does_not_publish_it_later(treatment):
    writer = half_rewritten(treatment)

    in_korean(treatment)

    assert writer.user.pk in compose(treatment).authors


def test_once_all_is_published_nobody_has_written_anything(treatment):
    half_rewritten(treatment)
    in_korean(treatment)

    publish(treatment, by="the test")

    assert compose(treatment).authors == frozenset()


def test_a_submitted_draft_goes_on_waiting_for_the_rest(treatment):
    half_rewritten(treatment)
    Person("editor").decide(treatment, "submit")

    in_korean(treatment)

    treatment.refresh_from_db()
    assert treatment.submitted_digest == treatment.draft_digest


def test_a_translation_alone_makes_nothing_out_of_date(treatment):
    make.in_sync(treatment)
    half_rewritten(treatment)
    treatment.refresh_from_db()

    edition = publish(treatment, by="the test", only_in=["en"])

    assert [edition.data[name] for name in TEXTS] == ["설명", "Half rewr", "멍", "Half"]
    assert stale(edition) == [["explanation", "en", "ko"]]  # made from Korean words that nobody reads yet


@pytest.mark.depends_on_database
def test_rows_keep_their_words_by_identity(treatment):
    clinic = make.clinic()
    for ko, en in [("간", "Liver"), ("폐", "Lung")]:
        make.part(clinic, "areas", name_ko=ko, name_en=en)
    make.published(make.in_sync(clinic))
    Person("editor").edit(clinic, **{"areas-0-name_ko": "간암", "areas-1-name_en": "Lungs", "areas-0-position": "9"})

    edition = publish(clinic, by="the test", only_in=["ko"])

    assert [(row["name_ko"], row["name_en"]) for row in edition.data["areas"]] == [("폐", "Lung"), ("간암", "Liver")]
    assert edition.stale == [[2, "name", "en", "ko", edition.stale[0][4]]]


def test_a_page_that_nobody_reads_is_published_in_all_languages_first():
    page = make.treatment()

    with pytest.raises(Refused):
        publish(page, by="the test", only_in=["ko"])

    publisher = Person("publisher")
    assert publisher.client.get(f"{address(page, 'publish')}?only=ko").status_code == 302


def test_the_form_offers_a_language_alone_only_where_more_than_one_has_changed(treatment):
    publisher = Person("publisher")
    before = publisher.open(treatment, "publish").all('a[href*="?only="]')

    half_rewritten(treatment)

    offered = publisher.open(treatment, "publish").attributes('a[href*="?only="]', "href")
    assert (before, offered) == ([], ["?only=ko", "?only=en"])


def test_the_form_says_what_is_missing_and_out_of_date_and_leads_to_the_queue(treatment):
    page = Person("publisher").open(treatment, "publish")

    [link] = page.all('#content a[href*="/translations/en/"]')
    assert (
        link.attrs["href"].rpartition("&")[2],
        said("I have read the warnings and publish all the same") in page.html,
    ) == (
        "state=stale",
        True,
    )


def test_a_text_that_stays_out_of_date_keeps_the_day_on_which_it_became_so(treatment, clock):
    first = in_korean(treatment) and live(treatment).stale
    clock.forward(days=3)
    Person("editor").edit(treatment, side_effects_ko="큰 멍")

    publish(type(treatment).objects.get(pk=treatment.pk), by="the test")

    days = {text[1]: text[4] for text in live(treatment).stale}
    assert (days["explanation"], days["side_effects"] > days["explanation"]) == (first[0][4], True)


def note_in(page, language):
    shown = Page(Client().get(public(page, language)))
    return shown.texts(".outdated")


def test_patients_read_beside_a_text_since_when_its_source_says_something_else(treatment, clock):
    clock.now = in_seoul(2026, 12, 1, 9)
    in_korean(treatment)
    clock.now = in_seoul(2026, 12, 5, 9)

    notes = {code: note_in(treatment, code) for code in make.languages()}

    assert notes == {
        "ko": [],
        "en": [
            "The original (Korean) was changed on 1 December 2026. This translation has not been checked since, and "
            "may say something else."
        ],
    }


@pytest.mark.depends_on_database
def test_patients_are_told_of_no_change_where_a_translation_was_never_checked(treatment):
    type(treatment).objects.update(checked={}, explanation_ko="새 글", explanation_en="Other words")
    treatment.refresh_from_db()
    make.show(treatment)

    assert set(note_in(treatment, "en")) == {"This translation has not been checked against the original (Korean) yet."}


def test_the_note_goes_with_the_next_version_in_which_the_text_is_checked(treatment):
    in_korean(treatment)
    Person("translator-en").edit(treatment, explanation_en="New words")

    publish(treatment, by="the test", only_in=["en"])

    assert note_in(treatment, "en") == []


@pytest.mark.depends_on_database
@pytest.mark.parametrize("stale", [[0, "explanation", "en"], [0, "explanation", "en", "", "2026-11-29"]])
def test_patients_are_told_nothing_where_nobody_knows_which_text_was_the_original(treatment, stale):
    edition = live(treatment)
    type(edition)._base_manager.filter(pk=edition.pk).update(stale=[stale])

    assert note_in(treatment, "en") == []


def test_a_sheet_says_so_in_the_column_of_the_language_that_is_out_of_date(treatment, clock):
    clock.now = in_seoul(2026, 12, 1, 9)
    in_korean(treatment)

    shown = Page(Client().get(f"{public(treatment, 'ko')}sheet/"))

    assert shown.texts('td[lang="en"] .outdated') == [
        "The original (Korean) was changed on 1 December 2026. This translation has not been checked since, and "
        "may say something else."
    ]
    assert len(shown.all(".outdated")) == 1


@pytest.mark.depends_on_database
@pytest.mark.parametrize("suffix", ["", "sheet/"])
def test_an_article_of_a_charter_says_so_itself(suffix):
    charter = make.charter()
    make.article(charter, 1, text_ko="권리", text_en="Words")
    article = make.article(charter, 2, text_ko="권리", text_en="Words")
    make.published(make.in_sync(charter))
    article.text_en = "Other words"
    article.save()
    make.show(type(charter).objects.get(pk=charter.pk))

    shown = Page(Client().get(f"{public(charter, 'ko')}{suffix}"))

    assert len(shown.all(".article .outdated, .is-article .outdated")) == 1
