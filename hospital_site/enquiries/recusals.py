"""Recusals: which staff an enquiry is hidden from, because it is about them."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q

from hospital_site.enquiries.folding import normalize_text
from hospital_site.enquiries.models import PERMISSIONS, SEE_ALL, Recusal
from hospital_site.enquiries.scopes import key_of_hospital
from hospital_site.enquiries.states import Kind

BY_NAME = "system"  # who recuses those whom a request names
MAY_NAME_STAFF = ["what_happened", "other_wish"]


def staff_with_access(enquiry):
    """Return the staff who can see `enquiry`, as `visible_to` decides for each."""
    names = [name.partition(".")[2] for name in (SEE_ALL, PERMISSIONS[enquiry.kind])]
    permissions = Permission.objects.filter(content_type__app_label="enquiries", codename__in=names)
    at_hospital = Q(scopes__page=key_of_hospital(enquiry.hospital_id))
    allowed = Q(groups__permissions__in=permissions) | Q(user_permissions__in=permissions)
    staff = get_user_model().objects.filter(Q(is_superuser=True) | at_hospital & allowed, is_staff=True, is_active=True)
    return staff.exclude(pk__in=enquiry.recusals.values("user")).distinct()


def recuse_named(enquiry, answers):
    """Hide a request from the staff whom it names."""
    if enquiry.kind == Kind.MEDIATION:
        for user in staff_named_in(" ".join(answers.get(name, "") for name in MAY_NAME_STAFF)):
            Recusal.objects.get_or_create(enquiry=enquiry, user=user, defaults={"by": BY_NAME})


def staff_named_in(text):
    """Yield the staff whose full name is in `text`, in either order, and with any spacing where no letter is Latin."""
    spaced = f" {fold_letters(text, ' ')} "
    squeezed = spaced.replace(" ", "")
    staff = get_user_model().objects.filter(is_staff=True, is_active=True).exclude(first_name="").exclude(last_name="")
    for user in staff:
        for names in ([user.last_name, user.first_name], [user.first_name, user.last_name]):
            name = " ".join(fold_letters(" ".join(names), " ").split())
            if f" {name} " in spaced if name.isascii() else name.replace(" ", "") in squeezed:
                yield user
                break


def fold_letters(text, between):
    """Return `text` casefolded, with one `between` for everything that is no letter."""
    letters = [letter if letter.isalpha() else " " for letter in normalize_text(text).casefold()]
    return between.join("".join(letters).split())
