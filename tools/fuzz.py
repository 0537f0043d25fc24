"""make fuzz: feeds every parser that hostile bytes reach with mutated input, most of them beside a second opinion.

`tools/fuzz.py --count N --seed S [--only NAME]`. An input that breaks a property is written to build/fuzz and belongs
into KEPT of tests/host/test_fuzz.py once its cause is mended; `--replay FILE...` shows what such a file does now.
"""

import argparse
import asyncio
import hashlib
import ipaddress
import random
import sys
import time
import urllib.parse
from pathlib import Path

import fuzz_http
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.x509 import InvalidVersion

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests/unit"), str(ROOT / "tests/host")]

import fuzz_names  # noqa: E402
import fuzz_old  # noqa: E402
from dialtone.config.lexer import Lexer  # noqa: E402
from dialtone.config.store import Store  # noqa: E402
from dialtone.errors import CallerError, PeerError  # noqa: E402
from dialtone.http import credentials, forms, limits, url  # noqa: E402
from dialtone.scripts import push  # noqa: E402
from dialtone.lcd.panel import KEYS, Panel  # noqa: E402
from dialtone.lcd.script_screen import visit  # noqa: E402
from dialtone.scripts.objects import Builder  # noqa: E402
from dialtone.update import building, image  # noqa: E402
from dialtone.x509 import certificate, der, keys, pem, skim  # noqa: E402
import net_identity  # noqa: E402
from script_support import Host  # noqa: E402

CRASHERS = ROOT / "build/fuzz"
_SHOWN = 20  # problems printed in full
_MORE = {"xml": 10}  # times as many: anybody's script server feeds it


def mutate(lot, seeds, words):
    """One of ``seeds`` with a few changes: words put in or over something, pieces cut, doubled, flipped or swapped."""
    data = lot.choice(seeds)
    if lot.random() < 0.1:
        other = lot.choice(seeds)
        data = data[: lot.randrange(len(data) + 1)] + other[lot.randrange(len(other) + 1) :]
    for _ in range(lot.choice((0, 1, 1, 1, 2, 2, 3, 6))):
        at = lot.randrange(len(data) + 1)
        end = min(len(data), at + lot.choice((1, 1, 2, 4, 16)))
        kind = lot.randrange(6)
        if kind == 0:
            data = data[:at] + lot.choice(words) + data[at:]
        elif kind == 1:
            data = data[:at] + lot.choice(words) + data[end:]
        elif kind == 2:
            data = data[:at] + data[end:]
        elif kind == 3:
            data = data[:at] + data[at:end] * lot.choice((2, 3, 40, 300)) + data[end:]
        elif kind == 4 and at < len(data):
            data = data[:at] + bytes([data[at] ^ 1 << lot.randrange(8)]) + data[at + 1 :]
        else:
            data = data[:at] + lot.randbytes(lot.choice((1, 2, 8))) + data[at:]
    return data


def cuts(lot, data):
    """``data`` in random pieces."""
    pieces, at = [], 0
    while at < len(data):
        step = lot.choice((1, 1, 2, 3, 7, 50, 2000))
        pieces.append(data[at : at + step])
        at += step
    return pieces


# -- HTTP: the codec in both roles; see fuzz_http.py

_HTTP = (
    [bytes([fuzz_http.SERVER]) + data for data in fuzz_http.REQUESTS],
    [bytes([fuzz_http.CLIENT]) + data for data in fuzz_http.RESPONSES],
)


def http_input(lot):
    """The role as first byte, and a message."""
    role = 1 if lot.randrange(3) == 2 else 0
    seeds = (fuzz_http.REQUESTS, fuzz_http.RESPONSES)[role]
    return _HTTP[role][0][:1] + fuzz_http.mutate(lot, seeds)


def http_check(lot, data):
    """What the codec accepts, h11 accepts and reads alike, in any split."""
    role, data = data[0], data[1:]
    found, _ = fuzz_http.compare(role, data)
    whole = fuzz_http.ours(role, data)
    cut = fuzz_http.ours(role, data, [lot.randrange(len(data) + 1) for _ in range(3)])
    if fuzz_http.shape(whole) != fuzz_http.shape(cut):
        found.append("a split changes the reading")
    return found


