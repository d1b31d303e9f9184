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
from hospital_site.publishing import actions  # noqa: E402
from hospital_site.publishing.models import page_models  # noqa: E402
from hospital_site.publishing.staleness import note_edit  # noqa: E402
from patients_rights.models import Charter  # noqa: E402

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
    actions.submit(pages["submitted"], by=people["editor"], reason="Corrected.")
    edit(pages["scheduled"], people, overview_ko="예약된 개요입니다.", overview_en="A scheduled overview.")
    hour = timezone.now() + timedelta(days=3)
    actions.publish(pages["scheduled"], by=people["publisher"], reason="In time.", live_from=hour)
    actions.withdraw(pages["withdrawn"], by=people["publisher"], reason="No longer done.")
    for code in ("ko", "en"):
        actions.sign_off(pages["signed"], code, by=people["reviewer"], name="김의사", role="내과 전문의")
    link = actions.make_link(pages["shown"], by=people["editor"], recipient="내과", is_for_approval=True)
    for model in page_models():
        for page in model.objects.all():
            actions.note_draft(page)
    places = {name: address(page) for name, page in pages.items()}
    kinds = {model.__name__.lower(): address(model.objects.first()) for model in (Clinic, Hospital, Charter)}
    others = {"link": f"/preview/{link.token}/", "staff": f"auth/user/{administrator.pk}/"}
    sessions = {role: session_of(user) for role, user in people.items()}
    sys.stdout.write(json.dumps({"sessions": sessions, "places": places | kinds | others}))


def edit(page, people, **words):
    """What the form of the admin does with `words`."""
    before = type(page).objects.get(pk=page.pk)
    for column, text in words.items():
        setattr(page, column, text)
    note_edit(page, before)
    page.save()
    actions.edited(page, by=people["editor"], before=before.draft_digest)


def address(page):
    return f"{page._meta.app_label}/{page._meta.model_name}/{page.pk}/"


def session_of(user):
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


main()
