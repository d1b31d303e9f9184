"""Staff and their rights: Django's own admin, with limits to a hospital or center, and every change in the log."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.audit import record
from hospital_site.publishing.models import AuditEntry, StaffLimit, page_models
from hospital_site.publishing.roles import role_title


class LimitForm(forms.ModelForm):
    page = forms.ChoiceField(label=_("hospital or center"), choices=lambda: list(limit_choices()))


def limit_choices():
    """All pages that have pages below them."""
    parents = {field.related_model for model in page_models() for field in map(model._meta.get_field, model.parents)}
    for model in page_models():
        if model in parents:
            yield str(model._meta.verbose_name_plural), [(page.key, str(page)) for page in model.objects.all()]


class LimitInline(admin.StackedInline):
    template = "admin/publishing/part.html"
    model = StaffLimit
    form = LimitForm
    extra = 0


class Audited:
    """Writes every change of rights into the log. Roles and rights are boxes to tick, which need no JavaScript."""

    show_facets = admin.ShowFacets.NEVER

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        return super().formfield_for_manytomany(db_field, request, widget=forms.CheckboxSelectMultiple, **kwargs)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        record(AuditEntry.Action.PERMISSION, by=request.user, reason=rights_of(form.instance)[:300])

    def delete_model(self, request, obj):
        record(AuditEntry.Action.PERMISSION, by=request.user, reason=f"- {rights_of(obj)}"[:300])
        super().delete_model(request, obj)

    def get_actions(self, request):
        return {}


def rights_of(holder):
    """A line such as `kim: active, staff; groups Editor; limits centers.center:2`."""
    if isinstance(holder, Group):
        return f"{holder}: {', '.join(holder.permissions.values_list('codename', flat=True))}"
    flags = [name for name in ("active", "staff", "superuser") if getattr(holder, f"is_{name}")]
    groups = ", ".join(holder.groups.values_list("name", flat=True))
    own = ", ".join(holder.user_permissions.values_list("codename", flat=True))
    limits = ", ".join(holder.limits.values_list("page", flat=True))
    return f"{holder}: {', '.join(flags)}; groups {groups}; own {own}; limits {limits}"


admin.site.unregister([User, Group])


@admin.register(User)
class StaffAdmin(Audited, UserAdmin):
    inlines = [LimitInline]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Personal info"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Permissions"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("Rights beside the roles"), {"fields": ["user_permissions"], "classes": ["collapse"]}),
        (_("Important dates"), {"fields": ["last_login", "date_joined"]}),
    ]

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            field.label_from_instance = lambda group: role_title(group.name)
        return field


@admin.register(Group)
class RoleAdmin(Audited, GroupAdmin):
    list_display = ["__str__", "called"]

    @admin.display(description=_("role"))
    def called(self, group):
        return role_title(group.name)
