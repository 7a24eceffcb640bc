"""Sentences that arrive one by one, in batches of what is there."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from queue import Empty, Queue
from threading import Event, Thread

from seq2seq.translate.arguments import check_count, check_text


def batches_as_they_come(sentences: Iterable[str], batch_size: int, full_batches: bool = False) -> Iterator[list[str]]:
    """Lists of at most `batch_size` sentences, each of what is there at the time; waits only where there is nothing.
    With `full_batches` it waits for `batch_size` sentences, or the end.

    What fails in reading, and a sentence that is no string (TypeError), is raised after the batches before it.
    Sentences are read in a thread. Where the iterator is left early, it ends with the sentence that it waits for.
    """
    check_count("batch_size", batch_size)
    arrived: Queue[str | BaseException | None] = Queue(batch_size)
    left = Event()

    def read() -> None:
        end: BaseException | None = None
        try:
            for number, sentence in enumerate(sentences):
                arrived.put(check_text(f"sentences[{number}]", sentence))
                if left.is_set():
                    return
        except BaseException as error:
            end = error
        arrived.put(end)

    thread = Thread(target=read, daemon=True)
    thread.start()
    try:
        yield from _gather(arrived, batch_size, full_batches)
    finally:
        left.set()
        with suppress(Empty):
            while True:  # the thread may wait for room
                arrived.get_nowait()
        thread.join(0.1)


def _gather(arrived: "Queue[str | BaseException | None]", batch_size: int, full_batches: bool) -> Iterator[list[str]]:
    """What has arrived, in batches, up to the end or a fault, which is raised."""
    item = arrived.get()
    while isinstance(item, str):
        batch = []
        while isinstance(item, str):
            batch.append(item)
            if len(batch) == batch_size or (arrived.empty() and not full_batches):
                break
            item = arrived.get()
        yield batch
        if isinstance(item, str):
            item = arrived.get()
    if item is not None:
        raise item
