"""What each form of the admin carries besides its fields."""

from django import template
from django.utils.html import format_html

from hospital_site.staff.kept_forms import OWNER_FIELD, owner_mark

register = template.Library()


@register.simple_tag(takes_context=True)
def form_owner(context):
    """{% form_owner %} inside a form: a hidden field that says for whom it was made."""
    return format_html('<input type="hidden" name="{}" value="{}">', OWNER_FIELD, owner_mark(context["request"].user))
