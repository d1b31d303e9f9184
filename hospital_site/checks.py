"""System checks of what the whole site needs: more than one app knows."""

from django.core import checks
from django.core.exceptions import FieldDoesNotExist

from hospital_site.publishing.models import page_models
from hospital_site.templatetags.components import PICTOGRAM_SOURCE, PICTOGRAMS

FIELDS_WITH_PICTOGRAMS = ["kind", "form", "method"]


@checks.register
def every_kind_has_a_pictogram(app_configs, **kwargs):
    return [
        checks.Error(
            f"{model._meta.label} has the {field} “{value}”, which has no pictogram.",
            hint=f"Draw it in {PICTOGRAM_SOURCE.name} as a <symbol> with the id “{value}”.",
            id="hospital_site.E001",
        )
        for model in page_models()
        for field in FIELDS_WITH_PICTOGRAMS
        for value in values_of(model, field)
        if value not in PICTOGRAMS
    ]


def values_of(model, field):
    """The values that the field may have; none where a page has no such field."""
    try:
        return [value for value, _label in model._meta.get_field(field).choices or []]
    except FieldDoesNotExist:
        return []
