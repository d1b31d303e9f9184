"""What `deploy/` promises to an operator agrees with the code. `deploy/try` runs it; this reads it."""

import ast
import re

import pytest
import yaml
from django.conf import settings

from hospital_site.staff.models import PATIENCE

DEPLOY = settings.BASE_DIR / "deploy"


def read_by_the_code():
    """The names that the settings read from the environment."""
    calls = [
        node
        for node in ast.walk(ast.parse((settings.BASE_DIR / "hospital_site/settings.py").read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    names = [call.args[0] for call in calls if getattr(call.func.value, "id", "") == "env" and call.args]
    return {name.value for name in names if isinstance(name, ast.Constant)}


def test_every_setting_is_explained_in_the_environment_file_and_in_the_readme_and_no_other():
    file = (DEPLOY / "environment").read_text()
    explained = {name.removesuffix("_FILE") for name in re.findall(r"^#?([A-Z_]+)=", file, flags=re.MULTILINE)}
    table = re.findall(r"^\| (`[A-Z_`, ]+.*?)\|", (settings.BASE_DIR / "README.md").read_text(), flags=re.MULTILINE)
    listed = {name for row in table for name in re.findall(r"`([A-Z_]+)`", row)}

    assert explained == read_by_the_code()
    assert read_by_the_code() - {"DEBUG", "PORT"} <= listed


@pytest.mark.parametrize("command", PATIENCE)
def test_every_command_beside_the_server_has_its_timer(command):
    timer = (DEPLOY / f"systemd/hospital-site-{command}.timer").read_text()

    assert f"Unit=hospital-site-command@{command}.service" in timer


def test_every_alert_asks_for_figures_that_exist():
    rules = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"][0]["rules"]
    code = (settings.BASE_DIR / "hospital_site/figures.py").read_text()
    made = set(re.findall(r'gauge\("(\w+)"', code)) | {"requests_total", "request_seconds_bucket", "worker_memory"}

    assert {name for rule in rules for name in re.findall(r"\bsite_(\w+)", rule["expr"])} <= made


def test_units_write_into_their_state_folder_only():
    for path in (DEPLOY / "systemd").glob("*.service"):
        unit = path.read_text()
        for line in ("ProtectSystem=strict", "StateDirectory=hospital-site", "NoNewPrivileges=yes"):
            assert f"\n{line}\n" in unit
        assert "\nUser=hospital-site\n" in unit
        assert "ReadWritePaths" not in unit
