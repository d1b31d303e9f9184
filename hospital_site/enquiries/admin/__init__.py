"""The admin of enquiries: queues and records, requests about personal data, the access log, receiving hospitals."""

from hospital_site.enquiries.admin import enquiries, front_page, oversight, receiving  # noqa: F401 - each registers what it has
