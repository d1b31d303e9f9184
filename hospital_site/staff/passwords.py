"""Changes of passwords: each is written into the audit log, and one's old password cannot be guessed in a session."""

from contextlib import contextmanager

from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import get_user_model
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from hospital_site.staff import sign_in_limits
from hospital_site.staff.audit import about, record
from hospital_site.staff.models import AuditEntry


@contextmanager
def recorded_change(*, by, **person):
    """Writes an entry that `by` has changed the password of the user `person` (a lookup), where that happens within."""
    users = get_user_model().objects.filter(**person)
    before = users.values_list("password", flat=True).first()
    yield
    changed = users.exclude(password=before).first() if before is not None else None
    if changed:
        record(AuditEntry.Action.NEW_PASSWORD, by=by, reason=str(changed), data=about(changed))


class OwnPasswordForm(AdminPasswordChangeForm):
    request = None

    def clean_old_password(self):
        """Counts a try as at the sign-in: whoever finds an open session must not try many passwords there."""
        usage = sign_in_limits.count(self.request, "own_password", str(self.user.pk))
        if usage is None:
            raise ValidationError(sign_in_limits.too_often(self.request), code="rate_limited")
        old_password = super().clean_old_password()
        usage.rollback()
        return old_password


class OwnPasswordView(PasswordChangeView):
    form_class = OwnPasswordForm
    template_name = "registration/password_change_form.html"

    def get_success_url(self):
        return reverse("admin:password_change_done")

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.request = self.request
        return form

    def form_valid(self, form):
        with transaction.atomic(), recorded_change(by=self.request.user, pk=self.request.user.pk):
            response = super().form_valid(form)
        return sign_in_limits.remember(self.request, response)
