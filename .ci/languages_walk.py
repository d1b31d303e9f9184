"""The steps of `.ci/languages` that need the site: run in the copy, with the settings of the copy."""

import re
import sys
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import polib
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language_info, override
from lxml import html

from hospital_site.enquiries.models import DataController
from hospital_site.enquiries.notices import issue_privacy_notice
from hospital_site.first_content import content
from hospital_site.glossary.models import Term
from hospital_site.publishing.drafts import record_edit
from hospital_site.publishing.loading import create
from hospital_site.publishing.models import Edition, TranslationState, page_models
from hospital_site.publishing.pipeline import publish
from hospital_site.publishing.policy import Refused
from hospital_site.publishing.snapshots import translated_names
from hospital_site.publishing.staleness import mark_all_checked, rows_of
from hospital_site.translations import catalogues

ADDED = ["vi", "ar"]
BY = "languages"
KEPT = re.compile(r"(%\([^)]*\)[sd]|%%|%[sd]|\{[^}]*\}|<[^>]+>|&\w+;|https?://\S+|\S+@\S+|[+\d][\d\s-]{5,}\d)")
LETTERS = {
    "vi": str.maketrans("aeiouyAEIOUY", "ăêịơủýĂÊỊƠỦÝ"),
    "ar": str.maketrans(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%",
        "ابصدعفغهيجكلمنوبقرستوفوخيزابصدعفغهيجكلمنوبقرستوفوخيز٠١٢٣٤٥٦٧٨٩٪",
    ),
}
UNTRANSLATED = "mri"  # a page that nobody has translated
faults = []


def fault(place, text):
    faults.append(f"{place}: {text}")


def pseudo(text, code):
    """Made-up words and numbers as the language writes them. Placeholders, tags, addresses and telephones stay."""
    pieces = KEPT.split(text)
    return "".join(piece if odd % 2 else in_digits_of(piece, code) for odd, piece in enumerate(pieces))


def in_digits_of(text, code):
    if code == "vi":
        text = re.sub(r"(?<=\d)[.,](?=\d)", lambda sign: {",": ".", ".": ","}[sign[0]], text)
    return text.translate(LETTERS[code])


# ── translate ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def translate():
    for code in ADDED:
        catalogue = catalogues.read(code)
        for entry in catalogue:
            if entry.msgid_plural:
                entry.msgstr_plural = {form: pseudo(entry.msgid_plural, code) for form in entry.msgstr_plural}
            else:
                entry.msgstr = pseudo(entry.msgid, code)
        catalogues.write(code, catalogue)
    check_rights()
    check_counts()
    with transaction.atomic():
        for place, record in enumerate(content("hospital_site/glossary")["terms"][:3], start=1):
            create(Term, record, place)
        for page in pages():
            translate_page(page)
        open_forms()


def pages():
    return [page for model in page_models() for page in model.objects.all()]


def translate_page(page):
    before = page.draft_digest
    if page.slug != UNTRANSLATED:
        for row in rows_of(page):
            for name in translated_names(type(row)):
                for code in ADDED:
                    source = getattr(row, f"{name}_en") or getattr(row, f"{name}_ko") or ""
                    setattr(row, f"{name}_{code}", pseudo(source, code))
            mark_all_checked(row)
            row.save()
    record_edit(page, by=BY, before=before)
    try:
        publish(page, by="publisher", reason="Translated")
    except Refused as refused:
        findings = refused.assessment.findings if refused.assessment else []
        fault(page.address, f"{refused} {[(f.label, str(f.message)) for f in findings if f.level == 'error']}")


def open_forms():
    for hospital in apps.get_model("centers", "Hospital").objects.all():
        given = {
            "receives_appointments": True,
            "receives_requests": True,
            "officer_en": "Kim",
            "officer_mail": "a@b.kr",
        }
        controller, _made = DataController.objects.get_or_create(hospital=hospital, defaults=given)
        issue_privacy_notice(controller, by=BY)


