"""The smallest templates of Django's forms, written in Python: a long form holds hundreds of them."""

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape

OPTION = "django/forms/widgets/select_option.html"


class FormRenderer(DjangoTemplates):
    """Renders what Django's own templates say. Fields, labels and lists of no errors were a third of a form's time."""

    def render(self, template_name, context, request=None):
        write = WRITTEN.get(template_name)
        html = write(context) if write else None
        return super().render(template_name, context, request) if html is None else html


def write_attributes(attributes):
    shown = ((name, value) for name, value in (attributes or {}).items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{conditional_escape(value)}"' for name, value in shown)


def write_label(context):
    label = conditional_escape(context["label"])
    if not context["use_tag"]:
        return label
    return f"<{context['tag']}{write_attributes(context['attrs'])}>{label}</{context['tag']}>"


def write_input(context):
    widget = context["widget"]
    value = "" if widget["value"] is None else f' value="{conditional_escape(widget["value"])}"'
    name = conditional_escape(widget["name"])
    return f'<input type="{widget["type"]}" name="{name}"{value}{write_attributes(widget["attrs"])}>'


def write_textarea(context):
    widget = context["widget"]
    name, text = conditional_escape(widget["name"]), conditional_escape(localize(widget["value"] or ""))
    return f'<textarea name="{name}"{write_attributes(widget["attrs"])}>\n{text}</textarea>'


def write_select(context):
    widget = context["widget"]
    lines = [f'<select name="{conditional_escape(widget["name"])}"{write_attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if any(option["template_name"] != OPTION for option in options):
            return None
        lines += [f'\n  <optgroup label="{conditional_escape(group)}">'] if group else []
        lines += [f"\n  {write_option(option)}\n" for option in options]
        lines += ["\n  </optgroup>"] if group else []
    return "".join([*lines, "\n</select>"])


def write_option(option):
    value, label = conditional_escape(option["value"]), conditional_escape(localize(option["label"]))
    return f'<option value="{value}"{write_attributes(option["attrs"])}>{label}</option>'


def write_errors(context):
    return None if context["errors"] else ""


INPUTS = ["checkbox", "date", "datetime", "email", "hidden", "number", "password", "tel", "text", "time", "url"]
WRITTEN = {
    "django/forms/label.html": write_label,
    **{f"django/forms/widgets/{name}.html": write_input for name in INPUTS},
    "django/forms/widgets/textarea.html": write_textarea,
    "django/forms/widgets/select.html": write_select,
    "django/forms/errors/list/default.html": write_errors,
    "django/forms/errors/list/ul.html": write_errors,
}
