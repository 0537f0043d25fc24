"""Fixtures of the system tests: phones on each runtime, authorities, configuration servers.

Every test with a ``runtime`` runs on CPython and MicroPython; DIALTONE_RUNTIMES names others. test_small_heap.py and
test_bad_input.py ask for the 32-bit MicroPython in its 112 KB heap themselves. Those marked ``slow`` run on one of the
two, which the seed draws, those marked ``everywhere`` on that and in 112 KB; `make test-long` takes all.
"""

import itertools
import os
import shutil

import pytest
from config_server import ConfigServer
from lot import drawn
from pki import Authority
from playwright.sync_api import sync_playwright
from simulated import ROOT, SimPhone

RUNTIMES = os.environ.get("DIALTONE_RUNTIMES", "cpython micropython").split()
# Over 20 s, in which they wait for the most part: the last of all tests would each be waited for alone
_LONG = ("test_many_phones_by_one_command", "test_its_log_knows_the_phones_and_who_is_up_to_date")
_LONG += ("test_workers_on_other_computers", "test_a_morning_in_small", "test_a_short_bad_morning")
SMALL = "micropython32"  # the least phone shows first what costs too much: nothing is drawn in its place


def pytest_generate_tests(metafunc):
    if "runtime" in metafunc.fixturenames and not hasattr(metafunc.function, "own_runtimes"):
        runtimes = RUNTIMES
        if metafunc.definition.get_closest_marker("slow"):
            runtimes = drawn(metafunc.definition.nodeid, RUNTIMES)
        metafunc.parametrize("runtime", runtimes, scope="session")
    if metafunc.definition.get_closest_marker("everywhere"):
        metafunc.parametrize("anywhere", [*drawn(metafunc.definition.nodeid, RUNTIMES), SMALL])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What takes long begins first; the attacks on one runtime share one worker, and so one phone."""
    items.sort(key=lambda item: getattr(item, "originalname", "") not in _LONG)
    for item in items:
        if item.path.name == "test_abuse.py":
            item.add_marker(pytest.mark.xdist_group(item.callspec.params["runtime"]))


@pytest.fixture(scope="session")
def browser():
    path = os.path.join(ROOT, "build", "bin", "chromium")
    path = path if os.path.exists(path) else shutil.which("chromium")
    assert path, "Chromium is missing: run `make setup`"
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=path, headless=True)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(str(tmp_path_factory.mktemp("pki")))


@pytest.fixture(scope="session")
def leaf(authority):
    return authority.leaf()


@pytest.fixture
def server(leaf):
    """A well-behaved HTTPS configuration server with a minimal aastra.cfg; tests put files and faults into it."""
    peer = ConfigServer(leaf, {"/aastra.cfg": b"https redirect http get: 1\n"})
    yield peer
    peer.close()


@pytest.fixture(scope="module")
def lasting(runtime, authority, leaf, tmp_path_factory):
    """A factory of phones that the tests of a module share, each of which leaves them as they were:
    ``lasting(configuration)`` gives the phone whose aastra.cfg is these bytes.
    """
    made = {}

    def phone(configuration):
        if configuration not in made:
            peer = ConfigServer(leaf, {"/aastra.cfg": configuration})
            folder = tmp_path_factory.mktemp("lasting") / "phone"
            made[configuration] = SimPhone(runtime, folder, peer.url, ca=authority.pem).start(), peer
        return made[configuration][0]

    yield phone
    for one, peer in made.values():
        one.stop()
        peer.close()
        assert "Traceback" not in one.log(), one.log()


@pytest.fixture
def phones(tmp_path, authority):
    """A factory of phones that are stopped when the test ends: ``phones(runtime, server_url, **options)``."""
    started = []
    number = itertools.count()

    def start(runtime, server_url, state=None, **options):
        options.setdefault("ca", authority.pem)
        phone = SimPhone(runtime, state or tmp_path / ("phone%d" % next(number)), server_url, **options)
        started.append(phone)
        return phone.start()

    yield start
    for phone in started:
        if phone.process and phone.process.poll() is None:
            phone.stop()
        assert "Traceback" not in phone.log(), phone.log()
