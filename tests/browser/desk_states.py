"""Puts the served site into every state that its desk can show. Run by itself, against the database of the environment.

Prints as JSON the session of one person for each role, and the addresses that the tests of the desk open.
"""

import json
import sys
from datetime import timedelta
from io import StringIO

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - Django must be set up first
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from centers.models import Clinic, Hospital, Treatment  # noqa: E402
from hospital_site.enquiries import actions as desk  # noqa: E402
from hospital_site.enquiries.models import AccessRecord, Enquiry, RightsRequest  # noqa: E402
from hospital_site.publishing import drafts, pipeline  # noqa: E402
from hospital_site.publishing.models import page_models  # noqa: E402
from hospital_site.publishing.preview_links import make_link  # noqa: E402
from hospital_site.publishing.sign_offs import sign_off  # noqa: E402
from hospital_site.publishing.staleness import note_edit  # noqa: E402
from patients_rights.models import Charter  # noqa: E402
from tests.enquiries.patients import Patient  # noqa: E402

ROLES = ["editor", "translator-en", "reviewer", "publisher", "auditor"]
STATES = ["stale", "missing", "blocked", "submitted", "scheduled", "withdrawn", "signed", "shown", "untouched"]


def main():
    call_command("demonstration_staff", stdout=StringIO())
    administrator = get_user_model().objects.create(username="administrator", is_staff=True, is_superuser=True)
    people = {role: get_user_model().objects.get(username=f"demo-{role}") for role in ROLES}
    people["administrator"] = administrator
    pages = dict(zip(STATES, Treatment.objects.order_by("pk"), strict=False))
    edit(pages["stale"], people, explanation_ko="새로 쓴 설명입니다. 부작용이 있을 수 있습니다.")
    edit(pages["missing"], people, explanation_en="")
    edit(pages["blocked"], people, name_en="")
    edit(pages["submitted"], people, overview_ko="고쳐 쓴 개요입니다.", overview_en="A corrected overview.")
    drafts.submit(pages["submitted"], by=people["editor"], reason="Corrected.")
    edit(pages["scheduled"], people, overview_ko="예약된 개요입니다.", overview_en="A scheduled overview.")
    hour = timezone.now() + timedelta(days=3)
    pipeline.publish(pages["scheduled"], by=people["publisher"], reason="In time.", live_from=hour)
    pipeline.withdraw(pages["withdrawn"], by=people["publisher"], reason="No longer done.")
    for code in ("ko", "en"):
        sign_off(pages["signed"], [code], by=people["reviewer"], name="김의사", role="내과 전문의")
    link = make_link(pages["shown"], by=people["editor"], recipient="내과", is_for_approval=True)
    for model in page_models():
        for page in model.objects.all():
            drafts.note_draft(page)
    places = {name: address(page) for name, page in pages.items()}
    kinds = {model.__name__.lower(): address(model.objects.first()) for model in (Clinic, Hospital, Charter)}
    others = {"link": f"/preview/{link.token}/", "staff": f"auth/user/{administrator.pk}/"}
    places |= enquiries_in_every_state(people)
    sessions = {role: session_of(user) for role, user in people.items()}
    sys.stdout.write(json.dumps({"sessions": sessions, "places": places | kinds | others}))


def enquiries_in_every_state(people):
    """What patients sent to one hospital, and the people who handle it there."""
    call_command("demonstration_recipients", stdout=StringIO())
    accounts = {"desk": "demo-desk-kcch", "office": "demo-office-kcch", "officer": "demo-privacy-kcch"}
    people |= {role: get_user_model().objects.get(username=name) for role, name in accounts.items()}
    get_user_model().objects.create(username="named", is_staff=True, last_name="김", first_name="민수")
    sent = {
        "new": sent_by("appointment", "010-3000-0001", message="긴 말입니다. " * 60),
        "handled": sent_by("appointment", "010-3000-0002", email="hong.gildong.with.a.very.long.name@example.org"),
        "stopped": sent_by("appointment", "010-3000-0003"),
        "destroyed": sent_by("appointment", "010-3000-0004"),
        "request": sent_by("mediation", "010-3000-0001", what_happened="김민수 씨가 설명하지 않았습니다."),
    }
    desk.move(sent["handled"], "in_progress", by="demo-desk-kcch", note="전화를 받지 않으심.\n내일 다시 걸기로 함.")
    Enquiry.objects.filter(pk=sent["new"].pk).update(created_at=timezone.now() - timedelta(days=40))
    today = timezone.localdate()
    desk.stop(sent["stopped"], by="demo-privacy-kcch", asked_on=today, reason="기록의 번호로 전화해 확인함")
    desk.destroy(sent["destroyed"])
    hospital = sent["new"].hospital
    RightsRequest.objects.create(hospital=hospital, right="access", asked_on=today - timedelta(days=20), by="demo")
    for account in ("demo-desk-kcch", "administrator"):
        at = timezone.now() - timedelta(days=62)
        AccessRecord.objects.create(
            account=account, at=at, action="export", hospital=hospital, address="203.0.113.9", reason="병원 감사"
        )
    return {f"enquiry-{name}": f"enquiries/enquiry/{enquiry.pk}/" for name, enquiry in sent.items()} | {
        "controller": f"enquiries/datacontroller/{hospital.controller.pk}/"
    }


def sent_by(kind, phone, **words):
    Patient(kind, SERVER_NAME="localhost").send(phone=phone, **words)
    return Enquiry.objects.first()


def edit(page, people, **words):
    """What the form of the admin does with `words`."""
    before = type(page).objects.get(pk=page.pk)
    for column, text in words.items():
        setattr(page, column, text)
    note_edit(page, before)
    page.save()
    drafts.record_edit(page, by=people["editor"], before=before.draft_digest)


def address(page):
    return f"{page._meta.app_label}/{page._meta.model_name}/{page.pk}/"


def session_of(user):
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


main()
