"""Looks at a database as patients and staff do, and prints what it finds as JSON: `python -m tests.upgrade.look`.

A process of its own, so that it may use any database: the one in DATABASE_URL. Given a file of earlier findings, it
asks only for the addresses of the admin that opened then. The clock stands still at the hour of the dump, so that
nothing depends on the day of the test.
"""

import gzip
import json
import re
import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import django
from justhtml import JustHTML

NOW = datetime(2026, 11, 28, 12, tzinfo=ZoneInfo("Asia/Seoul"))
NOT_READ = {"script", "style", "template"}
BLOCKS = {"address", "div", "dl", "fieldset", "form", "li", "nav", "ol", "p", "section", "table", "ul"}
LISTS = ["changelist", "add", "export", "check", "person"]
FORMS = {
    "clinic": ["change", "publish", "submit", "withdraw", "sign_off", "history", "links"],
    "enquiry": ["change"],
    "user": ["change"],
}
SAME_AS_ANOTHER = ["second-editor", "second-office-smc", "officer-kcch"]
FILLED_BY_DJANGO = {"auth.permission", "contenttypes.contenttype", "sessions.session"}
NOT_FOR_PATIENTS = ("/admin/", "/static/", "/preview/")


def main(known=None):
    from unittest.mock import patch

    with patch("django.utils.timezone.now", lambda: NOW):
        found = {
            "rows": rows(),
            "enquiries": enquiries(),
            "second factors": second_factors(),
            "drafts": drafts(),
            "wrong digests": wrong_digests(),
            "rights": rights(),
            "to migrate": to_migrate(),
            "pages": pages(known and known["pages"]),
            "people": people(known and known["people"]),
        }
    json.dump(found, sys.stdout, ensure_ascii=False, sort_keys=True, indent=1)


# ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def rows():
    """How many there are of each model."""
    from django.apps import apps

    models = [model for model in apps.get_models() if model._meta.label_lower not in FILLED_BY_DJANGO]
    return {model._meta.label_lower: model._base_manager.count() for model in models}


def enquiries():
    """What was sent, opened with its key, and what staff noted about it; how often each telephone number is found."""
    from hospital_site.enquiries.models import Enquiry

    sent = Enquiry.objects.order_by("pk")
    numbers = {one.answers["phone"] for one in sent if one.answers and one.answers.get("phone")}
    return {
        "sent": [[one.kind, one.state, one.answers, [step.note for step in one.steps.order_by("pk")]] for one in sent],
        "by telephone": {number: Enquiry.objects.of_person(telephone=number).count() for number in sorted(numbers)},
    }


def second_factors():
    """The length of each secret that makes codes, opened with its key."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import decrypt

    found = Authenticator.objects.order_by("pk").select_related("user")
    return [[one.user.username, one.type, len(decrypt(one.data.get("secret") or one.data["seed"]))] for one in found]


def editions():
    """Of each page its editions as plain rows, the earliest first."""
    from hospital_site.publishing.models import Edition

    found = {}
    for edition in Edition._base_manager.order_by("live_from", "number").values():
        found.setdefault(edition["page"], []).append(edition)
    return found


def drafts():
    """Of each page: whether patients see its draft, an earlier text, or nothing; and whether it was handed in."""
    from django.apps import apps

    found, issued = {}, editions()
    for model in apps.get_models():
        if not hasattr(model, "draft_digest"):
            continue
        for page in model._base_manager.all():
            out = [e for e in issued.get(page.key, []) if e["live_from"] <= NOW and not e["cancelled_at"]]
            state = "never published"
            if out:
                seen = "this text" if out[-1]["digest"] == page.draft_digest else "an earlier text"
                state = "withdrawn" if out[-1]["data"] is None else seen
            found[page.key] = [state, bool(page.submitted_digest) and page.submitted_digest == page.draft_digest]
    return found


def wrong_digests():
    """Editions and drafts whose fingerprint is not that of what they hold."""
    from django.conf import settings

    from hospital_site.publishing.models import page_at
    from hospital_site.publishing.snapshots import digest, dump, language_digest

    wrong = []
    for page, issued in editions().items():
        for edition in issued:
            data = edition["data"]
            words = {code: language_digest(data, code) for code in dict(settings.LANGUAGES)} if data else {}
            if (edition["digest"], edition["language_digests"]) != (digest(data) if data else "", words):
                wrong.append(f"{page} №{edition['number']}")
    wrong += [page.key for page in map(page_at, drafts()) if page.draft_digest != digest(dump(page))]
    return wrong


def to_migrate():
    """The migrations that the database still lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _is_undone in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def rights():
    """Content types and permissions without a model, and those that a model misses."""
    from django.apps import apps
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType

    expected = {model._meta.label_lower: model._meta for model in apps.get_models(include_auto_created=False)}
    types = {f"{one.app_label}.{one.model}" for one in ContentType.objects.all()}
    wanted = [
        f"{label}: {codename}"
        for label, opts in expected.items()
        for codename in [*(f"{verb}_{opts.model_name}" for verb in opts.default_permissions), *dict(opts.permissions)]
    ]
    there = [
        f"{one.content_type.app_label}.{one.content_type.model}: {one.codename}"
        for one in Permission.objects.select_related("content_type")
    ]
    return {
        "content types without a model": sorted(types - set(expected)),
        "permissions that no model has": sorted(set(there) - set(wanted)),
        "permissions that are missing": sorted(set(wanted) - set(there)),
    }


