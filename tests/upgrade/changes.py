"""What has changed on purpose since the dump was made. Whoever changes it adds a line here, and says why."""

from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from hospital_site.enquiries.consents import load_source
from hospital_site.sources import FILE_IN_BRACKETS
from hospital_site.yaml_files import read_yaml

SEEDED = ["centers", "patients_rights"]


class Correction(NamedTuple):
    """On the public pages whose address contains `on`, `old` now reads `new`.

    `part` names what is corrected: "title", "description", "text" (words, however the markup groups them), "structured
    data", "links", "ids" or "lang". Of links, ids and elements with `lang`, an empty `old` is one that was added, an
    empty `new` one that was taken away.
    """

    part: str
    old: str
    new: str
    on: str = ""


def attributed(on, words, *, above, after):
    """On the page `on`, the line `words` no longer stands before `above`, but after each of the texts `after`."""
    yield Correction("text", f"{words} {above}", above, on)
    yield from (Correction("text", text, f"{text} {words}", on) for text in after)


CLINIC = "/centers/uncommon-cancer-center/net-clinic/"
KOREAN_CALL, ENGLISH_CALL = "국내에서 응급 상황이 생기면 119에 전화해 주세요.", "In an emergency in Korea, call 119."
ERRORS = [  # the page that is not there, or not any more, and what is said of it
    (
        "centers/uncommon-cancer-center/treatments/new-draft",
        [
            "페이지를 찾을 수 없습니다",
            "주소가 잘못 입력되었거나 페이지가 옮겨졌을 수 있습니다. 주소를 확인하거나 처음 화면에서 찾아 주세요.",
            "처음 화면으로 가기",
        ],
        [
            "Page not found",
            "The address may be mistyped, or the page has moved. Please check the address or go on from the home page.",
            "Go to the home page",
        ],
    ),
    (
        "centers/uncommon-cancer-center/treatments/tace",
        [
            "더 이상 제공하지 않는 페이지입니다",
            "이 페이지는 더 이상 제공하지 않기로 하여 내렸습니다. 내용이 필요하면 병원에 문의해 주세요.",
            "처음 화면으로 가기",
        ],
        [
            "This page has been withdrawn",
            "The page was taken off this site on purpose. If you need what it said, please ask the hospital.",
            "Go to the home page",
        ],
    ),
]
PROCEDURES = {
    "en": {
        "tests": [
            ("hormone-tests", "Hormone tests", ""),
            ("urine-5-hiaa", "Urine 5-HIAA test", "Urine test"),
            ("ct", "CT (computed tomography)", "Imaging test"),
            ("mri", "MRI (magnetic resonance imaging)", "Imaging test"),
            ("pet", "PET (positron emission tomography)", "Imaging test"),
            ("octreoscan", "Octreoscan (somatostatin receptor scan)", "Imaging test"),
            ("biopsy", "Biopsy", ""),
        ],
        "treatments": [
            ("radical-resection", "Radical resection", "Surgery"),
            ("targeted-therapy", "Targeted therapy", ""),
            ("chemotherapy", "Chemotherapy", ""),
            ("octreotide", "Octreotide", "Medicine"),
            ("lanreotide", "Lanreotide", "Medicine"),
            ("pasireotide", "Pasireotide", "Medicine"),
            ("interferon-alpha", "Interferon-α (interferon alpha)", "Medicine"),
            ("everolimus", "Everolimus", "Medicine"),
            ("sunitinib", "Sunitinib", "Medicine"),
            ("radiation-therapy", "Radiation therapy", ""),
            ("clinical-trials", "Clinical trials with the latest drugs", ""),
        ],
    },
    "ko": {
        "tests": [
            ("hormone-tests", "호르몬 검사", ""),
            ("urine-5-hiaa", "소변 5-HIAA 검사", "소변 검사"),
            ("ct", "컴퓨터 단층 촬영(CT)", "영상 검사"),
            ("mri", "자기공명영상(MRI)", "영상 검사"),
            ("pet", "양전자 방출 단층 촬영(PET)", "영상 검사"),
            ("octreoscan", "옥트레오스캔(소마토스타틴 수용체 스캔)", "영상 검사"),
            ("biopsy", "조직 검사", ""),
        ],
        "treatments": [
            ("radical-resection", "근치적 절제술", "수술"),
            ("targeted-therapy", "표적치료", ""),
            ("chemotherapy", "항암화학요법", ""),
            ("octreotide", "옥트레오타이드", "약물치료"),
            ("lanreotide", "란레오타이드", "약물치료"),
            ("pasireotide", "파시레오타이드", "약물치료"),
            ("interferon-alpha", "인터페론 알파(α)", "약물치료"),
            ("everolimus", "에베로리무스", "약물치료"),
            ("sunitinib", "수니티닙", "약물치료"),
            ("radiation-therapy", "방사선치료", ""),
            ("clinical-trials", "최신 약물 임상시험", ""),
        ],
    },
}
MEDICINES = ["octreotide", "lanreotide", "pasireotide", "interferon-alpha", "everolimus", "sunitinib"]
LABELS = {  # the list of contents, what it is, what the hospital says, the others, all of them
    ("en", "tests"): ("On this page", "What this test is", "What the hospital says", "Other tests", "All tests"),
    ("en", "treatments"): (
        "On this page",
        "What this treatment is",
        "What the hospital says",
        "Other treatments",
        "All treatments",
    ),
    ("ko", "tests"): ("이 페이지의 차례", "어떤 검사인가요?", "병원에서 전하는 말", "다른 검사", "모든 검사"),
    ("ko", "treatments"): ("이 페이지의 차례", "어떤 치료인가요?", "병원에서 전하는 말", "다른 치료", "모든 치료"),
}


