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

    @property
    def structured_data(self):
        """The nodes of the page's JSON-LD."""
        scripts = self.all('script[type="application/ld+json"]')
        return [node for script in scripts for node in json.loads(script.to_text())["@graph"]]


def read(client, path):
    return Page(client.get(path))
