"""Promises about the sentences of the interface and their catalogues in `locale/`."""

import ast
import io
import re
from html.parser import HTMLParser

import polib
import pytest
from django.conf import settings as project_settings
from django.core.management import CommandError, call_command
from django.utils.translation import gettext, ngettext, override

from hospital_site import catalogues

LANGUAGES = list(dict(project_settings.LANGUAGES))
TRANSLATED = [language for language in LANGUAGES if language != project_settings.SOURCE_LANGUAGE]

# ── What a translation into Korean must keep to ───────────────────────────────────────────────────────────────────────

HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
PLACEHOLDER = r"(?:%\(\w+\)[sd]|%[sd]|\{\w*\})"
BETWEEN = r"(?:[\"'”’)\]」』》〉]|</?\w+[^>]*>)*"
# Forms that hang on the last sound of the word before, which a placeholder hides. The first may be followed by no more
# than another particle, so that a noun such as 가지 or 과목 is no particle; the second open longer endings.
PARTICLE = (
    "(?:은|는|이|가|을|를|과|와|으로|로|이나|나|이며|며|이고|고|이든|든|이랑|랑|이여|여|아|야)"
    "(?:는|도|만|의|서|써|부터)?(?![가-힣])"
)
ENDING = r"(?:이라|라는|라고|라면|란(?![가-힣])|이란|이었|였|이에|예요|으로|로서|로써|로부터)"
PARTICLE_AFTER_PLACEHOLDER = re.compile(f"{PLACEHOLDER}{BETWEEN} ?(?:{PARTICLE}|{ENDING})")
# Plain, familiar or clipped endings; a question may end in 나요, as the wording of the forms does.
OTHER_STYLE = re.compile(r"(?:[가-힣](?<![니])다|[가-힣](?<!세)요|(?<!십)시오|[가-힣]음)[.!](?:\s|$)")
# Words that the glossary rules out: another hospital's name, old names, wrong drugs, jargon, promises of a cure.
NEVER_IN_KOREAN = re.compile(
    "국립암센터|한국암센터|소비자보호원|진단방사선과|신경내분비암|옥트레오티드|경동맥|임상실험|취급방침|생검|채뇨|"
    "의무기록|완치 수술|다이어트"
)


def entries(language):
    return list(catalogues.read(language))


def particles_after_placeholders(entry):
    return [
        match[0] for text in catalogues.translations_of(entry) for match in PARTICLE_AFTER_PLACEHOLDER.finditer(text)
    ]


def words_of(text):
    """The letters of a text without its placeholders, tags and addresses."""
    text = re.sub(rf"{PLACEHOLDER}|<[^>]*>|&\w+;|https?://\S+", "", text)
    return "".join(character for character in text if character.isalpha())


def is_not_korean(entry):
    """Is a translation only the English again?"""
    return any(words_of(text) and not HANGUL.search(text) for text in catalogues.translations_of(entry))


# ── What the code must keep to ────────────────────────────────────────────────────────────────────────────────────────


def faults_of_english(sentence):
    """Say why an English sentence would be hard to translate."""
    for text in filter(None, [sentence.words, sentence.plural]):
        if text != text.strip() or "\n" in text:
            yield f"“{text}” has white space at an end or a line break: write a whole sentence, trimmed."
        _named, unnamed = catalogues.placeholders(text)
        if set(unnamed) - {"%%"}:
            yield f"“{text}” has a placeholder without a name."


def hidden_sentences(files):
    """Calls whose sentence cannot be collected: put together first, or in an f-string (unseen before Python 3.12)."""
    for path in files:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = {call for text in ast.walk(tree) if isinstance(text, ast.JoinedStr) for call in ast.walk(text)}
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in catalogues.KEYWORDS:
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


# What is translated or never seen: comments, sentences in blocktranslate, names of classes for the admin's body, tags.
NO_BARE_WORDS = [
    r"{%\s*comment\b.*?{%\s*endcomment\s*%}",
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}",
    r"{%\s*block bodyclass\s*%}.*?{%\s*endblock.*?%}",
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
def found():
    """Every sentence of this project."""
    return catalogues.found_in(catalogues.files_with_sentences())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_exactly_the_sentences_of_the_code(found, language):
    in_code = set(found)
    in_catalogue = {catalogues.sentence_of(entry) for entry in entries(language)}

    assert {"not collected": in_code - in_catalogue, "obsolete": in_catalogue - in_code} == {
        "not collected": set(),
        "obsolete": set(),
    }, "Run “make messages”."


