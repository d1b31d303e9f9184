"""“Did you mean …?”: the known form that is fewest letters away from what nobody knows.

Korean is compared by its jamo: a syllable of which one is wrong is one letter away.
"""

from operator import itemgetter

from hospital_site.search.words import compact, spellings

SHORTEST = 4  # letters or jamo: no word of one syllable


def suggestion_for(query, pages, vocabulary):
    """Return what may have been meant instead of `query`, or an empty string.

    Nothing is suggested for a term that is known, for a form that is only forbidden, because it means something else,
    and for words that some page holds.
    """
    whole = compact(query.typed)
    if whole in vocabulary.known or whole in vocabulary.only_forbidden or is_answered(query, pages):
        return ""
    if all_unknown := [group for group in query.groups if not group.entry]:
        if len(all_unknown) == len(query.groups) and (meant := nearest(query.typed, vocabulary)):
            return meant
        held = {group.typed for page in pages for group, score in zip(query.groups, page.scores, strict=True) if score}
        meant = {group.typed: nearest(group.typed, vocabulary) for group in all_unknown if group.typed not in held}
        if any(meant.values()):
            return " ".join(meant.get(group.typed) or group.typed for group in query.groups)
    return ""


def is_answered(query, pages):
    return bool(pages) and all(pages[0].scores)


def nearest(typed, vocabulary):
    """Return what is to be shown of the form that is nearest to what was `typed`, or `None` where none is near."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if compact(typed) in vocabulary.suggestions:
        return None
    found = []
    for letters in spellings(typed):
        most = allowed(letters)
        for length in range(len(letters) - most, len(letters) + most + 1) if most else ():
            some = vocabulary.spelt.get(length, {})
            found.append(process.extractOne(letters, some, scorer=OSA.distance, score_cutoff=most))
    _letters, _distance, (form, _number) = min(filter(None, found), key=itemgetter(1), default=(None, None, ("", 0)))
    return vocabulary.suggestions.get(compact(form))


def allowed(letters):
    """Return how many letters may be wrong in a word of this length."""
    return 0 if len(letters) < SHORTEST else min(3, 1 + len(letters) // 8)
