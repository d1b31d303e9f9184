"""What apps above add to publishing in `AppConfig.ready`: dotted paths, so that whoever only reads pages loads none."""

from django.utils.module_loading import import_string

PAGE_CHECKS = []  # generators of findings about a candidate and its rows (`publication_checks`)
WITHDRAWAL_CHECKS = []  # generators of confirmations about an edition that patients would no longer read
AFTER_ISSUE = []  # functions of an edition, called in the transaction that issues it


def load(registry):
    """Return the functions of `registry`; one that is a function already stays as it is."""
    return [import_string(one) if isinstance(one, str) else one for one in registry]
