"""Pages: what staff edit. Their rows are the draft."""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.languages import language_choices, localized
from hospital_site.publishing.models.editions import Edition
from hospital_site.publishing.models.reviews import SignOff
from hospital_site.publishing.models.translations import TranslationState

REVIEW_NOTICE = timedelta(days=30)


def task_conditions(today, notice_end):
    """The tasks of staff, as conditions on pages that are annotated with their state."""
    is_unseen = Q(live_digest=None) | ~Q(live_digest=F("draft_digest"))
    is_submitted = Q(submitted_digest=F("draft_digest")) & ~Q(submitted_digest="")
    is_not_on_its_way = Q(next_digest=None) | ~Q(next_digest=F("draft_digest"))
    return {
        "waiting": is_unseen & ~is_submitted & is_not_on_its_way & (Q(live_digest=None) | ~Q(live_digest="")),
        "submitted": is_unseen & is_submitted,
        "scheduled": Q(next_hour__isnull=False),
        "missing": Q(missing__gt=0),
        "stale": Q(stale__gt=0),
        "review_due": in_any_language(due__gt=today, due__lte=notice_end),
        "overdue": in_any_language(due__lte=today),
        "unsigned": in_any_language(words__isnull=False, signed=False),
    }


def review_days():
    """Today, and the last day on which a review is soon due."""
    today = timezone.localdate()
    return today, today + REVIEW_NOTICE


def in_any_language(**conditions):
    """`due__lte=…` → `due_ko__lte=… or due_en__lte=…`, for the annotations that exist once per language."""
    found = Q()
    for code in dict(settings.LANGUAGES):
        one = {}
        for name, value in conditions.items():
            annotation, lookup, comparison = name.partition("__")
            one[f"{annotation}_{code}{lookup}{comparison}"] = value
        found |= Q(**one)
    return found


slug_is_lower_case = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Use small Latin letters, digits and single hyphens, for example “net-clinic”.")
)


class Translated(models.Model):
    """A row with texts in every language, which remembers what each text was last checked against.

    `checked` is `{"name": {"en": {"ko": "…"}}}`: the English name was last checked against this Korean one. Besides the
    source there may be another language, which the text was out of date with when the source was another one.
    `source_language` is empty where nobody has said which language the texts are translated from.

    `added_later` names fields that are younger than editions of it. While they are empty they are outside every digest,
    so that what was published before there was such a field still counts as the same.
    """

    added_later: list[str] = []

    checked = models.JSONField(default=dict, editable=False)
    source_language = models.CharField(max_length=10, blank=True, editable=False)

    class Meta:
        abstract = True


