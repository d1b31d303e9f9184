"""People at the desk. Each works in the real admin as a browser without JavaScript does: reads a form, fills it in."""

from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from hospital_site.publishing.snapshots import digest, dump
from hospital_site.staff.models import StaffScope
from tests.reading import Page, filled_in

numbers = count(1)

ROLES = {
    "editor": "Editor",
    "translator-ko": "Translator (ko)",
    "translator-en": "Translator (en)",
    "reviewer": "Clinical reviewer",
    "publisher": "Publisher",
    "auditor": "Auditor",
}

ASSENT = {"reason": "It was time.", "warnings_read": "on"}


class Person:
    """A member of staff with `roles`, who is no superuser, limited to the pages `limited_to`; signed in."""

    def __init__(self, *roles, limited_to=(), name=None):
        self.name = name or f"{'-and-'.join(roles) or 'nobody'}-{next(numbers)}"
        self.user = get_user_model().objects.create(username=self.name, is_staff=True)
        self.user.groups.add(*Group.objects.filter(name__in=[ROLES[role] for role in roles]))
        for page in limited_to:
            StaffScope.objects.create(user=self.user, page=page.key)
        self.client = Client()
        self.client.force_login(self.user)

    def __getstate__(self):
        return {"name": self.name, "user": self.user, "cookies": self.client.cookies}

    def __setstate__(self, state):
        self.name, self.user, self.client = state["name"], state["user"], Client()
        self.client.cookies = state["cookies"]

    def open(self, page, view="change", *numbers):
        return self.read(address(page, view, *numbers))

    def read(self, path, follow=False):
        return Page(self.client.get(path, follow=follow))

    def status(self, page, view="change", *numbers):
        return self.client.get(address(page, view, *numbers)).status_code

    def send(self, page, view="change", *numbers, **words):
        """Post `words` to an address without having opened its form."""
        return Page(self.client.post(address(page, view, *numbers), words))

    def form(self, page, view="change", *numbers):
        selector = f"#{page._meta.model_name}_form" if view == "change" else "form.decide"
        return Form(self.client, address(page, view, *numbers), selector)

    def edit(self, page, **words):
        return self.form(page).send(**words)

    def decide(self, page, view, *numbers, **words):
        return self.form(page, view, *numbers).send(**ASSENT | words)

    def publish(self, page, **words):
        """Publish the draft as it stands; where the page offers no form for it, by sending what the form would."""
        opened = self.open(page, "publish")
        if opened.all("form.decide"):
            return Form(self.client, address(page, "publish"), "form.decide", opened).send(**ASSENT | words)
        page.refresh_from_db()
        return self.send(page, "publish", **{**ASSENT, "seen": digest(dump(page)), **words})


class Form:
    """A form as it stood when somebody opened it; `page` when it is open already."""

    def __init__(self, client, path, selector, page=None):
        self.client, self.path = client, path
        self.page = page or Page(client.get(path))
        self.words = filled_in(self.page, selector)

    @classmethod
    def again(cls, form, page, selector):
        """The form that came back with errors."""
        return cls(form.client, form.path, selector, page)

    def send(self, **words):
        """Fill in `words` and send all of it. What is `None` is left out, as if it were not on the form."""
        posted = {name: value for name, value in {**self.words, **words}.items() if value is not None}
        return Page(self.client.post(self.path, posted))

    def new_row(self, name, **words):
        """What to fill in for one more row `name`."""
        place = int(self.words[f"{name}-TOTAL_FORMS"][0])
        return {f"{name}-TOTAL_FORMS": place + 1} | {f"{name}-{place}-{field}": text for field, text in words.items()}


def address(page, view="change", *numbers, language="ko"):
    with override(language):
        return reverse(f"admin:{page._meta.app_label}_{page._meta.model_name}_{view}", args=[page.pk, *numbers])


def list_of(page):
    with override("ko"):
        return reverse(f"admin:{page._meta.app_label}_{page._meta.model_name}_changelist")


def public(page, language="ko"):
    """The address of `page` that patients open."""
    with override(language):
        return page.get_absolute_url()


def in_seoul(*moment):
    return datetime(*moment, tzinfo=ZoneInfo("Asia/Seoul"))


def said(sentence, code="ko", **names):
    """A sentence of the interface in a language."""
    with override(code):
        return gettext(sentence) % names if names else gettext(sentence)
