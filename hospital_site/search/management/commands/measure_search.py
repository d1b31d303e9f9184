from collections import defaultdict

from django.core.management.base import BaseCommand
from django.utils.translation import override

from hospital_site.publishing.models import without_language
from hospital_site.search.finding import search
from hospital_site.search.hits import arranged
from hospital_site.search.judged import LISTS, judged_list

UNLISTED = "unlisted slips"
FIRST = 3


class Command(BaseCommand):
    help = "Search for every query of the judged lists: how often its page is the first, or one of the first three."

    def handle(self, **options):
        for name in LISTS:
            self.stdout.write(f"\n{name}.yaml")
            self.measure(judged_list(name))

    def measure(self, judged_queries):
        ranks = defaultdict(list)
        for judged in judged_queries:
            rank = rank_of(judged)
            ranks[judged.kind].append(rank)
            if rank != 1:
                self.stdout.write(f"  {rank or '–'}  {judged.language}  {judged.query} → {judged.addresses[0]}")
        self.stdout.write(f"{'kind':<34}{'queries':>8}{'recall@1':>10}{'recall@3':>10}")
        for kind, found in [*ranks.items(), ("all", [rank for some in ranks.values() for rank in some])]:
            self.stdout.write(f"{kind:<34}{len(found):>8}{recall(found, 1):>10.3f}{recall(found, FIRST):>10.3f}")


def rank_of(judged):
    """Return at which place a reader meets the page, or 0. A slip that nobody listed is followed to what was meant."""
    with override(judged.language):
        results = search(judged.query)
        if judged.kind == UNLISTED and results.suggestion:
            results = search(results.suggestion)
        answer, groups = arranged(results)
        hits = [*([answer] if answer else []), *(hit for _kind, some in groups for hit in some)]
        addresses = [without_language(hit.url).partition("#")[0] for hit in hits]
    return next((place for place, address in enumerate(addresses, start=1) if address in judged.addresses), 0)


def recall(ranks, most):
    return sum(1 for rank in ranks if 0 < rank <= most) / len(ranks)
