"""What patients see is what was published, and the history of it stays."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from hospital_site.publishing.models import Edition
from hospital_site.publishing.pipeline import publish, withdraw
from hospital_site.publishing.policy import Refused
from hospital_site.publishing.snapshots import digest
from tests import make
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


def edition(**fields):
    """A saved edition with a number, which nothing published."""
    first = {"page": "centers.center:1", "number": 1, "data": {"slug": "center"}, "live_from": timezone.now()}
    return Edition.objects.create(**{"kind": "centers.center", "address": "/centers/center/", **first, **fields})


def of(page):
    return page.editions().order_by("number")


# ── Draft and page ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_draft_stays_hidden_until_it_is_published(client):
    center = make.center()
    make.published(center.hospital)
    before = client.get(center.get_absolute_url()).status_code

    publish(center, by="the test")

    assert (before, client.get(center.get_absolute_url()).status_code) == (404, 200)


@pytest.mark.depends_on_database
def test_a_draft_hides_what_is_published_below_it(client):
    clinic = make.clinic()
    publish(clinic.center.hospital, by="the test")

    publish(clinic, by="the test")

    assert client.get(clinic.get_absolute_url()).status_code == 404


def test_editing_a_draft_changes_nothing_for_patients(client):
    center = make.published(make.center(name_ko="식도암센터"))

    center.name_ko = "다른 이름"
    center.save()

    assert read(client, center.get_absolute_url()).text("h1") == "식도암센터"


@pytest.mark.depends_on_database
def test_editing_a_part_of_a_draft_changes_nothing_for_patients(client):
    hospital = make.hospital()
    make.part(hospital, "departments", name_ko="내분비내과")
    make.published(hospital)

    hospital.departments.update(name_ko="다른 이름")

    assert read(client, hospital.get_absolute_url()).texts("#departments h3") == ["내분비내과"]


def test_publishing_writes_all_languages(db):
    treatment = make.treatment(name_ko="근치적 절제술", name_en="Radical resection")

    publish(treatment, by="the test")

    data = of(treatment).get().data
    assert (data["name_ko"], data["name_en"]) == ("근치적 절제술", "Radical resection")


def test_publishing_writes_parts_in_their_order():
    hospital = make.hospital()
    for position, name in [(3, "third"), (1, "first"), (2, "second")]:
        make.part(hospital, "departments", name_ko=name, name_en=name, position=position)

    publish(hospital, by="the test")

    assert [row["name_en"] for row in of(hospital).get().data["departments"]] == ["first", "second", "third"]


def test_publishing_copies_the_names_of_departments():
    clinic = make.clinic()
    department = make.part(clinic.center.hospital, "departments", name_ko="핵의학과", name_en="Nuclear Medicine")
    clinic.departments.add(department)

    publish(clinic, by="the test")
    department.delete()

    names = [(row["name_ko"], row["name_en"]) for row in of(clinic).get().data["departments"]]
    assert names == [("핵의학과", "Nuclear Medicine")]


def test_an_edition_says_who_issued_it_why_and_what_it_holds(django_user_model):
    kim = django_user_model.objects.create(username="kim")
    center = make.center()

    issued = publish(center, by=kim, reason="The clinic moved.")

    assert (issued.issued_by, issued.reason, issued.digest) == ("kim", "The clinic moved.", digest(issued.data))
    assert issued.ancestors == [center.hospital.key]


# ── Which edition counts ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
def test_the_edition_with_the_latest_hour_that_is_past_is_live():
    now = timezone.now()
    for number, hours in [(1, -3), (2, -1), (3, -2), (4, +1)]:
        edition(number=number, live_from=now + timedelta(hours=hours))

    assert [e.number for e in Edition.objects.live(now)] == [2]


@pytest.mark.depends_on_database
def test_of_two_editions_with_one_hour_the_later_number_is_live():
    now = timezone.now()
    for number in [2, 3, 1]:
        edition(number=number, live_from=now)

    assert [e.number for e in Edition.objects.live(now)] == [3]


def test_a_cancelled_edition_does_not_count():
    now = timezone.now()
    edition(number=1, live_from=now - timedelta(hours=2))
    edition(number=2, live_from=now - timedelta(hours=1), cancelled_at=now - timedelta(minutes=90))

    assert [e.number for e in Edition.objects.live(now)] == [1]


def test_every_page_has_its_own_live_edition():
    edition(page="centers.center:1", number=1)
    edition(page="centers.center:2", number=1)
    edition(page="centers.center:2", number=2)

    assert [(e.page, e.number) for e in Edition.objects.live()] == [("centers.center:1", 1), ("centers.center:2", 2)]


@pytest.mark.depends_on_database
def test_a_scheduled_edition_shows_at_its_hour_and_not_a_second_before(client, clock):
    center = make.published(make.center(name_ko="지금 이름"))
    center.name_ko = "내일 이름"
    center.save()
    publish(center, by="the test", live_from=clock.now + timedelta(days=1))

    clock.forward(days=1, seconds=-1)
    a_second_before = read(client, center.get_absolute_url()).text("h1")
    clock.forward(seconds=1)
    at_its_hour = read(client, center.get_absolute_url()).text("h1")

    assert (a_second_before, at_its_hour) == ("지금 이름", "내일 이름")


def test_the_first_edition_of_a_page_may_be_scheduled(client, clock):
    center = make.center()
    make.published(center.hospital)
    publish(center, by="the test", live_from=clock.now + timedelta(hours=1))

    clock.forward(hours=1, seconds=-1)
    a_second_before = client.get(center.get_absolute_url()).status_code
    clock.forward(seconds=1)
    at_its_hour = client.get(center.get_absolute_url()).status_code

    assert (a_second_before, at_its_hour) == (404, 200)


def test_patients_can_be_shown_what_they_saw_at_a_moment():
    now = timezone.now()
    edition(number=1, live_from=now - timedelta(days=2))
    edition(number=2, live_from=now - timedelta(days=1))

    assert [e.number for e in Edition.objects.live(now - timedelta(hours=36))] == [1]


# ── Withdrawing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_withdrawn_page_is_gone_and_publishing_it_again_brings_it_back(client):
    center = make.published(make.center())

    withdraw(center, by="the test", reason="It closed.")
    gone = client.get(center.get_absolute_url()).status_code
    publish(center, by="the test")

    assert (gone, client.get(center.get_absolute_url()).status_code) == (410, 200)


def test_withdrawing_keeps_the_history():
    center = make.published(make.center())

    withdraw(center, by="the test", reason="It closed.")

    assert [(e.number, e.is_withdrawal, e.reason) for e in of(center)] == [(1, False, ""), (2, True, "It closed.")]


def test_a_page_below_a_withdrawn_one_is_gone(client):
    treatment = make.published(make.treatment(clinic=make.clinic()))

    withdraw(treatment.center, by="the test", reason="It closed.")

    assert client.get(treatment.get_absolute_url()).status_code == 410


def test_what_patients_do_not_see_cannot_be_withdrawn():
    center = make.center()

    with pytest.raises(Refused):
        withdraw(center, by="the test", reason="It closed.")


def test_a_page_that_is_withdrawn_cannot_be_withdrawn_again():
    center = make.published(make.center())
    withdraw(center, by="the test", reason="It closed.")

    with pytest.raises(Refused):
        withdraw(center, by="the test", reason="It closed.")


# ── History stays ─────────────────────────────────────────────────────────────────────────────────────────────────────

REWRITES = {
    "saving": lambda issued: issued.save(),
    "deleting": lambda issued: issued.delete(),
    "updating in a query": lambda issued: Edition.objects.filter(pk=issued.pk).update(reason="Another one."),
    "updating data in a query": lambda issued: Edition.objects.update(data=None, cancelled_at=None),
    "updating several": lambda issued: Edition.objects.bulk_update([issued], ["reason"]),
    "deleting in a query": lambda issued: Edition.objects.all().delete(),
    "creating over it": lambda issued: Edition.objects.bulk_create(
        [issued], update_conflicts=True, unique_fields=["pk"], update_fields=["reason"]
    ),
    "updating or creating": lambda issued: Edition.objects.update_or_create(
        pk=issued.pk, defaults={"reason": "Another one."}
    ),
}


@pytest.mark.depends_on_database
@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES)
def test_an_issued_edition_cannot_be_rewritten_by(rewrite):
    issued = edition(reason="The first one.")
    issued.reason = "Another one."

    with pytest.raises(TypeError, match="append-only"), transaction.atomic():
        rewrite(issued)

    assert [e.reason for e in Edition.objects.all()] == ["The first one."]


@pytest.mark.depends_on_database
def test_only_its_cancellation_may_be_noted_on_an_edition():
    issued = edition()

    Edition.objects.filter(pk=issued.pk).update(cancelled_at=timezone.now(), cancelled_by="kim")

    assert Edition.objects.get().cancelled_by == "kim"


@pytest.mark.depends_on_database
def test_editions_are_numbered_without_gaps():
    center, other = make.center(), make.center()

    for page in [center, other, center, center, other]:
        make.published(page)

    assert [e.number for e in of(center)] == [1, 2, 3]
    assert [e.number for e in of(other)] == [1, 2]


@pytest.mark.depends_on_database
def test_a_refused_publication_uses_up_no_number():
    first = make.published(make.center(slug="center"))
    second = make.center()
    type(first).objects.filter(pk=first.pk).update(slug="elsewhere")
    type(second).objects.filter(pk=second.pk).update(slug="center")

    with pytest.raises(Refused):
        publish(second, by="the test")
    type(second).objects.filter(pk=second.pk).update(slug="free")
    publish(second, by="the test")

    assert [e.number for e in of(second)] == [1]


def test_a_page_that_was_ever_published_cannot_be_deleted():
    center = make.published(make.center())
    withdraw(center, by="the test", reason="It closed.")

    with pytest.raises(models.ProtectedError):
        center.delete()

    assert type(center).objects.filter(pk=center.pk).exists()


@pytest.mark.depends_on_database
def test_pages_that_were_ever_published_cannot_be_deleted_in_a_query():
    center = make.published(make.center())

    with pytest.raises(models.ProtectedError):
        type(center).objects.filter(pk=center.pk).delete()

    assert type(center).objects.filter(pk=center.pk).exists()


@pytest.mark.depends_on_database
def test_a_draft_that_was_never_published_can_be_deleted():
    center = make.center()

    center.delete()

    assert not type(center).objects.exists()


# ── Addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_address_of_a_published_page_cannot_change():
    center = make.published(make.center())
    center.slug = "elsewhere"

    with pytest.raises(ValidationError) as refusal:
        center.full_clean()

    assert list(refusal.value.message_dict) == ["slug"]


def test_a_published_page_cannot_move_under_another():
    clinic = make.published(make.clinic())
    clinic.center = make.center()

    with pytest.raises(ValidationError) as refusal:
        clinic.full_clean()

    assert list(refusal.value.message_dict) == ["center"]


def test_a_published_treatment_may_change_its_clinic_because_its_address_stays():
    clinic = make.clinic()
    treatment = make.published(make.treatment(clinic=clinic))

    treatment.clinic = make.clinic(center=clinic.center)

    treatment.full_clean()


def test_a_draft_may_change_its_address():
    center = make.center()

    center.slug = "elsewhere"

    center.full_clean()


@pytest.mark.depends_on_database
def test_an_address_that_another_live_page_has_is_refused():
    published = make.published(make.center(slug="esophageal"))
    type(published).objects.filter(pk=published.pk).update(slug="elsewhere")
    second = make.center(slug="esophageal", hospital=published.hospital)

    with pytest.raises(Refused):
        publish(second, by="the test")

    assert not second.editions().exists()


def test_the_address_of_a_withdrawn_page_is_free_for_another(client):
    first = make.published(make.center(slug="esophageal"))
    withdraw(first, by="the test", reason="It closed.")
    type(first).objects.filter(pk=first.pk).update(slug="closed")
    second = make.center(slug="esophageal", hospital=first.hospital, name_ko="새 센터")

    publish(second, by="the test")

    assert read(client, second.get_absolute_url()).text("h1") == "새 센터"


# ── Truths of the table ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.depends_on_database
def test_a_page_has_one_edition_of_each_number():
    edition(number=1)

    with pytest.raises(IntegrityError, match=r"edition_number_is_unique|publishing_edition.page"), transaction.atomic():
        edition(number=1)


@pytest.mark.depends_on_database
def test_edition_numbers_start_at_one():
    with pytest.raises(IntegrityError, match="edition_numbers_start_at_one"), transaction.atomic():
        edition(number=0)
