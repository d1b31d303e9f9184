"""Personal data at rest: encrypted with keys that are not in the database, and looked up by keyed hashes only."""

import hashlib
import hmac

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _
from secured_fields import EncryptedJSONField, EncryptedTextField


class Unreadable(Exception):
    """A value cannot be decrypted: its key is not among ENQUIRY_KEYS."""


class NeverSilent:
    """Raises Unreadable when no key fits; the library would return the ciphertext instead."""

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
    """Return an HMAC-SHA256 in hexadecimal: the same value gives the same hash, for holders of the key only."""
    key = key or settings.ENQUIRY_KEYS[0]
    return hmac.new(key.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def keyed_hashes(purpose, value):
    """Return the hash under each key in use, so that rows are found during a key rotation."""
    return [keyed_hash(purpose, value, key) for key in settings.ENQUIRY_KEYS]
