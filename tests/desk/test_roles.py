"""What each role can open and do, and what it cannot, whichever address it types and whatever it sends."""

import pytest
from django.urls import reverse

from hospital_site.publishing.models import Edition, PreviewLink, SignOff
from hospital_site.publishing.snapshots import dump
from hospital_site.staff.models import AuditEntry
from tests import make
from tests.desk.people import ROLES, Person, address, list_of
from tests.reading import Page
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

LOOKING = ["changelist", "change", "preview", "compare", "publish", "history", "edition"]
OPENS = {
    "editor": [*LOOKING, "add", "submit", "links", "copy"],
    "translator-ko": [*LOOKING, "submit", "links"],
    "translator-en": [*LOOKING, "submit", "links"],
    "reviewer": [*LOOKING, "return", "sign_off"],
    "publisher": [*LOOKING, "return", "withdraw", "cancel", "again", "links"],
    "auditor": LOOKING,
    "nobody": [],
}
VIEWS = {
    **dict.fromkeys(["change", "delete", "preview", "compare", "publish", "submit", "return"], ()),
    **dict.fromkeys(["withdraw", "sign_off", "links", "history"], ()),
    **dict.fromkeys(["edition", "again", "copy"], (1,)),
    "cancel": (2,),
}


@pytest.fixture
@recorded
def treatment(clock):
    """A page with an edition that patients see, one that is scheduled, and a draft that differs from both."""
    page = make.published(make.in_sync(make.treatment(name_ko="절제술", name_en="Resection")))
    make.show(page, live_from=clock.now.replace(year=clock.now.year + 1))
    type(page).objects.filter(pk=page.pk).update(explanation_ko="설명", explanation_en="Explanation")
    page.refresh_from_db()
    make.in_sync(page)
    clock.forward(minutes=1)
    return page


def person(role, **about):
    return Person(*([role] if role in ROLES else []), **about)


def addresses(page):
    """Every address of the desk about `page`, by view."""
    name = f"admin:{page._meta.app_label}_{page._meta.model_name}"
    views = {view: address(page, view, *numbers) for view, numbers in VIEWS.items()}
    return {"changelist": reverse(f"{name}_changelist"), "add": reverse(f"{name}_add"), **views}


def everything(page):
    """All that a request could have changed."""
    page.refresh_from_db()
    editions = list(Edition.objects.values_list("page", "number", "cancelled_at"))
    others = SignOff.objects.count(), PreviewLink.objects.count(), AuditEntry.objects.count()
    return dump(page), page.submitted_digest, page.checked, type(page).objects.count(), editions, others


# ── Opening and sending ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", OPENS)
def test_a_role_opens_exactly_these_addresses(treatment, role, unrendered):
    somebody = person(role)
    unrendered()

    answers = {view: somebody.client.get(path).status_code for view, path in addresses(treatment).items()}

    assert [view for view, status in answers.items() if status == 200] == [v for v in answers if v in OPENS[role]]
    assert {status for view, status in answers.items() if view not in OPENS[role]} <= {403}


SENT = {
    "reason": "It was time.",
    "hour": "",
    "seen": "x",
    "recipient": "A doctor",
    "days": "7",
    "name": "Kim",
    "role": "Doctor",
    "languages": ["ko"],
    "review_due": "2199-01-01",
    "post": "yes",
    "slug": "made-up",
    "kind": "surgery",
    "name_ko": "지어낸 이름",
    "name_en": "Made up",
}
ACTS_BY_SENDING = {
    "editor": {"add", "submit", "links", "copy", "change"},
    "translator-ko": {"submit", "links", "change"},
    "translator-en": {"submit", "links", "change"},
    "reviewer": {"return", "sign_off"},
    "publisher": {"publish", "return", "withdraw", "cancel", "again", "links"},
    "auditor": set(),
    "nobody": set(),
}


