"""Promises about the repository: what never enters it, and which module may know which."""

import ast
import re
import subprocess
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.txt", "requirements-dev.txt"]


def tracked(*patterns):
    """The files of the repository that match, those that are about to be added too."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return [path for name in sorted(set(names)) if name and (path := ROOT / name).is_file()]


def site_modules():
    """The Python files of the site itself: no tests, no migrations."""
    paths = tracked("manage.py", "hospital_site/**.py", "centers/**.py", "patients_rights/**.py")
    return [path for path in paths if "migrations" not in path.parts]


def name_of(path):
    return str(path.relative_to(ROOT))


# ── The locks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def pins(lock):
    """`{"django": "5.2.19", …}`, and every line that is neither a pin nor a hash."""
    pinned, others = {}, []
    for line in (ROOT / lock).read_text().splitlines():
        if pin := re.fullmatch(r"([a-z0-9-]+)==([\w.!+]+)(?: ; [^:/]+)? \\", line):
            pinned[pin[1]] = pin[2]
        elif not re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}(?: \\)?", line):
            others.append(line)
    return pinned, others


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_names_versions_and_hashes_and_nothing_else(lock):
    pinned, others = pins(lock)

    assert others == []
    assert pinned


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_hashes(lock):
    blocks = re.split(r"^(?=\S)", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]

    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_the_developers_lock_holds_the_same_versions_as_the_sites():
    site, developers = pins("requirements.txt")[0], pins("requirements-dev.txt")[0]

    assert {name: developers.get(name) for name in site} == site


def test_everything_asked_for_is_locked():
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())
    requirements = {
        "requirements.txt": asked["project"]["dependencies"],
        "requirements-dev.txt": asked["dependency-groups"]["dev"],
    }

    missing = [
        requirement
        for lock, wanted in requirements.items()
        for requirement in wanted
        if re.match(r"[\w-]+", requirement)[0].lower() not in pins(lock)[0]
    ]

    assert missing == []


# ── What never enters the repository ──────────────────────────────────────────────────────────────────────────────────

# Written so that no pattern finds itself.
UNWANTED = {
    "the address of a package registry": r"https?://[^\s/\"']*(?:py[p]i|python[h]osted|n[p]mjs|[d]ebian\.org|[c]rates)",
    "the address of a package": r"https?://[^\s\"']+\.(?:whl|tar\.gz|tgz|deb|jar)\b",
    "a place to install from": r"(?:extra[-_])?index[-_]url\b|find[-_]links\b",
    "an absolute path of a machine": r"(?<![\w.}*-])/(?:work|farm|root|home|Users)/",
    "a private key": r"BEGIN [A-Z ]*PRIVATE KEY",
    "an access token": r"\b(?:gh[pousr]_\w{30}|AKIA[0-9A-Z]{16}|xox[bap]-\w{10})",
    "an address with a password": r"[a-z]+://[^\s/:@\"'{}$]+:(?!password@)[^\s/:@\"'{}$]{4,}@",
    "a secret as a literal": r"(?i)\b(?:secret_key|password|passwd|api_key)\s*[:=]\s*[\"'][^\"'\s]{8,}[\"']",
}
MADE_BY_OTHER_TOOLS = ["uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "yarn.lock", "package-lock.json"]
KEPT_OUT = [".env", "*.sqlite3*", "*.mo", "*.pyc", "*.pem", "*.key", "var/*", ".venv/*", "node_modules/*"]


def text_of(path):
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("kind", UNWANTED)
def test_no_file_holds(kind):
    found = [
        f"{name_of(path)}:{len(text[: match.start()].splitlines())}: {match[0]}"
        for path in tracked()
        for text in [text_of(path)]
        for match in re.finditer(UNWANTED[kind], text)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("the address of a package registry", "https://files.python" + "hosted.org/packages/"),
        ("the address of a package", "https://example.org/a-1.0." + "whl"),
        ("a place to install from", "--extra-index" + "-url"),
        ("an absolute path of a machine", 'open("/ro' + 'ot/notes")'),
        ("a private key", "-----BEGIN RSA PRIVATE" + " KEY-----"),
        ("an access token", "gh" + "p_" + "a" * 36),
        ("an address with a password", "postgres://site:" + "hunter2@db/site"),
        ("a secret as a literal", "SECRET_KEY" + ' = "correct-horse"'),
    ],
)
def test_the_search_finds(kind, line):
    assert re.search(UNWANTED[kind], line)


def test_no_file_is_made_by_a_machine_or_another_tool():
    assert [name_of(path) for path in tracked(*MADE_BY_OTHER_TOOLS, *KEPT_OUT)] == []


# ── Decisions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_decision_is_in_the_list_under_its_title_and_number():
    folder = ROOT / "hospital_site/decisions"
    listed = re.findall(r"^\| \[(\d{4})\]\((.+?)\) (.+?) \|", (folder / "README.md").read_text(), flags=re.MULTILINE)

    decisions = sorted(path for path in folder.glob("*.md") if path.name != "README.md")

    assert listed == [
        (f"{number:04}", path.name, path.read_text().partition("\n")[0].removeprefix("# "))
        for number, path in enumerate(decisions, start=1)
    ]
    assert all(path.name.startswith(number) for (number, *_rest), path in zip(listed, decisions, strict=True))


# ── Which module may know which ───────────────────────────────────────────────────────────────────────────────────────

# Each group stands on those before it, and those of one group import nothing of each other. What no group names stands
# above everything, such as `hospital_site.home`.
ORDER = [
    ["hospital_site.env"],
    ["hospital_site.settings"],
    ["hospital_site.lazy_urls", "hospital_site.patience", "hospital_site.typed_text", "hospital_site.yaml_files"],
    ["hospital_site.typed_fields"],
    ["hospital_site.staff"],
    ["hospital_site.publishing"],
    ["hospital_site.glossary"],
    ["hospital_site.translations"],
    ["hospital_site.search"],
    ["centers"],
    ["patients_rights", "hospital_site.enquiries"],
    ["hospital_site.page_store", "hospital_site.backups"],
]
APART = {"centers", "patients_rights"}  # import nothing of each other; labels may point from one to the other


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_within(module, package):
    return module == package or module.startswith(f"{package}.")


def room_of(module):
    """The package of `ORDER` that holds `module`, and the index of its group."""
    for place, group in enumerate(ORDER):
        for package in group:
            if is_within(module, package):
                return package, place
    return None, len(ORDER)


def stands_below(other, module):
    """Whether `module` may know `other`."""
    (room, place), (other_room, other_place) = room_of(module), room_of(other)
    return room == other_room or other_place < place


def imported(tree, modules):
    """The modules of the site that a file imports, wherever in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in modules or node.module in modules:
                    yield whole if whole in modules else node.module


