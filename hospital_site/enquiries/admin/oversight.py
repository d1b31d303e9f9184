"""The access log, its monthly check, and the requests about personal data."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries import actions
from hospital_site.enquiries.admin.access import ChoosesOwnHospital, extra_urls
from hospital_site.enquiries.models import AccessCheck, AccessRecord, RightsRequest
from hospital_site.enquiries.oversight import months_to_check, summarize_month
from hospital_site.enquiries.permissions import RIGHTS
from hospital_site.enquiries.resident_numbers import refuse_resident_number
from hospital_site.publishing.admin.pages import LanguagesSideBySide
from hospital_site.staff.admin.read_only import FindsPeople, ReadOnlyAdmin
from hospital_site.typed_fields import ProseField, TypedAdmin


class FindingForm(forms.Form):
    finding = ProseField(
        label=_("Result of the check"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_resident_number],
        help_text=_("For example: nothing unusual. Or: what was unusual, whom you asked, and what was done."),
    )


@admin.register(AccessRecord)
class AccessRecordAdmin(FindsPeople, ReadOnlyAdmin):
    people = ("account__in", "username")
    change_list_template = "admin/enquiries/access_log.html"
    list_display = ["at", "account", "address", "action", "reference", "hospital", "reason"]
    list_filter = ["action", "at"]
    list_select_related = ["hospital"]
    search_fields = ["account", "reference"]
    list_display_links = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_urls(self):
        return [*extra_urls(self, {"check/": self.check_view}), *super().get_urls()]

    def check_view(self, request):
        """The check of one month of one hospital, oldest first: a summary by account, and a form for the finding."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        waiting = months_to_check(request.user)
        asked = request.POST.get("month")
        chosen = next((one for one in waiting if asked in (None, one.key)), None)
        if request.method == "POST" and (asked is None or chosen is None):
            raise Http404
        form = FindingForm(request.POST or None)
        if chosen and form.is_valid():
            actions.check_access_log(
                chosen.hospital, chosen.month, by=request.user.get_username(), finding=form.cleaned_data["finding"]
            )
            self.message_user(request, _("Saved: this month has been checked."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:enquiries_accessrecord_check"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Monthly check of the access log"),
            "waiting": waiting,
            "chosen": chosen,
            "summary": summarize_month(chosen.hospital, chosen.month, request.user) if chosen else [],
            "form": form,
        }
        return render(request, "admin/enquiries/check.html", context)


@admin.register(AccessCheck)
class AccessCheckAdmin(ReadOnlyAdmin):
    list_display = ["month", "hospital", "at", "by", "finding"]
    list_select_related = ["hospital"]
    list_display_links = None

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)


class UnansweredFilter(admin.SimpleListFilter):
    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request, model_admin):
        return [("open", _("not answered yet"))]

    def queryset(self, request, asked):
        return asked.open() if self.value() else asked


@admin.register(RightsRequest)
class RightsRequestAdmin(ChoosesOwnHospital, TypedAdmin, admin.ModelAdmin):
    """Staff add only requests that are not answered at once; the actions on an enquiry add theirs."""

    list_display = ["asked_on", "right", "hospital", "reference", "due_on", "answered_on", "late"]
    list_filter = [UnansweredFilter, "right"]
    list_select_related = ["hospital"]
    fields = ["hospital", "right", "reference", "asked_on", "answered_on", "answer"]
    formfield_overrides = LanguagesSideBySide.formfield_overrides
    show_facets = admin.ShowFacets.NEVER

    def may_answer(self, request, obj=None):
        return request.user.is_active and request.user.has_perm(RIGHTS)

    has_view_permission = has_add_permission = has_change_permission = may_answer

    def has_module_permission(self, request):
        return self.may_answer(request)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def save_model(self, request, obj, form, change):
        obj.by = request.user.get_username()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("to be answered by"))
    def due_on(self, asked):
        return asked.due_on

    @admin.display(description=_("overdue"))
    def late(self, asked):
        return _("Yes") if asked.is_late else ""
