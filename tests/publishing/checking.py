"""Reading findings in English, for the tests of publication checks."""

from dataclasses import replace

from django.utils.translation import override

from centers.models import DiagnosticTest
from hospital_site.publishing.candidates import compose
from hospital_site.publishing.publication_checks import check_page
from hospital_site.publishing.publication_checks.rows import Row


def in_english(findings):
    """`[(level, field, language, message), …]`."""
    with override("en"):
        return [(finding.level, finding.field, finding.language, str(finding.message)) for finding in findings]


def compose_in_sync(page):
    """The candidate of the draft of `page`, as if every translation was up to date."""
    return replace(compose(page), stale=())


def check_draft(page):
    return check_page(compose_in_sync(page))


def about(page, field):
    """`[(level, language, message), …]` of one field of the draft of `page`."""
    found = in_english(check_draft(page))
    return [(level, language, message) for level, name, language, message in found if name == field]


def row_of(**columns):
    """A row of a diagnostic test, without a database."""
    return Row(DiagnosticTest, columns)


def levels_and_messages(check, **columns):
    """`[(level, message), …]` of one row check, or of one page check on a page that has these columns only."""
    return [(level, message) for level, _field, _language, message in in_english(check(row_of(**columns)))]
