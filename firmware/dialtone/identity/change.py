"""Another identity in a running phone: makes room in the heap for the work, then does it."""

from asyncio import sleep_ms

from dialtone.errors import DialtoneError
from dialtone.identity import stored
from micropython import const

_LOOKS = const(5)  # while idle connections end


async def change(phone, data, again=False):
    """The phone has perhaps another name or address now; or ``data`` was uploaded: PEM, b"" to remove what was before.

    ``phone.judgement`` tells what came of an upload. ``again``: an earlier try had no memory, maybe with the
    certificate made and not in use. Raises MemoryError.
    """
    await _room(phone)
    if data is None:
        from dialtone.identity import current

        if current.prepare(phone) or again:
            from dialtone.identity.parts import MAKING

            phone.unload(*MAKING)  # using it needs their room
            current.use(phone, current.context(phone))
            phone.panel.progress(None)
        return
    try:
        if data:
            from dialtone.identity import upload

            made = upload.take(phone, data)
            from dialtone.identity import current
        else:
            from dialtone.identity import current

            phone.storage.remove(stored.UPLOADED)
            made = current.context(phone)
        current.use(phone, made)
        phone.judgement = True, "The certificate is in use"
    except DialtoneError as error:
        phone.judgement = False, str(error)
    except MemoryError:
        phone.judgement = False, "No memory for it now. Close other pages and try again, or upload a shorter chain"
    if not phone.judgement[0]:
        phone.log.warning("identity", phone.judgement[1])


async def _room(phone):
    for entry in phone.table.entries:
        if entry.is_idle and entry.begun:  # not who has just come in
            entry.expire()
    for _ in range(_LOOKS):
        if not phone.table.entries:
            break
        await sleep_ms(0)
    if phone.heap.relieve:
        phone.heap.relieve()
