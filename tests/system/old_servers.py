"""Independent servers of SSL 3.0 and TLS 1.0, each a process that speaks one version and one suite.

selfserv and gnutls-serv listen on all interfaces: whoever starts them must be in a network namespace of its own
(old_matrix.py).
"""

import os
import socket
import subprocess
import sys
import time

from simulated import ROOT

HERE = os.path.dirname(os.path.abspath(__file__))
SUITES = ("AES128-SHA", "AES256-SHA", "RC4-SHA", "RC4-MD5")
SECONDS = 10
_NSS = dict(zip(SUITES, "vync", strict=True))
_GNUTLS = dict(
    zip(SUITES, ("AES-128-CBC:+SHA1", "AES-256-CBC:+SHA1", "ARCFOUR-128:+SHA1", "ARCFOUR-128:+MD5"), strict=True)
)
_LIGHTTPD = """
server.document-root = "{www}"
server.bind = "127.0.0.1"
server.port = {port}
server.modules = ("mod_mbedtls")
server.errorlog = "{work}/lighttpd.log"
ssl.engine = "enable"
ssl.pemfile = "{leaf}"
ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.0", "MaxProtocol" => "TLSv1.0",
  "Ciphersuites" => "TLS-RSA-WITH-AES-{bits}-CBC-SHA")
"""
# server: (version -> suites that it shares with us)
SHARED = {
    "tlslite": {"SSLv3": SUITES, "TLSv1": SUITES},
    "selfserv": {"SSLv3": SUITES, "TLSv1": SUITES[:2]},
    "gnutls": {"TLSv1": SUITES},
    "openssl": {"TLSv1": SUITES[:2]},
    "lighttpd": {"TLSv1": SUITES[:2]},
}


def program(name):
    """The path of a program that `make setup` has put below build/."""
    path = os.path.join(ROOT, "build", "bin", name)
    assert os.path.exists(path), path + " is missing: run `make setup`"
    return path


def prepare(work, leaf):
    """The key of ``leaf`` (PEM) as NSS wants it, below ``work``."""
    database = "sql:" + os.path.join(work, "nss")
    os.makedirs(database[4:])
    bundle = os.path.join(work, "leaf.p12")
    for command in (
        (program("openssl"), "pkcs12", "-export", "-in", leaf, "-name", "rsa", "-passout", "pass:x", "-out", bundle),
        (program("certutil"), "-N", "-d", database, "--empty-password"),
        (program("pk12util"), "-i", bundle, "-d", database, "-W", "x"),
    ):
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr + done.stdout


def command(name, version, suite, port, work, leaf):
    """(arguments, folder) that start a server."""
    www = os.path.join(work, "www")
    if name == "tlslite":
        return [sys.executable, os.path.join(HERE, "tlslite_server.py"), str(port), version, suite, leaf], www
    if name == "selfserv":
        span = {"SSLv3": "ssl3:ssl3", "TLSv1": "tls1.0:tls1.0"}[version]
        found = [program(name), "-d", "sql:" + os.path.join(work, "nss"), "-p", str(port), "-n", "rsa", "-H", "1"]
        return found + ["-V", span, "-c", _NSS[suite], "-g", "9"], work  # 9 blocks of 16 KB to whoever asks
    if name == "gnutls":
        found = [program("gnutls-serv"), "--echo", "--quiet", "--disable-client-cert", "-p", str(port)]
        found += ["--x509certfile", leaf, "--x509keyfile", leaf, "--priority"]
        return found + ["NONE:+VERS-TLS1.0:+RSA:+COMP-NULL:+SIGN-ALL:%%COMPAT:+%s" % _GNUTLS[suite]], work
    if name == "openssl":  # -HTTP: the file holds the whole answer
        found = [program(name), "s_server", "-accept", "127.0.0.1:%d" % port, "-tls1", "-quiet", "-HTTP"]
        return found + ["-cipher", suite + ":@SECLEVEL=0", "-cert", leaf, "-key", leaf], www
    conf = os.path.join(work, "lighttpd-%d.conf" % port)
    with open(conf, "w", encoding="ascii") as out:
        out.write(_LIGHTTPD.format(www=www, port=port, work=work, leaf=leaf, bits=suite[3:6]))
    modules = os.path.join(ROOT, "build/root-peers/usr/lib/lighttpd")
    return [program("lighttpd"), "-D", "-f", conf, *(["-m", modules] if os.path.isdir(modules) else [])], work


class Server:
    """A running server, in ``with``; ``log`` is what it has said."""

    def __init__(self, name, version, suite, port, work, leaf):
        self.port = port
        self._command, self._folder = command(name, version, suite, port, work, leaf)
        self.log_path = os.path.join(work, "%s-%d.log" % (name, port))

    def __enter__(self):
        with open(self.log_path, "wb") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, stdin=subprocess.PIPE, stdout=log, stderr=log
            )
        end = time.monotonic() + SECONDS
        while socket.socket().connect_ex(("127.0.0.1", self.port)):
            assert self._process.poll() is None and time.monotonic() < end, "%s: %s" % (self._command[0], self.log)
            time.sleep(0.02)
        return self

    @property
    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def __exit__(self, *_):
        self._process.kill()
        self._process.communicate()
