"""Multicast DNS beside dnspython, which reads our question and writes answers."""

import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.rrset
from dialtone.net import mdns


def _answer(question, instance, port, texts, compress=True):
    message = dns.message.from_wire(question)
    reply = dns.message.make_response(message)
    service = mdns.SERVICE + "."
    full = dns.name.from_text(instance.replace(" ", "\\032") + "." + service).to_text()
    reply.flags |= dns.flags.AA
    reply.answer.append(dns.rrset.from_text(service, 120, "IN", "PTR", full))
    reply.additional.append(dns.rrset.from_text(full, 120, "IN", "TXT", " ".join('"%s"' % text for text in texts)))
    reply.additional.append(dns.rrset.from_text(full, 120, "IN", "SRV", "0 0 %d pbx.local." % port))
    reply.additional.append(dns.rrset.from_text("pbx.local.", 120, "IN", "AAAA", "fe80::1"))
    reply.additional.append(dns.rrset.from_text("pbx.local.", 120, "IN", "A", "192.0.2.9"))
    return reply.to_wire()


def test_our_question_is_one():
    message = dns.message.from_wire(mdns.question(b"\x12\x34"))
    assert message.id == 0x1234 and len(message.question) == 1
    asked = message.question[0]
    assert asked.name.to_text() == "_aastra-cfg._tcp.local." and asked.rdtype == dns.rdatatype.PTR


def test_its_answers_are_read():
    question = mdns.question(b"\xab\xcd")
    for instance in ("Office", "Server room 2"):
        data = _answer(question, instance, 8443, ["protocol=https", "path=phones", "txtvers=1"])
        told = mdns.services(data, b"\xab\xcd")
        assert told == [("192.0.2.9", 8443, {"protocol": "https", "path": "phones", "txtvers": "1"})], instance


def _own(**more):
    from dialtone.net import responder

    texts = ("mac", "00085D123456"), ("model", "57i"), ("version", "1.0.0.1-SIP")
    return responder, responder.records("57i-123456", "Aastra 57i 123456", "127.0.0.1", 8443, texts)


def test_dnspython_reads_what_the_phone_tells():
    responder, own = _own()
    for name, kind, legacy in (
        ("57i-123456.local.", "A", True),
        ("_https._tcp.local.", "PTR", False),
        ("_services._dns-sd._udp.local.", "PTR", False),
        ("57i-123456.local.", "AAAA", False),
        ("Aastra\\03257i\\032123456._https._tcp.local.", "ANY", False),
    ):
        query = dns.message.make_query(name, kind, id=0x1234 if legacy else 0)
        query.flags = 0
        told = dns.message.from_wire(responder.answer(query.to_wire(), own, legacy)[0])
        assert told.flags & dns.flags.AA and told.id == query.id
        assert told.question == (query.question if legacy else [])
        first = told.answer[0]
        wanted = "NSEC" if kind == "AAAA" else first.rdtype.name if kind == "ANY" else kind
        assert first.name == dns.name.from_text(name) and first.rdtype.name == wanted
    # dnspython knows no "flush" bit in the class of a record
    everything = dns.message.from_wire(responder.announcement(own).replace(b"\x80\x01", b"\0\1"))
    texts = [str(rdata) for rrset in everything.answer for rdata in rrset]
    assert '"mac=00085D123456" "model=57i" "version=1.0.0.1-SIP"' in texts
    assert "0 0 8443 57i-123456.local." in texts and "127.0.0.1" in texts


def test_dnspython_reads_the_names_of_the_set_up():
    from dialtone.net import lookups

    for kind, count in (("A", 1), ("AAAA", 0), ("HTTPS", 0)):
        query = dns.message.make_query("www.msftconnecttest.com", kind, use_edns=0)
        told = dns.message.from_wire(lookups.answer(query.to_wire(), "192.168.4.1"))
        assert told.id == query.id and told.question == query.question and told.rcode() == 0
        assert len(told.answer) == count
        assert not count or told.answer[0][0].address == "192.168.4.1"
