"""Every address of the site. Public pages stand under their language; `/` chooses one."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from centers.models import Clinic, Condition, DiagnosticTest, Treatment
from hospital_site import home
from hospital_site.lazy_urls import LazyResolver, LazyView
from hospital_site.sheets import SUFFIX, sheet
from hospital_site.sitemaps import robots, sitemap, sitemap_part
from patients_rights.models import Charter

preview_link = LazyView("hospital_site.publishing.previews", "preview_link")

about = [
    path("sources/", home.sources, name="sources"),
    path("corrections/", home.corrections, name="corrections"),
    path("accessibility/", home.accessibility, name="accessibility"),
    path("translations/", home.translations, name="translations"),
]

below_center = "centers/<slug:center>/"
sheets = [
    path(f"{below_center}conditions/<slug:slug>/{SUFFIX}", sheet, {"model": Condition}),
    path(f"{below_center}treatments/<slug:slug>/{SUFFIX}", sheet, {"model": Treatment}),
    path(f"{below_center}tests/<slug:slug>/{SUFFIX}", sheet, {"model": DiagnosticTest}),
    path(f"{below_center}<slug:slug>/{SUFFIX}", sheet, {"model": Clinic}),
    path(f"patients-rights/<slug:slug>/{SUFFIX}", sheet, {"model": Charter}),
]

urlpatterns = [
    path("", home.choose_language),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap_part, name="sitemap_part"),
    *i18n_patterns(
        path("", home.home, name="home"),
        path("about/", include((about, "about"))),
        path("", include("centers.urls")),
        path("", include("patients_rights.urls")),
        path("", include(sheets)),
        path("", include("hospital_site.glossary.urls")),
        path("", include("hospital_site.search.urls")),
        path("", include("hospital_site.enquiries.urls")),
        path("preview/<str:token>/", preview_link, name="preview_link"),
        path("admin/", include("hospital_site.staff.urls")),
        LazyResolver("admin/", "hospital_site.publishing.admin.urls", namespace="admin"),
    ),
]

handler400 = "hospital_site.errors.bad_request"
handler403 = "hospital_site.errors.forbidden"
handler404 = "hospital_site.errors.not_found"
handler429 = "hospital_site.errors.too_many_requests"
handler500 = "hospital_site.errors.server_error"
