from django.urls import path

from centers import views

app_name = "centers"
urlpatterns = [
    path("hospitals/<slug:slug>/", views.hospital, name="hospital"),
    path("centers/", views.centers, name="centers"),
    path("centers/<slug:slug>/", views.center, name="center"),
    path("centers/<slug:center>/<slug:slug>/", views.clinic, name="clinic"),
    path("centers/<slug:center>/treatments/<slug:slug>/", views.treatment, name="treatment"),
    path("centers/<slug:center>/tests/<slug:slug>/", views.test, name="test"),
    path("centers/<slug:center>/conditions/<slug:slug>/", views.condition, name="condition"),
    path("a-z/", views.a_to_z, name="a_to_z"),
    path("contact/", views.contact, name="contact"),
    *[path(f"a-z/{kind}/", views.a_to_z, {"kind": kind}, name=kind) for kind in views.INDEXES],
    path("departments/", views.departments, name="departments"),
]
