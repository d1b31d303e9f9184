"""Finds the sentences of the interface in the HTML of a page, and marks each with its msgid for a translator.

Only a demonstration shows marks (`wsgi.py`), and only on an answer made for the one request that asks for them: a page
is rendered as ever, nothing remembers the marks, and no translation is another one while they are shown.
"""

import re
from functools import lru_cache
from html import unescape
from http import HTTPMethod
from urllib.parse import parse_qsl

from django.utils.html import escape, format_html, format_html_join, strip_tags
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext as _

from hospital_site.translations import catalogues

PARAMETER = "sentences"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|%%")
SIGNS = {"&": "(?:&amp;|&)", "'": "(?:'|&#x27;|&#39;)", '"': '(?:"|&quot;)', "<": "(?:<|&lt;)", ">": "(?:>|&gt;)"}
# What holds no mark: tags with their attributes, and elements that have text alone. Group 1 of the others is the text.
NO_MARKUP = re.compile(r"<!--.*?-->|<(script|style|title|textarea|select)\b.*?</\1>|<[^>]*>", re.DOTALL)
HIDDEN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
VALUE = (
    r"(?:[^<>]|</?(?:a|abbr|b|bdi|code|em|i|q|span|strong|time)\b[^>]*>){1,300}?"  # what takes a placeholder's place
)
SHORT = 12  # letters; a shorter text is found only where nothing else stands beside it


class Sentence:
    """One translation, as it may stand in HTML."""

    def __init__(self, entry, text):
        self.msgid, self.context, self.comment = entry.msgid, entry.msgctxt or "", entry.comment
        self.files = [path for path, _line in entry.occurrences]
        self.literals = [literal for literal in PLACEHOLDER.split(text) if literal.strip()]
        self.is_short = len(re.findall(r"\w", PLACEHOLDER.sub("", text))) < SHORT
        self.text = text

    @property
    def pattern(self):
        return compiled(self.text, self.is_short)

    def matches(self, html, plain):
        """Yield where it stands in `html`; `plain` is the same without escaped signs."""
        if self.literals and all(literal in plain for literal in self.literals):
            for match in self.pattern.finditer(html):
                yield match.span("sentence")


@lru_cache(maxsize=4096)
def compiled(text, is_short):
    parts, end = [], 0
    for placeholder in PLACEHOLDER.finditer(text):
        parts += [literal_pattern(text[end : placeholder.start()]), VALUE if placeholder[0] != "%%" else "%"]
        end = placeholder.end()
    sentence = "".join([*parts, literal_pattern(text[end:])])
    is_bounded_before = is_short or sentence.startswith(VALUE)
    is_bounded_after = is_short or sentence.endswith(VALUE)
    before = r"(?:>|=[\"'])\s*" if is_bounded_before else r"(?<!\w)"
    after = r":?\s*(?:<|[\"'])" if is_bounded_after else ""
    return re.compile(f"{before}(?P<sentence>{sentence}){after}", re.DOTALL)


def literal_pattern(text):
    return "".join(SIGNS.get(sign) or (r"\s+" if sign.isspace() else re.escape(sign)) for sign in text)


@lru_cache
def sentences(language):
    """Return all sentences as readers of `language` see them: those in templates first, as most of a page's are."""
    found = []
    for entry in catalogues.read(language):
        texts = [] if entry.fuzzy else list(filter(None, catalogues.translations_of(entry)))
        texts = texts or list(filter(None, [entry.msgid, entry.msgid_plural]))
        found += [Sentence(entry, text) for text in dict.fromkeys(texts) if not entry.obsolete]
    return sorted(found, key=lambda sentence: not any(map(is_template, sentence.files)))


def is_template(path):
    return path.startswith("templates/")


def find(html, language):
    """Return `{(start, end): [Sentence]}` of what stands in `html`, the longest where some overlap."""
    plain = unescape(html)
    hidden = [match.span() for match in HIDDEN.finditer(html)]
    found = {}
    for sentence in sentences(language):
        for span in sentence.matches(html, plain):
            if not any(start <= span[0] < end for start, end in hidden):
                found.setdefault(span, []).append(sentence)
    kept, end = {}, 0
    for span in sorted(found, key=lambda span: (span[0], -span[1])):
        if span[0] >= end:
            kept[span] = found[span]
            end = span[1]
    return kept


def mark(html, language):
    """Return `html` with a mark around each sentence that its reader sees, and a list of the others at its end."""
    apart = [match.span() for match in NO_MARKUP.finditer(html)]
    parts, others, end = [], [], 0
    for (start, last), found in find(html, language).items():
        stop = end_of_elements(html, start, last)
        if stop is None or any(first <= start < after for first, after in apart):
            others.append((strip_tags(unescape(html[start:last])), description(found)))
        else:
            title = escape(description(found))
            parts += [html[end:start], f'<mark title="{title}">', html[start:stop], "</mark>"]
            end = stop
    marked = "".join([*parts, html[end:]])
    rows = format_html_join("", "<li>{} <code>{}</code></li>", others)
    heading = _("Other sentences of this page, which its window, screen readers or a list show:")
    listed = format_html("<section><p>{}</p><ul>{}</ul></section>", heading, rows)
    return marked.replace("</body>", f"{listed}</body>") if others else marked


def end_of_elements(html, start, stop):
    """Return where all elements that are open at `stop` are closed, or nothing where a mark would cross an element."""
    opened = []
    for closes, name in re.findall(r"<(/?)([a-z]+)\b[^>]*>", html[start:stop]):
        if not closes:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return None
    while opened:
        if not html.startswith(closing := f"</{opened.pop()}>", stop):
            return None
        stop += len(closing)
    return stop


def description(found):
    texts = [f"{sentence.context}: {sentence.msgid}" if sentence.context else sentence.msgid for sentence in found]
    if len(found) == 1 and found[0].comment:
        return f"{texts[0]} ({'; '.join(found[0].comment.splitlines())})"
    return " | ".join(texts)


class SentencesInPlace:
    """A WSGI application: `?sentences` shows what `site` answers with marks, all else goes to `application`."""

    def __init__(self, application, site):
        self.application, self.site = application, site

    def __call__(self, environ, start_response):
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        if environ["REQUEST_METHOD"] != HTTPMethod.GET or PARAMETER not in query:
            return self.application(environ, start_response)
        started = []
        answer = self.site(environ, lambda status, headers, exc_info=None: started.append((status, headers)))
        status, headers = started[0]
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        if not kind.startswith("text/html"):
            start_response(status, headers)
            return answer
        try:
            html = b"".join(answer).decode()
        finally:
            getattr(answer, "close", bool)()
        language = get_language_from_path(environ.get("PATH_INFO", ""))
        if language:
            with override(language):
                html = mark(html, language)
        body = html.encode()
        replaced = {"content-length", "cache-control", "etag", "last-modified", "no-vary-search"}
        headers = [(name, value) for name, value in headers if name.lower() not in replaced]
        start_response(status, [*headers, ("Cache-Control", "no-store"), ("Content-Length", str(len(body)))])
        return [body]
