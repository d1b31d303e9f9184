"""What always holds, whatever staff do in whatever order and however much time passes."""

from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.http import Http404
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from hospital_site.publishing import drafts, pipeline
from hospital_site.publishing.loading import restore
from hospital_site.publishing.models import Edition
from hospital_site.publishing.policy import Refused
from hospital_site.publishing.reading import EditionReader, Gone
from hospital_site.publishing.snapshots import digest, dump
from tests import make
from tests.desk.people import public
from tests.reading import Page

pytestmark = pytest.mark.django_db

bounded = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
START = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Asia/Seoul"))


@contextmanager
def undone():
    """A page of its own for each example: whatever happens to it is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# ── Any sequence of actions ───────────────────────────────────────────────────────────────────────────────────────────


class Story:
    """One center and all that happens to it, with what was ever approved for patients, and since when."""

    def __init__(self, clock):
        self.clock = clock
        self.center = make.published(make.in_sync(make.center(name_ko="이름 0", name_en="Name 0")))
        self.words = 0
        self.approved = {"이름 0": clock.now}

    def edit(self, _choice):
        self.words += 1
        page = type(self.center).objects.get(pk=self.center.pk)
        before = page.draft_digest
        page.name_ko, page.name_en = f"이름 {self.words}", f"Name {self.words}"
        page.save()
        drafts.record_edit(page, by="editor", before=before)

    def publish(self, _choice):
        self.approve(pipeline.publish(self.center, by="publisher"), self.clock.now)

    def schedule(self, choice):
        hour = self.clock.now + timedelta(minutes=1 + choice)
        self.approve(pipeline.publish(self.center, by="publisher", live_from=hour), hour)

    def approve(self, edition, hour):
        name = edition.data["name_ko"]
        self.approved[name] = min(hour, self.approved.get(name, hour))

    def cancel(self, choice):
        scheduled = list(self.center.editions().scheduled().order_by("number"))
        if scheduled:
            pipeline.cancel(scheduled[choice % len(scheduled)], by="publisher")

    def withdraw(self, _choice):
        pipeline.withdraw(self.center, by="publisher", reason="Because.")

    def issue_again(self, choice):
        number = 1 + choice % self.center.editions().count()
        self.approve(pipeline.issue_again(self.center, number, by="publisher", reason="Because."), self.clock.now)

    def copy_into_draft(self, choice):
        number = 1 + choice % self.center.editions().count()
        drafts.copy_into_draft(self.center, number, by="editor", reason="Because.")

    def wait(self, choice):
        self.clock.forward(minutes=choice)

    def tell(self, verb, choice):
        try:
            with transaction.atomic():
                getattr(self, verb)(choice)
        except Refused:
            pass
        self.clock.forward(minutes=1)

    def seen_by_patients(self):
        """The Korean name that patients read, or `None` where they find no page."""
        try:
            return EditionReader().page(type(self.center), public(self.center)).name_ko
        except (Http404, Gone):
            return None


VERBS = ["edit", "publish", "schedule", "cancel", "withdraw", "issue_again", "copy_into_draft", "wait"]
stories = some.lists(some.tuples(some.sampled_from(VERBS), some.integers(0, 5)), max_size=14)


def expected(center, now):
    """What patients must see by the plain rule: of what has begun and was not cancelled, the latest."""
    begun = [e for e in center.editions() if e.cancelled_at is None and e.live_from <= now]
    last = max(begun, key=lambda edition: (edition.live_from, edition.number), default=None)
    return last and last.data and last.data["name_ko"]


@bounded
@given(story=stories)
def test_whatever_staff_do_patients_see_what_was_published_history_stays_and_the_desk_tells_the_truth(clock, story):
    with undone():
        clock.now = START
        told, known = Story(clock), {}
        for verb, choice in story:
            told.tell(verb, choice)

            seen, editions = told.seen_by_patients(), list(told.center.editions().order_by("number"))

            assert seen == expected(told.center, clock.now)
            assert seen is None or told.approved[seen] <= clock.now
            assert [edition.number for edition in editions] == list(range(1, len(editions) + 1))
            now = {e.number: (e.data, e.digest, e.live_from, e.issued_by, e.reason) for e in editions}
            assert {number: now[number] for number in known} == known
            known = now

        state = type(told.center).objects.with_state().get(pk=told.center.pk)
        live = Edition.objects.live().filter(page=told.center.key).first()
        assert (state.draft_digest, state.live_digest) == (
            digest(dump(type(told.center).objects.get(pk=told.center.pk))),
            live.digest if live else "",
        )


@pytest.mark.same_on_every_database
def test_the_website_says_what_the_reading_says(client, clock):
    clock.now = START
    told = Story(clock)
    told.tell("edit", 0)
    told.tell("schedule", 5)

    before = Page(client.get(public(told.center))).texts("h1")
    clock.forward(minutes=6)
    after = Page(Client().get(public(told.center))).texts("h1")

    assert (before, after) == (["이름 0"], ["이름 1"])


# ── There and back ────────────────────────────────────────────────────────────────────────────────────────────────────

texts = some.text(alphabet="가나 ab\n\t'\"<>&\\%{}😀é", max_size=40)
rows = some.lists(some.fixed_dictionaries({"name_ko": texts, "name_en": texts, "explanation_ko": texts}), max_size=4)


@bounded
@given(name=texts, introduction=texts, areas=rows, departments=some.sets(some.integers(0, 2)))
def test_what_is_restored_is_what_was_dumped(name, introduction, areas, departments):
    with undone():
        clinic = make.clinic(name_ko=name, introduction_en=introduction)
        hospital = clinic.center.hospital
        there = [make.part(hospital, "departments", name_ko=f"진료과 {number}") for number in range(3)]
        clinic.departments.set(there[number] for number in departments)
        for words in areas:
            make.part(clinic, "areas", **words)
        data = dump(clinic)
        clinic.areas.all().delete()
        clinic.departments.clear()
        type(clinic).objects.update(name_ko="Something else", introduction_en="")

        restore(clinic, data)

        assert dump(type(clinic).objects.get(pk=clinic.pk)) == data


@bounded
@given(first=rows, second=rows)
def test_rows_are_restored_from_whatever_rows_are_there(first, second):
    with undone():
        clinic = make.clinic()
        for words in first:
            make.part(clinic, "areas", **words)
        data = dump(clinic)
        clinic.areas.all().delete()
        for words in second:
            make.part(clinic, "areas", **words)

        restore(clinic, data)

        assert digest(dump(type(clinic).objects.get(pk=clinic.pk))) == digest(data)
