"""From a text to the tokens of the index: pairs of syllables where words have endings or no spaces, else word forms.

No text of a query or a page reaches the index of the database: a token is a digest of eight small letters and digits.
So no operator of a query language can be typed, no collation or parser of a database matters, and what people search
for stands in no log or statistics of the database. For the same reason nothing here remembers a word that it was given.
"""

import re
import unicodedata
from base64 import b32encode
from functools import cache
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

from django.conf import settings

from hospital_site.glossary.matching import inflection
from hospital_site.yaml_files import read_yaml

# Scripts whose words have no sure end: Hangul, Han, Kana, Thai, Lao, Burmese, Khmer
SYLLABLES = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u31ff\u3400-\u9fff\uac00-\ud7ff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
SYLLABIC = re.compile(f"[{SYLLABLES}]+")
OTHER_PIECES = re.compile(rf"\d+|[^\W\d_{SYLLABLES}]+")
PIECES = re.compile(f"{SYLLABIC.pattern}|{OTHER_PIECES.pattern}")
APOSTROPHE = re.compile(r"(?<=\w)['’ʼ](?:s\b)?")
LONGEST_WORD = 40  # letters; the rest of a longer one is not looked at
NAMES = "name:"  # before a token of a title or heading


@cache
def rules():
    """Return the rules of the languages of this site, of all together: see `words.yaml`."""
    written = read_yaml(Path(__file__).with_name("words.yaml"))
    ours = [written[code] for code in dict(settings.LANGUAGES) if code in written]
    endings = [inflection(code)[0] for code in dict(settings.LANGUAGES)]
    return {
        "spellings": [(re.compile(old), new) for each in ours for old, new in each["spellings"]],
        "forms": [(re.compile(old), new) for each in ours for old, new in each["forms"]],
        "verbal_endings": [re.compile(each["verbal_endings"]) for each in ours if each["verbal_endings"]],
        "inflected": [re.compile(each["inflected"]) for each in ours if each["inflected"]],
        "second": [row.split() for each in ours for row in each["second"]],
        "second_whole": [each["second_whole"].split() for each in ours],
        "endings": [re.compile(ending) for ending in endings if ending],
        "spoken_endings": [re.compile(re.sub(r"\s", "", each["endings"])) for each in ours if each["endings"]],
        "comparing_words": {word for each in ours for word in map(fold, each["comparing_words"].split())},
        "question_words": {
            word for each in ours for word in map(fold, f"{each['question_words']} {each['comparing_words']}".split())
        },
        "general_words": {word for each in ours for word in map(fold, each["general_words"].split())},
    }


def fold(text):
    """Return `text` in small letters, composed, without accents and without signs that nobody sees."""
    plain = unicodedata.normalize("NFKD", text)
    kept = [letter for letter in plain if unicodedata.category(letter) not in ("Mn", "Cf", "Co", "Cs")]
    return APOSTROPHE.sub("", unicodedata.normalize("NFC", "".join(kept).casefold()))


def pieces(text):
    """Return the words and numbers of the folded `text`: `5HIAA tests` → `["5", "hiaa", "tests"]`."""
    return [piece[:LONGEST_WORD] for piece in PIECES.findall(text)]


def is_syllabic(word):
    return SYLLABIC.match(word) is not None


def stem(word):
    """Return what the forms and spellings of `word` have in common: `tumours` → `tumor`."""
    if is_syllabic(word) or not word.isalpha():
        return word
    word = in_one_spelling(word)
    for pattern, replacement in rules()["forms"]:
        if pattern.match(word):
            return pattern.sub(replacement, word)
    return word


def in_one_spelling(word):
    for pattern, replacement in rules()["spellings"]:
        word = pattern.sub(replacement, word)
    return word


def without_endings(word):
    """Return what remains of a syllabic `word` without an ending, the longest first."""
    if not is_syllabic(word):
        return []
    written, spoken = rules()["endings"], rules()["spoken_endings"]
    endings = {cut: [*written, *spoken] for cut in range(len(word) - 1, 1, -1)}
    if not any(ending.match(word, 1) for ending in rules()["verbal_endings"]):
        endings[1] = written
    return [word[:cut] for cut, some in endings.items() if any(ending.fullmatch(word, cut) for ending in some)]


