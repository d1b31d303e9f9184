"""What is checked before pages of this app are published, besides what is checked on every page."""

import re
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from centers.models import Treatment
from hospital_site.publishing.publication_checks import WARNING, page_text
from hospital_site.yaml_files import read_yaml


@cache
def words():
    """Return `{"side_effects": {language: pattern, …}}`."""
    return read_yaml(Path(__file__).with_name("publication_checks.yaml"))


def missing_side_effects(candidate, rows):
    """Find the languages in which a treatment has texts, but none about its side effects."""
    if not issubclass(candidate.model, Treatment):
        return
    for code, pattern in words()["side_effects"].items():
        text = page_text(rows, code)
        if text and not re.search(pattern, text, re.IGNORECASE):
            yield rows[0].finding(WARNING, SIDE_EFFECTS, "explanation", code)


SIDE_EFFECTS = _(
    "Say which side effects this treatment can have. Advertising that leaves out serious side effects is forbidden. "
    "(Medical Service Act, Article 56(2)7)"
)