# -- XML: beside expat; the oracle lives with its test


def xml_input(lot):
    from test_xml_oracle import mutated

    return mutated(lot)


def xml_check(lot, data):
    """What the reader accepts, expat accepts with the same events; what only expat accepts is over a named limit."""
    from test_xml_oracle import beyond_a_limit, expats, ours, verdict

    one, reason = verdict(ours, data, lot.choice((1, 2, 7, 64, 512, 20000)))
    two, _ = verdict(expats, data)
    if verdict(ours, data, 20000) != (one, reason):
        return ["a split changes the reading"]
    if one is not None:
        return [] if two is not None and one[0] == two else ["accepted otherwise than by expat"]
    return [] if two is None or beyond_a_limit(data, two, reason) else ["refused, but expat reads it: " + reason]


# -- Objects for phones, in XML

_SCRIPTS = (
    b'<AastraIPPhoneTextMenu defaultIndex="2" destroyOnExit="yes"><Title wrap="yes">T</Title>'
    b'<MenuItem base="http://h/">'
    b'<Prompt>One</Prompt><URI>x</URI><Selection>s</Selection></MenuItem><SoftKey index="1"><Label>Ok</Label>'
    b"<URI>SoftKey:Select</URI></SoftKey></AastraIPPhoneTextMenu>",
    b"<AastraIPPhoneTextScreen Timeout='30'><Text>words &amp; more</Text></AastraIPPhoneTextScreen>",
    b"<AastraIPPhoneExecute><ExecuteItem URI='Command: Reset'/></AastraIPPhoneExecute>",
    b'<AastraIPPhoneTextMenu wrapList="yes" style="radio"><MenuItem icon="1"><Prompt split="3" Color="red">Two words'
    b'</Prompt><URI>http://h/</URI></MenuItem><IconList><Icon index="1">00FF</Icon></IconList></AastraIPPhoneTextMenu>',
    b'<AastraIPPhoneFormattedTextScreen><Line Size="double" Align="center">A</Line><Scroll Height="2"><Line>b</Line>'
    b'<Line Size="large">c</Line><Line>d</Line></Scroll><Line>e</Line></AastraIPPhoneFormattedTextScreen>',
    b'<AastraIPPhoneInputScreen type="IP" defaultIndex="2"><URL>http://h/</URL><InputField type="timeUS"><Prompt>T'
    b'</Prompt><Parameter>t</Parameter><Default>10:00</Default></InputField><InputField type="dateInt"><Default>1'
    b'</Default><SoftKey index="2"><Label>x</Label><URI>SoftKey:Submit</URI></SoftKey></InputField>'
    b'<InputField type="empty"/></AastraIPPhoneInputScreen>',
    b'<AastraIPPhoneInputScreen type="number" password="yes"><Prompt>P</Prompt><URL>http://h/</URL><Parameter>p'
    b"</Parameter></AastraIPPhoneInputScreen>",
    b'<AastraIPPhoneDirectory next="http://h/"><MenuItem><Prompt>n</Prompt><URI>1</URI></MenuItem>'
    b"</AastraIPPhoneDirectory>",
    b'<AastraIPPhoneImageScreen><Image height="8" width="2" verticalAlign="3">FF00</Image></AastraIPPhoneImageScreen>',
    b'<AastraIPPhoneImageMenu><Image>FF</Image><URIList base="http://h/"><URI key="1">a</URI></URIList>'
    b"</AastraIPPhoneImageMenu>",
    b'<AastraIPPhoneCallLog dialUri="http://h/"><LogItem count="2" type="missed"><Name>n</Name><Date>01-02-2026</Date>'
    b"<Time>1:2</Time><Selection>s</Selection></LogItem></AastraIPPhoneCallLog>",
    b'<AastraIPPhoneStatus><Session>s</Session><Message index="0" type="alert" Timeout="3">m</Message>'
    b"</AastraIPPhoneStatus>",
)
_SCRIPT_WORDS = (
    b"<", b">", b"/>", b"</", b"<a>", b"</a>", b"&", b"&#178;", b"\xc2\xb2", b"\xd9\xa3", b"index='99999'",
    b"index='-1'", b"<SoftKey index='2'>", b"<Title/>", b"<MenuItem/>",
    b"defaultIndex='x'", b"Timeout='\xc2\xb2'", b"</MenuItem>", b"<InputField type='IP'>", b"</InputField>",
    b"Height='0'", b"Height='99'", b"split='0'", b"height='99999'", b"width='0'", b"type='dateUS'", b"scrollDown='x'",
    b"LockIn='yes'",     b"displayMode='condensed'", b"\xe4\xb8\xad" * 30, b"&#10;", b"word " * 200,
)  # fmt: skip


