from collections import defaultdict

from django.core.management.base import BaseCommand
from django.utils.translation import override

from hospital_site.publishing.models import without_language
from hospital_site.search.finding import search
from hospital_site.search.hits import arranged
from hospital_site.search.judged import judged_list

UNLISTED = "unlisted slips"
FIRST = 3


class Command(BaseCommand):
    help = "Search for every query of the judged list: how often its page comes first, and among the first three."

    def handle(self, **options):
        ranks = defaultdict(list)
        for judged in judged_list():
            rank = rank_of(judged)
            ranks[judged.kind].append(rank)
            if rank != 1:
                self.stdout.write(f"  {rank or '–'}  {judged.language}  {judged.query} → {judged.address}")
        self.stdout.write(f"{'kind':<26}{'queries':>8}{'recall@1':>10}{'recall@3':>10}")
        for kind, found in [*ranks.items(), ("all", [rank for some in ranks.values() for rank in some])]:
            self.stdout.write(f"{kind:<26}{len(found):>8}{recall(found, 1):>10.3f}{recall(found, FIRST):>10.3f}")


def rank_of(judged):
    """Return at which place a reader meets the page, or 0. A slip that nobody listed is followed to what was meant."""
    with override(judged.language):
        results = search(judged.query)
        if judged.kind == UNLISTED and results.suggestion:
            results = search(results.suggestion)
        answer, groups = arranged(results)
        hits = [*([answer] if answer else []), *(hit for _kind, some in groups for hit in some)]
        addresses = [without_language(hit.url).partition("#")[0] for hit in hits]
    return addresses.index(judged.address) + 1 if judged.address in addresses else 0


def recall(ranks, most):
    return sum(1 for rank in ranks if 0 < rank <= most) / len(ranks)
