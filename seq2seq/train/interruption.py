"""Ctrl-C, SIGTERM and SIGHUP during a training: it ends with a checkpoint, in the time that a cluster grants."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NoReturn

from pytorch_lightning import Callback, LightningModule, Trainer

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

GRACE = 20.0
"""Seconds after SIGTERM or SIGHUP in which the update and the validation that are under way may end; clusters kill
after 30."""


class Stopped(Exception):
    """A signal has ended the training; `update`: after which the same command goes on, None where it had not begun."""

    def __init__(self, update: int | None, number: int) -> None:
        super().__init__(update, number)
        self.update, self.number = update, number


class Interruption(Callback):
    """Takes over the signals that end a training, and tells `LastCheckpoint` of them.

    The first lets the update and the validation that are under way end, but SIGTERM and SIGHUP for `GRACE` seconds
    only. A second one ends at once, with the checkpoint that there is; a checkpoint that is being written is written to
    its end. One more, while the training ends, ends the process. A signal that is ignored (`nohup`) stays so.
    """

    def __init__(self) -> None:
        self.number = 0
        """Of the signal that has come; 0 where none has."""
        self.saved: int | None = None
        """The update of the last checkpoint; None before training begins."""
        self.saving = False
        self._previous: dict[int, Any] = {}
        self._ending = False

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Within the block, signals come here."""
        self._take_over()
        try:
            yield
        finally:
            if self._previous:
                signal.setitimer(signal.ITIMER_REAL, 0)
            while self._previous:
                signal.signal(*self._previous.popitem())

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Take them over again: in between Lightning has a handler of its own for SIGTERM."""
        self.saved = trainer.global_step
        self._take_over()

    def _take_over(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return  # signals are not for us
        for number in (*SIGNALS, signal.SIGALRM):
            before = signal.getsignal(number)
            if number in self._previous or before != signal.SIG_IGN:
                self._previous.setdefault(number, before)
                signal.signal(number, self._receive)

    def _receive(self, number: int, _: FrameType | None) -> None:
        again, self.number = bool(self.number), self.number or number
        if self.saving:
            return  # `LastCheckpoint` ends the training when it has written
        if self._ending:
            os._exit(128 + self.number)  # an exception amid the end of a training is printed as one that nobody expects
        if again or self.saved is None:
            self.end()
        if number == signal.SIGINT:
            message = "\nstopping after this update; Ctrl-C again stops at once"
        else:
            message = f"\nstopping after this update, or in {GRACE:.0f} seconds"
            signal.setitimer(signal.ITIMER_REAL, GRACE)
        with suppress(OSError):  # the terminal may be gone
            print(message, file=sys.stderr, flush=True)

    def on_fit_end(self, trainer: Trainer, module: LightningModule) -> None:
        """End for a signal that came after the last checkpoint."""
        if self.number:
            self.end()

    def end(self) -> NoReturn:
        """End the training for the signal that has come."""
        self._ending = True
        raise Stopped(self.saved, self.number)
