"""A simulated phone that is not set up, or joins its network: what ``board.py`` does on a board before the phone."""

import asyncio
import sys
import time

from dialtone import joining
from dialtone.errors import DialtoneError
from sim_network import Network
from sim_platform import SimPlatform

_HURRY = 50  # times faster than a board an access point is given up that is not there


async def joined(process, settings, lines):
    """True when the phone may start: adds what network.json says to the settings. Else it was the set-up's turn, and
    ``process`` is over. ``lines``: what its owner says.
    """
    path = settings["state"] + "/network.json"
    known = joining.read(path)
    network = Network(dict([settings["setup"]]), settings.get("address") or settings["bind"], settings["mac"])
    station = joining.open_up(network, settings)
    platform = SimPlatform(settings, process.on_event)
    waits = not joining.is_configured(known)
    if platform.storage.remove(joining.SET_UP) or waits:
        if settings["https_port"] not in (0, 443):  # 0: found when the phone starts
            network.at_port(settings["https_port"])
        listening = asyncio.create_task(process.obey(lines))
        await _set_up(process, platform, network, station, path, waits, settings)
        listening.cancel()
        return False
    if known.get("config_server"):
        settings["config_server"] = known["config_server"]
    joining.join(network, station, known, lambda rows: platform.on_screen(list(rows), ()), None, _wait)
    platform.unload("dialtone.joining", "sim_network")
    return True


def _wait(milliseconds):
    time.sleep_ms(max(1, milliseconds // _HURRY))


async def _set_up(process, platform, network, station, path, waits, settings):
    from dialtone.setup.mode import SetUp

    def keep(fields):
        joining.keep(path, fields)

    times = settings.get("setup_s") or 600
    setup = process.phone = SetUp(platform, network, station, keep, waits, settings.get("dns_port") or 0, times)
    running = asyncio.create_task(_run(process, setup))
    await process.over.wait()
    running.cancel()
    await setup.stop()


async def _run(process, setup):
    try:
        await setup.run()
        process.on_event("restart")
    except DialtoneError as error:
        process.fail(str(error))
    except Exception as error:
        sys.print_exception(error, sys.stderr)
        process.fail(repr(error))
