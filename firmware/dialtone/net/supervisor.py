"""The owner of every task: each has a name, and its end by an error is told. The only place that creates tasks."""

import asyncio
import sys
import time

from dialtone.errors import DialtoneError
from micropython import const

_FIRST_BACK_OFF_MS = const(500)
_LAST_BACK_OFF_MS = const(60000)  # a part that fails for good costs one line a minute
_STEADY_MS = const(60000)  # a task that ran that long starts again with the first back-off
_STOP_MS = const(2000)  # the simulator must be gone 2 s after SIGTERM


class Supervisor:
    """``log``: where ends by an error are told (``log.error(name, text)``)."""

    def __init__(self, log):
        self._log = log
        self._tasks = []

    def spawn(self, name, coroutine):
        """Runs ``coroutine`` as a task of that name and returns the task. An error in it is logged, not raised."""
        tasks = self._tasks
        # One that was cancelled before its first step never came to the end of _once. In place: an old list that
        # MicroPython's collector still takes for alive would keep all of its tasks, and what they have in hand.
        for at in range(len(tasks) - 1, -1, -1):
            if tasks[at].done():
                tasks.pop(at)
        tasks.append(None)  # its place first: without memory for it there is no task that nobody knows
        try:
            tasks[-1] = task = asyncio.create_task(self._once(name, coroutine))
        except MemoryError:
            tasks.pop()
            raise
        return task

    def start(self, name, factory, restart=False):
        """Like spawn with ``factory()``; with ``restart`` a task that failed is made anew, ever more slowly."""
        return self.spawn(name, self._again(name, factory) if restart else factory())

    async def stop(self):
        """Cancels all tasks but the caller's and waits for their ends, for 2 s at most."""
        await asyncio.sleep_ms(0)  # a task cancelled before its first step would never reach its finally
        me = asyncio.current_task()
        for task in list(self._tasks):
            if task is not me:
                task.cancel()
        end = time.ticks_add(time.ticks_ms(), _STOP_MS)
        while [task for task in self._tasks if task is not me]:
            if time.ticks_diff(end, time.ticks_ms()) < 0:
                self._log.error("task", "%d tasks do not end" % len(self._tasks))
                return
            await asyncio.sleep_ms(5)

    async def _once(self, name, coroutine):
        try:
            await coroutine
        except Exception as error:
            self._tell(name, error)
        finally:
            self._tasks.remove(asyncio.current_task())

    async def _again(self, name, factory):
        wait_ms = _FIRST_BACK_OFF_MS
        while True:
            since = time.ticks_ms()
            try:
                return await factory()
            except Exception as error:
                self._tell(name, error)
            if time.ticks_diff(time.ticks_ms(), since) > _STEADY_MS:
                wait_ms = _FIRST_BACK_OFF_MS
            await asyncio.sleep_ms(wait_ms)
            wait_ms = min(2 * wait_ms, _LAST_BACK_OFF_MS)

    def _tell(self, name, error):
        try:
            self._write(name, error)
        except MemoryError:
            pass  # not even for this line: the task has ended, which frees some

    def _write(self, name, error):
        if isinstance(error, (DialtoneError, OSError)):
            self._log.warning(name, error)
            return
        self._log.error(name, repr(error))
        if not isinstance(error, MemoryError):
            sys.print_exception(error, sys.stderr)  # a mistake of ours: the place is worth more than a tidy log
