"""A check that the numbers, amounts and telephone numbers of a text are the same in every language.

Telephone numbers, also those for emergencies, and amounts with a unit (mg, %, °C, won) that one language lacks are
errors, amounts only where `quantities.yaml` says how both languages write units. Other numbers are written in too many
ways to be sure (stage III, twenty years, noon), so what differs among them is a warning.
"""

from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.publication_checks.quantity_reader import knows_units, quantities_in
from hospital_site.publishing.publication_checks.rows import ERROR, WARNING, with_language


def different_quantities(row):
    for name in row.names:
        texts = row.texts(name)
        first, *others = texts or [None]
        for code in others:
            if message := difference_of(texts[code], code, texts[first], first):
                yield row.finding(*message, name, code)


def difference_of(text, code, other, other_code):
    """Return `(level, message)` where the numbers of `text` are not those of `other`, the same in another language."""
    here, there = quantities_in(text, code), quantities_in(other, other_code)
    only_here, only_there = unmatched(here, there), unmatched(there, here)
    if not only_here and not only_there:
        return None
    lost = [*lost_in(there, only_here), *lost_in(here, only_there)]
    is_certain = any(one.is_telephone or (knows_units(code) and knows_units(other_code)) for one in lost)
    level, sentence = (ERROR, NUMBERS_DIFFER) if is_certain else (WARNING, NUMBERS_MAY_DIFFER)
    return level, with_language(other_code, sentence, here=listed(only_here), there=listed(only_there))


NUMBERS_DIFFER = _(
    "The numbers are not the same as in the other text ({language}). Only here: {here}. Only there: {there}."
)
NUMBERS_MAY_DIFFER = _("Compare the numbers with the other text ({language}). Only here: {here}. Only there: {there}.")


def listed(quantities):
    return ", ".join(quantity.written for quantity in quantities) or "–"


def unmatched(ours, theirs):
    """Return the quantities that `ours` has in digits and `theirs` has not, or not as often."""
    available, missing = theirs.readings(), []
    for quantity in ours.in_digits:
        match = next((reading for reading in quantity.readings if available[reading]), None)
        if match:
            available[match] -= 1
        elif theirs.in_letters.isdisjoint(quantity.readings):
            missing.append(quantity)
    return missing


def lost_in(theirs, quantities):
    """Return which of `quantities` are exact and nowhere in `theirs`. What is only said less often is not lost."""
    known = theirs.readings()
    return [q for q in quantities if q.is_exact and not any(known[reading] for reading in q.readings)]
