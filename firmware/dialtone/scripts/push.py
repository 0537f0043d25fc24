"""What a POST pushes, and who may push (facts page, 6.1)."""

import asyncio

from micropython import const

_ENTRIES = const(32)  # entries of the list that are looked at
_NAMES = const(8)  # names resolved for one push: each may cost a DNS round trip


def payload(body, content_type):
    """The XML document that a POST body pushes, as bytes; None when the POST is no push.

    ``xml=`` may be followed by the document as it is, whatever the content type says, or percent-encoded; a body of an
    XML content type may be the document itself.
    """
    body = bytes(body)
    kind = content_type.split(";")[0].strip().lower()
    at = 4 if body[:4] == b"xml=" else -1
    if at < 0 and kind == "application/x-www-form-urlencoded":
        at = body.find(b"&xml=")
        at += 5 if at >= 0 else 0
    if at < 0:
        return body if kind in ("text/xml", "application/xml") else None
    document = body[at:]
    if document.strip()[:1] == b"<" or document[:4] == b"\xef\xbb\xbf<":
        return document
    from dialtone.http.forms import percent_decode

    return bytes(percent_decode(document.split(b"&", 1)[0].replace(b"+", b" ")))


async def sender_allowed(allowed, peer, resolve):
    """Whether the address ``peer`` is in the ``xml application post list`` ``allowed``. An empty list allows nobody.

    Entries are addresses, networks (``10.0.0.0/8``) or names; ``resolve(name)`` gives a name's addresses, [] without.
    Only the forward direction counts: whoever owns an address decides what its reverse name says.
    """
    peer = _plain(peer)
    found, names = _listed(allowed, peer)
    for name in () if found else names:
        if peer in [_plain(address) for address in resolve(name)]:
            return True
        await asyncio.sleep(0)  # a look-up blocks the loop: let others go on between two
    return found


def host_listed(allowed, host, resolve):
    """Whether the server ``host`` of a URL (name or address) is in the list: by its name, or all of its addresses."""
    names = _listed(allowed, "")[1]
    if _plain(host) in [_plain(name) for name in names]:
        return True
    addresses = resolve(host)
    for address in addresses:
        if not _listed(allowed, _plain(address))[0]:
            if not [1 for name in names if address in resolve(name)]:
                return False
    return bool(addresses)


def _listed(allowed, peer):
    """(whether an entry is ``peer`` or its network, the entries that are names)."""
    names = []
    for entry in allowed.split(",")[:_ENTRIES]:
        entry = entry.strip()
        if "/" in entry:
            if _in_network(peer, entry):
                return True, names
        elif entry and _plain(entry) == peer:
            return True, names
        elif entry and ":" not in entry and _number(entry) is None:
            names.append(entry)
    return False, names[:_NAMES]


def _plain(address):
    """An address in one spelling: lower case, no brackets, IPv4 not wrapped in IPv6."""
    address = address.strip("[]").lower()
    return address[7:] if address[:7] == "::ffff:" and "." in address else address


def _number(address):
    """An IPv4 address as a number, None when it is none."""
    # Bytes are asked for digits: the text "²" is one to CPython, and no number.
    parts = address.split(".")
    value = 0
    for part in parts:
        if not part.encode().isdigit() or len(part) > 3 or int(part) > 255:
            return None
        value = value << 8 | int(part)
    return value if len(parts) == 4 else None


def _in_network(peer, network):
    base, _, bits = network.partition("/")
    base, peer = _number(base), _number(peer)
    if base is None or peer is None or len(bits) > 2 or not bits.encode().isdigit() or int(bits) > 32:
        return False
    shift = 32 - int(bits)
    return base >> shift == peer >> shift
