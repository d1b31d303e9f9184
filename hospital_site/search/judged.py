"""The judged list of queries, as `judged.yaml` holds it."""

from pathlib import Path
from typing import NamedTuple

from hospital_site.yaml_files import read_yaml

LIST = Path(__file__).with_name("judged.yaml")
KINDS_OF_TEN = [
    "two-syllable words",
    "words with particles",
    "slips",
    "brand names",
    "questions",
    "the other language",
]


class Judged(NamedTuple):
    """A query that is typed on a page in `language`, and the `address` of the page that must come first."""

    kind: str
    language: str
    query: str
    address: str


def judged_list():
    by_kind = read_yaml(LIST)
    return [
        Judged(kind, language, query, address)
        for kind, by_language in by_kind.items()
        for language, queries in by_language.items()
        for query, address in queries.items()
    ]