def check_rights():
    for code in ADDED:
        right = Permission.objects.filter(codename=f"write_{code}", group__name="Editor")
        if not right.exists():
            fault("rights", f"editors may not write {code}")
        role, like = (Group.objects.filter(name=f"Translator ({each})").first() for each in (code, "en"))
        held, expected = (
            {right.codename for right in each.permissions.all()} if each else set() for each in (role, like)
        )
        if held != {name.replace("write_en", f"write_{code}") for name in expected}:
            fault("rights", f"translators of {code} hold {sorted(held ^ expected)}")


def check_counts():
    for code in ADDED:
        states = TranslationState.objects.filter(language=code)
        if len(states) != len(pages()) or not all(state.missing for state in states):
            fault("translation_status", f"does not know what is missing in {code}")


# ── closed ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def closed():
    """A language that nobody has opened is for staff only."""
    stranger, staff = Client(), client_of_staff()
    sitemap, home = (stranger.get(path).content.decode() for path in ("/sitemap.xml", "/en/"))
    for code in ADDED:
        if f"/{code}/" in sitemap + home:
            fault(code, "is named to patients")
        for path in (f"/{code}/", f"/{code}/centers/"):
            if (status := stranger.get(path).status_code) != 404:
                fault(path, f"a stranger gets {status}")
            answer = staff.get(path)
            if answer.status_code != 200 or "no-store" not in answer["Cache-Control"]:
                fault(path, f"staff get {answer.status_code}, {answer['Cache-Control']}")
        if stranger.get("/", headers={"accept-language": f"{code},en;q=0.5"}).url != "/en/":
            fault("/", f"a browser that prefers {code} is not led to English")


def client_of_staff():
    user, _made = User.objects.get_or_create(username=BY, defaults={"is_staff": True, "is_superuser": True})
    client = Client()
    client.force_login(user)
    return client


# ── open ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def opened():
    patient, staff = Client(), client_of_staff()
    judge_sitemap(patient)
    for path in public_paths():
        look(patient, f"/{ADDED[-1]}{path}")
    for path in kinds_of(public_paths()).values():
        look(patient, f"/{ADDED[0]}{path}")
    for code in ADDED:
        look_at_forms(patient, code)
        look(patient, f"/{code}/nowhere/", 404)
    for path in staff_paths(ADDED[-1]):
        look(staff, path)
    fall_back(patient)
    round_trip()


def public_paths():
    found = sorted({edition.address for edition in Edition.objects.live()})
    with override("en"):
        names = ["home", "centers:centers", "centers:departments", "centers:contact", "centers:a_to_z"]
        names += ["glossary:glossary", "enquiries:privacy", "about:sources", "about:corrections"]
        names += ["about:accessibility", "about:translations", "patients_rights:charters", "search:search"]
        fixed = [reverse(name).removeprefix("/en") for name in names]
    sheets = [
        f"{path}sheet/" for path in found if re.fullmatch(r"/(centers/[^/]+/\w[^.]*|patients-rights/[^/]+)/", path)
    ]
    return [*fixed, *found, *kinds_of(sheets).values(), "/search/?q=NET", "/search/?q=%D8%A7%D8%A8", "/privacy/kcch/"]


def kinds_of(paths):
    """One of the addresses that look alike, by what they look like."""
    return {re.sub(r"(?<=/)[a-z]+(?:-[a-z0-9]+)+(?=/)", "*", path): path for path in paths}


def look(client, path, status=200, data=None):
    answer = client.get(path, follow=True) if data is None else client.post(path, data)
    if answer.status_code != status:
        fault(path, f"answers {answer.status_code}")
    elif "html" in answer.get("Content-Type", ""):
        judge(path, html.fromstring(answer.content.decode()))


def judge(path, document):
    code = urlsplit(path).path.split("/")[1]
    if document.get("lang") != code:
        fault(path, f"says that it is in {document.get('lang')}")
    for element in document.iter("*"):
        language = element.get("lang")
        if language in dict(settings.LANGUAGES) and direction_of(element) != direction(language):
            fault(path, f"<{element.tag} lang={language}> runs {direction_of(element)}: {excerpt(element)}")


def direction(code):
    return "rtl" if get_language_info(code)["bidi"] else "ltr"


def direction_of(element):
    return next((each.get("dir") for each in [element, *element.iterancestors()] if each.get("dir")), "ltr")


