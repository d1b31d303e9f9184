"""A language that was added to the settings: prepared by staff, opened by a person, honest where it lacks a text."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils.translation import override

from hospital_site.enquiries import consents, notices
from hospital_site.enquiries.forms import FORMS
from hospital_site.enquiries.models import DataController, PrivacyNotice
from hospital_site.enquiries.recipients import recipient_at
from hospital_site.publishing.added_languages import add_rights, count_texts
from hospital_site.publishing.admin.lists import languages_of_list
from hospital_site.publishing.languages import attributes_of, hidden_languages, languages_by_preference
from hospital_site.publishing.models import TranslationState
from hospital_site.templatetags.components import dialled, names_emergency_number
from hospital_site.yaml_files import read_with_added_languages
from tests import make
from tests.enquiries.patients import receiving_hospital
from tests.reading import Page

VIETNAMESE, ARABIC = ("vi", "Tiếng Việt"), ("ar", "العربية")


@pytest.fixture
def with_vietnamese(settings):
    settings.LANGUAGES = [*settings.LANGUAGES, VIETNAMESE]


@pytest.fixture
def english_in_preparation(settings):
    settings.OPEN_LANGUAGES = ["ko"]


# ── In preparation ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.same_on_every_database
class TestALanguageInPreparation:
    pytestmark = pytest.mark.usefixtures("english_in_preparation")

    def test_is_not_there_for_patients(self, client):
        sitemap, home = (client.get(path).content.decode() for path in ("/sitemap.xml", "/ko/"))

        assert client.get("/en/centers/").status_code == 404
        assert "/en/" not in sitemap + home
        assert 'lang="en"' not in client.get("/ko/nowhere/").content.decode()

    def test_is_shown_to_staff_and_kept_nowhere(self):
        client = Client()
        client.force_login(make.member("Translator (en)"))

        answer = client.get("/en/centers/")

        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
        assert "This language is being prepared" in answer.content.decode()

    @pytest.mark.parametrize("asked", ["en", "en,ko;q=0.5", "fr,en"])
    def test_is_nothing_that_a_browser_is_led_to(self, client, asked):
        assert client.get("/", headers={"accept-language": asked}).url == "/ko/"

    def test_lends_no_text_to_readers_of_another(self, client):
        page = make.published(make.center(slug="net", introduction_ko="", introduction_en="Only English."))

        assert "Only English." not in client.get(f"/ko{page.address}").content.decode()


# ── Fallback ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_readers_get_the_languages_that_the_settings_name_for_them(settings, with_vietnamese):
    settings.OPEN_LANGUAGES = ["ko", "en", "vi"]

    assert languages_by_preference("vi") == ["vi", "en", "ko"]
    settings.FALLBACK_LANGUAGES = {"default": ["en"], "vi": ["ko"]}
    assert languages_by_preference("vi") == ["vi", "ko", "en"]


def test_only_staff_who_look_at_it_read_a_language_in_preparation(with_vietnamese):
    with override("ko"):
        assert (languages_by_preference(), hidden_languages()) == (["ko", "en"], ("vi",))
    with override("vi"):
        assert (languages_by_preference(), hidden_languages()) == (["vi", "en", "ko"], ())


@pytest.mark.django_db
@pytest.mark.same_on_every_database
def test_a_page_without_words_of_a_language_is_named_to_no_search_engine(client):
    page = make.published(make.center(slug="net", name_en=""))

    korean, english = (Page(client.get(f"/{code}{page.address}")) for code in ("ko", "en"))

    assert f"/en{page.address}" not in client.get("/sitemap.xml").content.decode()
    assert korean.attributes("link[hreflang]", "hreflang") == ["ko", "x-default"]
    assert korean.all('meta[name="robots"]') == []
    assert english.attribute('meta[name="robots"]', "content") == "noindex"


def test_consents_and_notices_are_read_in_the_next_language_that_has_the_words(with_vietnamese):
    with override("vi"):
        assert consents.language_of_words("appointment") == "en"
        assert notices.language_of_words(PrivacyNotice(words={"ko": {}, "en": {}})) == "en"
        assert notices.language_of_words(PrivacyNotice(words={"ko": {}})) == "ko"


# ── Direction and digits ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_says_its_direction_on_a_site_that_has_both(settings):
    assert attributes_of("ko") == 'lang="ko"'
    settings.LANGUAGES = [*settings.LANGUAGES, ARABIC]
    assert [attributes_of("en"), attributes_of("ar")] == ['lang="en" dir="ltr"', 'lang="ar" dir="rtl"']


@pytest.mark.parametrize("written", ["119", "١١٩", "۱۱۹"])
def test_the_emergency_number_is_dialled_in_the_digits_of_every_script(written):
    assert dialled(f"<p>{written}</p>") == f'<p><a class="telephone" href="tel:119">{written}</a></p>'
    assert not names_emergency_number(f"1{written}")


# ── What staff get ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_right_to_write_in_a_new_language_goes_to_whoever_writes_in_all_others():
    Permission.objects.get(codename="write_en").delete()
    Group.objects.get(name="Translator (en)").delete()

    add_rights()

    assert set(Group.objects.filter(permissions__codename="write_en").values_list("name", flat=True)) == {
        "Editor",
        "Translator (en)",
    }
    korean, english = (
        set(Group.objects.get(name=f"Translator ({code})").permissions.values_list("codename", flat=True))
        for code in ("ko", "en")
    )
    assert korean ^ english == {"write_ko", "write_en"}


@pytest.mark.django_db
def test_a_role_that_was_deleted_does_not_come_back():
    Group.objects.get(name="Translator (en)").delete()

    add_rights()

    assert not Group.objects.filter(name="Translator (en)").exists()


@pytest.mark.django_db
def test_what_a_new_language_lacks_is_counted():
    make.center()
    page = make.center(introduction_ko="돌봅니다.")
    TranslationState.objects.filter(page=page.key).delete()
    TranslationState.objects.update_or_create(page=page.key, language="ko")
    TranslationState.objects.filter(language="en").delete()

    count_texts()

    assert TranslationState.objects.get(page=page.key, language="en").missing == 1


@pytest.mark.django_db
def test_a_list_has_two_names_of_a_page(with_vietnamese):
    with override("ko"):
        assert languages_of_list(make.member("Editor")) == ["ko", "en"]
    with override("vi"):
        assert languages_of_list(make.member("Translator (ko)")) == ["vi", "ko"]


# ── What hospitals promise ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.same_on_every_database
def test_a_form_offers_the_languages_in_which_its_hospital_answers(with_vietnamese):
    controller = receiving_hospital("kcch")
    offered = [languages_offered()]
    for promised in (["ko"], ["en", "ko"]):
        DataController.objects.filter(pk=controller.pk).update(contact_languages=promised)
        offered.append(languages_offered())

    assert offered == [["ko", "en", "other"], ["ko", "other"], ["ko", "en", "other"]]


def languages_offered():
    form = FORMS["appointment"](recipient=recipient_at("kcch"))
    return [code for code, _name in form.fields["preferred_language"].choices]


def test_an_added_language_brings_its_words_of_law_in_files_of_its_own(tmp_path):
    (tmp_path / "consents.yaml").write_text("personal:\n  required: true\n  ko: {heading: 개인정보}\n")
    (tmp_path / "consents.vi.yaml").write_text("personal:\n  ko: {heading: theirs}\n  vi: {heading: Thông tin}\n")

    assert read_with_added_languages(tmp_path / "consents.yaml") == {
        "personal": {"required": True, "ko": {"heading": "개인정보"}, "vi": {"heading": "Thông tin"}}
    }
