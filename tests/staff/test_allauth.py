"""What this site uses of allauth beyond its documented interface: in one module, and noticed when it moves."""

import ast
import importlib
import inspect
import sys
from pathlib import Path

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from hospital_site.staff import allauth_internals
from hospital_site.staff.accounts import SecondFactors, StaffAccounts

ITS_MODULE = Path(allauth_internals.__file__)
DECISION = settings.BASE_DIR / "hospital_site/decisions/0016-what-is-used-of-allauth.md"


def imports_of_internals(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("allauth"):
            for alias in node.names:
                if "internal" in f"{node.module}.{alias.name}".split("."):
                    yield f"{path.name}: {node.module}.{alias.name}"


def test_internals_of_allauth_are_imported_in_one_module():
    modules = [path for path in (settings.BASE_DIR / "hospital_site").rglob("*.py") if path != ITS_MODULE]

    assert [found for path in modules for found in imports_of_internals(path)] == []
    assert len(list(imports_of_internals(ITS_MODULE))) > 5


def test_the_decision_names_every_internal_that_is_used():
    private = [name for names in allauth_internals.PRIVATE_NAMES.values() for name in names]
    decision = DECISION.read_text()

    used = [*private, *allauth_internals.__all__]
    assert [name for name in used if f"`{name}`" not in decision] == []


@pytest.mark.parametrize("holder", allauth_internals.PRIVATE_NAMES)
def test_allauth_still_has_what_is_private_and_overridden(holder):
    source = inspect.getsource(import_string(holder))

    moved = [name for name in allauth_internals.PRIVATE_NAMES[holder] if name not in source]
    assert moved == [], f"This release of allauth no longer has {moved} in {holder}. See decision 0016."


@pytest.mark.parametrize(
    ("ours", "theirs"), [(StaffAccounts, DefaultAccountAdapter), (SecondFactors, DefaultMFAAdapter)]
)
def test_what_an_adapter_overrides_is_still_there(ours, theirs):
    overridden = {name for name in vars(ours) if not name.startswith("__")}

    moved = {name for name in overridden if not hasattr(theirs, name)}
    assert moved == set(), f"This release of allauth no longer asks {ours.__name__} for {moved}. See decision 0016."


def test_a_release_that_moved_something_is_refused_in_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "allauth.account.internal.stagekit", None)

    with pytest.raises(ImproperlyConfigured, match=r"moved .*stagekit.*decision 0016"):
        importlib.reload(allauth_internals)
