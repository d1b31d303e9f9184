"""A process that is killed in the middle of publishing leaves the old edition or the new one, never a mixture."""

import json
import os
from collections import Counter
from signal import SIGKILL, SIGPROF

import pytest
from django.db import connection

from tests.commands import Command
from tests.publishing.test_at_once import database_url  # noqa: F401


@pytest.fixture
def outcome(database_url, tmp_path):  # noqa: F811
    own = {**os.environ, "DATABASE_URL": database_url}
    run = Command([], own, tmp_path, program="tests.desk.publish_and_die").finished()
    assert run.stderr == ""
    return json.loads(run.stdout)


def test_a_process_that_is_killed_while_publishing_leaves_the_old_edition_or_the_new_one(outcome):
    assert outcome["database"] == connection.vendor
    for action in ("publishing", "withdrawing"):
        told = outcome[action]
        assert len(told["after each death"]) > (5 if connection.vendor == "sqlite" else 1)
        assert told["after each death"] == [[SIGKILL, told["before"]]] * len(told["after each death"])
        assert told["status"] == 0

    published, withdrawn = outcome["publishing"]["at the end"], outcome["withdrawing"]["at the end"]
    assert (published["numbers"], published["texts"], published["live"]) == ([1, 2], [["0"], ["1"]], 2)
    assert (published["signatures"], published["log"][-1]) == (2, "publish")
    assert (withdrawn["numbers"], withdrawn["cancelled"], withdrawn["live"]) == ([1, 2, 3, 4, 5], [3, 4], None)

    for signal, found in outcome["from outside"]:
        assert signal == SIGPROF
        assert found["numbers"] == list(range(1, len(found["numbers"]) + 1))
        assert [len(texts) for texts in found["texts"] if texts] == [1] * (len(found["texts"]) - 1)
        assert found["digests are right"]
        assert found["rows of the draft"] == [found["draft"]]
        log = Counter(found["log"])
        assert log["publish"] + log["schedule"] + log["withdraw"] == len(found["numbers"]) - 1
    assert len(found["numbers"]) > len(withdrawn["numbers"])
