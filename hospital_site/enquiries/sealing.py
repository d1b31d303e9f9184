"""Personal data at rest: sealed in the database by keys that are not in it, and found again by keyed hashes only."""

import hashlib
import hmac

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _
from secured_fields import EncryptedJSONField, EncryptedTextField


class Unreadable(Exception):
    """A sealed text cannot be opened: the key it was sealed with is not among ENQUIRY_KEYS."""


class NeverSilent:
    """The library hands back the cipher when no key fits; nobody may take that for what a patient wrote."""

    def decrypt(self, value):
        try:
            return super().decrypt(value)
        except InvalidToken as mismatch:
            raise Unreadable(_("The key of this record is missing. Add it to ENQUIRY_KEYS.")) from mismatch


class SealedJSON(NeverSilent, EncryptedJSONField):
    """Answers of a person: any JSON, encrypted."""


class SealedText(NeverSilent, EncryptedTextField):
    """Text about a person, encrypted."""


def keyed_hash(purpose, value, key=None):
    """64 hexadecimal digits that only holders of the key can compute: the same value gives the same hash."""
    key = key or settings.ENQUIRY_KEYS[0]
    return hmac.new(key.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def keyed_hashes(purpose, value):
    """The hash under each key in use, so that rows are found while keys are being exchanged."""
    return [keyed_hash(purpose, value, key) for key in settings.ENQUIRY_KEYS]
