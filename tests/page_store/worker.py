"""One worker of the server, as tests ask it: the page store in front of the site."""

from io import BytesIO

from django.core.handlers.wsgi import WSGIHandler

from hospital_site.page_store.serving import PageStore


class Worker:
    """It looks for what is current within a request, and only when the test lets it."""

    def __init__(self, folder, application=None, **how):
        self.application = application or WSGIHandler()
        self.store = PageStore(self.ask, folder, looks_beside=False, **how)
        self.asked = 0

    def ask(self, environ, start_response):
        self.asked += 1
        return self.application(environ, start_response)

    def get(self, path, method="GET", query="", without=(), **headers):
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            "HTTP_HOST": "testserver",
            "HTTP_ACCEPT_ENCODING": "",
            **headers,
        }
        for name in without:
            del environ[name]
        started = []
        answer = self.store(environ, lambda status, headers, exc_info=None: started.extend([status, headers]))
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        status, sent = started
        return int(status.split()[0]), dict(sent), body

    def text(self, path):
        return self.get(path)[2].decode()

    def status(self, path):
        return self.get(path)[0]

    def look(self):
        """Let the time pass after which the worker looks again whether anything was published."""
        self.store.freshness.fresh_until = float("-inf")
