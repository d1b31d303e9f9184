from django.urls import path

from hospital_site.search import views

app_name = "search"
urlpatterns = [
    path("search/", views.find, name="search"),
    path("search/opensearch.xml", views.description, name="description"),
]
