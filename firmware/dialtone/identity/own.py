"""Makes the phone's own key, a certificate for it and a request for a signed one. This takes seconds on a board."""

import gc
import time

from dialtone.crypto import p256
from dialtone.errors import PeerError
from dialtone.identity import about, current, stored
from dialtone.version import BUILT
from dialtone.x509 import pem, writer
from dialtone.x509.certificate import parse
from micropython import const

_DAY_S = const(86400)
_RANDOM = const(40)  # bytes for a key
_SERIAL = const(15)  # bytes: 120 bits never repeat, and stay positive and below the 20 bytes of RFC 5280
_LASTS_S = const(20 * 365 * 86400)  # nobody renews a phone's own certificate; its fingerprint is what people compare


class _Work:
    """Something that takes its time: the LCD counts the seconds, and the watchdog is fed."""

    def __init__(self, phone, title):
        self._phone = phone
        self._title = title
        self._begin = time.ticks_ms()
        self._shown = -1
        phone.unload()  # makes room ...
        gc.threshold(-1)  # ... but thousands of numbers come and go now
        self()

    def __call__(self):
        """Called while it lasts."""
        self._phone.platform.feed()
        seconds = self.ms() // 1000
        if seconds > self._shown:
            self._shown = seconds
            self._phone.panel.progress(self._title, "%d s" % seconds)

    def ms(self):
        return time.ticks_diff(time.ticks_ms(), self._begin)

    def done(self, text):
        """Tell the time it took on LCD and in the log."""
        ms = self.ms()
        took = "%d ms" % ms if ms < 1000 else "%d.%d s" % (ms // 1000, ms // 100 % 10)
        self._phone.panel.progress(self._title, "Made in " + took)
        self._phone.log.info("identity", "%s made in %s" % (text, took))


def renew(phone):
    """A certificate and a request for the present name and address, with the key of before unless there is none.

    DeviceError when flash is full.
    """
    storage = phone.storage
    work = _Work(phone, "Making the key and certificate")
    d = _stored(phone)
    what = "certificate"
    if not d:
        what = "key and certificate"
        d = p256.private_key(phone.platform.random(_RANDOM))
    point = p256.public_key(d, work)
    if what[0] == "k":
        storage.write_atomic(stored.KEY, (writer.private_key(d, point),))
        data = stored.read(phone, stored.UPLOADED, stored.UPLOADED_BYTES + stored.ISSUED_BYTES)
        if data and not current.parts(data)[1]:
            storage.remove(stored.UPLOADED)  # it was for the key that is gone
            phone.log.warning("identity", "the uploaded certificate was for another key: removed")
    until = max(BUILT, phone.clock.time()) + _LASTS_S
    host, dns, ip = _names(phone)

    def sign(digest):
        return p256.sign(d, digest, work)

    request = writer.request(sign, point, host, dns, ip)
    storage.write_atomic(stored.REQUEST, pem.lines("CERTIFICATE REQUEST", request))
    serial = phone.platform.random(_SERIAL)
    # From before the build on, which is past for every clock that is right
    certificate = writer.self_signed(sign, point, host, dns, ip, serial, BUILT - _DAY_S, until)
    storage.write_atomic(stored.CERTIFICATE, (certificate,))
    storage.write_atomic(stored.ISSUED, _record(phone, until, certificate))
    work.done("%s for %s" % (what, ", ".join(dns)))


def _record(phone, until, certificate):
    yield "%d %s\n" % (until, current.fits(phone))
    for line in about.lines(parse(certificate)):
        yield line
    yield "\n"


def _stored(phone):
    """The private number of the stored key, None when there is none or it is damaged."""
    from dialtone.x509.keys import read_private

    try:
        kind, d = read_private(stored.read(phone, stored.KEY, stored.DER_BYTES))[:2]
        return d if kind == "p256" and 0 < d < p256.N else None
    except PeerError:
        return None


def _names(phone):
    """(common name, DNS names, IP addresses) of the phone now."""
    host = current.name(phone)
    short = host.partition(".")[0]
    dns = [host, short + ".local"]
    address = phone.platform.address()
    numbers = address.split(".")
    if numbers[0] == "127":
        dns.append("localhost")
    if len(numbers) == 4 and "".join(numbers).isdigit():
        return short, dns, (bytes([int(number) for number in numbers]),)
    return short, dns, ()