def excerpt(element):
    return " ".join(element.text_content().split())[:60]


def look_at_forms(client, code):
    cache.clear()
    for kind in ("appointment", "mediation"):
        look(client, f"/{code}/enquiries/{kind}/")
        for hospital in ("kcch", "smc"):
            path = f"/{code}/enquiries/{kind}/{hospital}/"
            look(client, path)
            look(client, path, data={"step": "check", "phone": "123"})


def staff_paths(code):
    with override(code):
        found = [reverse("admin:index"), reverse("admin:translation_queue", args=[code])]
        for model in apps.get_models():
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            try:
                found.append(reverse(f"{name}_changelist"))
            except NoReverseMatch:
                continue
            row = model._base_manager.order_by("pk").last()
            if row:
                found.append(reverse(f"{name}_change", args=[row.pk]))
            if model._meta.model_name == "clinic":  # what one page has, all have
                found += [found[-1].replace("/change/", f"/{view}/") for view in ("publish", "history", "compare")]
    return found


def judge_sitemap(client):
    sitemap = client.get("/sitemap.xml").content.decode()
    listed = {urlsplit(address).path for address in re.findall(r"<loc>(.*?)</loc>", sitemap)}
    for code in ADDED:
        if f"/{code}/centers/" not in listed:
            fault("sitemap", f"lacks {code}")
        if any(path.startswith(f"/{code}/") and f"/{UNTRANSLATED}/" in path for path in listed):
            fault("sitemap", f"names a page without words in {code}")


def fall_back(client):
    """A page without words of the reader's language is shown in the first of its fallbacks, and named nowhere."""
    edition = Edition.objects.live().get(address__endswith=f"/{UNTRANSLATED}/")
    for code in ADDED:
        document = html.fromstring(client.get(f"/{code}{edition.address}").content.decode())
        others = set(document.xpath("//*[@class='other-language']//@lang"))
        if others != {"en"}:
            fault(edition.address, f"readers of {code} get {others}")
        named = set(document.xpath("//link/@hreflang"))
        if named & set(ADDED) or not document.xpath("//meta[@content='noindex']"):
            fault(edition.address, f"in {code} leads search engines to {named}")


def round_trip():
    """What is exported comes back: unchanged it changes nothing, translated it is in the drafts."""
    code = ADDED[-1]
    file, before = str(Path(settings.VAR_DIR) / f"{code}.po"), drafts()
    call_command("export_translations", to=code, only="all", output=file)
    call_command("import_translations", file, apply=True, by=BY, stdout=StringIO())
    if drafts() != before:
        fault(code, "an export that came back unchanged has changed something")
    catalogue = polib.pofile(file, wrapwidth=0)
    for entry in catalogue:
        entry.msgstr = entry.msgstr or pseudo(f"Translated {entry.msgid}", code)
    catalogue.save(file)
    call_command("import_translations", file, apply=True, by=BY, stdout=StringIO())
    if left := TranslationState.objects.filter(language=code, missing__gt=0).values_list("page", flat=True):
        fault(code, f"was translated in a file, and lacks texts of {list(left)}")


def drafts():
    return {page.key: page.draft_digest for page in pages()}


# ── upgraded ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def upgraded():
    """After the next release the added languages have their columns and their words still, and the new field too."""
    names = {
        column.name for column in connection.introspection.get_table_description(connection.cursor(), "centers_clinic")
    }
    if missing := {f"{field}_{code}" for field in ("name", "motto") for code in ADDED} - names:
        fault("next release", f"lost or lacks {missing}")
    rows = apps.get_model("centers", "Clinic").objects.values_list(*(f"name_{code}" for code in ADDED))
    if not rows or not all(map(all, rows)):
        fault("next release", "lost words")
    for code in ADDED:
        look(Client(), f"/{code}/centers/uncommon-cancer-center/net-clinic/")


def main(step):
    settings.ALLOWED_HOSTS = ["*"]
    {"translate": translate, "closed": closed, "open": opened, "upgraded": upgraded}[step]()
    print(*dict.fromkeys(faults), sep="\n", end="\n" if faults else "")
    sys.exit(bool(faults))
