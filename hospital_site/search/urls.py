from functools import partial

from django.urls import path

from hospital_site.lazy_urls import LazyView

view = partial(LazyView, "hospital_site.search.views")

app_name = "search"
urlpatterns = [
    path("search/", view("find"), name="search"),
    path("search/opensearch.xml", view("description"), name="description"),
]
