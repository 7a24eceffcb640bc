"""The one thread in which models run. Clients that ask at the same time share a batch."""

import asyncio
import threading
from collections import deque
from collections.abc import Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

Item = TypeVar("Item", contravariant=True)
Result = TypeVar("Result", covariant=True)

TOGETHER = 4000
"""Most that the costs of a batch may sum up to; one item may cost more."""


class BusyError(Exception):
    """So much is waiting that no more is taken."""


class Call(Hashable, Protocol[Item, Result]):
    """What is done with items, for all of a batch at once. Items of equal calls may come into one batch."""

    def __call__(self, items: Sequence[Item], /) -> Sequence[Result]:
        """A result for each item, in their order."""
        ...

    def cost(self, item: Item, /) -> int:
        """About how long an item takes, in letters of a sentence."""
        ...


@dataclass(eq=False)
class _Waiting(Generic[Item, Result]):
    call: Call[Item, Result]
    item: Item
    future: "Future[Result]" = field(default_factory=Future)


class Batcher:
    """Runs calls in a thread of its own, first come, first served: each batch is the item that waits longest, with all
    that have an equal call, up to `TOGETHER`. What nobody waits for any more is left out.

    The thread starts with the first item. `close` lets it finish what waits; it starts again with a later one.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._waiting: deque[_Waiting[Any, Any]] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def __len__(self) -> int:
        """How many items wait."""
        return len(self._waiting)

    async def run(self, call: Call[Item, Result], items: Sequence[Item]) -> list[Result]:
        """The results of the items, in their order. Raises what the call raises, and BusyError where more than `most`
        would wait. Whoever stops waiting takes back what has not begun."""
        futures = [asyncio.wrap_future(one.future) for one in self._put(call, items)]
        try:
            return list(await asyncio.gather(*futures))
        finally:
            for future in futures:
                future.cancel()

    def close(self) -> None:
        """Wait until all that was taken is done, and end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        self._thread, self._closed = None, False

    def _put(self, call: Call[Item, Result], items: Sequence[Item]) -> list[_Waiting[Item, Result]]:
        new = [_Waiting(call, item) for item in items]
        with self._changed:
            if len(self._waiting) + len(new) > self.most:
                raise BusyError
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="models", daemon=True)
                self._thread.start()
            self._waiting.extend(new)
            self._changed.notify()
        return new

    def _work(self) -> None:
        while batch := self._next():
            try:
                results = batch[0].call([one.item for one in batch])
                for one, result in zip(batch, results, strict=True):
                    one.future.set_result(result)
            except BaseException as error:
                for one in batch:
                    if not one.future.done():
                        one.future.set_exception(error)

    def _next(self) -> list[_Waiting[Any, Any]]:
        """The next batch, which is waited for; an empty one at the end."""
        batch: list[_Waiting[Any, Any]] = []
        with self._changed:
            while not batch and (self._waiting or not self._closed):
                self._changed.wait_for(lambda: self._waiting or self._closed)
                batch = self._gather()
        return batch

    def _gather(self) -> list[_Waiting[Any, Any]]:
        batch: list[_Waiting[Any, Any]] = []
        left: deque[_Waiting[Any, Any]] = deque()
        room = TOGETHER
        while self._waiting:
            one = self._waiting.popleft()
            if batch and (one.call != batch[0].call or one.call.cost(one.item) > room):
                left.append(one)
            elif one.future.set_running_or_notify_cancel():
                batch.append(one)
                room -= one.call.cost(one.item)
        self._waiting = left
        return batch
