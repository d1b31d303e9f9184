"""What `manage.py messages --check` finds in a catalogue: planted faults, and what must be left alone."""

import io
import re
import unicodedata

import polib
import pytest
from django.conf import settings as project_settings
from django.core.management import CommandError, call_command
from django.utils.translation import override

from hospital_site.translations import catalogues
from hospital_site.translations.catalogue_checks import check, check_file
from hospital_site.translations.management.commands.messages import language_of_the_terminal
from tests.translations.files import run_messages, write, write_catalogue

ARABIC_RULE = (
    '"Language: ar\\n"\n"Plural-Forms: nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : '
    'n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;\\n"'
)
PLACEHOLDER_MISSING = "The placeholder {} is missing."
PLACEHOLDER_ADDED = "The placeholder {} is not in the English sentence: the page would show an error."
NUMBER_MISSING = "The number {} is missing, or is another one here."
NUMBER_ADDED = "The number {} is not in the English sentence."
PERCENT = "The sign % stands alone: the page would show an error. For a percent sign write it twice."
BRACE = "The brace {} has no partner: a placeholder needs both, with its name between them."
TAG_MISSING, TAG_ADDED = "The tag {} is missing.", "The tag {} is not in the English sentence."
TAG_CHANGED = "{} became {}: what stands inside a tag is not translated."
WHITESPACE = "It begins or ends with other white space than the English sentence."
INVISIBLE = "An invisible sign ({}) stands after “{}”: remove it."
UNPAIRED = "{} and {} do not match: one of them is missing."
SPEECH = "“{}” is another level of speech than the rest of the site (합니다체)."
GLOSSARY = "The glossary rules out “{}”; write “{}”."
PARTICLE = "In “{}” the ending depends on a word that is not known: turn the sentence round."
NFD = "Letters are stored in pieces (NFD), as some computers do, so that no search finds them: type them anew."
ENGLISH = "This is the English again, or another language."


def po(english, translation):
    return str(polib.POEntry(msgid=english, msgstr=translation)).strip()


def texts(project, *entries, **options):
    write_catalogue(project, *entries, **options)
    with override("en"):
        return [fault.text for fault in check(options.get("language", "ko"))]


# ── One translation ───────────────────────────────────────────────────────────────────────────────────────────────────