@pytest.mark.parametrize("language", LANGUAGES)
def test_collecting_again_would_change_nothing(found, language):
    assert str(catalogues.merged(language, found)) == catalogues.path_of(language).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_and_keeps_its_placeholders(language):
    assert list(catalogues.faults(language)) == []


def test_every_sentence_is_written_out_where_it_is_said():
    assert list(hidden_sentences(catalogues.our_files(".py"))) == []


def test_every_english_sentence_is_whole(found):
    assert [fault for sentence in found for fault in faults_of_english(sentence)] == []


def test_korean_has_no_particle_right_after_a_placeholder():
    assert [
        (entry.msgid, particles) for entry in entries("ko") if (particles := particles_after_placeholders(entry))
    ] == []


def test_korean_is_never_the_english_again():
    assert [entry.msgid for entry in entries("ko") if is_not_korean(entry)] == []


def test_korean_speaks_formally_throughout():
    assert [
        entry.msgstr for entry in entries("ko") if OTHER_STYLE.search(" ".join(catalogues.translations_of(entry)))
    ] == []


def test_korean_uses_no_word_that_the_glossary_rules_out():
    assert [
        entry.msgstr for entry in entries("ko") if NEVER_IN_KOREAN.search(" ".join(catalogues.translations_of(entry)))
    ] == []


def test_no_korean_stands_in_the_code():
    assert list(bare_korean(catalogues.our_files(".py", ".html", ".txt"))) == []


def test_no_untranslated_words_stand_in_templates():
    assert list(bare_words(catalogues.our_files(".html"))) == []


