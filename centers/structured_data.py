"""What machines are told about hospitals, centers, clinics, treatments, tests and illnesses, in schema.org's words."""

from hospital_site.publishing.pages import localized_text, reference, thing

TREATMENT_TYPES = {
    "surgery": "SurgicalProcedure",
    "medicine": "Drug",
    "injection": "Drug",
    "embolization": "MedicalProcedure",
    "clinical_trial": "MedicalTrial",
}
IMAGING = "imaging"


def hospital(page):
    departments = [reference("MedicalClinic", center) for center in page.centers]
    yield thing(
        "Hospital",
        page,
        alternateName=localized_text(page, "short_name"),
        description=localized_text(page, "introduction"),
        address=localized_text(page, "street_address"),
        sameAs=page.website,
        telephone=[contact.telephone for contact in page.public_contacts if contact.telephone],
        department=departments,
    )


def center(page):
    yield thing(
        "MedicalClinic",
        page,
        description=localized_text(page, "introduction"),
        parentOrganization=reference("Hospital", page.hospital),
        department=[reference("MedicalClinic", clinic) for clinic in page.clinics],
    )


def clinic(page):
    yield thing(
        "MedicalClinic",
        page,
        description=localized_text(page, "introduction"),
        parentOrganization=reference("MedicalClinic", page.center),
        availableService=[
            *(
                reference(treatment_type(treatment), treatment)
                for treatment in page.treatments
                if is_service(treatment)
            ),
            *(reference(test_type(test), test) for test in page.tests),
        ],
    )


def treatment(page):
    type_ = treatment_type(page)
    yield thing(
        type_,
        page,
        nonProprietaryName=str(page) if type_ == "Drug" else "",
        description=localized_text(page, "overview") or localized_text(page, "explanation"),
    )


def test(page):
    description = localized_text(page, "overview") or localized_text(page, "explanation")
    yield thing(test_type(page), page, description=description)


def condition(page, tests, treatments):
    yield thing(
        "MedicalCondition",
        page,
        description=localized_text(page, "explanation"),
        typicalTest=[reference(test_type(test), test) for test in tests],
        possibleTreatment=references(treatments, "MedicalTherapy"),
        drug=references(treatments, "Drug"),
    )


def references(treatments, type_):
    """References to those of `treatments` that are of `type_`: of an illness, schema.org takes therapies and drugs."""
    return [reference(type_, treatment) for treatment in treatments if treatment_type(treatment) == type_]


def treatment_type(treatment):
    return TREATMENT_TYPES.get(treatment.kind, "MedicalTherapy")


def is_service(treatment):
    """schema.org lets a clinic offer procedures, tests and therapies, but neither drugs nor trials."""
    return treatment_type(treatment) not in {"Drug", "MedicalTrial"}


def test_type(test):
    return "ImagingTest" if test.kind == IMAGING else "MedicalTest"
