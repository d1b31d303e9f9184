"""Tasks of enquiries on the admin’s front page: numbers that link to the queues."""

from collections import Counter

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hospital_site.enquiries.admin.access import visible_enquiries
from hospital_site.enquiries.models import DUES, PERMISSIONS, AccessRecord, RightsRequest
from hospital_site.enquiries.oversight import months_to_check
from hospital_site.enquiries.permissions import READ_LOG, RIGHTS, can_see_enquiries
from hospital_site.enquiries.states import Kind, State
from hospital_site.publishing.admin.site import OTHER_TASKS, Task


def tasks(request):
    return [*of_queues(request), *of_oversight(request)] if can_see_enquiries(request.user) else []


def of_queues(request):
    """Yield what is new and what is late, by form; a task is the person’s own where they handle such a form."""
    handled = [kind for kind in Kind if request.user.has_perm(PERMISSIONS[kind])]
    queue = reverse("admin:enquiries_enquiry_changelist")
    new, late = Counter(), Counter()
    rows = visible_enquiries(request).not_stopped().with_dues().order_by().values_list("kind", "state", "due")
    for kind, state, due, number in rows.annotate(number=Count("pk")):
        new[kind] += number * (state == State.NEW)
        late[due, kind] += number
    waiting = {"state__exact=new": (_("Received, not begun"), new)}
    for due, title in DUES.items():
        waiting[f"due={due}"] = (title, {kind: late[due, kind] for kind in Kind})
    for choice, (title, numbers) in waiting.items():
        lists = [
            (kind.label, numbers[kind], f"{queue}?{choice}&kind__exact={kind.value}") for kind in Kind if numbers[kind]
        ]
        yield Task(title, sum(number for _kind, number, _list in lists), lists, bool(handled))


def of_oversight(request):
    """Yield the tasks of the privacy officer."""
    user = request.user
    if user.has_perm(RIGHTS):
        number = RightsRequest.objects.visible_to(user).open().count()
        address = f"{reverse('admin:enquiries_rightsrequest_changelist')}?answer=open"
        lists = [(RightsRequest._meta.verbose_name_plural, number, address)]
        yield Task(_("Not answered yet"), number, lists, is_own=True)
    if user.has_perm(READ_LOG):
        number = len(months_to_check(user))
        lists = [(AccessRecord._meta.verbose_name_plural, number, reverse("admin:enquiries_accessrecord_check"))]
        yield Task(_("Months of the access log to check"), number, lists, is_own=True)


OTHER_TASKS.append(tasks)
