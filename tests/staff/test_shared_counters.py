"""Sign-ins and enquiries are counted once for all machines, and nobody is shut out when that does not work."""

import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from hospital_site.enquiries import rate_limits
from hospital_site.staff import shared_counters
from hospital_site.staff.shared_counters import Counters

LIMIT = ("posts", 5, 3600)


@pytest.fixture(autouse=True)
def nothing_failed():
    shared_counters.failed_at.clear()
    yield
    shared_counters.failed_at.clear()


@pytest.fixture
def redis_server(tmp_path_factory):
    """A Redis of this test's own, which listens on a socket only. What stops it is `terminate`."""
    program = shutil.which("redis-server")
    if program is None:
        missing = "No Redis server is installed. On Debian: apt-get install redis-server"
        pytest.fail(missing) if connection.vendor == "postgresql" else pytest.skip(missing)
    socket = tmp_path_factory.mktemp("redis") / "socket"
    server = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", socket.parent],
        stdout=subprocess.DEVNULL,
    )
    server.address = f"unix://{socket}"
    while not socket.exists():
        assert server.poll() is None
        time.sleep(0.01)
    yield server
    server.kill()
    server.wait()


@pytest.fixture
def machine(tmp_path):
    """Returns the counters of a machine by its name, as settings make them: `machine("a", shared=address)`."""

    def counters(name, shared=""):
        return Counters(tmp_path / name, {"OPTIONS": {"SHARED": shared}})

    return counters


@pytest.fixture
def counting_with(monkeypatch):
    """Lets limits be counted with these counters from now on."""

    def count_with(counters):
        monkeypatch.setattr(rate_limits, "cache", counters)

    return count_with


def test_a_limit_holds_once_for_all_machines(redis_server, machine, counting_with, db):
    passed = []
    for name in "ab":
        counting_with(machine(name, redis_server.address))
        with ThreadPoolExecutor(8) as workers:
            passed += workers.map(lambda _turn: rate_limits.acquire(LIMIT, "203.0.113.7"), range(20))

    assert passed.count(True) == 5


def test_the_shared_cache_holds_no_name_and_no_address_and_runs_nothing(redis_server, machine, db):
    counters = machine("a", redis_server.address)
    counters.set("allauth:rl:ip:203.0.113.7", [1.5, 2.5], timeout=60)
    counters.add("counter", 7, timeout=60)

    from redis import Redis  # takes long to import

    stored = Redis.from_url(redis_server.address)
    assert sorted(stored.get(key) for key in stored.scan_iter()) == [b"7", b"[1.5, 2.5]"]
    assert b"203.0.113.7" not in b"".join(stored.scan_iter())
    assert counters.get("allauth:rl:ip:203.0.113.7") == [1.5, 2.5]
    assert counters.incr("counter") == 8


def test_each_machine_counts_for_itself_while_redis_is_away_and_together_afterwards(
    redis_server, machine, counting_with, caplog, db
):
    counters = machine("a", redis_server.address)
    counting_with(counters)
    redis_server.kill()
    redis_server.wait()

    assert [rate_limits.acquire(LIMIT, "203.0.113.7") for _turn in range(7)] == [True] * 5 + [False] * 2
    assert counters.caches["files"].get(rate_limits.counter_of(LIMIT, "203.0.113.7")[0]) == 5
    assert [record.getMessage() for record in caplog.records] == [
        "Counters of shared do not work (ConnectionError); the next ones count."
    ]


def test_a_redis_that_hangs_costs_one_short_wait(redis_server, machine, counting_with, db):
    counting_with(machine("a", redis_server.address))
    redis_server.send_signal(signal.SIGSTOP)
    started = time.monotonic()
    passed = [rate_limits.acquire(LIMIT, "203.0.113.7") for _turn in range(7)]
    redis_server.send_signal(signal.SIGCONT)

    assert passed == [True] * 5 + [False] * 2
    assert time.monotonic() - started < 10 * shared_counters.LONGEST_WAIT


@pytest.fixture
def full_disk(tmp_path):
    """Counters whose folder cannot be made: what a full or read-only disk is to them."""
    (tmp_path / "no folder").touch()
    return Counters(tmp_path / "no folder" / "cache", {})


def test_a_full_disk_loses_no_count(full_disk, counting_with):
    counting_with(full_disk)

    assert [rate_limits.acquire(LIMIT, "203.0.113.7") for _turn in range(7)] == [True] * 5 + [False] * 2


def test_a_counter_ends_when_it_began_to_end(machine, monkeypatch):
    counters = machine("a")
    counters.add("counter", 0, timeout=60)
    counters.incr("counter")
    with pytest.raises(ValueError, match="another"):
        counters.incr("another")

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert counters.get("counter") is None
