"""nginx as the configuration server: a real TLS web server that nobody wrote for this project."""

import os
import random
import shutil
import socket
import subprocess
import time

from simulated import ROOT

_CONF = """
daemon off; master_process off; pid {work}/nginx.pid; error_log {work}/error.log;
events {{ }}
http {{
  default_type text/plain;
  types {{ text/xml xml; }}
  log_format phone '$request|$status|$http_user_agent|$ssl_protocol|$http_if_none_match|$ssl_client_s_dn|$remote_addr';
  access_log {work}/access.log phone;
  client_body_temp_path {work}; proxy_temp_path {work}; fastcgi_temp_path {work};
  uwsgi_temp_path {work}; scgi_temp_path {work};
  server {{
    listen {host}:{port} ssl;
    ssl_certificate {leaf}; ssl_certificate_key {leaf}; ssl_protocols {protocols};
    root {root};
    {more}
  }}
}}
"""


class Nginx:
    """Serves ``root`` over HTTPS on a free port of ``host``; ``access()`` gives its log as lists of fields."""

    def __init__(self, work, root, leaf, protocols="TLSv1.2 TLSv1.3", more="", host="127.0.0.1"):
        self.work = str(work)
        os.makedirs(self.work, exist_ok=True)
        self.port = _free_port()
        self.host = host
        self.url = "https://%s:%d/" % (host, self.port)
        conf = os.path.join(self.work, "nginx.conf")
        with open(conf, "w", encoding="ascii") as out:
            fields = {"leaf": leaf, "root": root, "protocols": protocols, "more": more, "host": host}
            out.write(_CONF.format(work=self.work, port=self.port, **fields))
        self._process = subprocess.Popen([_binary(), "-e", "stderr", "-p", self.work, "-c", conf])
        self._wait()

    def _wait(self):
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex((self.host, self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("nginx did not start; see %s/error.log" % self.work)

    def access(self):
        with open(os.path.join(self.work, "access.log"), encoding="utf-8") as log:
            return [line.rstrip("\n").split("|") for line in log]

    def stop(self):
        self._process.terminate()
        self._process.wait(10)


def _free_port():
    """A port that nobody has, below those that the system lends to connections: it stays free until it is used."""
    while True:
        port = random.randrange(12000, 20000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return port
        except OSError:
            continue


def _binary():
    built = os.path.join(ROOT, "build", "bin", "nginx")
    path = built if os.path.exists(built) else shutil.which("nginx")
    assert path, "nginx is missing: run `make setup`"
    return path
