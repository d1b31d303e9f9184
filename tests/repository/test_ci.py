"""What `.ci/run` makes of its parts, played here by a `make` that tests nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

PART = """#!/bin/sh
echo "$2 begins"
report=${PYTEST_ADDOPTS#--junitxml=}
if [ -e slow ]; then sleep 61 & sleep 62; fi
touch "$2.begun"
until [ "$2" != test ] || [ -e test-browser.begun ]; do sleep 0.1; done
echo "$2 ends"
[ -z "$report" ] || [ -e "$2.empty" ] || echo '<t><testcase classname="a" name="b"/></t>' >"$report"
[ ! -e "$2.fails" ]
"""
TARGETS = ["test", "test-postgres", "test-browser", "test-languages"]


@pytest.fixture
def project(tmp_path):
    """A folder with `.ci/run`, in which every program that it asks for is there and does nothing."""
    shutil.copytree(settings.BASE_DIR / ".ci", tmp_path / ".ci")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    (tmp_path / "programs").mkdir()
    for program in ["make", "apt-get", "initdb", "chromium", "java", "npm", "nginx", "redis-server"]:
        file = tmp_path / "programs" / program
        file.write_text(PART if program == "make" else "#!/bin/sh\n")
        file.chmod(0o755)
    return tmp_path


def run(project):
    environment = os.environ | {"PATH": f"{project / 'programs'}:{os.environ['PATH']}", "TMPDIR": str(project)}
    return subprocess.Popen([project / ".ci/run"], env=environment, stdout=subprocess.PIPE, text=True)


def test_parts_run_side_by_side_and_what_each_says_stands_together(project):
    process = run(project)

    said, _none = process.communicate(timeout=60)

    assert process.returncode == 0
    for target in TARGETS:
        assert f"── make {target}\n{target} begins\n{target} ends\n" in said
    assert said.index("make test-browser …") < said.index("test begins")
    assert said.endswith("3 passed, 0 failed\n")


def test_a_part_that_fails_is_named_and_stops_no_other(project):
    for target in TARGETS:
        (project / f"{target}.fails").touch()
    process = run(project)

    said, _none = process.communicate(timeout=60)

    assert process.returncode == 1
    assert sorted(said.splitlines()[-len(TARGETS) :]) == sorted(f"Failed: make {target}" for target in TARGETS)
    assert [each for each in TARGETS if f"{each} ends" in said] == TARGETS


def test_a_part_that_ran_nothing_is_a_failure(project):
    (project / "test-browser.empty").touch()
    process = run(project)

    said, _none = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "Chromium ran no test." in said


def test_whoever_ends_it_leaves_no_process_and_no_file_behind(project):
    (project / "slow").touch()
    before = set(project.iterdir())
    process = run(project)
    while "sleep" not in working_in(project):
        time.sleep(0.01)

    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=60)[0]

    assert process.returncode == 130
    assert "── make test\ntest begins\n" in said
    assert working_in(project) == set()
    assert set(project.iterdir()) == before


def working_in(folder):
    """The names of the processes that have `folder` as theirs."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve().is_relative_to(folder):
                found.add((process / "comm").read_text().strip())
        except OSError:  # it has ended meanwhile
            continue
    return found
