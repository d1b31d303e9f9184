"""What happens around every request."""

from hospital_site.errors import refusal


def friendly_refusals(get_response):
    """Say in words what Django answers with an empty page, such as a wrong method."""

    def middleware(request):
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            friendly = refusal(405)
            friendly["Allow"] = response["Allow"]
            return friendly
        return response

    return middleware
