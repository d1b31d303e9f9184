"""How tests read an answer: as a person or a browser does."""

import json
from functools import cached_property
from urllib.parse import urlsplit

from justhtml import JustHTML
from selectolax.lexbor import LexborHTMLParser


class Element:
    """One element of a page, with a name and `attrs`; an attribute without a value is an empty text."""

    def __init__(self, node):
        self.node, self.name = node, node.tag

    @cached_property
    def attrs(self):
        return {name.removeprefix("xlink:"): value or "" for name, value in self.node.attributes.items()}

    def query(self, selector):
        return [Element(node) for node in self.node.css(selector)]

    def query_one(self, selector):
        return next(iter(self.query(selector)), None)

    def to_text(self):
        """Return its words and those within it, each element's apart."""
        parts = map(str.strip, self.node.text(separator="\0").split("\0"))
        return " ".join(filter(None, parts))

    def value(self):
        """Return what stands between its tags, as it is."""
        return self.node.text()


def parsed(html):
    """Return the outermost element of `html`, as a browser parses it."""
    return Element(LexborHTMLParser(html).root)


class Page:
    """One answer of the site, with its HTML parsed as a browser parses it."""

    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.html = response.content.decode()

    @cached_property
    def document(self):
        return parsed(self.html)

    @cached_property
    def errors(self):
        """What a browser would have to put right in the HTML."""
        return JustHTML(self.html, collect_errors=True, sanitize=False).errors

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
        """What a browser would send of a form that nobody has filled in: its lines end with CR LF."""
        return {
            name: [value.replace("\n", "\r\n") for value in values]
            for name, values in filled_in(self, selector).items()
        }

    @property
    def structured_data(self):
        """The nodes of the page's JSON-LD."""
        scripts = self.all('script[type="application/ld+json"]')
        return [node for script in scripts for node in json.loads(script.to_text())["@graph"]]


def filled_in(page, selector):
    """What the fields of the form at `selector` hold: `{name: [value, …]}`, without those that are not sent."""
    found = page.all(selector)
    if not found:
        raise AssertionError(f"There is no form {selector}: {page.status} {page.texts('h1')}")
    held = {}
    for field in found[0].query("input, textarea, select"):
        name = field.attrs.get("name")
        if name and "disabled" not in field.attrs and (values := values_of(field)) is not None:
            held.setdefault(name, []).extend(values)
    return held


def values_of(field):
    """The values of one field, or `None` where it sends none."""
    kind = field.attrs.get("type")
    if field.name == "textarea":
        return [field.value()]
    if field.name == "select":
        options = field.query("option")
        chosen = [option for option in options if "selected" in option.attrs]
        if "multiple" not in field.attrs:
            chosen = (chosen or options)[:1]
        return [option.attrs.get("value", option.to_text()) for option in chosen]
    if kind in ("submit", "button", "reset", "image", "file"):
        return None
    if kind in ("checkbox", "radio"):
        return [field.attrs.get("value", "on")] if "checked" in field.attrs else None
    return [field.attrs.get("value", "")]


def read(client, path):
    return Page(client.get(path))