# ── Broken promises are noticed ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def project(tmp_path, settings):
    """An empty project: what a test writes there is all that the catalogues know."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LANGUAGES = [("ko", "한국어"), ("en", "English")]
    settings.SOURCE_LANGUAGE = "en"
    return tmp_path


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def catalogue(project, *texts, language="ko"):
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"'
    )
    return write(project / f"locale/{language}/LC_MESSAGES/django.po", "\n\n".join([header, *texts]) + "\n")


def messages(**options):
    """What `manage.py messages` says."""
    said = io.StringIO()
    call_command("messages", stdout=said, **options)
    return said.getvalue()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param('msgid "Clinics"\nmsgstr ""', "“Clinics” is not translated.", id="missing"),
        pytest.param('msgid "Clinics"\nmsgstr " "', "“Clinics” is not translated.", id="only_a_space"),
        pytest.param(
            'msgid "One test"\nmsgid_plural "%(n)s tests"\nmsgstr[0] ""',
            "“One test” is not translated in form 0.",
            id="missing_form",
        ),
        pytest.param(
            '#, fuzzy\nmsgid "Clinics"\nmsgstr "병원"', "“Clinics” is fuzzy: Django leaves it out.", id="fuzzy"
        ),
        pytest.param('#~ msgid "Wards"\n#~ msgstr "병동"', "“Wards” is obsolete.", id="obsolete"),
        pytest.param(
            'msgid "Since %(date)s"\nmsgstr "시작: %(data)s"',
            "“Since %(date)s” and “시작: %(data)s” have different placeholders.",
            id="misspelt_placeholder",
        ),
        pytest.param(
            'msgid "Since {date}"\nmsgstr "시작"',
            "“Since {date}” and “시작” have different placeholders.",
            id="lost_brace_placeholder",
        ),
        pytest.param(
            'msgid "%s of %s"\nmsgstr "전체 중 %s"',
            "“%s of %s” and “전체 중 %s” have different placeholders.",
            id="lost_nameless_placeholder",
        ),
        pytest.param(
            'msgid "One test"\nmsgid_plural "%(n)s tests"\nmsgstr[0] "검사 하나"',
            "“One test” and “검사 하나” have different placeholders.",
            id="only_form_without_the_number",
        ),
        pytest.param(
            'msgid "60%% of patients"\nmsgstr "환자의 60%"',
            "“60%% of patients” and “환자의 60%” have different placeholders.",
            id="lost_percent_sign",
        ),
        pytest.param(
            'msgid "Clinics"\nmsgstr "클리닉\\n"',
            "“Clinics” and “클리닉\n” begin or end with different white space.",
            id="added_newline",
        ),
    ],
)
def test_a_bad_translation_is_named(project, text, fault):
    catalogue(project, text)

    assert list(catalogues.faults("ko")) == [fault]


def test_the_language_of_the_code_needs_no_translation(project):
    catalogue(project, 'msgid "Clinics"\nmsgstr ""', language="en")

    assert list(catalogues.faults("en")) == []


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
    (named,) = faults_of_english(catalogues.Sentence(sentence))

    assert fault in named


@pytest.mark.parametrize(
    "call", ["gettext(f'{name} clinic')", "_('See ' + name)", "_('See %s' % name)", "f'{_(\"Clinic\")}'"]
)
def test_a_sentence_that_cannot_be_collected_is_named(tmp_path, call):
    path = write(tmp_path / "views.py", f"{call}\npgettext('noun', 'Test')\n")

    assert len(list(hidden_sentences([path]))) == 1


@pytest.mark.parametrize(
    "korean",
    [
        "%(name)s은 공개되었습니다.",
        "%(name)s는 공개되었습니다.",
        "“%(name)s”을(를) 게시했습니다.",
        "%(name)s을/를 게시했습니다.",
        "<strong>%(name)s</strong>와 함께",
        "{name}이 없습니다.",
        "{name}으로 이동",
        "{name}로부터",
        "%(name)s 은 없습니다.",
        "%(name)s이라는 이름",
        "%(name)s였습니다.",
        "{name}과의 상담",
    ],
)
def test_a_particle_right_after_a_placeholder_is_noticed(korean):
    assert particles_after_placeholders(polib.POEntry(msgid="…", msgstr=korean))
    assert particles_after_placeholders(polib.POEntry(msgid="…", msgid_plural="…", msgstr_plural={0: korean}))


@pytest.mark.parametrize(
    "korean",
    [
        "%(count)s가지 검사",
        "%(count)s개의 센터",
        "%(name)s의 치료",
        "%(name)s에서 알립니다.",
        "%(name)s 페이지는 공개되었습니다.",
        "{name}: 이 페이지",
        "%(date)s 이후",
        "%(date)s까지",
        "%(count)s과목",
    ],
)
def test_a_word_after_a_placeholder_is_no_particle(korean):
    assert particles_after_placeholders(polib.POEntry(msgid="…", msgstr=korean)) == []


@pytest.mark.parametrize("korean", ["Clinics", "%(name)s clinics", "<b>PET</b>"])
def test_english_in_the_place_of_korean_is_noticed(korean):
    assert is_not_korean(polib.POEntry(msgid="…", msgstr=korean))


@pytest.mark.parametrize("korean", ["클리닉", "%(name)s (%(code)s)", "PET 검사", "<b>%(name)s</b>"])
def test_korean_with_names_in_it_is_korean(korean):
    assert not is_not_korean(polib.POEntry(msgid="…", msgstr=korean))


@pytest.mark.parametrize("korean", ["검사를 한다.", "검사를 해요.", "검사가 없음.", "누르시오."])
def test_another_style_of_speech_is_noticed(korean):
    assert OTHER_STYLE.search(korean)


@pytest.mark.parametrize(
    "korean", ["검사를 합니다.", "이름을 입력해 주세요.", "가능합니까?", "확인하십시오.", "처음 오시나요?", "검사 결과"]
)
def test_formal_speech_is_left_alone(korean):
    assert not OTHER_STYLE.search(korean)


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


# ── The command ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_sentences_are_collected_from_python_and_templates(project):
    write(
        project / "centers/models.py",
        """
        a = _("A clinic")
        b = ngettext_lazy("One center", "%(count)s centers", count)
        c = pgettext("button", "Publish")
        d = npgettext("button", "Publish a page", "Publish pages", count)
        e = gettext_lazy(
            "A long sentence "
            "on two lines."
        )
        """,
    )
    write(
        project / "templates/home.html",
        """
        <main>
            {% translate "Welcome" %} {{ _("Good morning")|upper }} {% head kind=_("Center") %}{% endhead %}
          {% blocktranslate trimmed with name=page.name %}
            See the page of
            {{ name }}.
          {% endblocktranslate %}
        {% blocktranslate count n=size context "list" %}{{ n }} test{% plural %}{{ n }} tests{% endblocktranslate %}
        {% translate "Open" context "hours" %} 100 % {% url 'home' %} it's "odd" (unbalanced
        </main>
        """,
    )
    write(project / "var/cache.py", '_("never")')
    write(project / ".venv/lib/module.py", '_("never")')

    found = catalogues.found_in(catalogues.files_with_sentences())

    assert list(found) == [
        ("%(n)s test", "%(n)s tests", "list"),
        ("A clinic", "", ""),
        ("A long sentence on two lines.", "", ""),
        ("Center", "", ""),
        ("Good morning", "", ""),
        ("One center", "%(count)s centers", ""),
        ("Open", "", "hours"),
        ("Publish", "", "button"),
        ("Publish a page", "Publish pages", "button"),
        ("See the page of %(name)s.", "", ""),
        ("Welcome", "", ""),
    ]


def test_one_sentence_with_two_plurals_is_refused(project):
    write(project / "centers/models.py", 'ngettext("One test", "%(n)s tests", n)\nngettext("One test", "Tests", n)')

    with pytest.raises(ValueError, match="“One test” stands with the plurals"):
        catalogues.found_in(catalogues.files_with_sentences())


def test_a_translation_stays_and_a_new_sentence_waits_for_one(project):
    catalogue(project, '# my note\nmsgid "Clinic"\nmsgstr "클리닉"')
    write(project / "centers/models.py", '_("Clinic")\n_("Clinics")')

    messages()

    assert [(entry.msgid, entry.msgstr, entry.tcomment, entry.flags) for entry in entries("ko")] == [
        ("Clinic", "클리닉", "my note", []),
        ("Clinics", "", "", []),
    ]


def test_a_sentence_that_left_the_code_is_dropped_and_shown(project):
    catalogue(project, 'msgid "Ward"\nmsgstr "병동"')
    write(project / "centers/models.py", '_("Clinic")')

    said = messages()

    assert [entry.msgid for entry in entries("ko")] == ["Clinic"]
    assert said.splitlines() == [
        "ko: 1 sentences, 1 of them new.",
        "  dropped: “Ward” (병동)",
        "  “Clinic” is not translated.",
        "en: 1 sentences, 1 of them new.",
    ]


def test_a_translators_fuzzy_mark_stays_until_the_translator_takes_it_away(project):
    catalogue(project, '#, fuzzy\nmsgid "Clinic"\nmsgstr "병원"')
    write(project / "centers/models.py", '_("Clinic")')

    messages()

    assert list(catalogues.faults("ko")) == ["“Clinic” is fuzzy: Django leaves it out."]


def test_a_catalogue_says_nothing_of_the_day_or_the_machine(project):
    write(
        project / "centers/models.py",
        '# Translators: where patients go\n_("%(name)s clinic")\nngettext("A day", "{n} days", 2)',
    )

    messages()

    assert (project / "locale/ko/LC_MESSAGES/django.po").read_text(encoding="utf-8") == (
        "# “make messages” keeps this list. Translators write in the msgstr lines only.\n"
        'msgid ""\n'
        'msgstr ""\n'
        '"Language: ko\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n'
        "\n"
        "#. Translators: where patients go\n"
        "#, python-format\n"
        'msgid "%(name)s clinic"\n'
        'msgstr ""\n'
        "\n"
        "#, python-brace-format\n"
        'msgid "A day"\n'
        'msgid_plural "{n} days"\n'
        'msgstr[0] ""\n'
    )


def test_a_second_run_changes_nothing(project):
    write(project / "templates/home.html", "{% translate 'Clinic' %} {% translate 'Test' context 'noun' %}")
    messages()
    before = {path: path.read_bytes() for path in project.rglob("django.*o")}

    messages()

    assert {path: path.read_bytes() for path in project.rglob("django.*o")} == before
    assert len(before) == 4


def test_django_reads_what_was_compiled_without_gettext_or_a_database(project, monkeypatch):
    monkeypatch.setenv("PATH", "")
    catalogue(
        project,
        'msgid "Ward round"\nmsgstr "회진"',
        'msgid "One ward"\nmsgid_plural "%(n)s wards"\nmsgstr[0] "병동 %(n)s곳"',
        '#, fuzzy\nmsgid "Ward door"\nmsgstr "병동"',
    )
    catalogue(project, language="en")

    messages(compile=True)

    with override("ko"):
        assert [gettext("Ward round"), ngettext("One ward", "%(n)s wards", 1), gettext("Ward door")] == [
            "회진",
            "병동 %(n)s곳",
            "Ward door",
        ]
    with override("en"):
        assert gettext("Ward round") == "Ward round"


def test_compiling_asks_for_a_catalogue_that_is_missing(project):
    with pytest.raises(CommandError, match="There is no catalogue for “ko” yet"):
        messages(compile=True)


def test_a_third_language_is_a_line_in_the_settings(project, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "العربية")]
    write(project / "centers/models.py", 'ngettext("One ward", "%(n)s wards", 2)')

    messages()

    (entry,) = entries("ar")
    assert len(entry.msgstr_plural) == 6
