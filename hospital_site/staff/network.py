"""Network addresses, and the length of a body.

An IPv4 address that is written as IPv6 (`::ffff:203.0.113.7`) counts as the IPv4 address.
"""

import ipaddress

from hospital_site.typed_text import whole_number


def client_ip(request):
    """Returns the network address of the client, which `proxies` has put in place of the proxy's own."""
    written = request.META.get("REMOTE_ADDR", "")
    return str(parse_address(written) or written)[:45]


def parse_address(text):
    """Returns the IP address that `text` is, or `None`."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_within(address, networks):
    """Is the IP address in one of the `networks`, which may be written for either way of writing it?"""
    forms = [address] if address.version == 6 else [address, ipaddress.ip_address(f"::ffff:{address}")]
    return any(form in network for form in forms for network in networks)


def body_length(request):
    """Returns the bytes of the body as its header names them, or `None` for one whose length no header names rightly.

    Django reads no more than the header names, and nothing where there is none.
    """
    if "HTTP_TRANSFER_ENCODING" in request.META:
        return None
    return whole_number(request.META.get("CONTENT_LENGTH") or "0")
