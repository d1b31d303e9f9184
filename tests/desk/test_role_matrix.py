"""Every address of the staff site, for every role, opened and sent to: nobody gets further than their rights.

The addresses are those that the URL configuration holds, the roles those of the database, and there is one row of every
kind that the admin knows in each of two hospitals. So a new address, role or kind needs no change here.
"""

import re
from contextlib import ExitStack
from functools import cache, cached_property
from itertools import count
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone
from modeltranslation.fields import TranslationField

from centers.models import ContactPage, Hospital
from hospital_site.publishing.models import Editable
from hospital_site.staff.models import StaffScope
from hospital_site.staff.sessions import SessionStore
from tests import make
from tests.addresses import STAFF, code_of, every_pattern, filled, parameters
from tests.enquiries.patients import receiving_hospital
from tests.enquiries.staff import sent

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

TRACES = {"django_session", "publishing_auditentry", "enquiries_accessrecord"}  # who was here, and what they tried
WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)')
REFUSED = {302, 403, 404, 405}
STANDARD = {"changelist": "view", "change": "view", "history": "view", "add": "add", "delete": "delete"}
SENT = {
    "reason": "It was time.",
    "warnings_read": "on",
    "seen": "x",
    "post": "yes",
    "hour": "",
    "slug": "made-up",
    "recipient": "A doctor",
    "days": "7",
    "name": "Kim",
    "role": "Doctor",
    "languages": ["ko"],
    "kind": "surgery",
    "review_due": "2199-01-01",
    "name_ko": "지어낸 이름",
    "name_en": "Made up",
    "position": "1",
    "action": "delete_selected",
    "index": "0",
}
FORM = "application/x-www-form-urlencoded"
numbers = count(1)


# ── Where ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def view_of(pattern):
    """`centers_clinic_sign_off` → `(Clinic, "sign_off")`; `(None, name)` for what is about no kind of row."""
    for model in admin.site._registry:
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        if (pattern.name or "").startswith(prefix):
            return model, pattern.name.removeprefix(prefix)
    return None, pattern.name


view_at = cache(resolve)


def body_of(words):
    """A form filled in with `words`, as a browser sends it."""
    return urlencode(dict(words), doseq=True)


def path_to(route, pk):
    """The address of `route` about the row `pk`. Version 1 of a page is live, version 2 is scheduled."""
    numbers = dict.fromkeys(parameters(route), pk) | {"number": 2 if "cancel" in route else 1}
    return filled(route, numbers)


# ── What stands there ─────────────────────────────────────────────────────────────────────────────────────────────────


class World:
    """One hospital with a row of every kind below it."""

    def __init__(self, slug):
        controller = receiving_hospital(slug)
        self.hospital = controller.hospital
        known = [self.hospital, controller, sent("mediation", slug)]
        self.rows = {type(row): row for row in known}
        for model in admin.site._registry:
            self.row(model)
        pages = [row for row in self.rows.values() if isinstance(row, Editable)]
        for page in sorted(pages, key=lambda page: len(list(page.ancestors()))):
            if not page.editions().live():
                make.show(page)
            make.show(page, live_from=timezone.now().replace(year=timezone.now().year + 1))

    def row(self, model):
        if model is ContactPage:  # there is one for all
            self.rows[model], _is_new = model.objects.get_or_create(slug="contact", defaults={"name": "contact"})
        elif model not in self.rows:
            fields = [field for field in model._meta.concrete_fields if not field.primary_key]
            row = model(**{field.attname: self.value(field) for field in fields if self.is_filled(field)})
            row.save()
            self.rows[model] = row
        return self.rows[model]

    def is_filled(self, field):
        if isinstance(field, models.ForeignKey):
            return field.related_model in admin.site._registry
        is_text = isinstance(field, TranslationField) and "name" in field.name
        return is_text or field.name == "page" or not (field.has_default() or field.null or field.blank)

    def value(self, field):
        if isinstance(field, models.ForeignKey):
            return self.row(field.related_model).pk
        if field.name == "page":
            return self.hospital.key
        if field.flatchoices:
            return field.flatchoices[0][0]
        if isinstance(field, models.DateTimeField):
            return timezone.now()
        if isinstance(field, models.DateField):
            return timezone.localdate().replace(day=1, month=next(numbers) % 12 + 1)
        if isinstance(field, models.JSONField):
            return {}
        if isinstance(field, models.IntegerField | models.BooleanField):
            return 1
        return f"row-{next(numbers)}"[: field.max_length]

    @cached_property
    def mine(self):
        """The kinds whose rows belong to one hospital, by a chain of keys."""
        found = {Hospital}
        for _step in admin.site._registry:
            found |= {model for model in self.rows if {f.related_model for f in model._meta.concrete_fields} & found}
        return found


