"""Which texts are out of date when a site has three languages, and when texts were checked before they had a source."""

from types import SimpleNamespace

import pytest

from hospital_site.publishing import staleness, stored_checks

CODES = ["ko", "en", "vi"]
IN_SYNC = {"ko": "간", "en": "Liver", "vi": "Gan"}


@pytest.fixture(autouse=True)
def three_languages(monkeypatch):
    for module in (staleness, stored_checks):
        monkeypatch.setattr(module, "CODES", CODES)
    monkeypatch.setattr(staleness, "names_of", lambda row: ["name"])


def row(checked=None, **texts):
    columns = {f"name_{code}": texts.get(code, "") for code in CODES}
    return SimpleNamespace(**columns, checked=checked or {}, source_language="")


def edited(before, **texts):
    after = row(before.checked, **{code: getattr(before, f"name_{code}") for code in CODES} | texts)
    staleness.note_edit(after, before)
    return after


def stale(row):
    return [gap.language for gap in staleness.gaps(row) if gap.kind == "stale"]


@pytest.fixture
def name():
    new = row(**IN_SYNC)
    staleness.note_edit(new, None)
    return new


def test_one_changed_translation_marks_no_other_language(name):
    assert stale(edited(name, vi="Lá gan")) == []


def test_a_changed_source_marks_every_translation_until_each_is_checked(name):
    changed = edited(name, ko="간장")
    rewritten = edited(changed, vi="Lá gan")

    assert (stale(changed), stale(rewritten), stale(edited(rewritten, en="The liver"))) == (["en", "vi"], ["en"], [])


def test_a_source_that_comes_later_leaves_its_translations_up_to_date():
    name = row(en="Liver")
    staleness.note_edit(name, None)
    name = edited(name, vi="Gan")

    filled = edited(name, ko="간")

    assert (stale(filled), stale(edited(filled, ko="간장"))) == ([], ["en", "vi"])


def gap_of_before(row, code):
    """How a text counted before decision 0019: against every other language."""
    known = row.checked.get("name", {}).get(code, {})
    others = {c: text for c in CODES if c != code and (text := getattr(row, f"name_{c}"))}
    return bool(getattr(row, f"name_{code}")) and any(known.get(c) != text for c, text in others.items())


ALL_CHECKED = {code: {other: IN_SYNC[other] for other in CODES if other != code} for code in CODES}
STORED = {
    "all in sync": ALL_CHECKED,
    "never checked": {},
    "a translation out of date": ALL_CHECKED | {"en": {"ko": "옛말", "vi": "Gan"}},
    "a source out of date with its translation": ALL_CHECKED | {"ko": {"en": "Old", "vi": "Gan"}},
    "a translation out of date with another": ALL_CHECKED | {"vi": {"ko": "간", "en": "Old"}},
    "checked against one language only": {"ko": {"en": "Liver"}, "en": {"ko": "간"}},
}


@pytest.mark.parametrize("texts", [IN_SYNC, {"ko": "간", "vi": "Gan"}, {"en": "Liver", "vi": "Gan"}, {"ko": "간"}])
@pytest.mark.parametrize("checked", STORED.values(), ids=STORED)
def test_what_was_stored_before_texts_had_a_source_counts_as_it_did(checked, texts):
    stored = row({"name": checked}, **texts)
    before = [code for code in CODES if gap_of_before(stored, code)]

    stored.checked = {"name": {code: stored_checks.kept(stored, "name", code) for code in CODES}}

    assert stale(stored) == before
    assert texts != IN_SYNC or stale(edited(stored, en="A liver")) == [c for c in before if c != "en"]
