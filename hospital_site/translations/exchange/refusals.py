"""Why a file is not read."""

from django.utils.translation import gettext as _


class Unreadable(Exception):
    """Raised for a file of which nothing is taken; `sentence` says why, `line` where, if that is known."""

    def __init__(self, sentence, line=None):
        self.sentence, self.line = sentence, line
        super().__init__(str(self))

    def __str__(self):
        if not self.line:
            return str(self.sentence)
        return _("Line %(line)d: %(sentence)s") % {"line": self.line, "sentence": self.sentence}
