"""Keys of backups, and encryption with age."""

import os

import pyrage
from django.conf import settings

from hospital_site.backups import BackupError, reason_of


def open_private(path, flags):
    """The `opener` of files that only their owner may read."""
    return os.open(path, flags, 0o600)


def generate_key(path):
    """Write a new secret key into the new file `path`, and return its public key."""
    identity = pyrage.x25519.Identity.generate()
    try:
        with open(path, "x", opener=open_private) as file:
            file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    except FileExistsError:
        raise BackupError(f"{path} exists already. A key is never overwritten: some backup may need it.") from None
    except OSError as error:
        raise BackupError(f"The key cannot be written: {reason_of(error)}.") from error
    return identity.to_public()


def read_keys(path):
    """Return the secret keys in a file of `generate_key` or of age-keygen."""
    try:
        lines = [line for line in path.read_text().split("\n") if line.strip() and not line.startswith("#")]
        keys = [pyrage.x25519.Identity.from_str(line.strip()) for line in lines]
    except OSError as error:
        raise BackupError(f"The key cannot be read: {reason_of(error)}.") from error
    except (pyrage.IdentityError, UnicodeDecodeError):
        keys = []
    if not keys:
        raise BackupError(f"{path} is no file of a secret key: it has one line that begins with “AGE-SECRET-KEY-1”.")
    return keys


def recipients():
    """Return the public keys to seal for. Raises BackupError where none is set."""
    if settings.BACKUP_RECIPIENTS:
        return settings.BACKUP_RECIPIENTS
    raise BackupError(
        "BACKUP_RECIPIENTS is not set, so nobody could open a backup. "
        "“manage.py back_up --new-key FILE” makes a key and says what to set."
    )


def seal(plain, file):
    """Encrypt the stream `plain` into `file` for the recipients."""
    try:
        pyrage.encrypt_io(plain, file, recipients())
    except pyrage.EncryptError as error:
        raise BackupError(f"The backup cannot be written: {reason_of(error)}.") from error


def unseal(path, keys, stream):
    """Decrypt the backup at `path` into `stream`. Raises BackupError where it is damaged or sealed for other keys."""
    try:
        with path.open("rb") as file:
            pyrage.decrypt_io(file, stream, keys)
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise BackupError(f"{path} is sealed for other keys than the one given.") from error
        raise BackupError(f"{path} is damaged, or no backup.") from error
    except OSError as error:
        if error.errno is None:  # of age, not of the disk
            raise BackupError(f"{path} is damaged or cut short.") from error
        raise BackupError(f"The backup cannot be read: {reason_of(error)}.") from error
