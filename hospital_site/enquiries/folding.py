"""One spelling of text for rules that look for numbers or compare names. What is stored is never folded."""

import unicodedata

DOT = "\u119e"  # the Korean vowel that people type as a middle dot, as NFKC leaves it
DASHES = {"\u1173", "\u30fc", "\u2212"}  # a Korean vowel, the long sound of Japanese, the minus sign
UNSEEN_LETTERS = {"\u115f", "\u1160", "\u17b4", "\u17b5", "\u2800"}  # fillers and the blank pattern of Braille
UNSEEN = {"Cf", "Mn", "Me"}  # zero width and bidi marks, variation selectors, the frame of a keycap


def normalize_text(text):
    """Return `text` in NFKC, with every digit of Unicode as 0 to 9, dashes as hyphens, and no sign that is not seen."""
    return "".join(map(fold_character, unicodedata.normalize("NFKC", text)))


def fold_character(character):
    if character.isascii():
        return character
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category == "Pd" or character in DASHES:
        return "-"
    if character == DOT:
        return "."
    return "" if character in UNSEEN_LETTERS or category in UNSEEN else character