_KEYS = KEYS.split()


def script_input(lot):
    return mutate(lot, _SCRIPTS, _SCRIPT_WORDS)


def script_check(lot, data):
    """Refused by a PeerError, or an object whose softkeys exist, and that both displays show whatever keys come."""

    def built(pieces):
        builder = Builder()
        for piece in pieces:
            if piece:
                builder.feed(piece)
        return builder.finish()

    try:
        one = built([data])
    except PeerError:
        return []
    found = [] if vars(built(cuts(lot, data))) == vars(one) else ["a split changes the reading"]
    if [number for number in one.softkeys if not 1 <= number % 100 <= 6]:
        found.append("softkeys %r" % one.softkeys)
    return found + _shown(lot, data, built)


def _shown(lot, data, built):
    found = []
    for panel in (Panel(24, 8), Panel(16, 3)):
        Host.panel = panel
        player = visit(panel, Host)
        player.push(built([data]))
        for _ in range(6):
            rows = panel.rows()
            if len(rows) != panel.lines or [row for row in rows if len(row) > panel.columns]:
                found.append("rows %r" % rows)
            panel.press(lot.choice(_KEYS))
        panel.home()
    return found


# -- Configuration files

_CONFIG = (
    b"\xef\xbb\xbf# comment\r\nhttp server: 10.0.0.1  # why\r\n!sip line1 user name: 1111\r\n",
    b'^dial plan: "x+#|""xx+*"\n[softkey1|softkey2] type: xml\n\n  HTTP   Path :  a/b  \n',
    b"a: \xe4\xf6\nb: \xc3\xa4\n" + b"name: " + b"v" * 1030 + b"\nlast line: without end",
    b"softkey[1|2|3|4|5] [type|label|value]: x\n",
    b"https client method: TLSv1.3\nhttps validate certificates: 1\n^https redirect http get: 0\n!prgkey3 type: xml\n",
    b"https client method: SSLv3\nhttps validate hostname: 0\nsoftkey20 value: http://x/\nauto resync time: 03:00\n",
)
_CONFIG_WORDS = (
    b"\r", b"\n", b"\r\n", b"\0", b'"', b'""', b"#", b" #", b":", b"!", b"^", b"[", b"]", b"|", b"[a|b]", b"[|]", b"\t",
    b"\xef\xbb\xbf", b"\xff", b"\xc3", b"\xe2\x80\xa8", b"\x1a", b"\xc2\xb2", b"\xd9\xa3", b"1", b"99", b" " * 1100,
    b"[a|b]" * 12, b"name: value\n",
)  # fmt: skip


class _Sink:
    def __init__(self):
        self.said = []

    def row(self, *row):
        self.said.append(row)

    def problem(self, *problem):
        self.said.append(problem)


class _Thorough(Lexer):
    """Reads each line by the whole grammar, none in the quick way."""

    def _usual(self, lines, data):
        for line in lines:
            self._line += 1
            self._one(self._line, line)


def _lexed(pieces, kind=Lexer):
    sink = _Sink()
    lexer = kind(sink)
    for piece in pieces:
        lexer.feed(piece)
    lexer.finish()
    return sink.said


def config_input(lot):
    return mutate(lot, _CONFIG, _CONFIG_WORDS)


