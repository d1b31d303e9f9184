"""The admin's front page: what waits for each person, as numbers that lead to the lists."""

from functools import wraps
from typing import NamedTuple

from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.admin.notes import notes_for
from hospital_site.publishing.admin_links import form_url
from hospital_site.publishing.models import Edition, page_models
from hospital_site.publishing.models.pages import review_days, task_conditions
from hospital_site.publishing.models.prepared import prepared_counts
from hospital_site.publishing.page_scopes import covers
from hospital_site.publishing.permissions import PUBLISH, SIGN_OFF, languages_of
from hospital_site.publishing.snapshots import Snapshot
from hospital_site.staff import second_factor, sessions
from hospital_site.staff.names import whole_name, whole_names
from hospital_site.staff.passwords import OwnPasswordView
from hospital_site.staff.scopes import scope_of

TASKS = {
    "submitted": _("submitted for publishing"),
    "waiting": _("drafts to publish"),
    "stale": _("translations to check"),
    "missing": _("translations missing"),
    "overdue": _("reviews overdue"),
    "review_due": _("reviews due within 30 days"),
    "unsigned": _("text without clinical review"),
    "scheduled": _("scheduled"),
}
FOR_PUBLISHERS = {"submitted", "scheduled"}
OF_QUEUES = {"stale", "missing"}  # which the queues of translators count, text by text
PAGE_TASKS = {name: title for name, title in TASKS.items() if name not in OF_QUEUES}
FOR_WRITERS = {"waiting"}
FOR_REVIEWERS = {"overdue", "review_due", "unsigned"}

ALL = 10**9  # as a limit, it keeps SQLite from working out a column anew for each condition that names it

# Put here by apps that stand on this one.
OTHER_TASKS = []  # functions that give `Task`s for a request
OTHER_VIEWS = []  # (route, view, name)
OTHER_MENUS = []  # functions of a user that give `(title, address)` of a page for the menu, or `None`


class EditorialAdminSite(AdminSite):
    site_title = site_header = index_title = _("Staff site")
    enable_nav_sidebar = False

    def get_urls(self):
        """Without Django's redirect to any row of any model, which tells everybody here what exists and where."""
        own = [path(route, self.admin_view(view), name=name) for route, view, name in OTHER_VIEWS]
        return [*own, *(route for route in super().get_urls() if getattr(route, "name", "") != "view_on_site")]

    def has_permission(self, request):
        return super().has_permission(request) and not second_factor.is_missing(request)

    def admin_view(self, view, cacheable=False):
        """Whoever is signed in and may not do something is told so here, not sent to the site of patients."""

        @wraps(view)
        def told(request, *args, **kwargs):
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied:
                context = {**self.each_context(request), "title": _("You do not have the right to do this")}
                return render(request, "admin/forbidden.html", context, status=403)

        return super().admin_view(told, cacheable)

    def password_change(self, request, extra_context=None):
        request.current_app = self.name
        return OwnPasswordView.as_view(extra_context=self.each_context(request) | (extra_context or {}))(request)

    def each_context(self, request):
        return super().each_context(request) | {
            "four_eyes": settings.FOUR_EYES,
            "site_name": settings.SITE_NAME,
            "account_name": whole_name(request.user) if request.user.is_authenticated else "",
            "session_end": sessions.end_of(request),
            "other_menus": [found for menu in OTHER_MENUS if (found := menu(request.user))],
        }

    def get_app_list(self, request, app_label=None):
        """What holds pages first, and the pages in the order in which they stand one below the other."""
        order = page_models()
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda row: order.index(row["model"]) if row["model"] in order else len(order))
            app["holds_pages"] = app["models"][0]["model"] in order
        return sorted(apps, key=lambda app: not app["holds_pages"])

    def index(self, request, extra_context=None):
        counts = task_counts(request)
        tasks = tasks_of(counts, request.user) if counts else []
        tasks += [task for others in OTHER_TASKS for task in others(request)]
        context = {
            "counts": counts,
            "tasks": tasks,
            "has_own_tasks": any(task.is_own for task in tasks),
            "coming": coming(request),
            "notes": notes_for(request.user, viewed_kinds(request.user)) if counts else [],
        }
        return super().index(request, {**context, **(extra_context or {})})


class Task(NamedTuple):
    """One thing that waits: how often in all, and in which lists, as (kind of page, number, list).

    `address` is that of all of it, where one page shows it.
    """

    title: str
    number: int
    lists: list
    is_own: bool
    address: str = ""


def task_counts(request):
    """Rows of the front page: (plural name of the kind, its list, [(title, number, list)]). One query a kind."""
    rows = []
    today, notice_end = review_days()
    codes = tuple(languages_of(request.user))
    scope = [] if request.user.is_superuser else [key.rsplit(":", 1) for key in sorted(scope_of(request.user))]
    kinds, rows_in_scope = tuple(kind for kind, _pk in scope), [int(pk) for _kind, pk in scope]
    for model in viewed_kinds(request.user):
        opts = model._meta
        address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        values = {"as_of": timezone.now(), "today": today, "notice_end": notice_end, "rows_in_scope": rows_in_scope}
        counts = counts_of_tasks(model, codes, kinds, **values)
        cells = [(title, counts[f"pages_{name}"], f"{address}?task={name}") for name, title in PAGE_TASKS.items()]
        rows.append((opts.verbose_name_plural, address, cells))
    return rows


@prepared_counts
def counts_of_tasks(model, codes, kinds, *, as_of, today, notice_end, rows_in_scope):
    """The pages of one kind, all or those within rows of `kinds`, and counts of those that are part of each task."""
    pages = model.objects.with_state(codes, as_of)
    conditions = task_conditions(today, notice_end)
    # Named apart from the annotations: a count called `stale` would take the place of the pages' own `stale`.
    counts = {f"pages_{name}": Count("pk", filter=conditions[name]) for name in PAGE_TASKS}
    scope = [f"{kind}:{pk}" for kind, pk in zip(kinds, rows_in_scope, strict=True)]
    pages = pages.within(scope) if scope else pages
    return pages.order_by()[:ALL], counts


def viewed_kinds(user):
    """The kinds of pages that `user` may look at."""
    kinds = [(model, model._meta) for model in page_models()]
    return [model for model, opts in kinds if user.has_perm(f"{opts.app_label}.view_{opts.model_name}")]


def tasks_of(counts, user):
    """The same numbers by task, those of the person's own role first."""
    own = own_tasks(user)
    tasks = []
    for position, (name, title) in enumerate(PAGE_TASKS.items()):
        cells = [(kind, *row[position][1:]) for kind, _list, row in counts]
        lists = [cell for cell in cells if cell[1]]
        tasks.append(Task(title, sum(number for _kind, number, _list in lists), lists, name in own))
    return tasks


def own_tasks(user):
    found = set()
    if user.has_perm(PUBLISH):
        found |= FOR_PUBLISHERS
    if languages_of(user):
        found |= FOR_WRITERS
    if user.has_perm(SIGN_OFF):
        found |= FOR_REVIEWERS
    return found


def coming(request):
    """What the person may see of what goes out at its hour, the next first: (edition, its content, its form, who)."""
    editions = Edition.objects.scheduled().of(*viewed_kinds(request.user)).order_by("live_from")
    seen = [edition for edition in editions if covers(request.user, edition)][:20]
    names = whole_names(edition.issued_by for edition in seen)
    return [(e, Snapshot(e.model, e.data), form_url(e.page), names[e.issued_by]) for e in seen]
