"""The components of pages: one tag, one template, declared parameters.

`{% load components %}` provides the page header, sections with their list of contents, quotations, explanations added
by this site, cards, pictures and the line on sources. Wrong use raises, so that a test or a preview shows it.
"""

import re
from functools import cache

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context, Engine
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import select_template
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from hospital_site.glossary.explaining import explain
from hospital_site.publishing.fragments import fragment
from hospital_site.publishing.languages import localized as localized_texts
from hospital_site.publishing.languages import shown_languages
from hospital_site.publishing.reading import Review
from hospital_site.publishing.snapshots import languages_written
from hospital_site.publishing.timeline import changes
from hospital_site.sources import original_language, without_files
from hospital_site.templatetags.text import blocks, is_list, language_name, marked, parts, telephone, under_notes

register = template.Library()


register.simple_tag(fragment)  # {% fragment "centers/contact_block.html" hospital=page.hospital %}: an include, kept

TONES = ("plain", "warning")
PICTOGRAM_FILE = "drawings/pictograms.svg"
PICTOGRAM_SOURCE = settings.BASE_DIR / "static" / PICTOGRAM_FILE
PICTOGRAMS = frozenset(re.findall(r'<symbol id="([\w-]+)"', PICTOGRAM_SOURCE.read_text()))
NEUTRAL_PICTOGRAM = "neutral"
EMERGENCY_NUMBER = 119
THREE_DIGITS = re.compile(r"(?<!\d)\d{3}(?!\d)")


def render(component, /, **context):
    """Returns the HTML of `components/<component>.html`."""
    return Engine.get_default().get_template(f"components/{component}.html").render(Context(context))


def stripped(content):
    return mark_safe(content.strip())  # noqa: S308 (escaped when it was rendered)


@register.simple_block_tag
def one_line(content):
    """{% one_line as title %}…{% endone_line %}: the text inside on one line, for a title or a description."""
    line = " ".join(content.split())
    if not line:
        raise ValueError("one_line is empty: every page needs its own title and description.")
    return mark_safe(line)  # noqa: S308 (its pieces were escaped when they were rendered)


@register.simple_block_tag
def page_header(content, *, title, kind="", page=None, drawing="", fallback=None, pictogram="", above="", above_url=""):
    """{% page_header title=name kind=_("Clinic") page=page %} … {% endpage_header %}: breadcrumb, hospital, heading.

    `drawing` names a large picture and `fallback` the one for pages without their own, as in the tag `drawing`; a page
    without any shows the `pictogram` instead. `above`, at `above_url`, is the last of the breadcrumbs for a page that
    stands below a list and no other page.
    """
    title = title or (str(page) if page else "")  # a draft without a name is called by its address
    if not title:
        raise ValueError("page_header needs a title.")
    ancestors = page.ancestors if page else []
    return render(
        "page_header",
        content=stripped(content),
        title=title,
        kind=kind,
        page=page,
        ancestors=ancestors,
        picture=picture_of(drawing, fallback=fallback) if drawing else "",
        pictogram=pictogram,
        hospital=ancestors[0] if ancestors else None,
        above=above,
        above_url=above_url,
    )


@register.simple_block_tag(takes_context=True)
def section(context, content, anchor, heading, *, within=""):
    """{% section "tests" heading %} … {% endsection %}: left out, also in the contents, when it is empty.

    `within`: the lines below it in the list of contents, as HTML.
    """
    if not heading:
        raise ValueError(f"The section #{anchor} has no heading.")
    if not content.strip():
        return ""
    line = {"anchor": anchor, "heading": heading, "within": within}
    context.render_context.setdefault("sections", []).append(line)
    content = explain(content, getattr(context, "request", None), context.get("page"))
    return render("section", content=content, anchor=anchor, heading=heading)


@register.simple_block_tag(takes_context=True)
def sections(context, content, *, lists_from=2):
    """{% sections %} … {% endsections %}: the sections of a page, with a list of contents when there are several."""
    found = context.render_context.get("sections", [])
    context.render_context["sections"] = []
    return render("sections", content=content, contents=found if len(found) >= lists_from else []) if found else ""


@register.simple_block_tag
def quoted(content, hospital):
    """{% quoted page.hospital %} … {% endquoted %}: a statement of the hospital, attributed to it."""
    if not hospital:
        raise ValueError("quoted needs the hospital that made the statement.")
    if not content.strip():
        return ""
    return render("quoted", content=content, hospital=hospital)


@register.simple_block_tag(takes_context=True)
def added(context, content, *, title=""):
    """{% added title=… %} … {% endadded %}: text that this site added, with its state of review."""
    page = context.get("page")
    return rendered_as_added(content, page and page.review, title=title) if content.strip() else ""


def rendered_as_added(content, review, title=""):
    why = fragment("components/why.html", review=plain_review(review))
    return render("added", content=content, title=title, why=why)


@register.simple_tag
def added_text(page, field):
    """{% added_text page "when_to_call" %}: a text that this site added, with its state of review; else nothing.

    What names the emergency number stands out as a card.
    """
    found = localized_texts(page, field)
    if not found:
        return ""
    groups = [(is_urgent, "\n\n".join(together)) for is_urgent, together in by_urgency(parts(found.text))]
    html = [render("care", content=dialled(blocks(text))) if is_urgent else blocks(text) for is_urgent, text in groups]
    content = under_notes(page, field, found, format_html_join("\n", "{}", ((one,) for one in html)))
    return rendered_as_added(content, page.review)