def forbidden_imports(module, source, modules):
    for other in imported(ast.parse(source), modules):
        rooms = {room_of(module)[0], room_of(other)[0]}
        if rooms == APART or not stands_below(other, module):
            yield other


def test_every_module_imports_only_what_stands_below_it():
    paths = {module_of(path): path for path in site_modules()}

    found = [
        f"{module} imports {other}"
        for module, path in paths.items()
        for other in forbidden_imports(module, path.read_text(), paths)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("module", "line", "forbidden"),
    [
        pytest.param("hospital_site.publishing.admin", "from centers.models import Center", True, id="upwards"),
        pytest.param("hospital_site.publishing.admin", "from centers import models", True, id="upwards, a module"),
        pytest.param("hospital_site.staff.audit", "from hospital_site.publishing import admin", True, id="one step up"),
        pytest.param("hospital_site.enquiries", "from patients_rights import views", True, id="sideways"),
        pytest.param("patients_rights.views", "import centers.models", True, id="those apart"),
        pytest.param("hospital_site.env", "from hospital_site import home", True, id="from the bottom"),
        pytest.param("centers.views", "from centers import models", False, id="within the app"),
        pytest.param("centers.views", "from hospital_site.publishing import admin", False, id="downwards"),
        pytest.param("hospital_site.home", "from centers import models", False, id="from the top"),
    ],
)
def test_the_order_forbids_an_import(module, line, forbidden):
    modules = [
        "centers",
        "centers.models",
        "hospital_site.home",
        "hospital_site.publishing.admin",
        "patients_rights.views",
    ]

    assert bool(list(forbidden_imports(module, line, modules))) == forbidden


