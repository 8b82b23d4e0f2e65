"""Brings into the event loop what an iterator gives in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Generic, TypeVar

One = TypeVar("One")


class _End:
    """What comes last: why it ended, None where all was given."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


class Handover(Generic[One]):
    """Goes through `items` in a thread, at most `most` of them ahead of who takes them.

    What the iterator raises is raised where its items are taken. After `close` it is left
    alone, and closed in its thread, as soon as it gives its next item.
    """

    def __init__(self, items: Iterator[One], most: int) -> None:
        self.items = items
        self.room = threading.Semaphore(most)
        self.loop = asyncio.get_running_loop()
        self.queue: asyncio.Queue[One | _End] = asyncio.Queue()
        self.is_closed = False
        self.thread = threading.Thread(target=self._go_through, name="handover", daemon=True)
        self.thread.start()

    async def taken(self) -> AsyncIterator[One]:
        """Give the items in their order."""
        while True:
            one = await self.queue.get()
            if isinstance(one, _End):
                if one.error:
                    raise one.error
                return
            yield one
            self.room.release()

    def close(self) -> None:
        self.is_closed = True
        self.room.release()

    def _go_through(self) -> None:
        end = _End()
        try:
            for one in self.items:
                self.room.acquire()
                if self.is_closed:
                    break
                self._hand_over(one)
        except BaseException as error:  # noqa: BLE001, it is raised in the loop
            end = _End(error)
        finally:
            close = getattr(self.items, "close", None)
            if close:
                close()
            self._hand_over(end)

    def _hand_over(self, one: One | _End) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.queue.put_nowait, one)
