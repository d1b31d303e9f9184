"""Sheets to take along to an appointment: a page in two languages side by side, line by line, ready to print.

They are made of the same editions as the pages. `PARTS` says for each kind of page what its sheet holds.
"""

from functools import partial
from itertools import zip_longest
from typing import Any, NamedTuple

from django.conf import settings
from django.shortcuts import render
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext_lazy as _

from centers.models import Clinic, Condition, DiagnosticTest, Treatment
from hospital_site.publishing.languages import in_language, languages_by_preference
from hospital_site.publishing.pages import public
from hospital_site.publishing.reading import reader_of
from hospital_site.templatetags.components import names_emergency_number
from hospital_site.templatetags.text import is_list, out_of_date, parts
from patients_rights.models import Article, Charter
from patients_rights.views import CONTACT_PAGE, page_with_agencies

SUFFIX = "sheet/"
WHO_ADDED_THE_NUMBERS = _(
    "The charter names these agencies. Their telephone numbers and hours were added by this site."
)


class Line(NamedTuple):
    """One row of a sheet. `texts` has a text for each language, empty where that is missing.

    `voice` says whose words it is: `hospital`, `site`, or nobody's in particular. `row` is the record of a line that
    has more than a text. `notes` say for each language that its text is out of date, empty where it is not.
    """

    kind: str
    texts: list[str] = ()
    voice: str = ""
    row: Any = None
    is_urgent: bool = False
    names_voice: bool = False
    notes: list[str] = ()

    @property
    def cells(self):
        """Return `[(text, note), …]`."""
        return list(zip_longest(self.texts, self.notes, fillvalue=""))

    @property
    def classes(self):
        marks = [self.voice and f"by-{self.voice}", self.is_urgent and "urgent"]
        return " ".join(["line", f"is-{self.kind}", *filter(None, marks)])


class Part(NamedTuple):
    """One section of a sheet. `lines` are functions from a page to its lines; `heading_field` names the page's own."""

    anchor: str
    heading: str
    lines: list
    heading_field: str = ""


def languages_of_sheet():
    """Return the two languages that a sheet has room for: the reader's, and the hospital's or the next."""
    reader, *others = languages_by_preference()
    return [reader, *sorted(others, key=settings.LANGUAGE_CODE.__ne__)[:1]]


def texts_of(row, field):
    """Return the texts of `field`, the reader's language first."""
    return [in_language(row, field, code) for code in languages_of_sheet()]


def notes_of(row, *fields):
    """Return since when the text of `fields` is out of date, the reader's language first, each in its own language."""
    notes = []
    for code in languages_of_sheet():
        with override(code):
            notes.append(next(filter(None, (out_of_date(row, field, code) for field in fields)), ""))
    return notes


def text(field, voice, page, kind="text"):
    """Yield the paragraphs and list entries of one text, or the text as one line where the languages differ in them."""
    texts = texts_of(page, field)
    if not any(texts):
        return
    pieces = [list(pieces_of(text)) for text in texts]
    shapes = {tuple(map(is_list, of_one)) for of_one in pieces if of_one}
    if len(shapes) > 1:
        lines = [texts]
    else:
        length = max(map(len, pieces))
        lines = zip(*(of_one or [""] * length for of_one in pieces), strict=True)
    for number, line in enumerate(lines):
        is_question = kind == "question" and any(map(is_list, filter(None, line)))
        shown = [one.removeprefix("- ") for one in line] if is_question else list(line)
        is_urgent = any(map(names_emergency_number, line))
        notes = notes_of(page, field) if number == 0 else ()
        yield Line("question" if is_question else "text", shown, voice, is_urgent=is_urgent, notes=notes)


def pieces_of(text):
    for part in parts(text):
        yield from part.splitlines() if is_list(part) else [part]


def names(relation, page, explanation=""):
    """Yield the names of the rows or pages `relation`, each with its explanation by this site."""
    for row in getattr(page, relation):
        yield Line("name", texts_of(row, "name"), notes=notes_of(row, "name"))
        if explanation:
            yield from text(explanation, "site", row)


def research(page):
    for topic in page.research_topics:
        yield from text("text", "hospital", topic)
        yield from text("explanation", "site", topic)


def articles(kind, page):
    """Yield each article whole: in each language with title and text, or not at all."""
    for article in page.articles:
        if article.kind == kind:
            whole = zip(texts_of(article, "title"), texts_of(article, "text"), strict=True)
            texts = ["\n\n".join(both) if all(both) else "" for both in whole]
            if any(texts):
                yield Line("article", texts, row=article, notes=notes_of(article, "title", "text"))


def hospital_telephones(page):
    yield from (Line("telephone", row=row) for row in page.hospital.public_contacts if row.telephone)


def agencies(page):
    if page.agencies:
        yield Line("text", [translated(WHO_ADDED_THE_NUMBERS, code) for code in languages_of_sheet()])
    yield from (Line("telephone", row=row) for row in page.agencies)


def added(field, **how):
    return partial(text, field, "site", **how)


