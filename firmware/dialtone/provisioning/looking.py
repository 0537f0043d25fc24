"""What an uploaded file would bring: the draft of a dry run."""

from asyncio import sleep_ms

from cryptolib import aes
from dialtone.provisioning.foreign import Foreign
from dialtone.provisioning.plan import FILE, MERGED, PATTERN, layer_of
from micropython import const

_SCARCE = const(65536)  # bytes free: with less the rows of long files wait in flash
_LAYERS = ("aastra", "model", "mac", "local")
_PIECE = const(512)  # bytes, as the lexer takes them
_CBC = const(2)  # cryptolib's number of the mode


async def uploaded(phone, name, key):
    """(draft, name) of the file ``name``, which webui/importing.py has left in flash under ``key``."""
    index = layer_of(name, phone.platform)
    keeper = Foreign(phone.storage, PATTERN)

    def spool():
        from dialtone.provisioning.spool import Spool

        return Spool(phone.storage)

    draft = phone.store.begin_server(spool=spool if 0 <= phone.platform.heap_free() < _SCARCE else None)
    draft.keeper = keeper.row
    if index < 0:  # all of the server's: the other two files are empty then
        draft.layer("model", phone.platform.model + ".cfg", True)
        draft.layer("mac", phone.platform.mac + ".cfg", True)
        index, name = 0, MERGED
    draft.layer(_LAYERS[index], name, True)
    cipher = aes(key[:16], _CBC, key[16:])
    with phone.storage.open(FILE, "rb") as file:
        data = file.read(_PIECE)
        while data:
            draft.feed(cipher.decrypt(data))
            await sleep_ms(0)  # a long file takes seconds, and the watchdog is fed meanwhile
            data = file.read(_PIECE)
    draft.release()
    keeper.close()
    return draft, name
