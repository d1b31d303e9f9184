"""Personal data at rest: encrypted with keys that are not in the database, and looked up by keyed hashes only.

The encrypted text carries whose it is: table, column, and what the row's `sealed_identity()` returns. Rows are loaded
as they are stored; a value is decrypted when it is read from its row, and compared with that row. What cannot be
decrypted, or belongs to another row, raises Unreadable there and nowhere else.
"""

import hashlib
import hmac
import json

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core import checks
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext as _
from secured_fields import EncryptedJSONField, EncryptedTextField
from secured_fields.fernet import get_fernet

BOUND = "\x01"  # begins what carries an identity; typed texts hold no control characters


class Unreadable(Exception):
    """A value cannot be decrypted by any of ENQUIRY_KEYS, was damaged, or belongs to another row or column."""

    def __str__(self):
        return _(
            "This text cannot be read: its key is missing, or it was changed in the database. "
            "Tell whoever runs this site."
        )


class SealedValue:
    """A value as the database holds it."""

    def __init__(self, text):
        self.text = text

    def open_as(self, identity):
        """Return the text. Raises Unreadable where it is not that of `identity`."""
        try:
            text = get_fernet().decrypt(self.text.encode()).decode()
            if not text.startswith(BOUND):  # sealed before texts carried an identity
                return text
            owner, text = json.loads(text.removeprefix(BOUND))
        except (InvalidToken, ValueError) as problem:
            raise Unreadable from problem
        if owner != identity:
            raise Unreadable
        return text

    def is_up_to_date(self):
        """Return whether it carries an identity and is encrypted with the first key."""
        try:
            return Fernet(settings.SECURED_FIELDS_KEY[0]).decrypt(self.text.encode()).startswith(BOUND.encode())
        except (InvalidToken, ValueError):
            return False


class SealedAttribute(DeferredAttribute):
    """Decrypts on reading; loads what was deferred without decrypting anything else."""

    def __get__(self, row, owner=None):
        if row is None:
            return self
        name = self.field.attname
        if name not in row.__dict__:
            rows = type(row)._base_manager.using(row._state.db).filter(pk=row.pk)
            row.__dict__[name] = rows.values_list(name, flat=True).get()
        value = row.__dict__[name]
        if isinstance(value, SealedValue):
            value = row.__dict__[name] = self.field.parse(value.open_as(self.field.identity_of(row)))
        return value

    def __set__(self, row, value):
        row.__dict__[self.field.attname] = value


class Sealed:
    """A field that is encrypted together with the identity of its row."""

    descriptor_class = SealedAttribute

    def check(self, **kwargs):
        problems = super().check(**kwargs)
        if not hasattr(self.model, "sealed_identity"):
            hint = "Give the model a method `sealed_identity` that returns what never changes about a row, as a list."
            problems.append(checks.Error("A sealed field needs the identity of its row.", hint, self, "enquiries.E001"))
        return problems

    def identity_of(self, row):
        return [self.model._meta.db_table, self.column, *map(str, row.sealed_identity())]

    def pre_save(self, row, add):
        """Return the value sealed for `row`; what was not read is stored as it was."""
        value = row.__dict__[self.attname]
        if value is None or isinstance(value, SealedValue):
            return value
        owned = json.dumps([self.identity_of(row), self.unparse(value)], ensure_ascii=False)
        return SealedValue(get_fernet().encrypt(f"{BOUND}{owned}".encode()).decode())

    def get_db_prep_save(self, value, connection):
        if value is not None and not isinstance(value, SealedValue):
            raise TypeError(f"{self} is written by saving its row only, because it is sealed for that row.")
        return value and value.text

    def from_db_value(self, value, expression, connection):
        return None if value is None else SealedValue(str(value))


class SealedJSON(Sealed, EncryptedJSONField):
    """Answers of a person: a JSON object, encrypted."""

    @staticmethod
    def parse(text):
        try:
            answers = json.loads(text)
        except ValueError as problem:
            raise Unreadable from problem
        if not isinstance(answers, dict):
            raise Unreadable
        return answers

    @staticmethod
    def unparse(value):
        return json.dumps(value)


class SealedText(Sealed, EncryptedTextField):
    """Text about a person, encrypted."""

    parse = unparse = staticmethod(str)


def is_readable(row):
    """Return whether every sealed value of `row` can be read."""
    try:
        for field in sealed_fields(type(row)):
            getattr(row, field.attname)
    except Unreadable:
        return False
    return True


def is_up_to_date(row):
    """Return whether every sealed value of `row`, as it was loaded, is encrypted with the first key and bound to it."""
    values = [row.__dict__[field.attname] for field in sealed_fields(type(row))]
    return all(value is None or (isinstance(value, SealedValue) and value.is_up_to_date()) for value in values)


def sealed_fields(model):
    return [field for field in model._meta.concrete_fields if isinstance(field, Sealed)]


def keyed_hash(purpose, value, key=None):
    """Return an HMAC-SHA256 in hexadecimal: the same value gives the same hash, for holders of the key only."""
    key = key or settings.ENQUIRY_KEYS[0]
    return hmac.new(key.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def keyed_hashes(purpose, value):
    """Return the hash under each key in use, so that rows are found during a key rotation."""
    return [keyed_hash(purpose, value, key) for key in settings.ENQUIRY_KEYS]
