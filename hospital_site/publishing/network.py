"""Where a request comes from."""

from django.conf import settings


def address_of(request):
    """The network address that `request` comes from, as the proxy in front says when one is set."""
    if settings.CLIENT_ADDRESS_HEADER:
        forwarded = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "")
        return forwarded.rsplit(",", 1)[-1].strip()[:45]
    return request.META.get("REMOTE_ADDR", "")
