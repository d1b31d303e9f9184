"""Describes for translators how a short sentence is used, from the code around it.

A comment that somebody wrote (`# Translators: …`) says more and takes the place of what this finds.
"""

import ast
import re

from babel.messages.extract import DEFAULT_KEYWORDS

WORD = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?")
NO_WORDS = re.compile(r"%\(\w+\)s|\{\w*\}|<[^>]*>")
CALLS = {name + ending for name in ["_", *DEFAULT_KEYWORDS] for ending in ["", "_lazy"]}
ELEMENTS = {
    "title": "title of the browser’s window",
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], "heading"),
    "a": "link",
    "button": "button",
    "summary": "button that unfolds more",
    "label": "label of a field",
    "legend": "heading of a group of fields",
    "option": "choice in a list",
    "caption": "title of a table",
    "th": "heading of a column or row of a table",
    "td": "cell of a table",
    "dt": "label in front of a value",
    "dd": "value behind a label",
    "li": "item of a list",
    "nav": "part of a menu",
    "p": "paragraph or part of one",
}
ATTRIBUTES = {
    "aria-label": "label read aloud by screen readers",
    "alt": "text in place of a picture",
    "title": "hint under the pointer",
    "placeholder": "example in an empty field",
    "content": "description for search engines",
    "value": "button",
}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"}
TOKEN = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->|<(?P<closes>/?)(?P<element>[a-zA-Z][\w-]*)|/?>", re.DOTALL)
IN_TEMPLATE = re.compile(
    r"""{%\s*translate\s+(["'])(?P<text>.*?)\1|(?:(?P<name>\w+)=)?_\((["'])(?P<argument>.*?)\4\)|{%\s*blocktranslate\b"""
)
BUILT_IN = {"translate", "blocktranslate", "if", "elif", "with", "include", "firstof", "for", "cycle", "url"}


def is_short(text):
    """Has `text` at most two words beside its placeholders, so that it can mean several things?"""
    return len(WORD.findall(NO_WORDS.sub(" ", text))) <= 2


class Usages:
    """How the sentences of one file are used: by line and text, or by line alone."""

    def __init__(self):
        self.by_text, self.by_line = {}, {}

    def add(self, line, text, usage):
        self.by_text.setdefault((line, text), usage)
        self.by_line.setdefault(line, usage)

    def of(self, line, text):
        return self.by_text.get((line, text)) or self.by_line.get(line)


# ── Python ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def in_python(source):
    tree, usages = ast.parse(source), Usages()
    for call, usage in described(tree, "part of the program", first_sentence(tree)):
        texts = [part.value for part in call.args if isinstance(part, ast.Constant)]
        for text in filter(lambda value: isinstance(value, str), texts):
            usages.add(call.lineno, text, usage)
    return usages


def described(node, role, about):
    """Yield `(call, usage)` of each call of gettext below `node`."""
    if isinstance(node, ast.ClassDef):
        if {ast.unparse(base).rpartition(".")[2] for base in node.bases} & {"TextChoices", "IntegerChoices"}:
            role = f"choice of “{node.name}”"
        elif node.name != "Meta":
            role, about = "part of a record", first_sentence(node) or about
    elif isinstance(node, ast.FunctionDef):
        role, about = f"part of “{node.name}”", first_sentence(node) or about
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        role = role_of_assignment(node, role)
    elif isinstance(node, ast.keyword):
        role = {"description": "heading of a column", "help_text": f"help with the {role}"}.get(node.arg, role)
    elif isinstance(node, ast.Tuple) and node.elts and isinstance(node.elts[0], ast.Constant):
        if node.elts[0].value and not role.startswith("choice of"):
            role = f"choice or heading “{node.elts[0].value}”"
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
        yield node, f"{role} – {about}" if about else role
    for child in ast.iter_child_nodes(node):
        yield from described(child, role, about)


def role_of_assignment(node, role):
    name = node.targets[0].id
    if name == "verbose_name":
        return "name of one record"
    if name == "verbose_name_plural":
        return "name of several records"
    return f"{role}: “{name}”" if role.startswith("choice of") else f"field or heading “{name.lower()}”"


def first_sentence(node):
    return re.split(r"(?<=\.)\s|\n\n", ast.get_docstring(node) or "")[0].replace("\n", " ")


# ── Templates ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def in_template(source):
    usages, open_elements, tag, tag_begins = Usages(), [], None, 0
    for token in TOKEN.finditer(source):
        if token["element"]:
            if token["closes"]:
                close(open_elements, token["element"].lower())
            else:
                tag, tag_begins = token["element"].lower(), token.start()
        elif token[0].endswith(">") and len(token[0]) <= 2:
            if tag and tag not in VOID and token[0] == ">":
                open_elements.append(tag)
            tag = None
        elif block := re.match(r"{%\s*(block title|endblock)\b", token[0]):
            open_elements.append("title") if block[1] == "block title" else close(open_elements, "title")
        for found in IN_TEMPLATE.finditer(token[0]):
            usage = usage_in_tag(token[0], found["name"])
            usage = usage or usage_in_html(source[tag_begins : token.start()] if tag else None, open_elements)
            if usage:
                line = source.count("\n", 0, token.start() + found.start()) + 1
                usages.add(line, found["text"] or found["argument"] or "", usage)
    return usages


def usage_in_tag(token, name):
    """Return what a sentence is by its name, in `{% notice title=_("Before") %}` or `{% translate "To" as title %}`."""
    if variable := re.search(r"\sas (\w+)\s*%}$", token):
        return f"“{variable[1]}” of a part of the page"
    tag = re.match(r"{%\s*(\w+)", token)
    if tag and tag[1] not in BUILT_IN:
        return f"“{name}” of the component “{tag[1]}”" if name else f"part of the component “{tag[1]}”"
    return None


def usage_in_html(tag, open_elements):
    """Return what a text is: in the attribute at the end of an unfinished `tag`, else in the innermost element."""
    if tag:
        names = re.findall(r"([\w-]+)=", tag)
        return ATTRIBUTES.get(names[-1]) if names else None
    return next((ELEMENTS[name] for name in reversed(open_elements) if name in ELEMENTS), None)


def close(open_elements, name):
    if name in open_elements:
        while open_elements.pop() != name:
            pass
