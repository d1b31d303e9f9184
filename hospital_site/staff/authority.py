"""Who may change whose account, and which rights they may give: never more than they have themselves."""

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital_site.staff.models import StaffScope
from hospital_site.staff.roles import role_title
from hospital_site.staff.scopes import pages_within, scope_of

NOT_YOURS = _("You can give only roles and rights that you have yourself. You do not have: %(names)s")


def names_of(permissions):
    """Returns the names, such as `auth.change_user`, of the queryset `permissions`."""
    found = permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in found}


def rights_of(user):
    """Returns the rights that `user` has been given, by roles or not, also while the account is closed."""
    return names_of(Permission.objects.filter(Q(user=user) | Q(group__user=user)))


def may_govern(by, person):
    """Returns whether `by` may change the account `person`, which may not do more than `by`, nor elsewhere.

    Whoever sets a password can sign in with it, so changing a more powerful account would be a way to its rights.
    """
    if by.is_superuser or person.pk is None:
        return True
    rights = rights_of(person)
    return not person.is_superuser and rights <= by.get_all_permissions() and (not rights or is_within(by, person))


def is_within(by, person):
    """Returns whether `person` is limited to pages within the scope of `by`, who may have none."""
    scope, theirs = scope_of(by), set(StaffScope.objects.filter(user=person).values_list("page", flat=True))
    return not scope or (bool(theirs) and pages_within(scope, theirs) == theirs)


class GrantForm:
    """A form of a user or a role: `by`, who fills it in, adds only roles and rights that they have."""

    by = None

    def refuse_to_give(self, name):
        before = set(getattr(self.instance, name).all()) if self.instance.pk else set()
        held = self.by.get_all_permissions()
        added = [given for given in self.cleaned_data[name] if given not in before]
        if missing := [title_of(given) for given in added if not rights_in(given) <= held]:
            self.add_error(name, ValidationError(NOT_YOURS, params={"names": ", ".join(missing)}))

    def clean(self):
        super().clean()
        if self.by.is_superuser:
            return self.cleaned_data
        for name in ("permissions", "user_permissions", "groups"):
            if name in self.cleaned_data:
                self.refuse_to_give(name)
        return self.cleaned_data


def rights_in(given):
    """Returns the rights that a role or a single right gives."""
    return names_of(given.permissions if isinstance(given, Group) else Permission.objects.filter(pk=given.pk))


def title_of(given):
    return str(role_title(given.name) if isinstance(given, Group) else given.name)
