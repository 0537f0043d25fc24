"""Answers questions of the local network about this phone: multicast DNS and DNS-SD (RFC 6762, 6763). Bytes to bytes.

It tells of HOST.local (A), and of the service ``_https._tcp`` (PTR, SRV, TXT) with the phone as its instance. Names are
not probed for (RFC 6762 section 8.1): unless an administrator names the phone, they end in digits of its MAC. Whoever
takes the same name for another phone finds both, as with DNS.
"""

from micropython import const

_A = const(1)  # types of records
_PTR = const(12)
_TXT = const(16)
_SRV = const(33)
_NSEC = const(47)
_ANY = const(255)
_IN = const(1)
_TOP = const(0x8000)  # of a class: in a question "unicast will do", in an answer "this is all there is of it"
_HOST_S = const(120)  # section 10: what names a host may change; ...
_OTHER_S = const(4500)  # ... the rest lives for 75 minutes
_LEGACY_S = const(10)  # section 6.7: for who is no multicast DNS peer and would keep it for ever
_QUESTIONS = const(12)  # of one packet that are looked at
_KNOWN = const(40)  # answers that the asker says it has, the same
_JUMPS = const(16)  # compression pointers of one name
_HOST = const(0)  # places of the records
_SERVICE = const(1)
_PLACE = const(3)
_TEXT = const(4)
_LOCAL = b"\5local\0"
_ALL = const(5)  # those that are announced; behind them two that say "there is nothing else"


def records(host, instance, address, port, texts):
    """What there is to tell: (name, type, seconds, shared with others, data), names in wire form.

    ``host``: one label; ``address``: as text; ``texts``: pairs for the TXT record.
    """
    host = _label(host) + _LOCAL
    service = b"\x06_https\x04_tcp" + _LOCAL
    mine = _label(instance) + service
    told = b""
    for name, value in texts:
        told += _label(name + "=" + value)
    packed = bytes([int(part) for part in address.split(".")])
    return (
        (host, _A, _HOST_S, False, packed),
        (service, _PTR, _OTHER_S, True, mine),
        (b"\x09_services\x07_dns-sd\x04_udp" + _LOCAL, _PTR, _OTHER_S, True, service),
        (mine, _SRV, _HOST_S, False, b"\0\0\0\0" + _two(port) + host),
        (mine, _TXT, _OTHER_S, False, told),
        (host, _NSEC, _HOST_S, False, host + b"\0\1\x40"),
        (mine, _NSEC, _OTHER_S, False, mine + b"\0\5\0\0\x80\0\x40"),
    )


def answer(query, own, legacy=False):
    """(bytes of the answer, whether unicast will do, numbers of the records in it), or None.

    ``own``: of ``records``. ``legacy``: the question came from another port than 5353, and its sender wants an
    ordinary DNS answer (RFC 6762 section 6.7). Raises nothing for damaged packets.
    """
    try:
        if len(query) < 12 or query[2] & 0xF8:  # an answer, or another operation
            return None
        wanted, unicast, at = _asked(query, own)
    except (IndexError, ValueError):
        return None
    try:
        if not legacy:
            _take_known(query, at, own, wanted)
    except (IndexError, ValueError):
        pass  # cut, or damaged behind the questions: then it knows nothing
    if not wanted:
        return None
    more = ()  # what whoever asks for the one will ask for next
    if _SERVICE in wanted:
        more = (_PLACE, _TEXT, _HOST)
    elif _PLACE in wanted:
        more = (_HOST,)
    more = [number for number in more if number not in wanted]
    head = b"\0\0\x84\0\0\0" + _two(len(wanted)) + b"\0\0" + _two(len(more))
    if legacy:
        head = query[:2] + b"\x84\0" + query[4:6] + head[6:] + query[12:at]
    return head + b"".join([_record(own[number], legacy) for number in wanted + more]), unicast or legacy, wanted


def announcement(own, seconds=None):
    """The bytes that tell of everything unasked; with ``seconds`` 0 they take it back (RFC 6762 section 10.1)."""
    told = b"".join([_record(record, False, seconds) for record in own[:_ALL]])
    return b"\0\0\x84\0\0\0" + _two(_ALL) + b"\0\0\0\0" + told


def _asked(query, own):
    """(numbers of the records that are asked for, whether unicast will do for all of them, the place behind)."""
    count = _number(query, 4)
    if count > _QUESTIONS:
        raise ValueError
    at, wanted, unicast = 12, [], True
    for _ in range(count):
        name, at = _name(query, at)
        kind, group = _number(query, at), _number(query, at + 2)
        at += 4
        if group & ~_TOP not in (_IN, _ANY):
            continue
        named = [number for number in range(len(own)) if own[number][0].lower() == name]
        found = [number for number in named if number < _ALL and kind in (own[number][1], _ANY)]
        found = found or [number for number in named if number >= _ALL]
        if found and not group & _TOP:
            unicast = False
        wanted += [number for number in found if number not in wanted]
    return wanted, unicast, at


def _take_known(query, at, own, wanted):
    """Takes out of ``wanted`` what the asker has for more than half of its time (RFC 6762 section 7.1)."""
    for _ in range(min(_number(query, 6), _KNOWN)):
        name, at = _name(query, at)
        kind, size = _number(query, at), _number(query, at + 8)
        seconds = _number(query, at + 4) << 16 | _number(query, at + 6)
        at += 10
        data = bytes(query[at : at + size])
        if len(data) < size:
            raise IndexError
        if kind == _PTR:
            data = _name(query, at)[0]
        elif kind == _SRV:
            data = data[:6] + _name(query, at + 6)[0]
        at += size
        for number in list(wanted):
            record = own[number]
            same = record[0].lower() == name and record[1] == kind
            if same and record[4].lower() == data.lower() and 2 * seconds >= record[2]:
                wanted.remove(number)


def _record(record, legacy, seconds=None):
    name, kind, lasts, shared, data = record
    if seconds is None:
        seconds = min(lasts, _LEGACY_S) if legacy else lasts
    group = _IN if shared or legacy else _IN | _TOP
    return name + _two(kind) + _two(group) + b"\0\0" + _two(seconds) + _two(len(data)) + data


def _two(number):
    return bytes([number >> 8, number & 255])


def _label(text):
    data = text.encode()[:63]
    return bytes([len(data)]) + data


def _number(data, at):
    return data[at] << 8 | data[at + 1]


def _name(data, at):
    """(the name at ``at`` in wire form and lower case, the place behind it)."""
    name = b""
    end = jumps = 0
    while True:
        size = data[at]
        if size & 0xC0 == 0xC0:
            end = end or at + 2
            at = (size & 0x3F) << 8 | data[at + 1]
            jumps += 1
            if jumps > _JUMPS:
                raise ValueError
        elif size & 0xC0 or len(name) > 255 or at + size >= len(data):
            raise ValueError
        else:
            name += data[at : at + 1 + size]
            at += 1 + size
            if not size:
                return name.lower(), end or at
