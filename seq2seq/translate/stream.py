"""Sentences that arrive one by one, in batches of what is there."""

from collections.abc import Iterable, Iterator
from queue import Queue
from threading import Thread

from seq2seq.translate.arguments import check_count, check_text


def batches_as_they_come(sentences: Iterable[str], batch_size: int) -> Iterator[list[str]]:
    """Lists of at most `batch_size` sentences, each of what is there at the time; waits only where there is nothing.

    What fails in reading, and a sentence that is no string (TypeError), is raised after the batches before it.
    """
    check_count("batch_size", batch_size)
    arrived: Queue[str | BaseException | None] = Queue(batch_size)

    def read() -> None:
        try:
            for number, sentence in enumerate(sentences):
                arrived.put(check_text(f"sentences[{number}]", sentence))
            arrived.put(None)
        except BaseException as error:
            arrived.put(error)

    Thread(target=read, daemon=True).start()
    item = arrived.get()
    while isinstance(item, str):
        batch = []
        while isinstance(item, str):
            batch.append(item)
            if len(batch) == batch_size or arrived.empty():
                break
            item = arrived.get()
        yield batch
        if isinstance(item, str):
            item = arrived.get()
    if item is not None:
        raise item
