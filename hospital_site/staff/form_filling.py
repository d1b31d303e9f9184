"""Puts what somebody wrote into the fields of a form that a page shows."""

from html import escape
from html.parser import HTMLParser

DRIVEN_BY_THE_FORM = ("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS")
NOT_FILLED = {"submit", "button", "reset", "image", "file", "password"}


class FieldNames(HTMLParser):
    """Collects the names of the fields of each form of a page, in `forms`."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms = []

    def handle_starttag(self, tag, attrs):
        if tag == "form":
            self.forms.append(set())
        elif tag in ("input", "textarea", "select") and self.forms:
            self.forms[-1].add(dict(attrs).get("name"))


class FormFiller(HTMLParser):
    """Copies a page into `pieces`, with `fields` as the values of its form number `number`."""

    def __init__(self, number, fields):
        super().__init__(convert_charrefs=False)
        self.pieces, self.before_form = [], None
        self.number, self.fields = number, fields
        self.form, self.is_inside = -1, False
        self.select = None  # the values to choose in the select element that is open
        self.is_replaced = False  # inside a textarea, whose old text is left out

    def handle_starttag(self, tag, attrs):
        source, attributes = self.get_starttag_text(), dict(attrs)
        if tag == "form":
            self.form += 1
            self.is_inside = self.form == self.number
            if self.is_inside:
                self.before_form = len(self.pieces)
        self.pieces.append(self.filled(tag, attributes, source) if self.is_inside else source)

    def filled(self, tag, attributes, source):
        name = attributes.get("name") or ""
        if tag == "option" and self.select is not None:
            return with_flag(tag, attributes, "selected", attributes.get("value", "") in self.select)
        if "disabled" in attributes or "__prefix__" in name or name.endswith(DRIVEN_BY_THE_FORM):
            return source
        if tag == "select" and (name in self.fields or "multiple" in attributes):
            self.select = self.fields.get(name, [])
        elif tag == "textarea" and name in self.fields:
            self.is_replaced = True
            return f"{source}\n{escape(self.fields[name][0])}"
        elif tag == "input" and attributes.get("type") in ("checkbox", "radio") and name and not name.startswith("_"):
            return with_flag(tag, attributes, "checked", attributes.get("value", "on") in self.fields.get(name, []))
        elif tag == "input" and name in self.fields and attributes.get("type", "text") not in NOT_FILLED:
            return start_tag(tag, attributes | {"value": self.fields[name][0]})
        return source

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.is_replaced = False
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.is_inside = False
        self.pieces.append(f"</{tag}>")

    def copy(self, text):
        if not self.is_replaced:
            self.pieces.append(text)

    def handle_data(self, data):
        self.copy(data)

    def handle_entityref(self, name):
        self.copy(f"&{name};")

    def handle_charref(self, name):
        self.copy(f"&#{name};")

    def handle_comment(self, data):
        self.copy(f"<!--{data}-->")

    def handle_decl(self, decl):
        self.copy(f"<!{decl}>")


def with_flag(tag, attributes, flag, is_set):
    kept = {name: value for name, value in attributes.items() if name != flag}
    return start_tag(tag, kept | ({flag: None} if is_set else {}))


def start_tag(tag, attributes):
    parts = [name if value is None else f'{name}="{escape(value)}"' for name, value in attributes.items()]
    return f"<{' '.join([tag, *parts])}>"


def fill(html, fields, notice):
    """Returns `html` with `fields` (`{name: [value, …]}`) in the form that has most of them, or `None` if none has.

    `notice` is called with the fields that found no place in the form, and returns the HTML that goes before it.
    """
    names = FieldNames()
    names.feed(html)
    typed = {name for name in fields if not name.endswith(DRIVEN_BY_THE_FORM)}
    matches = [len(form & typed) for form in names.forms]
    if not any(matches):
        return None
    number = matches.index(max(matches))
    filler = FormFiller(number, fields)
    filler.feed(html)
    filler.close()
    left_over = {name: fields[name] for name in fields if name in typed - names.forms[number]}
    filler.pieces.insert(filler.before_form, notice(left_over))
    return "".join(filler.pieces)
