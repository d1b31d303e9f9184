"""The queue of translators: what it lists, how a text is stored from it, and what it never does."""

from urllib.parse import quote

import pytest

from hospital_site.publishing.models import page_models
from hospital_site.publishing.staleness import page_gaps
from hospital_site.staff.kept_forms import address_of
from hospital_site.staff.models import AuditEntry, KeptForm
from hospital_site.translations import queue as queue_page
from hospital_site.translations.storing import Change, Result, store
from hospital_site.translations.term_base import TermBase
from hospital_site.translations.units import State, Unit, anchor_of, units
from tests import make
from tests.desk.people import Form, Person, said
from tests.recorded import recorded

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

QUEUE = "/ko/admin/translations/en/"


@pytest.fixture
@recorded
def treatment():
    words = {
        "name_ko": "절제술",
        "name_en": "Resection",
        "explanation_ko": "종양을 뗍니다.",
        "explanation_en": "A tumor.",
    }
    return make.in_sync(make.treatment(**words, indication_ko="1차 치료", indication_en="First line"))


@pytest.fixture
@recorded
def stale(treatment):
    """Its explanation and its indication are to be checked in English."""
    words = {"explanation_ko": "종양을 모두 뗍니다.", "indication_ko": "2차 치료"}
    Person("editor").edit(treatment, **words)
    treatment.refresh_from_db()
    return treatment


def name_of(page, field):
    return f"{page.key}/{field}"


def sent(page, **words):
    """`{"text-centers.treatment:5/explanation": …}`"""
    return {f"text-{name_of(page, field)}": text for field, text in words.items()}


def form_of(person, query="", path=QUEUE):
    return Form(person.client, f"{path}{query}", "#queue_form")


def gaps(page):
    return [gap.column for gap in page_gaps(type(page).objects.get(pk=page.pk))]


def state_of(page, field):
    return next(unit.state for unit in units("en") if unit.id == name_of(page, field))


# ── What it lists ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_text_to_do_is_one_row_with_what_its_source_said_and_says(stale):
    page = Person("translator-en").read(f"{QUEUE}?kind=centers.treatment")

    assert len(page.all(".unit")) == 2
    assert page.texts(".unit .words ins") == ["추가: 모두 (추가된 글 끝)", "추가: 2차 (추가된 글 끝)"]
    assert page.texts(".unit textarea") == ["A tumor.", "First line"]


def test_a_translation_moves_from_missing_through_work_and_waiting_to_current(treatment):
    make.published(treatment)
    Person("editor").edit(treatment, side_effects_ko="멍이 듭니다.")
    states = [state_of(treatment, "side_effects")]

    store([a_change(treatment, "side_effects", "Bruises.")], by=Person("translator-en").user)
    states.append(state_of(treatment, "side_effects"))
    Person("editor").decide(treatment, "submit")
    states.append(state_of(treatment, "side_effects"))
    treatment.refresh_from_db()
    make.show(treatment)
    states.append(state_of(treatment, "side_effects"))

    assert states == [State.MISSING, State.IN_WORK, State.WAITING, State.CURRENT]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 2),
        ("?state=stale", 2),
        ("?state=missing", 0),
        ("?state=all", 3),
        ("?within={hospital}", 2),
        ("?within={other}", 0),
        ("?page={page}", 2),
        ("?page={other}", 0),
        ("?term=종양", 1),
        ("?term=first", 1),
        ("?state=nonsense&within=x:y&page=5&p=99&at=z&after=centers.treatment:x/name", 2),
        ("?within=centers.center:99999999999999999999&after=centers.treatment:99999999999999999999/name", 2),
    ],
)
@pytest.mark.depends_on_database
def test_the_list_can_be_narrowed(stale, query, number):
    for above in stale.ancestors():
        make.in_sync(above)
    keys = {"hospital": stale.center.hospital.key, "page": stale.key, "other": make.in_sync(make.hospital()).key}

    page = Person("translator-en").read(
        QUEUE + query.format(**keys) + ("&" if query else "?") + "kind=centers.treatment"
    )

    assert len(page.all(".unit")) == number


@pytest.mark.depends_on_database
def test_a_person_sees_the_texts_of_their_part_only(stale):
    elsewhere = make.hospital()
    limited = Person("translator-en", limited_to=[elsewhere])

    rows = [
        person.read(f"{QUEUE}?kind=centers.treatment").all(".unit") for person in (Person("translator-en"), limited)
    ]
    assert [len(found) for found in rows] == [2, 0]


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.depends_on_database
def test_the_queue_asks_the_same_questions_however_many_texts(size, django_assert_num_queries):
    for _ in range(size):
        page = make.in_sync(make.clinic(areas_heading_ko="분야", areas_heading_en="Areas"))
        for _row in range(size):
            make.part(page, "areas", name_ko="간암", name_en="")
        make.in_sync(page)
    translator = Person("translator-en")
    translator.client.get(QUEUE)

    with django_assert_num_queries(18):
        answer = translator.client.get(f"{QUEUE}?kind=centers.clinic")

    assert len(answer.context["rows"]) == size**2


