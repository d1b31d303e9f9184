"""One word for one thing: in English what other sites call it, in Korean one term for each English one."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import override

from hospital_site.translations import catalogues
from tests.translations.files import entries

# English term: what the Korean translation of every sentence with it contains. Titles of laws have their own words.
KOREAN_TERMS = {
    r"working days?": "영업일",
    r"charters?": "권리와 의무",
    r"clinical (?:review|sign-off)(?:er)?s?": "의료진 검토",
    r"publish(?:ed|es|er|ing)?": "게시",
    r"scheduled": "예약",
    r"drafts?": "초안",
    r"previews?": "미리보기",
    r"history": "이력",
    r"staff site": "직원용 누리집",
    r"second factors?": "2단계 인증",
    r"recovery codes?": "복구 코드",
    r"passkeys?": "패스키",
    r"digests?|fingerprint \(": "해시값",
    r"reference numbers?": "접수번호",
    r"access log": "접속기록",
    r"audit log": "감사 기록",
    r"suspend(?:ed)?|suspension": "정지",
    r"resume[ds]?": "재개",
    r"recusals?": "관련 직원 제외",
    r"consents?": "동의",
    r"privacy officer": "개인정보 보호책임자",
    r"diagnostic tests?": "진단 검사",
}
# Words that another one has replaced, and pictures of our own for what GOV.UK and Wagtail have plain words for.
REPLACED = {
    "ko": "하였습니다|편집실|임상 검토|의학 검토|권리 장전|감사자|의 지문|[전후] 지문|파일 지문|공개 시작|공개된 다른|"
    "다시 발행했|평일 수|평일 기준 %|목록의 자리|찾은 것|^짧은 제목$|싶음$|같은 말을 써|(?:표적|방사선|약물|항암) 치료",
    "en": r"(?i)\beditions? | editions?\b|(?<!appointment )\bdesk\b|four eyes|what waits|\bwaits? for|"
    r"\bits hour\b|opens? (?:once|nothing)|take (?:it|the second factor) away|take the record up|"
    "as soon as it has served|these words stand",
}


def sentences(language):
    """`[(English, text)]`, of the texts that are read in `language`."""
    for entry in entries("ko"):
        translations = catalogues.translations_of(entry) if language == "ko" else [entry.msgid, entry.msgid_plural]
        yield entry.msgid, " ".join(filter(None, translations))


@pytest.mark.parametrize("english", KOREAN_TERMS)
def test_an_english_term_is_one_term_in_korean(english):
    term = re.compile(rf"\b(?:{english})(?!\w)", re.IGNORECASE)
    uses = [(msgid, korean) for msgid, korean in sentences("ko") if term.search(msgid)]

    assert uses
    assert [(msgid, korean) for msgid, korean in uses if KOREAN_TERMS[english] not in korean] == []


@pytest.mark.parametrize("language", REPLACED)
def test_a_word_that_was_replaced_does_not_come_back(language):
    assert [text for _msgid, text in sentences(language) if re.search(REPLACED[language], text)] == []


@pytest.mark.parametrize("korean", ["번역은 이 누리집에서 하였습니다.", "임상 검토", "약물 치료", "설명을 듣고 싶음"])
def test_a_replaced_korean_word_is_noticed(korean):
    assert re.search(REPLACED["ko"], korean)


@pytest.mark.parametrize("english", ["Editors’ desk", "Edition 3", "What waits", "Take it away", "It opens once."])
def test_a_replaced_english_word_is_noticed(english):
    assert re.search(REPLACED["en"], english)


def test_korean_has_one_kind_of_quotes():
    other_quotes = re.compile(r"[“”\"「」『』]")
    tags = re.compile(r"<[^>]*>")

    assert [text for _msgid, text in sentences("ko") if other_quotes.search(tags.sub("", text))] == []


def test_every_quote_of_korean_is_closed():
    assert [text for _msgid, text in sentences("ko") if text.count("‘") != text.count("’")] == []


def test_a_date_and_a_time_are_named_apart_in_korean():
    endings = {models.DateTimeField: ("시각", "시작", "기한"), models.DateField: ("날", "일", "날짜", "월")}
    with override("ko"):
        names = [
            (type(field), str(field.verbose_name))
            for model in apps.get_models()
            if (settings.BASE_DIR / model.__module__.split(".")[0]).is_dir()
            for field in model._meta.local_fields
            if type(field) in endings and field.verbose_name != field.name.replace("_", " ")
        ]

    assert names
    assert [name for kind, name in names if not name.endswith(endings[kind])] == []


def test_no_english_sentence_ends_in_an_hour():
    """“a.m.” brings a full stop of its own."""
    hour = re.compile(r'(\w+)=[\w.]+\|(?:date|time):"(?:DATETIME|SHORT_DATETIME|TIME)_FORMAT"')
    block = re.compile(r"{% blocktranslate.*?endblocktranslate %}", re.DOTALL)
    templates = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
    found = [(path.name, text) for path in templates for text in block.findall(path.read_text()) if hour.search(text)]

    assert found
    assert [
        (name, text)
        for name, text in found
        for variable in hour.findall(text)
        if re.search(rf"{{{{\s*{variable}\s*}}}}\.", text)
    ] == []
