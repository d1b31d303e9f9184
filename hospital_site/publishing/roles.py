"""What a person may do, and where."""

from django.conf import settings

from hospital_site.publishing.models import StaffLimit

PUBLISH = "publishing.publish_edition"
SIGN_OFF = "publishing.sign_off"
STRUCTURE = "publishing.write_structure"
READ_LOG = "publishing.view_auditentry"


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