def test_a_list_that_is_done_says_how_its_texts_go_on(treatment):
    page = Person("translator-en").read(f"{QUEUE}?kind=centers.treatment")

    assert page.attribute("#content .nothing a", "href") == "?state=in_work"


def test_the_texts_in_work_name_the_pages_that_can_be_submitted(stale):
    translator = Person("translator-en")
    store([a_change(stale, "explanation", "It all.")], by=translator.user)

    page = translator.read(f"{QUEUE}?state=in_work&kind=centers.treatment")
    address = page.attribute("section.state a", "href")
    form = Form(translator.client, address, "#submit_form")
    form.path = address.replace("/publish/", "/submit/")
    form.send(reason="번역을 고쳤습니다.")

    stale.refresh_from_db()
    assert stale.submitted_digest == stale.draft_digest


def test_a_page_is_chosen_from_those_of_the_list_and_opened_from_each_text(stale):
    make.treatment(name_ko="주사")
    page = Person("translator-en").read(f"{QUEUE}?kind=centers.treatment&state=all")

    assert page.texts("select[name=page] option")[1] == f"{stale} (3)"
    assert page.all(".unit-head a[target]")[0].attrs["href"] == f"/en/admin/centers/treatment/{stale.pk}/preview/"
    assert not page.all(".unit details")  # each comparison shows the whole source


def test_the_menu_leads_translators_to_their_queue_also_when_nothing_is_to_do(treatment):
    links = [Person(name).read("/ko/admin/").all(".other-menu a") for name in ("translator-en", "publisher")]

    assert [[link.attrs["href"] for link in found] for found in links] == [[QUEUE], []]


def test_the_front_page_leads_to_the_queue_with_the_number_of_texts(stale):
    page = Person("translator-en").read("/ko/admin/")

    links = {link.attrs["href"]: link.to_text() for link in page.all('a[href*="/translations/en/"]')}
    listed = Person("translator-en").read(f"{QUEUE}?state=stale")
    assert links[f"{QUEUE}?state=stale"].split()[-1] == str(len(listed.all(".unit")))


# ── Saving ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def a_change(page, field, text=None, language="en"):
    unit = next(unit for unit in units(language) if unit.id == name_of(page, field))
    return Change(unit.id, language, unit.digest, unit.source_digest, text)


@pytest.mark.depends_on_database
def test_saving_stores_every_row_that_was_written_as_one_edit_of_its_page(stale):
    translator = Person("translator-en")

    answer = form_of(translator).send(**sent(stale, explanation="It all.", indication="Second line"), _save_all="1")

    stale.refresh_from_db()
    entries = AuditEntry.objects.of(stale).filter(action="edit", by=translator.name)
    assert (answer.status, stale.explanation_en, stale.indication_en) == (302, "It all.", "Second line")
    assert (gaps(stale), entries.count(), stale.editions().count()) == ([], 1, 0)


def test_save_and_next_leads_to_the_next_text_and_keeps_the_filters(stale):
    translator, first = Person("translator-en"), name_of(stale, "explanation")
    form = form_of(translator, "?state=stale&kind=centers.treatment")

    answer = form.send(**sent(stale, explanation="It all."), _next=first)

    place, _hash, target = answer.response.url.partition("#")
    shown = translator.read(place)
    assert place.startswith(f"{QUEUE}?state=stale&kind=centers.treatment")
    assert shown.attribute(f"textarea#{target}", "name") == f"text-{name_of(stale, 'indication')}"
    assert len(shown.all(".unit.done")) == 1
    assert shown.texts(".messagelist li a") == [f"{stale} · {said('explanation')}"]


def test_still_correct_is_one_click_for_one_text_and_for_those_shown(stale):
    translator = Person("translator-en")
    form_of(translator).send(_confirm=name_of(stale, "indication"))
    after_one = gaps(stale)

    form_of(translator).send(_confirm_shown="1")

    entries = AuditEntry.objects.of(stale).filter(action="still_correct", by=translator.name)
    assert (after_one, gaps(stale), entries.count()) == (["explanation_en"], [], 2)


