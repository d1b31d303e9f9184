"""Promises about the sentences of this project's interface and their translations in `locale/`."""

import ast
import re
from html.parser import HTMLParser

import polib
import pytest
from django.conf import settings as project_settings

from hospital_site.translations import catalogues
from hospital_site.translations.extraction import KEYWORDS, extract, identity, our_folders
from hospital_site.translations.sentence_checks import placeholders
from hospital_site.translations.usage import is_short
from tests.translations.files import entries, write

LANGUAGES = list(dict(project_settings.LANGUAGES))
TRANSLATED = [language for language in LANGUAGES if language != project_settings.SOURCE_LANGUAGE]

HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")


def our_files(*endings):
    return [
        path
        for folder in our_folders()
        for path in sorted((project_settings.BASE_DIR / folder).rglob("*"))
        if path.suffix in endings
    ]


# ── What the code must keep to ────────────────────────────────────────────────────────────────────────────────────────


def faults_of_english(sentence):
    """Say why an English sentence would be hard to translate."""
    for text in filter(None, [sentence.msgid, sentence.msgid_plural]):
        if text != text.strip() or "\n" in text:
            yield f"“{text}” has white space at an end or a line break: write a whole sentence, trimmed."
        _named, unnamed = placeholders(text)
        if set(unnamed) - {"%%"}:
            yield f"“{text}” has a placeholder without a name."


def hidden_sentences(files):
    """Calls whose sentence cannot be collected: put together first, or in an f-string (unseen before Python 3.12)."""
    for path in files:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = {call for text in ast.walk(tree) if isinstance(text, ast.JoinedStr) for call in ast.walk(text)}
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in KEYWORDS:
                is_put_together = isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
                if call in inside or is_put_together:
                    yield f"{path.name}: {ast.unparse(call)}"


def bare_korean(files):
    """Lines with Korean that is no translation: `path:line`. The languages' own names in the settings are meant."""
    for path in files:
        lines = path.read_text(encoding="utf-8").splitlines()
        named = lines_of_language_names(path) if path.name == "settings.py" else set()
        for number, line in enumerate(lines, start=1):
            if HANGUL.search(line) and number not in named:
                yield f"{path.name}:{number}"


def lines_of_language_names(path):
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "LANGUAGES":
            return set(range(statement.lineno, statement.end_lineno + 1))
    return set()


class Words(HTMLParser):
    """Collect the words that a reader of the HTML would see or hear."""

    spoken = {"alt", "title", "aria-label", "aria-description", "aria-roledescription", "placeholder", "label"}
    silent = {"style", "script", "code"}

    def __init__(self, html):
        super().__init__()
        self.found, self.inside = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.inside.append(tag)
        attributes = dict(attrs)
        self.found += [value for name, value in attrs if name in self.spoken and value]
        if tag == "meta" and attributes.get("name") == "description":
            self.found.append(attributes.get("content") or "")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.inside.pop()

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data):
        if not self.silent & set(self.inside):
            self.found.append(data)


# What is translated or never seen: comments, sentences in blocktranslate, names of classes for the admin's body, the
# query of links, tags.
NO_BARE_WORDS = [
    r"{%\s*comment\b.*?{%\s*endcomment\s*%}",
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}",
    r"{%\s*block (?:bodyclass|language_query)\s*%}.*?{%\s*endblock.*?%}",
    r"{#.*?#}|{%.*?%}|{{.*?}}",
]
TEMPLATE_LANGUAGE = re.compile("|".join(NO_BARE_WORDS), re.DOTALL)


def bare_words(files):
    """Words in templates that no reader of another language would understand: `path: words`."""
    for path in files:
        html = TEMPLATE_LANGUAGE.sub("", path.read_text(encoding="utf-8"))
        for text in Words(html).found:
            if re.search(r"[^\W\d_]{2}", re.sub(r"&\w+;", "", text)):
                yield f"{path.name}: {' '.join(text.split())}"


# ── The promises, kept by this project ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def template():
    """Every sentence of this project."""
    return extract()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_exactly_the_sentences_of_the_code(template, language):
    in_code = {identity(sentence) for sentence in template}
    in_catalogue = {identity(entry) for entry in entries(language)}

    assert {"not collected": in_code - in_catalogue, "not in the code": in_catalogue - in_code} == {
        "not collected": set(),
        "not in the code": set(),
    }, "Run “make messages”."


