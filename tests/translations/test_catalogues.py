"""What `manage.py messages` collects, keeps, compiles and refuses, on a small project."""

import gettext as python_gettext
import re

import polib
import pytest
from babel import Locale
from django.core.management import CommandError
from django.utils.translation import gettext, ngettext, override

from hospital_site.translations import catalogues
from hospital_site.translations.catalogue_checks import check
from hospital_site.translations.extraction import extract, identity
from tests.translations.files import entries, run_messages, write, write_catalogue


def test_the_language_of_the_code_needs_no_translation(project):
    write_catalogue(project, 'msgid "Clinics"\nmsgstr ""', language="en")

    assert list(check("en")) == []


# ── The command ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_sentences_are_collected_from_python_and_templates(project):
    write(
        project / "centers/models.py",
        'a = _("A clinic")\n'
        'b = ngettext_lazy("One center", "%(count)s centers", count)\n'
        'c = pgettext("button", "Publish")\n'
        'd = npgettext("button", "Publish a page", "Publish pages", count)\n'
        'e = gettext_lazy(\n    "A long sentence "\n    "on two lines."\n)\n',
    )
    write(
        project / "templates/home.html",
        """
        <main>
            {% translate "Welcome" %} {{ _("Good morning")|upper }}
            {% page_header kind=_("Center") %}{% endpage_header %}
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

    assert list(map(identity, extract())) == [
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


def test_a_sentence_says_where_it_is_and_what_translators_should_know(project):
    write(project / "centers/models.py", '# Translators: of a page,\n# never of a person\n_("state")\n\n_("other")')
    write(
        project / "templates/centers/clinic.html",
        """
        <p>{# Translators: in the list of pages #}
          {% translate "state" %}</p>
        {% translate "state" context "country" %}
        """,
    )

    assert [(entry.msgid, entry.msgctxt, entry.comment, entry.occurrences) for entry in extract()] == [
        ("other", None, "part of the program", [("centers/models.py", "")]),
        (
            "state",
            None,
            "of a page,\nnever of a person\nin the list of pages",
            [("centers/models.py", ""), ("templates/centers/clinic.html", "")],
        ),
        ("state", "country", "", [("templates/centers/clinic.html", "")]),
    ]


@pytest.mark.parametrize(
    ("path", "source", "usage"),
    [
        (
            "models.py",
            'class Ward(Model):\n    """Beds."""\n\n    place = Field(_("Late"))',
            "field or heading “place” – Beds.",
        ),
        ("models.py", 'class Ward(Model):\n    class Meta:\n        verbose_name = _("Late")', "name of one record"),
        ("models.py", 'class Size(TextChoices):\n    BIG = "big", _("Late")', "choice of “Size”: “BIG”"),
        ("models.py", 'SIZES = [("big", _("Late"))]', "choice or heading “big”"),
        ("admin.py", '@display(description=_("Late"))\ndef size(self):\n    pass', "heading of a column"),
        ("models.py", 'place = Field(help_text=_("Late"))', "help with the field or heading “place”"),
        ("a.html", '<h2 class="a">\n<em>{% translate "Late" %}</em></h2>', "heading"),
        ("a.html", "<p>a</p><button>{% blocktranslate %}Late{% endblocktranslate %}</button>", "button"),
        ("a.html", '<a title="{% translate "Late" %}">x</a>', "hint under the pointer"),
        ("a.html", '{% block title %}{% translate "Late" %}{% endblock %}', "title of the browser’s window"),
        ("a.html", '<p>{% notice tone="a" title=_("Late") %}</p>', "“title” of the component “notice”"),
        ("a.html", '{% translate "Late" as label %}', "“label” of a part of the page"),
        ("a.html", '<div>{% translate "Late" %}</div>', ""),
    ],
)
def test_a_short_sentence_without_a_comment_says_how_it_is_used(project, path, source, usage):
    write(project / "centers" / path, source)

    assert [entry.comment for entry in extract()] == [usage]


def test_a_long_sentence_explains_itself(project):
    write(project / "centers/a.html", "<h2>{% translate 'Late in the evening' %}</h2>")

    assert [entry.comment for entry in extract()] == [""]


def test_all_sentences_stand_in_one_template_for_translators_tools(project):
    write(project / "centers/models.py", '_("Ward")\nngettext("One bed", "%(n)s beds", n)')

    run_messages()

    template = polib.pofile(str(project / "locale/django.pot"))
    assert [(entry.msgid, entry.msgstr, entry.msgstr_plural) for entry in template] == [
        ("One bed", "", {0: "", 1: ""}),
        ("Ward", "", {}),
    ]
    assert template.metadata["Content-Type"] == "text/plain; charset=UTF-8"


def test_one_sentence_with_two_plurals_is_refused(project):
    write(project / "centers/models.py", 'ngettext("One test", "%(n)s tests", n)')
    write(project / "centers/views.py", 'ngettext("One test", "Tests", n)')

    with pytest.raises(ValueError, match=r"“One test” has two plurals, in centers/models\.py and in centers/views\.py"):
        extract()


# ── What it keeps ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_translation_is_kept_and_a_new_sentence_waits_for_one(project):
    write_catalogue(project, '# my note\nmsgid "Clinic"\nmsgstr "클리닉"')
    write(project / "centers/models.py", '_("Clinic")\n_("Departments")')

    run_messages()

    assert [(entry.msgid, entry.msgstr, entry.tcomment, entry.flags) for entry in entries("ko")] == [
        ("Clinic", "클리닉", "my note", []),
        ("Departments", "", "", []),
    ]


def test_a_reworded_sentence_keeps_its_translation_as_fuzzy_with_the_old_words(project):
    write_catalogue(project, '# my note\nmsgid "Open the page of %(name)s"\nmsgstr "페이지 열기: %(name)s"')
    write(project / "centers/models.py", '_("Open the page about %(name)s")')

    output = run_messages()

    assert (project / "locale/ko/LC_MESSAGES/django.po").read_text(encoding="utf-8").split("\n\n")[1] == (
        "# my note\n"
        "#: centers/models.py\n"
        "#, fuzzy, python-format\n"
        '#| msgid "Open the page of %(name)s"\n'
        'msgid "Open the page about %(name)s"\n'
        'msgstr "페이지 열기: %(name)s"\n'
    )
    assert output.splitlines() == [
        "ko: 1 sentences, 1 of them new.",
        "  reworded: “Open the page of %(name)s”, now “Open the page about %(name)s”",
        "en: 1 sentences, 1 of them new.",
        "ko: 1 sentence is not translated or fuzzy, and pages show English there.",
    ]


def test_words_that_gain_a_context_keep_their_translation_as_fuzzy(project):
    write_catalogue(project, 'msgid "Test"\nmsgstr "검사"')
    write(project / "centers/models.py", 'pgettext("noun", "Test")')

    run_messages()

    (entry,) = entries("ko")
    assert (entry.msgstr, entry.fuzzy, entry.previous_msgid, entry.previous_msgctxt) == ("검사", True, "Test", None)


def test_a_sentence_that_gains_a_plural_keeps_its_translation_as_fuzzy(project):
    write_catalogue(project, 'msgid "One ward"\nmsgstr "병동 한 곳"')
    write(project / "centers/models.py", 'ngettext("One ward", "%(n)s wards", n)')

    run_messages()

    (entry,) = entries("ko")
    assert (entry.msgstr_plural, entry.fuzzy, entry.previous_msgid) == ({0: "병동 한 곳"}, True, "One ward")


def test_the_words_that_a_fuzzy_translation_was_made_from_survive_a_second_rewording(project):
    write_catalogue(project, 'msgid "Open the page"\nmsgstr "페이지 열기"')
    write(project / "centers/models.py", '_("Open this page")')
    run_messages()

    write(project / "centers/models.py", '_("Open this one page")')
    run_messages()

    (entry,) = entries("ko")
    assert (entry.msgstr, entry.previous_msgid) == ("페이지 열기", "Open the page")


def test_a_translation_is_not_taken_from_a_sentence_that_is_still_there(project):
    write_catalogue(project, 'msgid "Clinic"\nmsgstr "클리닉"')
    write(project / "centers/models.py", '_("Clinic")\n_("Clinics")')

    run_messages()

    assert [(entry.msgid, entry.msgstr) for entry in entries("ko")] == [("Clinic", "클리닉"), ("Clinics", "")]


def test_a_translator_who_confirms_a_reworded_sentence_is_rid_of_the_old_words(project):
    write_catalogue(project, '#| msgid "Ward"\nmsgid "Wards"\nmsgstr "병동"')
    write(project / "centers/models.py", '_("Wards")')

    run_messages()

    (entry,) = entries("ko")
    assert (entry.msgstr, entry.previous_msgid) == ("병동", None)


def test_the_translation_of_a_sentence_that_left_the_code_is_kept_until_pruned(project):
    write_catalogue(project, 'msgid "Ward"\nmsgstr "병동"', 'msgid "Bed"\nmsgstr ""')
    write(project / "centers/models.py", '_("Clinic")')

    output = run_messages()

    assert [(entry.msgid, entry.msgstr) for entry in catalogues.read("ko").obsolete_entries()] == [("Ward", "병동")]
    assert output.splitlines() == [
        "ko: 1 sentences, 1 of them new.",
        "  no longer used: “Ward” (병동)",
        "en: 1 sentences, 1 of them new.",
        "ko: 1 sentence is not translated or fuzzy, and pages show English there.",
    ]
    assert "Ward" not in run_messages()
    run_messages(prune=True)
    assert [entry.msgid for entry in catalogues.read("ko")] == ["Clinic"]


def test_a_sentence_that_comes_back_has_its_translation_again(project):
    write_catalogue(project, '#~ msgid "Ward"\n#~ msgstr "병동"')
    write(project / "centers/models.py", '_("Ward")')

    run_messages()

    assert [(entry.msgid, entry.msgstr, entry.fuzzy) for entry in entries("ko")] == [("Ward", "병동", False)]
    assert list(check("ko")) == []


def test_an_obsolete_translation_is_no_fault(project):
    write_catalogue(project, '#~ msgid "Ward"\n#~ msgstr "병동"')

    assert list(check("ko")) == []


def test_a_translators_fuzzy_mark_stays_until_the_translator_takes_it_away(project):
    write_catalogue(project, '#, fuzzy\nmsgid "Clinic"\nmsgstr "병원"')
    write(project / "centers/models.py", '_("Clinic")')

    run_messages()

    assert [entry.fuzzy for entry in entries("ko")] == [True]


def test_a_catalogue_says_nothing_of_the_day_the_machine_or_the_line(project):
    write(
        project / "centers/models.py",
        '# Translators: where patients go\n_("%(name)s clinic")\nngettext("A day", "{n} days", 2)',
    )

    run_messages()

    assert (project / "locale/ko/LC_MESSAGES/django.po").read_text(encoding="utf-8") == (
        "# “make messages” keeps this list. Translators write in the msgstr lines only.\n"
        'msgid ""\n'
        'msgstr ""\n'
        '"Project-Id-Version: hospital-site\\n"\n'
        '"Report-Msgid-Bugs-To: docs/translators.md\\n"\n'
        '"PO-Revision-Date: YEAR-MO-DA HO:MI+ZONE\\n"\n'
        '"Last-Translator: FULL NAME <EMAIL@ADDRESS>\\n"\n'
        '"Language-Team: Korean\\n"\n'
        '"Language: ko\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=(0);\\n"\n'
        "\n"
        "#. where patients go\n"
        "#: centers/models.py\n"
        "#, python-format\n"
        'msgid "%(name)s clinic"\n'
        'msgstr ""\n'
        "\n"
        "#. part of the program\n"
        "#: centers/models.py\n"
        "#, python-brace-format\n"
        'msgid "A day"\n'
        'msgid_plural "{n} days"\n'
        'msgstr[0] ""\n'
    )


def test_what_a_translators_tool_wrote_at_the_head_of_a_file_stays(project):
    kept = {
        "PO-Revision-Date": "2026-11-28 10:00+0900",
        "Last-Translator": "Kim <kim@example.org>",
        "X-Generator": "Poedit 3.4",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    write_catalogue(project, header="\n".join(f'"{name}: {value}\\n"' for name, value in kept.items()))
    path = catalogues.path_of("ko")
    path.write_text("# Translated at the hospital\n" + path.read_text(encoding="utf-8"), encoding="utf-8")

    run_messages()

    catalogue = catalogues.read("ko")
    assert {name: catalogue.metadata.get(name) for name in kept} == kept
    assert catalogue.header == "Translated at the hospital"


@pytest.mark.parametrize("width", [0, 20, 78])
def test_a_file_that_a_tool_has_wrapped_is_read_the_same(project, width):
    long = "A sentence that is so long that every tool wraps it: %(name)s, and then it goes on for a while."
    long_korean = "어떤 도구라도 줄을 바꿀 만큼 긴 문장입니다: %(name)s, 그리고 그 뒤로도 한참 동안 계속 이어집니다."
    write_catalogue(
        project,
        f'msgid "{long}"\nmsgstr "{long_korean}"',
        'msgctxt "noun"\nmsgid "One \\"test\\" of a long kind"\nmsgid_plural "%(n)s tests"\nmsgstr[0] "검사 %(n)s가지"',
        '#~ msgid "Ward of the hospital"\n#~ msgstr "병동"',
    )
    write(
        project / "centers/some-models.py",
        f"_('{long}')\nnpgettext('noun', 'One \"test\" of a long kind', '%(n)s tests', n)",
    )
    run_messages()
    before = list(map(str, catalogues.read("ko")))

    saved = polib.pofile(str(catalogues.path_of("ko")), wrapwidth=width)
    saved.save()
    run_messages()

    assert list(map(str, catalogues.read("ko"))) == before
    assert list(check("ko")) == []


def test_a_second_run_changes_nothing(project):
    write(project / "templates/home.html", "{% translate 'Clinic' %} {% translate 'Test' context 'noun' %}")
    run_messages()
    before = {path: path.read_bytes() for path in project.rglob("django.*o")}

    run_messages()

    assert {path: path.read_bytes() for path in project.rglob("django.*o")} == before
    assert len(before) == 4


def test_django_reads_what_was_compiled_without_gettext_or_a_database(project, settings, monkeypatch):
    monkeypatch.setenv("PATH", "")
    write_catalogue(
        project,
        'msgid "Ward round"\nmsgstr "회진"',
        'msgid "One ward"\nmsgid_plural "%(n)s wards"\nmsgstr[0] "병동 %(n)s곳"',
        '#, fuzzy\nmsgid "Ward door"\nmsgstr "병동"',
    )
    write_catalogue(project, language="en")

    run_messages(compile=True)

    assert {path.stat().st_mode & 0o777 for path in project.rglob("django.mo")} == {0o644}  # for every account
    settings.LOCALE_PATHS = list(settings.LOCALE_PATHS)  # makes Django read the files anew, as a new process does
    with override("ko"):
        assert [gettext("Ward round"), ngettext("One ward", "%(n)s wards", 1), gettext("Ward door")] == [
            "회진",
            "병동 %(n)s곳",
            "Ward door",
        ]
    with override("en"):
        assert gettext("Ward round") == "Ward round"


def test_a_sentence_without_a_translation_is_english_and_not_in_the_first_language(project, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("vi", "Tiếng Việt")]
    untranslated = [
        'msgid "Ward round"\nmsgstr ""',
        'msgid "One ward"\nmsgid_plural "%(n)s wards"\nmsgstr[0] ""\nmsgstr[1] ""',
        'msgid "Save"\nmsgstr ""',
    ]
    rule = '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
    write_catalogue(project, 'msgid "Ward round"\nmsgstr "회진"')
    write_catalogue(project, language="en")
    write_catalogue(project, *untranslated, language="vi", header=rule)

    run_messages(compile=True)

    settings.LOCALE_PATHS = list(settings.LOCALE_PATHS)
    with override("vi"):
        assert gettext("Ward round") == "Ward round"
        assert [ngettext("One ward", "%(n)s wards", number) for number in (1, 5)] == ["One ward", "%(n)s wards"]
        assert gettext("Save") == "Lưu lại"  # Django's own


def test_compiling_asks_for_a_catalogue_that_is_missing(project):
    with pytest.raises(CommandError, match="There is no catalogue for “ko” yet"):
        run_messages(compile=True)


def test_a_third_language_is_a_line_in_the_settings(project, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "العربية")]
    write(project / "centers/models.py", 'ngettext("One ward", "%(n)s wards", 2)')

    run_messages()

    (entry,) = entries("ar")
    assert len(entry.msgstr_plural) == 6


@pytest.mark.parametrize("language", ["ko", "en", "ar", "fr", "he", "pl", "ru", "vi"])
def test_gettext_counts_as_the_language_does(language):
    locale = Locale.parse(language)
    count, expression = re.fullmatch(r"nplurals=(\d+); plural=(.*);", catalogues.plural_forms(locale)).groups()
    form_of = python_gettext.c2py(expression)

    forms = {number: form_of(number) for number in [*range(200), 1000, 10**6]}
    categories = {number: locale.plural_form(number) for number in forms}

    assert len(set(zip(categories.values(), forms.values(), strict=True))) == len(set(categories.values()))
    assert len(set(forms.values())) == len(set(categories.values()))
    assert max(forms.values()) < int(count)