PLANTED = {
    "lost_placeholder": ("Since %(date)s", "시작", [PLACEHOLDER_MISSING.format("%(date)s")]),
    "misspelt_placeholder": (
        "Since %(date)s",
        "시작: %(data)s",
        [PLACEHOLDER_MISSING.format("%(date)s"), PLACEHOLDER_ADDED.format("%(data)s")],
    ),
    "lost_brace_placeholder": ("Since {date}", "시작", [PLACEHOLDER_MISSING.format("{date}")]),
    "added_placeholder": ("Clinics", "클리닉 %(name)s", [PLACEHOLDER_ADDED.format("%(name)s")]),
    "added_brace_placeholder": ("Clinics", "클리닉 {name}", [PLACEHOLDER_ADDED.format("{name}")]),
    "lost_nameless_placeholder": ("%s of %s", "전체 중 %s", [PLACEHOLDER_MISSING.format("%s")]),
    "placeholder_without_its_letter": ("%(n)s tests", "검사 %(n)가지", [PLACEHOLDER_MISSING.format("%(n)s"), PERCENT]),
    "placeholder_of_another_kind": (
        "%(n)s tests",
        "검사 %(n)d가지",
        [PLACEHOLDER_MISSING.format("%(n)s"), PLACEHOLDER_ADDED.format("%(n)d")],
    ),
    "stray_percent": ("Half of the patients", "환자의 절반(%)", [PERCENT]),
    "single_percent_for_two": ("60%% of patients", "환자의 60%", [PERCENT]),
    "single_percent_beside_a_placeholder": ("%(n)s%% done", "완료 %(n)s%", [PERCENT]),
    "lost_percent": ("60%% of patients", "환자의 60", [NUMBER_MISSING.format("%")]),
    "lone_opening_brace": ("Clinics", "클리닉 {", [BRACE.format("{")]),
    "lone_closing_brace": ("Clinics", "클리닉 }", [BRACE.format("}")]),
    "placeholder_left_open": ("Since {date}", "시작: {date", [PLACEHOLDER_MISSING.format("{date}"), BRACE.format("{")]),
    "lost_tags": ("See <b>all</b>", "모두 보기", [TAG_MISSING.format("<b>"), TAG_MISSING.format("</b>")]),
    "tag_left_open": ("See <b>all</b>", "<b>모두 보기", [TAG_MISSING.format("</b>")]),
    "added_tag": ("See all", "모두<br>보기", [TAG_ADDED.format("<br>")]),
    "another_tag": (
        "See <b>all</b>",
        "<i>모두</i> 보기",
        [TAG_MISSING.format("<b>"), TAG_MISSING.format("</b>"), TAG_ADDED.format("<i>"), TAG_ADDED.format("</i>")],
    ),
    "tags_crossed": (
        "<b><i>See</i></b>",
        "<b><i>보기</b></i>",
        ["The tags are not closed in the order in which they are opened."],
    ),
    "closed_before_opened": (
        "<b>See</b>",
        "</b>보기<b>",
        ["The tags are not closed in the order in which they are opened."],
    ),
    "telephone_in_a_link": (
        'Call <a href="tel:119">119</a>',
        '<a href="tel:911">119</a>에 전화하기',
        [TAG_CHANGED.format('<a href="tel:119">', '<a href="tel:911">')],
    ),
    "address_of_a_link": (
        'See <a href="/ko/search/">all</a>',
        '<a href="/ko/suche/">모두</a> 보기',
        [TAG_CHANGED.format('<a href="/ko/search/">', '<a href="/ko/suche/">')],
    ),
    "lost_entity": ("A&nbsp;test", "검사", [TAG_MISSING.format("&nbsp;")]),
    "changed_address": (
        "See https://example.org/a",
        "https://example.org/b 보기",
        ["The address https://example.org/a is missing or was changed."],
    ),
    "lost_mail_address": (
        "Write to a@example.org.",
        "편지를 보내 주세요.",
        ["The address a@example.org is missing or was changed."],
    ),
    "changed_number": (
        "Call 119 at once",
        "바로 911 전화",
        [NUMBER_MISSING.format("119"), NUMBER_ADDED.format("911")],
    ),
    "lost_number": ("Within 24 hours", "빠른 시간 안에", [NUMBER_MISSING.format("24")]),
    "added_number": ("Within hours", "3시간 안에", [NUMBER_ADDED.format("3")]),
    "comma_of_another_language": (
        "2.5 mg",
        "2,5 밀리그램",
        [NUMBER_MISSING.format("2.5"), NUMBER_ADDED.format("2,5"), NUMBER_ADDED.format("2,5")],
    ),
    "point_of_another_language": (
        "1,500 tests",
        "검사 1.500가지",
        [NUMBER_MISSING.format("1,500"), NUMBER_ADDED.format("1.500")],
    ),
    "digits_swapped": ("In 2026", "2062년", [NUMBER_MISSING.format("2026"), NUMBER_ADDED.format("2062")]),
    "added_newline": ("Clinics", "클리닉\n", [WHITESPACE]),
    "space_at_the_start": ("Clinics", " 클리닉", [WHITESPACE]),
    "two_spaces": ("All clinics", "모든  클리닉", ["Two spaces stand in a row."]),
    "letters_in_pieces": ("Clinics", unicodedata.normalize("NFD", "클리닉"), [NFD, ENGLISH]),
    "zero_width_space": ("Clinics", "클리\u200b닉", [INVISIBLE.format("U+200B", "클리")]),
    "byte_order_mark": ("Clinics", "\ufeff클리닉", [INVISIBLE.format("U+FEFF", "")]),
    "soft_hyphen": ("Clinics", "클리\u00ad닉", [INVISIBLE.format("U+00AD", "클리")]),
    "direction_turned": ("Clinics", "클리닉\u202e", [INVISIBLE.format("U+202E", "클리닉")]),
    "joiner": ("Clinics", "클\u200d리닉", [INVISIBLE.format("U+200D", "클")]),
    "non_breaking_space": ("All clinics", "모든\u00a0클리닉", [INVISIBLE.format("U+00A0", "모든")]),
    "filler_of_korean_syllables": ("All clinics", "모든\u3164클리닉", [INVISIBLE.format("U+3164", "모든")]),
    "replacement_character": ("Clinics", "클리\ufffd", [INVISIBLE.format("U+FFFD", "클리")]),
    "quotation_left_open": ("“%(name)s” is live", "‘%(name)s 페이지가 게시됨", [UNPAIRED.format("‘", "’")]),
    "bracket_left_open": ("Clinics (all)", "클리닉(전체", [UNPAIRED.format("(", ")")]),
    "corner_bracket_left_open": ("Clinics", "「클리닉", [UNPAIRED.format("「", "」")]),
    "plain_speech": ("Tests are done.", "검사를 한다.", [SPEECH.format("한다.")]),
    "plain_speech_in_the_past": ("A test was done.", "검사를 했다.", [SPEECH.format("했다.")]),
    "friendly_speech": ("Tests are done.", "검사를 해요.", [SPEECH.format("해요.")]),
    "clipped_speech": ("There is no test.", "검사가 없음.", [SPEECH.format("없음.")]),
    "old_command": ("Press it.", "누르시오.", [SPEECH.format("시오.")]),
    "rude_command": ("Press it.", "버튼을 눌러라.", [SPEECH.format("눌러라.")]),
    "rude_statement": ("It is done.", "저장했어.", [SPEECH.format("저장했어.")]),
    "rude_question": ("Are you sure?", "확실하냐?", [SPEECH.format("확실하냐?")]),
    "familiar_question": ("Is this it?", "이것이 맞아?", [SPEECH.format("맞아?")]),
    "plain_speech_on_a_button": ("Save all pages", "모든 페이지를 저장한다", [SPEECH.format("페이지를 저장한다")]),
    "rude_button": ("Save all pages", "모든 페이지를 저장해라", [SPEECH.format("페이지를 저장해라")]),
    "forbidden_spelling": ("Octreotide", "옥트레오티드", [GLOSSARY.format("옥트레오티드", "옥트레오타이드")]),
    "forbidden_jargon": ("Biopsy", "생검을 합니다", [GLOSSARY.format("생검", "조직 검사")]),
    "forbidden_promise": ("A cure", "완치율", [GLOSSARY.format("완치", "관해")]),
    "name_of_another_hospital": ("Cancer center", "국립암센터", [GLOSSARY.format("국립암센터", "국가 암 전문 기관")]),
    "particle_after_a_placeholder": ("%(name)s is live", "%(name)s은 공개", [PARTICLE.format("%(name)s은")]),
    "both_particles_after_a_quotation": (
        "“%(name)s” was published.",
        "‘%(name)s’을(를) 게시했습니다.",
        [PARTICLE.format("%(name)s’을")],
    ),
    "particle_after_a_tag": ("<b>%(name)s</b> with", "<b>%(name)s</b>와 함께", [PARTICLE.format("%(name)s</b>와")]),
    "english_again": ("%(name)s clinics", "%(name)s clinics", [ENGLISH]),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_fault_of_a_translation_is_named(project, planted):
    english, translation, faults = PLANTED[planted]

    assert sorted(texts(project, po(english, translation))) == sorted(faults)


def test_at_least_sixty_faults_are_planted():
    assert len(PLANTED) >= 60


@pytest.mark.parametrize(
    ("english", "translation", "language"),
    [
        ("60%% of patients", "٦٠٪ من المرضى", "ar"),
        ("2.5 mg", "٢٫٥ ملغ", "ar"),
        ("1,500 patients", "١٬٥٠٠ مريض", "ar"),
        ("2.5 mg", "2,5 mg", "vi"),
        ("1,500 patients", "1.500 bệnh nhân", "vi"),
        ("1,500 patients", "1 500 patients", "fr"),
        ("WCAG 2.2", "WCAG 2.2 bằng tiếng Việt", "vi"),
        ("See “all”", "Voir «\u00a0tout\u00a0»", "fr"),
        ("All", "همه\u200cی", "fa"),
        ("Wait five minutes.", "5분 기다려 주세요.", "ko"),
        ("Your second factor", "2단계 인증", "ko"),
        ("9 to 12", "9시~12시", "ko"),
        ("Since %(date)s", "%(date)s 이후", "ko"),
        ("%(count)s tests", "%(count)s가지 검사", "ko"),
        ("%(name)s tells you", "%(name)s에서 알립니다.", "ko"),
        ("%(count)s subjects", "%(count)s과목", "ko"),
        ("{name}: this page", "{name}: 이 페이지", "ko"),
        ("PET scan of %(name)s", "%(name)s (PET 검사)", "ko"),
        ("%(name)s (%(code)s)", "%(name)s (%(code)s)", "ko"),
        ("Enter your name.", "이름을 입력해 주세요.", "ko"),
        ("Is it possible?", "가능합니까?", "ko"),
        ("Check it.", "확인하십시오.", "ko"),
        ("Is it your first visit?", "처음 오시나요?", "ko"),
        ("{{ and }} stay", "{{ 와 }} 기호", "ko"),
    ],
)
def test_what_is_right_in_a_language_is_left_alone(project, english, translation, language):
    rule = catalogues.plural_forms(catalogues.Locale.parse(language))
    header = f'"Language: {language}\\n"\n"Plural-Forms: {rule}\\n"'

    assert texts(project, po(english, translation), language=language, header=header) == []


# ── Plural forms ──────────────────────────────────────────────────────────────────────────────────────────────────────


def plural(*forms, one="One day", other="%(n)s days"):
    lines = [f'msgstr[{number}] "{form}"' for number, form in enumerate(forms)]
    return "\n".join([f'msgid "{one}"', f'msgid_plural "{other}"', *lines])


def test_a_form_that_serves_one_number_may_leave_it_out(project):
    forms = ["لا أيام", "يوم واحد", "يومان", "%(n)s أيام", "%(n)s يومًا", "%(n)s يوم"]

    assert texts(project, plural(*forms), language="ar", header=ARABIC_RULE) == []


def test_a_form_that_serves_many_numbers_names_the_number(project):
    forms = ["لا أيام", "يوم واحد", "يومان", "أيام", "%(n)s يومًا", "%(n)s يوم"]

    assert texts(project, plural(*forms), language="ar", header=ARABIC_RULE) == [PLACEHOLDER_MISSING.format("%(n)s")]


def test_the_only_form_of_a_language_names_the_number(project):
    assert texts(project, plural("하루")) == [PLACEHOLDER_MISSING.format("%(n)s")]


def test_other_placeholders_stay_in_every_form(project):
    forms = ["يوم", "يوم", "يومان", "%(n)s من %(total)s أيام", "%(n)s من %(total)s يومًا", "%(n)s من %(total)s يوم"]
    sentence = plural(*forms, one="%(n)s day of %(total)s", other="%(n)s days of %(total)s")

    missing = [PLACEHOLDER_MISSING.format(part) for part in ["%(n)s", "%(total)s"]]
    assert texts(project, sentence, language="ar", header=ARABIC_RULE) == missing * 3


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("Plural-Forms: nplurals=2; plural=n != 1;", "The plural rule is not that of the language. It is “{rule}”."),
        ("Plural-Forms: nplurals=1; plural=n;", "The plural rule is not that of the language. It is “{rule}”."),
        ("Plural-Forms: nplurals=6; plural=open(1);", "The plural rule is not that of the language. It is “{rule}”."),
        (
            "X-Generator: Poedit",
            "The head of the file lacks the plural rule of the language: write “Plural-Forms: {rule}”.",
        ),
    ],
)
def test_a_wrong_plural_rule_is_named_with_the_right_one(project, header, fault):
    rule = catalogues.plural_forms(catalogues.Locale.parse("ar"))

    found = texts(project, plural("يوم"), language="ar", header=f'"Language: ar\\n"\n"{header}\\n"')

    assert found[0] == fault.format(rule=rule)


