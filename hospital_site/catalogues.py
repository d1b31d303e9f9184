"""The sentences of the interface: found in the code, kept in `locale/`, compiled for Django, without GNU gettext."""

import io
import re
from pathlib import Path
from typing import NamedTuple

import django
import polib
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

# Where each function takes its words: positions from 1, "c" marks the context.
POSITIONS = {"gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
KEYWORDS = {name + ending: words for name, words in POSITIONS.items() for ending in ["", "_lazy"]}
KEYWORDS |= {"_": None, "gettext_noop": None}

PERCENT_PLACEHOLDER = re.compile(r"%(?:\((?P<name>\w+)\))?[-+#0]*\d*(?:\.\d+)?[sdifrxeg]|%%")
BRACE_PLACEHOLDER = re.compile(r"\{(?P<name>\w*)(?:[.\[!:][^{}]*)?\}")


class Sentence(NamedTuple):
    """One sentence as the code writes it; most have neither plural nor context."""

    words: str
    plural: str = ""
    context: str = ""


# ── Finding them in the code ──────────────────────────────────────────────────────────────────────────────────────────


def our_files(*endings):
    """Every file of our own apps and templates with one of `endings`, in a steady order."""
    folders = {app.partition(".")[0] for app in settings.INSTALLED_APPS} | {"templates"}
    return sorted(
        path for folder in folders for path in (settings.BASE_DIR / folder).rglob("*") if path.suffix in endings
    )


def files_with_sentences():
    return our_files(".py", ".html", ".txt")


def found_in(files):
    """Hand back {sentence: notes for translators}, in alphabetical order, of all `files`."""
    found = {}
    for path in files:
        for _line, words, notes, context in extract("python", as_python(path), KEYWORDS, comment_tags=["Translators:"]):
            words, plural = words if isinstance(words, tuple) else (words, "")
            found.setdefault(Sentence(words, plural, context or ""), set()).update(notes)
    refuse_two_plurals(found)
    return {sentence: sorted(found[sentence]) for sentence in sorted(found)}


def as_python(path):
    """Open `path` for Babel's Python reader; a template becomes lines of gettext calls first."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # The indentation of HTML would be a syntax error in Python.
        source = "\n".join(line.lstrip() for line in templatize(source, str(path)).splitlines())
    return io.BytesIO(source.encode())


def refuse_two_plurals(found):
    """A catalogue has one place for a sentence, so one plural."""
    seen = {}
    for sentence in found:
        other = seen.setdefault((sentence.words, sentence.context), sentence)
        if sentence.plural != other.plural:
            raise ValueError(
                f"“{sentence.words}” stands with the plurals “{sentence.plural}” and “{other.plural}”. "
                "Use one of them, or tell the two apart by a context (pgettext)."
            )


# ── Keeping them in catalogues ────────────────────────────────────────────────────────────────────────────────────────


def path_of(language):
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / "django.po"


def read(language):
    """The catalogue of `language` as it stands; an empty one where there is no file yet."""
    path = path_of(language)
    return polib.pofile(str(path), wrapwidth=0) if path.exists() else polib.POFile(wrapwidth=0)


def merged(language, found):
    """The catalogue of `language` with exactly the sentences `found`, each with its old translation or none."""
    known = {sentence_of(entry): entry for entry in read(language) if not entry.obsolete}
    plural_forms = plural_forms_of(language)
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.header = "“make messages” keeps this list. Translators write in the msgstr lines only."
    catalogue.metadata = {
        "Language": to_locale(language),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms,
    }
    for sentence, notes in found.items():
        entry = polib.POEntry(
            msgid=sentence.words,
            msgid_plural=sentence.plural,
            msgctxt=sentence.context or None,
            comment="\n".join(notes),
            flags=format_flags(sentence),
        )
        if sentence.plural:
            entry.msgstr_plural = dict.fromkeys(range(number_of_forms(plural_forms)), "")
        if before := known.get(sentence):
            entry.msgstr, entry.tcomment = before.msgstr, before.tcomment
            entry.msgstr_plural |= {form: before.msgstr_plural.get(form, "") for form in entry.msgstr_plural}
            entry.flags += ["fuzzy"] if before.fuzzy else []
        catalogue.append(entry)
    return catalogue


def sentence_of(entry):
    return Sentence(entry.msgid, entry.msgid_plural, entry.msgctxt or "")


def format_flags(sentence):
    """Tell translators' tools which placeholders to keep."""
    flags = []
    if PERCENT_PLACEHOLDER.search(sentence.words + sentence.plural):
        flags.append("python-format")
    if BRACE_PLACEHOLDER.search(sentence.words + sentence.plural):
        flags.append("python-brace-format")
    return flags


def plural_forms_of(language):
    """How `language` counts, as Django's own catalogue of it says."""
    known = Path(django.__file__).parent / "conf/locale" / to_locale(language) / "LC_MESSAGES/django.po"
    return polib.pofile(str(known)).metadata["Plural-Forms"]


def number_of_forms(plural_forms):
    return int(re.search(r"nplurals=(\d+)", plural_forms)[1])


def write(language, catalogue):
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    path_of(language).write_text(str(catalogue), encoding="utf-8")


def compile(language):
    """Write the `.mo` that Django reads, beside the catalogue, in one step."""
    unfinished = path_of(language).with_name("unfinished.mo")
    unfinished.write_bytes(read(language).to_binary())
    unfinished.replace(path_of(language).with_suffix(".mo"))


# ── Judging them ──────────────────────────────────────────────────────────────────────────────────────────────────────


def faults(language):
    """Say what is wrong with the translations of `language`, one sentence for a translator each."""
    for entry in read(language):
        if entry.obsolete:
            yield f"“{entry.msgid}” is obsolete."
        elif entry.fuzzy:
            yield f"“{entry.msgid}” is fuzzy: Django leaves it out."
        elif any(translations_of(entry)) or language != settings.SOURCE_LANGUAGE:
            yield from faults_of(entry)


def faults_of(entry):
    """Compare each form of a translation with the sentence it translates."""
    for number, translation in enumerate(forms := translations_of(entry)):
        # The first form of several may be the singular's; a language with one form says every number with it.
        originals = {entry.msgid_plural or entry.msgid} | ({entry.msgid} if len(forms) > 1 else set())
        if not translation.strip():
            yield f"“{entry.msgid}” is not translated" + (f" in form {number}." if entry.msgid_plural else ".")
        elif placeholders(translation) not in map(placeholders, originals):
            yield f"“{entry.msgid}” and “{translation}” have different placeholders."
        elif edges(translation) != edges(entry.msgid):
            yield f"“{entry.msgid}” and “{translation}” begin or end with different white space."


def translations_of(entry):
    return [entry.msgstr_plural[form] for form in sorted(entry.msgstr_plural)] if entry.msgid_plural else [entry.msgstr]


def placeholders(text):
    """The placeholders of a text; one without a name counts as often as it stands."""
    found = [match for pattern in [PERCENT_PLACEHOLDER, BRACE_PLACEHOLDER] for match in pattern.finditer(text)]
    named = {match[0] for match in found if match.groupdict().get("name")}
    return named, sorted(match[0] for match in found if match[0] not in named)


def edges(text):
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
