"""The desk behind the forms: queues and records, what people ask about their data, the access log, who receives."""

from hospital_site.enquiries.admin import enquiries, front_page, oversight, receiving  # noqa: F401 - each registers what it has
