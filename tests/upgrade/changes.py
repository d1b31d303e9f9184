"""What has changed on purpose since the dump was made. Whoever changes it adds a line here, and says why."""

from typing import NamedTuple


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


CORRECTIONS: list[Correction] = [
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
    Correction("text", "설명을 듣고 싶음", "자세한 설명", on="/enquiries/mediation/"),
]

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
GAINED: dict[str, set[str]] = {}
LOST: dict[str, set[str]] = {}


def name_now(name):
    """The present form of a name that contains a model's, such as `view_auditentry` or `publishing_auditentry_add`."""
    for old, new in MODELS.items():
        (app, model), (app_now, model_now) = old.split("."), new.split(".")
        name = name.replace(f"{app}_{model}_", f"{app_now}_{model_now}_")
        if name.endswith(f"_{model}"):
            name = f"{name.removesuffix(model)}{model_now}"
    return name