ROOMS = {package.rpartition(".")[2]: package for group in ORDER[2:] for package in group}  # by the label of the app
LABELS = "|".join(ROOMS)
NAMING = re.compile(
    rf"hospital_site\.(?P<package>{LABELS})(?:\.\w+)*"  # a dotted path
    rf"|(?P<model>{LABELS})\.(?!(?:html|txt|css|js|svg|yaml|csv)\b)\w+(?::.*)?"  # a model, a page, a permission
    rf"|(?P<url>{LABELS}):\w*"
    rf"|admin:(?P<list>{LABELS})_\w+"
    rf"|(?:admin/)?(?P<template>{LABELS})/.+\.html"
)


def rooms_named_in(source):
    """The packages that the strings of a file name: `(string, package)`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (found := NAMING.fullmatch(node.value)):
            yield node.value, ROOMS[found[found.lastgroup]]
        if isinstance(node, ast.Call):
            asked = [word.value for word in node.keywords if (word.arg or "").endswith("app_label")]
            if getattr(node.func, "attr", "") in {"get_model", "get_app_config"}:
                asked += node.args[:1]
            labels = [word.value for word in asked if isinstance(word, ast.Constant)]
            yield from ((label, ROOMS[label]) for label in labels if label in ROOMS)


def forbidden_labels(module, source):
    return [words for words, room in rooms_named_in(source) if room_of(room)[1] > room_of(module)[1]]


def test_no_string_names_an_app_above():
    found = [
        f"{name_of(path)}: {words}"
        for path in site_modules()
        if path.name != "settings.py"  # which lists them all
        for words in forbidden_labels(module_of(path), path.read_text())
    ]

    assert found == []


@pytest.mark.parametrize(
    ("module", "line", "forbidden"),
    [
        pytest.param("hospital_site.publishing.models", 'ForeignKey("centers.Hospital")', True, id="a model"),
        pytest.param("hospital_site.staff.scopes", 'key.startswith("centers.hospital:")', True, id="a kind of page"),
        pytest.param("hospital_site.staff.scopes", 'f"centers.hospital:{pk}"', True, id="a kind of page, filled in"),
        pytest.param("hospital_site.staff.roles", 'has_perm("publishing.sign_off")', True, id="a permission"),
        pytest.param("hospital_site.publishing.pages", 'reverse("centers:center")', True, id="an address"),
        pytest.param("hospital_site.staff.admin", 'reverse("admin:publishing_edition_add")', True, id="a form"),
        pytest.param(
            "hospital_site.staff.admin", 'render(request, "admin/publishing/page.html")', True, id="a template"
        ),
        pytest.param("hospital_site.env", 'import_module("hospital_site.staff.roles")', True, id="a dotted path"),
        pytest.param(
            "hospital_site.staff.audit", 'apps.get_model("centers", "Center")', True, id="a model, in two words"
        ),
        pytest.param("hospital_site.staff.audit", 'filter(content_type__app_label="search")', True, id="a label"),
        pytest.param("hospital_site.enquiries.desks", '"patients_rights.charter"', False, id="sideways"),
        pytest.param("patients_rights.models", 'ForeignKey("centers.Hospital")', False, id="downwards"),
        pytest.param("hospital_site.staff.roles", 'has_perm("staff.view_auditentry")', False, id="its own"),
        pytest.param("hospital_site.home", '"centers.hospital", "centers:center"', False, id="from the top"),
        pytest.param("hospital_site.publishing.admin.site", 'list_display = ["translations"]', False, id="a word"),
        pytest.param("hospital_site.publishing.admin.site", 'render(request, "search.html")', False, id="a file"),
    ],
)
def test_the_order_forbids_a_string(module, line, forbidden):
    assert bool(forbidden_labels(module, line)) == forbidden


def at_load(tree):
    """`tree` without what runs only when a function is called."""

    class WithoutFunctions(ast.NodeTransformer):
        def visit_FunctionDef(self, node):
            return ast.Pass()

        visit_AsyncFunctionDef = visit_FunctionDef

    return WithoutFunctions().visit(tree)


def cycle_of(sources):
    """A cycle among the modules of `{module: source}` when they are loaded, or an empty list."""
    imports = {module: {*imported(at_load(ast.parse(source)), sources)} for module, source in sources.items()}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as found:
        return found.args[1]
    return []


def test_no_modules_import_each_other_in_a_circle():
    assert cycle_of({module_of(path): path.read_text() for path in site_modules()}) == []


@pytest.mark.parametrize(
    ("last", "found"),
    [
        pytest.param("import a", True, id="at the top"),
        pytest.param("class C:\n    from a import words", True, id="in a class"),
        pytest.param("def f():\n    import a", False, id="in a function"),
        pytest.param("import d", False, id="elsewhere"),
    ],
)
def test_a_circle_is_found(last, found):
    assert bool(cycle_of({"a": "from b import c", "b": "", "b.c": last, "d": ""})) == found


# ── Size ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

LINES_OF_A_MODULE = 350


def test_every_module_can_be_read_in_a_sitting():
    longer = {name_of(path) for path in site_modules() if len(path.read_text().splitlines()) > LINES_OF_A_MODULE}

    assert longer == set()


WRITE_SIDE = {
    f"hospital_site.publishing.{name}"
    for name in ("candidates", "drafts", "loading", "pipeline", "policy", "sign_offs")
}


def test_what_patients_read_imports_nothing_that_writes():
    paths = {module_of(path): path for path in site_modules()}
    reached, left = set(), ["hospital_site.publishing.reading"]
    while left:
        module = left.pop()
        reached.add(module)
        left += set(imported(ast.parse(paths[module].read_text()), paths)) - reached

    assert reached & WRITE_SIDE == set()


def test_every_test_that_the_page_on_security_names_is_there():
    named = set(re.findall(r"\btest_\w+\.py\b", (ROOT / "docs" / "security.md").read_text()))

    assert named - {path.name for path in (ROOT / "tests").rglob("test_*.py")} == set()


def reads_environment(source):
    """Does it use `os.environ` or `os.getenv`, for anything but naming the settings module as Django's own files do?"""
    source = source.replace('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_site.settings")', "")
    used = {ast.unparse(node) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute | ast.alias)}
    return bool(used & {"os.environ", "os.environb", "os.getenv", "environ", "getenv"})


