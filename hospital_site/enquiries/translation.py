from modeltranslation.translator import TranslationOptions, register

from hospital_site.enquiries.models import DataController


@register(DataController)
class DataControllerTranslation(TranslationOptions):
    fields = ["officer", "contractors", "abroad"]
