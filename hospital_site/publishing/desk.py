"""The admin's front page: what waits for each person, as numbers that lead to the lists."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.models import Edition, page_at, page_models
from hospital_site.publishing.models.pages import desk_conditions
from hospital_site.publishing.roles import limits_of, visible

TITLES = {
    "waiting": _("drafts waiting"),
    "submitted": _("submitted for publishing"),
    "scheduled": _("scheduled"),
    "missing": _("translations missing"),
    "stale": _("translations to check"),
    "review_due": _("reviews due within 30 days"),
    "overdue": _("reviews overdue"),
    "unsigned": _("text without clinical review"),
}


class Desk(AdminSite):
    def each_context(self, request):
        return super().each_context(request) | {"four_eyes": settings.FOUR_EYES}

    def index(self, request, extra_context=None):
        return super().index(request, {"desk": desk_of(request), "coming": coming(request), **(extra_context or {})})


def desk_of(request):
    """Rows of the desk: (plural name of the kind of page, its list, [(title, number, list)]). One query a kind."""
    rows = []
    for model in page_models():
        opts = model._meta
        if not request.user.has_perm(f"{opts.app_label}.view_{opts.model_name}"):
            continue
        address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        pages = visible(model.objects.with_state(), request.user)
        counted = {name: Count("pk", filter=condition) for name, condition in desk_conditions().items()}
        counts = pages.aggregate(**counted)
        cells = [(title, counts[name], f"{address}?desk={name}") for name, title in TITLES.items()]
        rows.append((opts.verbose_name_plural, address, cells))
    return rows


def coming(request):
    """What goes out at its hour, the next first: (edition, page). Limited to what the person may see."""
    limits = limits_of(request.user)
    editions = Edition.objects.scheduled().order_by("live_from")
    if limits and not request.user.is_superuser:
        editions = [e for e in editions if limits & {e.page, *e.ancestors}]
    return [(edition, page_at(edition.page)) for edition in editions[:20]]
