"""What the search finds of the pages of hospitals, centers and clinics: their sections, and the fixed pages."""

from django.utils.translation import gettext_lazy as _

from centers.models import Center, Clinic, Condition, ContactPage, DiagnosticTest, Hospital, Treatment
from hospital_site.search.sections import Section, register_fixed_page, register_sections

EXPLAINED = [
    Section("when-to-call", _("When to call"), fields=["when_to_call"], weight=0.8),
    Section("questions", _("Questions to ask"), fields=["questions"], weight=0.6),
]
PROCEDURE = [
    Section("what-happens", _("What happens"), fields=["what_happens"]),
    Section("overview", _("What the hospital says"), fields=["overview"], weight=0.7),
]


def register():
    register_sections(
        Hospital,
        [
            Section(fields=["introduction"], names=["short_name"]),
            Section("departments", _("Departments"), rows="departments", row_fields=["name", "explanation"]),
            Section(
                "contacts",
                _("Contact the hospital"),
                fields=["street_address"],
                rows="public_contacts",
                row_fields=["name", "telephone", "from_abroad", "hours", "note"],
            ),
        ],
    )
    register_sections(
        Center,
        [
            Section(fields=["introduction"]),
            Section("explanation", _("In plain words"), fields=["explanation"]),
            Section(
                rows="commitments",
                row_fields=["text"],
                row_heading="title",
                row_anchor=lambda row, number: f"commitment-{number}",
            ),
            Section("commitments", _("Commitments"), heading_field="commitments_heading", fields=["closing"]),
        ],
    )
    register_sections(
        Clinic,
        [
            Section(fields=["introduction"]),
            Section("departments", _("Departments"), rows="departments", row_fields=["name", "explanation"]),
            Section(
                "areas",
                _("Areas of treatment"),
                heading_field="areas_heading",
                rows="areas",
                row_fields=["name", "explanation"],
            ),
            Section("tests", _("Diagnostic tests"), heading_field="tests_heading", fields=["tests_overview"]),
            Section("treatments", _("Treatments"), heading_field="treatments_heading", fields=["treatments_overview"]),
            Section(
                "support",
                _("Support for symptoms and quality of life"),
                rows="support_services",
                row_fields=["name"],
            ),
            Section(
                "research",
                _("Research"),
                heading_field="research_heading",
                rows="research_topics",
                row_fields=["text", "explanation"],
            ),
        ],
    )
    register_sections(
        Treatment,
        [
            Section(fields=["indication", "explanation"]),
            Section("preparation", _("How to prepare"), fields=["site_preparation"]),
            *PROCEDURE,
            Section("side-effects", _("Side effects and risks"), fields=["side_effects"]),
            *EXPLAINED,
        ],
    )
    register_sections(
        DiagnosticTest,
        [
            Section(fields=["explanation"]),
            Section("preparation", _("How to prepare"), fields=["preparation", "site_preparation"]),
            *PROCEDURE,
            Section("side-effects", _("Risks"), fields=["side_effects"]),
            *EXPLAINED,
        ],
    )
    register_sections(
        Condition,
        [
            Section(fields=["explanation"], weight=1.2),
            Section("symptoms", _("Symptoms"), fields=["symptoms"], weight=1.5),
            Section("tests", _("How it is found"), fields=["how_found"]),
            Section("treatments", _("How it is treated"), fields=["how_treated"]),
            Section("eating", _("Eating"), fields=["eating"]),
            *EXPLAINED,
        ],
    )
    register_sections(
        ContactPage,
        [
            Section(fields=["introduction"]),
            Section(
                "numbers",
                _("Helpful numbers in Korea"),
                rows="public_helplines",
                row_fields=["name", "telephone", "from_abroad", "purpose", "hours", "languages"],
            ),
        ],
    )
    register_fixed_page(
        "centers:contact",
        title=_("Contact"),
        words=_(
            "telephone, phone number, call, address, directions, website, interpreter, English-speaking staff, "
            "opening hours, visiting hours, parking, emergency, help with hospital bills, financial help"
        ),
    )
    register_fixed_page("centers:centers", title=_("Centers"), words=_("hospitals, all centers, clinics"), is_list=True)
    register_fixed_page(
        "centers:departments", title=_("Departments"), words=_("departments list, doctors"), is_list=True
    )
    register_fixed_page(
        "centers:a_to_z",
        title=_("Illnesses, tests and treatments from A to Z"),
        words=_("from A to Z, index"),
        is_list=True,
    )
    register_fixed_page(
        "centers:illnesses", title=_("Illnesses from A to Z"), words=_("illnesses, diseases, conditions"), is_list=True
    )
    register_fixed_page(
        "centers:tests", title=_("Tests from A to Z"), words=_("tests, examinations, all tests"), is_list=True
    )
    register_fixed_page(
        "centers:treatments",
        title=_("Treatments from A to Z"),
        words=_("treatments, medicines, drugs, all treatments"),
        is_list=True,
    )
