"""The home page, the pages about this site, and what every page is given."""

from functools import cache
from pathlib import Path
from types import SimpleNamespace

import yaml
from django.conf import settings
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from hospital_site.publishing.models import page_models, without_language
from hospital_site.publishing.pages import public
from hospital_site.publishing.reading import in_order, reader_of

SOURCES = Path(__file__).with_name("sources.yaml")


@public
def home(request):
    kinds = "centers.hospital", "centers.center", "centers.clinic", "patients_rights.charter"
    hospitals = reader_of(request).tree(*kinds)
    charters = [charter for hospital in hospitals for charter in hospital.charters]
    return render(request, "home.html", {"hospitals": hospitals, "charters": charters})


@require_safe
def choose_language(request):
    """`/` → the home page in the language that the browser asks for."""
    response = redirect("home")
    response["Vary"] = "Accept-Language"
    return response


@public
def sources(request):
    pages = reader_of(request).tree(*page_models())
    return render(
        request,
        "about/sources.html",
        {**first_sources(), "pages": list(in_order(pages)), "source_language": settings.SOURCE_LANGUAGE},
    )


@public
def accessibility(request):
    return render(request, "about/accessibility.html")


@public
def translations(request):
    return render(request, "about/translations.html")


@cache
def first_sources():
    """The two source documents, the corrections made to them, and what was added: lists of rows, by name."""
    content = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))
    return {name: [SimpleNamespace(**row) for row in rows] for name, rows in content.items()}


def site(request):
    """For every template: the site's own name and words, and this page in the other languages."""
    path = without_language(request.path)
    address = getattr(request, "address", path)
    base = f"{request.scheme}://{request.get_host()}"
    return {
        "site_name": settings.SITE_NAME,
        "site_notice": settings.SITE_NOTICE,
        "site_operator": settings.SITE_OPERATOR,
        "site_contact": settings.SITE_CONTACT,
        "languages": [
            {"code": code, "name": name, "url": f"/{code}{path}", "is_current": code == get_language()}
            for code, name in settings.LANGUAGES
        ],
        "canonical": f"{base}/{get_language()}{address}",
        "alternates": [{"code": code, "url": f"{base}/{code}{address}"} for code, _name in settings.LANGUAGES],
        "banner": getattr(request, "banner", None),
        "default_alternate": f"{base}{address}",  # leads to the language that the browser asks for
    }
