"""What the front page of the staff site says to whoever looks after the server."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hospital_site.publishing.admin.site import OTHER_TASKS, Task
from hospital_site.staff.models import CommandRun


def tasks_of_administrators(request):
    """Yields, for whoever may look after the server, how many commands beside it are late."""
    if settings.PRODUCTION and request.user.has_perm("staff.view_commandrun"):
        number = CommandRun.objects.late().count()
        lists = [(CommandRun._meta.verbose_name_plural, number, reverse("admin:staff_commandrun_changelist"))]
        # Translators: Head of a task: programs beside the server that should have run by now.
        yield Task(_("Not run in time"), number, lists if number else [], is_own=True)


OTHER_TASKS.append(tasks_of_administrators)
