"""Hospitals with their centers, clinics, treatments, diagnostic tests and the illnesses that these are for."""

from centers.models.contacts import Contact, ContactPage, Helpline
from centers.models.hospitals import (
    Area,
    Center,
    Clinic,
    Commitment,
    Department,
    Hospital,
    ResearchTopic,
    SupportService,
)
from centers.models.procedures import Condition, DiagnosticTest, Treatment

__all__ = [
    "Area",
    "Center",
    "Clinic",
    "Commitment",
    "Condition",
    "Contact",
    "ContactPage",
    "Department",
    "DiagnosticTest",
    "Helpline",
    "Hospital",
    "ResearchTopic",
    "SupportService",
    "Treatment",
]
