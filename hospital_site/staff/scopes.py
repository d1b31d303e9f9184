"""The pages that a member of staff is limited to. Pages are known here by their keys only, such as `kind:5`."""

from hospital_site.staff.models import StaffScope

# Functions that return what can be chosen as a scope, as grouped choices of a form field; the apps above, which have
# pages, append theirs in `AppConfig.ready`.
SCOPE_CHOICES = []

# Functions that yield, for a scope, querysets of the keys of all pages within it; the apps above append theirs, too.
KEYS_WITHIN = []


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


def keys_within(scope):
    """Returns querysets of the keys of all pages that are, or stand below, those whose keys are in `scope`."""
    return [keys for keys_of in KEYS_WITHIN for keys in keys_of(scope)]


def accounts_within(scope):
    """Returns the primary keys of the users who are limited to pages within `scope`."""
    limits = list(StaffScope.objects.values_list("user", "page"))
    inside = pages_within(scope, {page for _user, page in limits})
    return {user for user, _page in limits} - {user for user, page in limits if page not in inside}


def pages_within(scope, pages):
    """Returns those of the keys `pages` that are, or stand below, those in `scope`."""
    return {key for keys in keys_within(scope) for key in keys.filter(edition_key__in=pages)}
