"""What a person may do, and where."""

from django.conf import settings
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.models import StaffLimit, page_at

PUBLISH = "publishing.publish_edition"
SIGN_OFF = "publishing.sign_off"
STRUCTURE = "publishing.write_structure"
READ_LOG = "publishing.view_auditentry"

TITLES = {
    "Editor": _("Editor"),
    "Clinical reviewer": _("Clinical reviewer"),
    "Publisher": _("Publisher"),
    "Auditor": _("Auditor"),
    **{f"Translator ({code})": format_lazy("{} · {}", _("Translator"), name) for code, name in settings.LANGUAGES},
}


def role_title(name):
    """The name of a role, as the migration wrote it, in the reader's language."""
    return TITLES.get(name, name)


def languages_of(user):
    """The languages whose texts `user` may write."""
    return [code for code in dict(settings.LANGUAGES) if user.has_perm(f"publishing.write_{code}")]


def limits_of(user):
    """The pages that `user` is limited to, by key; empty for somebody who works on all."""
    if not hasattr(user, "_limits"):
        user._limits = set(StaffLimit.objects.filter(user=user).values_list("page", flat=True)) if user.pk else set()
    return user._limits


def hospitals_of(user):
    """The primary keys of the hospitals that `user` is limited to; empty when no hospital is named."""
    return {int(key.rsplit(":", 1)[1]) for key in limits_of(user) if key.startswith("centers.hospital:")}


def visible(pages, user):
    """The rows of the queryset `pages` that `user` may see and work on."""
    limits = limits_of(user)
    return pages.within(limits) if limits and not user.is_superuser else pages


def may_see(user, page):
    return visible(type(page).objects.filter(pk=page.pk), user).exists()


def may_choose(pages, user):
    """Those of the queryset `pages` that `user` may put pages under: what they may see, and what is above it."""
    limits = limits_of(user)
    if not limits or user.is_superuser:
        return pages
    above = [page for key in limits if (limit := page_at(key)) for page in limit.ancestors()]
    seen = visible(pages.model.objects.all(), user).values("pk")
    return pages.filter(Q(pk__in=seen) | Q(pk__in=[page.pk for page in above if type(page) is pages.model]))


def may_add(user, model):
    """May `user`, as far as their limits go, make pages of kind `model`? Only below a page that they work on."""
    limited_to = {key.partition(":")[0] for key in limits_of(user)}
    return not limited_to or user.is_superuser or bool(limited_to & set(kinds_above(model)))


def kinds_above(model):
    """The kinds of all pages that may stand above a page of kind `model`."""
    for name in model.parents:
        above = model._meta.get_field(name).related_model
        yield above.page_kind()
        yield from kinds_above(above)


def would_be_within(user, page):
    """Does `page`, which need not be saved yet, stand where `user` works?"""
    limits = limits_of(user)
    return not limits or user.is_superuser or bool(limits & {above.key for above in [*page.ancestors(), page]})
