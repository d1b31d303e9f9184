"""What the search finds: passages of editions, one for each section and language."""

from django.db import connection, models
from django.db.models import Exists, OuterRef, Value
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.models import Edition


class TokensField(models.TextField):
    """Tokens of `words.digest`, separated by spaces, in an index of the database (see the first migration)."""


@TokensField.register_lookup
class Hold(models.Lookup):
    """What `held` writes of a query, in the index of the database: FTS5 on SQLite, GIN on PostgreSQL."""

    lookup_name = "hold"

    def get_prep_lookup(self):
        return self.rhs

    def as_sqlite(self, compiler, connection):
        table = compiler.quote_name_unless_alias(self.lhs.alias)
        found = "(SELECT rowid FROM search_index WHERE search_index MATCH %s)"
        return f"{table}.id IN {found}", [self.rhs]

    def as_postgresql(self, compiler, connection):
        tokens, params = self.process_lhs(compiler, connection)
        vector = f"array_to_tsvector(string_to_array({tokens}, ' '))"
        return f"{vector} @@ %s::tsquery", [*params, self.rhs]


def held(ways):
    """Return `[[[["a", "b"], ["c"]], [["d"]]]]` as the index reads it: (a and b, or c) and d. Each way will do."""
    and_, or_ = (" AND ", " OR ") if connection.vendor == "sqlite" else (" & ", " | ")

    def joined(groups):
        alternatives = [or_.join(f"({and_.join(tokens)})" for tokens in group) for group in groups]
        return and_.join(f"({group})" for group in alternatives)

    return or_.join(f"({joined(groups)})" for groups in ways)


class PassageQuerySet(models.QuerySet):
    def current(self, closed=(), hidden=(), as_of=None):
        """What patients can open at `as_of` (now), but in the languages `hidden`.

        `closed` are the keys of pages that hide those below them.
        """
        edition = Edition.objects.filter(pk=OuterRef("edition"))
        passages = self.filter(Exists(edition.live(as_of))).exclude(language__in=hidden)
        for key in closed:
            passages = passages.exclude(Exists(edition.below(Value(key))))
        return passages


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
