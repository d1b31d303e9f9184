"""What a language that was added to the settings needs besides columns: a right, a role, the counts of its texts."""

from django.apps import apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission, User
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from hospital_site.publishing.models import TranslationState, page_models
from hospital_site.publishing.staleness import count_gaps
from hospital_site.staff.roles import translator_role


def complete_after_migrations(using="default", **how):
    """Add what is missing, once all migrations have run. Emptying a database, which Django announces too, is none."""
    if "plan" not in how or using != "default":
        return
    executor = MigrationExecutor(connections[using])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        add_rights()
        count_texts()


def add_rights():
    """Make the right to write in each new language. Whoever may write in all the others gets it, and so do translators.

    What administrators did with the right or the role of an older language stays.
    """
    codenames = {code: f"write_{code}" for code in dict(settings.LANGUAGES)}
    known = set(rights(codenames.values()).values_list("codename", flat=True))
    new = [code for code, codename in codenames.items() if codename not in known]
    if not new:
        return
    create_permissions(apps.get_app_config("publishing"), verbosity=0)
    holders = [
        (manager, pk)
        for manager in (Group.permissions, User.user_permissions)
        for pk in holders_of_all(manager, rights(known))
    ]
    for code in new:
        right = rights([codenames[code]]).get()
        for manager, pk in holders:
            getattr(manager.field.model.objects.get(pk=pk), manager.field.name).add(right)
        make_translators(code, right)


def rights(codenames):
    return Permission.objects.filter(content_type__app_label="publishing", codename__in=codenames)


def holders_of_all(manager, wanted):
    """Return the keys of the groups or users that hold every right of `wanted`."""
    holders = manager.field.model.objects.all()
    if holders.model is Group:
        holders = holders.exclude(name__in=map(translator_role, dict(settings.LANGUAGES)))
    for right in wanted:
        holders = holders.filter(**{manager.field.name: right})
    return list(holders.values_list("pk", flat=True)) if wanted else []


def make_translators(code, right):
    """Make the role of translators into the language `code`, which otherwise may do what those of another may."""
    role, is_new = Group.objects.get_or_create(name=translator_role(code))
    others = [translator_role(other) for other in dict(settings.LANGUAGES) if other != code]
    like = Group.objects.filter(name__in=others, permissions__isnull=False).order_by("pk").first()
    if is_new and like:
        role.permissions.add(*like.permissions.exclude(codename__startswith="write_"))
    role.permissions.add(right)


def count_texts():
    """Count the missing texts of languages of which nothing was counted yet."""
    counted = set(TranslationState.objects.order_by().values_list("language", flat=True).distinct())
    if counted and set(dict(settings.LANGUAGES)) - counted:
        for model in page_models():
            for page in model.objects.all():
                count_gaps(page)
