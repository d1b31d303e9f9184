"""Which accounts may do what with what patients sent."""

from hospital_site.enquiries.models import PERMISSIONS, SEE_ALL

EXPORT, RIGHTS = "enquiries.export_enquiry", "enquiries.answer_rights"
READ_LOG = "enquiries.view_accessrecord"


def can_see_enquiries(user):
    return user.is_active and any(user.has_perm(permission) for permission in [SEE_ALL, *PERMISSIONS.values()])


def reads_personal_data(user):
    """Does the short idle limit hold for the sessions of `user`?"""
    return can_see_enquiries(user) or user.has_perm(RIGHTS)


def can_handle(user, enquiry):
    """May `user` move `enquiry` and write to it, and not only see it?"""
    return user.has_perm(PERMISSIONS[enquiry.kind])
