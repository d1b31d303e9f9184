"""The consents that one hospital asks for now, in one language, each with a version made from its text."""

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import ngettext, override

from hospital_site.enquiries.models import DataController
from hospital_site.enquiries.states import Kind
from hospital_site.publishing.languages import languages_by_preference
from hospital_site.yaml_files import read_with_added_languages

SOURCE = Path(__file__).with_name("consents.yaml")


class Row(NamedTuple):
    name: str
    text: str
    important: bool


class ConsentStatement(NamedTuple):
    """One consent that a form asks for: its text, and the label of its checkbox. A notice has no checkbox."""

    key: str
    language: str
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
        """Return everything a person reads, as plain lines: it is stored, and its hash is the version."""
        rows = [f"- {row.name}: {row.text}" for row in self.rows]
        return "\n".join([self.heading, self.lead, *rows, *([] if self.is_notice else [f"[ ] {self.agree}"])])

    @property
    def version(self):
        return hashlib.sha256(self.words.encode()).hexdigest()

    @property
    def field(self):
        return f"agree_{self.key}"


@cache
def load_source():
    return read_with_added_languages(SOURCE)


def language_of_words(kind, reader=None):
    """Return the language in which somebody reads the consents of `kind`: their own, or the next that has the words."""
    records = load_source()[kind].values()
    return next(code for code in languages_by_preference(reader) if all(code in record for record in records))


def consent_statements(kind, language, *, hospital, controller):
    """Return the consents of the form `kind` at `hospital` (its name), in their order."""
    with override(language):
        facts = {"hospital": hospital, "telephone": controller.telephone, **retention_periods(kind, controller)}
    return [
        consent_statement(key, language, record, facts, is_notice=is_notice(kind, key, controller))
        for key, record in load_source()[kind].items()
    ]


def is_notice(kind, key, controller):
    """Only an appointment leads to a contract that the person asked for; a request is always based on consent."""
    return (kind, key, controller.basis) == (Kind.APPOINTMENT, "personal", DataController.Basis.CONTRACT)


def retention_periods(kind, controller):
    """Return how long an enquiry is kept when the work on it has ended, and when it never ends, as text."""
    if kind == Kind.APPOINTMENT:
        return {"kept": format_days(controller.appointment_days), "unclosed": format_days(controller.unclosed_days)}
    return {"kept": format_days(365 * controller.request_years), "unclosed": format_days(controller.request_days)}


def format_days(days):
    """Return `90` as “90 days” and `1825` as “5 years”, in the active language."""
    years, odd = divmod(days, 365)
    if years and not odd:
        return ngettext("%(number)d year", "%(number)d years", years) % {"number": years}
    return ngettext("%(number)d day", "%(number)d days", days) % {"number": days}


def consent_statement(key, language, record, facts, *, is_notice):
    words, rows = record[language], []
    for row in [*words.get("rows", []), *words.get("as_notice" if is_notice else "as_consent", [])]:
        text = row["text"] if facts["telephone"] else row.get("without_telephone", row["text"])
        rows.append(Row(row["name"], text.format(**facts), row.get("important", False)))
    return ConsentStatement(
        key=key,
        language=language,
        heading=words["heading"],
        lead_parts=tuple(words["lead"].format(**facts).split("**")),
        rows=tuple(rows),
        agree=words["agree"],
        is_required=record["required"],
        is_only_for_others=record.get("only_for_others", False),
        is_notice=is_notice,
    )
