from django.urls import path, re_path, register_converter

from hospital_site.enquiries import views
from hospital_site.enquiries.states import Kind


class KindConverter:
    regex = "|".join(Kind.values)

    def to_python(self, value):
        return value

    def to_url(self, value):
        return str(value)


register_converter(KindConverter, "enquiry_kind")

app_name = "enquiries"
urlpatterns = [
    path("enquiries/<enquiry_kind:kind>/", views.choose, name="choose"),
    path("enquiries/<enquiry_kind:kind>/<slug:hospital>/", views.form, name="form"),
    re_path(r"^enquiries/sent/(?P<token>[\w:-]{20,200})/$", views.sent, name="sent"),
    path("privacy/", views.privacy, name="privacy"),
    path("privacy/<slug:hospital>/", views.privacy_notice, name="privacy_notice"),
    path("privacy/<slug:hospital>/<int:number>/", views.privacy_notice, name="privacy_version"),
]