CONTACT = {"en": "Contact the hospital", "ko": "병원에 문의하기"}
HOSPITALS = {
    "en": {"kcch": "Korea Cancer Center Hospital", "smc": "Samsung Medical Center (SMC)"},
    "ko": {"kcch": "원자력병원", "smc": "삼성서울병원"},
}
NO_NUMBER = {
    "en": "We do not have a phone number for this hospital yet:",
    "ko": "이 병원의 전화번호는 아직 싣지 못했습니다:",
}
EMERGENCY = {"en": "Emergency 119", "ko": "응급 상황 119"}
APPOINTMENT = {
    "en": "Ask about an appointment A form for the hospital. Sending it does not book an appointment.",
    "ko": "진료 예약 문의하기 병원에 보내는 양식입니다. 보내신다고 예약이 확정되지는 않습니다.",
}
APPOINTMENTS = {"en": "Appointments", "ko": "진료 예약"}
FORMS = {
    "en": "You can ask for an interpreter in this form. Complaints Request consultation and mediation "
    "For a complaint or a dispute about your care: a form for the hospital.",
    "ko": "이 양식에서 통역을 요청하실 수 있습니다. 고충상담 상담·조정 신청하기 "
    "진료에 관한 불만이나 분쟁이 있을 때 병원에 보내는 양식입니다.",
}


def contacts(language, slug):
    """How to reach a hospital that has no telephone number, as every page of it says now."""
    number = f"{NO_NUMBER[language]} {HOSPITALS[language][slug]}"
    return f"{number} {EMERGENCY[language]} {APPOINTMENTS[language]} {APPOINTMENT[language]} {FORMS[language]}"


def contacts_on_every_page(language):
    """Pages that had a part of the contacts have them all; charters and privacy notices have them too."""
    for slug, name in HOSPITALS[language].items():
        known = f"{NO_NUMBER[language]} {name} {APPOINTMENT[language]}"
        yield Correction("text", known, contacts(language, slug), f"/{language}/")
    below = f"{CONTACT[language]} {contacts(language, 'smc')}"
    rights, mediation, foot = CHARTER[language]
    yield Correction("text", rights[0], f"{CONTACT[language]} ".join(rights[1:]), f"/{language}/patients-rights/")
    yield Correction("text", mediation[0], f"{below} ".join(mediation[1:]), f"/{language}/patients-rights/")
    for slug in HOSPITALS[language]:
        block = f"{CONTACT[language]} {contacts(language, slug)}"
        yield Correction("text", foot, f"{block} {foot}", f"/{language}/privacy/{slug}/")


CHARTER = {  # where contacts stand now: in the contents of a charter, above its source, above the foot of a page
    "en": (
        ("medical dispute Patients’ Rights 1", "medical dispute ", "Patients’ Rights 1"),
        ("mediation Hospital: Samsung", "mediation ", "Hospital: Samsung"),
        "Cancer Centers Guide The content comes",
    ),
    "ko": (
        ("수 있는 기관 환자의 권리 1", "수 있는 기관 ", "환자의 권리 1"),
        ("신청하기 병원: 삼성서울병원.", "신청하기 ", "병원: 삼성서울병원."),
        "암센터 안내 이 누리집의",
    ),
}


STATUTORY_RIGHTS = [
    Correction(
        "text", "page Centers Contact the", "page Centers Patients’ rights Contact the", on="/en/hospitals/kcch/"
    ),
    Correction("text", "차례 센터 병원에", "차례 센터 환자의 권리 병원에", on="/ko/hospitals/kcch/"),
    Correction(
        "text",
        "Our six commitments Contact",
        "Our six commitments Patients’ rights The charter of this hospital is not on this site. These rights and "
        "responsibilities are laid down in law and apply in every hospital in Korea (Enforcement Rule of the Medical "
        "Service Act, Annex 1). Patients’ rights Right to receive care item 1(a) Right to know and to decide for "
        "oneself item 1(b) Right to confidentiality item 1(c) Right to apply for consultation and mediation item "
        "1(d) Patients’ responsibilities Responsibility to trust and respect medical staff item 2(a) Responsibility "
        "not to receive care by dishonest means item 2(b) Request consultation and mediation Contact",
        on="/en/hospitals/kcch/",
    ),
    Correction(
        "text",
        "여섯 가지 약속 병원에",
        "여섯 가지 약속 환자의 권리 이 병원이 정한 ‘환자의 권리와 의무’는 이 누리집에 없습니다. 아래는 법령으로 정해져 "
        "우리나라의 모든 병원에 적용되는 권리와 의무입니다(의료법 시행규칙 별표 1). 환자의 권리 진료받을 권리 "
        "제1호가목 알권리 및 자기결정권 제1호나목 비밀을 보호받을 권리 제1호다목 상담·조정을 신청할 권리 제1호라목 "
        "환자의 의무 의료인에 대한 신뢰·존중 의무 제2호가목 부정한 방법으로 진료를 받지 않을 의무 제2호나목 "
        "상담·조정 신청하기 병원에",
        on="/ko/hospitals/kcch/",
    ),
]


