"""The privacy notice of a hospital, made from the same DataController that consents and deletion use."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import translation

from hospital_site.enquiries.consents import retention_periods
from hospital_site.enquiries.models import DataController, PrivacyNotice
from hospital_site.enquiries.recipients import recipient_of
from hospital_site.enquiries.states import Kind
from hospital_site.publishing.languages import in_language, languages_by_preference
from hospital_site.publishing.snapshots import cleaned
from hospital_site.yaml_files import read_with_added_languages

SOURCE = Path(__file__).with_name("notice.yaml")


@cache
def load_source():
    return read_with_added_languages(SOURCE)


def notice_content(controller):
    """Return `{language: {"title": …, "sections": [{"heading": …, "lines": [{"text": …, "important": …}]}]}}`.

    It is in the languages of the site that have the words.
    """
    return {code: content_in(code, controller) for code in dict(settings.LANGUAGES) if code in load_source()}


def language_of_words(notice):
    """Return the language in which the reader is shown `notice`."""
    return next(code for code in [*languages_by_preference(), *notice.words] if code in notice.words)


def content_in(code, controller):
    with translation.override(code):
        facts = facts_for(controller, code)
    sections = [
        {"heading": section["heading"], "lines": select_lines(section["lines"], facts)}
        for section in load_source()[code]["sections"]
    ]
    return {"title": load_source()[code]["title"], "sections": sections}


def facts_for(controller, code):
    page = recipient_of(controller.hospital_id).page
    return {
        "hospital": str(page or controller.hospital),
        "contract": controller.basis == DataController.Basis.CONTRACT,
        **{f"appointment_{name}": period for name, period in retention_periods(Kind.APPOINTMENT, controller).items()},
        **{f"request_{name}": period for name, period in retention_periods(Kind.MEDIATION, controller).items()},
        "stub_years": controller.stub_years,
        "log_years": settings.ACCESS_LOG_YEARS,
        "telephone": controller.telephone,
        "contractors": in_language(controller, "contractors", code),
        "abroad": in_language(controller, "abroad", code),
        "officer": in_language(controller, "officer", code),
        "officer_telephone": controller.officer_telephone,
        "officer_mail": controller.officer_mail,
    }


def select_lines(lines, facts):
    """Return the lines that apply: a line may need a fact (`needs`), or its absence (`without`)."""
    return [
        {"text": line["text"].format(**facts), "important": line.get("important", False)}
        for line in lines
        if facts.get(line.get("needs"), True) and not facts.get(line.get("without"))
    ]


def changed_headings(before, after):
    """Return the headings of the sections of `after` (a notice in one language) that are changed or new.

    Headings of removed sections are included.
    """
    old, new = (
        {section["heading"]: section["lines"] for section in words["sections"]} if words else {}
        for words in (before, after)
    )
    return [
        heading
        for heading in [*new, *(heading for heading in old if heading not in new)]
        if old.get(heading) != new.get(heading)
    ]


@transaction.atomic
def issue_privacy_notice(controller, *, by):
    """Store and return the next version of the hospital's notice, or return `None` where nothing has changed."""
    controller = DataController.objects.select_for_update().get(pk=controller.pk)
    words = notice_content(controller)
    last = PrivacyNotice.objects.filter(hospital=controller.hospital_id).first()
    if last and cleaned(last.words) == cleaned(words):
        return None
    number = last.number + 1 if last else 1
    return PrivacyNotice.objects.create(hospital_id=controller.hospital_id, number=number, issued_by=by, words=words)
