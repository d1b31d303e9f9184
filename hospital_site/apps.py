from django.apps import AppConfig


class HospitalSiteConfig(AppConfig):
    name = "hospital_site"
