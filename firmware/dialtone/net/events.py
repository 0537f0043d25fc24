"""The last TLS connections of the client, for the administrator's page. Loaded with a handshake."""

from dialtone.log import clean
from micropython import const

_EVENTS = const(20)
_FIELD = const(80)  # characters of one field


def note(platform, name, judge, reason):
    """Adds a connection to ``name``, "" or why there is none, to ``platform.tls_events``, newest first.

    A text of fields with a TAB between: time (UTC), server, version, suite, subjects of the chain from its top,
    verdict, reason. The same again takes the place of the one before.
    """
    version, suite = judge.agreed
    verdict = "refused" if reason else "verified" if judge.verified else "accepted"
    fields = name, version, suite, " > ".join(judge.subjects[-3:]), verdict, reason or ", ".join(judge.faults)
    text = "\t".join([clean(field, _FIELD) for field in fields])
    events = platform.tls_events
    events[:] = [event for event in events if event[event.find("\t") + 1 :] != text][: _EVENTS - 1]
    now = platform.clock.stamp()
    events.insert(0, "%s-%s-%s %s:%s\t%s" % (now[:4], now[4:6], now[6:8], now[8:10], now[10:12], text))
    weak = ", an insecure method" if version in ("SSLv3", "TLSv1") else ""
    level = platform.log.warning if reason or weak else platform.log.info
    level("tls", "%s %s: %s%s" % (name, verdict, reason or version, weak))
