"""Addresses whose code is imported when the first of them is asked for, so that readers do not wait for it.

    staff = partial(LazyView, "hospital_site.staff.views")
    path("login/", staff("sign_in"), name="account_login")
    LazyResolver("admin/", "hospital_site.publishing.admin.urls", namespace="admin")

Django's `include` imports at once, and the first `reverse` of anything collects the names of every address. One lock
keeps two requests from importing at the same time: parts of allauth import each other. See decision 0028.
"""

from functools import cached_property
from importlib import import_module
from threading import RLock

from django.core import checks
from django.urls import URLResolver
from django.urls.resolvers import RoutePattern
from django.utils.module_loading import import_string

LOCK = RLock()
VIEWS = []


class LazyView:
    """The view `name` of a module; it has the attributes of that view too, such as `csrf_exempt`."""

    def __init__(self, module, name):
        self.__module__, self.__name__, self.__qualname__ = module, name, name
        VIEWS.append(self)

    @cached_property
    def view(self):
        with LOCK:
            return import_string(f"{self.__module__}.{self.__name__}")

    def __call__(self, request, *args, **kwargs):
        return self.view(request, *args, **kwargs)

    def __getattr__(self, name):
        if name == "view_class":  # which Django asks every view for when it collects their names
            raise AttributeError(name)
        return getattr(self.view, name)


class LazyResolver(URLResolver):
    """The addresses of a module below `route`, whose names all stand in `namespace`."""

    def __init__(self, route, module, *, namespace):
        super().__init__(RoutePattern(route, is_endpoint=False), module, app_name=namespace, namespace=namespace)

    @cached_property
    def urlconf_module(self):
        with LOCK:
            return import_module(self.urlconf_name)

    def _populate(self):
        """Does nothing: the resolver around this one asks for the names in it, and needs none of a namespace."""


def import_views():
    """Import every view that is imported when it is asked for, so that a name without a view stops whoever checks."""
    for lazy in VIEWS:
        lazy.view  # noqa: B018 (it imports)


@checks.register(checks.Tags.urls)
def lazy_views_exist(app_configs, **kwargs):
    import_views()
    return []
