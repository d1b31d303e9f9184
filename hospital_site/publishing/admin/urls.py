"""The addresses of the staff site, once all that is registered there is loaded."""

from django.contrib import admin

admin.autodiscover()
urlpatterns, _app_name, _namespace = admin.site.urls
