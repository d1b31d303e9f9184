"""System checks of what the whole site needs: more than one app knows."""

from django.core import checks
from django.core.exceptions import FieldDoesNotExist

from hospital_site.publishing.models import page_models
from hospital_site.templatetags.components import PICTOGRAM_FILE, PICTOGRAMS


@checks.register
def every_kind_has_a_pictogram(app_configs, **kwargs):
    return [
        checks.Error(
            f"{model._meta.label} has the kind “{kind}”, which has no pictogram.",
            hint=f"Draw it in {PICTOGRAM_FILE.name} as a <symbol> with the id “{kind}”.",
            id="hospital_site.E001",
        )
        for model in page_models()
        for kind in kinds_of(model)
        if kind not in PICTOGRAMS
    ]


def kinds_of(model):
    """The values of the field `kind`; none where a page has no such field."""
    try:
        return [value for value, _label in model._meta.get_field("kind").choices or []]
    except FieldDoesNotExist:
        return []
