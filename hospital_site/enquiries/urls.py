from functools import partial

from django.urls import path, re_path, register_converter

from hospital_site.enquiries.states import Kind
from hospital_site.lazy_urls import LazyView

view = partial(LazyView, "hospital_site.enquiries.views")


class KindConverter:
    regex = "|".join(Kind.values)

    def to_python(self, value):
        return value

    def to_url(self, value):
        return str(value)


register_converter(KindConverter, "enquiry_kind")

app_name = "enquiries"
urlpatterns = [
    path("enquiries/<enquiry_kind:kind>/", view("choose"), name="choose"),
    path("enquiries/<enquiry_kind:kind>/<slug:hospital>/", view("form"), name="form"),
    re_path(r"^enquiries/sent/(?P<token>[\w:-]{20,200})/$", view("sent"), name="sent"),
    path("privacy/", view("privacy"), name="privacy"),
    path("privacy/<slug:hospital>/", view("privacy_notice"), name="privacy_notice"),
    path("privacy/<slug:hospital>/<int:number>/", view("privacy_notice"), name="privacy_version"),
]
