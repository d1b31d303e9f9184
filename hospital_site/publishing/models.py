"""Pages and their editions: what staff edit, and what patients see."""

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.languages import spoken

slug_is_lower_case = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Use small Latin letters, digits and single hyphens, for example “net-clinic”.")
)


class EditableQuerySet(models.QuerySet):
    def with_state(self):
        """Annotate `live_digest`: of what patients see now; empty when withdrawn, `None` when never published."""
        key = Concat(Value(f"{self.model.page_kind()}:"), Cast("pk", models.CharField()))
        in_force = Edition.objects.in_force().filter(page=OuterRef("edition_key"))
        return self.annotate(edition_key=key).annotate(live_digest=Subquery(in_force.values("digest")[:1]))


class Editable(models.Model):
    """What has a page of its own. Its rows are the draft; patients see its editions.

    A subclass says with class constants what an edition of it holds besides its own columns:

    `parts`: accessors of inline rows, such as `["departments"]`; captured in their order.
    `copied`: many-to-many fields whose rows are captured by these columns, such as `{"departments": ["name"]}`.
    `parents`: foreign keys to the pages above it, the nearest first; the first that is set is its parent.
    `lent`: names of plain methods and properties that a `Snapshot` of it may use.
    """

    parts: list[str] = []
    copied: dict[str, list[str]] = {}
    parents: list[str] = []
    lent: list[str] = ["get_absolute_url"]

    slug = models.CharField(
        _("address"),
        max_length=80,
        validators=[slug_is_lower_case],
        help_text=_("The last part of the page’s address, the same in all languages. It cannot change once published."),
    )
    source = models.CharField(
        _("source"), max_length=300, blank=True, help_text=_("Where the words come from, in one line.")
    )

    draft_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = EditableQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return spoken(self, "name").text or self.slug

    def get_absolute_url(self):
        raise NotImplementedError(f"{type(self).__name__} needs get_absolute_url: it is a page.")

    def delete(self, *args, **kwargs):
        if self.editions().exists():
            raise models.ProtectedError(
                "A page that was ever published is withdrawn, not deleted: its history must stay.", {self}
            )
        return super().delete(*args, **kwargs)

    @classmethod
    def page_kind(cls):
        """The name of this kind of page in editions, such as `centers.treatment`."""
        return cls._meta.label_lower

    @property
    def key(self):
        """The name of this page in editions, such as `centers.treatment:5`. It outlives the row."""
        return f"{self.page_kind()}:{self.pk}"

    @property
    def address(self):
        """The page's address without its language, such as `/centers/net/`."""
        with translation.override(settings.LANGUAGE_CODE):
            return without_language(self.get_absolute_url())

    def parent(self):
        """The working row of the page above this one, or `None` at the top."""
        return next((row for name in self.parents if (row := getattr(self, name))), None)

    def ancestors(self):
        """The working rows of all pages above this one, the top first."""
        parent = self.parent()
        return [*parent.ancestors(), parent] if parent else []

    def editions(self):
        return Edition.objects.filter(page=self.key)

    def clean(self):
        super().clean()
        self._refuse_a_moved_address()

    def _refuse_a_moved_address(self):
        if not self.pk or not self.editions().exists():
            return
        before = type(self)._base_manager.get(pk=self.pk)
        fixed = [name for name in ("slug", *self.parents[-1:]) if getattr(self, name) != getattr(before, name)]
        if fixed:
            message = _("This was published under its present address and cannot move: patients have links to it.")
            raise ValidationError(dict.fromkeys(fixed, message))


class Part(models.Model):
    """A row that has no page of its own: it is edited and published with its page."""

    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self):
        return spoken(self, "name").text


class EditionQuerySet(models.QuerySet):
    def of(self, *kinds):
        """Editions of these kinds of pages: models or labels such as `centers.center`."""
        return self.filter(kind__in=[kind if isinstance(kind, str) else kind.page_kind() for kind in kinds])

    def in_force(self, at=None):
        """Of each page the one edition that counts at the moment `at` (now), withdrawals included."""
        at = at or timezone.now()
        later = Q(live_from__gt=OuterRef("live_from")) | Q(
            live_from=OuterRef("live_from"), number__gt=OuterRef("number")
        )
        rivals = Edition._base_manager.filter(page=OuterRef("page"), live_from__lte=at, cancelled_at=None)
        return self.filter(~Exists(rivals.filter(later)), live_from__lte=at, cancelled_at=None)

    def live(self, at=None):
        """What patients see at the moment `at` (now): of each page at most one edition."""
        return self.in_force(at).with_content()

    def with_content(self):
        """Without withdrawals."""
        return self.filter(data__isnull=False)

    def scheduled(self, at=None):
        return self.filter(live_from__gt=at or timezone.now(), cancelled_at=None)

    def stamp(self):
        """What changes whenever what patients see may have changed: at a publication, a cancellation, an hour."""
        started = Count("pk", filter=Q(live_from__lte=timezone.now()))
        return tuple(self.aggregate(Count("pk"), Count("cancelled_at"), started=started).values())

    def update(self, **changes):
        if set(changes) - {"cancelled_at", "cancelled_by"}:
            raise TypeError("Editions are append-only: issue a new one.")
        return super().update(**changes)

    def delete(self):
        raise TypeError("Editions are append-only: withdraw the page instead.")


class Edition(models.Model):
    """One published state of one page, in all languages, never changed afterwards. Without data it is a withdrawal."""

    kind = models.CharField(_("kind of page"), max_length=80)
    page = models.CharField(_("page"), max_length=100)
    number = models.PositiveIntegerField(_("number"))
    address = models.CharField(_("address"), max_length=300)
    parent = models.CharField(_("page above"), max_length=100, blank=True)
    ancestors = models.JSONField(_("pages above"), default=list)
    position = models.PositiveIntegerField(_("order"), default=0)
    data = models.JSONField(_("content"), null=True)
    digest = models.CharField(_("digest of the content"), max_length=64)
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
        permissions = [("publish_edition", _("Can publish and withdraw pages"))]
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
        ]

    def __str__(self):
        return f"{self.page} №{self.number}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("Editions are append-only: issue a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("Editions are append-only: withdraw the page instead.")

    @property
    def model(self):
        return apps.get_model(self.kind)

    @property
    def is_withdrawal(self):
        return self.data is None


def page_models():
    """All kinds of pages of this site, in the order of the applications."""
    return [model for model in apps.get_models() if issubclass(model, Editable)]


def page_at(key):
    """The working row of the page named `key` in editions, or `None` when it is gone."""
    kind, pk = key.rsplit(":", 1)
    return apps.get_model(kind)._base_manager.filter(pk=pk).first()


def without_language(path):
    """`/ko/centers/` → `/centers/`; a path that names no language of this site stays as it is."""
    first, _slash, rest = path.lstrip("/").partition("/")
    return f"/{rest}" if first in dict(settings.LANGUAGES) else path
