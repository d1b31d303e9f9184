from modeltranslation.translator import TranslationOptions, register

from hospital_site.enquiries.models import Controller


@register(Controller)
class ControllerTranslation(TranslationOptions):
    fields = ["officer", "contractors", "abroad"]
