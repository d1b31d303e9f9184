"""Puts staff into the served site who have only a name and a password. Run by itself, against its database."""

import sys

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - Django must be set up first
from django.contrib.auth.hashers import make_password  # noqa: E402

password, *names = sys.argv[1:]
sealed = make_password(password)
for name in names:
    get_user_model().objects.create(username=name, password=sealed, is_staff=True, is_superuser=True)
