"""Users and groups in Django's admin, with scopes, second factors, and an audit entry for every change of rights."""

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hospital_site.staff import second_factor
from hospital_site.staff.authority import GrantForm, may_govern
from hospital_site.staff.grants import record_change, state_of
from hospital_site.staff.models import StaffScope
from hospital_site.staff.names import annotate_whole_names
from hospital_site.staff.passwords import recorded_change
from hospital_site.staff.roles import role_title
from hospital_site.staff.scopes import scope_choices, scope_of
from hospital_site.typed_fields import PersonNameField, Typed, TypedAdmin
from hospital_site.typed_text import whole_number


class ScopeForm(forms.ModelForm):
    page = forms.ChoiceField(label=_("hospital or center"), choices=scope_choices)


class ScopeInline(admin.StackedInline):
    model = StaffScope
    form = ScopeForm
    extra = 0

    def get_min_num(self, request, obj=None, **kwargs):
        """Returns 1 for whoever is limited themselves: the accounts that they make are limited, too."""
        return 1 if scope_of(request.user) and not request.user.is_superuser else 0

    def get_formset(self, request, obj=None, **kwargs):
        is_limited = self.get_min_num(request, obj) > 0
        return super().get_formset(request, obj, validate_min=is_limited, **kwargs)


class Audited(TypedAdmin):
    """Writes every change of rights into the audit log. Roles and rights are checkboxes, which need no JavaScript."""

    show_facets = admin.ShowFacets.NEVER
    audited_fields = []  # fields that open no page, but by which an account or a role is known

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, widget=forms.CheckboxSelectMultiple, **kwargs)
        if db_field.related_model is Permission:
            field.queryset = field.queryset.exclude(content_type__app_label__in=["account", "mfa"])  # open nothing here
        return field

    def get_form(self, request, obj=None, change=False, **kwargs):
        class Form(GrantForm, super().get_form(request, obj, change=change, **kwargs)):
            by = request.user

        return Form

    def save_model(self, request, obj, form, change):
        form.state_before = state_of(obj) if change else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        others = [name for name in form.changed_data if name in self.audited_fields]
        record_change(form.instance, form.state_before, state_of(form.instance), by=request.user, fields=others)

    def delete_model(self, request, obj):
        record_change(obj, state_of(obj), {}, by=request.user, deleted=True)
        super().delete_model(request, obj)

    def get_actions(self, request):
        return {}


class AccountNameField(Typed, UsernameField):
    pass


OWN_FIELDS = {"username": AccountNameField, "first_name": PersonNameField, "last_name": PersonNameField}

admin.site.unregister([User, Group, EmailAddress, Authenticator])


@admin.register(User)
class StaffAdmin(Audited, UserAdmin):
    inlines = [ScopeInline]
    list_display = [*UserAdmin.list_display, "second_factor"]
    search_fields = [*UserAdmin.search_fields, "last_name_first", "first_name_first"]
    readonly_fields = ["second_factor_and_its_end", "last_login", "date_joined"]
    audited_fields = ["username", "first_name", "last_name", "email"]
    fieldsets = [
        (None, {"fields": ["username", "password", "second_factor_and_its_end"]}),
        (_("Personal info"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Permissions"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("Permissions in addition to the roles"), {"fields": ["user_permissions"], "classes": ["collapse"]}),
        (_("Sign-in and registration"), {"fields": ["last_login", "date_joined"]}),
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in OWN_FIELDS:
            kwargs["form_class"] = OWN_FIELDS[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            field.label_from_instance = lambda group: role_title(group.name)
        return field

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, "is_superuser"]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or may_govern(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or may_govern(request.user, obj))

    def save_related(self, request, form, formsets, change):
        """Saves nothing where the account could now do more than whoever saves it, whatever was sent."""
        super().save_related(request, form, formsets, change)
        if not may_govern(request.user, form.instance):
            raise PermissionDenied

    def user_change_password(self, request, id, form_url=""):
        with transaction.atomic(), recorded_change(by=request.user, pk=whole_number(id)):
            return super().user_change_password(request, id, form_url)

    def get_queryset(self, request):
        return annotate_whole_names(second_factor.annotate_second_factor(super().get_queryset(request)))

    @admin.display(description=_("second factor"), ordering="has_second_factor")
    def second_factor(self, person):
        if person.has_second_factor:
            return format_html('<span class="chip in-sync">{}</span>', _("second factor set up"))
        return format_html('<span class="chip missing">{}</span>', _("no second factor"))

    @admin.display(description=_("second factor"))
    def second_factor_and_its_end(self, person):
        if not person.has_second_factor:
            return self.second_factor(person)
        address = reverse("admin:auth_user_second_factor", args=[person.pk])
        return format_html('{} <a href="{}">{}</a>', self.second_factor(person), address, _("Remove the second factor"))

    def get_deleted_objects(self, objs, request):
        """Leaves out the second factors, which are deleted with the person and have the names of a library."""
        shown, numbers, *hindrances = super().get_deleted_objects(objs, request)
        numbers.pop(Authenticator._meta.verbose_name_plural, None)
        return without_factors(shown), numbers, *hindrances

    def get_urls(self):
        name, view = "auth_user_second_factor", self.admin_site.admin_view(self.take_second_factor_away)
        return [path("<int:pk>/second-factor/", view, name=name), *super().get_urls()]

    def take_second_factor_away(self, request, pk):
        """Asks, then removes them. One’s own are removed on one’s own page, after a code."""
        person = get_object_or_404(self.get_queryset(request), pk=pk)
        if person == request.user:
            return redirect("mfa_index")
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        back = reverse("admin:auth_user_change", args=[pk])
        if request.method == "POST":
            second_factor.take_away(person, by=request.user)
            messages.success(request, _("The second factor is removed, and the person is signed out everywhere."))
            return redirect(back)
        context = {"title": _("Remove the second factor"), "person": person, "back": back, "opts": self.opts}
        return render(request, "admin/staff/second_factor.html", self.admin_site.each_context(request) | context)


def without_factors(rows):
    """Returns the nested list `rows` of what is deleted, without the lines about second factors."""
    line = f"{capfirst(Authenticator._meta.verbose_name)}: "
    nested = [without_factors(row) if isinstance(row, list) else row for row in rows]
    return [row for row in nested if row and (isinstance(row, list) or not row.startswith(line))]


@admin.register(Group)
class RoleAdmin(Audited, GroupAdmin):
    list_display = ["__str__", "called"]
    audited_fields = ["name"]

    @admin.display(description=_("role"))
    def called(self, group):
        return role_title(group.name)
