"""The live pages with their files as a folder that any web server can show, for the day on which this site cannot run.

What needs a server of its own is replaced: forms by the telephone numbers of the contact page, the search by the index
from A to Z. Links are relative, so that the folder may be shown below any address, or opened on a disk.
"""

import html
import posixpath
import re
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIHandler
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from hospital_site.page_store.filling import environ_of
from hospital_site.page_store.serving import is_public
from hospital_site.page_store.site_state import read_state

FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
SEARCH_FORM = re.compile(r'<form\b[^>]*role="search"')
DESCRIPTION_OF_SEARCH = re.compile(r'<link\b[^>]*rel="search"[^>]*>')
LINK = re.compile(r'\b(href|src)="(/(?!/)[^"]*)"')
FILE_IN_CSS = re.compile(r"url\([\"']?([^\"')]+)")
FIXED = ["/robots.txt", "/sitemap.xml"]
START = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={language}/index.html">
</head>
<body><ul>{links}</ul></body>
</html>
"""


class Mirror:
    """Writes the site into `folder`, for everybody to read. `missing` has links that lead to nothing there, by page."""

    def __init__(self, folder):
        self.folder = folder
        self.site = WSGIHandler()
        self.pages = {}
        self.files = set()
        self.missing = {}

    def write(self):
        self.read_pages()
        for path, text in self.pages.items():
            self.save(file_of(path), self.rewritten(path, text).encode())
        for name in sorted(self.files):
            self.copy(name)
        for path in FIXED:
            self.save(path.lstrip("/"), self.ask(path)[1])
        self.save("404.html", self.ask("/nothing-is-here/")[1])
        self.save("index.html", start_page().encode())

    def read_pages(self):
        """Read every live page, and every public one that these lead to."""
        codes = list(dict(settings.LANGUAGES))
        queue = [f"/{code}/" for code in codes]
        queue += [f"/{code}{address}" for address in read_state().addresses() for code in codes]
        queue += [replacement(code, name) for code in codes for name in ("centers:contact", "centers:a_to_z")]
        seen = set(queue)
        while queue:
            path = queue.pop(0)
            status, body = self.ask(path)
            if status != "200 OK":
                continue
            self.pages[path] = body.decode()
            for _attribute, link in LINK.findall(self.pages[path]):
                target = urlsplit(html.unescape(link)).path
                if target not in seen:
                    seen.add(target)
                    if is_public(quote(target, safe="/")) and not is_of_forms(target) and not is_search(target):
                        queue.append(target)

    def ask(self, path):
        """Return the status and the body of the site's answer."""
        started = []
        environ = environ_of(unquote(path).encode().decode("latin-1"))
        answer = self.site(environ, lambda status, headers, exc_info=None: started.append(status))
        try:
            return started[0], b"".join(answer)
        finally:
            answer.close()

    def rewritten(self, path, text):
        """Return the HTML `text` of the page at `path` with relative links, and without what needs a server."""
        code = path.split("/")[1]
        with override(code):
            name = _("Illnesses, tests and treatments from A to Z")
        to_index = f'<a class="finder" href="{replacement(code, "centers:a_to_z")}">{name}</a>'

        def without_form(form):
            return to_index if SEARCH_FORM.match(form[0]) else ""

        def relative(match):
            attribute, link = match[1], urlsplit(html.unescape(match[2]))
            target = self.target_of(code, link.path)
            if target is None:
                self.missing.setdefault(path, []).append(link.path)
                return match[0]
            there = posixpath.relpath(target, posixpath.dirname(file_of(path)))
            fragment = f"#{link.fragment}" if link.fragment else ""
            return f'{attribute}="{html.escape(quote(there))}{fragment}"'

        text = DESCRIPTION_OF_SEARCH.sub("", FORM.sub(without_form, text))
        return LINK.sub(relative, text)

    def target_of(self, code, path):
        """Return the file of the mirror that stands for `path`, or `None`."""
        if path.startswith(settings.STATIC_URL):
            name = unquote(path.removeprefix(settings.STATIC_URL))
            self.files.add(name)
            return f"static/{name}"
        if path in self.pages:
            return file_of(path)
        if is_of_forms(path):
            return file_of(replacement(code, "centers:contact"))
        if is_search(path):
            return file_of(replacement(code, "centers:a_to_z"))
        return None

    def copy(self, name):
        """Copy a static file, and what a style sheet fetches."""
        found = settings.STATIC_ROOT / name
        source = found if found.is_file() else finders.find(name)
        if not source:
            self.missing.setdefault("/", []).append(name)
            return
        content = Path(source).read_bytes()
        self.save(f"static/{name}", content)
        if name.endswith(".css"):
            for link in FILE_IN_CSS.findall(content.decode()):
                other = posixpath.normpath(posixpath.join(posixpath.dirname(name), urlsplit(link).path))
                if not link.startswith(("data:", "#")) and other not in self.files:
                    self.files.add(other)
                    self.copy(other)

    def save(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o644)
        for folder in path.parents:
            if folder == self.folder.parent:
                break
            folder.chmod(0o755)


def file_of(path):
    """`/ko/centers/net/` → `ko/centers/net/index.html`"""
    name = unquote(path).lstrip("/")
    return f"{name}index.html" if name.endswith("/") else name


def replacement(code, name):
    with override(code):
        return reverse(name)


def view_name(path):
    try:
        with override(path.split("/")[1]):
            return resolve(path).view_name
    except (Resolver404, IndexError):
        return ""


def is_of_forms(path):
    return view_name(path) in ("enquiries:choose", "enquiries:form")


def is_search(path):
    return view_name(path).startswith("search:")


def start_page():
    links = "".join(
        f'<li><a href="{code}/index.html" lang="{code}">{html.escape(name)}</a></li>'
        for code, name in settings.LANGUAGES
    )
    title = html.escape(str(settings.SITE_NAME))
    return START.format(language=settings.LANGUAGE_CODE, title=title, links=links)
