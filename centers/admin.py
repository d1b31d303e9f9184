"""What editors see of hospitals, centers, clinics, treatments, tests and illnesses."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from centers import models
from hospital_site.publishing.admin import EditableAdmin, RowInline

ASKED = ["what_happens", "site_preparation", "side_effects", "when_to_call", "questions"]


class DepartmentInline(RowInline):
    model = models.Department
    names = ["name", "explanation", "position"]


class ContactInline(RowInline):
    model = models.Contact
    names = [
        "kind",
        "name",
        "telephone",
        "from_abroad",
        "email",
        "url",
        "hours",
        "note",
        "certainty",
        "evidence",
        "verified_on",
        "position",
    ]


class HelplineInline(RowInline):
    model = models.Helpline
    names = [
        "kind",
        "name",
        "purpose",
        "telephone",
        "from_abroad",
        "url",
        "hours",
        "languages",
        "certainty",
        "evidence",
        "verified_on",
        "position",
    ]


class CommitmentInline(RowInline):
    model = models.Commitment
    names = ["title", "text", "position"]


class AreaInline(RowInline):
    model = models.Area
    names = ["name", "explanation", "position"]


class SupportServiceInline(RowInline):
    model = models.SupportService
    names = ["name", "position"]


class ResearchTopicInline(RowInline):
    model = models.ResearchTopic
    names = ["text", "explanation", "position"]


@admin.register(models.Hospital)
class HospitalAdmin(EditableAdmin):
    inlines = [DepartmentInline, ContactInline]
    sections = [
        (_("Name"), ["name", "short_name"]),
        (_("Text"), ["introduction"]),
        (_("Street address"), ["street_address", "address_evidence", "address_verified_on"]),
        (_("Website"), ["website", "website_evidence", "website_verified_on"]),
        (_("Address and source"), ["slug", "source", "position"]),
    ]


@admin.register(models.ContactPage)
class ContactPageAdmin(EditableAdmin):
    inlines = [HelplineInline]
    sections = [
        (_("Text"), ["name", "introduction"]),
        (_("Address and source"), ["slug", "source"]),
    ]


@admin.register(models.Center)
class CenterAdmin(EditableAdmin):
    inlines = [CommitmentInline]
    sections = [
        (_("Name"), ["hospital", "name"]),
        (_("Text"), ["introduction", "explanation", "commitments_heading", "closing"]),
        (_("Address and source"), ["slug", "source", "position"]),
    ]


@admin.register(models.Clinic)
class ClinicAdmin(EditableAdmin):
    inlines = [AreaInline, SupportServiceInline, ResearchTopicInline]
    sections = [
        (_("Name"), ["center", "name"]),
        (_("Introduction"), ["introduction", "departments"]),
        (_("Areas of treatment"), ["areas_heading"]),
        (_("Tests"), ["tests_heading", "tests_overview"]),
        (_("Treatments"), ["treatments_heading", "treatments_overview"]),
        (_("Research"), ["research_heading"]),
        (_("Address and source"), ["slug", "source", "position"]),
    ]


@admin.register(models.Treatment)
class TreatmentAdmin(EditableAdmin):
    list_filter = ["center", "clinic", "kind"]
    sections = [
        (_("Name"), ["center", "clinic", "kind", "form", "name"]),
        (_("Text"), ["indication", "overview", "explanation"]),
        (_("What patients ask"), ASKED),
        (_("Address and source"), ["slug", "source", "position"]),
    ]


@admin.register(models.DiagnosticTest)
class DiagnosticTestAdmin(EditableAdmin):
    list_filter = ["center", "clinic", "kind"]
    sections = [
        (_("Name"), ["center", "clinic", "kind", "method", "name"]),
        (_("Text"), ["overview", "explanation", "preparation"]),
        (_("What patients ask"), ASKED),
        (_("Address and source"), ["slug", "source", "position"]),
    ]


@admin.register(models.Condition)
class ConditionAdmin(EditableAdmin):
    list_filter = ["center", "clinic"]
    sections = [
        (_("Name"), ["center", "clinic", "name"]),
        (_("Text"), ["explanation", "symptoms", "how_found", "how_treated", "eating"]),
        (_("What patients ask"), ["when_to_call", "questions"]),
        (_("Tests and treatments"), ["tests", "treatments"]),
        (_("Address and source"), ["slug", "source", "position"]),
    ]
