"""Three rooms: who receives, what was sent, and who looked at it."""

from hospital_site.enquiries.models.enquiries import (
    DUES,
    PERMISSIONS,
    SEE_ALL,
    Consent,
    ConsentText,
    Enquiry,
    Notification,
    Recusal,
    Step,
    Tally,
    new_reference,
    reference_in,
)
from hospital_site.enquiries.models.oversight import AccessCheck, AccessRecord, RightsRequest
from hospital_site.enquiries.models.receiving import (
    Controller,
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
    "Controller",
    "Enquiry",
    "Holiday",
    "Notification",
    "PrivacyNotice",
    "Recusal",
    "RightsRequest",
    "Step",
    "Tally",
    "new_reference",
    "reference_in",
    "validate_addresses",
    "validate_networks",
    "years_before",
]