def folded_consents(language):
    """Of a consent, what the law wants large comes first; what else it says is opened below it."""
    for kind, consents in load_source().items():
        for consent in consents.values():
            words = consent[language]
            rows = [*words.get("rows", []), *words.get("as_consent", [])]
            large = [number for number, row in enumerate(rows) if row.get("important")]
            if not large:
                continue
            before, after = rows[: large[0]], rows[large[-1] + 1 :]
            said = " ".join(f"{row['name']} {row['text']}" for row in before)
            first, last = rows[large[0]]["name"], rows[large[-1]]["text"].rpartition("}")[2]
            names = " · ".join(row["name"] for row in [*before, *after])
            on = f"/{language}/enquiries/{kind}/"
            lead = words["lead"].rpartition("}")[2].replace("**", "").split(". ")[-1]
            yield Correction("text", f"{lead} {said} {first}", f"{lead} {first}", on)
            end = f"{last} {after[0]['name']}"
            yield Correction("text", end, f"{last} {names} {said} {after[0]['name']}", on)


def pages_that_answer(language, kind):
    """What it is comes before the list of contents; of the others five are linked, and the list of all."""
    contents, what, hospital, other, all_of_them = LABELS[language, kind]
    on, procedures = f"/{language}/centers/uncommon-cancer-center/{kind}/", PROCEDURES[language][kind]
    yield Correction("text", f"{contents} {what} {hospital} {other} {what}", what, on)
    listed = f"{contents} {what} {hospital} {CONTACT[language]} {other}"
    for end in ("reviewed it yet.", "Next review: 9 March 2027.", "받지 않았습니다.", "예정일: 2027년 3월 9일."):
        yield Correction("text", f"{end} {hospital} ", f"{end} {listed} {hospital} ", on)
    reach = f"{CONTACT[language]} {contacts(language, 'smc')}"
    for slug, name, _label in procedures:
        others = [one for one in procedures if one[0] != slug]
        cards = " ".join(f"{called} {label}".strip() for _slug, called, label in others)
        links = " ".join(called for _slug, called, _label in others[:5])
        yield Correction("text", f"{other} {cards}", f"{reach} {other} {links} {all_of_them}", f"{on}{slug}/")
        yield from (Correction("links", f"{on}{one}/", "", f"{on}{slug}/") for one, _called, _label in others[5:])
        yield Correction("links", "", f"/{language}{CLINIC}#{kind}", f"{on}{slug}/")
        if slug in MEDICINES:  # machines are told the common name of a medicine
            both = f'"name": "{name}", "nonProprietaryName": "{name}", "url"'
            yield Correction("structured data", f'"name": "{name}", "url"', both, f"{on}{slug}/")


INDEXES = ["a-z/illnesses", "a-z/tests", "a-z/treatments"]
HEAD = {  # the menu of before and of now, the way to an appointment, the list of contents, all hospitals, rights
    "en": (
        "Centers Departments Patients’ rights About this site",
        "Menu Close Centers Departments Appointment Patients’ rights Contact Glossary About this site",
        "Ask about an appointment",
        "On this page",
        "All hospitals and centers",
        "Your rights as a patient",
    ),
    "ko": (
        "센터 진료과 환자의 권리 이 누리집 소개",
        "메뉴 닫기 센터 진료과 진료 예약 문의 환자의 권리 연락처 용어집 이 누리집 소개",
        "진료 예약 문의하기",
        "이 페이지의 차례",
        "모든 병원과 센터",
        "환자로서 누리는 권리",
    ),
}
LEAD = (
    "Find out which tests and treatments a center offers, which departments work together there, and what rights you "
)
SEARCH = {"en": "Search this site Search Search this site", "ko": "누리집 검색 검색 누리집 검색"}
HOME = {  # the first thing on the home page: before, now
    "en": (
        f"{LEAD}have as a patient. Centers, tests and treatments Departments Patients’ rights and responsibilities",
        "What are you looking for? Search "
        f"An illness A test A treatment An appointment Contact Patients’ rights {LEAD}have as a patient.",
    ),
    "ko": (
        "센터에서 어떤 검사와 치료를 하는지, 어떤 진료과가 함께하는지, 환자에게 어떤 권리가 있는지 알아볼 수 있습니다. "
        "센터, 검사, 치료 진료과 환자의 권리와 의무",
        "무엇을 찾으세요? 검색 "
        "질환 검사 치료 진료 예약 문의 연락처 환자의 권리 센터에서 어떤 검사와 치료를 하는지, 어떤 진료과가 "
        "함께하는지, 환자에게 어떤 권리가 있는지 알아볼 수 있습니다.",
    ),
}
CONTACTS = {  # what stood before the last words of the center that now stands after them; those words
    "en": (
        "Contact the hospital We do not have a phone number for this hospital yet: Korea Cancer Center Hospital Ask "
        "about an appointment A form for the hospital. Sending it does not book an appointment.",
        "The Esophageal Cancer Center at the Korea Cancer Center Hospital promises to bring back the smiles to the "
        "faces of patients by placing greater value on helping them enjoy normal life beyond survival. In the words of "
        "Korea Cancer Center Hospital",
    ),
    "ko": (
        "병원에 문의하기 이 병원의 전화번호는 아직 싣지 못했습니다: 원자력병원 진료 예약 문의하기 병원에 보내는 "
        "양식입니다. 보내신다고 예약이 확정되지는 않습니다.",
        "원자력병원 식도암센터는 생존을 넘어 환자가 평범한 일상을 누리도록 돕는 것을 더 큰 가치로 여기며, 환자의 "
        "얼굴에 다시 웃음을 찾아 드릴 것을 약속합니다. 원자력병원에서 전하는 말",
    ),
}