# ── Who ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Written:
    """The tables that were written within, but for those in which everybody leaves traces. All of it is undone."""

    def __enter__(self):
        self.tables, self.both = set(), ExitStack()
        self.both.enter_context(transaction.atomic())
        self.both.enter_context(connection.execute_wrapper(self.watch))
        return self

    def __exit__(self, *error):
        transaction.set_rollback(True)
        self.both.close()

    def watch(self, execute, sql, params, many, context):
        if (found := WRITES.match(sql)) and found[1] not in TRACES:
            self.tables.add(found[1])
        return execute(sql, params, many, context)


class Questions:
    """What is asked within about the rights of `user`, with the answers: `{("has_perm", "change it"): True}`."""

    def __init__(self, user, model):
        self.user, self.model, self.rights, self.are_personal = user, model, {}, False

    def __enter__(self):
        for question in ("has_perm", "has_module_perms", "get_all_permissions"):
            vars(self.user)[question] = self.noted(question, getattr(self.user, question))
        self.watching = connection.execute_wrapper(self.watch)
        self.watching.__enter__()
        return self

    def __exit__(self, *error):
        self.watching.__exit__(*error)
        for question in ("has_perm", "has_module_perms", "get_all_permissions"):
            del vars(self.user)[question]

    def noted(self, question, ask):
        def answer(*given):
            held = self.rights[question, *(about(one, self.model) for one in given)] = ask(*given)
            return held

        return answer

    def watch(self, execute, sql, params, many, context):
        """A view that goes by the name of a role, or by the account, is asked for everybody."""
        self.are_personal |= "auth_user_groups" in sql and self.user.pk in (params or ())
        return execute(sql, params, many, context)


def about(asked, model):
    """`centers.change_clinic`, of a clinic → `change it`"""
    before, after = f"{model._meta.app_label}.", f"_{model._meta.model_name}"
    is_own = isinstance(asked, str) and asked.startswith(before) and asked.endswith(after)
    return f"{asked.removeprefix(before).removesuffix(after)} it" if is_own else asked


def asked_of(about_it, model):
    """`change it`, of a clinic → `centers.change_clinic`"""
    is_own = isinstance(about_it, str) and about_it.endswith(" it")
    return f"{model._meta.app_label}.{about_it[:-3]}_{model._meta.model_name}" if is_own else about_it


def code_at(path, model):
    """What decides who gets how far at `path`: of a kind of page, the functions that it shares with others."""
    return code_of(view_at(path).func) if is_page(model) else path


class Somebody:
    def __init__(self, name, *groups, hospital=None, is_superuser=False):
        self.name = name
        self.user = get_user_model().objects.create(username=name, is_staff=True, is_superuser=is_superuser)
        self.user.groups.set(groups)
        if hospital:
            StaffScope.objects.create(user=self.user, page=hospital.key)
        self.rights = self.user.get_all_permissions()
        self.only_looks = all(".view_" in right for right in self.rights)

    def may(self, what, model):
        """Has this person the right `what`? Where a kind of row has no such right, those of its app are enough."""
        label, name = model._meta.app_label, model._meta.model_name
        if not model._meta.default_permissions:
            return any(right.startswith(f"{label}.") for right in self.rights)
        return any(f"{label}.{one}_{name}" in self.rights for one in {what, "change" if what == "view" else what})

    def may_something(self, model):
        ending = f"_{model._meta.model_name}"
        return any(right.endswith(ending) for right in self.rights) or self.may("", model)

    def ask(self, answers, method, path, model, words=()):
        """The status of the answer of the view at `path`, and the tables that were written.

        Whoever has the same rights of those that the same code asks for gets the answer of the first. Who may do
        everything is asked everywhere.
        """
        if self.user.is_superuser:
            return self.really_ask(method, path, words)
        earlier = answers.setdefault((method, code_at(path, model)), [])
        for rights, answer in earlier:
            if all(self.holds(question, given, model) == held for (question, *given), held in rights.items()):
                return answer
        with Questions(self.user, model) as asked:
            answer = self.really_ask(method, path, words)
        if not asked.are_personal:
            earlier.append((asked.rights, answer))
        return answer

    def holds(self, question, given, model):
        return getattr(self.user, question)(*(asked_of(one, model) for one in given))

    def really_ask(self, method, path, words):
        request = RequestFactory().generic(method, path, body_of(words), FORM)
        request.user, request.session, request._dont_enforce_csrf_checks = self.user, SessionStore(), True
        request._messages = CookieStorage(request)
        request.resolver_match = view = view_at(path)
        with Written() as written:
            try:
                status = view.func(request, *view.args, **view.kwargs).status_code
            except PermissionDenied:
                status = 403
            except Http404:
                status = 404
        return status, written.tables


