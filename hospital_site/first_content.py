"""The first content of the site, and what this site adds to it for patients, from files to drafts."""

from pathlib import Path

from django.conf import settings
from modeltranslation.fields import TranslationField
from modeltranslation.utils import get_translation_fields

from centers.models import Center, Clinic, Condition, ContactPage, DiagnosticTest, Hospital, Treatment
from hospital_site.publishing.drafts import deleted_drafts, record_edit
from hospital_site.publishing.languages import column_of
from hospital_site.publishing.loading import create, restore_rows
from hospital_site.publishing.models import Edition
from hospital_site.publishing.pipeline import lock
from hospital_site.publishing.snapshots import translated_names
from hospital_site.publishing.staleness import CODES, mark_all_checked, mark_checked, normal
from hospital_site.staff.models import AuditEntry
from hospital_site.yaml_files import read_yaml
from patients_rights.models import Charter

BY = "load_first_content"
NAMES = get_translation_fields("name")


def content(application, name="first_content"):
    path = Path(settings.BASE_DIR, application, f"{name}.yaml")
    return read_yaml(path)


def create_pages():
    """Make the pages of the two source documents. Return them, each after those above it."""
    pages = []
    for place, record in enumerate(content("centers")["hospitals"], start=1):
        pages += create(Hospital, record, place)
    for record in content("patients_rights")["charters"]:
        pages += create(Charter, record, hospital=Hospital.objects.get(slug=record["hospital"]))
    for page in pages:
        note_new(page)
    return pages


def add_patient_information():
    """Write what this site adds into the drafts that do not have it yet, and make the pages of illnesses.

    Return the pages that were made or changed, each after those above it. Nothing that an editor wrote is replaced.
    """
    information = content("centers", "patient_information")
    pages = {page.address: page for kind in (Center, Clinic, Treatment, DiagnosticTest) for page in kind.objects.all()}
    known = [(pages[record["address"]], record) for record in information["pages"] if record["address"] in pages]
    changed = [page for page, record in known if add_to(page, record)]
    for place, record in enumerate(information["conditions"], start=1):
        changed += make_condition(pages.get(record["below"]), record, place)
    return changed


def add_to(page, record):
    """Return whether the draft of `page` took something of `record`. What has been given its notes has it already."""
    page = lock(page)
    before = page.draft_digest
    if getattr(page, "review_notes", None):
        return False
    changes = [write(page, record)]
    for part in record.get("areas", []):
        named = {column: part[column] for column in get_translation_fields("name") if column in part}
        changes += [write(area, part) for area in page.areas.filter(**named)]
    if "review_notes" in record:
        type(page)._base_manager.filter(pk=page.pk).update(review_notes=record["review_notes"])
    if any(changes):
        record_edit(page, by=BY, before=before)
    return any(changes)


def write(row, record):
    """Write the fields of `record` into `row` where it has no text, or still has one that this site wrote earlier."""
    translated = translated_names(type(row))
    changed = []
    for name in [field.name for field in row._meta.concrete_fields if not isinstance(field, TranslationField)]:
        columns = get_translation_fields(name) if name in translated else [name]
        columns = [column for column in columns if column in record]
        if not columns or not may_write(row, name, columns, record):
            continue
        for column in columns:
            setattr(row, column, record[column])
        changed.append(name)
    for name in set(changed) & set(translated):
        for code in CODES:
            if column_of(name, code) in record:
                mark_checked(row, name, code)
    if changed:
        row.save()
    return bool(changed)


def may_write(row, name, columns, record):
    texts = {column: normal(getattr(row, column)) for column in columns}
    earlier = {column: map(normal, record.get(f"earlier_{plural(column)}", [])) for column in columns}
    return not any(texts.values()) or all(texts[column] in earlier[column] for column in columns)


def plural(column):
    """`explanation_en` → `explanations_en`."""
    name, _underscore, code = column.rpartition("_")
    return f"{name}s_{code}"


def make_condition(parent, record, place):
    """Return the page of the illness `record` below `parent`, in a list.

    It is empty if `parent` is gone or has such a page already, or if an editor has deleted that.
    """
    if parent is None:
        return []
    center = parent if isinstance(parent, Center) else parent.center
    if Condition.objects.filter(center=center, slug=record["slug"]).exists():
        return []
    planned = {
        Condition(center=center, slug=record["slug"]).address,
        *(record[name] for name in NAMES if name in record),
    }
    if planned & deleted_drafts(Condition):
        return []
    below = {"center": center} if parent == center else {"center": center, "clinic": parent}
    [page] = create(Condition, record, place, **below)
    Condition.objects.filter(pk=page.pk).update(review_notes=record["review_notes"])
    note_new(page)
    return [page]


def add_contacts():
    """Write how to reach them into the drafts of hospitals without contacts, and make the contact page.

    Return the pages that were made or changed. What an editor has deleted does not come back.
    """
    record = content("centers", "contacts")
    hospitals = {page.slug: page for page in Hospital.objects.all()}
    changed = [
        page for one in record["hospitals"] if (page := hospitals.get(one["slug"])) and add_contacts_to(page, one)
    ]
    had_contact_page = Edition.objects.of(ContactPage).exists() or deleted_drafts(ContactPage)
    if not ContactPage.objects.exists() and not had_contact_page:
        [page] = create(ContactPage, record["contact_page"])
        note_new(page)
        changed.append(page)
    return changed


def add_contacts_to(page, record):
    """Return whether the draft of the hospital `page` took the contacts of `record`: not if it has or had any."""
    page = lock(page)
    before = page.draft_digest
    had_contacts = any(edition.data and edition.data.get("contacts") for edition in page.editions().with_content())
    was_given_them = AuditEntry.objects.of(page).edits().filter(by=BY).exclude(before="").exists()
    if page.contacts.exists() or had_contacts or was_given_them:
        return False
    if not page.website:
        write(page, {name: value for name, value in record.items() if name.startswith("website")})
    if not any(getattr(page, column) for column in get_translation_fields("street_address")):
        write(page, {name: value for name, value in record.items() if "address" in name})
    restore_rows(page, "contacts", record["contacts"])
    for row in page.contacts.all():
        mark_all_checked(row)
        row.save()
    record_edit(page, by=BY, before=before)
    return True


def note_new(page):
    """Note who made `page`: a command, which is nobody's own work."""
    record_edit(page, by=BY, before="")
