"""The roles of staff, which are Django's groups: what they are called."""

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


def translator_role(code):
    """Returns the name of the group of those who translate into the language `code`."""
    return f"Translator ({code})"


# By the name that the migration gave the group. Apps above add the roles that they make in `AppConfig.ready`.
TITLES = {
    "Editor": _("Editor"),
    "Clinical reviewer": _("Clinical reviewer"),
    "Publisher": _("Publisher"),
    "Auditor": _("Auditor"),
    **{translator_role(code): format_lazy("{} · {}", _("Translator"), name) for code, name in settings.LANGUAGES},
}


def role_title(name):
    """Returns the name of a role in the active language."""
    return TITLES.get(name, name)
