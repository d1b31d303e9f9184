"""The editors' admin, used by people who may do what their role may do and no more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext, override

from hospital_site.publishing.models import page_models
from hospital_site.publishing.pipeline import withdraw
from tests import make
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

KINDS = [model.page_kind() for model in page_models()]

every_kind = pytest.mark.parametrize("kind", KINDS)
every_kind_of_many = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "centers.contactpage"])
every_language = pytest.mark.parametrize("language", make.languages())


BUILDERS = {
    "centers.hospital": make.hospital,
    "centers.center": make.center,
    "centers.clinic": make.clinic,
    "centers.treatment": lambda: make.treatment(clinic=make.clinic()),
    "centers.diagnostictest": lambda: make.test(clinic=make.clinic()),
    "centers.condition": lambda: make.condition(clinic=make.clinic()),
    "patients_rights.charter": make.charter,
    "centers.contactpage": make.contact_page,
    "glossary.term": make.term,
}


@pytest.fixture
def editor(client):
    """The browser of an editor."""
    client.force_login(make.member("Editor"))
    return client


@pytest.fixture
def publisher(client):
    """The browser of a publisher."""
    client.force_login(make.member("Publisher"))
    return client


def desk(page, view, language="ko"):
    """The address of a `view` of the admin, about `page` or its kind."""
    kind = page if isinstance(page, type) else type(page)
    about = [] if view in ("changelist", "add") else [page.pk]
    with override(language):
        return reverse(f"admin:{kind._meta.app_label}_{kind._meta.model_name}_{view}", args=about)


def form_of(client, page):
    """What the browser would send of the form of `page`, and the name of that form."""
    name = f"#{type(page)._meta.model_name}_form"
    return read(client, desk(page, "change")).form(name)


def said(response):
    """The messages that a person sees after `response`."""
    return [str(message) for message in response.context["messages"]]


# ── Every page of the admin ───────────────────────────────────────────────────────────────────────────────────────────


@every_kind
@every_language
def test_an_editor_reads_lists_and_writes(editor, kind, language):
    page = make.published(make.every_kind()[kind])
    is_first = language == make.languages()[0]

    for view in ["changelist", "add", "change"] if is_first else ["change"]:
        shown = read(editor, desk(page, view, language))

        assert (view, shown.status, shown.attribute("html", "lang")) == (view, 200, language)


@every_kind
def test_a_publisher_reads_and_decides_but_does_not_write(publisher, kind):
    page = make.published(make.every_kind()[kind])

    statuses = {
        view: publisher.get(desk(page, view)).status_code
        for view in ["change", "history", "publish", "withdraw", "preview", "add"]
    }

    assert statuses.pop("add") == 403
    assert set(statuses.values()) == {200}


@pytest.mark.parametrize("view", ["changelist", "add", "change", "history", "publish", "withdraw", "preview"])
@pytest.mark.parametrize("visitor", ["a stranger", "a patient with an account"])
def test_the_admin_is_closed_to(client, django_user_model, visitor, view):
    center = make.published(make.center())
    if visitor == "a patient with an account":
        client.force_login(django_user_model.objects.create(username="patient"))

    response = client.get(desk(center, view))

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/ko/admin/login/")


@pytest.mark.parametrize(
    ("language", "labels"), [("ko", ["이름 · 한국어", "이름 · English"]), ("en", ["Name · 한국어", "Name · English"])]
)
def test_a_form_names_the_language_of_each_text(editor, language, labels):
    form = read(editor, desk(make.center(), "change", language))

    assert [form.text(f'label[for="id_name_{code}"]').rstrip(":") for code in make.languages()] == labels
    assert [form.attribute(f"#id_name_{code}", "lang") for code in make.languages()] == make.languages()


# ── Saving ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@every_language
def test_saving_keeps_both_languages(editor, language):
    center = make.center(name_ko="식도암센터", name_en="Esophageal Cancer Center", introduction_en="Welcome.")
    sent = form_of(editor, center) | {"introduction_ko": "어서 오십시오."}

    response = editor.post(desk(center, "change", language), sent)

    assert response.status_code == 302
    center.refresh_from_db()
    assert (center.name_ko, center.name_en) == ("식도암센터", "Esophageal Cancer Center")
    assert (center.introduction_ko, center.introduction_en) == ("어서 오십시오.", "Welcome.")


@pytest.mark.depends_on_database
@every_kind
def test_saving_a_form_that_nobody_changed_changes_nothing(editor, kind):
    page = make.published(make.every_kind()[kind])
    before = type(page).objects.values().get(pk=page.pk)

    response = editor.post(desk(page, "change"), form_of(editor, page))

    assert response.status_code == 302
    after = type(page).objects.values().get(pk=page.pk)
    assert {name for name in before if before[name] != after[name]} <= {"checked", *base_columns(page)}
    assert after["draft_digest"] == page.editions().live().get().digest


def base_columns(page):
    return {field.name for field in page._meta.fields if hasattr(type(page), f"{field.name}_ko")}


def test_saving_changes_nothing_for_patients(editor, client):
    center = make.published(make.center(name_ko="식도암센터"))

    editor.post(desk(center, "change"), form_of(editor, center) | {"name_ko": "다른 이름"})

    assert read(client, center.get_absolute_url()).text("h1") == "식도암센터"


def test_a_new_page_is_made_in_both_languages(editor):
    hospital = make.hospital()
    sent = read(editor, desk(type(make.center()), "add")).form("#center_form")
    texts = {"slug": "new", "hospital": hospital.pk, "name_ko": "새 센터", "name_en": "New center"}

    response = editor.post(desk(type(make.center()), "add"), sent | texts)

    assert response.status_code == 302
    center = hospital.centers.get()
    assert (center.slug, center.name_ko, center.name_en) == ("new", "새 센터", "New center")


@pytest.mark.parametrize("slug", ["NET Clinic", "클리닉", "a--b"])
@every_language
def test_a_wrong_address_is_answered_with_a_sentence(editor, slug, language):
    center = make.center(slug="center")

    response = editor.post(desk(center, "change", language), form_of(editor, center) | {"slug": slug})

    with override(language):
        sentence = gettext("Use small Latin letters, digits and single hyphens, for example “net-clinic”.")
    assert response.context["adminform"].form.errors["slug"] == [sentence]
    center.refresh_from_db()
    assert center.slug == "center"


def test_an_address_that_is_taken_is_answered_with_a_sentence(editor):
    make.center(slug="taken")
    center = make.center(slug="free")

    response = editor.post(desk(center, "change"), form_of(editor, center) | {"slug": "taken"})

    assert (response.status_code, len(response.context["adminform"].form.errors)) == (200, 1)


def test_a_clinic_that_wants_a_word_of_other_addresses_is_answered_with_a_sentence(editor):
    clinic = make.clinic(slug="net")

    response = editor.post(desk(clinic, "change"), form_of(editor, clinic) | {"slug": "tests"})

    assert (response.status_code, len(response.context["adminform"].form.errors)) == (200, 1)


def test_the_address_of_a_published_page_cannot_be_written(editor):
    center = make.published(make.center(slug="center"))
    sent = form_of(editor, center)

    editor.post(desk(center, "change"), sent | {"slug": "elsewhere", "hospital": make.hospital().pk})

    assert "slug" not in sent
    before = center.hospital_id
    center.refresh_from_db()
    assert (center.slug, center.hospital_id) == ("center", before)


def test_a_page_that_was_published_cannot_be_deleted(editor):
    center = make.published(make.center())

    response = editor.post(desk(center, "delete"), {"post": "yes"})

    assert response.status_code == 403
    assert type(center).objects.filter(pk=center.pk).exists()


def test_a_draft_that_was_never_published_can_be_deleted(editor):
    center = make.center()

    response = editor.post(desk(center, "delete"), {"post": "yes"})

    assert response.status_code == 302
    assert not type(center).objects.filter(pk=center.pk).exists()


@pytest.mark.depends_on_database
def test_a_draft_that_others_stand_under_is_not_deleted(editor):
    clinic = make.clinic()

    response = editor.post(desk(clinic.center, "delete"), {"post": "yes"})

    assert response.status_code == 200
    assert type(clinic.center).objects.filter(pk=clinic.center.pk).exists()


# ── Rows of a page ────────────────────────────────────────────────────────────────────────────────────────────────────


def charter_with(*articles):
    charter = make.charter()
    for kind, number, title in articles:
        make.article(charter, number, kind=kind, title_ko=title)
    return charter


def titles(charter):
    return [(article.kind, article.number, article.title_ko) for article in charter.articles.all()]


@pytest.mark.depends_on_database
def test_two_articles_can_swap_their_numbers(editor):
    charter = charter_with(("right", 1, "하나"), ("right", 2, "둘"), ("right", 3, "셋"))
    sent = form_of(editor, charter) | {"articles-0-number": 2, "articles-1-number": 1}

    response = editor.post(desk(charter, "change"), sent)

    assert response.status_code == 302
    assert titles(charter) == [("right", 1, "둘"), ("right", 2, "하나"), ("right", 3, "셋")]


def test_a_right_and_a_responsibility_can_swap_their_places(editor):
    charter = charter_with(("right", 1, "하나"), ("responsibility", 1, "둘"))
    swapped = {"articles-0-kind": "responsibility", "articles-1-kind": "right"}

    response = editor.post(desk(charter, "change"), form_of(editor, charter) | swapped)

    assert response.status_code == 302
    assert titles(charter) == [("right", 1, "둘"), ("responsibility", 1, "하나")]


@pytest.mark.depends_on_database
def test_an_article_can_take_the_number_of_one_that_is_deleted(editor):
    charter = charter_with(("right", 1, "하나"), ("right", 2, "둘"))
    sent = form_of(editor, charter) | {"articles-0-DELETE": "on", "articles-1-number": 1}

    response = editor.post(desk(charter, "change"), sent)

    assert response.status_code == 302
    assert titles(charter) == [("right", 1, "둘")]


def test_a_new_article_can_push_the_others_on(editor):
    charter = charter_with(("right", 1, "하나"), ("right", 2, "둘"))
    new = {"kind": "right", "number": 1, "title_ko": "새로", "charter": charter.pk, "id": ""}
    sent = form_of(editor, charter) | {"articles-0-number": 2, "articles-1-number": 3, "articles-TOTAL_FORMS": 3}

    response = editor.post(desk(charter, "change"), sent | {f"articles-2-{name}": value for name, value in new.items()})

    assert response.status_code == 302
    assert titles(charter) == [("right", 1, "새로"), ("right", 2, "하나"), ("right", 3, "둘")]


def test_two_articles_cannot_have_one_number(editor):
    charter = charter_with(("right", 1, "하나"), ("right", 2, "둘"))

    response = editor.post(desk(charter, "change"), form_of(editor, charter) | {"articles-1-number": 1})

    assert response.status_code == 200
    assert titles(charter) == [("right", 1, "하나"), ("right", 2, "둘")]


def test_an_article_without_a_number_is_answered_with_a_sentence(editor):
    charter = charter_with(("right", 1, "하나"))

    response = editor.post(desk(charter, "change"), form_of(editor, charter) | {"articles-0-number": ""})

    assert response.status_code == 200


# ── Publishing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def decide(client, page, view, **fields):
    """Fill in the form of the decision `view` and send it."""
    sent = read(client, desk(page, view)).form("main form[method=post], #content form[method=post]")
    return client.post(desk(page, view), sent | fields, follow=True)


def test_an_editor_may_not_publish(editor):
    center = make.center()

    response = editor.post(desk(center, "publish"), {"reason": "It is ready.", "seen": "x"})

    assert response.status_code == 403
    assert not center.editions().exists()


def test_an_editor_may_not_withdraw(editor):
    center = make.published(make.center())

    response = editor.post(desk(center, "withdraw"), {"reason": "It closed."})

    assert response.status_code == 403
    assert center.editions().live().exists()


def test_a_publisher_publishes_with_a_reason(publisher):
    center = make.center()
    make.published(center.hospital)

    response = decide(publisher, center, "publish", reason="It is ready.", warnings_read="on")

    with override("ko"):
        assert said(response) == [gettext("Published. Patients see it now.")]
    edition = center.editions().get()
    assert (edition.reason, edition.issued_by) == ("It is ready.", response.wsgi_request.user.get_username())
    assert publisher.get(center.get_absolute_url()).status_code == 200


def test_a_publisher_withdraws_with_a_reason(publisher):
    center = make.published(make.center())

    response = decide(publisher, center, "withdraw", reason="It closed.")

    with override("ko"):
        assert said(response) == [gettext("Withdrawn. Patients no longer see this page; its history stays.")]
    assert publisher.get(center.get_absolute_url()).status_code == 410
    assert center.editions().latest("number").reason == "It closed."


@pytest.mark.parametrize("view", ["publish", "withdraw"])
def test_nothing_is_decided_without_a_reason(publisher, view):
    center = make.published(make.center(name_ko="이전 이름"))
    type(center).objects.filter(pk=center.pk).update(name_ko="새 이름")

    response = decide(publisher, center, view, reason=" ")

    assert list(response.context["form"].errors) == ["reason"]
    assert center.editions().count() == 1


@pytest.mark.parametrize("view", ["publish", "withdraw"])
def test_looking_at_a_decision_decides_nothing(publisher, view):
    center = make.published(make.center())

    publisher.get(desk(center, view))

    assert center.editions().count() == 1


def test_a_page_that_patients_do_not_see_cannot_be_withdrawn(publisher):
    center = make.center()

    response = publisher.post(desk(center, "withdraw"), {"reason": "It closed."})

    with override("ko"):
        refusal = gettext("Patients do not see this page now, so there is nothing to withdraw.")
    assert response.context["form"].non_field_errors() == [refusal]


# ── Preview ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@every_language
def test_a_preview_shows_the_draft_on_the_page_of_patients(editor, language):
    center = make.published(make.center(name_ko="이전 이름", name_en="Old name"))
    type(center).objects.filter(pk=center.pk).update(name_ko="새 이름", name_en="New name")

    preview = read(editor, desk(center, "preview", language))

    assert preview.text("h1") == {"ko": "새 이름", "en": "New name"}[language]
    assert preview.attribute("html", "lang") == language
    with override(language):
        assert gettext("Preview of the draft") in " ".join(preview.texts(".preview"))


def test_a_preview_is_found_and_kept_by_nobody_else(editor):
    center = make.published(make.center())

    preview = read(editor, desk(center, "preview"))

    assert preview.attribute('meta[name="robots"]', "content") == "noindex"
    assert "noindex" in preview.response.headers["X-Robots-Tag"]
    assert "public" not in preview.response.headers["Cache-Control"]
    assert preview.all('link[rel="canonical"]') == []
    assert preview.all('script[type="application/ld+json"]') == []


def test_the_page_of_patients_has_no_banner(editor):
    center = make.published(make.center())

    assert read(editor, center.get_absolute_url()).all(".preview") == []


@every_kind
@every_language
def test_a_draft_in_which_nothing_is_written_yet_can_be_read_and_previewed(editor, kind, language):
    page = BUILDERS[kind]()
    for row in [page, *page.ancestors()]:
        title = "title" if hasattr(row, "title") else "name"
        type(row).objects.filter(pk=row.pk).update(**{f"{title}_{code}": "" for code in make.languages()})

    views = ["changelist", "change", "preview"] if language == make.languages()[0] else ["preview"]

    assert {editor.get(desk(page, view, language)).status_code for view in views} == {200}


@every_kind
@every_language
def test_a_draft_whose_rows_are_still_empty_can_be_previewed(editor, kind, language):
    page = make.every_kind()[kind]
    for name in page.inline_relations:
        for row in getattr(page, name).all():
            texts = [
                field.name
                for field in row._meta.fields
                if field.name.endswith(tuple(f"_{c}" for c in make.languages()))
            ]
            type(row).objects.filter(pk=row.pk).update(**dict.fromkeys(texts, ""))

    assert editor.get(desk(page, "preview", language)).status_code == 200


def test_a_preview_of_a_page_that_is_not_there_is_not_found(editor):
    missing = type(make.center())(pk=999)

    assert editor.get(desk(missing, "preview")).status_code == 404


# ── Lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def state_in_list(client, page):
    listed = read(client, desk(page, "changelist"))
    return listed.text("#result_list td.field-state")


def test_a_list_says_that_patients_see_nothing_yet(editor):
    hospital = make.hospital()

    with override("ko"):
        assert state_in_list(editor, hospital) == gettext("nothing yet")


def test_a_list_says_that_patients_see_this_text(editor):
    hospital = make.published(make.hospital())

    with override("ko"):
        assert state_in_list(editor, hospital) == gettext("this text")


@pytest.mark.depends_on_database
def test_a_list_says_that_changes_are_waiting(editor):
    hospital = make.published(make.hospital())
    editor.post(desk(hospital, "change"), form_of(editor, hospital) | {"name_ko": "새 이름"})

    with override("ko"):
        assert state_in_list(editor, hospital) == gettext("an earlier text: changes are waiting")


def test_a_list_says_that_a_change_of_a_row_is_waiting(editor):
    hospital = make.hospital()
    make.part(hospital, "departments", name_ko="병리과")
    make.published(hospital)
    editor.post(desk(hospital, "change"), form_of(editor, hospital) | {"departments-0-name_ko": "핵의학과"})

    with override("ko"):
        assert state_in_list(editor, hospital) == gettext("an earlier text: changes are waiting")


def test_a_list_says_that_a_clinic_waits_when_the_name_of_its_department_changed(editor):
    clinic = make.clinic()
    hospital = clinic.center.hospital
    clinic.departments.add(make.part(hospital, "departments", name_ko="병리과"))
    make.published(clinic)
    editor.post(desk(hospital, "change"), form_of(editor, hospital) | {"departments-0-name_ko": "핵의학과"})

    with override("ko"):
        assert state_in_list(editor, clinic) == gettext("an earlier text: changes are waiting")


def test_a_list_says_that_the_old_text_is_back(editor):
    hospital = make.published(make.hospital(name_ko="이름"))
    for name in ["새 이름", "이름"]:
        editor.post(desk(hospital, "change"), form_of(editor, hospital) | {"name_ko": name})

    with override("ko"):
        assert state_in_list(editor, hospital) == gettext("this text")


def test_a_list_says_that_a_page_was_withdrawn(editor):
    hospital = make.published(make.hospital())
    withdraw(hospital, by="the test", reason="It closed.")

    with override("ko"):
        assert state_in_list(editor, hospital) == gettext("nothing: withdrawn")


@every_kind_of_many
def test_a_list_asks_the_same_questions_however_long(editor, kind):
    questions = {}
    for size in (1, 2, 3):
        page = make.published(BUILDERS[kind]())
        if size != 2:
            with CaptureQueriesContext(connection) as asked:
                response = editor.get(desk(page, "changelist"))
            questions[size] = len(asked)

    assert len(response.context["cl"].result_list) == 3
    assert questions[1] == questions[3]


@pytest.mark.depends_on_database
@every_kind_of_many
@pytest.mark.parametrize("language", make.languages())
def test_a_list_finds_words_of_every_language(editor, kind, language):
    title = "title" if kind == "patients_rights.charter" else "name"
    found, _other = BUILDERS[kind](), BUILDERS[kind]()
    type(found).objects.filter(pk=found.pk).update(**{f"{title}_ko": "신경내분비종양", f"{title}_en": "Neuroendocrine"})

    for words in ["내분비", "neuroendo"]:
        response = editor.get(desk(found, "changelist", language), {"q": words})

        assert [page.pk for page in response.context["cl"].result_list] == [found.pk]


@pytest.mark.depends_on_database
@pytest.mark.parametrize("query", ["%00", "'", "%", "a" * 5_000, "\u202e"])
def test_a_list_searches_for_anything_in_peace(editor, query):
    assert editor.get(desk(type(make.center()), "changelist") + f"?q={query}").status_code in (200, 302)
