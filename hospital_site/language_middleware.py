"""Which language a request is answered in, and who may see one that is being prepared."""

from django.conf import settings
from django.http import Http404
from django.middleware.locale import LocaleMiddleware
from django.utils.translation import activate, get_language_from_path, get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from hospital_site.publishing.languages import in_preparation

OF_STAFF = ["admin", "preview"]  # below the language: pages that judge by themselves who may see them


class OpenLanguageMiddleware(LocaleMiddleware):
    """Django's, which leads nobody to a language that is being prepared because their browser asks for it."""

    def process_request(self, request):
        super().process_request(request)
        if not get_language_from_path(request.path_info) and in_preparation(request.LANGUAGE_CODE):
            request.LANGUAGE_CODE = language_of_browser(request.headers.get("Accept-Language", ""))
            activate(request.LANGUAGE_CODE)


def language_of_browser(accepted):
    """Return the first open language that the header Accept-Language names, else the first of the site."""
    for asked, _weight in parse_accept_lang_header(accepted):
        try:
            code = get_supported_language_variant(asked)
        except LookupError:
            continue
        if not in_preparation(code):
            return code
    return settings.LANGUAGE_CODE


def hide_languages_in_preparation(get_response):
    """Show the pages of a language that is being prepared to staff only, and let nothing keep them."""

    def middleware(request):
        code, _slash, below = request.path_info.strip("/").partition("/")
        if not in_preparation(code) or below.partition("/")[0] in OF_STAFF:
            return get_response(request)
        if not request.user.is_staff:
            raise Http404
        response = get_response(request)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return middleware
