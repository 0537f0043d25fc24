"""Carries a worker's phones: one native asyncio loop in a thread of its own, beside the thread of Locust's gevent."""

import asyncio
import random
import threading
import time

from host.fleet import reasons
from host.fleet.ledger import Ledger, slice_of
from host.fleet.phone import FleetPhone, Table, pattern_store
from host.fleet.safety import credentials
from host.fleet.shortcuts import Contexts

_LAG_S = 0.1  # between two looks at the loop's own clock
_TOGETHER = 16  # phones that are due begin together: a turn of the loop for each would cost a tenth of its start
_PREPARING = 100  # phones at once before the start: nobody measures that
_LONGEST_WAIT_S = 300
_RETRIES = 3  # of the preparation of one phone


class Carrier:
    """``plan``: a plan.Plan; this is worker ``index`` of ``workers``. ``state``: "new", "preparing", "prepared",
    "running", "finished", or "failed" with the ``error``. ``busy_s``: from the word to go to the last success, and
    ``cpu_s`` the processor time of this process meanwhile."""

    def __init__(self, plan, index, workers):
        self.plan = plan
        self.state = "new"
        self.error = None
        self.busy_s = self.cpu_s = 0.0
        self.ledger = Ledger(slice_of(plan.span_s + min(plan.patience_s, plan.span_s)))
        self._numbers = list(plan.mine(index, workers))
        self._rate = plan.rate / workers
        self._inflight = plan.inflight
        self._loop = None
        self._go = None
        self._end = 0
        self._patterns = {}
        self._ready = {}
        self._held = False
        self._next = self._begin = self._cpu = 0.0
        self._random = random.Random(plan.seed * 1000 + index)
        self._contexts = Contexts()
        self._table = Table()
        self._anchors = plan.ca.encode() if plan.ca else None
        self._thread = threading.Thread(target=self._run, name="phones", daemon=True)

    def start(self):
        self.state = "preparing"
        self._thread.start()

    def go(self):
        """Everybody is prepared."""
        self._call(lambda: self._go.set())

    def stop(self):
        """Ends all phones at once."""
        self._call(self._cancel)
        self._thread.join(10)

    def _call(self, function):
        try:
            self._loop.call_soon_threadsafe(function)
        except (RuntimeError, AttributeError):
            pass  # it has ended, or not begun

    def _cancel(self):
        for task in asyncio.all_tasks(self._loop):
            task.cancel()

    def _run(self):
        try:
            asyncio.run(self._main())
            self.state = "finished"
        except asyncio.CancelledError:
            self.state = "finished"
        except BaseException as error:  # the main thread tells it to the master
            self.error = "%s: %s" % (type(error).__name__, error)
            self.state = "failed"

    async def _main(self):
        self._loop = asyncio.get_running_loop()
        self._go = asyncio.Event()
        beside = [asyncio.create_task(self._table.sweep())]
        try:
            await self._prepare()
            self.state = "prepared"
            await self._go.wait()
            self.state = "running"
            self.ledger.open()
            beside.append(asyncio.create_task(self._strain()))
            await self._carry()
        finally:
            for task in beside:
                task.cancel()

    async def _prepare(self):
        settings = dict(self.plan.settings)
        user, password = credentials(self.plan.digest_file)
        if user:
            settings.update({"http digest username": user, "http digest password": password})
        for number in self._numbers:
            model = self.plan.model(number)
            if model not in self._patterns:
                self._patterns[model] = pattern_store(model, settings)
        gate = asyncio.Semaphore(_PREPARING)
        warm = [number for number in self._numbers if self.plan.task(number) == "resync"]
        await asyncio.gather(*[self._warm(number, gate) for number in warm])

    async def _warm(self, number, gate):
        """A phone that has been here before: its cache holds what the server has now."""
        async with gate:
            phone = self._phone(number)
            for turn in range(_RETRIES):
                await self._ticket()
                result, found = await self._round(phone, "configuration")
                if not found:
                    self._ready[number] = phone
                    return
                await asyncio.sleep(1 << turn)
            raise RuntimeError("phones cannot be prepared: %s" % found[0])

    def _phone(self, number):
        pattern = self._patterns[self.plan.model(number)]
        return FleetPhone(self.plan, number, self.ledger, pattern, self._anchors, self._contexts, self._table)

    async def _carry(self):
        self._begin = begin = time.monotonic()
        self._cpu = time.process_time()
        self._end = begin + self.plan.span_s + self.plan.patience_s
        offsets = self.plan.offsets()
        self._next = begin
        gate = asyncio.Semaphore(self._inflight)
        tasks = set()
        for count, number in enumerate(self._numbers):
            wait_s = begin + offsets[number] - time.monotonic()
            if wait_s > 0 or not count % _TOGETHER:
                await asyncio.sleep(max(0, wait_s))
            task = asyncio.create_task(self._life(number, begin + offsets[number], gate))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        if tasks:
            _, late = await asyncio.wait(set(tasks), timeout=max(1, self._end - time.monotonic()))
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=10)

    async def _life(self, number, due, gate):
        """What one phone does: its task, and again after a failure, ever later and by lot."""
        plan, task = self.plan, self.plan.task(number)
        self.ledger.began()
        phone = self._ready.pop(number, None) or self._phone(number)
        reason = "given up: the rehearsal ended before its first try"
        try:
            for turn in range(plan.tries):
                if gate.locked():
                    self._held = True
                async with gate:
                    if turn:
                        await self._ticket()
                    reason = "given up: the rehearsal ended in the middle of a try"
                    result, found = await self._round(phone, task)
                texts = [_plain(text, phone) for text in phone.store.diagnostics] if result == "applied" else ()
                self.ledger.round(result, found, texts)
                if not found:
                    self.busy_s, self.cpu_s = time.monotonic() - self._begin, time.process_time() - self._cpu
                    return self.ledger.provisioned(task, (time.monotonic() - due) * 1000)
                reason = found[0]
                wait_s = min(plan.again_s * (1 << turn), _LONGEST_WAIT_S) * self._random.uniform(0.5, 1.5)
                if turn + 1 == plan.tries or time.monotonic() + wait_s > self._end:
                    break
                await asyncio.sleep(wait_s)
        except asyncio.CancelledError:
            pass  # the end of all
        self.ledger.never(reason)

    async def _round(self, phone, task):
        """(result, [reason, ...])."""
        try:
            result, errors = await phone.round(task)
        except Exception as error:  # a fault of the simulation is told as such, and stops nobody else
            result, errors = "kept", [error]
        return result, [reasons.words(error, self.plan.host, phone.platform.mac) for error in errors]

    async def _ticket(self):
        """What repeats itself keeps to the rate, too."""
        now = time.monotonic()
        self._next = max(self._next + 1 / self._rate, now)
        await asyncio.sleep(self._next - now)

    async def _strain(self):
        while True:
            begin = time.monotonic()
            await asyncio.sleep(_LAG_S)
            self.ledger.strain(max(0, time.monotonic() - begin - _LAG_S) * 1000, self._held)
            self._held = False


def _plain(diagnostic, phone):
    from dialtone.config.explaining import describe

    return describe(diagnostic).replace(phone.platform.mac, "MAC")
