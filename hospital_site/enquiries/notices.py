"""The privacy notice of a hospital, made of the same record that consents and deletion read."""

from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.utils import translation

from hospital_site.enquiries.desks import desks
from hospital_site.publishing.languages import in_language

SOURCE = Path(__file__).with_name("notice.yaml")


@cache
def source():
    return yaml.safe_load(SOURCE.read_text(encoding="utf-8"))


def words_of(controller):
    """`{language: {"title": …, "sections": [{"heading": …, "lines": [{"text": …, "important": …}]}]}}`."""
    return {code: words_in(code, controller) for code in dict(settings.LANGUAGES)}


def words_in(code, controller):
    with translation.override(code):
        facts = facts_of(controller, code)
    sections = [
        {"heading": section["heading"], "lines": filled(section["lines"], facts)}
        for section in source()[code]["sections"]
    ]
    return {"title": source()[code]["title"], "sections": sections}


def facts_of(controller, code):
    names = [str(desk) for desk in desks() if desk.hospital_id == controller.hospital_id]
    return {
        "hospital": names[0] if names else str(controller.hospital),
        "basis": str(controller.get_basis_display()),
        "days": controller.appointment_days,
        "unclosed": controller.unclosed_days,
        "years": controller.request_years,
        "stub_years": controller.stub_years,
        "log_years": settings.ACCESS_LOG_YEARS,
        "telephone": controller.telephone,
        "contractors": in_language(controller, "contractors", code),
        "officer": in_language(controller, "officer", code),
        "officer_telephone": controller.officer_telephone,
        "officer_mail": controller.officer_mail,
    }


def filled(lines, facts):
    """The lines that have something to say: one that `needs` a fact, or stands only `without` it, may be left out."""
    return [
        {"text": line["text"].format(**facts), "important": line.get("important", False)}
        for line in lines
        if facts.get(line.get("needs"), True) and not facts.get(line.get("without"))
    ]
