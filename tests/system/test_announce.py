"""A phone among its neighbours on loopback, found by zeroconf: announced, asked, gone."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from zeroconf import ServiceStateChange
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

KIND = "_https._tcp.local."
MAC = "00085D411605"  # of its own: another test's phone may speak on loopback at the same time
NAME = "Aastra 57i 411605." + KIND


async def found(stop):
    """What zeroconf hears of the phone; ``stop()`` ends the phone, and this waits for its goodbye."""
    bus = AsyncZeroconf(interfaces=["127.0.0.1"])
    heard = asyncio.Queue()

    def changed(zeroconf, service_type, name, state_change):
        heard.put_nowait((name, state_change))

    try:
        browser = AsyncServiceBrowser(bus.zeroconf, KIND, handlers=[changed])
        while await asyncio.wait_for(heard.get(), 15) != (NAME, ServiceStateChange.Added):
            pass
        info = AsyncServiceInfo(KIND, NAME)
        assert await info.async_request(bus.zeroconf, 5000)
        await asyncio.to_thread(stop)
        while await asyncio.wait_for(heard.get(), 15) != (NAME, ServiceStateChange.Removed):
            pass
        await browser.async_cancel()
        return info
    finally:
        await bus.async_close()


def test_zeroconf_finds_the_phone_and_hears_it_go(phones, server):
    phone = phones("micropython32", server.url, mac=MAC, extra=("--announce",))
    with ThreadPoolExecutor(1) as apart:  # the tests' browser has a loop in this thread
        info = apart.submit(asyncio.run, found(phone.stop)).result()
    assert info.server == "57i-411605.local." and info.parsed_addresses() == ["127.0.0.1"]
    assert "https://127.0.0.1:%d/" % info.port == phone.ready["https"]
    told = {name.decode(): value.decode() for name, value in info.properties.items()}
    assert told == {"mac": phone.ready["mac"], "model": "57i", "version": phone.ready["version"]}
    assert "memory" not in phone.log(), phone.log()
