"""The thread in which models run: what comes together shares a batch, and nothing that was taken is lost."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from seq2seq.show.serving.batching import TOGETHER, Batcher, BusyError


@dataclass(eq=False)
class Shout:
    """Capitals; may be held up, and remembers its batches."""

    free: threading.Event = field(default_factory=threading.Event)
    batches: list[list[str]] = field(default_factory=list)

    def __call__(self, items: Sequence[str], /) -> list[str]:
        self.batches.append(list(items))
        assert self.free.wait(30)
        if "fault" in items:
            raise ArithmeticError("as asked")
        return [item.upper() for item in items]

    def cost(self, item: str, /) -> int:
        return len(item)


async def until(true: Callable[[], object]) -> None:
    """Wait for a condition."""
    for _ in range(3000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came true")


def test_what_waits_at_the_same_time_shares_a_batch_and_each_gets_its_own_answer() -> None:
    async def ask() -> list[list[str]]:
        first = asyncio.create_task(batcher.run(call, ["first"]))
        await until(lambda: call.batches)
        rest = [asyncio.create_task(batcher.run(call, [f"a{i}", f"b{i}"])) for i in range(5)]
        stranger = asyncio.create_task(batcher.run(other, ["x"]))
        await until(lambda: len(batcher) == 11)
        call.free.set()
        other.free.set()
        return list(await asyncio.gather(first, *rest, stranger))

    batcher, call, other = Batcher(100), Shout(), Shout()
    assert asyncio.run(ask()) == [["FIRST"], *([f"A{i}", f"B{i}"] for i in range(5)), ["X"]]
    assert call.batches == [["first"], [f"{letter}{i}" for i in range(5) for letter in "ab"]]
    assert other.batches == [["x"]]
    batcher.close()


def test_a_batch_has_a_size_and_nothing_waits_for_ever() -> None:
    async def ask() -> list[str]:
        return await batcher.run(call, [long, "short", "b" * (TOGETHER // 2), "c" * TOGETHER, "last"])

    batcher, call, long = Batcher(100), Shout(), "a" * (3 * TOGETHER)
    call.free.set()
    found = asyncio.run(ask())
    assert [len(one) for one in found] == [3 * TOGETHER, 5, TOGETHER // 2, TOGETHER, 4]
    assert [[one[0] for one in batch] for batch in call.batches] == [["a"], ["s", "b", "l"], ["c"]]
    batcher.close()


def test_more_than_may_wait_is_not_taken_and_what_nobody_waits_for_is_left_out() -> None:
    async def ask() -> None:
        first = asyncio.create_task(batcher.run(call, ["first"]))
        await until(lambda: call.batches)
        waiting = asyncio.create_task(batcher.run(call, ["gone", "gone too"]))
        await until(lambda: len(batcher) == 2)
        with pytest.raises(BusyError):
            await batcher.run(call, ["one", "too many"])
        waiting.cancel()
        kept = asyncio.create_task(batcher.run(call, ["kept"]))
        await until(lambda: len(batcher) == 3)
        call.free.set()
        assert await asyncio.gather(first, kept) == [["FIRST"], ["KEPT"]]

    batcher, call = Batcher(3), Shout()
    asyncio.run(ask())
    assert call.batches == [["first"], ["kept"]]
    batcher.close()


def test_a_fault_is_raised_where_it_was_asked_and_the_thread_lives() -> None:
    async def ask() -> None:
        with pytest.raises(ArithmeticError, match="as asked"):
            await batcher.run(call, ["fault", "beside it"])
        assert await batcher.run(call, ["next"]) == ["NEXT"]

    batcher, call = Batcher(10), Shout()
    call.free.set()
    asyncio.run(ask())
    batcher.close()


def test_the_end_waits_for_what_was_taken() -> None:
    async def ask() -> None:
        taken = asyncio.create_task(batcher.run(call, ["first"]))
        await until(lambda: call.batches)
        second = asyncio.create_task(batcher.run(call, ["second"]))
        await until(lambda: len(batcher) == 1)
        threading.Timer(0.1, call.free.set).start()
        await asyncio.to_thread(batcher.close)
        assert await asyncio.gather(taken, second) == [["FIRST"], ["SECOND"]]
        assert not [thread for thread in threading.enumerate() if thread.name == "models" and thread not in before]
        assert await batcher.run(call, ["a new beginning"]) == ["A NEW BEGINNING"]

    batcher, call, before = Batcher(10), Shout(), threading.enumerate()
    asyncio.run(ask())
    batcher.close()
