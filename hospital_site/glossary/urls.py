from django.urls import path

from hospital_site.glossary import views

app_name = "glossary"
urlpatterns = [
    path("glossary/", views.glossary, name="glossary"),
    path("glossary/<slug:slug>/", views.term, name="term"),
]