class EditableQuerySet(models.QuerySet):
    def with_key(self):
        """Annotate `edition_key`, the name of each page in editions."""
        return self.annotate(edition_key=Concat(Value(f"{self.model.page_kind()}:"), Cast("pk", models.CharField())))

    def with_live(self, as_of=None):
        """Annotate what patients see of pages, in one query.

        `live_digest` of the live edition: empty when withdrawn, `None` when never published; `live_ancestors`, the
        keys of the pages above that edition, without which patients cannot open it.
        """
        live = Edition.objects.current(as_of).filter(page=OuterRef("edition_key"))
        return self.with_key().annotate(
            live_digest=Subquery(live.values("digest")[:1]), live_ancestors=Subquery(live.values("ancestors")[:1])
        )

    def with_state(self, languages=None, as_of=None):
        """Annotate what lists and the front page say of pages at the moment `as_of` (now), in one query.

        Besides what `with_live` does: `next_hour` and `next_digest` of a scheduled edition; `missing` and `stale`
        counts of translations in `languages` (all); and for each language code `due_…`, the next review, `words_…`,
        the digest of the live words, and `signed_…`, whether they are signed.
        """
        ours = {"page": OuterRef("edition_key")}
        live = Edition.objects.current(as_of).filter(**ours)
        coming = Edition.objects.scheduled(as_of).filter(**ours).order_by("live_from")
        codes = languages or list(dict(settings.LANGUAGES))
        gaps = TranslationState.objects.filter(**ours, language__in=codes).order_by().values("page")
        pages = self.with_live(as_of).annotate(
            next_hour=Subquery(coming.values("live_from")[:1]),
            next_digest=Subquery(coming.values("digest")[:1]),
            missing=Coalesce(Subquery(gaps.annotate(n=Sum("missing")).values("n")), 0),
            stale=Coalesce(Subquery(gaps.annotate(n=Sum("stale")).values("n")), 0),
        )
        for code in dict(settings.LANGUAGES):
            signed = SignOff.objects.filter(**ours, language=code)
            words = live.annotate(words=KT(f"language_digests__{code}")).values("words")[:1]
            pages = pages.annotate(
                **{
                    f"due_{code}": Subquery(signed.order_by("-pk").values("review_due")[:1]),
                    f"words_{code}": Subquery(words),
                }
            ).annotate(**{f"signed_{code}": Exists(signed.filter(digest=OuterRef(f"words_{code}")))})
        return pages

    def with_task(self, name):
        """The pages of the task `name`, such as `waiting`. They need their state."""
        return self.filter(task_conditions(*review_days())[name])

    def within(self, keys):
        """Pages that are, or stand below, one of the pages named `keys`."""
        return self.filter(reduce(or_, (within_condition(self.model, key) for key in keys), Q(pk__in=[])))

    def delete(self):
        key = OuterRef("edition_key")
        history = Exists(Edition.objects.filter(page=key)) | Exists(Edition.objects.below(key))
        refuse_to_lose_history(self.with_key().filter(history))
        TranslationState.objects.filter(page__in=list(self.with_key().values_list("edition_key", flat=True))).delete()
        return super().delete()

    delete.queryset_only = delete.alters_data = True


class Editable(Translated):
    """What has a page of its own. Its rows are the draft; patients see its editions.

    A subclass says with class constants what an edition of it holds besides its own columns:

    `inline_relations`: accessors of inline rows, such as `["departments"]`; captured in their order.
    `embedded_relations`: many-to-many fields whose rows are captured by these columns: `{"departments": ["name"]}`.
        A page that is embedded is captured by its `slug` only: readers see it as it is published.
    `parents`: foreign keys to the pages above it, the nearest first; the first that is set is its parent.
    `source_words`: fields that hold the hospital's own words, which nobody may rewrite here.
    `headings`: what belongs below a heading: texts, inline rows or child pages, such as `{"tests_heading": ["tests"]}`;
        inline rows of one kind only: `("articles", {"kind": "right"})`.
    `independent_texts`: translated fields that each language has for itself, such as the slips that people type: none
        is a translation of another, so none is missing or out of date, and patients read none of them as prose.
    `unread_fields`: fields that no page shows to patients, so that changing them changes nothing for readers.
    `is_announceable`: whether patients may be told beforehand that a new version is coming.
    `snapshot_methods`: names of plain methods and properties that a `Snapshot` of it may use.
    """

    inline_relations: list[str] = []
    embedded_relations: dict[str, list[str]] = {}
    parents: list[str] = []
    source_words: list[str] = []
    headings: dict[str, list] = {}
    independent_texts: list[str] = []
    unread_fields: list[str] = []
    is_announceable = False
    snapshot_methods: list[str] = ["get_absolute_url"]

    slug = models.CharField(
        _("address"),
        max_length=80,
        validators=[slug_is_lower_case],
        help_text=_("The last part of the page’s address, the same in all languages. It cannot change once published."),
    )
    source = models.CharField(
        _("source"), max_length=300, blank=True, help_text=_("Where the words come from, in one line.")
    )

    source_language = models.CharField(
        _("source language"),
        max_length=10,
        blank=True,
        choices=language_choices,
        help_text=_(
            "The language in which this page is written first. Translations into the others are to be checked when it "
            "changes. Usually what a hospital says is translated from its own words, and what this site says from the "
            "first language of the site."
        ),
    )
    draft_digest = models.CharField(max_length=64, blank=True, editable=False)
    submitted_digest = models.CharField(max_length=64, blank=True, editable=False)
    submitted_by = models.CharField(max_length=150, blank=True, editable=False)

    objects = EditableQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return localized(self, "name").text or self.slug

    def get_absolute_url(self):
        raise NotImplementedError(f"{type(self).__name__} needs get_absolute_url: it is a page.")

    def delete(self, *args, **kwargs):
        refuse_to_lose_history([self] if self.is_in_history() else [])
        TranslationState.objects.filter(page=self.key).delete()
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

    def is_in_history(self):
        """Is there an edition of it, or of a page below it? Then it stays, and so does its address."""
        return Edition.objects.below(Value(self.key), or_itself=True).exists()

    def clean(self):
        super().clean()
        self._refuse_a_moved_address()

    def unique_error_message(self, model_class, unique_check):
        if "slug" not in unique_check:
            return super().unique_error_message(model_class, unique_check)
        sentence = _("Another page already has this address. Choose another one.")
        refusal = ValidationError({"slug": ValidationError(sentence, code="unique")})
        refusal.code = "unique"  # which UniqueConstraint reads
        return refusal

    def _refuse_a_moved_address(self):
        if not self.pk or not self.is_in_history():
            return
        before = type(self)._base_manager.get(pk=self.pk)
        columns = {name: self._meta.get_field(name).attname for name in ("slug", *self.parents[-1:])}
        fixed = [name for name, column in columns.items() if getattr(self, column) != getattr(before, column)]
        if fixed:
            message = _("This was published under its present address and cannot move: patients have links to it.")
            raise ValidationError(dict.fromkeys(fixed, message))


