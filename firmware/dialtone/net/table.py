"""Who is connected: caps, least-recently-used eviction, and the sweeper that enforces deadlines.

A deadline or an eviction cancels the connection's task, and that task closes its socket in ``finally``. Nobody closes
another task's socket: under MicroPython the waiting task would hang for ever.
"""

import asyncio
import time

from dialtone.net.limits import SWEEP_MS


class Entry:
    """One watched task. ``owner``: the listener it came by, None for a client. ``peer``: its address as text.

    ``expired``: its deadline passed, or it had to make room; the CancelledError that follows is the sweeper's.
    ``closing``: the listener stops; send ``Connection: close`` with the answer in hand. ``begun``: there was a request.
    ``stopped``: nobody wants what this task waits for any more. ``secure``: it has a TLS session. ``parked``: see
    ``Table.park``.
    """

    stopped = secure = parked = False

    def __init__(self, owner, peer, limits):
        self.owner = owner
        self.peer = peer
        self.limits = limits
        self.task = None  # set by the task itself: one that never ran could not close its socket
        self.expired = False
        self.closing = False
        self.is_idle = True  # may be evicted
        self.used = self._since = time.ticks_ms()
        self._for_ms = limits.first_byte_ms if limits else None
        self.begun = False

    def begin(self):
        """Called by the task that is to be cancelled when time is up."""
        self.task = asyncio.current_task()

    def deadline(self, milliseconds):
        """Cancels the task unless another deadline is set within that time; None = wait for ever."""
        self._since = time.ticks_ms()
        self._for_ms = milliseconds

    def idle(self):
        """The connection waits for a request: it may be evicted, and lives ``idle_ms`` longer (see ``busy``)."""
        self.is_idle = True
        self.used = now = time.ticks_ms()
        if self.begun:  # before the first request the stricter deadline of the listener stands
            self._since = now
            self._for_ms = self.limits.idle_ms
        if self.closing:
            self._for_ms = 0

    def busy(self):
        """The first bytes of a request have come: no eviction, and ``request_ms`` for the rest."""
        self.is_idle = False
        self.begun = True
        self.used = self._since = time.ticks_ms()
        self._for_ms = self.limits.request_ms

    def expire(self):
        """Cancels the task; True when it had begun and was not cancelled before."""
        if self.expired or self.task is None:
            return False
        self.expired = True
        self.task.cancel()
        return True

    def stop(self):
        """What a client waits for is not wanted any more: its deadline is now, and it finds ``stopped``."""
        self.stopped = True
        if self._for_ms is not None:  # else it is not waiting: whatever it does next must not be cut in the middle
            self._for_ms = 0

    def overdue(self, now):
        return self._for_ms is not None and time.ticks_diff(now, self._since) >= self._for_ms


class Table:
    """All entries of one phone. Run ``sweep()`` as a task."""

    def __init__(self):
        self.entries = []
        self.refused = 0  # connections that found no room
        self.evicted = 0  # idle ones that made room
        self.late = 0  # deadlines that passed

    def admit(self, owner, peer, limits, has_memory=None, crowded=False):
        """An Entry for a new connection, or None. May end another one: at its cap the peer's own idle one, else any.

        ``has_memory``: asked when the caps have room. ``crowded``: many wait, so a peer at its cap gets nothing.
        """
        count = own = 0
        for entry in self.entries:
            if entry.owner is owner and not entry.expired:
                count += 1
                own += entry.peer == peer
        if own >= limits.per_peer:
            room = not crowded and self._evict(self._oldest(owner, peer, True))
        elif count >= limits.connections:
            room = self.make_room(peer, owner)
        else:
            room = has_memory is None or has_memory() or self.make_room(peer)
        if not room:
            self.refused += 1
            return None
        entry = Entry(owner, peer, limits)
        self.entries.append(entry)
        return entry

    def watch(self):
        """An Entry for the current task, without caps: a client sets deadlines on it and drops it in ``finally``."""
        entry = Entry(None, "", None)
        entry.begin()
        self.entries.append(entry)
        return entry

    def drop(self, entry):
        """The task of ``entry`` is at its end. An Entry may outlive it, its code should not."""
        entry.task = None
        if entry in self.entries:
            self.entries.remove(entry)

    def stop_clients(self):
        """Ends what the phone is fetching from others."""
        for entry in self.entries:
            if entry.owner is None:
                entry.stop()

    def count(self, owner):
        """How many connections came by ``owner``."""
        return len([entry for entry in self.entries if entry.owner is owner])

    async def sweep(self):
        """Looks at the deadlines until cancelled."""
        while True:
            await asyncio.sleep_ms(SWEEP_MS)
            now = time.ticks_ms()
            for entry in self.entries:  # a cancelled task runs later: nothing leaves the list meanwhile
                if entry.overdue(now) and entry.expire():
                    self.late += 1
            entry = None  # else this frame would keep the last one until another comes

    def park(self, idle_ms):
        """Connections that have waited so long for another request go on waiting without the code that served them:
        their tasks are cancelled, and find ``parked``.
        """
        now = time.ticks_ms()
        for entry in self.entries:
            if entry.begun and entry.is_idle and not (entry.parked or entry.expired):
                if time.ticks_diff(now, entry.used) >= idle_ms:
                    entry.parked = True
                    entry.task.cancel()

    def make_room(self, peer, owner=None):
        """Ends a connection (of any listener without ``owner``) for the sake of ``peer``; False when none has to go.

        The least recently used idle one goes. Are all busy, the peer that has most loses one, if it has at least two
        more than ``peer``: whoever is slow on all its connections at once does not keep others out.
        """
        victim = self._oldest(owner, None, True)
        if victim is None:
            most = self._held(owner, peer) + 1
            greedy = None
            for entry in self.entries:
                held = self._held(owner, entry.peer)
                if held > most:
                    most = held
                    greedy = entry.peer
            if greedy is not None:
                victim = self._oldest(owner, greedy, False)
        return self._evict(victim)

    def _held(self, owner, peer):
        """How many connections ``peer`` has."""
        return len([entry for entry in self._ours(owner) if entry.peer == peer])

    def _ours(self, owner):
        """Connections of ``owner`` (None: of all listeners) that could be ended: not the current task's own."""
        me = asyncio.current_task()
        entries = []
        for entry in self.entries:
            if entry.owner is not None and (owner is None or entry.owner is owner):
                if entry.task and entry.task is not me and not entry.expired:
                    entries.append(entry)
        return entries

    def _oldest(self, owner, peer, idle):
        """The least recently used connection (of ``peer``, if given; an idle one, if ``idle``), or None."""
        oldest = None
        for entry in self._ours(owner):
            if (entry.is_idle or not idle) and (peer is None or entry.peer == peer):
                if oldest is None or time.ticks_diff(entry.used, oldest.used) < 0:
                    oldest = entry
        return oldest

    def _evict(self, entry):
        if entry is None:
            return False
        self.evicted += 1
        return entry.expire()