@pytest.mark.parametrize("query", ["", "?state=all"])
def test_sending_the_queue_unchanged_changes_nothing(stale, query):
    before = (stale.draft_digest, gaps(stale))

    form_of(Person("translator-en"), query).send(_save_all="1")

    stale.refresh_from_db()
    assert (stale.draft_digest, gaps(stale)) == before


def test_words_are_kept_when_the_source_was_changed_meanwhile(stale):
    form = form_of(Person("translator-en"))
    Person("editor").edit(stale, explanation_ko="수술로 종양을 뗍니다.")

    answer = form.send(**sent(stale, explanation="Mine.", indication="Second line"), _save_all="1")

    stale.refresh_from_db()
    kept = {area.attrs["name"]: area.to_text().strip() for area in answer.all("textarea")}
    assert (stale.explanation_en, stale.indication_en, gaps(stale)) == ("A tumor.", "Second line", ["explanation_en"])
    assert kept[f"text-{name_of(stale, 'explanation')}"] == "Mine."
    assert len(answer.texts(".problems li")) == 1


def test_words_of_somebody_else_are_shown_before_they_are_replaced(stale):
    translator = Person("translator-en")
    form = form_of(translator)
    Person("translator-en").edit(stale, explanation_en="Theirs.")

    answer = form.send(**sent(stale, explanation="Mine."), _save=name_of(stale, "explanation"))
    stale.refresh_from_db()
    first = stale.explanation_en
    Form.again(form, answer, "#queue_form").send(_save=name_of(stale, "explanation"))

    stale.refresh_from_db()
    assert (first, "Theirs." in answer.text("#queue_form"), stale.explanation_en) == ("Theirs.", True, "Mine.")


def test_a_field_that_was_not_touched_does_not_bring_back_old_words(stale):
    form = form_of(Person("translator-en"))
    Person("translator-en").edit(stale, explanation_en="Theirs.")

    form.send(**sent(stale, indication="Second line"), _save_all="1")

    stale.refresh_from_db()
    assert (stale.explanation_en, stale.indication_en) == ("Theirs.", "Second line")


def test_words_that_a_session_sent_too_late_are_in_the_queue_again(stale, clock):
    translator = Person("translator-en")
    form = form_of(translator)
    clock.forward(hours=11)

    form.send(**sent(stale, explanation="Mine."), _save=name_of(stale, "explanation"))
    translator.client.force_login(translator.user)
    page = translator.read(address_of(KeptForm.objects.get()))

    kept = {area.attrs["name"]: area.to_text().strip() for area in page.all("textarea")}
    assert kept[f"text-{name_of(stale, 'explanation')}"] == "Mine."


# ── What it never does ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", ["translator-ko", "reviewer", "publisher", "auditor"])
def test_who_does_not_write_the_language_reads_the_queue_only(stale, role):
    person = Person(role)
    page = person.read(QUEUE)

    status = person.client.post(QUEUE, {"_save_all": "1"}).status_code

    assert (len(page.all(".unit")) > 0, page.all(".unit textarea"), status) == (True, [], 403)


FORGED = [
    "",
    "x",
    "x:1/name",
    "centers.treatment:x/name",
    "centers.treatment:{pk}/slug",
    "centers.treatment:{pk}/a/b/c",
]


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.depends_on_database
def test_what_is_no_text_is_not_stored(treatment, name):
    name = name.format(pk=treatment.pk)
    change = Change(name, "en", "", "", "Words")

    assert store([change], by=Person("translator-en").user)[name].result == Result.UNKNOWN


@pytest.mark.parametrize(
    ("person", "language", "text", "result"),
    [
        ({"roles": ["translator-ko"]}, "en", "Words", Result.REFUSED),
        ({"roles": ["publisher"]}, "en", "Words", Result.REFUSED),
        ({"roles": ["translator-en"], "elsewhere": True}, "en", "Words", Result.UNKNOWN),
        ({"roles": ["translator-en"]}, "en", "  ", Result.REFUSED),
        ({"roles": ["translator-en"]}, "en", "x" * 500, Result.REFUSED),
        ({"roles": ["translator-en"]}, "en", "Words", Result.STORED),
    ],
    ids=["another language", "a publisher", "another hospital", "emptied", "too long", "allowed"],
)
def test_a_name_is_stored_by_whom_may_write_it(treatment, person, language, text, result):
    where = [make.hospital()] if person.get("elsewhere") else []
    change = a_change(treatment, "name", text, language)

    outcome = store([change], by=Person(*person["roles"], limited_to=where).user)[change.id]

    treatment.refresh_from_db()
    assert (outcome.result, treatment.name_en) == (result, "Words" if result == Result.STORED else "Resection")


