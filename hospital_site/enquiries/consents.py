"""The consents as one hospital asks for them now, in one language, each with the version that its words make."""

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from hospital_site.enquiries.models import Controller

SOURCE = Path(__file__).with_name("consents.yaml")


class Row(NamedTuple):
    name: str
    text: str
    important: bool


class Sheet(NamedTuple):
    """One consent: what it says, and the box. Without a box it is a notice."""

    box: str
    heading: str
    lead: str
    rows: tuple[Row, ...]
    agree: str
    is_required: bool
    is_only_for_others: bool
    is_notice: bool

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
    facts = {
        "hospital": hospital,
        "telephone": controller.telephone,
        "days": controller.appointment_days,
        "years": controller.request_years,
    }
    return [sheet(box, record, record[language], facts, controller) for box, record in source()[kind].items()]


def sheet(box, record, words, facts, controller):
    rows = []
    for row in words.get("rows", []):
        text = row["text"] if facts["telephone"] else row.get("without_telephone", row["text"])
        rows.append(Row(row["name"], text.format(**facts), row.get("important", False)))
    return Sheet(
        box=box,
        heading=words["heading"],
        lead=words["lead"].format(**facts),
        rows=tuple(rows),
        agree=words["agree"],
        is_required=record["required"],
        is_only_for_others=record.get("only_for_others", False),
        is_notice=box == "personal" and controller.basis == Controller.Basis.CONTRACT,
    )