def config_check(lot, data):
    """Rows and diagnostics are the same in any split and in the quick way of reading, bounded in number and size, and
    lie inside the file.
    """
    said = _lexed([data])
    found = [] if _lexed(cuts(lot, data)) == said else ["a split changes the reading"]
    if _lexed([data], _Thorough) != said:
        found.append("the quick way reads something else")
    lines = data.count(b"\n") + data.count(b"\r") + 1
    if len(said) > 12 * lines:
        found.append("%d rows of %d lines" % (len(said), lines))
    for one in said:
        if not 1 <= one[0] <= lines or one[1] < 1:
            found.append("a place outside the file: %r" % (one[:2],))
        if len(one) == 5 and (one[2] not in "-!^" or not one[3] or "\n" in one[3] + one[4] or len(one[4]) > 1024):
            found.append("a row that is none: %r" % (one,))
    return found if lot.randrange(4) else found + _stored(cuts(lot, data))  # the store takes most of the time


def _stored(pieces):
    """What is wrong with a store that took a file: nothing untrusted is lowered, diagnostics are bounded."""
    store = Store("57i")
    draft = store.begin_server()
    draft.layer("aastra", "aastra.cfg", False)
    for piece in pieces:
        draft.feed(piece)
    draft.commit()
    found = [] if len(store.diagnostics) <= 20 else ["%d diagnostics kept" % len(store.diagnostics)]
    return found if store.get("https client method") in ("TLS", "TLSv1.2", "TLSv1.3") else [*found, "trust was lowered"]


# -- URLs: beside urllib

_URLS = (
    b"https://user:p%40ss@host.example:8443/a/b/../c?d=e&f#g",
    b"http://10.0.0.1/",
    b"HTTPS://[2001:db8::1]:443/x;y",
    b"http://host?q",
    b"//other.example/x",
    b"../up/./and?over",
    b"/path%20with%2Fescapes",
    b"",
)
_URL_WORDS = (
    b"/", b"//", b"\\", b":", b"@", b"?", b"#", b"[", b"]", b"%", b"%00", b"%0d%0a", b"..", b"/../", b"/./", b" ",
    b"\t", b"\r\n", b"\0", b"\x7f", b"http:", b"https://", b"javascript:", b":0", b":65536", b":443", b"::", b"::1",
    b"a@b@c", b"\xc3\xa9", b"\xe2\x84\xaa", b"\xef\xbc\x8f", b"127.1", b"0x7f.1", b"%2e%2e", b"&", b"+",
)  # fmt: skip


_URL_LONGEST = 1000


def url_input(lot):
    return mutate(lot, _URLS, _URL_WORDS)


def url_check(lot, data):
    """An accepted URL means to urllib the same scheme, host, port and log-in; written and read again it is the same."""
    text = data.decode("utf-8", "replace")
    base = url.parse("https://base.example/one/two?three")
    found = []
    for one, theirs in ((_parsed(url.parse, text), text), (_parsed(url.join, base, text), None)):
        if one is None:
            continue
        if theirs is None:
            try:
                theirs = urllib.parse.urljoin(str(base), text.strip(" "))
            except ValueError:
                theirs = text
        found += _url_alike(one, theirs.strip(" "))
        if len(str(one)) > _URL_LONGEST:
            continue  # longer by percent-encoding than what may be typed
        again = url.parse(str(one))
        if (again.origin, again.target) != (one.origin, one.target):
            found.append("written and read again it is another one: %s" % one)
        if [char for char in one.target if not "!" <= char <= "~"] or one.target[:1] != "/":
            found.append("a target that no request line carries: %r" % one.target)
        if (
            one.password
            and len(one.password) > 3
            and one.password in str(one)
            and one.password not in text[8:].partition("@")[2]
        ):
            found.append("its password is shown")
    return found


def _parsed(function, *arguments):
    try:
        return function(*arguments)
    except CallerError:
        return None


def _url_alike(one, text):
    try:
        theirs = urllib.parse.urlsplit(text)
        origin = (theirs.scheme, theirs.hostname, theirs.port or {"http": 80, "https": 443}.get(theirs.scheme))
    except ValueError as error:
        # An IPv6 literal that is none cannot be connected to; urllib forbids brackets and wide slashes in passwords.
        return (
            []
            if "IPv" in str(error) or "NFKC" in str(error) and "@" in text
            else ["accepted what urllib refuses: %s" % error]
        )
    found = [] if origin == one.origin else ["leads to %r, by urllib to %r" % (one.origin, origin)]
    for name in ("username", "password"):
        value, mine = getattr(theirs, name), one.user if name == "username" else one.password
        if mine is not None and urllib.parse.unquote(value or "", errors="replace") != mine:
            found.append("another " + name)
    return found