# ── Patients ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def pages(known):
    """Every page that the sitemap, a link or the row of a page leads to, by address.

    Of pages that are `known`, only one of each kind is asked for on PostgreSQL: the others ask it nothing else.
    """
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    client = Client()
    if known and connection.vendor != "sqlite":
        return {path: page(client.get(path)) for path in one_of_each_kind(known)}
    sitemap = client.get("/sitemap.xml").content.decode()
    waiting = ["/", "/robots.txt", *addresses_of_pages()]
    waiting += [urlsplit(address).path for address in re.findall(r"<loc>(.*?)</loc>", sitemap)]
    found, languages = {}, {f"/{code}/" for code in dict(settings.LANGUAGES)}
    while waiting:
        path = waiting.pop()
        if path in found or any(part in path for part in NOT_FOR_PATIENTS):
            continue
        found[path] = page(client.get(path))
        links = map(urlsplit, found[path].get("links", []))
        waiting += [link.path for link in links if link.path[:4] in languages and link.netloc in ("", "testserver")]
    return found


def one_of_each_kind(known):
    """Of the pages that are `known` one for each view and answer."""
    from django.urls import Resolver404, resolve

    kinds = {}
    for path in sorted(known):
        try:
            view = resolve(path).view_name
        except Resolver404:
            view = None
        kinds.setdefault((view, known[path]["status"]), path)
    return {path: known[path] for path in kinds.values()}


def addresses_of_pages():
    """Where each page is, was or will be, in every language."""
    from django.conf import settings

    from hospital_site.publishing.models import page_at

    places = {page_at(key).address for key in drafts()}
    places |= {edition["address"] for issued in editions().values() for edition in issued}
    return [f"/{code}{place}" for code in dict(settings.LANGUAGES) for place in places]


def page(response):
    """What a reader and a machine get of one answer."""
    found = {"status": response.status_code}
    if "Location" in response:
        found["location"] = response["Location"]
    if not response["Content-Type"].startswith("text/html") or not response.content:
        return found | {"text": response.content.decode().split()}
    every = list(elements(JustHTML(response.content.decode(), sanitize=False).root))
    metas = {one.attrs.get("name"): one.attrs.get("content") for one in every if one.name == "meta"}
    machine = [one for one in every if one.name == "link" and one.attrs.get("rel") in ("canonical", "alternate")]
    links = [one for one in every if one.name == "a" and "href" in one.attrs]
    scripts = [one for one in every if one.name == "script" and one.attrs.get("type") == "application/ld+json"]
    return found | {
        "title": " ".join(next(one for one in every if one.name == "title").to_text().split()),
        "description": metas.get("description", ""),
        "text": lines(next(one for one in every if one.name == "body")),
        "links": [one.attrs["href"] for one in [*machine, *links]],
        "ids": [one.attrs["id"] for one in every if "id" in one.attrs],
        "lang": [
            [one.attrs["lang"], " ".join(lines(one))] for one in every if "lang" in one.attrs and one.name != "html"
        ],
        "structured data": [json.loads(script.to_text()) for script in scripts],
    }


