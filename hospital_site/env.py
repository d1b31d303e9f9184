"""The one place that reads the environment: what differs between machines, typed, and refused in plain words."""

import ipaddress
import os
import re
import secrets
from email.utils import getaddresses
from pathlib import Path

import dj_database_url
import pyrage
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import lazy
from django.utils.translation import get_language

asked_for = set()  # the names of everything that was read


def written(name):
    """What the operator wrote for `name`: its value, or the content of the file `NAME_FILE`; empty if neither.

    Secrets belong in files: whoever may list processes reads an environment. No message repeats what a file holds.
    """
    variables = name, f"{name}_FILE"
    asked_for.update(variables)
    value, path = (os.environ.get(variable, "").strip() for variable in variables)
    if not path:
        return value
    if value:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; remove one of them.")
    try:
        value = Path(path).read_text().strip()
    except (OSError, UnicodeError) as problem:
        why = getattr(problem, "strerror", None) or "it is not text"
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {why}.") from None
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which is empty.")
    return value


def text(name, default=None):
    """The value of `name`. Without a default an empty or missing value stops the start."""
    return written(name) or default_of(name, default)


def default_of(name, default):
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. Set it in the environment; README.md lists every setting.")
    return default


def text_by_language(name, languages, default=None):
    """The text that readers of each language see: `NAME_EN`, else `NAME`, else `default`.

    `NAME` alone serves all languages; with a text for each of them it may be missing.
    """
    own = {code: written(f"{name}_{code.upper().replace('-', '_')}") for code, _name in languages}
    if all(own.values()):
        default = own[languages[0][0]]
    general = text(name, default)
    return lazy(lambda: own.get(get_language()) or str(general), str)() if any(own.values()) else general


def languages(name, known, always, default):
    """Codes of languages among those `known` to the site, in its order; `always` is one of them."""
    codes, written = list(dict(known)), listing(name, default=default)
    if unknown := [code for code in written if code not in codes]:
        raise ImproperlyConfigured(f"{name} holds “{unknown[0]}”; write codes of LANGUAGES: {', '.join(codes)}.")
    if always not in written:
        raise ImproperlyConfigured(f"{name} lacks “{always}”, the first language of the site. Add it.")
    return [code for code in codes if code in written]


def flag(name, default=False):
    value = text(name, str(default)).lower()
    if value not in {"true", "false"}:
        raise ImproperlyConfigured(f"{name} is “{value}”; write “true” or “false”.")
    return value == "true"


def number(name, default):
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} is “{value}”; write a whole number.")
    return int(value)


def positive(name, default):
    value = number(name, default)
    if value < 1:
        raise ImproperlyConfigured(f"{name} is “{value}”; write a whole number above 0.")
    return value


def choice(name, choices, default):
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is “{value}”; write one of: {', '.join(choices)}.")
    return value


def listing(name, default=None):
    """Values separated by commas, such as `www.example.org,example.org`; in a file also one on each line."""
    found = [part.strip() for part in re.split(r"[,\n]", written(name))]
    return [part for part in found if part] or default_of(name, default)


def header(name):
    """The name of a header that a proxy sets: `None` if nobody has said anything, empty for the word `none`."""
    value = text(name, "")
    if not re.fullmatch(r"[A-Za-z0-9-]*", value):
        raise ImproperlyConfigured(f"{name} is “{value}”; write the name of a header, such as “X-Forwarded-For”.")
    return "" if value.lower() == "none" else value or None


def networks(name, also=()):
    """Addresses and networks separated by commas, such as `127.0.0.1,10.0.0.0/8`; the words `also` stay words."""
    found = []
    for written in listing(name, default=[]):
        try:
            found.append(written if written in also else ipaddress.ip_network(written, strict=False))
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} holds “{written}”; write addresses or networks such as “127.0.0.1,10.0.0.0/8”."
            ) from None
    return found


def recipients(name):
    """Public keys of age, separated by commas. No message repeats one: somebody may have pasted the secret key."""
    try:
        return [pyrage.x25519.Recipient.from_str(key) for key in listing(name, default=[])]
    except pyrage.RecipientError:
        raise ImproperlyConfigured(
            f"{name} holds something that is not a public key; write keys that begin with “age1”, separated by commas."
        ) from None


def database(name, default, **options):
    """A database by its address, such as `postgres://user:password@host/name`. No message repeats it: it is secret."""
    address = text(name, default)
    try:
        if address.startswith(("postgres://", "postgresql://", "sqlite://")):
            return dj_database_url.parse(address, **options)
    except ValueError:
        pass
    raise ImproperlyConfigured(f"{name} cannot be read; write it like “postgres://user:password@host/name”.")


def cache_address(name):
    """A Redis by its address, such as `redis://:password@host:6379/0`, or nothing. No message repeats it."""
    address = text(name, "")
    if address and not re.match(r"(rediss?|unix)://[^\s]+$", address):
        raise ImproperlyConfigured(f"{name} cannot be read; write it like “redis://:password@host:6379/0”.")
    return address


def report_address(name):
    """Where Sentry or the like takes reports, such as `https://key@errors.example.org/1`, or nothing."""
    address = text(name, "")
    if address and not re.fullmatch(r"https?://\w+@[^\s/@]+/(\S+/)?\d+", address):
        raise ImproperlyConfigured(f"{name} cannot be read; write it like “https://key@errors.example.org/1”.")
    return address


def purge_address(name):
    """An address of a CDN with `{url}` or `{path}` in it, or nothing. No message repeats it: it may hold a key."""
    address = text(name, "")
    try:
        is_template = address.format(url="u", path="p") != address
    except (KeyError, IndexError, ValueError):
        is_template = False
    if address and not (is_template and re.match(r"https?://[^\s]+$", address)):
        raise ImproperlyConfigured(f"{name} cannot be read; write it like “https://cdn.example/purge?url={{url}}”.")
    return address


def forget():
    """Take what was read out of the environment of this process, which granian hands on with every request."""
    for variable in asked_for:
        os.environ.pop(variable, None)


def for_program(**own):
    """The environment for a program that this one starts, with `own` added: the place for a password."""
    return {**os.environ, **own}


def site_address(name, default):
    """The site's own address without a slash at its end, such as `https://www.example.org`."""
    address = text(name, default).rstrip("/")
    if not re.fullmatch(r"https?://[^/\s?#@]+", address):
        raise ImproperlyConfigured(f"{name} is “{address}”; write an address such as “https://www.example.org”.")
    return address


def sender(name, default):
    """One mail address, with or without a name before it. A comma would make two senders, which no mail may have."""
    written = text(name, default)
    found = getaddresses([written])
    if len(found) != 1 or not re.fullmatch(r"[^@\s,]+@[^@\s,]+", found[0][1]):
        raise ImproperlyConfigured(f"{name} is “{written}”; write one address, such as “Clinics <info@example.org>”.")
    return written


def private_folder(path):
    """The folder `path`, which only its owner can enter: databases, sessions and secrets lie in it."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def kept_secret(path):
    """A random secret made once for this machine and kept in the file `path`, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