def quoted(field):
    return partial(text, field, "hospital")


WHEN_TO_CALL = Part("when-to-call", _("When to call"), [added("when_to_call")])
QUESTIONS = Part("questions", _("Questions to ask"), [added("questions", kind="question")])
CONTACTS = Part("contacts", _("Contact the hospital"), [hospital_telephones])


def procedure(explanation, side_effects, *preparation):
    """Return the parts of a treatment or a test under its headings."""
    return [
        Part("explanation", explanation, [added("explanation")]),
        Part("what-happens", _("What happens"), [added("what_happens")]),
        Part("preparation", _("How to prepare"), [*preparation, added("site_preparation")]),
        Part("side-effects", side_effects, [added("side_effects")]),
        WHEN_TO_CALL,
        QUESTIONS,
        Part("overview", _("What the hospital says"), [quoted("overview")]),
    ]


PARTS = {
    Condition: [
        Part("explanation", _("What this illness is"), [added("explanation")]),
        Part("symptoms", _("Symptoms"), [added("symptoms")]),
        Part("tests", _("How it is found"), [added("how_found")]),
        Part("treatments", _("How it is treated"), [added("how_treated")]),
        Part("eating", _("Eating"), [added("eating")]),
        WHEN_TO_CALL,
        QUESTIONS,
    ],
    Treatment: procedure(_("What this treatment is"), _("Side effects and risks")),
    DiagnosticTest: procedure(_("What this test is"), _("Risks"), quoted("preparation")),
    Clinic: [
        Part("introduction", _("What the hospital says"), [quoted("introduction")]),
        Part("departments", _("Departments"), [partial(names, "departments")]),
        Part("areas", _("Areas of treatment"), [partial(names, "areas", explanation="explanation")], "areas_heading"),
        Part("tests", _("Diagnostic tests"), [quoted("tests_overview"), partial(names, "tests")], "tests_heading"),
        Part(
            "treatments",
            _("Treatments"),
            [quoted("treatments_overview"), partial(names, "treatments")],
            "treatments_heading",
        ),
        Part("support", _("Support for symptoms and quality of life"), [partial(names, "support_services")]),
        Part("research", _("Research"), [research], "research_heading"),
    ],
    Charter: [
        Part("introduction", _("What the hospital says"), [quoted("introduction")]),
        Part("rights", _("Patients’ rights"), [partial(articles, Article.Kind.RIGHT)], "rights_heading"),
        Part(
            "responsibilities",
            _("Patients’ responsibilities"),
            [partial(articles, Article.Kind.RESPONSIBILITY)],
            "responsibilities_heading",
        ),
        Part("agencies", _("Agencies that help in a medical dispute"), [agencies]),
    ],
}
NOTES = Part("notes", _("My own questions and notes"), [lambda page: [Line("blank")] * 6])


@public(reads=["section"])
def sheet(request, model, **address):
    """The sheet of a page: all parts, or those that `?section=…` names, such as one article of a charter.

    Of what it does not know it takes no notice.
    """
    reader = reader_of(request)
    page = reader.page(model, request.path_info.removesuffix(SUFFIX), in_every_language=True)
    if model is Charter:
        contact = page_with_agencies(reader.listed(CONTACT_PAGE))
        page.attach(agencies=contact.dispute_agencies if contact else page.agencies)
    found = [(part, lines) for part in [*PARTS[model], CONTACTS, NOTES] if (lines := lines_of(part, page))]
    named = set(request.GET.getlist("section"))
    chosen = {part.anchor: lines if part.anchor in named else articles_of(lines, named) for part, lines in found}
    chosen = chosen if any(chosen.values()) else {part.anchor: lines for part, lines in found}
    sections = [
        {"anchor": part.anchor, "headings": headings(part, page), "lines": chosen[part.anchor]}
        for part, _lines in found
    ]
    context = {"page": page, "sections": sections, "columns": columns(page.reviews), "noindex": True}
    response = render(request, "sheets/sheet.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def articles_of(lines, anchors):
    return [line for line in lines if line.kind == "article" and line.row.anchor in anchors]


def lines_of(part, page):
    """Return the lines of `part`, each run of one voice beginning with a line that names it."""
    lines, last = [], ""
    for line in (line for make_lines in part.lines for line in make_lines(page)):
        if line.voice and line.voice != last:
            last = line.voice
            line = line._replace(names_voice=True)
        lines.append(line)
    return lines


def headings(part, page):
    """Return the heading of `part` in each language: the page's own where it has one."""
    codes = languages_of_sheet()
    own = texts_of(page, part.heading_field) if part.heading_field else [""] * len(codes)
    return [text or translated(part.heading, code) for code, text in zip(codes, own, strict=True)]


def translated(sentence, code):
    with override(code):
        return str(sentence)


def columns(reviews):
    return [
        {
            "code": code,
            "name": dict(settings.LANGUAGES)[code],
            "direction": "rtl" if get_language_info(code)["bidi"] else "ltr",
            "review": reviews[code],
        }
        for code in languages_of_sheet()
    ]
