"""Form fields that clean what was typed, for the forms of patients and of staff, and a mixin for the admin's own."""

from django import forms
from django.core import validators
from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital_site.typed_text import clean_line, clean_name, clean_prose, clean_text

SPELLINGS = 10  # characters that one may take decomposed and with signs that nobody sees


class Typed:
    """A form field whose value is cleaned by `clean_typed` before anything else looks at it."""

    clean_typed = staticmethod(clean_line)
    limit = None  # of the cleaned value in characters, where the field has no `max_length`

    def to_python(self, value):
        longest = self.limit or getattr(self, "max_length", None)
        if isinstance(value, str) and not (longest and len(value) > SPELLINGS * longest):
            value = self.clean_typed(value)
        return super().to_python(value)


class LineField(Typed, forms.CharField):
    """One line."""


class TextField(Typed, forms.CharField):
    """Plain text of several lines."""

    clean_typed = staticmethod(clean_text)
    widget = forms.Textarea


class ProseField(TextField):
    """A text of staff. Pasted lists and tables become those of the site."""

    clean_typed = staticmethod(clean_prose)


class PersonNameField(Typed, forms.CharField):
    """The name of a person."""

    clean_typed = staticmethod(clean_name)


class EmailField(Typed, forms.EmailField):
    pass


class URLField(Typed, forms.URLField):
    """An address that begins with https://. One that was stored with http:// stays as long as nobody changes it."""

    default_validators = [
        validators.URLValidator(schemes=["https"], message=_("Enter an address that begins with “https://”."))
    ]
    stored = None

    def __init__(self, *, assume_scheme="https", **options):
        super().__init__(assume_scheme=assume_scheme, **options)

    def get_bound_field(self, form, field_name):
        self.stored = form.get_initial_for_field(self, field_name)
        return super().get_bound_field(form, field_name)

    def run_validators(self, value):
        if value != self.stored:
            super().run_validators(value)


class DateField(Typed, forms.DateField):
    pass


class DateTimeField(Typed, forms.DateTimeField):
    pass


class IntegerField(Typed, forms.IntegerField):
    pass


class TypedAdmin:
    """A `ModelAdmin`, or an inline, whose fields and search clean what was typed."""

    form_classes = {
        models.TextField: ProseField,
        models.EmailField: EmailField,
        models.URLField: URLField,
        models.CharField: LineField,
        models.DateField: DateField,
        models.IntegerField: IntegerField,
    }

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        form_class = next((form for model, form in self.form_classes.items() if isinstance(db_field, model)), None)
        if form_class and not kwargs.get("form_class"):
            kwargs["form_class"] = form_class
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, clean_line(search_term))
