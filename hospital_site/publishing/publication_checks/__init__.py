"""Publication checks: what is examined in a candidate before it becomes an edition.

An error keeps the page from being published; a confirmation does so until the publisher confirms that very finding; a
warning asks the publisher for a second look. Drafts may be incomplete: no check raises, and none keeps anybody from
saving.

There are two kinds of checks, both generators of `Finding`:

- a page check is called once, with the candidate and the list of its `Row`s, the page's own columns first;
- a row check is called with each `Row`.

`row.finding(ERROR, message, field, language)` makes a finding. A check reads the candidate, and editions where it must,
never the working rows. An app adds checks of pages to `publishing.registries` when it is ready, as `centers` does:

    class CentersConfig(AppConfig):
        def ready(self):
            PAGE_CHECKS.append("centers.publication_checks.missing_side_effects")
"""

from itertools import chain

from hospital_site.publishing import registries
from hospital_site.publishing.publication_checks.completeness import (
    empty_headings,
    missing_languages,
    stale_translations,
    taken_address,
)
from hospital_site.publishing.publication_checks.links import broken_links, different_links, insecure_websites
from hospital_site.publishing.publication_checks.plain_language import (
    advertising_claims,
    informal_sentences,
    long_sentences,
    unexplained_terms,
    words_to_avoid,
)
from hospital_site.publishing.publication_checks.quantities import different_quantities
from hospital_site.publishing.publication_checks.rows import (
    CONFIRMATION,
    ERROR,
    LEVELS,
    WARNING,
    Finding,
    own_texts,
    page_text,
    rows_in,
)

__all__ = [
    "CONFIRMATION",
    "ERROR",
    "WARNING",
    "Finding",
    "check_page",
    "check_withdrawal",
    "has_errors",
    "own_texts",
    "page_text",
]

PAGE_CHECKS = [taken_address, missing_languages, empty_headings, stale_translations, broken_links, unexplained_terms]
ROW_CHECKS = [
    different_quantities,
    different_links,
    insecure_websites,
    long_sentences,
    informal_sentences,
    words_to_avoid,
    advertising_claims,
]


def check_withdrawal(editions):
    """Return what has to be confirmed before the live `editions`, a page's and those below it, are withdrawn."""
    checks = registries.load(registries.WITHDRAWAL_CHECKS)
    return [finding for edition in editions for check in checks for finding in check(edition)]


def check_page(candidate):
    """Return the findings about `candidate`, errors first. A withdrawal has none."""
    if candidate.data is None:
        return []
    rows = list(rows_in(candidate))
    found = chain(
        *(check(candidate, rows) for check in [*PAGE_CHECKS, *registries.load(registries.PAGE_CHECKS)]),
        *(check(row) for row in rows for check in ROW_CHECKS),
    )
    return sorted(found, key=lambda finding: LEVELS.index(finding.level))


def has_errors(findings):
    return any(finding.level == ERROR for finding in findings)
