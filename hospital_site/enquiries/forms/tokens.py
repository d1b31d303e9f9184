"""The token of a form: when it was first shown, so that a robot is too fast and a form sent twice is one enquiry."""

import secrets
import time

from django.core import signing


def signer_of(kind, hospital_id):
    return signing.Signer(salt=f"enquiries.token.{kind}.{hospital_id}")


def create_token(kind, hospital_id, at=None):
    """Return a signed token with the time at which this form of this hospital was first shown.

    It makes a form sent twice one enquiry.
    """
    return signer_of(kind, hospital_id).sign(f"{secrets.token_urlsafe(16)}.{int(at or time.time())}")


def seconds_since_shown(token, kind, hospital_id):
    """Return the age of a token in seconds, or `None` where it is not one of this form of this hospital."""
    try:
        return time.time() - int(signer_of(kind, hospital_id).unsign(token).rsplit(".", 1)[1])
    except (signing.BadSignature, IndexError, ValueError):
        return None
