"""Forms of the editors' admin."""

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from modeltranslation.fields import TranslationField


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("One sentence for the history of the page: what changed and why."),
    )


def in_its_own_language(db_field, form_field):
    """Name the language in the label of a translated field, and tell the browser which language is written in it."""
    if form_field and isinstance(db_field, TranslationField):
        language = get_language_info(db_field.language)
        name = db_field.translated_field.verbose_name
        form_field.label = f"{name[:1].upper()}{name[1:]} · {language['name_local']}"
        form_field.widget.attrs |= {"lang": db_field.language, "dir": "rtl" if language["bidi"] else "ltr"}
    return form_field
