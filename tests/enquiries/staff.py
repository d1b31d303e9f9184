"""Staff at the desk of enquiries, who are no superusers unless a test says so, and what they find there."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from hospital_site.enquiries.models import Enquiry
from hospital_site.staff.models import StaffScope
from tests.enquiries.patients import Answers
from tests.reading import Page

DESK, OFFICE, OFFICER = "appointment_desk", "mediation_office", "privacy_officer"


def person(name, *roles, hospital=None, **fields):
    """Somebody signed in with `roles` at one hospital, or at none."""
    user = get_user_model().objects.create(username=name, is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=roles))
    if hospital:
        StaffScope.objects.create(user=user, page=hospital.key)
    client = Client()
    client.force_login(user)
    return client


def address(view="changelist", *args):
    return reverse(f"admin:enquiries_enquiry_{view}", args=args)


def sent(kind, slug, **words):
    Answers(kind, slug).send(**words)
    return Enquiry.objects.first()


def listed(client):
    return Page(client.get(address())).texts("#result_list tbody th")
