"""How people are called where others read of them."""

import unicodedata

from django.contrib.auth import get_user_model
from django.core.management import get_commands
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _


def whole_name(user):
    """Returns the full name of `user`, as its script writes it, Han and Hangul unspaced; else the user name."""
    name = user.get_full_name()
    if is_east_asian(user.last_name) and is_east_asian(user.first_name):
        name = f"{user.last_name}{user.first_name}"
    return name or user.get_username()


def name_and_account(user):
    """Returns the full name and, in brackets, the user name, which tells namesakes apart."""
    name, account = whole_name(user), user.get_username()
    return account if name == account else f"{name} ({account})"


def is_east_asian(text):
    return bool(text) and all(unicodedata.name(letter, "").startswith(("HANGUL", "CJK")) for letter in text)


def whole_names(names):
    """Returns `{name: how to call it}` of user names, and of commands of this site, in one query."""
    names = set(names)
    users = get_user_model().objects.filter(username__in=names)
    commands = {name: _("this site (command %(name)s)") % {"name": name} for name in names & set(get_commands())}
    return {name: name for name in names} | commands | {user.get_username(): whole_name(user) for user in users}


def users_called(name):
    """Returns the users whose whole name, in either order, contains every word of `name`."""
    users = annotate_whole_names(get_user_model().objects.all())
    for word in name.split():
        users = users.filter(Q(last_name_first__icontains=word) | Q(first_name_first__icontains=word))
    return users


def annotate_whole_names(users):
    """Returns the queryset `users`, annotated with both orders of their names for a search."""
    orders = {
        "last_name_first": Concat("last_name", "first_name"),
        "first_name_first": Concat("first_name", Value(" "), "last_name"),
    }
    return users.annotate(**orders)
