"""Ends a run in time: on a signal, at its time limit, and when its event loop hangs."""

from __future__ import annotations

import faulthandler
import math
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Self

from newscrawler.exit_codes import ExitCode

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# timeout(1), service managers and terminals send one signal to a process and its group,
# which is one wish; a person needs longer to press a key twice.
SAME_WISH = 0.25
# Seconds for the last words of a run; its state needs none.
END_TIME = 2.0
FORCED_END_TIME = 1.5
# Later than what the thread does, which needs the interpreter's lock; this does not.
LAST_RESORT = 15.0
TICK = 1.0
# A thread that slept this much longer than a tick was not running: the process was paused.
PAUSED = 5.0

CODES = {
    "shutdown": ExitCode.STOPPED,
    "time_limit": ExitCode.TIME_LIMIT,
    "forced": ExitCode.FORCED,
    "blocked_loop": ExitCode.BUG,
}


class Watchdog:
    """Asks a run to stop, and ends the process when it does not.

    `stop(reason)` asks the run to end and `end(reason)` writes down how it ended and returns
    the exit code; both are called in threads of their own. `end` is called when the run has
    not ended `grace` seconds after `stop`, on a second signal (`forced`), and when `beat` has
    not been called for `blocked_after` seconds (`blocked_loop`). Then the process exits with
    the code that `end` returned or, if it takes too long, with that of the reason.

    A signal that the process was started to ignore, as by nohup, stays ignored. Times are in
    seconds.
    """

    def __init__(
        self,
        *,
        stop: Callable[[str], None],
        end: Callable[[str], int],
        time_limit: float | None,
        grace: float = 6.0,
        blocked_after: float = 30.0,
    ) -> None:
        self._stop, self._end = stop, end
        self._time_limit = time_limit or math.inf
        self._grace, self._blocked_after = grace, blocked_after
        self._closed = threading.Event()
        self._reason = ""
        self._signalled_at = math.inf
        self._stopped_at = math.inf

    def start(self) -> None:
        """Begin to watch. Only the main thread may call this."""
        # A pipe that the system's own handler writes to: Python's waits until the main
        # thread is back from whatever it hangs in.
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._stderr = _stderr()
        self._wakeup_before = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        handlers = {**dict.fromkeys(SIGNALS, _woken), signal.SIGTSTP: self._pause}
        self._handlers_before = {
            number: signal.signal(number, handler)
            for number, handler in handlers.items()
            if signal.getsignal(number) != signal.SIG_IGN
        }
        self._began = time.monotonic()
        self.beat()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()

    def beat(self) -> None:
        """Say that the event loop runs; to be called in it each second."""
        if self._closed.is_set():
            return
        self._beat_at = time.monotonic()
        faulthandler.dump_traceback_later(
            self._blocked_after + LAST_RESORT, exit=True, file=self._stderr
        )

    def close(self) -> None:
        """Cease to watch, and put the signals back as they were."""
        self._closed.set()
        faulthandler.cancel_dump_traceback_later()
        for number, handler in self._handlers_before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        signal.set_wakeup_fd(self._wakeup_before)
        os.write(self._writer, b"\0")
        self._thread.join(TICK)
        if not self._thread.is_alive():
            os.close(self._reader)
            os.close(self._writer)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _pause(self, _number: int, _frame: FrameType | None) -> None:
        """Let the process be suspended (Ctrl-Z) without taking that for a hanging loop."""
        faulthandler.cancel_dump_traceback_later()
        os.kill(os.getpid(), signal.SIGSTOP)
        self.beat()

    # In the thread

    def _watch(self) -> None:
        while True:
            before = time.monotonic()
            came = self._signals(self._due(before) - before)
            if self._closed.is_set():
                return
            now = time.monotonic()
            if now - before > TICK + PAUSED:
                self._beat_at = now
            if came:
                self._heed_signal(now)
            self._check_clock(now)

    def _due(self, now: float) -> float:
        """Return when to look next: at what comes first, after a tick at the latest."""
        next_beat = self._beat_at + self._blocked_after
        limit = self._began + self._time_limit if not self._reason else math.inf
        due = min(limit, next_beat, self._stopped_at + self._grace, now + TICK)
        return max(due, now)

    def _signals(self, wait: float) -> bool:
        """Wait for signals; tell whether one came that ends a run."""
        if not select.select([self._reader], [], [], wait)[0]:
            return False
        return any(number in SIGNALS for number in os.read(self._reader, 512))

    def _heed_signal(self, now: float) -> None:
        if self._signalled_at == math.inf:
            self._signalled_at = now
            self._ask_to_stop("shutdown", now)
        elif now - self._signalled_at > SAME_WISH:
            self._finish("forced", FORCED_END_TIME)

    def _check_clock(self, now: float) -> None:
        if now >= self._stopped_at + self._grace:
            self._finish(self._reason, END_TIME)
        if now >= self._beat_at + self._blocked_after:
            faulthandler.dump_traceback(self._stderr)
            self._finish("blocked_loop", END_TIME)
        if now >= self._began + self._time_limit:
            self._ask_to_stop("time_limit", now)

    def _ask_to_stop(self, reason: str, now: float) -> None:
        if not self._reason:
            self._reason, self._stopped_at = reason, now
            _in_thread(lambda: self._stop(reason))

    def _finish(self, reason: str, patience: float) -> None:
        """Let the run say its last words, and end the process whatever comes of them."""
        code = int(CODES[reason])

        def end() -> None:
            nonlocal code
            code = self._end(reason)
            _flush()

        try:
            _in_thread(end).join(patience)
        finally:
            os._exit(code)


def _in_thread(call: Callable[[], None]) -> threading.Thread:
    """Start what may hang or fail where it keeps nothing else from happening."""
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    return thread


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream:  # None where the process was started with it closed
            stream.flush()


def _stderr() -> int:
    """Return a descriptor for stacks; number 2 may be any file where stderr was closed."""
    if not sys.__stderr__:
        return os.open(os.devnull, os.O_WRONLY)
    number = sys.__stderr__.fileno()
    try:
        # Stacks are written with the interpreter's lock held, and perhaps nobody reads them.
        return os.open(f"/dev/fd/{number}", os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK)
    except OSError:  # a socket cannot be opened anew
        return number


def _woken(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the number of the signal went to the thread."""
