"""What machines are told about the glossary, in schema.org's words. Aliases stay out of it."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from hospital_site.publishing.pages import localized_text, reference, thing


def term_set(terms):
    return named_set() | {"hasDefinedTerm": [reference("DefinedTerm", term) for term in terms]}


def term(page):
    return thing("DefinedTerm", page, description=localized_text(page, "definition"), inDefinedTermSet=named_set())


def named_set():
    address = f"{settings.SITE_ADDRESS}{reverse('glossary:glossary')}"
    return {"@type": "DefinedTermSet", "@id": address, "url": address, "name": _("Glossary")}
