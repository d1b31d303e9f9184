"""What search engines may find: the live pages, in every language that they are written in."""

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from centers.views import INDEXES
from hospital_site.enquiries.states import Kind
from hospital_site.publishing.models import page_models
from hospital_site.publishing.reading import EditionReader, in_order
from hospital_site.publishing.snapshots import languages_written
from patients_rights.views import is_one_charter, open_hospitals


class EveryLanguage(Sitemap):
    i18n = alternates = x_default = True

    def get_languages_for_item(self, item):
        return settings.OPEN_LANGUAGES

    def get_protocol(self, protocol=None):
        return settings.SITE_ADDRESS.partition("://")[0]

    def get_domain(self, site=None):
        return settings.SITE_ADDRESS.partition("://")[2]


class LivePages(EveryLanguage):
    def items(self):
        pages = in_order(EditionReader().tree(*page_models()))
        return [page for page in pages if page.edition.kind != "centers.contactpage"]  # a fixed page, published or not

    def get_languages_for_item(self, page):
        written = languages_written(page.edition.data)
        return [code for code in settings.OPEN_LANGUAGES if code in written]

    def lastmod(self, page):
        return page.edition.live_from


class FixedPages(EveryLanguage):
    def items(self):
        names = [
            "home",
            "centers:centers",
            "centers:departments",
            "centers:contact",
            "centers:a_to_z",
            "glossary:glossary",
        ]
        names += [f"centers:{kind}" for kind in INDEXES]
        if not is_one_charter(open_hospitals(EditionReader())):
            names.append("patients_rights:charters")
        forms = [("enquiries:choose", kind) for kind in Kind.values]
        about = ["sources", "corrections", "accessibility", "translations"]
        return [*names, *forms, "enquiries:privacy", *(f"about:{page}" for page in about)]

    def location(self, place):
        name, *args = place if isinstance(place, tuple) else (place,)
        return reverse(name, args=args)


sitemaps = {"pages": LivePages, "fixed": FixedPages}


@require_safe
def robots(request):
    context = {"sitemap": f"{settings.SITE_ADDRESS}{reverse('sitemap')}"}
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")
