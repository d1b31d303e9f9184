"""Models: who receives, what was sent and agreed to, the mail about it, and who looked at it."""

from hospital_site.enquiries.models.consents import Consent, ConsentText
from hospital_site.enquiries.models.enquiries import (
    DUES,
    PERMISSIONS,
    SEE_ALL,
    Enquiry,
    MonthlyCount,
    Recusal,
    Step,
    generate_reference,
    normalize_reference,
)
from hospital_site.enquiries.models.notifications import Notification
from hospital_site.enquiries.models.oversight import AccessCheck, AccessRecord, RightsRequest
from hospital_site.enquiries.models.receiving import (
    DataController,
    Holiday,
    PrivacyNotice,
    validate_addresses,
    validate_networks,
    years_before,
)

__all__ = [
    "DUES",
    "PERMISSIONS",
    "SEE_ALL",
    "AccessCheck",
    "AccessRecord",
    "Consent",
    "ConsentText",
    "DataController",
    "Enquiry",
    "Holiday",
    "MonthlyCount",
    "Notification",
    "PrivacyNotice",
    "Recusal",
    "RightsRequest",
    "Step",
    "generate_reference",
    "normalize_reference",
    "validate_addresses",
    "validate_networks",
    "years_before",
]
