"""Numbers that are not finite: such an update is left out, and where that does not help the training ends."""

import math
from typing import Any

from seq2seq.errors import InputError
from seq2seq.train.progress import say

IN_A_ROW = 5
"""So many updates in a row whose loss or gradient is not finite end the training."""

EXPLODED = 100.0
"""Nats a target piece, above which the loss is warned of; a guess among 100,000 pieces has 11.5."""


class Divergence:
    """Judges each update before it is made, and counts those that are left out."""

    def __init__(self) -> None:
        self.skipped = self.in_row = 0
        self.losses_finite, self.admitted, self.warned = True, True, False
        self.longest = (0, 0)

    def see(self, loss: float, nll: float, longest: tuple[int, int], update: int) -> None:
        """The loss of a batch of the update under way, and its `nll` (nats a target piece); longest: most pieces of a
        source and of a target in it. Warns, once, of a loss that has exploded."""
        self.losses_finite &= math.isfinite(loss)
        self.longest = longest
        if nll > EXPLODED and math.isfinite(nll) and not self.warned:
            self.warned = True
            say(
                f"warning: update {update:,}: the loss has exploded, to {nll:,.0f} nats a piece; if it stays so, lower "
                "training.learning_rate in a new run"
            )

    def admits(self, gradient_norm: float, update: int, learning_rate: float) -> bool:
        """May the update be made? Not where its loss or the norm of its gradient is not finite.

        Raises InputError where it is the last of too many in a row.
        """
        self.admitted = self.losses_finite and math.isfinite(gradient_norm)
        fault = "gradient" if self.losses_finite else "loss"
        self.losses_finite = True
        if self.admitted:
            self.in_row = 0
            return True
        self.skipped, self.in_row = self.skipped + 1, self.in_row + 1
        where = f"learning rate {learning_rate:.3g}, longest pair {self.longest[0]} and {self.longest[1]} pieces"
        if self.in_row == IN_A_ROW:
            raise InputError(
                f"training has diverged: the {fault} of update {update:,} is not finite, nor was that of the "
                f"{IN_A_ROW - 1} before it ({where}); none was made, and the last checkpoint is sound: lower "
                "training.learning_rate in a new run"
            )
        say(f"warning: update {update:,}: the {fault} is not finite; left out ({where})")
        return False

    def report(self) -> None:
        """Say at the end how many updates were left out, if any were."""
        if self.skipped:
            say(f"warning: {self.skipped:,} updates were left out; their loss or gradient was not finite")

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint has to hold."""
        return {"skipped": self.skipped, "in_row": self.in_row}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint's."""
        self.skipped, self.in_row = state["skipped"], state["in_row"]