# -- Firmware image headers

_HEADER = building.build_header(image.Header(image.APPLICATION, ("57i", "53i"), "1.0.0.2-SIP", 4096, 6))
_SIGNED = building.build_header(
    image.Header(image.SYSTEM, ("*",), "2-SIP", 1 << 20, 0, "1.0-SIP", bytes(range(8)), bytes(range(64)), True)
)
_IMAGE_WORDS = (
    b"\0",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\0\0\0",
    b"DTIMAGE\n",
    b"57i,",
    b",",
    b" ",
)


def image_input(lot):
    data = bytearray(lot.choice((_HEADER, _SIGNED)))
    for _ in range(lot.choice((0, 1, 1, 2, 3))):
        word = lot.choice((*_IMAGE_WORDS, lot.randbytes(1), lot.randbytes(4)))
        at = (
            lot.randrange(len(data) - len(word) + 1)
            if lot.randrange(4)
            else lot.choice((8, 10, 12, 16, 20, 22, 24, 56, 88, 152, 160, 224))
        )
        data[at : at + len(word)] = word
    return bytes(data[: lot.randrange(len(data) + 1)]) if not lot.randrange(10) else bytes(data)


def image_check(lot, data):
    """Refused by a PeerError, or lengths and versions make sense and the header can be built again."""
    try:
        one = image.parse_header(data)
    except PeerError:
        return []
    again = image.parse_header(building.build_header(one))
    found = [] if vars(again) == vars(one) else ["built and read again it is another one"]
    if one.blocks * image.BLOCK_BYTES - one.payload_length not in range(image.BLOCK_BYTES):
        found.append("hashes for another payload")
    image.number(one.version)
    return found


# -- Web forms: beside urllib

_FORMS = (
    b"https_client_method=TLS&https_user_certificates=1&passwd=%C3%A9+%26&empty=&=x&novalue",
    b"a=1&a=2&b=%zz%4&c=%E9&d=%00",
    b"&&a==b&+=+&%",
)
_FORM_WORDS = (
    b"&",
    b"=",
    b"+",
    b"%",
    b"%%",
    b"%2",
    b"%26",
    b"%C3",
    b"%c3%a9",
    b"\xff",
    b"\0",
    b";",
    b"a=b&" * 500,
    b"&" * 900,
)


def form_input(lot):
    return mutate(lot, _FORMS, _FORM_WORDS)


