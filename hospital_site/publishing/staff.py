"""Who may sign in."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

DEMONSTRATION_PREFIX = "demo-"


class StaffBackend(ModelBackend):
    """Django's own sign-in, but the accounts of the demonstration open nothing anywhere else."""

    def user_can_authenticate(self, user):
        if user.get_username().startswith(DEMONSTRATION_PREFIX) and not settings.DEMONSTRATION:
            return False
        return super().user_can_authenticate(user)