def tasks_first(language):
    """The way to an appointment is in the menu and on every page of a hospital; the home page begins with tasks."""
    before, now, ask, contents, everything, rights = HEAD[language]
    for other in ("", "Continue ", "계속 "):  # the button that the key Enter presses in a form
        now_with_search = f"{SEARCH[language]} {other}한국어 English {now}"
        yield Correction("text", f"{before} {other}한국어 English", now_with_search)
    yield from (
        Correction("text", contents, f"{ask} {contents}", f"/{language}/{on}/") for on in ("centers", "hospitals")
    )
    yield Correction("text", *HOME[language])
    yield Correction("text", rights, f"{everything} {rights}")
    block, closing = CONTACTS[language]
    yield Correction("text", f"{block} {closing}", f"{closing} {block}", "/esophageal-cancer-center/")
    yield from (Correction("ids", "", name) for name in ("menu", "find", "search"))
    yield Correction("links", f"/{language}/departments/", "", f"/{language}/")
    pages = ["enquiries/appointment", "contact", "search", *INDEXES]
    yield from (Correction("links", "", f"/{language}/{page}/", f"/{language}/") for page in pages)
    yield from (
        Correction("links", "", f"/{language}/enquiries/appointment/{slug}/", f"/{language}/{on}/")
        for slug in ("kcch", "smc")
        for on in ("centers", "hospitals")
    )


SHEETS = {  # what leads to the sheet; what it stands before; where a page is on the web; what that stands before;
    # what leads to it from the head of a page, and what that stands before; the same of one article
    "en": (
        "Take it to my appointment This page in all languages side by side, in large print, with room for your "
        "questions. Your family, your interpreter and your doctor can point at the same line. Open the sheet to print",
        "Hospital: Samsung Medical Center (SMC).",
        "This page on the web:",
        "Cancer Centers Guide The content comes from",
        ("Print it for my appointment", "On this page"),
        ("Link to this article:", "Print this article:"),
    ),
    "ko": (
        "진료 때 가져가기 이 내용을 모든 언어로 나란히, 큰 글씨로 보여 드립니다. 질문을 적을 자리도 있습니다. 가족, "
        "통역사, 의료진이 같은 줄을 짚어 가며 이야기할 수 있습니다. 인쇄용 안내지 열기",
        "병원: 삼성서울병원.",
        "누리집에서 이 내용 보기:",
        "암센터 안내 이 누리집의 내용은",
        ("인쇄해서 진료 때 가져가기", "이 페이지의 차례"),
        ("이 조항으로 가는 링크:", "이 조항 인쇄하기:"),
    ),
}
WITH_SHEET = ["/patients-rights/smc/", CLINIC] + [
    f"/centers/uncommon-cancer-center/{kind}/{slug}/"
    for kind, procedures in PROCEDURES["en"].items()
    for slug, _name, _label in procedures
]


def load_articles():
    content = read_yaml(settings.BASE_DIR / "patients_rights/first_content.yaml")
    return content["charters"][0]["articles"]


def sheets_to_take_along(language):
    """Pages lead to the sheet that is made of them, and carry on paper where they are on the web."""
    take, hospital, web, foot, (head, contents), (link, print_it) = SHEETS[language]
    for page in WITH_SHEET:
        address = f"/{language}{page}"
        on = f"/{language}/patients-rights/" if "rights" in page else address  # the list shows the only charter
        yield Correction("text", hospital, f"{take} {hospital}", on)
        yield Correction("text", foot, f"{web} http://testserver{address} {foot}", on)
        yield Correction("text", contents, f"{head} {contents}", on)
        yield Correction("links", "", f"{address}sheet/", on)
    on = f"/{language}/patients-rights/"
    for article in load_articles():
        title, anchor = article[f"title_{language}"], f"{article['kind']}-{article['number']}"
        yield Correction("text", f"{link} {title}", f"{link} {title} {print_it} {title}", on)
        yield Correction("links", "", f"{on}smc/sheet/?section={anchor}", on)


def sources_without_files():
    """Patients read where a text comes from, and not in which lines of which file."""
    written = "".join(Path(app, "first_content.yaml").read_text(encoding="utf-8") for app in SEEDED)
    for brackets in sorted(set(FILE_IN_BRACKETS.findall(" ".join(written.split())))):
        yield Correction("text", brackets, "")


CHANGED_SINCE = [  # what a page with several versions says now of its last one
    ("en", "On this site since: ", "Last changed: "),
    ("ko", "이 누리집에 실린 날: ", "마지막으로 바뀐 날: "),
]


