"""The judged lists of queries, as `judged.yaml` and its neighbours hold them."""

from pathlib import Path
from typing import NamedTuple

from hospital_site.yaml_files import read_yaml

LISTS = ["judged", "judged_everyday", "judged_later", "judged_outside", "judged_unseen"]
KINDS_OF_TEN = [
    "two-syllable words",
    "words with particles",
    "slips",
    "brand names",
    "questions",
    "the other language",
]


class Judged(NamedTuple):
    """A query that is typed on a page in `language`, and the `addresses` of the pages of which one must come first."""

    kind: str
    language: str
    query: str
    addresses: list


def judged_list(name=LISTS[0]):
    by_kind = read_yaml(Path(__file__).with_name(f"{name}.yaml"))
    return [
        Judged(kind, language, query, [addresses] if isinstance(addresses, str) else addresses)
        for kind, by_language in by_kind.items()
        for language, queries in by_language.items()
        for query, addresses in queries.items()
    ]
