import gc
import random
import time
from copy import copy
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from hospital_site.publishing.models import Edition
from hospital_site.search import vocabulary
from hospital_site.search.indexing import passages_of
from hospital_site.search.judged import judged_list
from hospital_site.search.models import Passage
from hospital_site.search.retrieval import LIMIT
from hospital_site.search.words import NAMES, digest
from hospital_site.yaml_files import read_yaml

SIZES = [25, 1_000, 10_000]
PATTERNS = 200  # different pages, of which all others are copies under another title
WORDS = read_yaml(Path(settings.BASE_DIR) / "hospital_site/search/measured.yaml")
BATCH = 500
ROUNDS = 3  # of each query the best one counts, so that other work of the machine is not measured


class Command(BaseCommand):
    help = (
        "Measure whole answers of the search (p50 and p99 in ms, by the clock, and of this process's processor) "
        "on a site of so many pages, made of the published ones. "
        "Nothing of that stays: the transaction is rolled back."
    )

    def add_arguments(self, parser):
        parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="pages (25 1000 10000)")
        parser.add_argument("--plans", action="store_true", help="print how the database finds passages")

    def handle(self, *, sizes, plans, **options):
        with transaction.atomic():
            copies = copies_of_pages()
            self.stdout.write(
                f"{connection.vendor}\n{'pages':>7}{'passages':>10}{'p50':>8}{'p99':>8}{'cpu 50':>8}{'99':>8}   slowest"
            )
            there = Edition.objects.live().count()
            for size in sizes:
                write(list(islice(copies, max(0, size - there))))
                there = max(there, size)
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
                figures, slowest = measured()
                in_columns = "".join(f"{figure:>8.1f}" for figure in figures)
                self.stdout.write(f"{there:>7}{Passage.objects.count():>10}{in_columns}   {slowest}")
            if plans:
                for word in WORDS["often"]:
                    passages = Passage.objects.begun(timezone.now()).that_hold(digest(word)).order_by()
                    self.stdout.write(passages.up_to(LIMIT).explain())
            transaction.set_rollback(True)
        vocabulary.vocabularies.clear()
        gc.unfreeze()


def copies_of_pages():
    """Yield pairs of an unsaved edition and its unsaved passages, made of the texts of the published pages."""
    chance = random.Random(0)  # noqa: S311 (the same pages in every run)
    live = [edition for edition in Edition.objects.live() if edition.ancestors]
    texts = {code: sentences(live, code) for code in dict(settings.LANGUAGES)}
    patterns = []
    for number in range(PATTERNS):
        edition = copy(live[number % len(live)])
        edition.data = mixed(edition.data, texts, chance, WORDS["often"] if number % 3 == 0 else ())
        patterns.append((edition, passages_of(edition)))
    for number in range(10**6, 10**7):
        pattern, passages = patterns[number % PATTERNS]
        edition = copy(pattern)
        edition.pk, edition._state = None, copy(edition._state)
        edition.page, edition.address = f"{pattern.kind}:{number}", f"{pattern.address}{number}/"
        edition.number, edition.live_from = 1, timezone.now()
        yield edition, [titled(passage, number) for passage in passages]


def sentences(editions, code):
    found = [passage.text for edition in editions for passage in passages_of(edition) if passage.language == code]
    return [sentence for text in found for sentence in text.replace("\n", " ").split(". ") if len(sentence) > 15]


def mixed(data, texts, chance, words):
    """Return `data` with other sentences of the same language in every text, and `words` in one."""
    changed = dict(data)
    for name, value in data.items():
        code = name.rpartition("_")[2]
        if code in texts and isinstance(value, str) and len(value) > 60:
            changed[name] = ". ".join([*chance.sample(texts[code], 6), *words])
        elif isinstance(value, list):
            changed[name] = [mixed(row, texts, chance, words) for row in value]
    return changed


def titled(passage, number):
    passage = copy(passage)
    passage.pk, passage.title = None, f"{passage.title} {number}"
    passage.tokens += f" {digest(str(number))} {digest(f'{NAMES}{number}')}"
    return passage


def write(pairs):
    for start in range(0, len(pairs), BATCH):
        some = pairs[start : start + BATCH]
        for edition, passages in some:
            edition.save_base(raw=True, force_insert=True)
            for passage in passages:
                passage.edition = edition
        Passage.objects.bulk_create((passage for _edition, passages in some for passage in passages), BATCH)


def measured():
    """Return p50 and p99 of whole answers, by the clock and of the processor's time, and the slowest queries."""
    client = Client(headers={"host": "localhost"})
    queries = [(judged.language, judged.query) for judged in judged_list()] + WORDS["common"]
    for language in dict(settings.LANGUAGES):
        for query in WORDS["warm"]:
            client.get(f"/{language}/search/", {"q": query})
    gc.collect()
    gc.freeze()  # as the site itself does when it has started
    rounds = [[milliseconds(client, *query) for _round in range(ROUNDS)] for query in queries]
    by_clock, of_processor = ([min(one[kind] for one in some) for some in rounds] for kind in (0, 1))
    slowest = sorted(zip(by_clock, queries, strict=True))[-6:]
    figures = [percentile(times, share) for times in (by_clock, of_processor) for share in (0.5, 0.99)]
    return figures, ", ".join(f"{query} ({ms:.0f})" for ms, (_language, query) in slowest)


def percentile(times, share):
    return sorted(times)[int(len(times) * share)]


def milliseconds(client, language, query):
    """Return how long an answer takes, by the clock and of the processor's time of this process."""
    started = time.perf_counter(), time.thread_time()
    client.get(f"/{language}/search/", {"q": query})
    return (time.perf_counter() - started[0]) * 1000, (time.thread_time() - started[1]) * 1000