def elements(node):
    """All elements below `node`, in their order."""
    content = getattr(node, "template_content", None)
    for child in [*(node.children or ()), *(content.children if content else ())]:
        if getattr(child, "attrs", None) is not None:
            yield child
            yield from elements(child)


def lines(element):
    """The text of `element`. White space counts only where a browser shows it: beside text, within one sentence."""
    if element.name in NOT_READ:
        return []
    if not any(child.name == "#text" and child.data.strip() for child in element.children):
        return [line for child in element.children if hasattr(child, "attrs") for line in lines(child)]
    found = [""]
    for child in element.children:
        if child.name == "#text":
            found[-1] += child.data
        elif not hasattr(child, "attrs"):
            continue
        elif child.name in BLOCKS:
            found += [*lines(child), ""]
        else:
            found[-1] += raw_text(child)
    return [" ".join(line.split()) for line in found if line.strip()]


def raw_text(element):
    if element.name == "#text":
        return element.data
    if element.name in NOT_READ or not hasattr(element, "attrs"):
        return ""
    return "".join(map(raw_text, element.children))


# ── Staff ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def people(known):
    """Of each account its roles and permissions, and which addresses of the admin open for it.

    Of accounts that are `known`, only the addresses that have opened before are asked for, and on SQLite only: what
    opens is decided in Python. Whom everything opens to is asked for one row of each kind.
    """
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client

    found, drawn = {}, set()
    for user in get_user_model().objects.exclude(username__in=SAME_AS_ANOTHER).order_by("pk"):
        client = Client()
        client.force_login(user)
        asked = known[user.username]["reaches"] if known else admin_addresses()
        asked = asked if connection.vendor == "sqlite" else []
        if known and user.is_superuser:
            names = {one[0] for one in {one[0]: one for one in asked}.values() if opens(client, *one, drawn=drawn)}
            reaches = [one for one in asked if one[0] in names]
        else:
            reaches = [one for one in asked if opens(client, *one, drawn=drawn)]
        permissions = sorted(permission.partition(".")[2] for permission in user.get_all_permissions())
        found[user.username] = {
            "roles": sorted(user.groups.values_list("name", flat=True)),
            "permissions": [] if user.is_superuser else permissions,
            "reaches": reaches,
        }
    return found


def opens(client, name, *arguments, drawn):
    """Does an address open? One page of each name is drawn; of the others only the answer counts."""
    from unittest.mock import patch

    path = address(name, *arguments)
    if name in drawn:
        with patch("django.template.base.Template.render", lambda *args, **kwargs: ""):
            return client.get(path).status_code == 200
    is_open = client.get(path).status_code == 200
    if is_open:
        drawn.add(name)
    return is_open


def address(name, *arguments):
    from django.urls import NoReverseMatch, reverse

    from tests.upgrade.changes import ADDRESSES, name_now

    try:
        return reverse(ADDRESSES.get(name, name_now(name)), args=arguments)
    except NoReverseMatch:
        return f"/no address is named {name}/"


def admin_addresses():
    """`[[name, argument], …]` of the admin: the lists of all models, and more of some rows."""
    from django.contrib import admin

    found = [["admin:index"]]
    for model, its_admin in admin.site._registry.items():
        rows = model._base_manager.order_by("pk")
        forms = FORMS.get(model._meta.model_name, [])
        prefix = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        names = {pattern.name for pattern in its_admin.urls if pattern.name}
        found += [[f"{prefix}{view}"] for view in LISTS if f"{prefix[6:]}{view}" in names]
        found += [[f"{prefix}{view}", row.pk] for view in forms for row in rows]
    return found


if __name__ == "__main__":
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    main(json.loads(gzip.decompress(Path(sys.argv[1]).read_bytes())) if sys.argv[1:] else None)
