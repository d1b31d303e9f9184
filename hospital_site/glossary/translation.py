"""The texts of this application that exist in every language of the site."""

from modeltranslation.translator import TranslationOptions, register

from hospital_site.glossary import models


@register(models.Term)
class TermTranslation(TranslationOptions):
    fields = ["source", "name", "definition", "pronunciation", "aliases", "forbidden"]
