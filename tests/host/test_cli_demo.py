"""The demo configuration server, asked as a phone asks."""

import asyncio
import http.client
import ssl
import stat
import urllib.parse

import pytest
from host import demo_server
from host.demo_server import DemoServer

AGENT = {"User-Agent": "Aastra57i MAC:00-08-5D-12-34-56 V:1.0.0.1-SIP"}


class Asker:
    def __init__(self, demo):
        self.demo = demo

    def _get(self, path, headers):
        url = urllib.parse.urlsplit(self.demo.base)
        context = ssl.create_default_context(cafile=str(self.demo.authority))
        link = http.client.HTTPSConnection(url.hostname, url.port, context=context, timeout=10)
        try:
            link.putrequest("GET", path, skip_accept_encoding=True)
            for pair in {**AGENT, **headers}.items():
                link.putheader(*pair)
            link.endheaders()
            answer = link.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            link.close()

    async def get(self, path, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return await asyncio.to_thread(self._get, path, headers)


def asking(tmp_path, question, log=None):
    """Runs ``question(asker)`` while a demo server serves; returns what it returns."""

    async def run():
        demo = DemoServer(tmp_path, log)
        await demo.start()
        try:
            return await question(Asker(demo))
        finally:
            await demo.stop()

    return asyncio.run(run())


def test_files_are_filled_in_and_verified(tmp_path):
    async def question(asker):
        for path in ("/aastra.cfg", "/57i.cfg", "/53i.cfg", "/00085D123456.cfg", "/scripts/menu.xml"):
            status, fields, body = await asker.get(path)
            assert status == 200 and int(fields["Content-Length"]) == len(body), path
            assert b"@" not in body, "a place is left unfilled in " + path
        body = (await asker.get("/57i.cfg"))[2].decode()
        assert 'softkey1 value: "%s/scripts/try.xml"' % asker.demo.base in body
        assert b"hostname: demo-00085D123456" in (await asker.get("/00085D123456.cfg"))[2]
        assert b"Model 57i" in (await asker.get("/scripts/about.xml"))[2]

    asking(tmp_path, question)


def test_every_link_of_the_scripts_leads_somewhere(tmp_path):
    async def question(asker):
        dead = set()
        for path in sorted((demo_server.FILES / "scripts").glob("*.xml")):
            body = (await asker.get("/scripts/" + path.name))[2].decode()
            for piece in body.split("<URI>")[1:]:
                target = piece.partition("</URI>")[0].removeprefix(asker.demo.base)
                if (await asker.get(target))[0] != 200:
                    dead.add(target)
        return dead

    assert asking(tmp_path, question) == {"/scripts/missing.xml"}, "the one that shows what a missing page looks like"


def test_etag_and_ranges(tmp_path):
    async def question(asker):
        status, fields, body = await asker.get("/aastra.cfg")
        assert (await asker.get("/aastra.cfg", If_None_Match=fields["ETag"]))[0] == 304
        assert (await asker.get("/aastra.cfg", If_None_Match='"other"'))[0] == 200
        status, fields, image = await asker.get("/57i.st")
        assert status == 200 and fields["Content-Length"] == str(len(image))
        status, fields, piece = await asker.get("/57i.st", Range="bytes=100-199")
        assert status == 206 and piece == image[100:200]
        assert (await asker.get("/57i.st", Range="bytes=99999999-"))[0] == 416

    asking(tmp_path, question)


@pytest.mark.parametrize(
    "path",
    [
        "/security.tuz",
        "/",
        "/MAC.cfg.bak",
        "/../demo_server.py",
        "/%2e%2e/demo_server.py",
        "/..%2fdemo_server.py",
        "/demo-ca.key",
        "/00085d123456.cfg",
        "/scripts/../../demo-ca.key",
        "/aastra.cfg/",
        "//aastra.cfg",
    ],
)
def test_only_the_demo_files_are_served(tmp_path, path):
    async def question(asker):
        status, _, body = await asker.get(path)
        assert status == 404 and b"PRIVATE" not in body and b"import" not in body

    asking(tmp_path, question)


def test_the_image_is_the_running_version(tmp_path):
    demo_server.allow_firmware_imports()
    from dialtone.update import image
    from dialtone.version import VERSION

    asking(tmp_path, lambda asker: asker.get("/57i.st"))
    header = image.parse_header((tmp_path / "57i.st").read_bytes()[: image.HEADER_BYTES])
    assert header.version == VERSION and "57i" in header.models


def test_address_and_authority_stay_and_requests_are_logged(tmp_path):
    lines = []

    async def question(asker):
        await asker.get("/aastra.cfg?x=%1b[2J")
        return asker.demo.base, asker.demo.authority.read_bytes()

    first = asking(tmp_path, question, lambda *row: lines.append(row))
    assert asking(tmp_path, question) == first
    (method, target, status, tls, ms), *more = lines
    assert (method, status, tls[0], more) == ("GET", 200, "TLSv1.3", []) and target.startswith("/aastra.cfg")
    assert target.isprintable() and 0 <= ms < 5000
    for name in ("demo-ca.key", "demo-server.pem"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