def names_emergency_number(text):
    """Return whether `text` holds the emergency number, in whatever digits: readers of Arabic may write ١١٩."""
    return any(int(number) == EMERGENCY_NUMBER for number in THREE_DIGITS.findall(text))


def by_urgency(paragraphs):
    """`[[is_urgent, [paragraph, …]], …]`: a list belongs to the paragraph that it follows."""
    groups = []
    for paragraph in paragraphs:
        is_urgent = names_emergency_number(paragraph) or bool(is_list(paragraph) and groups and groups[-1][0])
        if not groups or groups[-1][0] != is_urgent:
            groups.append([is_urgent, []])
        groups[-1][1].append(paragraph)
    return groups


def dialled(html):
    """`html` of escaped texts, in which the emergency number is a link that dials it."""

    def link(number):
        return str(telephone(number[0])) if names_emergency_number(number[0]) else number[0]

    return mark_safe(THREE_DIGITS.sub(link, html))  # noqa: S308 (escaped before)


@register.simple_block_tag
def notice(content, *, tone="plain", title=""):
    """{% notice tone="warning" title=_("Before you come") %} … {% endnotice %}"""
    if tone not in TONES:
        raise ValueError(f"notice has no tone “{tone}”; it has {', '.join(TONES)}.")
    return render("notice", content=content, tone=tone, title=title)


@register.simple_block_tag
def card(content, page, *, pictogram, label=""):
    """{% card test pictogram=test.kind label=test.get_kind_display %} … {% endcard %}: a link to a page."""
    label = label if str(label).casefold() not in str(page).casefold() else ""
    return fragment("components/card.html", content=stripped(content), page=page, pictogram=pictogram, label=label)


@register.simple_tag
def review_line(review):
    """{% review_line page.review %}: who has reviewed a page, and when, or that nobody has."""
    return fragment("components/review.html", review=plain_review(review))


def plain_review(review):
    """Return a review that may not have been read yet as a value for a fragment."""
    return Review(*review) if review else ""


@register.simple_tag
def pictogram(name):
    """{% pictogram "hormone" %}: a small drawing beside words that say the same; its names are in `PICTOGRAM_SOURCE`.

    Patients see a neutral one where a name is unknown; a developer and a test see the mistake.
    """
    if name not in PICTOGRAMS:
        if settings.DEBUG or settings.MODE == "test":
            raise ValueError(
                f"There is no pictogram “{name}”; {PICTOGRAM_SOURCE.name} has {', '.join(sorted(PICTOGRAMS))}."
            )
        name = NEUTRAL_PICTOGRAM
    return drawn_pictogram(name, staticfiles_storage.url(PICTOGRAM_FILE))


@cache
def drawn_pictogram(name, file):
    return render("pictogram", name=name, file=file)


def picture_of(name, *, decorative=False, fallback=None):
    """Returns the SVG of `drawings/<name>.html`, else of `fallback`; nothing where `fallback` is empty."""
    names = [name] if fallback is None else [name, fallback]
    try:
        return select_template([f"drawings/{each}.html" for each in names if each]).render({"decorative": decorative})
    except TemplateDoesNotExist:
        if fallback == "":
            return ""
        raise


@register.simple_tag
def drawing(name, *, decorative=False, fallback=None):
    """{% drawing center.slug fallback="center" %}: the picture of a page with its text alternative, or another one.

    Raises `TemplateDoesNotExist` when neither was drawn; an empty `fallback` allows a page without a picture.
    """
    return picture_of(name, decorative=decorative, fallback=fallback)


@register.simple_tag
def team(departments):
    """{% team page.departments %}: a diagram of the departments around the patient."""
    return render("team", departments=departments) if departments else ""


@register.simple_tag
def source(page, *, translated=True, reviews=None):
    """{% source page %}: the hospital of a page, the source of its texts and the date of its edition.

    `reviews` are those of `page` by language, for a page that is shown in several.
    """
    hospital = page.ancestors[0] if page.ancestors else page
    original = original_language(page.edition.data) if translated else None
    translations = [
        code for code in languages_written(page.edition.data) if code != original and code in shown_languages()
    ]
    return render(
        "source",
        page=page,
        hospital=hospital,
        original=original and language_name(original),
        translations=", ".join(map(language_name, translations)),
        translated=translated,
        review=reviews[get_language()] if reviews else page.review,
        on_a_sheet=bool(reviews),
    )


@register.simple_tag
def changed(page, *, in_brief=False):
    """{% changed page %}: since when it is on this site, when it last changed for readers, and what they are told.

    `in_brief` leaves what they are told to the page itself.
    """
    found = changes(page.edition, get_language())
    if not found:
        return ""
    *later, first = found
    told = later if not in_brief and any(change.note for change in later) else []
    return render("changed", first=first, last=found[0], is_changed=bool(later), changes=told)


@register.simple_tag
def source_line(page):
    """{% source_line page %}: where the words of `page` come from, in a reader's words."""
    found = localized_texts(page, "source")
    line = without_files(found.text)
    return marked(found, line) if line else ""
