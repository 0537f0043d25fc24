"""The recipes of docs/servers.md, as they stand there, with phones of a rehearsal as visitors."""

import os
import random
import re
import socket
import subprocess
import time

import pytest
from fleet_peer import Rehearsal
from simulated import ROOT

_PHONES = 8


def recipe(kind):
    with open(os.path.join(ROOT, "docs", "servers.md"), encoding="utf-8") as page:
        return re.search("```%s\n(.*?)```" % kind, page.read(), re.S).group(1)


def program(name):
    return os.path.join(ROOT, "build", "bin", name)


@pytest.fixture
def www(tmp_path):
    root = tmp_path / "www"
    root.mkdir()
    (root / "aastra.cfg").write_text("softkey1 type: xml\n")
    (root / "57i.cfg").write_text("https redirect http get: 1\n" * 40)
    (root / ".hidden").write_text("no")
    for number in range(1, _PHONES + 1):
        (root / ("00085D%06X.cfg" % number)).write_text("hostname: phone%d\n" % number)
    return root


def nginx(port, root, leaf, work):
    text = recipe("nginx").replace("listen 443", "listen 127.0.0.1:%d" % port).replace("/srv/phones", str(root))
    text = re.sub("/etc/dialtone/(chain|key).pem", leaf, text)
    paths = " ".join("%s_temp_path %s;" % (kind, work) for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    head = "daemon off; master_process off; pid %s/pid; error_log %s/err; events {}\nhttp { access_log off; %s\n" % (
        work, work, paths,
    )  # fmt: skip
    (work / "nginx.conf").write_text(head + text + "}\n")
    return [program("nginx"), "-e", "stderr", "-p", str(work), "-c", str(work / "nginx.conf")]


def lighttpd(port, root, leaf, work):
    text = recipe("lighttpd").replace("server.port = 443", 'server.port = %d\nserver.bind = "127.0.0.1"' % port)
    text = re.sub("/etc/dialtone/(chain|key).pem", leaf, text.replace("/srv/phones", str(root)))
    (work / "lighttpd.conf").write_text(text + 'server.errorlog = "%s/err"\n' % work)
    modules = os.path.join(ROOT, "build/root-peers/usr/lib/lighttpd")
    more = ["-m", modules] if os.path.isdir(modules) else []
    return [program("lighttpd"), "-D", "-f", str(work / "lighttpd.conf"), *more]


def tftpd(port, root, leaf, work):
    words = recipe("tftpd").replace("--user tftp", "--user root").replace(":69", "127.0.0.1:%d" % port)
    words = words.replace("/srv/phones", str(root)).split()
    return [*([] if not os.getuid() else ["unshare", "--user", "--map-root-user"]), program(words[0]), *words[1:]]


@pytest.mark.parametrize("make", [nginx, lighttpd, pytest.param(tftpd, marks=pytest.mark.long)])
def test_a_recipe(make, www, leaf, authority, tmp_path):
    port = _free(socket.SOCK_DGRAM if make is tftpd else socket.SOCK_STREAM)
    process = subprocess.Popen(make(port, www, leaf, tmp_path))
    try:
        _wait(process, port, make is tftpd)
        secure = make is not tftpd
        url = "%s://127.0.0.1:%d/" % ("https" if secure else "tftp", port)
        scenario = "resync" if secure else "configuration"
        options = ("--phones", _PHONES, "--duration", "1s", "--workers", "local:1", "--scenario", scenario)
        limits = ("--limit", "failures=0") + (("--limit", "not-modified=100%") if secure else ())
        run = Rehearsal(url, authority.pem if secure else None, tmp_path / "r", *options, *limits).end(60)
        assert run.status == 0, (run.out, run.err)
        told = run.statuses()
        assert told["MAC.cfg", "304" if secure else "200"] == _PHONES and told["security.tuz", "404"] == _PHONES, told
        assert run.figures["handshakes"] == (2 * _PHONES if secure else 0), "files of a phone over one connection"
        if secure:
            _only_files(url, authority.pem)
    finally:
        process.terminate()
        process.wait(10)


def _only_files(url, ca):
    for path, method in (("", "GET"), (".hidden", "GET"), ("aastra.cfg", "POST"), ("aastra.cfg", "PUT")):
        command = [program("curl"), "-so", "/dev/null", "-w", "%{http_code}", "--cacert", ca, "-X", method, url + path]
        status = int(subprocess.run(command, capture_output=True, text=True, timeout=20).stdout)
        assert 400 <= status < 500 or method != "GET" and status == 501, (path, method, status)


def _free(kind):
    while True:
        port = random.randrange(12000, 20000)
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def _wait(process, port, datagrams):
    for _ in range(100):
        assert process.poll() is None, "the server ended at once"
        time.sleep(0.3 if datagrams else 0.05)
        with socket.socket() as probe:
            if datagrams or probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("the server does not listen")
