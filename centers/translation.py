"""The texts of this application that exist in every language of the site."""

from modeltranslation.translator import TranslationOptions, register

from centers import models

EXPLAINED = ["explanation", "what_happens", "site_preparation", "side_effects", "when_to_call", "questions"]


@register(models.Hospital)
class HospitalTranslation(TranslationOptions):
    fields = ["source", "name", "short_name", "introduction", "street_address", "address_evidence", "website_evidence"]


@register(models.Department)
class DepartmentTranslation(TranslationOptions):
    fields = ["name", "explanation"]


@register(models.Contact)
class ContactTranslation(TranslationOptions):
    fields = ["name", "hours", "note", "evidence"]


@register(models.ContactPage)
class ContactPageTranslation(TranslationOptions):
    fields = ["source", "name", "introduction"]


@register(models.Helpline)
class HelplineTranslation(TranslationOptions):
    fields = ["name", "purpose", "hours", "languages", "evidence"]


@register(models.Center)
class CenterTranslation(TranslationOptions):
    fields = ["source", "name", "introduction", "explanation", "commitments_heading", "closing"]


@register(models.Commitment)
class CommitmentTranslation(TranslationOptions):
    fields = ["title", "text"]


@register(models.Clinic)
class ClinicTranslation(TranslationOptions):
    fields = [
        "source",
        "name",
        "introduction",
        "areas_heading",
        "tests_heading",
        "tests_overview",
        "treatments_heading",
        "treatments_overview",
        "research_heading",
    ]


@register(models.Area)
class AreaTranslation(TranslationOptions):
    fields = ["name", "explanation"]


@register(models.SupportService)
class SupportServiceTranslation(TranslationOptions):
    fields = ["name"]


@register(models.ResearchTopic)
class ResearchTopicTranslation(TranslationOptions):
    fields = ["text", "explanation"]


@register(models.Treatment)
class TreatmentTranslation(TranslationOptions):
    fields = ["source", "name", "indication", "overview", *EXPLAINED]


@register(models.DiagnosticTest)
class DiagnosticTestTranslation(TranslationOptions):
    fields = ["source", "name", "overview", *EXPLAINED, "preparation"]


@register(models.Condition)
class ConditionTranslation(TranslationOptions):
    fields = [
        "source",
        "name",
        "explanation",
        "symptoms",
        "how_found",
        "how_treated",
        "eating",
        "when_to_call",
        "questions",
    ]
