"""When each command beside the server has last run, for whoever looks after the server."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hospital_site.staff.admin.read_only import ReadOnlyAdmin
from hospital_site.staff.models import CommandRun


@admin.register(CommandRun)
class CommandRunAdmin(ReadOnlyAdmin):
    list_display = ["name", "ended_well", "is_in_time"]
    list_display_links = None
    actions = None

    def get_queryset(self, request):
        late = CommandRun.objects.late().values_list("pk", flat=True)
        self.late = set(late)
        return super().get_queryset(request)

    # Translators: “never” stands where such a program has not done its work yet.
    @admin.display(description=_("ended well"), empty_value=_("never"))
    def ended_well(self, run):
        return run.finished_at

    # Translators: Head of a column with yes or no: a program beside the server has run as often as it should.
    @admin.display(description=_("in time"), boolean=True)
    def is_in_time(self, run):
        return run.pk not in self.late
