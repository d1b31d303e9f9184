"""The home page, the pages about this site, and what every page is given."""

from functools import cache

from babel.core import get_global, parse_locale
from django.conf import settings
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from hospital_site.glossary.models import Term
from hospital_site.publishing.languages import in_preparation, localized, shown_languages
from hospital_site.publishing.lists import PARAMETER, listed
from hospital_site.publishing.models import page_models, without_language
from hospital_site.publishing.pages import public
from hospital_site.publishing.reading import in_order, reader_of
from hospital_site.sources import changes_signs_only, first_sources, without_files

HOSPITAL = "centers.hospital"
PAGES_OF_SOURCES = 250
MENU = ["centers", "departments", "enquiries/appointment", "patients-rights", "contact", "glossary", "about"]


@public
def home(request):
    kinds = HOSPITAL, "centers.center", "centers.clinic", "patients_rights.charter"
    hospitals, _has_more = reader_of(request).some(*kinds, size=4, each=4)
    charters = [charter for hospital in hospitals for charter in hospital.charters]
    return render(request, "home.html", {"hospitals": hospitals, "charters": charters})


@require_safe
def choose_language(request):
    """`/` → the home page in the language that the browser asks for."""
    response = redirect("home")
    response["Vary"] = "Accept-Language"
    return response


@public(reads=[PARAMETER])
def sources(request):
    """Where pages come from: those of some hospitals, and on the first part of the list those of none."""
    below = [model for model in page_models() if model.parents]
    alone = [model for model in page_models() if not model.parents and model.page_kind() != HOSPITAL]
    hospitals, part = listed(request, HOSPITAL, *below, size=3, each=25)
    tops = [*hospitals, *(reader_of(request).tree(*alone) if part.number == 1 else [])]
    pages = list(in_order(sorted(tops, key=lambda page: page.edition.kind)))
    context = {"groups": by_source(pages[:PAGES_OF_SOURCES]), "list": part}
    return render(request, "about/sources.html", {**first_sources(), **context})


def by_source(pages):
    """Return `pages` in groups of the same line of source; words of the glossary only where they name one."""
    groups = {}
    for page in pages:
        source = without_files(localized(page, "source").text)
        if source or page.edition.kind != Term.page_kind():
            groups.setdefault(source, []).append(page)
    return list(groups.values())


@public
def corrections(request):
    found = first_sources()["corrections"]
    context = {
        "corrections": [one for one in found if not changes_signs_only(one)],
        "signs": [one for one in found if changes_signs_only(one)],
        "suggestions_not_applied": first_sources()["suggestions_not_applied"],
        "source_language": settings.SOURCE_LANGUAGE,
    }
    return render(request, "about/corrections.html", context)


@public
def accessibility(request):
    return render(request, "about/accessibility.html")


@public
def translations(request):
    return render(request, "about/translations.html")


def site(request):
    """For every template: the site's own name and words, and this page in the other languages."""
    path = without_language(request.path)
    address = getattr(request, "address", path)
    open_in = [code for code in settings.OPEN_LANGUAGES if code in getattr(request, "written_in", [code])]
    return {
        "site_name": settings.SITE_NAME,
        "site_notice": settings.SITE_NOTICE,
        "site_operator": settings.SITE_OPERATOR,
        "site_contact": settings.SITE_CONTACT,
        "is_demonstration": settings.DEMONSTRATION,
        "languages": [
            {"code": code, "name": name, "url": f"/{code}{path}", "is_current": code == get_language()}
            for code, name in settings.LANGUAGES
            if code in shown_languages()
        ],
        "site_address": settings.SITE_ADDRESS,
        "here": next((name for name in MENU if path.startswith(f"/{name}/")), ""),
        "canonical": f"{settings.SITE_ADDRESS}/{get_language()}{address}",
        "alternates": alternates(address, open_in) if address == path else [],
        "noindex": get_language() not in open_in,
        "is_in_preparation": in_preparation(get_language()),
        "banner": getattr(request, "banner", None),
        "open_graph_locales": open_graph_locales(),
    }


def alternates(address, codes):
    """The page at `address` in the languages `codes`, and where a browser is led to its own.

    It must be the canonical one.

    A page that names another address as the canonical one, such as the list of charters while there is only one, has
    none: search engines take them only from a page that they name too.
    """
    languages = [{"code": code, "url": f"{settings.SITE_ADDRESS}/{code}{address}"} for code in codes]
    return [*languages, {"code": "x-default", "url": f"{settings.SITE_ADDRESS}{address}"}]


def open_graph_locales():
    """The reader's language and the others as Open Graph writes them, `language_TERRITORY`, such as `ko_KR`."""
    others = [code for code in settings.OPEN_LANGUAGES if code != get_language()]
    return [open_graph_locale(code) for code in [get_language(), *others]]


@cache
def open_graph_locale(code):
    """`en` → `en_US`: the territory in which the language is most likely spoken, unless the code names one."""
    language, territory = parse_locale(code, sep="-")[:2]
    likely = get_global("likely_subtags").get(language, language)
    return "_".join(filter(None, [language, territory or parse_locale(likely)[1]]))
