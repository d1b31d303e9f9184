"""A real SMTP server on this machine, which can be told to behave badly."""

import socket
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Mailbox:
    """What arrived, and how the server behaves.

    It may `accept`, `refuse` a mail for now, know `nobody` of that address, `die` before saying that it has the mail,
    or `hang up` just after saying so.
    """

    def __init__(self):
        self.arrived = []
        self.behaviour = "accept"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.behaviour == "nobody":
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        if self.behaviour == "hang up":
            server.transport.abort()
        return "221 bye"

    async def handle_DATA(self, server, session, envelope):
        if self.behaviour == "refuse":
            return "451 try again later"
        self.arrived.append(message_from_bytes(envelope.content))
        if self.behaviour == "die":
            self.behaviour = "accept"
            server.transport.abort()
        return "250 OK"

    @property
    def message_ids(self):
        return [mail["Message-ID"] for mail in self.arrived]


class Quiet(SMTP):
    """Says nothing about a connection that it cut itself."""

    async def push(self, status):
        if not self.transport.is_closing():
            await super().push(status)


class Server(Controller):
    def factory(self):
        return Quiet(self.handler, hostname="localhost")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(settings):
    """→ a `Mailbox` that the site's mail goes to."""
    mailbox = Mailbox()
    server = Server(mailbox, hostname="127.0.0.1", port=free_port())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    server.start()
    try:
        yield mailbox
    finally:
        server.stop()
