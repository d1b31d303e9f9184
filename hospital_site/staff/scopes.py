"""The pages that a member of staff is limited to. Pages are known here by their keys only, such as `kind:5`."""

from hospital_site.staff.models import StaffScope

# Functions that return what can be chosen as a scope, as grouped choices of a form field; the apps above, which have
# pages, append theirs in `AppConfig.ready`.
SCOPE_CHOICES = []


def scope_choices():
    """Returns all pages that a person can be limited to, as `[(group, [(key, name), …]), …]`."""
    return [group for choices in SCOPE_CHOICES for group in choices()]


def scope_of(user):
    """Returns the keys of the pages that `user` is limited to; empty for somebody who works on all pages."""
    if not hasattr(user, "_scope"):
        user._scope = set(StaffScope.objects.filter(user=user).values_list("page", flat=True)) if user.pk else set()
    return user._scope


def scope_of_kind(user, kind):
    """Returns the primary keys of the pages of `kind` that `user` is limited to; empty when no such page is named."""
    return {int(key.rsplit(":", 1)[1]) for key in scope_of(user) if key.startswith(f"{kind}:")}
