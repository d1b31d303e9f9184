"""Reads a file that somebody sends: recognizes its format, and says in a sentence what keeps it from being read."""

from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from hospital_site.translations.exchange import po, table, xliff_reading
from hospital_site.translations.exchange.content import Content
from hospital_site.translations.exchange.refusals import Unreadable

MOST_TEXTS = 50_000


class Texts:
    """The texts of a file, which is read anew whenever they are asked for."""

    def __init__(self, make):
        self.make = make

    def __iter__(self):
        return (returned for returned in self.make() if returned.source or returned.pieces)


def read(file):
    """Return `(Head, Texts)` of a file or of bytes, or raise `Unreadable`: of such a file nothing is taken."""
    content = Content(file)
    start = next(content.blocks())
    if start.lstrip().startswith("<"):
        head, make = xliff_reading.read(content)
    elif any(line.startswith("msgid ") for line in start.split("\n")):
        head, make = po.read(content)
    elif start.strip():
        head, make = table.read(content)
    else:
        raise Unreadable(_("The file is empty."))
    texts = Texts(make)
    for number, returned in enumerate(texts, start=1):
        if number > MOST_TEXTS:
            sentence = _("The file has more than %(number)d texts: send it in parts.") % {"number": MOST_TEXTS}
            raise Unreadable(sentence, returned.line)
    return head._replace(language=of_site(head.language)), texts


def of_site(language):
    """Return the language of this site that `language` is or, as `en-US` of `en`, is a variant of."""
    try:
        return get_supported_language_variant(language.lower())
    except LookupError:
        return language
