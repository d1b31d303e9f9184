"""What a text that came back in a file is sorted into."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    NEW = "new", _("new translations")
    CONFIRMED = "confirmed", _("marked as still correct")
    SOURCE_CHANGED = "source_changed", _("source changed since the file was made")
    TEXT_CHANGED = "text_changed", _("translation changed since the file was made")
    FAULTY = "faulty", _("with a fault")
    UNKNOWN = "unknown", _("not known here")
    UNFINISHED = "unfinished", _("marked as not finished")
    UNCHANGED = "unchanged", _("unchanged")


CLEAN = frozenset({Kind.NEW, Kind.CONFIRMED})
TO_DECIDE = frozenset({Kind.SOURCE_CHANGED, Kind.TEXT_CHANGED, Kind.FAULTY})  # by somebody, in the queue
