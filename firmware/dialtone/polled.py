"""``GET /api/status`` for who polls it: all that is in memory between two changes of the figures."""


def as_json(phone, faces):
    """``Phone.status`` as JSON, in two pieces of bytes.

    They are kept in ``faces.figures`` and written anew when one of their figures has changed: those of the moment do so
    once a second and with each connection, the others seldom.
    """
    now = momentary(phone)
    known = faces.figures
    if known and known[0] == now and _same(phone, known):
        return known[1]
    if known and _same(phone, known):
        text = known[1][1]
    else:
        text = _lasting(phone)
    body = b'{"uptime_s": %d, "heap_free": %d, "heap_used": %d, "sockets": %d, ' % now, text
    rest = phone.store.generation, phone.outcome, phone.fingerprint, phone.platform.address(), phone.why
    faces.figures = (now, body) + rest
    return body


def _lasting(phone):
    from json import dumps

    from dialtone import report

    text = dumps(report.lasting(phone)).encode()[1:]
    report = None
    phone.platform.unload("dialtone.report")  # a poller's collections come the seldomer, the less there is
    return text


def _same(phone, known):
    """Whether what seldom changes is as it was."""
    if known[2] != phone.store.generation or known[3] is not phone.outcome or known[6] != phone.why:
        return False
    return known[4] == phone.fingerprint and known[5] == phone.platform.address()


def momentary(phone):
    """(uptime_s, heap_free, heap_used, sockets), see ``report.status``."""
    heap = phone.heap
    return phone.clock.uptime_s(), heap.free, heap.used, len(phone.table.entries)
