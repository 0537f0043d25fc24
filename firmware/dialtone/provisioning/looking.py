"""What an uploaded file would bring: the draft of a dry run."""

from dialtone.provisioning.foreign import Foreign
from dialtone.provisioning.plan import MERGED, PATTERN, layer_of
from micropython import const

_SCARCE = const(65536)  # bytes free: with less the rows of long files wait in flash
_LAYERS = ("aastra", "model", "mac", "local")


def uploaded(phone, name, data):
    """(draft, its keeper of foreign lines, name) of the file ``name`` with this content."""
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
    draft.feed(data)
    return draft, keeper, name
