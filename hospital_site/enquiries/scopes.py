"""The hospitals whose enquiries a member of staff works on."""

from hospital_site.staff.scopes import scope_of_kind

HOSPITAL = "centers.hospital"


def hospitals_of(user):
    """Returns the primary keys of the hospitals that `user` is limited to; empty when no hospital is named."""
    return scope_of_kind(user, HOSPITAL)


def key_of_hospital(pk):
    """Returns the key that names the hospital `pk` in a scope."""
    return f"{HOSPITAL}:{pk}"
