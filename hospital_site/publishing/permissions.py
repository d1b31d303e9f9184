"""The permissions on pages and their editions."""

from django.conf import settings

PUBLISH = "publishing.publish_edition"
SIGN_OFF = "publishing.sign_off"
STRUCTURE = "publishing.write_structure"


def languages_of(user):
    """Returns the codes of the languages whose texts `user` may write."""
    return [code for code in dict(settings.LANGUAGES) if user.has_perm(f"publishing.write_{code}")]
