"""What search engines may find: the live pages, in every language that they are written in."""

from typing import NamedTuple

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import x_robots_tag
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from centers.alphabetical_index import INDEXES
from hospital_site.enquiries.states import Kind
from hospital_site.publishing.lists import only_one
from hospital_site.publishing.models import Edition, in_reader_language
from hospital_site.publishing.reading import EditionReader
from hospital_site.publishing.snapshots import languages_written

PAGES_IN_A_FILE = 250


class Place(NamedTuple):
    """A live page, as far as a sitemap names it."""

    pk: int
    kind: str
    address: str
    live_from: object

    def get_absolute_url(self):
        return in_reader_language(self.address)


class EveryLanguage(Sitemap):
    i18n = alternates = x_default = True

    def get_languages_for_item(self, item):
        return settings.OPEN_LANGUAGES

    def get_protocol(self, protocol=None):
        return settings.SITE_ADDRESS.partition("://")[0]

    def get_domain(self, site=None):
        return settings.SITE_ADDRESS.partition("://")[2]


class LivePages(EveryLanguage):
    def __init__(self, places):
        editions = Edition.objects.filter(pk__in=[place.pk for place in places])
        self.places, self.data = places, dict(editions.values_list("pk", "data"))

    def items(self):
        return self.places

    def get_languages_for_item(self, place):
        written = languages_written(self.data[place.pk])
        return [code for code in settings.OPEN_LANGUAGES if code in written]

    def lastmod(self, place):
        return place.live_from


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
        if not only_one("centers.hospital", "patients_rights.charter"):
            names.append("patients_rights:charters")
        forms = [("enquiries:choose", kind) for kind in Kind.values]
        about = ["sources", "corrections", "accessibility", "translations"]
        return [*names, *forms, "enquiries:privacy", *(f"about:{page}" for page in about)]

    def location(self, place):
        name, *args = place if isinstance(place, tuple) else (place,)
        return reverse(name, args=args)


def live_places():
    places = [Place(*row) for row in EditionReader().addresses()]
    return [place for place in places if place.kind != "centers.contactpage"]  # a fixed page, published or not


@require_safe
@x_robots_tag
def sitemap(request):
    """All addresses; where they are too many for one file, the addresses of such files."""
    places = live_places()
    if len(places) <= PAGES_IN_A_FILE:
        return urlset(request, LivePages(places), FixedPages())
    files = range(1 + -(-len(places) // PAGES_IN_A_FILE))
    addresses = [f"{settings.SITE_ADDRESS}{reverse('sitemap_part', args=[number])}" for number in files]
    context = {"sitemaps": [{"location": address} for address in addresses]}
    return render(request, "sitemap_index.xml", context, content_type="application/xml")


@require_safe
@x_robots_tag
def sitemap_part(request, number):
    """One file of addresses: of pages that are always there, or of the live pages from 1 on."""
    if number == 0:
        return urlset(request, FixedPages())
    places = live_places()[(number - 1) * PAGES_IN_A_FILE : number * PAGES_IN_A_FILE]
    if not places:
        raise Http404(_("There is no page at this address."))
    return urlset(request, LivePages(places))


def urlset(request, *sitemaps):
    urls = [url for sitemap in sitemaps for url in sitemap.get_urls()]
    return render(request, "sitemap.xml", {"urlset": urls}, content_type="application/xml")


@require_safe
def robots(request):
    context = {"sitemap": f"{settings.SITE_ADDRESS}{reverse('sitemap')}"}
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")
