"""How long a training has taken, and how fast it goes."""

import time


class Stopwatch:
    """Seconds of training, those before a resume included, and the rate of target tokens."""

    def __init__(self) -> None:
        self.rate = 0.0
        """Target tokens a second, a moving average of ten updates."""
        self._before, self._started = 0.0, time.monotonic()
        self._update_started = self._started

    def resume(self, seconds: float) -> None:
        """Count on from so many seconds."""
        self._before, self._started = seconds, time.monotonic()

    def elapsed(self) -> float:
        """Seconds of training so far."""
        return self._before + time.monotonic() - self._started

    def update_starts(self) -> None:
        """The clock of an update starts."""
        self._update_started = time.monotonic()

    def update_ends(self, target_tokens: int) -> None:
        """An update of so many target tokens is done."""
        rate = target_tokens / (time.monotonic() - self._update_started)
        self.rate += (rate - self.rate) * (0.1 if self.rate else 1.0)