def _text(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def form_check(lot, data):
    """The same pairs as by urllib's rules, never more than the limit, and what is encoded is read back."""
    parts = [part.replace(b"+", b" ").partition(b"=") for part in data.split(b"&") if part]
    theirs = [tuple(_text(urllib.parse.unquote_to_bytes(text)) for text in (name, value)) for name, _, value in parts]
    try:
        pairs = forms.parse_form(data)
    except PeerError as error:
        return [] if error.status == 413 and len(theirs) > limits.FORM_FIELDS else ["refused: %s" % error]
    found = [] if pairs == theirs else ["read otherwise than by urllib"]
    if forms.parse_form(forms.encode_form([pair for pair in pairs if pair != ("", "")]).encode()) != [
        p for p in pairs if p != ("", "")
    ]:
        found.append("encoded and read again it is another one")
    return found


# -- Log-ins

_LOGINS = (b"Basic YWRtaW46MjIyMjI=", b"basic  dXNlcjo=", b"Basic w7w6w6Q=", b"Bearer abc", b"Digest username=x")
_LOGIN_WORDS = (b" ", b"=", b"==", b"+", b"/", b"-", b"_", b"A", b"AAAA" * 80, b"\t", b"\n", b"\xc3", b"Basic ")


def login_input(lot):
    return mutate(lot, _LOGINS, _LOGIN_WORDS)


def login_check(lot, data):
    """Accepted credentials have no controls, and make the same value again but for its padding bits."""
    pair = credentials.basic(data.decode("latin-1"))
    if pair is None:
        return []
    if ":" in pair[0] or [char for char in "".join(pair) if char < " " or char == "\x7f"]:
        return ["a character that cannot be"]
    return [] if credentials.basic(credentials.basic_value(*pair)) == pair else ["made again it is another one"]


# -- XML pushes and who may send them

_PUSHES = (b"xml=<a/>", b"xml=%3Ca%2F%3E&b=c", b"a=b&xml=%3Ca+b%3D%221%22%2F%3E", b"<a/>", b"\xef\xbb\xbf<a/>")
_SENDERS = (b"127.0.0.1", b"10.0.0.0/8,192.168.1.7", b"pbx.example, 2001:db8::1", b" ,,0.0.0.0/0")
_SENDER_WORDS = (
    b",",
    b"/",
    b".",
    b":",
    b"0",
    b"255",
    b"256",
    b"/33",
    b"/-1",
    b" ",
    b"\xc2\xb2",
    b"\xd9\xa3",
    b"::ffff:",
    b"[",
    b"*",
)


def push_input(lot):
    if lot.randrange(2):
        return b"L" + mutate(lot, _SENDERS, _SENDER_WORDS)
    return b"B" + mutate(lot, _PUSHES, _FORM_WORDS)


def push_check(lot, data):
    """A body never fails; a sender is let in only by an entry that ipaddress would let it in by, or by a name."""
    kind, data = data[:1], data[1:]
    if kind == b"B":
        for content_type in ("application/x-www-form-urlencoded", "text/xml; charset=utf-8", ""):
            document = push.payload(data, content_type)
            if document is not None and len(document) > len(data):
                return ["longer than what was sent"]
        return []
    text = data.decode("utf-8", "replace")
    peer = lot.choice(("127.0.0.1", "10.1.2.3", "192.168.1.7", "8.8.8.8", "2001:db8::1"))
    said = asyncio.run(push.sender_allowed(text, peer, lambda name: []))
    return ["lets %s in" % peer] if said and not _allowed(text, peer) else []


def _allowed(text, peer):
    peer = ipaddress.ip_address(peer)
    for entry in text.split(","):
        entry = entry.strip().strip("[]").lower().removeprefix("::ffff:")
        address, slash, bits = entry.partition("/")
        address = ".".join(part.lstrip("0") or "0" for part in address.split(".")) if "." in address else address
        try:
            if peer in ipaddress.ip_network(address + slash + (bits.lstrip("0") or "0" if slash else ""), strict=False):
                return True
        except ValueError:
            pass
    return False


# -- PEM files

_PEMS = (
    b"-----BEGIN CERTIFICATE-----\nMIIB\nAAAA\n-----END CERTIFICATE-----\n",
    b"text before\n-----BEGIN A-----\r\nAQID\r\n-----END A-----\r\n-----BEGIN B-----\nAQ==\n-----END B-----",
)
_PEM_WORDS = (
    b"-----BEGIN ",
    b"-----",
    b"-----END ",
    b"\n",
    b"=",
    b"==",
    b"\xff",
    b"\xc3",
    b"CERTIFICATE",
    b"A" * 300,
    b"\0",
)


def pem_input(lot):
    return mutate(lot, _PEMS, _PEM_WORDS)


def pem_check(lot, data):
    """Every block has bytes; what is damaged is a CallerError."""
    try:
        return [] if all(der for _, der in pem.blocks(data)) else ["an empty block"]
    except CallerError:
        return []


# -- Certificates and private keys: beside the cryptography package

_CERTIFICATES = (net_identity.CA, net_identity.LEAF, net_identity.FUTURE, net_identity.OTHER_NAME)
_CERTIFICATE_WORDS = (
    b"\0", b"\xff", b"\x30\x80", b"\x80", b"\x81",
    b"\x82", b"\x84\xff\xff\xff\xff", b"\x30\0", b"\x02\1\0", b"\5\0", b"\1\1\xff",
    b"\x0c\3a\0b", b"\x55\x1d\x11", b"\x55\x1d\x13", b"\x55\x1d\x0f", b"\x55\x1d\x25", b"\x03\x02\x05\xa0",
    b"\x1f\x81\x01",
    b"+\x06\x01\x05\x05\x07\x03\x01", b"*\x86H\x86\xf7\r\x01\x01\x01", b"\x17\r500101000000Z",
    b"\x18\x0f99991231235959Z",
)  # fmt: skip


def _tree(data):
    """DER as a list of [tag, content or such a list]; None when it is none."""
    nodes, at = [], 0
    while at < len(data):
        head = data[at : at + 6]
        size, more = (head[1] if len(head) > 1 else 0), 0
        if size & 0x80:
            more = size & 0x7F
            size = int.from_bytes(head[2 : 2 + more], "big")
        at += 2 + more
        if len(head) < 2 or more > 4 or at + size > len(data):
            return None
        content = data[at : at + size]
        nodes.append([head[0], (_tree(content) if head[0] & 0x20 else None) or content])
        at += size
    return nodes


def _untree(nodes):
    out = b""
    for tag, content in nodes:
        out += der.write(tag, _untree(content) if isinstance(content, list) else content)
    return out


def _grafted(lot, seeds, words):
    """One of ``seeds`` with a few elements changed, doubled, moved or cut out, and all lengths right."""
    tree = _tree(lot.choice(seeds))
    for _ in range(lot.choice((1, 1, 2, 3))):
        nodes = tree[0][1]
        while True:
            at = lot.randrange(len(nodes))
            if not isinstance(nodes[at][1], list) or lot.randrange(4) == 0:
                break
            nodes = nodes[at][1]
        kind = lot.randrange(6)
        if kind == 0 and len(nodes) > 1:
            del nodes[at]
        elif kind == 1:
            nodes.insert(at, nodes[at])
        elif kind == 2:
            nodes[at] = [lot.choice((nodes[at][0] ^ 1 << lot.randrange(8), 2, 3, 4, 5, 6, 0x30, 0xA3)), nodes[at][1]]
        elif isinstance(nodes[at][1], bytes):
            nodes[at] = [nodes[at][0], mutate(lot, (nodes[at][1],), words)]
        else:
            lot.shuffle(nodes)
    return _untree(tree)


def certificate_input(lot):
    """Mostly with lengths that fit, since nearly every other change is stopped by the first of them."""
    if lot.randrange(3) == 0:
        return mutate(lot, _CERTIFICATES, _CERTIFICATE_WORDS)
    return _grafted(lot, _CERTIFICATES, _CERTIFICATE_WORDS)


def certificate_check(lot, data):
    """Refused by a PeerError, in no time; what cryptography reads too has the same dates, names and key.

    The handshake's short reader (skim.py) fails in its own two ways only, and reads the same of what is well formed.
    """
    try:
        short = skim.Skim(data)
        fits = short.fits("localhost")
    except (ValueError, IndexError):
        short = None
    start = time.process_time()
    try:
        ours = certificate.parse(data)
        ours.subject_text(), ours.issuer_text()
        key = certificate.read_public_key(ours.spki)
        if ours.signature_algorithm[0] == "ecdsa":
            der.read_ecdsa(ours.signature)
    except PeerError:
        return [] if time.process_time() - start < 0.05 else ["slow"]
    found = [] if key == ours.public_key else ["the key is read twice in two ways"]
    if not short:
        found.append("the short reader does not read it")
    elif short.spki != hashlib.sha256(ours.spki).digest() or short.subject != hashlib.sha256(ours.subject).digest():
        found.append("the short reader reads something else")
    elif ours.has_names and fits != ("localhost" in [name.lower().rstrip(".") for name in ours.dns]):
        found.append("the short reader sees other names")
    try:
        theirs = x509.load_der_x509_certificate(data)
        dates = theirs.not_valid_before_utc.timestamp(), theirs.not_valid_after_utc.timestamp()
        names = theirs.issuer.public_bytes(), theirs.subject.public_bytes()
        numbers = theirs.public_key().public_numbers()
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidVersion, AttributeError):
        return found
    if dates != (ours.not_before, ours.not_after):
        found.append("other dates")
    if names != (bytes(ours.issuer), bytes(ours.subject)) or theirs.tbs_certificate_bytes != bytes(ours.tbs):
        found.append("other parts")
    if key[0] == "p256" and key[1:] != (numbers.x, numbers.y):
        found.append("another key")
    return found


