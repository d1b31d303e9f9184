"""Sentences of Django's that staff read where a form or a deletion is refused. Our catalogues put them in plain words.

Nothing calls this list: it makes `manage.py messages` gather them. Catalogues of the site come before those of Django.
"""

from django.utils.translation import gettext_noop as _

DUPLICATES = [
    _("%(model_name)s with this %(field_label)s already exists."),
    _("%(model_name)s with this %(field_labels)s already exists."),
    _("Please correct the duplicate data for %(field)s."),
    _("Please correct the duplicate data for %(field)s, which must be unique."),
    _("Please correct the duplicate values below."),
]
DELETIONS = [
    _("Are you sure?"),
    _("Cannot delete %(name)s"),
    _(
        "Deleting %(class_name)s %(instance)s would require deleting the following protected related objects: "
        "%(related_objects)s"
    ),
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the following protected related "
        "objects:"
    ),
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related objects, but your account "
        "doesn't have permission to delete the following types of objects:"
    ),
    _(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? All of the following related items '
        "will be deleted:"
    ),
    _("Yes, I’m sure"),
    _("No, take me back"),
    _("Objects"),
]
