"""What counts as the correction of a typing error, over which a clinician's signature may be kept."""

import re
import unicodedata
from itertools import takewhile

from hospital_site.publishing.models import SignOff
from hospital_site.typed_text import clean_text

MOST_LETTERS = 2
NUMBER = re.compile(r"[-+−±<>≤≥~]?\s?\d(?:[\d.,:/]*\d)?\s?%?")


def is_minor_edit(before, after, code, most=MOST_LETTERS):
    """Do the texts in the language `code` differ by white space, punctuation or at most two letters, and by no number?

    `most` is another number of letters.

    `before` and `after` are the content of two editions. A Korean syllable is one letter. A text or row that was added,
    removed or moved is no minor edit.
    """
    old, new = texts_by_place(before, f"_{code}"), texts_by_place(after, f"_{code}")
    if old.keys() != new.keys():
        return False
    pairs = [(old[place], new[place]) for place in old if old[place] != new[place]]
    if any(not a or not b or numbers(a) != numbers(b) for a, b in pairs):
        return False
    return changed_letters(pairs) <= most


def texts_by_place(data, ending):
    """`{("areas", 0, 7, "name_ko"): "…", …}`: the texts that a signature covers, rows by place and identity."""
    texts = {}
    for name, value in data.items():
        if isinstance(value, list):
            for number, row in enumerate(value):
                place = name, number, row.get("id")
                texts |= {(*place, *rest): text for rest, text in texts_by_place(row, ending).items()}
        elif name.endswith(ending) and not name.startswith("source_"):
            texts[name,] = clean_text(value or "")
    return texts


def numbers(text):
    """The numbers in `text` with their signs, and every single digit as it is written."""
    quantities = NUMBER.findall(unicodedata.normalize("NFKC", text))
    return ["".join(number.split()) for number in quantities], [letter for letter in text if letter.isnumeric()]


def changed_letters(pairs):
    return sum(distance(letters(old), letters(new)) for old, new in pairs)


def letters(text):
    """Everything but white space and punctuation. Signs that change a meaning, such as `%` or `±`, count as letters."""
    return [letter for letter in text if letter in "%‰" or unicodedata.category(letter)[0] not in "ZPC"]


def distance(old, new, most=MOST_LETTERS):
    """How many letters were changed, added or removed; more than `most` are not counted further, in linear time."""
    same = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    old, new = old[same:], new[same:]
    if not (old and new) or not most:
        return max(len(old), len(new)) if most else bool(old or new)
    return 1 + min(
        distance(old[1:], new[1:], most - 1), distance(old[1:], new, most - 1), distance(old, new[1:], most - 1)
    )


# ── Which of them a clinical reviewer has to confirm ──────────────────────────────────────────────────────────────────


def unconfirmed_minor_edits(page):
    """`[(edition, code, earlier edition), …]`: live and scheduled texts whose minor edit nobody has confirmed yet."""
    editions = [*page.editions().live(), *page.editions().scheduled()]
    waiting = [(e, code) for e in editions for code in e.minor_in if not is_signed(e, code)]
    return [(e, code, earlier) for e, code in waiting if (earlier := signed_edition_before(e, code))]


def is_signed(edition, code):
    return SignOff.objects.filter(page=edition.page, language=code, digest=edition.language_digests[code]).exists()


def signature_before(edition, code):
    """The signature that the text before `edition` bears, or `None`."""
    earlier = signed_edition_before(edition, code)
    signed = SignOff.objects.filter(page=edition.page, language=code)
    return signed.filter(digest=earlier.language_digests[code]).last() if earlier else None


def signed_edition_before(edition, code):
    """The edition that patients saw when `edition` was issued, if its text in the language `code` is signed."""
    earlier = type(edition).objects.with_content().filter(page=edition.page, number__lt=edition.number)
    seen = earlier.filter(cancelled_at=None, live_from__lte=edition.issued_at).order_by("live_from", "number").last()
    return seen if seen and code in seen.language_digests and is_signed(seen, code) else None
