"""What machines are told about the charter, in schema.org's words."""

from hospital_site.publishing.pages import localized_text, reference, thing


def charter(request, page):
    yield thing(
        "WebPage",
        request,
        page,
        description=localized_text(page, "introduction"),
        about=reference("MedicalOrganization", request, page.hospital),
    )
