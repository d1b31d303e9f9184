"""The texts of this application that exist in every language of the site."""

from modeltranslation.translator import TranslationOptions, register

from patients_rights import models


@register(models.Charter)
class CharterTranslation(TranslationOptions):
    fields = ["source", "title", "introduction", "rights_heading", "responsibilities_heading", "legal_basis"]


@register(models.Article)
class ArticleTranslation(TranslationOptions):
    fields = ["title", "text", "basis"]


@register(models.Agency)
class AgencyTranslation(TranslationOptions):
    fields = ["name", "telephone_label", "hours", "address"]
