"""What is to be said of a text of a file, in every language of the site: whoever reads it may read another one."""

from django.conf import settings
from django.utils.translation import get_language, override


def in_every_language(sentences):
    """Return `{language: [sentence, …]}` of what the function `sentences` yields, empty where it yields nothing."""
    found = {}
    for code in dict(settings.LANGUAGES):
        with override(code):
            found[code] = [str(sentence) for sentence in sentences()]
        if not found[code]:
            return {}
    return found


def in_reader_language(remarks):
    if isinstance(remarks, list):  # as the first files were kept
        return remarks
    return remarks.get(get_language()) or next(iter(remarks.values()), [])
