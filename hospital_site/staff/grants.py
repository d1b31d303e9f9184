"""What a user or a role may do, written into the audit log whenever it changes."""

from django.contrib.auth.models import Group

from hospital_site.staff.audit import about, record
from hospital_site.staff.authority import names_of
from hospital_site.staff.models import AuditEntry, StaffScope


def state_of(holder):
    """Returns `{kind: set of names}` of all that the database says a user or a role may do."""
    if isinstance(holder, Group):
        return {"rights": names_of(holder.permissions)}
    flags = type(holder).objects.values("is_active", "is_staff", "is_superuser").get(pk=holder.pk)
    return {
        "flags": {name.removeprefix("is_") for name, is_set in flags.items() if is_set},
        "groups": set(holder.groups.values_list("name", flat=True)),
        "rights": names_of(holder.user_permissions),
        "scopes": set(StaffScope.objects.filter(user=holder).values_list("page", flat=True)),
    }


def record_change(holder, before, after, *, by, fields=(), deleted=False):
    """Writes what `by` has added to `before` and removed from it, whole, and which other fields have changed."""
    added, removed = difference(after, before), difference(before, after)
    more = {"added": added, "removed": removed, "fields": list(fields), "deleted": deleted}
    data = {name: value for name, value in more.items() if value}
    if data:
        reason = f"{'− ' if deleted else ''}{holder}: {in_a_line(added, removed, fields)}"
        record(AuditEntry.Action.PERMISSION, by=by, reason=reason, data=about(holder, **data))


def difference(state, other):
    """Returns `{kind: [name, …]}` of what `state` holds and `other` does not."""
    found = {kind: sorted(names - other.get(kind, set())) for kind, names in state.items()}
    return {kind: names for kind, names in found.items() if names}


def in_a_line(added, removed, fields):
    """Returns a line such as `+Editor, +centers.center:2; −superuser; email`."""
    signed = [
        ", ".join(f"{sign}{name}" for names in kinds.values() for name in names)
        for sign, kinds in {"+": added, "−": removed}.items()
    ]
    return "; ".join(filter(None, [*signed, ", ".join(fields)]))
