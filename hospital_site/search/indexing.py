"""Writing passages: when an edition is issued, and after migrations those of what was published before."""

from django.conf import settings
from django.db import transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.utils.translation import override

from hospital_site.publishing.languages import in_language
from hospital_site.publishing.models import Edition
from hospital_site.publishing.snapshots import Snapshot
from hospital_site.search.models import Passage
from hospital_site.search.sections import sections_of, text_in, title_field
from hospital_site.search.words import index_entry

VERSION = 4  # of how texts become tokens; raise it with every change of that, and `migrate` writes all passages anew
BATCH = 200


def index_edition(edition):
    """Write the passages of `edition`, and delete those of editions of its page that patients will not see again."""
    Passage.objects.bulk_create(passages_of(edition))
    if edition.number == 1:
        return
    current = Edition.objects.current().filter(page=edition.page).first()
    if current:
        over = Q(edition__live_from__lt=current.live_from) | Q(edition__cancelled_at__isnull=False)
        Passage.objects.filter(over, edition__page=edition.page).delete()


def index_after_migrations(using="default", **how):
    """Write what is missing, once all migrations have run. Emptying a database, which Django announces too, is none."""
    if "plan" not in how or using != "default":
        return
    executor = MigrationExecutor(connection_of(using))
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        index_missing()


def connection_of(using):
    return transaction.get_connection(using)


def index_missing():
    """Write the passages of the editions that patients see or will see and that lack them. Returns how many editions.

    Passages of an older version of the tokens are written anew.
    """
    Passage.objects.exclude(version=VERSION).delete()
    wanted = Edition.objects.filter(Q(pk__in=Edition.objects.live()) | Q(pk__in=Edition.objects.scheduled()))
    pks = list(wanted.with_content().filter(passages=None).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        with transaction.atomic():
            some = Edition.objects.filter(pk__in=pks[start : start + BATCH])
            Passage.objects.bulk_create(passage for edition in some for passage in passages_of(edition))
    return len(pks)


def index_all():
    """Write all passages anew. Returns how many editions."""
    with transaction.atomic():
        Passage.objects.all().delete()
        return index_missing()


def passages_of(edition):
    """Return the unsaved passages of `edition`: of every section in every language in which it has a text."""
    if edition.is_withdrawal:
        return []
    page = Snapshot(edition.model, edition.data, edition=edition)
    return [passage for code in dict(settings.LANGUAGES) for passage in passages_in(page, code)]


def passages_in(page, code):
    found = []
    with override(code):
        title = str(page)
    for place, section in enumerate(sections_of(page._model)):
        heading = in_language(page, section.heading_field, code) if section.heading_field else ""
        texts = [text_in(page, name, code) for name in section.fields]
        names = [text_in(page, name, code) for name in section.names]
        for number, row in enumerate(getattr(page, section.rows) if section.rows else [], start=1):
            row_texts = [text_in(row, name, code) for name in section.row_fields]
            if not section.row_anchor:
                texts += row_texts
            elif any(row_texts):
                row_heading = in_language(row, section.row_heading, code)
                found.append((section.row_anchor(row, number), row_heading, row_texts, []))
        is_title = place == 0 and in_language(page, title_field(page._model), code)
        if any(texts) or any(names) or is_title:
            found.append((section.anchor, heading, texts, names))
    return [
        Passage(
            edition=page.edition,
            language=code,
            anchor=anchor,
            title=title[:300],
            heading=heading[:300],
            text="\n".join(filter(None, texts)),
            tokens=index_entry("\n".join([title, heading, *names]), "\n".join(texts), anchor),
            version=VERSION,
        )
        for anchor, heading, texts, names in found
    ]
