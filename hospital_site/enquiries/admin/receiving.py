"""Receiving hospitals, public holidays, and read-only lists of mail, notices, consent texts and monthly counts."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries import notices, outbox
from hospital_site.enquiries.admin.access import ChoosesOwnHospital, OfOwnHospitals, visible_enquiries
from hospital_site.enquiries.forms import LONGEST_LEAD
from hospital_site.enquiries.models import (
    ConsentText,
    DataController,
    Holiday,
    MonthlyCount,
    Notification,
    PrivacyNotice,
)
from hospital_site.enquiries.scopes import hospitals_of
from hospital_site.publishing.admin.pages import LanguagesSideBySide
from hospital_site.staff.admin.read_only import ReadOnlyAdmin
from hospital_site.staff.network import client_ip
from hospital_site.typed_fields import TypedAdmin


class DataControllerForm(forms.ModelForm):
    address = ""  # from which the record is being changed
    contact_languages = forms.MultipleChoiceField(
        label=capfirst(DataController._meta.get_field("contact_languages").verbose_name),
        help_text=DataController._meta.get_field("contact_languages").help_text,
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_networks(self):
        """Refuse networks that exclude the address from which they are entered."""
        networks = self.cleaned_data["networks"]
        if not DataController(networks=networks).is_reachable_from(self.address):
            raise forms.ValidationError(
                _("You would lock yourself out: your own address is not in these networks (%(address)s)."),
                params={"address": self.address},
            )
        return networks


@admin.register(DataController)
class DataControllerAdmin(OfOwnHospitals, LanguagesSideBySide, admin.ModelAdmin):
    form = DataControllerForm
    list_display = ["hospital", "receives_appointments", "receives_requests", "telephone"]
    list_select_related = ["hospital"]
    sections = [
        (_("What is received"), ["hospital", "receives_appointments", "receives_requests"]),
        (
            _("How the hospital is reached"),
            ["telephone", "appointment_mail", "request_mail", "sender"],
        ),
        (_("Where enquiries may be opened from"), ["networks"]),
        (
            _("What patients are promised"),
            ["contact_languages", "answer_days", "first_contact_days", "reply_days", "promises_no_disadvantage"],
        ),
        (
            _("How long it is kept"),
            ["appointment_days", "unclosed_days", "request_years", "request_days", "stub_years"],
        ),
        (_("Privacy notice"), ["basis", "officer", "officer_telephone", "officer_mail", "contractors", "abroad"]),
    ]

    def may_write(self, user, db_field):
        """All fields are writable for whoever may change the record: nobody else translates it."""
        return True

    def get_form(self, request, obj=None, **options):
        form = super().get_form(request, obj, **options)
        form.address = client_ip(request)
        return form

    def get_readonly_fields(self, request, obj=None):
        return ["hospital"] if obj else []

    def has_change_permission(self, request, obj=None):
        """Changes are allowed only from the networks of the record."""
        is_inside = obj is None or obj.is_reachable_from(client_ip(request))
        return is_inside and super().has_change_permission(request, obj)

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        outbox.redirect_unsent(obj)
        notice = notices.issue_privacy_notice(obj, by=request.user.get_username())
        if notice:
            issued = _("The privacy notice now has version %(number)s.") % {"number": notice.number}
            self.message_user(request, issued, messages.INFO)


@admin.register(Holiday)
class HolidayAdmin(ChoosesOwnHospital, TypedAdmin, admin.ModelAdmin):
    """Holidays of all hospitals are changed by administrators; everybody else says what their own hospital does."""

    list_display = ["day", "weekday", "name", "where", "is_free"]
    list_select_related = ["hospital"]
    fields = ["hospital", "day", "name", "is_free"]
    formfield_overrides = LanguagesSideBySide.formfield_overrides

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if not request.user.is_superuser:
            field.required, field.initial = True, field.queryset.first()
        return field

    def is_own(self, request, holiday):
        return holiday is None or request.user.is_superuser or holiday.hospital_id in hospitals_of(request.user)

    def has_change_permission(self, request, obj=None):
        return self.is_own(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self.is_own(request, obj) and super().has_delete_permission(request, obj)

    @admin.display(description=_("hospital"), ordering="hospital")
    def where(self, holiday):
        return holiday.hospital or _("all hospitals")

    @admin.display(description=_("day of the week"))
    def weekday(self, holiday):
        return date_format(holiday.day, "l")

    def changelist_view(self, request, extra_context=None):
        """Warn when patients can ask for days after the last holiday in the table."""
        last = Holiday.objects.filter(hospital=None).last()
        if last is None or last.day < timezone.localdate() + timedelta(days=LONGEST_LEAD):
            missing = _("This table ends before the days that patients can ask for. Run the command load_holidays.")
            self.message_user(request, missing, messages.WARNING)
        return super().changelist_view(request, extra_context)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ["enquiry", "created_at", "tries", "sent_at", "next_try_at", "problem"]
    list_select_related = ["enquiry"]
    list_display_links = None

    def get_queryset(self, request):
        return super().get_queryset(request).filter(enquiry__in=visible_enquiries(request))


@admin.register(PrivacyNotice)
class PrivacyNoticeAdmin(OfOwnHospitals, ReadOnlyAdmin):
    list_display = ["hospital", "number", "issued_at", "issued_by"]
    list_select_related = ["hospital"]


@admin.register(ConsentText)
class ConsentTextAdmin(OfOwnHospitals, ReadOnlyAdmin):
    list_display = ["hospital", "kind", "key", "language", "first_shown_at"]
    list_select_related = ["hospital"]


@admin.register(MonthlyCount)
class MonthlyCountAdmin(OfOwnHospitals, ReadOnlyAdmin):
    list_display = ["month", "hospital", "kind", "number"]
    list_select_related = ["hospital"]
