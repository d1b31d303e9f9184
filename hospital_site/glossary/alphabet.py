"""The order of an index: by initial consonant where a name begins with a Korean syllable, else by letter."""

import unicodedata
from itertools import groupby

FIRST_SYLLABLE, LAST_SYLLABLE = "\uac00", "\ud7a3"
SYLLABLES_OF_AN_INITIAL = 588
PLAIN_INITIALS = [0, 0, 2, 3, 3, 5, 6, 7, 7, 9, 9, 11, 12, 12, 14, 15, 16, 17, 18]  # doubled ones stand with the plain
NUMBERS = "0–9"


def letter_of(name):
    """Return under which heading of an index `name` stands: `tumor` → `T`, `5-HIAA` → `0–9`.

    Of a Korean name it is the first syllable that begins with the same consonant.
    """
    first = unicodedata.normalize("NFC", name.strip())[:1]
    if FIRST_SYLLABLE <= first <= LAST_SYLLABLE:
        initial = PLAIN_INITIALS[(ord(first) - ord(FIRST_SYLLABLE)) // SYLLABLES_OF_AN_INITIAL]
        return chr(ord(FIRST_SYLLABLE) + initial * SYLLABLES_OF_AN_INITIAL)
    plain = unicodedata.normalize("NFD", first)[:1].upper()
    return plain if plain.isalpha() else NUMBERS


def order_of(name):
    """Return the key that sorts `name`: Korean syllables first, then letters, then numbers."""
    letter = letter_of(name)
    script = 2 if letter == NUMBERS else int(letter < FIRST_SYLLABLE)
    folded = unicodedata.normalize("NFC" if script == 0 else "NFKD", name).casefold()
    return script, letter if script else "", folded


def by_letter(pages):
    """Return `[(heading, pages), …]`: the `pages` by their names, each under its heading."""
    found = sorted(pages, key=lambda page: order_of(str(page)))
    return [(letter, list(some)) for letter, some in groupby(found, key=lambda page: letter_of(str(page)))]
