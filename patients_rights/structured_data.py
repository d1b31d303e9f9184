"""What machines are told about the charter, in schema.org's words."""

from hospital_site.publishing.pages import localized_text, reference, thing


def charter(page):
    yield thing(
        "WebPage",
        page,
        description=localized_text(page, "introduction"),
        about=reference("MedicalOrganization", page.hospital),
    )
