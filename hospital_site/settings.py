"""Every setting of the site. What differs between machines comes from the environment through `env`."""

import os
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from hospital_site import env

BASE_DIR = Path(__file__).resolve().parent.parent
os.umask(0o077)  # whatever this process writes is for its own account only
VAR_DIR = env.private_folder(BASE_DIR / env.text("VAR_DIR", "var"))

# ── What kind of start this is ────────────────────────────────────────────────────────────────────────────────────────

MODE = env.choice("MODE", ["production", "demonstration", "test"], default="production")
PRODUCTION = MODE == "production"
DEMONSTRATION = MODE == "demonstration"
DEBUG = env.flag("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG is “true” in production, which would show patients error traces. Remove it.")

SECRET_KEY = env.text("SECRET_KEY") if PRODUCTION else env.kept_secret(VAR_DIR / "secret-key")
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS", default=None if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"])
HTTPS = env.flag("HTTPS", default=PRODUCTION)

# ── Languages ─────────────────────────────────────────────────────────────────────────────────────────────────────────

LANGUAGES = [("ko", "한국어"), ("en", "English")]
LANGUAGE_CODE = "ko"
SOURCE_LANGUAGE = "en"
# Those that patients read; another one is being prepared, and only staff see its pages.
OPEN_LANGUAGES = env.languages("OPEN_LANGUAGES", LANGUAGES, always=LANGUAGE_CODE, default=["ko", "en"])
FALLBACK_LANGUAGES = {"default": ["en", "ko"]}  # what readers of a language get where a text is missing, the best first
REQUIRED_LANGUAGES = {"names": ["ko", "en"], "texts": ["ko"]}  # without which no page is published
# In which a new receiving hospital answers until its record says otherwise; another one is asked for in words.
CONTACT_LANGUAGES = [(code, name) for code, name in LANGUAGES if code in ("ko", "en")]
FORMAT_MODULE_PATH = ["hospital_site.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
TERM_BASES = [BASE_DIR / "hospital_site/glossary/first_content.yaml"]  # whose forbidden forms no translation has
MODELTRANSLATION_ENABLE_FALLBACKS = False
TIME_ZONE = "Asia/Seoul"
USE_TZ = True
HOME_REGION = "KR"  # whose public holidays count, and where a telephone number without a country is

# ── Who speaks ────────────────────────────────────────────────────────────────────────────────────────────────────────

SITE_NAME = env.text_by_language("SITE_NAME", LANGUAGES, _("Cancer Centers Guide"))
SITE_OPERATOR = env.text_by_language("SITE_OPERATOR", LANGUAGES, None if PRODUCTION else "")
SITE_NOTICE = env.text_by_language(
    "SITE_NOTICE",
    LANGUAGES,
    _(
        "The content comes from public pages of the hospitals named here. No hospital operates this site, "
        "and the site does not replace the advice of a doctor."
    ),
)
SITE_CONTACT = env.text_by_language("SITE_CONTACT", LANGUAGES, "")

# ── Applications ──────────────────────────────────────────────────────────────────────────────────────────────────────

INSTALLED_APPS = [
    "modeltranslation",
    "hospital_site.staff",
    "hospital_site.publishing",
    "hospital_site.translations",
    "hospital_site.glossary",
    "hospital_site.search",
    "centers",
    "patients_rights",
    "hospital_site.enquiries",
    "hospital_site.page_store",
    "hospital_site",
    "hospital_site.publishing.apps.EditorialAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "allauth.account",
    "allauth.mfa",
]
FORM_RENDERER = "hospital_site.form_renderer.FormRenderer"
CRISPY_TEMPLATE_PACK, CRISPY_ALLOWED_TEMPLATE_PACKS = "fields", ["fields"]

MIDDLEWARE = [
    "hospital_site.logs.number_requests",
    "hospital_site.metrics.note_routes",
    "hospital_site.upkeep.answer_probes",
    "django.middleware.security.SecurityMiddleware",
    "hospital_site.middleware.same_origin_resources",
    "hospital_site.middleware.friendly_refusals",
    "hospital_site.middleware.refuse_impossible_values",
    "hospital_site.static_files.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "hospital_site.middleware.spare_threads",
    "hospital_site.staff.middleware.StaffSessionMiddleware",
    "hospital_site.language_middleware.OpenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hospital_site.language_middleware.hide_languages_in_preparation",
    "hospital_site.middleware.refuse_large_bodies",
    "django.contrib.messages.middleware.MessageMiddleware",
    "hospital_site.staff.middleware.KeepFormsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "hospital_site.urls"
WSGI_APPLICATION = "hospital_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hospital_site.home.site",
            ],
        },
    },
]