@pytest.mark.depends_on_database
def test_every_text_of_every_kind_of_page_is_a_unit_that_can_be_stored():
    for page in make.every_kind().values():
        make.in_sync(page)
    every = list(units("en"))
    changes = [Change(u.id, "en", u.digest, u.source_digest, f"{u.text[:-1]}x") for u in every if u.text[-1:] != "x"]

    results = {outcome.result for outcome in store(changes, by=Person("editor").user).values()}

    assert {unit.page.page_kind() for unit in every} == {model.page_kind() for model in page_models()}
    assert (len({unit.id for unit in every}), results) == (len(every), {Result.STORED})
    assert {unit.gap for unit in units("en")} == {None}


# ── The term base ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
@recorded
def term():
    words = {"name_ko": "종양", "name_en": "tumor", "definition_ko": "덩어리", "definition_en": "A lump"}
    return make.published(make.in_sync(make.term(**words, forbidden_en="growth")))


def test_terms_of_the_source_stand_beside_it_and_a_forbidden_form_is_replaced_by_one_click(term, stale):
    translator, name = Person("translator-en"), name_of(stale, "explanation")
    page = translator.read(QUEUE)
    terms = page.texts(".term-base dd b")

    form_of(translator).send(**sent(stale, explanation="The growths go."), _save=name)
    form = form_of(translator, f"?after={quote(name)}")
    form.send(_take=f"{name}|no such word")
    form.send(_take=form.page.attribute("button[name=_take]", "value"))

    stale.refresh_from_db()
    assert (terms, stale.explanation_en) == (["tumor"], "The tumor go.")


@pytest.mark.parametrize("is_changed", [False, True], ids=["at once", "changed meanwhile"])
def test_the_form_of_a_page_warns_of_a_forbidden_form_and_writes_the_preferred_one(term, treatment, is_changed):
    translator = Person("translator-en")
    answer = translator.edit(treatment, explanation_en="The growth goes.")
    button = translator.read(answer.response.url).all(".messagelist button[form=desk_action]")[0].attrs

    if is_changed:
        Person("translator-en").edit(treatment, explanation_en="Another growth.")
    answer = translator.client.post(button["formaction"], {button["name"]: button["value"]})

    treatment.refresh_from_db()
    assert (
        translator.client.post("/ko/admin/translations/xx/preferred/", {"preferred": button["value"]}).status_code
        == 404
    )
    assert answer.url.endswith(f"/admin/centers/treatment/{treatment.pk}/change/")
    assert treatment.explanation_en == ("Another growth." if is_changed else "The tumor goes.")


def test_a_forbidden_form_is_shown_before_the_next_text(term, stale):
    translator, name = Person("translator-en"), name_of(stale, "explanation")
    form = form_of(translator, "?kind=centers.treatment")

    first = form.send(**sent(stale, explanation="Growths grow."), _next=name)
    shown = translator.read(f"{QUEUE}?kind=centers.treatment&after={quote(name)}")
    again = form_of(translator, f"?kind=centers.treatment&after={quote(name)}").send(_next=name)

    assert shown.texts("button[name=_take]") == [said("Write “%(instead)s”", instead="Tumor")]
    assert [answer.response.url.partition("#")[2] for answer in (first, again)] == [
        f"id_{anchor_of(name_of(stale, field))}" for field in ("explanation", "indication")
    ]


def test_a_term_is_used_however_it_is_capitalized(term, stale):
    stale.explanation_en = "TUMOR"

    entry = TermBase().entries(Unit(stale, stale, "explanation", "en", None, State.CURRENT))[0]

    assert (entry.preferred, entry.is_used) == ("tumor", True)


def test_the_list_of_a_term_has_it_in_every_language(term, stale):
    found = [row.unit.field for row in rows_for(f"{QUEUE}?state=all&kind=centers.treatment&term=tumor")]

    assert found == ["explanation"]


def rows_for(path):
    return Person("translator-en").client.get(path).context["rows"]


def test_pages_of_the_list_lead_on_and_back(stale, monkeypatch):
    monkeypatch.setattr(queue_page, "UNITS_ON_A_PAGE", 1)
    translator = Person("translator-en")

    first = translator.read(f"{QUEUE}?kind=centers.treatment")
    second = translator.read(QUEUE + first.attribute(".paginator a[rel=next]", "href"))
    third = form_of(translator, "?kind=centers.treatment").send(
        **sent(stale, explanation="It all."), _next=name_of(stale, "explanation")
    )

    assert [len(page.all(".unit")) for page in (first, second)] == [1, 1]
    assert f"at={quote(name_of(stale, 'indication'), safe='')}" in third.response.url