def test_too_few_plural_forms_are_named(project):
    found = texts(project, plural("يوم", "%(n)s أيام"), language="ar", header=ARABIC_RULE)

    assert found == ["It has 2 plural forms; the language has 6."]


# ── The file ──────────────────────────────────────────────────────────────────────────────────────────────────────────

HEAD = 'msgid ""\nmsgstr ""\n"Language: ko\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
UNREADABLE = (
    "This line cannot be read. Each text stands in straight quotation marks on its line, and one inside it is written "
    "with a backslash before it."
)


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        pytest.param(f'{HEAD}msgid "Test"\nmsgstr "검사\n', 7, UNREADABLE, id="missing_closing_quote"),
        pytest.param(f'{HEAD}msgid "Test"\nmsgstr 검사"\n', 7, UNREADABLE, id="missing_opening_quote"),
        pytest.param(f'{HEAD}msgid "Test"\nmsgstr "a "검사" b"\n', 7, UNREADABLE, id="quote_inside"),
        pytest.param(f'{HEAD}msgid "Test"\nmsgstr "검사\\"\n', 7, UNREADABLE, id="escaped_closing_quote"),
        pytest.param(f'{HEAD}msgid "Test"\nmsgtsr "검사"\n', 7, UNREADABLE, id="misspelt_keyword"),
        pytest.param(f'{HEAD}<<<<<<< ours\nmsgid "Test"\n', 6, UNREADABLE, id="conflict"),
        pytest.param(f'{HEAD}msgstr "검사"\n\nmsgid "Test"\n', 6, UNREADABLE, id="out_of_order"),
        pytest.param(
            f'{HEAD}msgid "Test"\nmsgstr "검사"\n\nmsgid "Test"\nmsgstr "시험"\n',
            9,
            "The sentence stands in the file twice, first in line 6.",
            id="twice",
        ),
        pytest.param(
            'msgid ""\nmsgstr ""\n"X: y\\n"\n',
            1,
            "The head of the file names no known language: write it as “Language: vi”.",
            id="no_language",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_named_with_its_line(project, text, line, fault):
    path = write(project / "sent/ko.po", text)

    with override("en"):
        found = check_file(path)

    assert [(each.line, each.text) for each in found] == [(line, fault)]


def test_a_file_in_another_encoding_is_named_with_its_line(project):
    path = write(project / "sent/ko.po", "")
    path.write_bytes((HEAD + 'msgid "Test"\nmsgstr "검사"\n').encode("euc-kr"))

    with override("en"):
        (fault,) = check_file(path)

    assert (fault.line, fault.text) == (7, "The file is not in UTF-8: save it in that encoding.")


def test_a_sent_file_is_checked_by_the_rules_of_its_own_language(project):
    path = write(project / "sent/new.po", HEAD.replace("ko", "ko_KR") + 'msgid "Test"\nmsgstr "검사를 한다."\n')

    with override("en"):
        assert [fault.text for fault in check_file(path)] == [SPEECH.format("한다.")]


@pytest.mark.parametrize("command", [{"check": []}, {"compile": True}, {}])
def test_a_fault_stops_every_command_with_file_line_and_sentence(project, command):
    write(project / "centers/models.py", '_("Half of the patients")')
    path = write_catalogue(project, po("Half of the patients", "환자의 50%"), po("Bad", "나쁨"))
    write_catalogue(project, language="en")
    output = io.StringIO()

    with pytest.raises(CommandError, match=r"fault"):
        call_command("messages", stdout=output, **command)

    assert re.search(
        r"^locale/ko/LC_MESSAGES/django\.po:\d+: “Half of the patients”: The sign %", output.getvalue(), re.MULTILINE
    )
    assert not path.with_suffix(".mo").exists()


@pytest.mark.parametrize("command", [{"check": []}, {"compile": True}, {}])
def test_a_syntax_error_stops_every_command_with_its_line(project, command):
    write_catalogue(project, 'msgid "Test"\nmsgstr "검사')
    write_catalogue(project, language="en")
    output = io.StringIO()

    with pytest.raises(CommandError) as error:
        call_command("messages", stdout=output, **command)

    assert f"locale/ko/LC_MESSAGES/django.po:7: {UNREADABLE}" in output.getvalue() + str(error.value)


def test_what_is_unfinished_is_named_but_the_rest_is_compiled(project):
    write_catalogue(project, 'msgid "Test"\nmsgstr ""', '#, fuzzy\nmsgid "Ward"\nmsgstr "병동"')
    write_catalogue(project, language="en")

    output = run_messages(compile=True)

    assert output == "ko: 2 sentences are not translated or fuzzy, and pages show English there.\n"
    assert catalogues.path_of("ko").with_suffix(".mo").exists()
    with pytest.raises(CommandError, match=r"2 faults\."):
        run_messages(check=[])


@pytest.mark.parametrize(
    ("terminal", "language"), [("ko_KR.UTF-8", "ko"), ("en_GB", "en"), ("vi_VN", "en"), ("C", "en")]
)
def test_the_command_speaks_the_language_of_the_terminal(monkeypatch, terminal, language):
    for name in ["LANGUAGE", "LC_ALL", "LC_MESSAGES"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", terminal)

    assert language_of_the_terminal() == language


@pytest.mark.parametrize("language", dict(project_settings.LANGUAGES))
def test_the_real_catalogues_have_no_fault(language):
    with override("en"):
        assert list(map(str, check(language))) == []
