"""How tests read an answer: as a person or a browser does."""

import json
from urllib.parse import urlsplit

from justhtml import JustHTML


class Page:
    """One answer of the site, with its HTML parsed as a browser parses it."""

    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.html = response.content.decode()
        self.document = JustHTML(self.html, collect_errors=True, sanitize=False)

    def all(self, selector):
        return self.document.query(selector)

    def texts(self, selector):
        """What the elements say, each in one line."""
        return [" ".join(element.to_text().split()) for element in self.all(selector)]

    def text(self, selector):
        [text] = self.texts(selector)
        return text

    def attributes(self, selector, name):
        return [element.attrs[name] for element in self.all(selector)]

    def attribute(self, selector, name):
        [value] = self.attributes(selector, name)
        return value

    def links_inside(self):
        """The links to addresses of this site, in parts."""
        links = [urlsplit(href) for href in self.attributes("a[href]", "href")]
        return [link for link in links if not link.scheme and not link.netloc]

    def form(self, selector):
        """What a browser would send of a form that nobody has filled in: each name with its value or values."""
        [form] = self.all(selector)
        sent = {}
        for field in form.query("input, textarea, select"):
            name = field.attrs.get("name")
            if name and "disabled" not in field.attrs and (values := values_of(field)):
                sent.setdefault(name, []).extend(values)
        return sent

    @property
    def structured_data(self):
        """The nodes of the page's JSON-LD."""
        scripts = self.all('script[type="application/ld+json"]')
        return [node for script in scripts for node in json.loads(script.to_text())["@graph"]]


def values_of(field):
    """What one field of a form would send."""
    if field.name == "textarea":
        return ["".join(text.data for text in field.children).replace("\n", "\r\n")]  # as browsers end lines
    if field.name == "select":
        options = field.query("option")
        chosen = [option for option in options if "selected" in option.attrs]
        if not chosen and "multiple" not in field.attrs:
            chosen = options[:1]
        return [option.attrs.get("value", "") for option in chosen]
    kind = field.attrs.get("type", "text")
    if kind in ("submit", "button", "reset", "image", "file"):
        return []
    if kind in ("checkbox", "radio") and "checked" not in field.attrs:
        return []
    return [field.attrs.get("value", "on" if kind in ("checkbox", "radio") else "")]


def read(client, path):
    return Page(client.get(path))
