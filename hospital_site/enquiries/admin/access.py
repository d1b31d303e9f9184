"""Rules of all admin pages with personal data: permissions, the access log, and headers against storing."""

from django.urls import path

from hospital_site.enquiries import actions
from hospital_site.enquiries.forms import FORMS, describe_answers
from hospital_site.enquiries.models import DataController, Enquiry
from hospital_site.enquiries.scopes import hospitals_of
from hospital_site.enquiries.sealing import Unreadable
from hospital_site.staff.network import client_ip


def visible_enquiries(request):
    """Return the enquiries that this person may see from their network."""
    return Enquiry.objects.visible_to(request.user).reachable_from(client_ip(request))


def describe(enquiry):
    """Return `[(label, text)]` of the answers, or the sentence that they cannot be read in their place."""
    try:
        return describe_answers(FORMS[enquiry.kind], enquiry.answers or {})
    except Unreadable as problem:
        return [(Enquiry._meta.get_field("answers").verbose_name, str(problem))]


def actor_of(request):
    """Return who acts and from which address, as keyword arguments of the actions."""
    return {"by": request.user.get_username(), "address": client_ip(request)}


def log(request, action, enquiry=None, **details):
    """Add to the access log; called before anything is shown."""
    actions.record_access(action, **actor_of(request), enquiry=enquiry, **details)


def log_all(request, action, enquiries, **details):
    """Add an entry for each of `enquiries` to the access log; called before anything is shown."""
    actions.record_accesses(action, **actor_of(request), enquiries=enquiries, **details)


class OfOwnHospitals:
    """A mixin of admin classes whose rows belong to a hospital: a person is shown those of their hospitals only."""

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(hospital__in=hospitals_of(request.user))


class ChoosesOwnHospital:
    """A mixin of admin classes whose form asks for a hospital: of those that receive forms, the person’s own."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "hospital":
            field.queryset = field.queryset.filter(pk__in=DataController.objects.values("hospital"))
            if not request.user.is_superuser:
                field.queryset = field.queryset.filter(pk__in=hospitals_of(request.user))
        return field


def forbid_storing(response):
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"
    return response


def extra_urls(model_admin, views):
    """Return URL patterns of further pages: `{"<int:pk>/print/": view}` is named `admin:enquiries_enquiry_print`."""
    opts = model_admin.opts
    return [
        path(
            address,
            model_admin.admin_site.admin_view(view),
            name=f"{opts.app_label}_{opts.model_name}_{address.rstrip('/').rpartition('/')[2]}",
        )
        for address, view in views.items()
    ]
