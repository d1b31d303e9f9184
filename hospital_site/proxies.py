"""The proxies in front of the site: whom it believes about the client's address and the protocol."""

from django.conf import settings

from hospital_site.staff.network import is_within, parse_address

# What proxies add by themselves or in the nginx site of `deploy/`.
FORWARDED = {
    *("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP"),
    *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"),
}
WAS_FORWARDED, PEER = "hospital_site.was_forwarded", "hospital_site.peer"
UNIX_SOCKET = "unix"  # among `TRUSTED_PROXIES`: whoever may write to the server's socket, which gives no address


class TrustedProxies:
    """A WSGI application in front of another one: it reads the headers of proxies, and drops those of strangers.

    Behind it `REMOTE_ADDR` is the address of the client. Where no proxy is named as trusted, every peer is believed,
    as long as a header is named: `deploy_checks` warns of that.
    """

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        if settings.CLIENT_ADDRESS_HEADER or settings.SECURE_PROXY_SSL_HEADER:
            seen = {PEER: environ.get("REMOTE_ADDR", "")}
            read = {**environ, **read_headers(environ)} if is_trusted(environ) else without_headers(environ)
            environ = read | seen
        return self.application(environ, start_response)


def is_trusted(environ):
    if not settings.TRUSTED_PROXIES:
        return True
    peer = environ.get("REMOTE_ADDR", "")
    if not peer:
        return UNIX_SOCKET in settings.TRUSTED_PROXIES
    address = parse_address(peer)
    return address is not None and is_within(address, [n for n in settings.TRUSTED_PROXIES if n != UNIX_SOCKET])


def read_headers(environ):
    """Returns the address of the client as the proxies give it: the entry that the outermost of them added.

    It is empty where they give none, so that nobody is taken for the proxy's own machine.
    """
    if not settings.CLIENT_ADDRESS_HEADER:
        return {}
    entries = environ.get(environ_name(settings.CLIENT_ADDRESS_HEADER), "").split(",")
    return {"REMOTE_ADDR": str(parse_address(entries[-settings.PROXY_HOPS :][0]) or "")}


def without_headers(environ):
    names = {environ_name(settings.CLIENT_ADDRESS_HEADER), *(settings.SECURE_PROXY_SSL_HEADER or [])[:1]}
    kept = {name: value for name, value in environ.items() if name not in names}
    return kept | {WAS_FORWARDED: is_forwarded(environ)}


def peer(environ):
    """Returns the address that is connected to this server itself, be it a proxy's."""
    return environ.get(PEER, environ.get("REMOTE_ADDR", ""))


def is_forwarded(environ):
    """Did a proxy hand the request on, as far as it says so, whether it is believed or not?"""
    return environ.get(WAS_FORWARDED, False) or bool(FORWARDED & environ.keys())


def environ_name(header):
    return f"HTTP_{header.upper().replace('-', '_')}"
