from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand, CommandError

from hospital_site.env import kept_secret
from hospital_site.publishing.models import page_models
from hospital_site.publishing.staff import DEMONSTRATION_PREFIX

EDITOR = f"{DEMONSTRATION_PREFIX}editor"
PUBLISHER = f"{DEMONSTRATION_PREFIX}publisher"


class Command(BaseCommand):
    help = "Make the demonstration's editor and publisher, and say where the site is and how they sign in."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port, **options):
        if not settings.DEMONSTRATION:
            raise CommandError("The demonstration's accounts exist only with MODE=demonstration.")
        password = kept_secret(settings.VAR_DIR / "demonstration-password")[:16]
        editing = permissions("add", "change", "view")
        publishing = permissions("view") | Permission.objects.filter(codename="publish_edition")
        for name, granted in [(EDITOR, editing), (PUBLISHER, editing | publishing)]:
            user, _created = get_user_model().objects.get_or_create(username=name, defaults={"is_staff": True})
            user.user_permissions.set(granted)
            if not user.check_password(password):
                user.set_password(password)
                user.save(update_fields=["password"])
        self.stdout.write(
            f"\n  The site   http://127.0.0.1:{port}/\n"
            f"  The admin  http://127.0.0.1:{port}/{settings.LANGUAGE_CODE}/admin/\n"
            f"             sign in as {EDITOR} or {PUBLISHER}, password {password}\n"
            "             (these accounts exist in this demonstration only)\n"
        )


def permissions(*verbs):
    """The permissions to do `verbs` with all kinds of pages and their parts."""
    labels = {model._meta.app_label for model in page_models()}
    names = [
        f"{verb}_{model_name}"
        for verb in verbs
        for model_name in Permission.objects.filter(content_type__app_label__in=labels).values_list(
            "content_type__model", flat=True
        )
    ]
    return Permission.objects.filter(content_type__app_label__in=labels, codename__in=names)
