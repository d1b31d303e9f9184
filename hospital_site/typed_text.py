"""One door for everything that people type or paste: every form field and every import cleans its text here.

Cleaning changes how a text is stored, never what a person reads: `clean_text` for texts, `clean_line` for single lines,
`clean_name` for names of people, and `clean_prose` for staff's texts, which also turns pasted lists and tables into the
site's own format. Each is idempotent.
"""

import re
import unicodedata
from itertools import groupby

LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0]")  # empty signs that are no space
INVISIBLE = re.compile(  # the last line has fillers of Korean syllables that fill nothing
    "[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters without NUL, which forms refuse
    "\u00ad\u034f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]"
    "|\u115f\u1160(?![\u11a8-\u11ff])|\u115f(?![\u1160-\u11a7])|(?<![\u1100-\u115f])\u1160(?![\u11a8-\u11ff])"
)
JOINERS = re.compile("[\u200c\u200d]+")  # zero width non-joiner and joiner
JOINED_SCRIPTS = re.compile("[\u0600-\u109f\u1700-\u18af\u1a00-\u1cff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc]")
VIRAMA = 9  # the combining class of the sign that removes an Indian letter's vowel
HEH = "\u0647"  # its initial form, made by a joiner, abbreviates the Islamic calendar

UNCLEAN = re.compile(  # whether a text has any of the signs above
    "[\x01-\x08\x0b-\x1f\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]"
)

QUOTES = re.compile("['`´‘‛′‵＇｀\u02bc]|(?<=\\w) \u0301(?=\\w)")  # the last is what NFKC makes of ´

BULLETS = "•·∙‧\u318d・●▪◦‣⁃\uf0b7"
SPACED_BULLETS = "○■◆◇▶▷►➢➤–*\uf0a7\uf0d8"  # are bullets only with a space behind them
PASTED = re.compile(rf"[\t{BULLETS}{SPACED_BULLETS}]")
BULLETED = re.compile(rf"[ \t]*(?:[{BULLETS}][ \t]*|[{SPACED_BULLETS}][ \t]+)(?=\S)")
CROSSED = re.compile("^[ \t]*[×✕✗xX][ \t]", re.MULTILINE)  # beside a cross, a circle means yes
ITEM = re.compile(rf"{BULLETED.pattern}|[ \t]*- +(?=\S)")
NUMBERED = re.compile(r"^([ \t]*\(?\w{1,3}[.)])\t+", re.MULTILINE)
CELL_END = re.compile(r"(?<=\S) *\t[\t ]*(?=\S)")

WHOLE_NUMBER = re.compile("[0-9]{1,18}")  # what a column for numbers can hold


def whole_number(text):
    """Return the whole number that `text` is in plain digits, or `None`, also where no row could have it."""
    return int(text) if WHOLE_NUMBER.fullmatch(text) else None


def clean_text(text):
    """Return `text` in NFC without invisible signs, with one kind of space and of line end.

    Joiners stay between letters of scripts that need them, and between pictures.
    """
    if not UNCLEAN.search(text) and unicodedata.is_normalized("NFC", text):
        return text
    text = unicodedata.normalize("NFC", LINE_ENDS.sub("\n", text))
    text, before = INVISIBLE.sub("", BLANKS.sub(" ", text)), ""
    while text != before:  # marks change places when what stood between them is gone, and joiners have other neighbors
        text, before = JOINERS.sub(needed_joiner, unicodedata.normalize("NFC", text)), text
    return text


def needed_joiner(found):
    """Return one joiner where the signs around it need it, else an empty text."""
    text, start, end = found.string, found.start(), found.end()
    before, after = text[start - 1 : start], text[end : end + 1]
    joiner = found[0][0]
    is_after_letter, is_before_letter = is_joined(before), is_joined(after)
    if is_after_letter and is_before_letter:
        return joiner
    if joiner == "\u200d" and is_after_letter and (before == HEH or unicodedata.combining(before) == VIRAMA):
        return joiner
    return joiner if joiner == "\u200d" and is_picture(before) and is_picture(after) else ""


def is_joined(letter):
    return bool(letter and JOINED_SCRIPTS.match(letter)) and unicodedata.category(letter)[0] in "LM"


def is_picture(sign):
    return bool(sign) and (sign == "\ufe0f" or unicodedata.category(sign) in ("So", "Sk"))


def clean_line(text):
    """Return `text` cleaned, on one line."""
    return re.sub(r"[\n\t]+", " ", clean_text(text))


def clean_name(text):
    """Return the name of a person cleaned, with ’ for what looks like it. Compatibility forms of letters stay."""
    return QUOTES.sub("’", " ".join(clean_line(text).split()))


def clean_prose(text):
    """Return `text` cleaned, with pasted lists and tables as the site shows them.

    Two or more lines that start with a bullet become lines that start with “- ”, which blank lines set apart from the
    text around them. The cells of a table of two or more lines are separated by “ | ”. Numbers before lines stay.
    """
    text = clean_text(text)
    if not PASTED.search(text):
        return text
    lines = NUMBERED.sub(r"\1 ", text).split("\n")
    if sum(bool(BULLETED.match(line)) for line in lines) > 1 and not CROSSED.search(text):
        lines = with_lists(lines)
    return "\n".join(with_tables(lines)).replace("\t", " ")


def with_lists(lines):
    """Return `lines` with bullets as lists of the site. An indented line goes on with the item before it."""
    found, is_in_list = [], False
    for line in lines:
        if ITEM.match(line):
            while is_in_list and not found[-1]:
                found.pop()
            found += [""] if not is_in_list and found and found[-1].strip() else []
            found.append(ITEM.sub("- ", line, count=1).rstrip())
            is_in_list = True
        elif is_in_list and not line.strip():
            found.append("")
        elif is_in_list and found[-1] and line[0] in " \t":
            found[-1] += f" {line.strip()}"
        else:
            found += [""] if is_in_list and found[-1] else []
            found.append(line)
            is_in_list = False
    return found


def with_tables(lines):
    """Return `lines` with the cells apart wherever two or more lines that follow one another have tabs inside."""
    found = []
    for has_cells, group in groupby(lines, key=lambda line: bool(CELL_END.search(line))):
        rows = list(group)
        is_table = has_cells and len(rows) > 1
        found += [CELL_END.sub(cell_ends, row).strip() for row in rows] if is_table else rows
    return found


def cell_ends(tabs):
    return " |" * tabs[0].count("\t") + " "