class InlineRow(Translated):
    """A row that has no page of its own: it is edited and published with its page."""

    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self):
        return localized(self, "name").text


def within_condition(model, key):
    """The condition that a row of `model` is, or stands below, the page named `key`."""
    kind, pk = key.rsplit(":", 1)
    if model.page_kind() == kind:
        return Q(pk=pk)
    ways = [(name, model._meta.get_field(name).related_model) for name in model.parents]
    found = [prefixed(name, within_condition(above, key)) for name, above in ways]
    return reduce(or_, found, Q(pk__in=[]))


def prefixed(name, condition):
    """`Q(pk=5)` → `Q(center__pk=5)`, at any depth."""
    children = [
        prefixed(name, child) if isinstance(child, Q) else (f"{name}__{child[0]}", child[1])
        for child in condition.children
    ]
    return Q.create(children, connector=condition.connector, negated=condition.negated)


def refuse_to_lose_history(pages):
    if pages:
        raise models.ProtectedError(
            "A page that was ever published is withdrawn, not deleted: its history must stay.", set(pages)
        )


def page_models():
    """All kinds of pages of this site, in the order of the applications."""
    return [model for model in apps.get_models() if issubclass(model, Editable)]


def page_at(key):
    """The working row of the page named `key` in editions, or `None` when it is gone."""
    kind, pk = key.rsplit(":", 1)
    return apps.get_model(kind)._base_manager.filter(pk=pk).first()


def pages_at(keys):
    """The working rows of the pages named `keys`, by key, in one query for each kind; without those that are gone."""
    pks_by_kind = {}
    for key in keys:
        kind, pk = key.rsplit(":", 1)
        pks_by_kind.setdefault(kind, []).append(int(pk))
    rows = [apps.get_model(kind)._base_manager.filter(pk__in=pks) for kind, pks in pks_by_kind.items()]
    return {page.key: page for found in rows for page in found}


def without_language(path):
    """`/ko/centers/` → `/centers/`; a path that names no language of this site stays as it is."""
    first, _slash, rest = path.lstrip("/").partition("/")
    return f"/{rest}" if first in dict(settings.LANGUAGES) else path


def in_reader_language(address):
    """`/centers/` → `/ko/centers/`"""
    return f"/{translation.get_language() or settings.LANGUAGE_CODE}{address}"
