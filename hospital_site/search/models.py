"""What the search finds: passages of editions, one for each section and language."""

from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.models import Edition

LOTS = 11  # of passages; the index of the first one is of its own


class TokensField(models.TextField):
    """Tokens of `words.digest`, separated by spaces, in an index of the database (see the migrations)."""


@TokensField.register_lookup
class Hold(models.Lookup):
    """What `all_of` and `any_of` write, in the index of PostgreSQL, which is GIN."""

    lookup_name = "hold"

    def get_prep_lookup(self):
        return self.rhs

    def as_postgresql(self, compiler, connection):
        tokens, params = self.process_lhs(compiler, connection)
        return f"search_vector({tokens}) @@ %s::tsquery", [*params, self.rhs]


def all_of(conditions):
    """Return what holds all `conditions`, as the index reads it. A token is one; an empty text is none."""
    return joined(" AND " if connection.vendor == "sqlite" else " & ", conditions)


def any_of(conditions):
    return joined(" OR " if connection.vendor == "sqlite" else " | ", conditions)


def joined(sign, conditions):
    some = [condition for condition in conditions if condition]
    return f"({sign.join(some)})" if len(some) > 1 else "".join(some)


def all_but_one(conditions):
    """Return what holds all `conditions` or all but one. By halves: what stands here again, PostgreSQL reads again."""
    if len(conditions) < 2:
        return ""
    half = len(conditions) // 2
    first, second = conditions[:half], conditions[half:]
    return any_of([all_of([*first, all_but_one(second)]), all_of([all_but_one(first), *second])])


class PassageQuerySet(models.QuerySet):
    def that_hold(self, query):
        """Those whose tokens hold what `all_of` or `any_of` wrote. A join: so SQLite reads no more than is wanted."""
        if connection.vendor != "sqlite":
            return self.filter(tokens__hold=query)
        joined = "search_index.rowid = search_passage.id"
        where = ["search_index MATCH %s", joined]
        return self.extra(tables=["search_index"], where=where, params=[query])  # noqa: S610 (the query is a parameter)

    def up_to(self, limit):
        """Return `limit` of them, or all. PostgreSQL reads all in its index before it tells one: of one lot first.

        The lot is said with `<`, of which its planner expects a third of the rows; of `=`, so few that it would use no
        index.
        """
        if connection.vendor == "sqlite":
            return self[:limit]
        some = self.alias(lot=F("edition_id") % LOTS)
        return some.filter(lot__lt=1)[:limit].union(some.filter(lot__gte=1)[:limit], all=True)[:limit]

    def begun(self, as_of, closed=(), hidden=()):
        """What was published by `as_of`, and is current unless something newer has replaced it.

        `closed` are the keys of pages that hide those below them. What is in the languages `hidden` is left out.
        """
        passages = self.filter(edition__live_from__lte=as_of, edition__cancelled_at=None).exclude(language__in=hidden)
        edition = Edition.objects.filter(pk=OuterRef("edition"))
        for key in closed:
            passages = passages.exclude(Exists(edition.below(Value(key))))
        return passages

    def current(self, closed=(), hidden=(), as_of=None):
        """What patients can open at `as_of` (now)."""
        as_of = as_of or timezone.now()
        edition = Edition.objects.filter(pk=OuterRef("edition"))
        return self.begun(as_of, closed, hidden).filter(Exists(edition.live(as_of)))


class Passage(models.Model):
    """One section of a published page in one language, as the search finds it. It is made of the edition alone."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="passages", verbose_name=_("edition"))
    language = models.CharField(_("language"), max_length=10)
    anchor = models.CharField(_("anchor"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=300)
    heading = models.CharField(_("heading"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    tokens = TokensField(_("tokens"))
    version = models.PositiveSmallIntegerField(_("version of the tokens"))

    objects = PassageQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["pk"]
        default_permissions = []

    def __str__(self):
        return f"{self.title} #{self.anchor}" if self.anchor else self.title