# ── The matrix ────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_page(model):
    return model is not None and issubclass(model, Editable)


def refused(answer):
    status, written = answer
    return status in REFUSED and not written


def problem_with(one, model, view, got, posted, is_mine):
    """What is wrong with the answers that `one` gets about a row, or `None`. `is_mine`: their hospital has it."""
    may = one.may(STANDARD[view], model) if view in STANDARD else one.may_something(model)
    if got[1]:
        return "opening writes"
    if not may and not (refused(got) and refused(posted)):
        return "has no right"
    if got[0] in (403, 404) and not refused(posted):
        return "may send what they may not open"
    if one.only_looks and posted[1]:
        return "only looks"
    if one.user.is_superuser and got[0] not in (200, 302) and view not in ("add", "delete"):
        return "is for nobody"
    is_told_apart = model._meta.default_permissions  # else only some of the app's rights lead there
    is_open = view == "changelist" or (view == "change" and is_page(model) and is_mine)
    if may and is_told_apart and is_open and got[0] != 200:
        return "has the right"
    return None


PLACES = [(route, *view_of(pattern)) for route, pattern in every_pattern() if route.startswith(STAFF)]


def test_everybody_gets_as_far_as_their_rights_at_every_address(unrendered):
    here, there = World("here"), World("there")
    people = [Somebody("nobody", hospital=here.hospital), Somebody("root", is_superuser=True)]
    people += [Somebody(group.name, group, hospital=here.hospital) for group in Group.objects.order_by("pk")]
    of_rows = [place for place in PLACES if place[1]]
    of_others = [place for place in of_rows if place[1] in there.mine and "<" in place[0]]
    wrong, answers, about_others = [], {True: {}, False: {}}, {}
    unrendered()

    for one in people:
        for route, model, view in of_rows:
            path, other = path_to(route, here.rows[model].pk), {"_selected_action": there.rows[model].pk}
            is_mine = model in here.mine
            got = one.ask(answers[is_mine], "GET", path, model)
            posted = one.ask(answers[is_mine], "POST", path, model, SENT | other)
            if problem := problem_with(one, model, view, got, posted, is_mine):
                wrong.append((one.name, path, got, posted, problem))
        for route, model, _view in of_others if not one.user.is_superuser else []:
            path = path_to(route, there.rows[model].pk)
            got = one.ask(about_others, "GET", path, model)
            posted = one.ask(about_others, "POST", path, model, SENT)
            if not refused(got) or not refused(posted):
                wrong.append((one.name, path, got, posted, "belongs to another hospital"))

    assert wrong == []


def test_a_visitor_gets_to_the_sign_in_and_no_further(unrendered, client):
    wrong = []
    unrendered()

    for route, _model, view in PLACES:
        path = path_to(route, 1)
        for method in ("get", "post"):
            with Written() as written:
                answer = getattr(client, method)(path, SENT if method == "post" else None)
            is_open = view in ("account_login", "login", "session") and answer.status_code == 200
            if written.tables or not (is_open or answer.status_code in REFUSED):
                wrong.append((method, path, answer.status_code, written.tables))

    assert wrong == []