@pytest.mark.parametrize("role", ACTS_BY_SENDING)
def test_sending_to_an_address_that_is_not_for_the_role_changes_nothing(treatment, role, unrendered):
    somebody = person(role)
    unrendered()
    paths = {v: path for v, path in addresses(treatment).items() if v not in ACTS_BY_SENDING[role]}
    before = everything(treatment)

    answers = {view: somebody.client.post(path, SENT | {"center": treatment.center_id}) for view, path in paths.items()}

    assert everything(treatment) == before
    looks = {"changelist", "preview", "compare", "history", "edition"}
    assert {view: answer.status_code for view, answer in answers.items() if view not in looks} == {
        view: 403 for view in paths if view not in looks
    }


def test_what_was_ever_published_is_deleted_by_nobody(treatment):
    status = Person(*ROLES).client.post(address(treatment, "delete"), {"post": "yes"}).status_code

    assert (status, type(treatment).objects.filter(pk=treatment.pk).exists()) == (403, True)


def test_an_editor_makes_and_deletes_a_draft():
    center, editor = make.center(), Person("editor")
    path = reverse("admin:centers_treatment_add")

    editor.client.post(path, {"center": center.pk, "kind": "surgery", "slug": "new", "name_ko": "새", "position": 1})
    treatment = center.treatments.get()
    editor.client.post(address(treatment, "delete"), {"post": "yes"})

    assert not center.treatments.exists()
    assert [(entry.action, entry.by) for entry in AuditEntry.objects.of(treatment).order_by("pk")] == [
        ("edit", editor.name),
        ("delete", editor.name),
    ]


def test_only_the_auditor_reads_the_log():
    log = reverse("admin:staff_auditentry_changelist")

    readers = [role for role in OPENS if person(role).client.get(log).status_code == 200]

    assert readers == ["auditor"]


def test_the_desk_lists_only_what_a_person_may_open():
    nobody = person("nobody")

    assert nobody.read("/ko/admin/").all('a[href*="/admin/centers/"]') == []


# ── Translators ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("language", "other"), [("ko", "en"), ("en", "ko")])
def test_a_translator_writes_one_language_and_reads_the_others_beside(language, other):
    page = make.treatment(name_ko="절제술", name_en="Resection")
    form = Person(f"translator-{language}").form(page)

    writable = [name for name in form.words if name.endswith(("_ko", "_en"))]

    assert {name[-2:] for name in writable} == {language}
    assert form.page.text(f"#id_name_{other}") == getattr(page, f"name_{other}")
    assert form.page.attribute(f"#id_name_{other}", "lang") == other