# ── Data ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

DATABASES = {
    "default": env.database(
        "DATABASE_URL",
        f"sqlite:///{VAR_DIR / 'site.sqlite3'}",
        # A connection to PostgreSQL ends with its request: a thread of the server that ends would leave a kept one open
        # for minutes. SQLite has no limit, and reads all table definitions anew with each connection.
        conn_max_age=0,
        # Through PgBouncer in transaction mode nothing lives longer than a transaction.
        disable_server_side_cursors=True,
    )
}
DATABASE_TIMEOUT = env.positive("DATABASE_TIMEOUT", 10)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# How many machines serve the site. Where the database is another machine, there may be more than this one.
MACHINES = env.positive("MACHINES", 1) if env.written("MACHINES") else None

# Counters and limits, seen by all workers of one machine; with CACHE_URL, of all machines.
CACHE_URL = env.cache_address("CACHE_URL")
CACHES = {
    "default": {
        "BACKEND": "hospital_site.staff.shared_counters.Counters",
        "LOCATION": VAR_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000, "SHARED": CACHE_URL},
    }
}

# Published pages as all workers of this machine share them; whether they are made before anybody asks for them.
PAGES_DIR = VAR_DIR / "pages"
PAGES_MIB = env.positive("PAGES_MIB", 512)
PAGES_FILL = env.flag("PAGES_FILL", default=MODE != "test" and not DEBUG)

# Whom to tell which pages have changed: an address with {url} or {path} in it, and a header such as “Fastly-Key: …”.
PURGE_URL = env.purge_address("PURGE_URL")
PURGE_METHOD = env.choice("PURGE_METHOD", ["POST", "PURGE", "GET", "DELETE"], default="POST")
PURGE_HEADER = env.text("PURGE_HEADER", "")

# ── Enquiries of patients ─────────────────────────────────────────────────────────────────────────────────────────────

# The first key seals; the others only open what was sealed before (`rotate_enquiry_keys`). Keep them off the database.
ENQUIRY_KEYS = env.listing("ENQUIRY_KEYS", default=None if PRODUCTION else [env.kept_secret(VAR_DIR / "enquiry-key")])
if min(map(len, ENQUIRY_KEYS)) < 40:
    raise ImproperlyConfigured(
        "A key in ENQUIRY_KEYS is shorter than 40 characters. Make each at random, as SECRET_KEY."
    )
# Of which keys somebody has a copy elsewhere, by the first 12 digits of `sha256sum`, computed from the copy.
ENQUIRY_KEYS_COPIED = env.listing("ENQUIRY_KEYS_COPIED", default=[])
SECURED_FIELDS_KEY = [urlsafe_b64encode(sha256(key.encode()).digest()).decode() for key in ENQUIRY_KEYS]
ACCESS_LOG_YEARS = env.number("ACCESS_LOG_YEARS", 2)

# ── Backups ───────────────────────────────────────────────────────────────────────────────────────────────────────────

BACKUP_FOLDER = BASE_DIR / env.text("BACKUP_FOLDER", str(VAR_DIR / "backups"))
# Who can open a backup. The secret halves of these keys never come to this machine, except to restore.
BACKUP_RECIPIENTS = env.recipients("BACKUP_RECIPIENTS")
BACKUP_LOCK_TIMEOUT = env.number("BACKUP_LOCK_TIMEOUT", 20)  # seconds to wait for a database that others keep locked
BACKUP_DAYS = env.number("BACKUP_DAYS", 30)
if not 1 <= BACKUP_DAYS <= 30:
    raise ImproperlyConfigured(
        f"BACKUP_DAYS is “{BACKUP_DAYS}”; write a number from 1 to 30. What patients were promised to be destroyed "
        "may survive in copies for 30 days at most."
    )

# ── Mail to staff ─────────────────────────────────────────────────────────────────────────────────────────────────────

EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if PRODUCTION else 'console'}.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD", "")
EMAIL_USE_SSL = env.flag("EMAIL_SSL", default=False)  # TLS from the first byte, usually on port 465
EMAIL_USE_TLS = env.flag("EMAIL_TLS", default=False)  # TLS that begins with STARTTLS
if EMAIL_USE_SSL and EMAIL_USE_TLS:
    raise ImproperlyConfigured("EMAIL_SSL and EMAIL_TLS are both “true”; a mail server speaks one of the two.")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.sender("EMAIL_FROM", None if PRODUCTION else "enquiries@localhost")
