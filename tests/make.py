"""Builders. Each makes a draft with words in every language; a test names only what it is about.

`make.treatment(kind="surgery")` also makes the center it belongs to, `make.published(page)` publishes it with the pages
above it.
"""

from datetime import date
from itertools import count

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import models
from modeltranslation.fields import TranslationField

from centers.models import Center, Clinic, Condition, ContactPage, DiagnosticTest, Hospital, Treatment
from hospital_site.glossary.models import Term
from hospital_site.publishing.candidates import compose
from hospital_site.publishing.drafts import note_draft
from hospital_site.publishing.models import Edition
from hospital_site.publishing.pipeline import issue
from hospital_site.publishing.sign_offs import sign_off
from hospital_site.publishing.snapshots import captured_fields, inline_model
from hospital_site.publishing.staleness import mark_all_checked, rows_of
from patients_rights.models import Charter
from tests.recorded import recorded

numbers = count(1)

WORDS = {"ko": "낱말", "en": "Words"}


def hospital(**fields):
    return page(Hospital, "name", fields)


def center(**fields):
    return page(Center, "name", fields, hospital=hospital)


def clinic(**fields):
    return page(Clinic, "name", fields, center=center)


def treatment(**fields):
    return procedure(Treatment, {"kind": Treatment.Kind.SURGERY, **fields})


def test(**fields):
    return procedure(DiagnosticTest, {"kind": DiagnosticTest.Kind.HORMONE, **fields})


def condition(**fields):
    return procedure(Condition, fields)


def charter(**fields):
    return page(Charter, "title", fields, hospital=hospital)


def contact_page(**fields):
    return page(ContactPage, "name", {"slug": "contact", **fields})


def term(**fields):
    return page(Term, "name", {"topic": Term.Topic.TEST, **fields})


def procedure(model, fields):
    if fields.get("clinic"):
        fields.setdefault("center", fields["clinic"].center)
    return page(model, "name", fields, center=center)


def page(model, title, fields, **above):
    """A saved draft of kind `model`. `above` names builders for what it belongs to when `fields` do not."""
    number = next(numbers)
    belongs = {name: build() for name, build in above.items() if name not in fields}
    titles = {f"{title}_{code}": f"{words} {spelt(number)}" for code, words in WORDS.items()}
    return model.objects.create(**{"slug": f"page-{number}", **titles, **belongs, **fields})


def spelt(number):
    """`12` → `BC`: a name without digits, which would have to be the same in all languages."""
    return "".join(chr(ord("A") + int(digit)) for digit in str(number))


def part(page, name, **fields):
    """A row `name` of `page`, such as `make.part(clinic, "areas", name_ko="간암")`."""
    fields.setdefault("position", getattr(page, name).count() + 1)
    return getattr(page, name).create(**fields)


def article(charter, number, **fields):
    titles = {f"title_{code}": f"{words} {number}" for code, words in WORDS.items()}
    texts = {f"text_{code}": f"{words}." for code, words in WORDS.items()}
    return charter.articles.create(number=number, **{"kind": "right", **titles, **texts, **fields})


def published(page, **how):
    """`page` as patients see it: its draft is issued as it stands, with the pages above it that they do not see yet."""
    above = page.ancestors()
    live = Edition.objects.live().filter(page__in=[one.key for one in above]).values_list("page", flat=True)
    for one in [one for one in above if one.key not in live]:
        show(one)
    show(page, **how)
    return page


def show(page, **how):
    issue(compose(page), **{"by": "the test", **how})
    note_draft(page)


@recorded
def every_kind():
    """One draft of each kind of page, in which every column and two rows of every part are filled, keyed by kind."""
    top = hospital()
    middle = center(hospital=top)
    low = clinic(center=middle)
    below = {"center": middle, "clinic": low}
    pages = [top, middle, low, treatment(**below), test(**below), condition(**below)]
    pages += [charter(hospital=top), term(), contact_page()]
    for page in pages:
        fill(page)
        for name in page.inline_relations:
            link = getattr(type(page), name).rel.field.name
            for number in (1, 2):
                fill(inline_model(type(page), name)(**{link: page}), number)
    low.departments.set(top.departments.all())
    pages[5].tests.set([pages[4]])
    pages[5].treatments.set([pages[3]])
    return {page.page_kind(): page for page in pages}


def fill(row, number=1):
    """Give every column that an edition captures a value of its own, and save `row`."""
    for field in captured_fields(type(row)):
        if isinstance(field, models.ForeignKey) or field.name == "slug":
            continue
        setattr(row, field.attname, value_for(field, number))
    row.save()


def value_for(field, number):
    if field.flatchoices:
        return field.flatchoices[(number - 1) % len(field.flatchoices)][0]
    if isinstance(field, TranslationField):
        return f"{WORDS[field.language]} {field.name} {number}"[: field.max_length]
    if isinstance(field, models.URLField):
        return f"https://www.example.org/{number}"
    if isinstance(field, models.EmailField):
        return f"desk-{number}@example.org"
    if isinstance(field, models.DateField):
        return date(2026, 11, number)
    if isinstance(field, models.BooleanField):
        return True
    return number if isinstance(field, models.PositiveIntegerField | models.PositiveSmallIntegerField) else f"{number}"


def member(role):
    """Somebody of the staff in the group `role`, such as `Editor`, with no other rights."""
    user = get_user_model().objects.create(username=f"member-{next(numbers)}", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def languages():
    return list(dict(settings.LANGUAGES))


def languages_at(address):
    """The codes of the languages of an error page: that of the address comes first."""
    return sorted(languages(), key=lambda code: not address.startswith(f"/{code}/"))


def in_sync(page):
    """`page` with every translation checked against the others, as staff leave it."""
    for row in rows_of(page):
        mark_all_checked(row)
        row.save()
    note_draft(page)
    page.refresh_from_db()
    return page


def signed(page, *codes, **fields):
    """`page`, whose draft a clinician has signed in these languages (all)."""
    sign_off(page, codes or languages(), **{"by": "the test", "name": "김의사", "role": "내과 전문의", **fields})
    return page
