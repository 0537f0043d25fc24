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