@pytest.mark.parametrize("language", LANGUAGES)
def test_collecting_again_would_change_nothing(template, language):
    catalogue = catalogues.read(language)
    updated = catalogues.update(language, template)

    assert (list(map(str, updated)), updated.metadata) == (list(map(str, catalogue)), catalogue.metadata)


def test_the_template_for_tools_is_up_to_date(template):
    kept = polib.pofile(str(catalogues.template_path()))

    assert list(map(str, kept)) == list(map(str, template)), "Run “make messages”."


def test_every_short_sentence_says_how_it_is_used(template):
    assert [
        (entry.msgid, entry.occurrences) for entry in template if is_short(entry.msgid) and not entry.comment
    ] == [], "Write above it, at the end of a line, “# Translators: what it means here” or “{# Translators: … #}”."


def test_every_sentence_is_written_out_where_it_is_said():
    assert list(hidden_sentences(our_files(".py"))) == []


def test_every_english_sentence_is_whole(template):
    assert [fault for sentence in template for fault in faults_of_english(sentence)] == []


def test_no_korean_stands_in_the_code():
    assert list(bare_korean(our_files(".py", ".html", ".txt"))) == []


def test_no_untranslated_words_stand_in_templates():
    assert list(bare_words(our_files(".html"))) == []


# ── Broken promises are noticed ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        pytest.param("\n  See all\n  clinics.\n", "white space", id="not_trimmed"),
        pytest.param("See all of ", "white space", id="glued"),
        pytest.param("%s of %s", "placeholder without a name", id="percent_without_a_name"),
        pytest.param("{} tests", "placeholder without a name", id="brace_without_a_name"),
    ],
)
def test_an_english_sentence_that_is_hard_to_translate_is_named(sentence, fault):
    (named,) = faults_of_english(polib.POEntry(msgid=sentence))

    assert fault in named


@pytest.mark.parametrize(
    "call", ["gettext(f'{name} clinic')", "_('See ' + name)", "_('See %s' % name)", "f'{_(\"Clinic\")}'"]
)
def test_a_sentence_that_cannot_be_collected_is_named(tmp_path, call):
    path = write(tmp_path / "views.py", f"{call}\npgettext('noun', 'Test')\n")

    assert len(list(hidden_sentences([path]))) == 1


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        pytest.param("views.py", 'name = "병원"\n', ["views.py:1"], id="python"),
        pytest.param("views.py", "# 병원\n", ["views.py:1"], id="comment"),
        pytest.param("home.html", "<h1>\n병원</h1>", ["home.html:2"], id="template"),
        pytest.param(
            "settings.py", 'LANGUAGES = [("ko", "한국어")]\nNAME = "병원"\n', ["settings.py:2"], id="settings"
        ),
        pytest.param("home.html", "<h1>{% translate 'Hospital' %}</h1>", [], id="translated"),
    ],
)
def test_bare_korean_is_noticed(tmp_path, name, text, found):
    assert list(bare_korean([write(tmp_path / name, text)])) == found


@pytest.mark.parametrize(
    ("html", "found"),
    [
        pytest.param("<h1>Our clinics</h1>", ["home.html: Our clinics"], id="heading"),
        pytest.param('<img alt="A hospital" src="{{ x }}">', ["home.html: A hospital"], id="text_alternative"),
        pytest.param('<nav aria-label="{{ x }}, menu">', ["home.html: , menu"], id="label"),
        pytest.param('<meta name="description" content="About">', ["home.html: About"], id="description"),
        pytest.param("<br><svg><title>Path</title></svg>", ["home.html: Path"], id="drawing"),
        pytest.param("{% if a %}{% translate 'Yes' %}{% else %}No{% endif %}", ["home.html: No"], id="branch"),
        pytest.param("{% block bodyclass %}desk{% endblock %}", [], id="class_of_the_body"),
        pytest.param(
            "<p class=lead>{% blocktranslate trimmed %}\nOur <b>clinics</b>{% endblocktranslate %} · {{ name }}"
            " 5 &amp; 6</p>{# a comment #}<style>p { margin: 0 }</style><br>{% comment %}another{% endcomment %}",
            [],
            id="translated",
        ),
    ],
)
def test_bare_words_in_a_template_are_noticed(tmp_path, html, found):
    assert list(bare_words([write(tmp_path / "home.html", html)])) == found