def is_inflected(word):
    return len(word) > 2 and is_syllabic(word) and any(pattern.search(word) for pattern in rules()["inflected"])


def verb_forms(word):
    """Return the beginnings that the forms of the verb `word` have, two syllables each."""
    first, second = word[0], word[1]
    if len(spelt(first)) > 2 and (row := next((row for row in rules()["second_whole"] if second in row), None)):
        return [first + syllable for syllable in row]
    sound, rest = spelt(second)[0], spelt(second)[1:]
    for row in rules()["second"]:
        ends = [spelt(syllable)[1:] for syllable in row]
        if rest in ends:
            return [first + unicodedata.normalize("NFC", sound + end) for end in ends]
    return [word[:2]]


def gist(words):
    """Return what different ways to say the same share: the words that tell, without endings and spaces.

    It is empty where only one of several `words` or one syllable would remain, which may mean much else.
    """
    telling = telling_words(words)
    found = "".join(map(stem, map(plain_form, telling))) if len(telling) > 1 or len(words) == 1 else ""
    return found if len(found) > 1 else ""


def telling_words(words):
    """Return those of `words` that do not only ask."""
    return [word for word in words if word not in rules()["question_words"]]


def plain_form(word):
    """Return the beginning of a verb, which no noun is like, or a word without its ending."""
    if is_inflected(word):
        return f"{verb_forms(word)[0]}~"
    return next(iter(without_endings(word)), word)


def compact(text):
    """Return `text` as one string that all its spellings share: `5-HIAA Tests` → `5hiaatest`."""
    return "".join(map(stem, pieces(fold(text))))


def words_in_row(text):
    """Return the words of `text` with spaces around each, so that one such text is in another only by whole words."""
    return f" {' '.join(map(stem, pieces(fold(text))))} "


def spelt(word):
    """Return the letters of `word`, those of a Korean syllable one by one."""
    return unicodedata.normalize("NFD", word)


def spellings(text):
    """Return the letters of `text`, as they are and as `compact` leaves them: a slip may stand in an ending."""
    return list(dict.fromkeys([spelt("".join(map(in_one_spelling, pieces(fold(text))))), spelt(compact(text))]))


def pairs(word):
    return ["".join(pair) for pair in pairwise(word)] or [word]


def phrase_tokens(text):
    """Return the tokens that a text must hold to hold the phrase `text`, whatever the spaces in it."""
    tokens = []
    for chain in chains(fold(text)):
        tokens += pairs("".join(chain)) if is_syllabic(chain[0]) else map(stem, chain)
    return tokens


def text_tokens(text):
    """Return all tokens of `text`: also of words of one syllable, with an ending or without."""
    tokens = set()
    for chain in chains(fold(text)):
        if is_syllabic(chain[0]):
            tokens.update(pairs("".join(chain)))
            tokens.update(one for word in chain for one in (word, *without_endings(word)) if len(one) == 1)
        else:
            tokens.update(map(stem, chain))
    return tokens


def chains(text):
    """Yield the words of `text`, syllabic ones with those that only a space keeps apart: they may be written as one."""
    chain, end = [], 0
    for found in PIECES.finditer(text):
        word = found[0][:LONGEST_WORD]
        follows = chain and is_syllabic(word) and is_syllabic(chain[-1]) and not text[end : found.start()].strip()
        if chain and not follows:
            yield chain
            chain = []
        chain.append(word)
        end = found.end()
    if chain:
        yield chain


def digest(token):
    """Return the form of `token` in the index: eight letters and digits."""
    return b32encode(blake2b(token.encode(), digest_size=5).digest()).decode().lower()


def index_entry(names, text, anchor):
    """Return the tokens of one passage for the index: of its names (`names`, its `anchor`), and of all its words."""
    in_names = text_tokens(names)
    if anchor:
        in_names.add(f"#{anchor}")
    found = {f"{NAMES}{token}" for token in in_names} | in_names | text_tokens(text)
    return " ".join(sorted(map(digest, found)))