@pytest.mark.parametrize(
    "forged",
    [
        {"name_ko": "지어낸 이름"},
        {"slug": "made-up"},
        {"position": "7"},
        {"source_ko": "지어낸 출처"},
        {"center": "1"},
        {"kind": "radiation"},
        {"clinic": ""},
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_a_translator_who_sends_what_is_not_theirs_changes_nothing(forged):
    make.center()
    page = make.treatment(clinic=make.clinic(), name_ko="절제술", name_en="Resection")
    before = dump(page)

    answer = Person("translator-en").edit(page, **forged)

    page.refresh_from_db()
    assert (answer.status, dump(page)) == (302, before)


def test_a_translator_writes_the_rows_of_a_page_in_one_language():
    page = make.clinic()
    make.part(page, "areas", name_ko="간암", name_en="")

    answer = Person("translator-en").edit(page, **{"areas-0-name_en": "Liver cancer", "areas-0-name_ko": "폐암"})

    assert answer.status == 302
    assert list(page.areas.values_list("name_ko", "name_en")) == [("간암", "Liver cancer")]


def test_a_translator_who_sends_a_new_row_makes_none():
    page = make.clinic()
    make.part(page, "areas", name_ko="간암", name_en="Liver cancer")
    form = Person("translator-en").form(page)

    form.send(**form.new_row("areas", name_ko="지어냄", name_en="Made up", position="2", clinic=page.pk, id=""))

    assert list(page.areas.values_list("name_en", flat=True)) == ["Liver cancer"]


def test_a_translator_who_sends_a_deletion_deletes_nothing():
    page = make.clinic()
    make.part(page, "areas", name_ko="간암", name_en="Liver cancer")

    Person("translator-en").edit(page, **{"areas-0-DELETE": "on"})

    assert list(page.areas.values_list("name_en", flat=True)) == ["Liver cancer"]


def test_a_translator_who_sends_departments_changes_none():
    page = make.clinic()
    department = make.part(page.center.hospital, "departments", name_ko="내과", name_en="Medicine")

    Person("translator-en").edit(page, departments=[department.pk])

    assert list(page.departments.all()) == []


def test_a_translator_who_moves_a_row_to_another_page_moves_nothing():
    page, other = make.clinic(), make.clinic()
    make.part(page, "areas", name_ko="간암", name_en="Liver cancer")
    foreign = make.part(other, "areas", name_ko="폐암", name_en="Lung cancer")

    Person("translator-en").edit(page, **{"areas-0-id": foreign.pk, "areas-0-name_en": "Stolen"})

    assert [list(p.areas.values_list("name_en", flat=True)) for p in (page, other)] == [
        ["Liver cancer"],
        ["Lung cancer"],
    ]


# ── Limits to a hospital or a center ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def inside(treatment):
    return treatment


@pytest.fixture
@recorded
def outside(clock):
    """A page of another hospital that a limited person must not see."""
    page = make.published(make.in_sync(make.treatment(clinic=make.clinic(name_ko="남의 클리닉"), name_ko="남의 치료")))
    type(page.center).objects.filter(pk=page.center_id).update(name_ko="남의 센터")
    type(page.center.hospital).objects.filter(pk=page.center.hospital_id).update(name_ko="남의 병원")
    make.part(page.center.hospital, "departments", name_ko="남의 진료과")
    make.show(page, live_from=clock.now.replace(year=clock.now.year + 1))
    return page


limited_to = pytest.mark.parametrize("above", ["hospital", "center"])


def limit(page, above):
    return [page.center.hospital if above == "hospital" else page.center]


@limited_to
def test_a_limited_person_finds_nothing_outside(inside, outside, above):
    somebody = Person(*ROLES, limited_to=limit(inside, above))

    ours = {view: somebody.client.get(path).status_code for view, path in addresses(inside).items()}
    theirs = {view: somebody.client.get(path, follow=True) for view, path in addresses(outside).items()}

    shared = {"changelist", "add"}
    assert {view for view, status in ours.items() if status != 200} == {"delete"}
    assert [view for view, answer in theirs.items() if "남의" in answer.content.decode()] == []
    for view in VIEWS.keys() - {"change", "delete"}:
        assert (view, theirs[view].status_code) == (view, 404)
    assert all(theirs[view].redirect_chain for view in theirs if view in {"change", "delete"} - shared)


@limited_to
def test_the_lists_of_a_limited_person_name_nothing_outside(inside, outside, above):
    somebody = Person(*ROLES, limited_to=limit(inside, above))
    pages = [inside, outside.clinic, outside.center, outside.center.hospital, make.test(), make.charter()]

    answers = {page.page_kind(): somebody.client.get(list_of(page)).content.decode() for page in pages}

    assert [kind for kind, answer in answers.items() if "남의" in answer] == []


@limited_to
def test_the_front_page_of_a_limited_person_names_nothing_outside(inside, outside, above):
    somebody = Person(*ROLES, limited_to=limit(inside, above))

    assert "남의" not in somebody.client.get(reverse("admin:index")).content.decode()


@limited_to
def test_the_choices_of_a_limited_person_name_nothing_outside(inside, outside, above):
    somebody = Person("editor", limited_to=limit(inside, above))
    forms = [
        reverse("admin:centers_treatment_add"),
        reverse("admin:centers_clinic_add"),
        address(inside),
        address(inside.center),
        address(make.clinic(center=inside.center)),
    ]

    assert [path for path in forms if "남의" in somebody.client.get(path).content.decode()] == []


def test_a_limited_person_cannot_move_a_draft_outside(outside):
    center = make.center()
    draft = make.treatment(center=center)
    editor = Person("editor", limited_to=[center.hospital])

    answer = editor.edit(draft, center=outside.center_id)

    draft.refresh_from_db()
    assert (answer.status, draft.center) == (200, center)


def test_a_limited_person_cannot_take_departments_from_outside(outside):
    clinic = make.clinic()
    editor = Person("editor", limited_to=[clinic.center])

    answer = editor.edit(clinic, departments=[outside.center.hospital.departments.get().pk])

    assert (answer.status, list(clinic.departments.all())) == (200, [])


def test_a_person_limited_to_a_center_chooses_from_the_departments_of_its_hospital():
    clinic = make.clinic()
    department = make.part(clinic.center.hospital, "departments", name_ko="내과", name_en="Medicine")
    editor = Person("editor", limited_to=[clinic.center])

    editor.edit(clinic, departments=[department.pk])

    assert list(clinic.departments.all()) == [department]


def test_a_person_limited_to_a_center_saves_a_draft_of_that_center():
    center = make.center()
    editor = Person("editor", limited_to=[center])

    answer = editor.edit(center, name_ko="새 이름")

    center.refresh_from_db()
    assert (answer.status, center.name_ko) == (302, "새 이름")


@pytest.mark.parametrize(
    ("above", "kinds"),
    [
        ("hospital", ["center", "clinic", "treatment", "diagnostictest", "charter"]),
        ("center", ["clinic", "treatment", "diagnostictest"]),
    ],
)
def test_a_limited_person_makes_only_pages_that_stand_below_their_limit(inside, above, kinds):
    editor = Person("editor", limited_to=limit(inside, above))
    models = ["hospital", "center", "clinic", "treatment", "diagnostictest"]
    paths = {name: reverse(f"admin:centers_{name}_add") for name in models}
    paths["charter"] = reverse("admin:patients_rights_charter_add")

    assert [name for name, path in paths.items() if editor.client.get(path).status_code == 200] == kinds


def test_a_link_of_another_page_cannot_be_revoked_through_ones_own(inside, outside):
    somebody = Person("editor", limited_to=[inside.center])
    Person("editor").form(outside, "links").send(recipient="A doctor", days="7")
    link = PreviewLink.objects.get()

    answer = somebody.client.post(address(inside, "links"), {"revoke": link.pk})

    link.refresh_from_db()
    assert (answer.status_code, link.revoked_at) == (404, None)


@limited_to
def test_looking_up_pages_above_finds_nothing_outside(inside, outside, above):
    somebody = Person("editor", limited_to=limit(inside, above))
    query = {"app_label": "centers", "model_name": "treatment", "field_name": "center"}

    found = somebody.client.get(reverse("admin:autocomplete"), query).json()["results"]

    assert [row["id"] for row in found] == [str(inside.center_id)]


def test_a_person_limited_to_a_clinic_makes_treatments_of_that_clinic_only():
    clinic = make.clinic()
    editor = Person("editor", limited_to=[clinic])
    words = {"center": clinic.center_id, "kind": "surgery", "name_ko": "절제술", "position": "1"}
    path = reverse("admin:centers_treatment_add")

    of_clinic = editor.client.post(path, words | {"slug": "of-clinic", "clinic": clinic.pk}).status_code
    of_center = editor.client.post(path, words | {"slug": "of-center", "clinic": ""}).status_code

    assert (of_clinic, of_center) == (302, 200)
    assert [treatment.slug for treatment in clinic.center.treatments.all()] == ["of-clinic"]


def test_somebody_without_a_limit_works_on_all(inside, outside):
    editor = Person("editor")

    assert Page(editor.client.get(list_of(inside))).texts("#result_list tbody tr th a") == ["절제술", "남의 치료"]
