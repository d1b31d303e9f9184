"""The privacy notice of a hospital, made of the same record that consents and deletion read."""

from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.utils import translation

from hospital_site.enquiries.consents import periods
from hospital_site.enquiries.desks import desks
from hospital_site.enquiries.models import Controller
from hospital_site.enquiries.states import Kind
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
        "contract": controller.basis == Controller.Basis.CONTRACT,
        **{f"appointment_{name}": period for name, period in periods(Kind.APPOINTMENT, controller).items()},
        **{f"request_{name}": period for name, period in periods(Kind.MEDIATION, controller).items()},
        "stub_years": controller.stub_years,
        "log_years": settings.ACCESS_LOG_YEARS,
        "telephone": controller.telephone,
        "contractors": in_language(controller, "contractors", code),
        "abroad": in_language(controller, "abroad", code),
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


def changed_between(before, after):
    """The headings of the sections of `after` (the words of a notice in one language) that say something else or new.

    A section that is gone is named too.
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
