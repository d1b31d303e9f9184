from django.urls import path

from patients_rights import views

app_name = "patients_rights"
urlpatterns = [
    path("patients-rights/", views.charters, name="charters"),
    path("patients-rights/<slug:slug>/", views.charter, name="charter"),
]
