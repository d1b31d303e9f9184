"""Who uses an installation that is tried: a patient who sends a form, and an editor who signs in and saves drafts."""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections import Counter
from html.parser import HTMLParser

ANSWERS = {
    "visit_type": "first",
    "is_patient": "self",
    "patient_name": "홍길동",
    "under_14": "no",
    "contact_by": "phone",
    "preferred_language": "ko",
    "agree_personal": "on",
    "agree_sensitive": "on",
    "message": "kanarie",
}
OPEN_FORMS = """
from centers.models import Hospital
from hospital_site.enquiries.models import DataController
from hospital_site.enquiries.notices import issue_privacy_notice
for hospital in Hospital.objects.all():
    opened = {"receives_appointments": True, "appointment_mail": "desk@example.org"}
    issue_privacy_notice(DataController.objects.get_or_create(hospital=hospital, defaults=opened)[0], by="deploy")
"""
EDITOR = """
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import get_user_model
person = get_user_model().objects.create_superuser("editor", password="{word}")
TOTP.activate(person, "{secret}")
"""
PHRASE = "only for a site that is tried"
SECRET = base64.b32encode(b"a key of a phone ...").decode()
REFUSED = {500, 502, 503, 504}


class Patients:
    """They send one form after the other, each from an address of its own. What they were told is counted here."""

    def __init__(self, site):
        self.site = site
        receivers = "SELECT slug FROM centers_hospital h JOIN enquiries_controller d ON d.hospital_id = h.id LIMIT 1"
        self.path = f"/ko/enquiries/appointment/{site.sql(receivers)}/"
        self.received = 0
        self.refused = Counter()  # by whether the form came back with its words
        self.before = self.stored()
        self.sent = 0

    def stored(self):
        return int(self.site.sql("SELECT count(*) FROM enquiries_enquiry"))

    def lost(self):
        """How many were told that their form was received, and it is not there."""
        return max(0, self.received - (self.stored() - self.before))

    def send(self):
        """The whole way of one patient. → the status that ended it"""
        number = self.sent = self.sent + 1
        source = f"127.0.{number // 200 + 1}.{number % 200 + 1}"
        status, cookies, page = self.site.open(self.path, source=source)
        if status != 200:
            return status
        held = fields(page, "enquiry") | ANSWERS | {"step": "check", "phone": f"010-{number % 9000 + 1000}-{4321}"}
        held["center"] = re.findall(r'name="center"\s[^>]*?value="([^"]+)"', page)[0]
        time.sleep(3.2)  # whoever is quicker is no person
        status, cookies, page = self.site.open(self.path, held, cookies, source=source)
        if status == 200 and "agree_personal" in page:
            status, cookies, page = self.site.open(
                self.path, fields(page, "enquiry") | {"step": "send"}, cookies, source=source
            )
        if status in REFUSED:
            self.refused["kanarie" in page] += 1
        self.received += status == 302
        return status


class Editor:
    """Signs in with a code, and saves a draft of a treatment again and again."""

    def __init__(self, site):
        self.site = site
        site.shell(EDITOR.format(secret=SECRET, word=PHRASE))
        number = site.sql("SELECT min(id) FROM centers_treatment")
        self.path = f"/ko/admin/centers/treatment/{number}/change/"
        self.cookies = ""
        self.saved = self.last = 0
        self.refused = Counter()

    def sign_in(self):
        """→ is the editor inside?"""
        path, cookies = "/ko/admin/login/", ""
        words = {"username": "editor", "password": PHRASE}
        _status, cookies, page = self.site.open(path)
        _status, cookies, page = self.site.open(path, token(page) | words, cookies)
        _status, cookies, page = self.site.open(f"{path}code/", None, cookies)
        _status, cookies, page = self.site.open(f"{path}code/", token(page) | {"code": code()}, cookies)
        is_inside = self.site.open("/ko/admin/", None, cookies)[0] == 200
        self.cookies = cookies if is_inside else self.cookies
        return is_inside

    def front(self):
        return self.site.open("/ko/admin/", None, self.cookies)[0]

    def save(self):
        """Open the form and save it with another name. → the status that ended it"""
        number = self.last = self.last + 1
        status, cookies, page = self.site.open(self.path, None, self.cookies)
        if status != 200:
            return status
        held = fields(page, "treatment_form") | {"name_en": f"Kanarie {number}"}
        status, cookies, page = self.site.open(self.path, held, cookies)
        if status in REFUSED:
            self.refused["Kanarie" in page] += 1
        if status == 302:
            self.saved = number
        return status

    def lost(self):
        """Is the last draft that was told to be saved not there?"""
        name = self.site.sql("SELECT name_en FROM centers_treatment ORDER BY id LIMIT 1")
        return int(self.saved > 0 and int(name.rpartition(" ")[2]) < self.saved)


def code():
    """What the app of a telephone shows now."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(SECRET), counter, hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def token(page):
    return {"csrfmiddlewaretoken": re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]}


class Fields(HTMLParser):
    """The fields of one form as a browser sends them: `held`."""

    def __init__(self, form):
        super().__init__()
        self.form = form
        self.held = {}
        self.is_inside = False
        self.text_of = self.select = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name")
        if tag == "form":
            self.is_inside = given.get("id") == self.form
        if not self.is_inside or "disabled" in given:
            return
        if tag == "textarea":
            self.text_of = name
            self.held[name] = ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and (self.select not in self.held or "selected" in given):
            self.held[self.select] = given.get("value", "")
        elif tag == "input" and name and is_sent(given):
            self.held[name] = given.get("value", "on" if given.get("type") == "checkbox" else "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.is_inside = False
        elif tag == "textarea":
            self.text_of = None

    def handle_data(self, data):
        if self.text_of:
            self.held[self.text_of] += data if self.held[self.text_of] else data.removeprefix("\n")


def is_sent(field):
    kind = field.get("type")
    return kind not in ("submit", "button", "file") and (kind not in ("checkbox", "radio") or "checked" in field)


def fields(page, form):
    """What the fields of a form hold: `{name: value}`."""
    reader = Fields(form)
    reader.feed(page)
    return reader.held
