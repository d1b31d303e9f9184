"""Encryption of what staff keep here: with the keys of the enquiries, which are not in the database."""

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def cipher():
    return MultiFernet([Fernet(key) for key in settings.SECURED_FIELDS_KEY])
