"""Hears multicast DNS questions. Only this stays: what answers them is loaded for those that may mean this phone."""

from asyncio import sleep_ms

from dialtone.net import seam
from micropython import const

MODULES = ("dialtone.net.telling", "dialtone.net.responder", "dialtone.net.datagram")
_BYTES = const(512)  # of one question: longer ones list answers that the asker has, and may hear ours once more
_PAUSE_MS = const(400)  # behind each answer, which loads code: a flood must leave time and heap to others; who asks in
# earnest asks again, and finds his question in the socket
_AGAIN_MS = const(1000)  # RFC 6762 section 8.3: told twice, a second apart


def begin(phone):
    """Starts the task, or anew: name or address have changed, and the network is to hear of it."""
    if phone.neighbours:
        phone.neighbours.cancel()
    phone.neighbours = phone.supervisor.start("mdns", lambda: run(phone), restart=True)


async def run(phone):
    """Announces the phone, answers until it is cancelled, and says goodbye."""
    from dialtone.net import telling

    raw = telling.begin(phone)
    if not raw:
        return phone.unload(*MODULES)
    marks = b"_https", b"_services", telling.host(phone).encode()
    said = []  # what was told to all last, and when: telling.reply's
    try:
        for _ in range(2):
            from dialtone.net import telling

            telling.announce(phone, raw)
            telling = None
            phone.unload(*MODULES)
            await sleep_ms(_AGAIN_MS)
        while True:
            await seam.readable(raw)
            try:
                data, peer = raw.recvfrom(_BYTES)
            except OSError:
                await sleep_ms(_PAUSE_MS)  # the network is gone, maybe
                continue
            if _may_mean_us(data, marks) and not phone.heap.reserved:
                from dialtone.net import telling

                await telling.reply(phone, raw, data, peer, said)
                telling = None
                await sleep_ms(_PAUSE_MS)  # in the place of the coroutine, too, which would keep its code alive
                phone.unload(*MODULES)
            data = peer = None
    finally:
        try:
            from dialtone.net import telling

            telling.announce(phone, raw, 0)
        finally:
            raw.close()


def _may_mean_us(data, marks):
    """A question with one of our names in it: such a name stands there in full at least once."""
    if len(data) < 12 or data[2] & 0x80:
        return False
    data = data.lower()
    for mark in marks:
        if data.find(mark) > 0:
            return True
    return False
