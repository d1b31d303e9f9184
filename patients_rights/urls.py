from django.urls import path

from patients_rights import views

app_name = "patients_rights"
urlpatterns = [
    path("patients-rights/", views.charters, name="charters"),
    path("patients-rights/<slug:slug>/", views.charter, name="charter"),
    path("patients-rights/<slug:slug>/versions/", views.versions, name="versions"),
    path("patients-rights/<slug:slug>/versions/<slug:day>/", views.version, name="version"),
]
