"""Users and groups in Django's admin, with scopes, second factors, and an audit entry for every change of rights."""

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hospital_site.staff import second_factor
from hospital_site.staff.audit import record
from hospital_site.staff.models import AuditEntry, StaffScope
from hospital_site.staff.names import annotate_whole_names
from hospital_site.staff.roles import role_title
from hospital_site.staff.scopes import scope_choices
from hospital_site.typed_fields import PersonNameField, Typed, TypedAdmin


class ScopeForm(forms.ModelForm):
    page = forms.ChoiceField(label=_("hospital or center"), choices=scope_choices)


class ScopeInline(admin.StackedInline):
    model = StaffScope
    form = ScopeForm
    extra = 0


class Audited(TypedAdmin):
    """Writes every change of rights into the audit log. Roles and rights are checkboxes, which need no JavaScript."""

    show_facets = admin.ShowFacets.NEVER

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, widget=forms.CheckboxSelectMultiple, **kwargs)
        if db_field.related_model is Permission:
            field.queryset = field.queryset.exclude(content_type__app_label__in=["account", "mfa"])  # open nothing here
        return field

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        record(AuditEntry.Action.PERMISSION, by=request.user, reason=rights_of(form.instance)[:300])

    def delete_model(self, request, obj):
        record(AuditEntry.Action.PERMISSION, by=request.user, reason=f"- {rights_of(obj)}"[:300])
        super().delete_model(request, obj)

    def get_actions(self, request):
        return {}


def rights_of(holder):
    """Returns a line such as `kim: active, staff; groups Editor; scope centers.center:2`."""
    if isinstance(holder, Group):
        return f"{holder}: {', '.join(holder.permissions.values_list('codename', flat=True))}"
    flags = [name for name in ("active", "staff", "superuser") if getattr(holder, f"is_{name}")]
    groups = ", ".join(holder.groups.values_list("name", flat=True))
    own = ", ".join(holder.user_permissions.values_list("codename", flat=True))
    scope = ", ".join(holder.scopes.values_list("page", flat=True))
    return f"{holder}: {', '.join(flags)}; groups {groups}; own {own}; scope {scope}"


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
        is_above = person.is_superuser and not request.user.is_superuser
        if person == request.user:
            return redirect("mfa_index")
        if is_above or not self.has_change_permission(request, person):
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

    @admin.display(description=_("role"))
    def called(self, group):
        return role_title(group.name)
