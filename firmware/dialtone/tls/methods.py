"""What each choice of ``https client method`` means: versions, suites, and the check of what was negotiated.

MicroPython has no setting for versions: one is asked for by offering only its suites. Versions are RFC 8446 section
4.2.1's numbers; suite names are mbed TLS's. A build that has TLS 1.3 (Debian's; not the ESP32's) goes on naming it in
its ClientHello when only 1.2's suites are offered, and a server that then picks 1.3 ends the handshake with an alert:
with such a build ``TLSv1.2`` reaches servers limited to 1.2 only (seen with OpenSSL 3.0 and mbed TLS servers).
"""

from dialtone.errors import DeviceError, PeerError
from micropython import const

_TLS12 = const(0x0303)
_TLS13 = const(0x0304)
METHODS = ("TLS", "TLSv1.3", "TLSv1.2", "TLSv1", "SSLv3")
OLD = ("TLSv1", "SSLv3")  # for the engine of tls/legacy/


def versions(method):
    """(lowest, highest) version number of ``method``. DeviceError for an unknown one."""
    if method == "TLS":
        return _TLS12, _TLS13
    if method == "TLSv1.3":
        return _TLS13, _TLS13
    if method == "TLSv1.2":
        return _TLS12, _TLS12
    if method in OLD:
        number = 0x0300 if method == "SSLv3" else 0x0301
        return number, number
    raise DeviceError("https client method %s is not known" % method, "Choose TLS")


def suites(method):
    """Names of the suites to offer, best first; None = all that the platform has. DeviceError for an ``OLD`` method."""
    lowest, highest = versions(method)
    if lowest != highest:
        return None
    if method in OLD:
        raise DeviceError("The platform's TLS has no " + method, "Choose another https client method")
    from dialtone.tls import suites as names

    return names.SUITES_13 if lowest == _TLS13 else names.SUITES_12


def check_negotiated(method, version):
    """PeerError unless ``version``, the text that TLS gives after the handshake, is one that ``method`` allows."""
    lowest, highest = versions(method)
    number = {"TLSv1.2": _TLS12, "TLSv1.3": _TLS13, "TLSv1": 0x0301, "SSLv3": 0x0300}.get(version, 0)
    if not lowest <= number <= highest:
        raise PeerError("The server chose %s, not %s" % (version, method), "Change https client method or the server")