SITE_ADDRESS = env.site_address("SITE_ADDRESS", None if PRODUCTION else f"http://127.0.0.1:{env.number('PORT', 8000)}")

# ── Static files ──────────────────────────────────────────────────────────────────────────────────────────────────────

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "hospital_site.static_files.HashedStaticFiles"
        if PRODUCTION or (DEMONSTRATION and not DEBUG)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# ── Staff ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

AUTHENTICATION_BACKENDS = ["hospital_site.staff.accounts.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
FOUR_EYES = env.flag("FOUR_EYES", default=True)

# Without a second factor nobody reaches the desk. Where this is off, whoever has set one up is still asked for it.
SECOND_FACTOR = env.flag("SECOND_FACTOR", default=PRODUCTION)

# How long staff stay signed in: after their last request, and in all. Whoever reads enquiries has the short limit.
STAFF_IDLE_MINUTES = env.positive("STAFF_IDLE_MINUTES", 8 * 60)
ENQUIRY_IDLE_MINUTES = env.positive("ENQUIRY_IDLE_MINUTES", 15)
STAFF_SESSION_HOURS = env.positive("STAFF_SESSION_HOURS", 12)
SESSION_ENGINE = "hospital_site.staff.sessions"
SESSION_COOKIE_AGE = STAFF_SESSION_HOURS * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# A charter with 100 articles or a hospital with 140 departments, in all languages: fields and bytes of its form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000

# The app “allauth” itself stays out: its templates and sentences are all replaced by ours.
ACCOUNT_ADAPTER = "hospital_site.staff.accounts.StaffAccounts"
ACCOUNT_FORMS = {
    "login": "hospital_site.staff.forms.SignInForm",
    "reauthenticate": "hospital_site.staff.forms.ConfirmPasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = False
# “login_failed” counts codes; forms and passwords are counted by `staff.sign_in_limits`.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "20/m/ip,5/5m/key,20/h/key"}
MFA_ADAPTER = "hospital_site.staff.accounts.SecondFactors"
MFA_FORMS = {
    "authenticate": "hospital_site.staff.forms.CodeForm",
    "reauthenticate": "hospital_site.staff.forms.ConfirmCodeForm",
    "activate_totp": "hospital_site.staff.forms.AppForm",
    "authenticate_webauthn": "hospital_site.staff.forms.PasskeyForm",
    "reauthenticate_webauthn": "hospital_site.staff.forms.ConfirmPasskeyForm",
    "add_webauthn": "hospital_site.staff.forms.NewPasskeyForm",
    "edit_webauthn": "hospital_site.staff.forms.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # half minutes that a telephone's clock may be wrong, or its owner slow

# ── Safety of requests and answers ────────────────────────────────────────────────────────────────────────────────────

OWN = ["script-src", "style-src", "font-src", "connect-src", "manifest-src", "form-action"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        **{name: [SELF] for name in OWN},
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY = {name: [] for name in ["camera", "display-capture", "geolocation", "microphone", "payment", "usb"]}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000 if HTTPS else 0)
# Both bind hosts beside this one and can hardly be taken back, so whoever owns the domain decides.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "hospital_site.errors.csrf_failure"

# What a proxy says of its client is believed of these peers only; of how many proxies one stands behind the other.
CLIENT_ADDRESS_HEADER = env.header("CLIENT_ADDRESS_HEADER")
PROXY_HTTPS_HEADER = env.header("PROXY_HTTPS_HEADER")
SECURE_PROXY_SSL_HEADER = None
if PROXY_HTTPS_HEADER:
    SECURE_PROXY_SSL_HEADER = (f"HTTP_{PROXY_HTTPS_HEADER.upper().replace('-', '_')}", "https")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES", also=["unix"])
PROXY_HOPS = env.positive("PROXY_HOPS", 1)

# ── Log ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"repeats": {"()": "hospital_site.logs.Repeats"}},
    "formatters": {"json": {"()": "hospital_site.logs.JsonLines"}, "plain": {}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["repeats"],
            "formatter": "json" if PRODUCTION else "plain",
        }
    },
    "loggers": {
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
# Where errors are reported, besides the log: types, places and routes only. Who runs that place is a contractor.
SENTRY_DSN = env.report_address("SENTRY_DSN")
