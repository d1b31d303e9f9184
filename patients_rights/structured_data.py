"""What machines are told about the charter, in schema.org's words."""

from hospital_site.publishing.pages import reference, said, thing


def charter(request, page):
    yield thing(
        "WebPage",
        request,
        page,
        description=said(page, "introduction"),
        about=reference("MedicalOrganization", request, page.hospital),
    )
