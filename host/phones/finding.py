"""A search for phones that announce themselves: multicast DNS (RFC 6762) and DNS-SD (RFC 6763), by zeroconf.

Anything may offer ``_https._tcp``; a phone is what says so in its TXT record: its MAC address, model and version. None
of that proves anything: what counts is the certificate that the host then shows, and that people compare.
"""

import asyncio
import re

from zeroconf import InterfaceChoice, IPVersion
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from host.phones.hosts import Host

_TYPE = "_https._tcp.local."
_ASK_MS = 3000  # for the records of one name that has been heard
_MOST = 2000  # names that are asked: whoever shouts must not fill the memory
_FORMS = {"mac": r"[0-9A-F]{12}", "model": r"[\w.-]{1,16}", "version": r"[\w.+-]{1,40}"}


class SearchError(Exception):
    """The search cannot be made; the text says why."""


async def search(seconds, interfaces=()):
    """Hosts without fingerprints of the phones that answer within ``seconds``, the label is their model and MAC.

    ``interfaces``: own addresses on which to ask; all without. SearchError when the network cannot be used.
    """
    names = set()

    def heard(zeroconf, service_type, name, state_change):
        if len(names) < _MOST:
            names.add(name)

    try:
        async with AsyncZeroconf(interfaces or InterfaceChoice.All, ip_version=IPVersion.V4Only) as bus:
            browser = AsyncServiceBrowser(bus.zeroconf, _TYPE, handlers=[heard])
            await asyncio.sleep(seconds)
            infos = [AsyncServiceInfo(_TYPE, name) for name in sorted(names)]
            await asyncio.gather(*[info.async_request(bus.zeroconf, _ASK_MS) for info in infos])
            await browser.async_cancel()
    except (OSError, ValueError) as error:
        raise SearchError("the network cannot be searched: %s" % (getattr(error, "strerror", None) or error)) from None
    return [host for host in map(_phone, infos) if host]


def _phone(info):
    """The Host of an answer, None when it is no phone's."""
    told = {name: str(value or "") for name, value in info.decoded_properties.items()}
    told["mac"] = re.sub("[:-]", "", told.get("mac", "")).upper()
    addresses = info.parsed_addresses(IPVersion.V4Only)
    if not addresses or not info.port or not all(re.fullmatch(form, told.get(n, "")) for n, form in _FORMS.items()):
        return None
    return Host(addresses[0], info.port, "", "%(model)s %(mac)s" % told)
