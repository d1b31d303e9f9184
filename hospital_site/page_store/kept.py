"""One kept page: how it answers a browser, and how it lies on the disk."""

import gzip
import hashlib
import hmac
import json
from functools import lru_cache

import brotli
from django.conf import settings

LONGEST_HEADER = 200  # characters of Accept-Encoding that are read and remembered
NOT_REPEATED = {"content-length", "date", "connection"}
ENCODINGS = ("br", "gzip")
EFFORT = 9  # of both compressions
SIGNATURE = hashlib.blake2b(digest_size=32).digest_size


class Unreadable(ValueError):
    """A file that is not what was written: cut off, changed, or under another name."""


class Kept:
    """An answer 200 that is the same for everybody, compressed; what was read to make it, and in which version.

    `state` is the `SiteState` for which the version was last compared. A body that is not compressed is made when
    somebody asks for it: nearly nobody does.
    """

    __slots__ = ("answers", "bodies", "etag", "headers", "key", "reads", "reads_query", "size", "state", "version")

    def __init__(self, key, headers, etag, bodies, reads, version):
        self.key = key
        self.headers = headers
        self.etag = etag
        self.bodies = bodies
        self.reads = reads
        self.version = version
        self.reads_query = any(name == "No-Vary-Search" for name, _value in headers)
        self.size = sum(map(len, bodies.values())) + 4_000  # of headers and names, roughly
        self.state = None
        self.answers = {}

    @classmethod
    def from_answer(cls, key, headers, body, reads, version):
        digest = hashlib.sha256(body).hexdigest()[:32]
        headers = [(name, value) for name, value in headers if name.lower() not in NOT_REPEATED]
        bodies = {"br": brotli.compress(body, quality=EFFORT), "gzip": gzip.compress(body, EFFORT, mtime=0)}
        return cls(key, [*headers, ("Vary", "Accept-Encoding")], f'W/"{digest}"', bodies, sorted(reads), version)

    def body(self):
        return gzip.decompress(self.bodies["gzip"])

    def answer(self, environ):
        """Return `(status, headers, body)`."""
        tags = environ.get("HTTP_IF_NONE_MATCH")
        if tags and self.etag in tags:
            return "304 Not Modified", [*self.headers, ("ETag", self.etag)], [b""]
        encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        found = self.answers.get(encoding) or self.answer_in(encoding)
        return (*found[:2], [b""]) if environ["REQUEST_METHOD"] == "HEAD" else found

    def answer_in(self, encoding):
        """Return the answer in `encoding`, which is put together once where it is kept."""
        body = self.bodies[encoding] if encoding else self.body()
        headers = [*self.headers, ("ETag", self.etag), ("Content-Length", str(len(body)))]
        if not encoding:
            return "200 OK", headers, [body]
        self.answers[encoding] = "200 OK", [*headers, ("Content-Encoding", encoding)], [body]
        return self.answers[encoding]

    # ── On the disk ───────────────────────────────────────────────────────────────────────────────────────────────────

    def to_bytes(self):
        """→ a signature of the rest, then one line of JSON, then the bodies."""
        names = ("key", "headers", "etag", "reads", "version")
        first = {name: getattr(self, name) for name in names} | {
            "sizes": [len(self.bodies[name]) for name in ENCODINGS]
        }
        rest = b"".join([json.dumps(first).encode(), b"\n", *(self.bodies[name] for name in ENCODINGS)])
        return signature(rest) + rest

    @classmethod
    def from_bytes(cls, key, found):
        """Raises Unreadable for everything that `to_bytes` did not write for this `key`."""
        given, rest = found[:SIGNATURE], found[SIGNATURE:]
        if not hmac.compare_digest(given, signature(rest)):
            raise Unreadable
        line, _newline, bodies = rest.partition(b"\n")
        first = json.loads(line)
        if first["key"] != list(key):
            raise Unreadable
        size = first["sizes"][0]
        headers = [tuple(header) for header in first["headers"]]
        own = {"br": bodies[:size], "gzip": bodies[size:]}
        return cls(key, headers, first["etag"], own, first["reads"], first["version"])


def signature(content):
    key = hashlib.sha256(f"pages {settings.SECRET_KEY}".encode()).digest()
    return hashlib.blake2b(content, key=key, digest_size=SIGNATURE).digest()


def best_encoding(accepted):
    """Return the encoding for a header Accept-Encoding, of which only the beginning counts: browsers send few words."""
    return best_encoding_of(accepted[:LONGEST_HEADER])


@lru_cache(maxsize=256)
def best_encoding_of(accepted):
    """The best of our encodings that a browser accepts: `gzip, br;q=0` → `gzip`; empty for a plain body."""
    offers = [offer.replace(" ", "").lower().partition(";") for offer in accepted.split(",")]
    offered = {name for name, _semicolon, weight in offers if weight not in ("q=0", "q=0.0", "q=0.00", "q=0.000")}
    return next((encoding for encoding in ENCODINGS if encoding in offered), "")
