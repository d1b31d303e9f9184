"""Hospitals with their centers, clinics, treatments, diagnostic tests and the illnesses that these are for."""

from centers.models.hospitals import (
    Area,
    Center,
    Clinic,
    Commitment,
    Contact,
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
    "Department",
    "DiagnosticTest",
    "Hospital",
    "ResearchTopic",
    "SupportService",
    "Treatment",
]
