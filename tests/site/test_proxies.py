"""What a proxy says about its client is believed of the proxies that the operator named, and of nobody else."""

import ipaddress

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from hospital_site.page_store.serving import scheme
from hospital_site.proxies import TrustedProxies
from hospital_site.staff.network import client_ip, is_within, parse_address

PROXY, STRANGER = "10.0.0.5", "198.51.100.9"


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings):
    settings.CLIENT_ADDRESS_HEADER = "X-Forwarded-For"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/24"), "unix"]


def environ_of(peer, **headers):
    return RequestFactory().get("/ko/", REMOTE_ADDR=peer, **headers).environ


def request_from(peer, forwarded="203.0.113.7", **headers):
    """The request that the site sees of what came from `peer`."""
    seen = []
    given = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    site = TrustedProxies(lambda environ, start_response: seen.append(environ))
    site(environ_of(peer, HTTP_X_FORWARDED_PROTO="https", **given, **headers), None)
    return WSGIRequest(seen[0])


@pytest.mark.parametrize("peer", [PROXY, f"::ffff:{PROXY}", ""], ids=["IPv4", "IPv4 as IPv6", "socket"])
def test_a_named_proxy_is_believed(peer):
    request = request_from(peer)

    assert (client_ip(request), request.scheme) == ("203.0.113.7", "https")


@pytest.mark.parametrize("peer", [STRANGER, f"::ffff:{STRANGER}"])
def test_a_stranger_is_not(peer):
    request = request_from(peer)

    assert (client_ip(request), request.scheme) == (STRANGER, "http")


def test_without_the_word_for_it_a_socket_is_a_stranger_too(settings):
    settings.TRUSTED_PROXIES = settings.TRUSTED_PROXIES[:1]

    request = request_from("")

    assert (client_ip(request), request.scheme) == ("", "http")


@pytest.mark.parametrize(
    ("hops", "forwarded", "seen"),
    [
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 10.0.0.9", "203.0.113.7"),
        (2, "203.0.113.7", "203.0.113.7"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "nonsense", ""),
        (1, "", ""),
        (1, None, ""),
    ],
)
def test_the_client_is_the_one_that_the_outermost_proxy_saw(settings, hops, forwarded, seen):
    settings.PROXY_HOPS = hops

    assert client_ip(request_from(PROXY, forwarded)) == seen


@pytest.mark.parametrize("header", ["", "X-Forwarded-For"])
def test_a_header_that_nobody_named_says_nothing(settings, header):
    settings.CLIENT_ADDRESS_HEADER = header

    assert client_ip(request_from(PROXY, None, HTTP_X_REAL_IP="6.6.6.6")) == ("" if header else PROXY)


def test_the_page_cache_takes_no_protocol_from_a_stranger():
    site = TrustedProxies(lambda environ, start_response: scheme(environ))

    schemes = [site(environ_of(peer, HTTP_X_FORWARDED_PROTO="https"), None) for peer in (PROXY, STRANGER)]

    assert schemes == ["https", "http"]


def test_an_address_lies_in_a_network_however_both_are_written():
    for network in map(ipaddress.ip_network, ["203.0.113.0/24", "::ffff:203.0.113.0/120"]):
        written = ["203.0.113.7", "::ffff:203.0.113.7", "203.0.114.7", "::ffff:203.0.114.7", "2001:db8::7"]

        assert [is_within(parse_address(one), [network]) for one in written] == [True, True, False, False, False]
