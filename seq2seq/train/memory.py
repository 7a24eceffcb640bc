"""What bounds the memory of a training.

Few compiled kernels are kept. A batch that the memory has no room for is computed in parts, one after the other, with
the gradient of the whole.
"""

import gc
import os
from collections.abc import Callable
from dataclasses import replace

import torch

from seq2seq.corpus.batches import Batch
from seq2seq.errors import InputError
from seq2seq.train.progress import say

KERNELS = "64"
"""How many compiled kernels the CPU's library keeps, each for one shape. Its own number is 1,024; in training nearly
every batch has a new shape, and what is kept for it is hardly used again."""
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", KERNELS)  # read when the first kernel is compiled


def is_out_of_memory(error: BaseException) -> bool:
    """Is this what Python, CUDA or the CPU's allocator says when there is no memory left?"""
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and "can't allocate memory" in str(error)
    )


def described(batch: Batch) -> str:
    """The size of a batch, in words."""
    pairs, source = batch.source.shape
    return f"{pairs:,} pairs of up to {source - 1:,} and {batch.target.shape[1] - 2:,} pieces"


def backward_in_parts(batch: Batch, update: int, backward: Callable[[Batch], None], forget: Callable[[], None]) -> None:
    """The gradient of a batch that was too large, from its halves, quarters and so on.

    `backward` adds the gradient of the weighted mean loss of a part (`Batch.weight`) to that of the parts before;
    `forget` drops what is there. Raises InputError, naming the lengths, where a single pair is too large.
    """
    parts = 1
    while True:
        parts *= 2
        if parts > len(batch.source):
            raise InputError(
                f"out of memory in update {update:,}, with {described(batch)}; lower data.max_length or the sizes of "
                "the model"
            )
        say(f"warning: update {update:,}: out of memory with {described(batch)}; computed in {parts} parts")
        forget()
        gc.collect()
        if torch.cuda.is_initialized():
            torch.cuda.empty_cache()
        if _all_fit(batch, parts, backward):
            return


def _all_fit(batch: Batch, parts: int, backward: Callable[[Batch], None]) -> bool:
    try:
        for number in range(parts):
            part = batch.share(number, parts)
            backward(replace(part, weight=part.weight / parts * batch.weight))  # its share was for a mean over parts
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        return False
    return True