CORRECTIONS: list[Correction] = [
    *sources_without_files(),
    *(
        Correction("text", before, now, f"/{language}/centers/uncommon-cancer-center/treatments/{slug}/")
        for language, before, now in CHANGED_SINCE
        for slug in ("octreotide", "radical-resection")
    ),
    *(
        Correction("links", f"/{language}/about/sources/#corrections", f"/{language}/about/corrections/")
        for language in HEAD
    ),
    # One term for one thing in the interface.
    Correction("text", "These words stand unchanged.", "These words are unchanged.", on="/about/sources/"),
    Correction("text", "지문(SHA-256)", "해시값(SHA-256)", on="/about/sources/"),
    Correction("text", "이 누리집에서 하였습니다.", "이 누리집에서 했습니다."),
    Correction(
        "text", "권리 장전에 나오는 기관입니다.", "환자의 권리와 의무에 나오는 기관입니다.", on="/patients-rights/"
    ),
    Correction("text", "Patients’ charter ", "", on="/patients-rights/"),
    Correction("text", "환자 권리 장전 ", "", on="/patients-rights/"),
    Correction("text", "약물 치료", "약물치료"),
    Correction("text", "“전하는 말”", "‘전하는 말’", on="/about/translations/"),
    Correction("text", "“이 누리집이 덧붙인 설명”", "‘이 누리집이 덧붙인 설명’", on="/about/translations/"),
    Correction(
        "text", "“이 글은 아직 번역되지 않았습니다”", "‘이 글은 아직 번역되지 않았습니다’", on="/about/translations/"
    ),
    Correction("text", "오후 12시~6시 언제나", "오후 12시~6시 언제든 괜찮음", on="/enquiries/"),
    # Sentences that a third language would make wrong.
    Correction("text", "in both languages.", "in every language of this site.", on="/about/accessibility/"),
    Correction("text", "페이지를 두 언어로 자동", "페이지를 이 누리집의 모든 언어로 자동", on="/about/accessibility/"),
    Correction("text", "The Korean words were", "Their translations were", on="/about/translations/"),
    Correction(
        "text", "한국어 글은 이 누리집에서 썼습니다.", "번역은 이 누리집에서 했습니다.", on="/about/translations/"
    ),
    Correction(
        "text", "When the two differ,", "When a translation and the original differ,", on="/about/translations/"
    ),
    Correction("text", "두 언어의 글이 서로", "번역과 원문이 서로", on="/about/translations/"),
    Correction("text", "the text in the other language", "the text in another language", on="/about/translations/"),
    Correction("text", "설명을 듣고 싶음", "자세한 설명", on="/enquiries/mediation/"),
    # The notice and the foot of pages: true for any number of hospitals, and said once.
    Correction(
        "text",
        "The content comes from the public pages of two hospitals. Neither hospital operates this site,",
        "The content comes from public pages of the hospitals named here. No hospital operates this site,",
    ),
    Correction(
        "text",
        "두 병원의 공개 페이지에서 가져온 것입니다. 두 병원 모두 이 누리집을 운영하지 않으며, 이 누리집은 의사의",
        "여기에 이름이 나오는 병원의 공개 페이지에서 가져온 것입니다. 병원에서 운영하는 누리집이 아니며, 의사의",
    ),
    Correction("text", "This information does not replace your doctor. Ask your doctor", "Ask your doctor"),
    Correction("text", "이 정보는 의사의 진료를 대신하지 않습니다. 자신의", "자신의"),
    # Sentences that were wrong, unclear or discouraging.
    Correction("text", "How to reach the hospital", "Contact the hospital"),
    Correction("text", "병원 연락처와 오시는 길", "병원에 문의하기"),
    Correction(
        "text",
        "This site does not have a telephone number of the hospital yet:",
        "We do not have a phone number for this hospital yet:",
    ),
    Correction(
        "text", "이 누리집에는 아직 이 병원의 전화번호가 없습니다:", "이 병원의 전화번호는 아직 싣지 못했습니다:"
    ),
    Correction(
        "text",
        "This charter belongs to one hospital: Samsung Medical Center (SMC). Other hospitals have their own.",
        "This is the charter of Samsung Medical Center (SMC). Articles laid down in law apply in every hospital in "
        "Korea.",
    ),
    Correction(
        "text",
        "이 권리와 의무는 삼성서울병원에서 정한 것입니다. 다른 병원에는 그 병원에서 정한 것이 따로 있습니다.",
        "삼성서울병원의 ‘환자의 권리와 의무’입니다. ‘법령으로 정한 조항’은 모든 병원에 적용됩니다.",
    ),
    Correction("text", "who works there, and", "which departments work together there, and"),
    Correction("text", "From tests to support", "What this clinic offers"),
    Correction("text", "검사부터 지원까지", "이 클리닉의 검사·치료·지원"),
    Correction(
        "text", "Departments Support Recent", "Departments Diet management, Stress management, Pain management Recent"
    ),
    Correction("text", "진료과 지원 임상", "진료과 식사 관리, 스트레스 관리, 통증 관리 임상"),
    Correction("text", "11 treatments", "5 methods of treatment, 6 medicines"),
    Correction("text", "치료 11가지", "치료 방법 5가지, 약 6가지"),
    Correction(
        "text", "The first key press offers a way straight to the content.", "Press Tab once to skip to the content."
    ),
    Correction(
        "text",
        "탭 키를 처음 누르면 본문으로 바로 가는 길이 나타납니다.",
        "탭 키를 한 번 누르면 본문으로 바로 갈 수 있습니다.",
    ),
    Correction("text", "dark colours", "dark colors"),
    Correction("text", "Number not yet verified", "We have not called this number yet"),
    Correction("text", "아직 확인하지 않은 번호", "아직 걸어 보지 않은 번호입니다"),
    Correction(
        "text",
        "The documents of both hospitals are in English.",
        "The documents that this site began with are in English.",
    ),
    Correction("text", "두 병원의 문서는 영어로", "이 누리집을 시작할 때 가져온 문서는 영어로"),
    Correction("text", "counts The English words are", "counts In these documents, the English words are"),
    Correction("text", "기준이 되는 글 영어 글은", "기준이 되는 글 이 문서들에서 영어 글은"),
    Correction(
        "text",
        "No clinician has reviewed them yet. When a",
        "No clinician has reviewed them yet. The foot of each page says in which language it was written, where this "
        "site knows it. When a",
    ),
    Correction(
        "text",
        "검토를 받지 않았습니다. 번역과",
        "검토를 받지 않았습니다. 어느 언어로 쓴 글인지 이 누리집에서 아는 경우에는 각 페이지의 아래쪽에 적어 "
        "두었습니다. 번역과",
    ),
    Correction("text", "가장 나쁜 식도암도", "가장 나쁜 암인 식도암도", on="/about/sources/"),
    Correction(
        "text",
        "each one says so. The titles",
        "each one says so. Corrections to this site’s own words, made after they were first written. The explanations "
        "of MRI, biopsy and interferon alpha now say all that matters for safety, medicines given by injection are "
        "shown as such, and some sentences are clearer. The titles",
        on="/about/sources/",
    ),
    Correction(
        "text",
        "그렇게 표시했습니다. 식도암센터의",
        "그렇게 표시했습니다. 이 누리집에서 쓴 글을 나중에 고친 것. 자기공명영상(MRI), 조직 검사, 인터페론 알파의 "
        "설명에 안전에 필요한 내용을 더했고, 주사로 맞는 약은 주사약으로 표시했으며, 몇몇 문장을 더 분명하게 썼습니다. "
        "식도암센터의",
        on="/about/sources/",
    ),
    # Forms for patients: what is asked for, and American spelling throughout.
    Correction("title", "Appointment enquiry", "Appointment inquiry"),
    Correction("description", "Appointment enquiry", "Appointment inquiry"),
    Correction("text", "Appointment enquiry", "Appointment inquiry", on="/enquiries/"),
    Correction("text", "our enquiry", "our inquiry", on="/enquiries/"),
    Correction("text", "agree a date", "agree on a date", on="/enquiries/"),
    *(
        Correction("text", f"Write to another hospital: {name}", f"Send this to {name} instead", on="/enquiries/")
        for name in ("Korea Cancer Center Hospital", "Samsung Medical Center (SMC)")
    ),
    Correction("text", "What would help you", "Help and preferred dates", on="/enquiries/"),
    Correction(
        "text",
        "This can reveal a disability. Tick only if you want to.",
        "Tick only what you want us to know. Asking for an interpreter is always fine.",
        on="/enquiries/",
    ),
    Correction(
        "text",
        "장애에 관한 내용은 민감정보입니다. 원하실 때만 표시해 주세요.",
        "알리고 싶은 것만 표시해 주세요. 통역은 언제든 요청하셔도 됩니다.",
        on="/enquiries/",
    ),
    Correction("text", "이 누리집에는 아직 병원 전화번호가 없습니다.", "이 병원의 전화번호는 아직 싣지 못했습니다."),
    Correction("text", "외국 이름은 로마자로 쓰셔도 됩니다.", "어떤 문자로 쓰셔도 됩니다.", on="/enquiries/"),
    # The words “already sent” come with the page of what was sent, no longer with the form.
    Correction("ids", "sent-before", "", on="/enquiries/"),
    *(
        Correction("links", link, "", on=f"/{language}/enquiries/{kind}/{hospital}/")
        for language in ("ko", "en")
        for kind in ("appointment", "mediation")
        for hospital in ("kcch", "smc")
        for link in (f"/{language}/", f"/{language}/enquiries/{kind}/{hospital}/")
    ),
    Correction("text", "If it never ends,", "If it is never closed,", on="/enquiries/"),
    Correction("text", "after your inquiry arrived or was taken up again.", "after it arrived or was reopened."),
    *(
        Correction(
            part,
            "Each hospital answers for the forms that patients send to it.",
            "Each hospital is responsible for the forms it receives.",
            on="/privacy/",
        )
        for part in ("description", "text")
    ),
    # Who says what stands beside each statement, no longer once above them.
    *attributed(
        "/en/centers/esophageal-cancer-center/",
        "In the words of Korea Cancer Center Hospital",
        above="The short headings",
        after=[
            "patients in Korea.",
            "and aggressive treatment.",
            "at the lowest prices.",
            "resume food intake.",
            "every single patient.",
            "discharge from the hospital.",
        ],
    ),
    *attributed(
        "/ko/centers/esophageal-cancer-center/",
        "원자력병원에서 전하는 말",
        above="짧은 제목은",
        after=[
            "진료하는 전문 의료기관입니다.",
            "입증한 의료기관입니다.",
            "낮은 가격으로 제공합니다.",
            "데에도 힘을 쏟습니다.",
            "가장 알맞은 의료서비스를 제공합니다.",
            "제공하기 위해 노력합니다.",
        ],
    ),
    *attributed(
        "/en/centers/uncommon-cancer-center/net-clinic/",
        "In the words of Samsung Medical Center (SMC)",
        above="NETs are very rare",
        after=[
            "and palliative care.",
            "and medical procedures.",
            "research is extensively conducted.",
            "best treatment for each patient.",
        ],
    ),
    *attributed(
        "/ko/centers/uncommon-cancer-center/net-clinic/",
        "삼성서울병원에서 전하는 말",
        above="신경내분비종양은 매우 드물고",
        after=[
            "삶을 누릴 수 있습니다.",
            "힘을 모으고 있습니다.",
            "연구가 이루어지고 있습니다.",
            "활발히 연구하고 있습니다.",
        ],
    ),
    # An error page names the number to call in an emergency.
    *(
        Correction(
            "text",
            f"home page {status}",
            f"home page {status} {KOREAN_CALL} {ENGLISH_CALL}",
        )
        for status in (404, 410)
    ),
    # It says everything first in the language of its address.
    *(
        correction
        for page, korean, english in ERRORS
        for correction in (
            Correction("title", f"– {korean[0]} – {english[0]}", f"– {english[0]} – {korean[0]}", f"/en/{page}/"),
            Correction(
                "text",
                f"{' '.join(korean)} {' '.join(english)}",
                f"{' '.join(english)} {' '.join(korean)}",
                f"/en/{page}/",
            ),
            Correction("text", f"{KOREAN_CALL} {ENGLISH_CALL}", f"{ENGLISH_CALL} {KOREAN_CALL}", f"/en/{page}/"),
        )
    ),
    *(Correction("links", "", "tel:119", on=f"/treatments/{page}/") for page in ("new-draft", "tace")),
    *(
        Correction("lang", "", words, on=f"/treatments/{page}/")
        for page in ("new-draft", "tace")
        for words in (f"ko {KOREAN_CALL}", f"en {ENGLISH_CALL}")
    ),
    # Only the canonical page names its alternates: the list of charters shows the only one there is.
    *(
        Correction("links", f"http://testserver{language}/patients-rights/smc/", "", on="/patients-rights/")
        for language in ("/en", "/ko", "")
    ),
    # The foot of every page leads to the glossary and to the index.
    Correction(
        "text",
        "responsibilities Where the content",
        "responsibilities Illnesses, tests and treatments from A to Z Glossary Where the content",
    ),
    Correction("text", "의무 내용의 출처", "의무 질환·검사·치료 찾아보기 용어집 내용의 출처"),
    *(
        Correction("links", "", f"/{language}/{page}/", on=f"/{language}/")
        for language in ("en", "ko")
        for page in ("glossary", "a-z")
    ),
    # The first thing to read is what a treatment or a test is; medicines stand under the therapies that use them.
    *(line for language in PROCEDURES for kind in PROCEDURES[language] for line in pages_that_answer(language, kind)),
    Correction("links", "", "tel:119"),
    Correction("links", "", "#contacts"),
    Correction("links", "", "#rights", on="/hospitals/kcch/"),
    *(
        Correction("links", "", f"/{language}/enquiries/{kind}/{slug}/", on=f"/{language}/")
        for language, hospitals in HOSPITALS.items()
        for slug in hospitals
        for kind in ("appointment", "mediation")
    ),
    *(Correction("ids", "", f"{anchor}{end}") for anchor in ("contacts", "rights") for end in ("", "-heading")),
    # K-medi has one number from abroad.
    Correction("links", "tel:+82-2-1670-2545", "tel:+82-2-6210-0080", on="/enquiries/mediation/"),
    Correction(
        "text",
        "Chemotherapy Octreotide Medicine",
        "Chemotherapy 6 medicines used in these treatments Octreotide Medicine",
        on=f"/en{CLINIC}",
    ),
    Correction(
        "text",
        "항암화학요법 옥트레오타이드 약물치료",
        "항암화학요법 이 치료에 쓰는 약 6가지 옥트레오타이드 약물치료",
        on=f"/ko{CLINIC}",
    ),
    # The head of every page, the home page and the way to an appointment.
    *(line for language in HEAD for line in tasks_first(language)),
    # Every page of a hospital says how to reach it; where nothing else does, the rights that the law lays down.
    *(line for language in CONTACT for line in contacts_on_every_page(language)),
    *STATUTORY_RIGHTS,
    *(line for language in SHEETS for line in sheets_to_take_along(language)),
    *(line for language in CONTACT for line in folded_consents(language)),
    Correction(
        "text", "Preferred date, first", "Preferred dates, and anything else Preferred date, first", on="/enquiries/"
    ),
    *(
        Correction("text", before, f"{heading} {before}", on="/enquiries/mediation/")
        for before, heading in [
            ("Have you already gone to", "An interpreter or other help, and agencies outside the hospital"),
            ("외부 기관에 이미 신청하셨나요?", "통역 등 필요한 도움, 병원 밖의 기관"),
        ]
    ),
    # A tile of a clinic leads to its areas of treatment too.
    *(
        Correction("text", f"{clinic} {tests}", f"{clinic} {areas} {tests}")
        for clinic, areas, tests in [
            ("(NET) Clinic", "Major areas of treatment / Clinics", "Diagnostic tests Latest"),
            ("(NET) 클리닉", "주요 진료 분야 / 클리닉", "진단 검사 최신"),
        ]
    ),
    *(Correction("links", "", f"/{language}{CLINIC}#areas", on=f"/{language}/") for language in HEAD),
    Correction("text", "글로 된 안내 첫 번째", "글로 된 안내 희망 날짜와 전하실 말씀 첫 번째", on="/enquiries/"),
    *(
        Correction(
            "text",
            f"{k_medi}: 1670-2545 · {abroad} +82-2-1670-2545 {kca}: 1372",
            f"{kca}: 1372 {k_medi}: 1670-2545 · {abroad} +82-2-6210-0080",
            on="/kcch/",
        )
        for k_medi, abroad, kca in [
            (
                "Korea Medical Dispute Mediation and Arbitration Agency (K-medi)",
                "From abroad:",
                "Korea Consumer Agency (KCA)",
            ),
            ("한국의료분쟁조정중재원", "해외에서 걸 때:", "한국소비자원"),
        ]
    ),
    # Read once more with a fresh eye.
    Correction(
        "description",
        "with which standards it is measured",
        "which standards it aims to meet",
        on="/en/about/accessibility/",
    ),
    Correction("text", "is tested by machine in", "is tested automatically in", on="/en/about/accessibility/"),
    Correction("text", "no line runs out of the screen", "no line runs off the screen", on="/en/about/accessibility/"),
    Correction(
        "text",
        "The language switch stands at the top of every page. It leads to the same place of the same page.",
        "The language switch is at the top of every page. It takes you to the same place on the same page.",
        on="/en/about/translations/",
    ),
    *(
        Correction("description", before, now, on=f"/{language}{CLINIC}")
        for language, before, now in [
            (
                "en",
                "Neuroendocrine Tumor (NET) Clinic (Uncommon Cancer Center, Samsung Medical Center (SMC))",
                "Neuroendocrine Tumor (NET) Clinic, Uncommon Cancer Center, Samsung Medical Center (SMC)",
            ),
            (
                "ko",
                "신경내분비종양(NET) 클리닉(희귀암센터, 삼성서울병원)",
                "삼성서울병원 희귀암센터 신경내분비종양(NET) 클리닉",
            ),
        ]
    ),
    Correction("text", "As written on ID. Use any alphabet.", "As on the patient’s ID. Any alphabet is fine."),
    Correction(
        "text",
        "No other people’s names, ID or account numbers.",
        "Leave out other people’s names, ID numbers and account numbers.",
    ),
    Correction("text", "the same form is never taken twice", "the same form is never accepted twice"),
]

