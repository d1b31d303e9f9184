"""What workers remember of what is published, and that none remembers what somebody searched for."""

import functools
import gc
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pytest
from django.db import connection

from hospital_site.publishing.pipeline import withdraw
from hospital_site.search import vocabulary
from tests import make
from tests.enquiries.test_canaries import everything_in_the_database
from tests.page_store.worker import Worker
from tests.reading import Page
from tests.search.test_finding import medicine, word

pytestmark = pytest.mark.django_db

CANARY = ["카나리아새의", "canarybird", "노랑깃"]


class Searcher(Worker):
    """One worker with a page store and a vocabulary of its own. Nobody tells it what another one publishes."""

    def __init__(self, folder, monkeypatch):
        super().__init__(folder)
        self.monkeypatch, self.vocabularies = monkeypatch, {}

    def found(self, query, language="ko"):
        self.monkeypatch.setattr(vocabulary, "vocabularies", self.vocabularies)
        status, _headers, body = self.get(f"/{language}/search/", query=urlencode({"q": query}))
        return Page(SimpleNamespace(status_code=status, content=body)).attributes(
            ".results h2 a, .results h3 a", "href"
        )


@pytest.fixture
def workers(tmp_path, monkeypatch):
    return [Searcher(tmp_path, monkeypatch), Searcher(tmp_path, monkeypatch)]


@pytest.mark.same_on_every_database
def test_what_is_withdrawn_is_found_by_no_worker_any_more(workers):
    page = make.published(medicine(explanation_ko="바나나와 함께 드시지 마세요."))
    term = make.published(word(slug="banana", name_ko="망고", aliases_ko="망고나무"))
    before = [(worker.found("바나나"), worker.found("망고나무")) for worker in workers]

    withdraw(page, by="the test", reason="Over")
    withdraw(term, by="the test", reason="Over")

    assert before == [([f"/ko{page.address}"], [f"/ko{term.address}"])] * 2
    assert [(worker.found("바나나"), worker.found("망고나무")) for worker in workers] == [([], [])] * 2


def test_what_is_scheduled_is_found_by_every_worker_at_its_hour(workers, clock):
    page, term = (
        medicine(explanation_ko="바나나와 함께 드시지 마세요."),
        word(slug="banana", name_ko="망고", aliases_ko="망고나무"),
    )
    make.published(page.center)
    for scheduled in (page, term):
        make.show(scheduled, live_from=clock.now + timedelta(hours=1))
    before = [(worker.found("바나나"), worker.found("망고나무")) for worker in workers]

    clock.forward(hours=1)

    assert before == [([], [])] * 2
    assert [(worker.found("바나나"), worker.found("망고나무")) for worker in workers] == [
        ([f"/ko{page.address}"], [f"/ko{term.address}"])
    ] * 2


def everything_remembered(worker):
    """Yield every text in the page store of `worker` and in the memories of all functions of this process."""
    yield from (path.read_bytes().decode("utf-8", "replace") for path in worker.store.disk.folder.rglob("*.*"))
    memories = [one for one in gc.get_objects() if type(one) is functools._lru_cache_wrapper]
    waiting, seen = (
        [vars(worker.store.memory), worker.vocabularies, *(gc.get_referents(one) for one in memories)],
        set(),
    )
    while waiting:
        one = waiting.pop()
        kind = type(one)  # `isinstance` would open what is lazy
        if kind in (str, bytes):
            yield one if kind is str else one.decode("utf-8", "replace")
        elif kind in (dict, list, tuple, set, frozenset) and id(one) not in seen:
            seen.add(id(one))
            waiting += [*one, *one.values()] if kind is dict else one


def test_what_somebody_searches_for_is_remembered_nowhere(workers, caplog):
    worker = workers[0]
    make.published(medicine(explanation_ko="카나리아새의 노랑깃", explanation_en="A canarybird"))
    worker.found("약")
    for language in make.languages():
        worker.found(f"{' '.join(CANARY)} 노랑깃이", language)
        worker.found(f"{CANARY[1]}z 카나리아새", language)
    sources = {
        "memory": everything_remembered(worker),
        "database": (
            text for table, text in everything_in_the_database() if "edition" not in table and "passage" not in table
        ),
        "log": [caplog.text, quote(caplog.text)],
    }

    typed = ["노랑깃이", f"{CANARY[1]}z", f"{CANARY[0]} {CANARY[1]}", quote(CANARY[0])]
    assert [
        (place, piece) for place, texts in sources.items() for text in texts for piece in typed if piece in text
    ] == []


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_the_log_of_the_database_holds_digests_at_most(workers):
    """A server that logs every statement with its parameters: psycopg2 writes them into the statement."""
    make.published(medicine(explanation_ko="카나리아새의 노랑깃"))
    workers[0].found("약")

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL log_min_duration_statement = 0")
        cursor.execute("SELECT 'the search begins'")
        assert workers[0].found("카나리아새의 노랑깃") != []
        cursor.execute("SELECT pg_read_file('log')")
        logged = cursor.fetchone()[0].rpartition("the search begins")[2]

    assert "search_passage" in logged
    assert [piece for piece in ("카나", "나리", "노랑", "카나리아새의") if piece in logged] == []
