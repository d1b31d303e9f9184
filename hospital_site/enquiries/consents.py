"""The consents as one hospital asks for them now, in one language, each with the version that its words make."""

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml
from django.utils.translation import ngettext, override

from hospital_site.enquiries.models import Controller
from hospital_site.enquiries.states import Kind

SOURCE = Path(__file__).with_name("consents.yaml")


class Row(NamedTuple):
    name: str
    text: str
    important: bool


class Sheet(NamedTuple):
    """One consent: what it says, and the box. Without a box it is a notice."""

    box: str
    heading: str
    lead_parts: tuple[str, ...]  # every second one is stressed
    rows: tuple[Row, ...]
    agree: str
    is_required: bool
    is_only_for_others: bool
    is_notice: bool

    @property
    def lead(self):
        return "".join(self.lead_parts)

    @property
    def words(self):
        """Everything a person reads, as plain lines: what is stored and what makes the version."""
        rows = [f"- {row.name}: {row.text}" for row in self.rows]
        return "\n".join([self.heading, self.lead, *rows, *([] if self.is_notice else [f"[ ] {self.agree}"])])

    @property
    def version(self):
        return hashlib.sha256(self.words.encode()).hexdigest()

    @property
    def field(self):
        return f"agree_{self.box}"


@cache
def source():
    return yaml.safe_load(SOURCE.read_text(encoding="utf-8"))


def sheets(kind, language, *, hospital, controller):
    """The consents of the form `kind` at `hospital` (its name), in their order."""
    with override(language):
        facts = {"hospital": hospital, "telephone": controller.telephone, **periods(kind, controller)}
    return [
        sheet(box, record, record[language], facts, is_notice=is_notice(kind, box, controller))
        for box, record in source()[kind].items()
    ]


def is_notice(kind, box, controller):
    """Only an appointment leads to a contract that the person asked for; a request always stands on consent."""
    return (kind, box, controller.basis) == (Kind.APPOINTMENT, "personal", Controller.Basis.CONTRACT)


def periods(kind, controller):
    """How long an enquiry is kept when the work on it has ended, and when it never ends, in words."""
    if kind == Kind.APPOINTMENT:
        return {"kept": in_words(controller.appointment_days), "unclosed": in_words(controller.unclosed_days)}
    return {"kept": in_words(365 * controller.request_years), "unclosed": in_words(controller.request_days)}


def in_words(days):
    """`90` → “90 days”, `1825` → “5 years”, in the reader's language."""
    years, odd = divmod(days, 365)
    if years and not odd:
        return ngettext("%(number)d year", "%(number)d years", years) % {"number": years}
    return ngettext("%(number)d day", "%(number)d days", days) % {"number": days}


def sheet(box, record, words, facts, *, is_notice):
    rows = []
    for row in [*words.get("rows", []), *words.get("as_notice" if is_notice else "as_consent", [])]:
        text = row["text"] if facts["telephone"] else row.get("without_telephone", row["text"])
        rows.append(Row(row["name"], text.format(**facts), row.get("important", False)))
    return Sheet(
        box=box,
        heading=words["heading"],
        lead_parts=tuple(words["lead"].format(**facts).split("**")),
        rows=tuple(rows),
        agree=words["agree"],
        is_required=record["required"],
        is_only_for_others=record.get("only_for_others", False),
        is_notice=is_notice,
    )