# -- Servers of the old methods; see fuzz_old.py


def old_messages_input(lot):
    """Mostly with lengths that fit again, since nearly every other change is stopped by the first of them."""
    data = lot.choice(fuzz_old.SEEDS[0])
    if lot.randrange(3):
        return fuzz_old.refitted(lot, data, lambda part: mutate(lot, (part,), fuzz_old.WORDS))
    return mutate(lot, (data,), fuzz_old.WORDS)


def old_wire_input(lot):
    return mutate(lot, fuzz_old.SEEDS[1], fuzz_old.WORDS)


_PRIVATE_KEYS = (net_identity.KEY, net_identity.KEY_SEC1)


def key_input(lot):
    how = mutate if lot.randrange(3) == 0 else _grafted
    return how(lot, _PRIVATE_KEYS, _CERTIFICATE_WORDS)


def key_check(lot, data):
    """Refused by a PeerError, or the same number as by cryptography."""
    try:
        ours = keys.read_private(data)
    except PeerError:
        return []
    try:
        theirs = load_der_private_key(data, None).private_numbers()
    except (ValueError, TypeError, UnsupportedAlgorithm, AttributeError):
        return []
    if ours[0] == "p256" and theirs.private_value != ours[1]:
        return ["another number"]
    return []


# -- Datagrams: multicast DNS, and the DNS of the set-up access point; see fuzz_names.py


