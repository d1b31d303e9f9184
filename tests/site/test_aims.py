"""What people come for, in taps on visible links from the home page, without the search."""

from urllib.parse import urljoin, urlsplit

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]  # of which all tests share the pages

NET = {"en": ["An illness", "Neuroendocrine tumors"], "ko": ["질환", "신경내분비종양"]}
HOSPITALS = {
    "kcch": {"en": ["Contact", "Korea Cancer Center Hospital"], "ko": ["연락처", "원자력병원"]},
    "smc": {"en": ["Contact", "Samsung Medical Center (SMC)"], "ko": ["연락처", "삼성서울병원"]},
}
RIGHT_4 = {"en": ["4 Right to request consultation and mediation"], "ko": ["4 상담·조정을 신청할 권리"]}
AIMS = {  # by what a person wants, in each language: the links to tap, and what is read then
    "what a NET is": {"en": (NET["en"], "called a neuroendocrine tumor (NET)"), "ko": (NET["ko"], "(NET)이라고")},
    "whether it is cancer": {"en": (NET["en"], "Is a NET cancer? Yes"), "ko": (NET["ko"], "암입니까? 네")},
    "the older name": {"en": (NET["en"], "carcinoid"), "ko": (NET["ko"], "유암종")},
    "how to prepare for 5-HIAA": {
        "en": (["A test", "Urine 5-HIAA test", "How to prepare"], "avocados"),
        "ko": (["검사", "소변 5-HIAA 검사", "검사 전 준비"], "아보카도"),
    },
    "the side effects of lanreotide": {
        "en": (["A treatment", "Lanreotide", "Side effects and risks"], "gallstones"),
        "ko": (["치료", "란레오타이드", "부작용과 위험"], "담석"),
    },
    "the telephone of KCCH": {code: (HOSPITALS["kcch"][code], "02-970-2114") for code in ("en", "ko")},
    "the telephone of SMC": {code: (HOSPITALS["smc"][code], "1599-3114") for code in ("en", "ko")},
    "the way to KCCH": {"en": (HOSPITALS["kcch"]["en"], "Nowon-ro"), "ko": (HOSPITALS["kcch"]["ko"], "노원로")},
    "the way to SMC": {"en": (HOSPITALS["smc"]["en"], "Irwon Station"), "ko": (HOSPITALS["smc"]["ko"], "일원역")},
    "an appointment": {
        "en": (["An appointment"], "Appointment inquiry"),
        "ko": (["진료 예약 문의"], "외래 진료 예약 문의"),
    },
    "to complain at KCCH": {
        "en": ([*HOSPITALS["kcch"]["en"], "Request consultation and mediation"], "consultation and mediation"),
        "ko": ([*HOSPITALS["kcch"]["ko"], "상담·조정 신청하기"], "상담·조정"),
    },
    "to share right 4": {
        "en": ([*RIGHT_4["en"], "Link to this article"], "Patients may request"),
        "ko": ([*RIGHT_4["ko"], "이 조항으로 가는 링크"], "의료 분쟁"),
    },
    "to print right 4": {
        "en": ([*RIGHT_4["en"], "Print this article"], "Right to request consultation and mediation"),
        "ko": ([*RIGHT_4["ko"], "이 조항 인쇄하기"], "상담·조정을 신청할 권리"),
    },
}


@pytest.mark.parametrize(
    ("language", "taps", "found"),
    [pytest.param(code, *way, id=f"{aim} {code}") for aim, ways in AIMS.items() for code, way in ways.items()],
)
def test_what_people_come_for_is_three_taps_away(first_site, language, taps, found):
    address = f"/{language}/"
    for tap in taps:
        address = urljoin(address, link_on(first_site, address, tap))

    assert len(taps) <= 3
    assert found in words_at(first_site, address)


def link_on(site, address, text):
    """Where the first link leads whose text begins so: of the part that the address names, else of the page."""
    for links in (f"#{urlsplit(address).fragment or 'main'} a", "main a"):
        for link in page_at(site, address).all(links):
            if " ".join(link.to_text().split()).startswith(text):
                return link.attrs["href"]
    raise AssertionError(f"There is no link “{text}” on {address}.")


def words_at(site, address):
    fragment = urlsplit(address).fragment
    return page_at(site, address).texts(f"#{fragment}" if fragment else "main")[0]


def page_at(site, address):
    return (site.listed | site.linked)[urlsplit(address).path]
