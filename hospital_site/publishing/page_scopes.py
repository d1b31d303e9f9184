"""The pages that a member of staff may see and work on. Their scope names some; all below those belongs to it."""

from django.db.models import Q

from hospital_site.publishing.models import page_at, page_models
from hospital_site.staff.scopes import scope_of


def visible(pages, user):
    """Returns the rows of the queryset `pages` that `user` may see and work on."""
    scope = scope_of(user)
    return pages.within(scope) if scope and not user.is_superuser else pages


def may_see(user, page):
    return visible(type(page).objects.filter(pk=page.pk), user).exists()


def may_choose(pages, user):
    """Returns those of the queryset `pages` that `user` may put pages under: what they may see, and its ancestors."""
    scope = scope_of(user)
    if not scope or user.is_superuser:
        return pages
    above = [ancestor for key in scope if (page := page_at(key)) for ancestor in page.ancestors()]
    seen = visible(pages.model.objects.all(), user).values("pk")
    return pages.filter(Q(pk__in=seen) | Q(pk__in=[page.pk for page in above if type(page) is pages.model]))


def may_add(user, model):
    """Returns whether the scope of `user` lets them make pages of kind `model`: only below a page in it."""
    kinds_in_scope = {key.partition(":")[0] for key in scope_of(user)}
    return not kinds_in_scope or user.is_superuser or bool(kinds_in_scope & set(kinds_above(model)))


def kinds_above(model):
    """Yields the kinds of all pages that may be ancestors of a page of kind `model`."""
    for name in model.parents:
        above = model._meta.get_field(name).related_model
        yield above.page_kind()
        yield from kinds_above(above)


def would_be_within(user, page):
    """Returns whether `page`, which need not be saved yet, belongs to the scope of `user`."""
    return is_within(user, [above.key for above in [*page.ancestors(), page]])


def covers(user, edition):
    """Returns whether the place where `edition` stands belongs to the scope of `user`."""
    return is_within(user, [*edition.ancestors, edition.page])


def is_within(user, keys):
    scope = scope_of(user)
    return not scope or user.is_superuser or bool(scope & set(keys))


def keys_within(scope):
    """Yields, for each kind of page, the keys of its pages that are, or stand below, those in `scope`."""
    for model in page_models():
        yield model.objects.within(scope).with_key().values_list("edition_key", flat=True)


def scope_choices():
    """Yields `(plural name of a kind, [(key, name), …])` of all pages that can have pages below them."""
    parents = {field.related_model for model in page_models() for field in map(model._meta.get_field, model.parents)}
    for model in page_models():
        if model in parents:
            yield str(model._meta.verbose_name_plural), [(page.key, str(page)) for page in model.objects.all()]
