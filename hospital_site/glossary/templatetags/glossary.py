"""Tags for the pages of the glossary, and for the words that other pages explain."""

from types import SimpleNamespace

from django import template
from django.utils.translation import get_language, get_language_info, gettext

from hospital_site.publishing.fragments import fragment
from hospital_site.publishing.languages import in_language, shown_languages
from hospital_site.publishing.reading import Review

register = template.Library()


@register.inclusion_tag("glossary/definitions.html", takes_context=True)
def definitions(context):
    """{% definitions %}: what the words mean that the sections of this page explain, once each."""
    return {"words": getattr(context.get("request"), "explained", {}).values()}


@register.simple_tag
def definition(number, term):
    """{% definition number term %}: what the word means that a page explains as its word `number`."""
    review = Review(*term.review) if term.review else ""
    return fragment("glossary/definition.html", term=term, number=number, review=review)


@register.simple_tag
def names(term):
    """{% names page as names %}: how readers say the term, and what it is called in the other languages."""
    others = [
        SimpleNamespace(code=code, language=gettext(get_language_info(code)["name"]), name=name)
        for code in shown_languages()
        if code != get_language() and (name := in_language(term, "name", code))
    ]
    return SimpleNamespace(pronunciation=in_language(term, "pronunciation", get_language()), others=others)
