"""Editions: what patients see, and saw."""

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Func, OuterRef, Q, Subquery, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject, Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.models.prepared import prepared
from hospital_site.publishing.models.reviews import SignOff
from hospital_site.staff.models import AppendOnly, AppendOnlyQuerySet

LATEST = 32  # more than can be published at one moment


class CountOf(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = models.IntegerField()


class ListOf(Subquery):
    """The column `json` of a queryset as one JSON list."""

    template = "(SELECT json_group_array(json(listed.json)) FROM (%(subquery)s) listed)"
    output_field = models.JSONField()

    def as_postgresql(self, compiler, connection):
        return self.as_sql(compiler, connection, "(SELECT jsonb_agg(listed.json) FROM (%(subquery)s) listed)")


class IsReplaced(Func):
    """Whether another edition of the same page counts: `IsReplaced(moment, page, hour and number of the edition)`.

    It is written in SQL because it is asked everywhere, and the ORM takes longer to write it than to ask.
    """

    template = (
        "EXISTS(SELECT 1 FROM publishing_edition rival"
        " WHERE rival.page = {page} AND rival.live_from <= {moment} AND rival.cancelled_at IS NULL"
        " AND (rival.live_from > {hour} OR (rival.live_from = {hour} AND rival.number > {number})))"
    )
    output_field = models.BooleanField()

    def as_sql(self, compiler, connection):
        (moment, parameters), *columns = map(compiler.compile, self.source_expressions)
        page, hour, number = (sql for sql, _none in columns)
        return self.template.format(page=page, moment=moment, hour=hour, number=number), parameters


class EditionQuerySet(AppendOnlyQuerySet):
    def of(self, *kinds):
        """Editions of these kinds of pages: models or labels such as `centers.center`."""
        return self.filter(kind__in=[kind if isinstance(kind, str) else kind.page_kind() for kind in kinds])

    def below(self, key, or_itself=False):
        """Editions, old ones too, of pages that stood below the page named by the expression `key`, `or_itself`."""
        is_below = Q(above__contains=Concat(Value('"'), key, Value('"')))
        wanted = is_below | Q(page=key) if or_itself else is_below
        return self.alias(above=Cast("ancestors", TextField())).filter(wanted)

    def current(self, as_of=None):
        """Of each page the one edition that counts at the moment `as_of` (now), withdrawals included."""
        as_of = as_of or timezone.now()
        is_replaced = IsReplaced(Value(as_of, models.DateTimeField()), "page", "live_from", "number")
        return self.filter(~is_replaced, live_from__lte=as_of, cancelled_at=None)

    def live(self, as_of=None):
        """What is published at the moment `as_of` (now), of each page at most one edition. A page above may hide it."""
        return self.current(as_of).with_content()

    def started(self):
        """Editions whose hour has come, whether or not another one has replaced them."""
        return self.filter(live_from__lte=timezone.now(), cancelled_at=None)

    def with_content(self):
        """Without withdrawals."""
        return self.filter(data__isnull=False)

    def scheduled(self, as_of=None):
        return self.filter(live_from__gt=as_of or timezone.now(), cancelled_at=None)

    def in_page_order(self):
        """By kind and position; pages of equal position in the order in which their rows were made.

        Keys of one kind differ in their number only, so that the shorter one is the smaller one: `t:9` before `t:10`.
        """
        return self.order_by("kind", "position", Length("page"), "page")

    def stamp(self):
        """What changes whenever what patients see may have changed: at a publication, an hour, a signature.

        It takes the same time however long the history is. The latest keys are listed, not only the last one: of two
        publications at the same moment the one with the lower key may be committed last.
        """
        return latest_keys(), latest_signatures(), latest_hour(as_of=timezone.now())

    def with_stamp(self, as_of):
        """Annotate `stamp`, which changes as `stamp()` does at the moment `as_of`.

        It is for what is made of many editions and kept in memory.
        """
        editions, signatures = Edition._base_manager, SignOff._base_manager
        last = editions.order_by("-pk").values("pk")[:1]
        hours = editions.filter(live_from__lte=as_of).order_by("-live_from").values("live_from")[:1]
        return self.annotate(
            stamp=JSONObject(
                last=Subquery(last),
                recent=CountOf(editions.filter(pk__gt=Subquery(last) - LATEST).order_by()),
                hour=Subquery(hours),
                signature=Subquery(signatures.order_by("-pk").values("pk")[:1]),
            )
        )

    def with_timeline(self, as_of=None):
        """Annotate `timeline`: what patients could read by the moment `as_of` (now), and what is announced to them.

        → `[{"number": …, "live_from": …, "substance": …, "minor_in": …, "change_notes": …}, …]`, the latest first.
        """
        names = ("number", "live_from", "substance", "minor_in", "change_notes")
        steps = Edition._base_manager.filter(page=OuterRef("page"), cancelled_at=None, data__isnull=False)
        as_of = as_of or timezone.now()
        steps = steps.filter(Q(live_from__lte=as_of) | Q(is_announced=True, issued_at__lte=as_of))
        steps = steps.order_by("-live_from", "-number").values(json=JSONObject(**{name: F(name) for name in names}))
        return self.annotate(timeline=ListOf(steps[:LATEST]))

    def with_review(self, code, as_of=None, name="review"):
        """Annotate `name`: the latest signature for the language `code`, one of these very words before any other.

        Only what was signed by the moment `as_of` (now) counts, and of other words what was signed before these went
        out: a clinician who has signed the next words has said nothing of these.

        → `{"name": …, "role": …, "reviewed_on": …, "review_due": …, "digest": …}`, or `None`.
        """
        fields = {name: F(name) for name in ("name", "role", "reviewed_on", "review_due", "digest")}
        signatures = SignOff.objects.filter(page=OuterRef("page"), language=code).order_by("-pk")
        signatures = signatures.filter(signed_at__lte=as_of or timezone.now())
        latest = signatures.values(json=JSONObject(**fields)).values("json")
        digest = f"text_digest_of_{name}"
        of_these_words = latest.filter(digest=OuterRef(digest))
        of_earlier_words = latest.filter(signed_at__lte=OuterRef("live_from"))
        review = Coalesce(Subquery(of_these_words[:1]), Subquery(of_earlier_words[:1]))
        return self.annotate(**{digest: KT(f"language_digests__{code}")}).annotate(**{name: review})


PERMISSIONS = [
    ("publish_edition", "Can publish and withdraw pages"),
    ("sign_off", "Can sign the clinical review of a page"),
    ("write_structure", "Can change what is the same in all languages, and add and remove rows"),
    *((f"write_{code}", f"Can write in the language {code}") for code in dict(settings.LANGUAGES)),
]


class Edition(AppendOnly):
    """One published state of one page, in all languages, never changed afterwards. Without data it is a withdrawal."""

    MAY_CHANGE = {"cancelled_at", "cancelled_by"}

    kind = models.CharField(_("kind of page"), max_length=80)
    page = models.CharField(_("page"), max_length=100)
    number = models.PositiveIntegerField(_("number"))
    address = models.CharField(_("address"), max_length=300)
    parent = models.CharField(_("page above"), max_length=100, blank=True)
    ancestors = models.JSONField(_("pages above"), default=list)
    # Translators: the place among pages of the same kind
    position = models.PositiveIntegerField(_("order"), default=0)
    data = models.JSONField(_("content"), null=True)
    digest = models.CharField(_("digest of the content"), max_length=64, blank=True)
    language_digests = models.JSONField(_("digests of the words, by language"), default=dict)
    authors = models.JSONField(_("accounts that wrote it"), default=list)
    stale = models.JSONField(_("translations that were not up to date"), default=list)
    only_in = models.JSONField(_("languages that it was published in"), default=list)
    minor_in = models.JSONField(_("languages with a minor edit only"), default=list)
    substance = models.JSONField(_("since when readers have been told the same, by language"), default=dict)
    change_notes = models.JSONField(_("what changed, for readers, by language"), default=dict)
    is_announced = models.BooleanField(_("announced to readers beforehand"), default=False)
    successor = models.CharField(_("page to go to instead"), max_length=100, blank=True)
    copied_from = models.PositiveIntegerField(_("issued again from"), null=True, blank=True)
    # Translators: the date and time from which patients see it
    live_from = models.DateTimeField(_("live from"))
    issued_at = models.DateTimeField(_("issued at"), default=timezone.now)
    issued_by = models.CharField(_("issued by"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_by = models.CharField(_("cancelled by"), max_length=150, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        permissions = PERMISSIONS
        ordering = ["position", "page", "number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="edition_number_is_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="edition_numbers_start_at_one"),
        ]
        indexes = [
            models.Index(F("page"), F("live_from").desc(), F("number").desc(), name="edition_of_page"),
            models.Index(fields=["address"], name="edition_at_address"),
            models.Index(fields=["parent"], name="edition_below"),
            models.Index(fields=["kind", "position"], name="edition_of_kind"),
            models.Index(fields=["live_from"], name="edition_by_hour"),
            models.Index(
                F("cancelled_at").desc(),
                condition=Q(is_announced=True, cancelled_at__isnull=False),
                name="edition_called_off",
            ),
        ]

    def __str__(self):
        return f"{self.page} №{self.number}"

    @property
    def model(self):
        return apps.get_model(self.kind)

    @property
    def is_withdrawal(self):
        return self.data is None

    @property
    def was_live(self):
        """Could patients once read it? Not if it is a withdrawal, was cancelled, or waits for its hour."""
        return not self.is_withdrawal and self.cancelled_at is None and self.live_from <= timezone.now()


@prepared
def latest_keys():
    return Edition._base_manager.order_by("-pk").values_list("pk", "cancelled_at")[:LATEST]


@prepared
def latest_signatures():
    return SignOff.objects.order_by("-pk").values_list("pk")[:LATEST]


@prepared
def latest_hour(*, as_of):
    called_off = Edition._base_manager.filter(is_announced=True, cancelled_at__isnull=False)
    called_off = Subquery(called_off.order_by("-cancelled_at").values("cancelled_at")[:1])
    hours = Edition._base_manager.filter(live_from__lte=as_of).order_by("-live_from")
    return hours.annotate(called_off=called_off).values_list("live_from", "called_off")[:1]
