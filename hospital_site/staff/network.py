"""The network address of a request."""

from django.conf import settings


def client_ip(request):
    """Returns the network address of the client, from the header that the proxy in front sets where one is named."""
    if settings.CLIENT_ADDRESS_HEADER:
        forwarded = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "")
        return forwarded.rsplit(",", 1)[-1].strip()[:45]
    return request.META.get("REMOTE_ADDR", "")