def names_input(lot):
    return mutate(lot, fuzz_names.SEEDS, fuzz_names.WORDS)


TARGETS = {
    "http": (http_input, http_check),
    "xml": (xml_input, xml_check),
    "script": (script_input, script_check),
    "config": (config_input, config_check),
    "url": (url_input, url_check),
    "image": (image_input, image_check),
    "form": (form_input, form_check),
    "login": (login_input, login_check),
    "push": (push_input, push_check),
    "pem": (pem_input, pem_check),
    "certificate": (certificate_input, certificate_check),
    "key": (key_input, key_check),
    "names": (names_input, fuzz_names.check),
    "old_messages": (old_messages_input, fuzz_old.message_check),
    "old_wire": (old_wire_input, fuzz_old.wire_check),
}


def problems_of(name, data, lot):
    """What is wrong with one input, as texts; an exception that the parser does not promise is wrong too."""
    try:
        return TARGETS[name][1](lot, data)
    except Exception as error:  # a crash is what a fuzzer looks for: it becomes a finding with its input
        return ["crash: %r" % error]


def run(name, count, seed):
    """Fuzz one target; returns {input: its problems}."""
    lot = random.Random("%s %d" % (name, seed))
    found = {}
    for _ in range(count):
        data = TARGETS[name][0](lot)
        problems = problems_of(name, data, lot)
        if problems:
            found[data] = problems
    return found


def keep(name, data):
    """Writes an input that broke something to build/fuzz; returns its path."""
    CRASHERS.mkdir(parents=True, exist_ok=True)
    path = CRASHERS / ("%s-%s" % (name, hashlib.sha256(data).hexdigest()[:12]))
    path.write_bytes(data)
    return path


def replay(paths):
    """Shows what files of build/fuzz do now; their names begin with the target."""
    bad = 0
    for path in paths:
        problems = problems_of(path.name.partition("-")[0], path.read_bytes(), random.Random(1))
        print(path.name, problems or "holds")
        bad += bool(problems)
    return 1 if bad else 0


def main():
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100000, help="inputs for each target (default 100000)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 29))
    parser.add_argument("--only", choices=TARGETS)
    parser.add_argument("--replay", type=Path, nargs="+", metavar="FILE")
    options = parser.parse_args()
    if options.replay:
        return replay(options.replay)
    print("%d inputs for each target, --seed %d" % (options.count, options.seed), flush=True)
    bad = 0
    for name in [options.only] if options.only else TARGETS:
        begin = time.monotonic()
        count = options.count * _MORE.get(name, 1)
        found = run(name, count, options.seed)
        print("%-7s %d inputs, %.0f s, %d with problems" % (name, count, time.monotonic() - begin, len(found)))
        for data, problems in sorted(found.items(), key=lambda item: len(item[0]))[:_SHOWN]:
            print("  %s: %r\n    %s" % (keep(name, data).name, data, "\n    ".join(problems)), flush=True)
        bad += len(found)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
