"""What is written in Python in place of Django's small templates is, letter by letter, what these say."""

import pytest
from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.utils.module_loading import import_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from hospital_site.form_renderer import WRITTEN, FormRenderer

ATTRIBUTES = {"lang": "ko", "title": '<a> & "b"', "rows": 3, "required": True, "disabled": False, "data-x": _("Add")}
CHOICES = [("", "---"), ("a&b", _("Add")), (7, mark_safe("<b>7</b>")), ("Group <1>", [("c", "C"), ("d", "D")])]
INPUTS = {
    name: import_string(f"django.forms.{name}")
    for name in ("TextInput", "NumberInput", "EmailInput", "URLInput", "HiddenInput", "PasswordInput")
}
INPUTS |= {
    name: import_string(f"django.forms.{name}") for name in ("DateInput", "DateTimeInput", "TimeInput", "TelInput")
}
WIDGETS = {name: widget(ATTRIBUTES) for name, widget in INPUTS.items()}
WIDGETS |= {
    "checkbox": forms.CheckboxInput(ATTRIBUTES),
    "textarea": forms.Textarea(ATTRIBUTES),
    "select": forms.Select(ATTRIBUTES, CHOICES),
    "several at once": forms.SelectMultiple(ATTRIBUTES, CHOICES),
    "radio buttons": forms.RadioSelect(ATTRIBUTES, CHOICES),
}
VALUES = [None, "", "<b>&\"'", mark_safe("<b>"), 7, True, "a&b", "줄\n줄"]


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("widget", WIDGETS.values(), ids=WIDGETS)
def test_a_field_is_what_django_writes(widget, value):
    by_django = widget.render("na<me", value, {"id": "id_name"}, DjangoTemplates())

    assert widget.render("na<me", value, {"id": "id_name"}, FormRenderer()) == by_django


class Letter(forms.Form):
    name = forms.CharField(label=_("Add"), help_text="<b>")
    age = forms.IntegerField(label="A < B")
    kinds = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)


@pytest.mark.parametrize("auto_id", ["id_%s", False])
@pytest.mark.parametrize("data", [None, {}, {"name": "<", "age": "x"}], ids=["empty", "errors", "one error"])
def test_a_whole_form_with_its_labels_and_errors_is_what_django_writes(data, auto_id):
    def written(renderer):
        form = Letter(data, renderer=renderer(), auto_id=auto_id)
        labels = [field.label_tag(attrs=attrs) for field in form for attrs in (None, {"class": "inline"})]
        return [str(form), form.as_p(), *labels, *(field.errors.as_ul() for field in form), form["age"].legend_tag()]

    assert written(FormRenderer) == written(DjangoTemplates)


def test_every_form_of_the_site_is_written_so():
    assert import_string(settings.FORM_RENDERER) is FormRenderer


@pytest.mark.parametrize("template", WRITTEN)
def test_what_is_written_in_python_is_a_template_of_django(template):
    assert DjangoTemplates().get_template(template)
