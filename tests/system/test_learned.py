"""A phone that nobody has told of a server: DHCP (as the simulator is told) and the local network name one."""

import re
import socket
import threading

import dns.message
import dns.rrset
from test_trust import ADMINISTRATOR


def _start(phones, runtime, tmp_path, *extra):
    return phones(runtime, None, state=tmp_path / "s", extra=extra)


def test_dhcp_names_the_server_and_never_a_weaker_one(runtime, phones, server, tmp_path):
    server.files["/fleet/aastra.cfg"] = b"softkey1 type: xml\nsoftkey1 label: Learned\nhttps validate hostname: 0\n"
    place = server.url.replace("https://", "http://")
    phone = _start(phones, runtime, tmp_path, "--dhcp-option", "66=" + server.url + "fleet")
    assert "Learned" in phone.lcd() and phone.status()["configuration"]["result"] == "applied"
    assert "https validate hostname" in phone.log(), "it may not make the phone less safe: nobody has vouched for it"
    phone.stop()
    server.requests.clear()
    phone = _start(phones, runtime, tmp_path, "--dhcp-option", "66=" + place)
    configuration = phone.status()["configuration"]
    assert configuration["result"] == "kept" and "came over HTTPS" in configuration["error"]
    assert "Learned" in phone.lcd() and server.requests == []


def _responder(port):
    """A service announcer on loopback that answers each question with this HTTPS server; gives its own port."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(30)

    def serve():
        while True:
            try:
                data, peer = sock.recvfrom(1000)
            except OSError:
                return
            reply = dns.message.make_response(dns.message.from_wire(data))
            kind = "_aastra-cfg._tcp.local."
            reply.answer.append(dns.rrset.from_text(kind, 120, "IN", "PTR", "Office." + kind))
            place = "0 0 %d localhost." % port
            reply.additional.append(dns.rrset.from_text("Office." + kind, 120, "IN", "SRV", place))
            texts = '"protocol=https" "path=fleet"'
            reply.additional.append(dns.rrset.from_text("Office." + kind, 120, "IN", "TXT", texts))
            reply.additional.append(dns.rrset.from_text("localhost.", 120, "IN", "A", "127.0.0.1"))
            sock.sendto(reply.to_wire(), peer)

    threading.Thread(target=serve, daemon=True).start()
    return sock, sock.getsockname()[1]


def test_the_local_network_names_the_server(runtime, phones, server, tmp_path):
    server.files["/fleet/aastra.cfg"] = b"softkey1 type: xml\nsoftkey1 label: Nearby\n"
    sock, port = _responder(server.port)
    with sock:
        phone = _start(phones, runtime, tmp_path, "--mdns", "127.0.0.1:%d" % port)
        assert "Nearby" in phone.lcd() and "/fleet/57i.st" in server.paths()
        assert "has named 127.0.0.1: its files cannot make" in phone.log()
        form = re.search('action="/configurationServer.html".*Keep This Server', phone.get("/sysinfo.html").text)
        kept = re.findall('name="([^"]*)" value="([^"]*)"', form.group(0))
        assert "nobody vouches for it" in " ".join(phone.press(*ADMINISTRATOR, "1").split())
        server.files["/fleet/aastra.cfg"] += b"https validate expires: 0\nsoftkey1 label: Ours\n"
        phone.press("softkey1")
        phone.wait_lcd("Ours")
        assert phone.log().count("has named 127.0.0.1") == 1, "it counts as one that somebody has named"
        with open(phone.state + "/local.cfg", encoding="utf-8") as file:
            local = file.read()
        assert len(kept) == 4 and kept[0] == ("download_protocol", "HTTPS")
        for name, value in kept[1:]:  # the page would have set the same
            assert "%s: %s\n" % (name.replace("_", " "), value) in local, local