def test_only_env_reads_the_environment():
    readers = [name_of(path) for path in site_modules() if reads_environment(path.read_text())]

    assert readers == ["hospital_site/env.py"]


def test_no_app_listens_to_another():
    signals = re.compile(
        r"\bmodels\.signals\b(?! import post_migrate\n)|\bmodels import .*\bsignals\b|\bSignal\("
    )  # those of signing in may

    assert [name_of(path) for path in site_modules() if signals.search(path.read_text())] == []


def test_no_module_is_a_drawer_for_everything():
    drawers = {"core", "common", "utils", "util", "helpers", "services", "misc"}

    assert [name_of(path) for path in site_modules() if drawers & set(module_of(path).split("."))] == []


# ── Languages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def languages_named_in(source):
    """Where Python names a language: by its code, a column such as `name_ko`, a locale such as `ko_KR`."""
    codes = "|".join(dict(settings.LANGUAGES))
    for node in ast.walk(ast.parse(source)):
        words = [getattr(node, part, None) for part in ("value", "attr", "id", "arg")]
        for word in words:
            if isinstance(word, str) and re.fullmatch(rf"(?:\w+_)?(?:{codes})(?:[-_][A-Z]{{2}})?", word):
                yield f"{node.lineno}: {word}"


def test_no_module_but_the_settings_names_a_language():
    found = [
        f"{name_of(path)}:{place}"
        for path in site_modules()
        if path.name != "settings.py"
        for place in languages_named_in(path.read_text())
    ]

    assert found == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param('if language == "ko": pass', ["1: ko"], id="a comparison"),
        pytest.param("page.name_en", ["1: name_en"], id="a column"),
        pytest.param('f(name_ko="")', ["1: name_ko"], id="an argument"),
        pytest.param('"ko_KR"', ["1: ko_KR"], id="a locale"),
        pytest.param('"token"; children', [], id="a word that only ends so"),
    ],
)
def test_the_search_for_languages(source, found):
    assert list(languages_named_in(source)) == found


def test_no_template_asks_which_language_it_is():
    codes = "|".join(dict(settings.LANGUAGES))
    question = re.compile(rf"{{%[^%]*[=!]= *[\"'](?:{codes})[\"']|\w+_(?:{codes})\b[^%]*[%}}]}}")

    found = [
        f"{name_of(path)}:{number}"
        for path in tracked("templates/*", "**/templates/*")
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if question.search(line)
    ]

    assert found == []


def test_no_line_of_a_template_is_over_120_characters():
    """The formatter breaks lines between elements, never inside a tag or a sentence."""
    found = [
        f"{name_of(path)}:{number}"
        for path in tracked("templates/**.html")
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if len(line) > 120
    ]

    assert found == []