# Pages that were written anew: where the content comes from, and the rights at every hospital. Other tests read them.
REWRITTEN = {f"/{language}/{page}/" for language in HEAD for page in ("about/sources", "patients-rights")}

# Addresses that answer now and did not before, or that no page led to.
NEW_PAGES = {
    *(f"/{language}/search/" for language in HEAD),
    *(f"/{language}/about/corrections/" for language in HEAD),
    *(f"/{language}/{page}/" for language in HEAD for page in INDEXES),
    *(f"/{language}{page}sheet/" for language in SHEETS for page in WITH_SHEET),
    "/en/contact/",
    "/ko/contact/",
    "/en/glossary/",
    "/ko/glossary/",
    "/en/a-z/",
    "/ko/a-z/",
}

# Models that have moved or were renamed, by label. Their rows, permissions and addresses in the admin are looked for
# under the new name.
MODELS: dict[str, str] = {
    "publishing.auditentry": "staff.auditentry",
    "publishing.stafflimit": "staff.staffscope",
    "enquiries.controller": "enquiries.datacontroller",
    "enquiries.tally": "enquiries.monthlycount",
}

# Names of addresses that have changed besides: `{"admin:centers_clinic_return": "admin:centers_clinic_send_back"}`.
ADDRESSES: dict[str, str] = {}

# Permissions that every upgraded role, or one of them, has gained or lost on purpose: `{"Auditor": {"view_review"}}`.
MODELS_GAINED = ["condition", "contactpage", "helpline", "term"]
GAINED: dict[str, set[str]] = {
    "Editor": {f"{verb}_{model}" for verb in ("add", "change", "delete", "view") for model in MODELS_GAINED},
    **{
        f"Translator ({code})": {f"{verb}_{model}" for verb in ("change", "view") for model in MODELS_GAINED}
        for code in ("en", "ko")
    },
    **{role: {f"view_{model}" for model in MODELS_GAINED} for role in ("Clinical reviewer", "Publisher", "Auditor")},
}
LOST: dict[str, set[str]] = {}


def name_now(name):
    """The present form of a name that contains a model's, such as `view_auditentry` or `publishing_auditentry_add`."""
    for old, new in MODELS.items():
        (app, model), (app_now, model_now) = old.split("."), new.split(".")
        name = name.replace(f"{app}_{model}_", f"{app_now}_{model_now}_")
        if name.endswith(f"_{model}"):
            name = f"{name.removesuffix(model)}{model_now}"
    return name
